/* tiprun.h -- the solver's public face: a problem, a plan, solve, referee, explain.
 *
 * Everything here is integers: seconds of the local day, metres, kilograms,
 * litres, pence.  Rounding happens before (in io/) or where a comment says so.
 * A problem is read-only once built.  Whoever passes an arena owns what comes back.
 * The words and rules are those of docs/model.md.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TIPRUN_H
#define TIPRUN_H
#include "arena.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#define TR_VERSION "0.1.0"

/* ---- errors: every fallible function returns a status and fills *err (NULL allowed) ---- */

typedef enum { TR_OK, TR_EINTERNAL, TR_EINPUT, TR_EROUTING, TR_ERULES } tr_status; /* = exit codes */

typedef struct {
    tr_status code;
    char text[1000]; /* lower case, no full stop, names place and value */
} tr_err;

tr_status tr_fail(tr_err *err, tr_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4))); /* fills *err, returns code */
#define TR_TRY(call)                       \
    do {                                   \
        tr_status tr_try_ = (call);        \
        if (tr_try_) return tr_try_;       \
    } while (0)

/* ---- the problem ---- */

enum {
    TR_MAX_COMPARTMENTS = 6, /* of one vehicle */
    TR_MAX_STREAMS = 64,     /* bits of tr_mask */
    TR_NO_ROAD = -1,         /* a travel cell that no road joins */
    TR_SPEED_LEAST = 100, TR_SPEED_MOST = 5000 /* of an hour in files, permille */
};

typedef uint64_t tr_mask; /* a set of streams, certificates or equipment by bit */

typedef struct { /* a span of the local day, both ends included */
    int64_t start_s, end_s;
} tr_window;

typedef struct {
    const char *name;    /* "asbestos_bonded" */
    const char *ewc;     /* European Waste Catalogue code, "17 06 05*" */
    bool hazardous;      /* the code has an asterisk: rules 3 and 5 */
    int32_t segregation; /* streams may share a compartment only within one group;
                            a hazardous stream is always alone in its group */
} tr_stream;

typedef struct { /* the piece of work that a report becomes */
    const char *id;
    int32_t place;       /* index into the travel matrices */
    int32_t stream;
    int32_t hazard;      /* rank 0..3 */
    int32_t kg, litres;
    int64_t service_s;
    tr_mask certs, equipment; /* the vehicle needs all of these */
    int32_t n_windows;        /* 0 = any time */
    const tr_window *windows; /* [n_windows], ascending, disjoint: service starts in one of them */
    int32_t reported_day;     /* local calendar day, days since 1970-01-01 */
    int32_t due_day;          /* the same; only weighs (level 2) */
    int32_t pin;              /* vehicle that it must ride on, -1 = any */
    bool leave;               /* the manager wants it left today: no route may hold it */
} tr_stop;

typedef struct {
    const char *id;
    int32_t kg, litres;  /* capacity */
    tr_mask streams;     /* it may carry */
    int32_t start_kg, start_litres; /* start_load */
    tr_mask start_streams;
} tr_compartment;

typedef enum { TR_HOURS_GB_DOMESTIC, TR_HOURS_EU, TR_HOURS_NONE } tr_hours_rule;

typedef enum { TR_VISIT_START, TR_VISIT_STOP, TR_VISIT_DISPOSAL, TR_VISIT_BREAK, TR_VISIT_END } tr_visit_kind;

typedef struct {
    tr_visit_kind kind;
    int32_t ref;         /* stop: stop index; disposal: site index; else -1 */
    int32_t compartment; /* stop: where its waste goes; else -1 */
    int32_t place;       /* a break is at the place of the visit before */
    int64_t arrival_s, start_s, departure_s; /* waiting = start - arrival; a start visit has
                            all three equal, and so has an end visit */
    int64_t drive_s, dist_m; /* of the leg that led here; 0 for start and break */
    int32_t kg[TR_MAX_COMPARTMENTS], litres[TR_MAX_COMPARTMENTS]; /* on board at departure */
} tr_visit;

typedef struct { /* one vehicle with its crew for the day */
    const char *id;
    bool available;      /* false: it has no shift and makes no visit */
    int32_t n_compartments;
    tr_compartment compartments[TR_MAX_COMPARTMENTS];
    int32_t payload_kg;  /* over all compartments */
    tr_mask certs, equipment;
    int64_t start_s, end_s, max_overtime_s;
    tr_hours_rule hours_rule;
    bool wtr;            /* Working Time Regulations on top */
    bool may_park_loaded; /* non-hazardous loads may stay on board at the end */
    int32_t start_place, end_place;
    int32_t profile;     /* index into tr_problem.travel */
    int32_t speed_permille; /* 1000 = as the matrix; below is slower */
    int64_t fixed_pence, pence_per_km, pence_per_hour, pence_per_overtime_hour;
    int32_t n_frozen;    /* replanning: visits that stand as they are, the start visit first, */
    const tr_visit *frozen; /* with the times they were done at; 0 = not left yet */
} tr_vehicle;

typedef struct {
    const char *id;
    int32_t place;
    tr_mask streams;          /* accepted */
    int32_t n_opening;        /* 0 = never */
    const tr_window *opening; /* [n_opening] the whole turnaround lies inside one */
    int64_t turnaround_s;
    int64_t gate_fee_pence_per_tonne;
} tr_site;

typedef enum {
    TR_FROM_OSRM,      /* of the map that the server has now, asked or kept from an earlier run */
    TR_FROM_RECORDING,
    TR_FROM_ESTIMATE,
    TR_FROM_STALE,     /* of an older map, kept from an earlier run */
    TR_FROM_NOTHING    /* not known yet; only while travel is being filled */
} tr_travel_source;

typedef struct { /* travel between all places for one profile, from row to column */
    const char *profile;     /* "van"; "van+kerb" where stops are reached from the kerb side */
    const int32_t *seconds;  /* [n_places * n_places], TR_NO_ROAD where none; diagonal 0 */
    const int32_t *metres;   /* likewise */
    const uint8_t *source;   /* tr_travel_source of each cell; NULL = all estimated */
} tr_travel_matrix;

typedef enum { TR_HAZARD_FIRST, TR_HAZARD_DEADLINE, TR_HAZARD_WEIGHTED } tr_hazard_policy;

typedef struct {
    tr_hazard_policy hazard_policy;
    int32_t hazardous_rank;    /* 2: a stop of this rank or above is a "hazardous stop" */
    int64_t day_start_s;       /* 06:00 */
    int64_t exempt_after_s;    /* 3600: first window opens more than this after shift start */
    int64_t hazard_latest_s;   /* 14400 after day_start: start of service under `deadline` */
    int64_t severity[4];       /* by rank; a hazardous rank with 0 here has severity 1 */
    int64_t hazard_age_cap;    /* 30 days */
    int64_t overdue_weight, overdue_cap, due_today_weight; /* 100, 100 days, 60 */
    int64_t pence_per_hazard_minute;     /* 5 */
    int64_t pence_left, pence_left_per_day; /* 6000, 200 */
    int64_t contractor_pence;  /* 35000: advice threshold, no part of the goal */
    int32_t speed_by_hour[24]; /* in files TR_SPEED_LEAST..TR_SPEED_MOST; permille: 1000 = as the matrix, 800 = a fifth slower from h:00 to h:59:59; 0 = 1000 */
} tr_policy;

typedef struct {
    int32_t day;               /* the plan's local calendar day, days since 1970-01-01 */
    int32_t n_places, n_profiles, n_streams, n_stops, n_vehicles, n_sites;
    const tr_travel_matrix *travel; /* [n_profiles] */
    const tr_stream *streams;
    const tr_stop *stops;
    const tr_vehicle *vehicles;
    const tr_site *sites;
    tr_policy policy;
    const char *const *cert_names; /* names of the bits of certs and equipment, for messages; */
    const char *const *equipment_names; /* NULL = none known */
} tr_problem;

tr_policy tr_policy_default(void);
bool tr_speed_changes(const tr_policy *policy); /* some hour's speed differs from 1000 */

/* ---- the plan ---- */

typedef struct { /* compared in order, lower is better */
    int64_t hazard_left, due_left, cost_pence;
} tr_goal;

typedef struct { /* pence of one route, each rounded half up once */
    int64_t km, hours, overtime, fixed, fees, hazard;
} tr_cost;

typedef struct {
    int32_t vehicle;
    int32_t n_visits;     /* 0 = stays at home; else start ... end */
    tr_visit *visits;
    tr_cost cost;
    int64_t dist_m, drive_s, duty_s, work_s, overtime_s;
} tr_route;

typedef struct {
    int32_t n_routes;     /* = n_vehicles, in the order of the vehicles */
    tr_route *routes;
    int32_t n_left;
    int32_t *left;        /* stop indices, ascending */
    int64_t left_pence;   /* level 3's share of the stops left */
    tr_goal goal;
} tr_plan;

int tr_goal_compare(const tr_goal *a, const tr_goal *b); /* <0, 0, >0 */
int64_t tr_cost_pence(const tr_cost *cost);              /* all of it */

/* ---- referee: recomputes every rule and figure of a plan from the problem alone ---- */

typedef struct {
    const char *rule;     /* "once", "load", "streams", "disposal", "same_shift", "certificates",
                             "windows", "shift", "hours", "hazard_first", "frozen", "timing", "figures" */
    int32_t vehicle, visit; /* index of the route and of the visit in it, -1 = the whole */
    int64_t amount;       /* by how much, in the rule's unit: s, kg, litres, pence, count */
    const char *text;     /* one sentence that names vehicle, visit, value and limit */
} tr_finding;

typedef struct {
    int32_t n_findings;
    const tr_finding *findings;
    tr_goal goal;         /* as the referee computes it */
    tr_plan figures;      /* the same plan with every figure recomputed by the referee */
} tr_verdict;

/* True if the plan breaks no rule and every figure in it is right.  Everything in *verdict lives
 * in the arena.  The plan may be arbitrary (hand-made): indices out of range are findings. */
bool tr_referee(const tr_problem *problem, const tr_plan *plan, tr_arena *arena, tr_verdict *verdict);

/* ---- solve ---- */

enum { TR_STEPS = 64 }; /* temperature steps of a run */

typedef struct { /* told between steps, from the calling thread */
    tr_goal best;
    int64_t iterations;
    double done;          /* 0..1 */
} tr_progress;

typedef struct {
    uint64_t seed;
    int64_t iterations;   /* in all; 0 = by the size of the problem (or by seconds, if given) */
    int64_t step_iterations[TR_STEPS]; /* repeat a run exactly: iterations of each step; all 0 = unused */
    double seconds;       /* > 0: time limit; needs clock */
    double (*clock)(void *context); /* monotonic seconds */
    void *context;        /* handed to clock and progress */
    void (*progress)(void *context, const tr_progress *progress);
    int32_t threads;      /* 1 or 2: never changes the result of a run by iterations */
    const volatile sig_atomic_t *stop; /* non-zero: end with the best plan so far; NULL allowed */
    const tr_plan *from;  /* start from this plan; NULL = from nothing */
} tr_solve_options;

typedef struct {
    int64_t iterations;
    int64_t step_iterations[TR_STEPS];
    bool stopped;         /* by signal */
    int64_t columns;      /* routes given to the recombination */
    bool recombined;      /* the recombined plan was the better one */
} tr_solve_report;

/* The best plan found; it lives in the arena.  Stops that fit nowhere are left.
 * TR_EINPUT: a loaded vehicle that cannot obey rule 5, named.  */
tr_status tr_solve(const tr_problem *problem, const tr_solve_options *options, tr_arena *arena,
                   tr_plan *plan, tr_solve_report *report, tr_err *err);

/* The cheapest route of one vehicle that serves the given stops in the given order: compartments,
 * disposal visits, breaks and the time of leaving are chosen.  False if there is none. */
bool tr_best_route(const tr_problem *problem, int32_t vehicle, int32_t n_stops, const int32_t *stops,
                   tr_arena *arena, tr_route *route);

/* ---- proof: how good a plan is (docs/model.md, "The certificate") ---- */
typedef struct { /* subset-row cut (Jepsen et al. 2008): of the routes that hold two or more of three stops, one at most is driven */
    int32_t stops[3];
    int64_t dual;               /* <= 0 */
} tr_cut;
typedef struct { /* a set of stops is entered at least once unless `stop`, one of them, is left (generalised subtour elimination) */
    const uint64_t *set;        /* [n_stops / 64 + 1] bits of the stops; a route enters it where it goes from a stop outside, or from the start */
    int32_t stop;               /* to one inside, whatever sites and breaks lie between */
    int64_t dual;               /* >= 0 */
} tr_entry;
enum { TR_TRIP_FINE = 256, TR_TRIP_PARTS = 65536, TR_TRIP_KINDS = 3 }; /* docs/model.md, "Trips": parts of a unit, of one; kinds of waste */
typedef struct { /* vehicles that are alike, as the programme over trips tells them apart */
    int32_t vehicle;            /* the first of them */
    bool follows;               /* there are two compartments, and what is in the smaller one is followed: */
    int32_t n_kinds;
    tr_mask kinds[TR_TRIP_KINDS]; /* streams there, by what is told apart from trip to trip */
    bool phased;                /* so is whether a stop was served that is not hazardous */
    int32_t n_near;
    int32_t *near;              /* [n_stops * n_near] stops remembered on a trip at each stop, -1 = none */
} tr_trip_class;
typedef struct { /* trips of a class into a set of sites serve the stop no more often than trips lead out of the set */
    int32_t cls;
    tr_mask sites;
    int32_t stop;
    int64_t dual;               /* <= 0 */
} tr_trip_loop;
typedef struct { /* duals of one class's rows; units, of seconds in parts of TR_TRIP_FINE */
    int64_t start;              /* a trip from the start for each that is out */
    int64_t *site;              /* [n_states * n_sites], a state a row: as many trips to it as from it */
    int64_t time, work, rest;   /* a second of duty, of work where it asks for no break (<= 0), of break that is owed (>= 0) */
    int64_t trips;              /* their number */
} tr_trip_side;
typedef struct { /* duals of the programme over trips, 1/TR_MONEY */
    int64_t level[2], all;      /* mu1, mu2 <= 0; vehicles out */
    int64_t *stop;              /* [n_stops] */
    int32_t n_cuts, n_loops;
    tr_cut *cuts;
    tr_trip_loop *loops;
    tr_trip_side *sides;        /* [n_classes] */
    int64_t least;              /* <= 0: no trip of any class has a reduced cost below its number of stops times that */
} tr_trip_duals;
typedef enum { TR_PART_NONE, TR_PART_OUT, TR_PART_CLASS, TR_PART_BREAK, TR_PART_TRIPS } tr_trip_parting;
typedef struct { /* fleets that are looked at together, or in two parts */
    tr_trip_parting by;         /* not; vehicles out in all; of a class; has the only one of a class a break; its trips */
    int32_t cls;
    int32_t most;               /* the first part has at most so many, the second more; by break: the first has it, the second needs none */
    int32_t part[2];            /* of tr_trip_proof.fleets, after this one */
    int32_t duals;              /* of tr_trip_proof.duals; where it is not parted */
} tr_trip_fleet;
typedef struct { /* a bound of the cost over trips: each fleet that is not parted costs as much by its duals */
    int64_t bound;              /* pence: what they prove by themselves, at most tr_level_proof.bound; tr_audit recomputes it */
    int32_t n_classes, n_duals, n_fleets;
    tr_trip_class *classes;
    tr_trip_duals *duals;
    tr_trip_fleet *fleets;      /* the first is of all */
} tr_trip_proof;
typedef struct { /* one level: no plan that is no worse at the levels above has less than `bound` */
    int64_t value;              /* the plan's: points, points, pence */
    int64_t bound;              /* proven; meaningless unless known */
    bool known;                 /* a bound was computed */
    const char *how;            /* one line: "no value can be below 0", "duals of the master", "all routes that could improve the plan were enumerated" ... */
    const char *relaxed;        /* what pricing relaxed, for people; NULL = nothing */
    int64_t dual_bound;         /* what the figures below prove by themselves (<= bound); tr_audit recomputes it */
    int64_t *stop_dual;         /* [n_stops] pi, 1/TR_MONEY; NULL = no duals (value 0) */
    int64_t level_dual[2];      /* mu1, mu2 <= 0 */
    int32_t n_cuts;
    tr_cut *cuts;
    int32_t n_entries;
    tr_entry *entries;
    int64_t *vehicle_least;     /* [n_vehicles] least reduced cost claimed of its routes, staying at home included where it may */
    tr_trip_proof *trips;       /* of level 3, besides the duals; NULL = none */
    const char *master;         /* the linear programme at last, in CPLEX LP format; NULL = not asked for, or none was needed */
} tr_level_proof;
typedef struct {
    tr_level_proof level[3];
    int32_t n_near;             /* ng-neighbourhoods (Baldacci et al. 2011) over which pricing relaxed "once": */
    int32_t *near;              /* [n_stops * n_near] stops remembered at each stop, itself included, -1 = none */
    int64_t routes;             /* columns the master held at last */
} tr_certificate;
typedef struct { /* what the proof took, all levels together */
    double root;                /* level 3's bound before cuts, pence; 0 = none */
    int64_t columns, labels, simplex; /* columns of the master at last; made in all */
    int64_t trips;              /* columns of the programme over trips at last, */
    int32_t trip_cuts, fleets;  /* its cuts and loops, and the fleets that it was solved for */
    int32_t cuts, listed, settled;    /* of the master at last; times that all routes of some gap were listed, settled */
    double price_s, lp_s, settle_s;   /* seconds of the clock: pricing and listing; the master; integer plans of the routes known */
    bool limited;               /* time or labels ended it, or an exact pricing was not finished in what was left of them */
} tr_prove_figures;
typedef struct {
    int64_t work;               /* labels pricing may make in all; 0 = by size */
    double seconds;             /* > 0: limit; needs clock (context as in tr_solve_options) */
    double (*clock)(void *context);
    void *context;
    void (*progress)(void *context, int32_t level, int64_t value, int64_t bound); /* NULL allowed */
    const volatile sig_atomic_t *stop;
    bool bound_only;            /* do not look for better plans */
    bool keep_master;           /* tr_level_proof.master is wanted */
    int32_t threads;            /* 1 or 2; never changes the result */
    int32_t width;              /* of pricing (tr_pricer_narrow) from the start: for tests; 0 = narrowed only where it is needed */
    bool trips;                 /* level 3 is bounded over trips however few stops there are: for tests */
    tr_prove_figures *figures;  /* NULL, or filled, for measurements */
} tr_prove_options;
/* What of `seconds` for search and proof together the search had best take: after a while the proof finds what it does not. */
double tr_search_seconds(const tr_problem *problem, double seconds);

/* Bounds of the plan's three levels, and the best plan that search and exact part know (*better; equal to plan if none is
 * better).  A limit gives weaker bounds, never wrong ones.  Lives in the arena. */
tr_status tr_prove(const tr_problem *problem, const tr_plan *plan, const tr_prove_options *options, tr_arena *arena,
                   tr_plan *better, tr_certificate *certificate, tr_err *err);
/* Recomputes what the duals of a certificate prove, by plain exact labelling that shares no code with pricing.  True if every claimed
 * dual_bound, and bound over trips, holds; else *why names level, vehicle and both figures, and *given_up (NULL allowed) tells that nothing is wrong, but something
 * would take too many labels to follow.  Any content of *certificate is safe to pass. */
bool tr_audit(const tr_problem *problem, const tr_plan *plan, const tr_certificate *certificate, tr_arena *arena, const char **why, bool *given_up);

/* ---- what would make a better day ---- */

typedef struct { /* one thing that the morning does not have */
    const char *code;           /* "vehicle", "available", "certificate", "shift", "opening" */
    const char *text;           /* for people: "one more vehicle like Cage-1 with its crew" */
    int32_t vehicle, site;      /* which; -1 = none */
    tr_goal goal;               /* of the best plan found with it, never worse than the plan's */
} tr_raise;

/* Of the vehicles, certificates, hours of a shift and opening hours that could be added to the morning: those with
 * which planning again finds a better plan, the best first, at most `most`.  Candidates are ranked by the duals of the
 * certificate (NULL: by what is left); the `tries` foremost are planned again, each with `iterations` and `seed`.
 * *stop (NULL allowed) ends it with those found so far.  They live in the arena; returns how many. */
int32_t tr_raises(const tr_problem *problem, const tr_plan *plan, const tr_certificate *certificate, uint64_t seed,
                  int64_t iterations, int32_t tries, int32_t most, const volatile sig_atomic_t *stop, tr_arena *arena,
                  tr_raise **raises);

/* ---- explain: why a stop is left, found by trying ---- */

typedef struct {
    int32_t stop;
    const char *code;     /* "no_road", "certificate", "equipment", "window", "site_hours", "shift",
                             "capacity", "stream", "site_stream", "hours", "hazard_policy", "pin", "off",
                             "by_hand", "several", "displaces", "not_worth" */
    const char *text;     /* one line for the manager */
    int32_t n_displaces;
    const int32_t *displaces; /* stops that would lose their place */
} tr_reason;

/* One reason for each stop of plan->left, in that order. */
tr_status tr_explain(const tr_problem *problem, const tr_plan *plan, tr_arena *arena,
                     tr_reason **reasons, tr_err *err);

/* What leaving out a routed stop would save, in pence of its route: saving[n_stops], 0 for the others.
 * Above policy.contractor_pence a contractor would be cheaper. */
void tr_savings(const tr_problem *problem, const tr_plan *plan, tr_arena *arena, int64_t *saving);

/* What a depot does by hand: the oldest reports first, dealt out to the crews in turn and driven in that
 * order (disposal and breaks are placed well).  Hazardous first is not asked of it; a yardstick, not a plan. */
void tr_by_hand(const tr_problem *problem, tr_arena *arena, tr_plan *plan);

#endif
