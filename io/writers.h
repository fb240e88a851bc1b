/* writers.h -- what the writers of a day's files share: one look at a visit, safe names, exact numbers.
 *
 * For the files of io/ that stand behind outputs.h only.  Everything returned lives in the arena.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_WRITERS_H
#define TR_WRITERS_H
#include "outputs.h"

#include <jansson.h>
#include <stdio.h>

#define TR_OSM_CREDIT "© OpenStreetMap contributors, ODbL"

/* ---- a visit as people see it ---- */

typedef struct {
    const tr_visit *visit;
    const char *kind; /* "start", "stop", "disposal", "break", "end" */
    const char *id;   /* of the stop or site; of the depot at start and end; "" for a break */
    const char *name; /* what to call it: street, site's name, "break" */
    double lat, lon;
    int32_t number;                /* 1, 2, ... over stops and disposal visits of the route; 0 for others */
    const tr_stop *stop;           /* NULL unless a stop */
    const tr_stop_note *note;      /* likewise */
    const tr_stream *stream;       /* likewise */
    const tr_site *site;           /* NULL unless a disposal visit */
    const tr_site_note *site_note; /* likewise */
    const char *compartment;       /* id, NULL unless a stop */
    bool hazardous;                /* a stop of the hazardous rank or above */
    bool estimated;                /* the travel that led here was estimated; false where there was none */
    bool stale;                    /* it is of an older map */
} tr_visit_view;

extern const char *const tr_visit_kinds[5]; /* by tr_visit_kind */

tr_visit_view *tr_route_views(const tr_day *day, const tr_route *route, tr_arena *arena); /* [n_visits] */
bool tr_stop_is_hazardous(const tr_problem *problem, int32_t stop);
bool tr_report_is_hazardous(const tr_morning *morning, int32_t report); /* any of its stops, else by rank */
bool tr_cell_estimated(const tr_problem *problem, int32_t profile, int32_t from, int32_t to);
int32_t *tr_stop_routes(const tr_problem *problem, const tr_plan *plan, tr_arena *arena); /* -1: on none */
const tr_reason *tr_stop_reason(const tr_day *day, int32_t stop);             /* NULL unless left */
const char *tr_left_text(const tr_day *day, int32_t report, tr_arena *arena); /* why, one line */
/* The stop that stands for the report: its first part that is left, else the first; -1 if it has none. */
int32_t tr_report_stop(const tr_morning *morning, const tr_plan *plan, int32_t report);
/* What lies there, of a report that is left what is left of it; NULL if it has no stops. */
const char *tr_report_what(const tr_morning *morning, const tr_plan *plan, int32_t report, tr_arena *arena);
const char *tr_report_place(const tr_report *report, tr_arena *arena); /* street or "51.56,-1.78" */
void tr_count_outcomes(const tr_morning *morning, const tr_plan *plan, int32_t counts[TR_N_OUTCOMES]);
int32_t tr_hazardous_left(const tr_morning *morning, const tr_plan *plan); /* reports, not stops */

typedef struct { /* of one route */
    int32_t stops, hazardous, tips, breaks;
    int64_t leave_s, back_s;
    int32_t fill_percent; /* fullest moment of the fullest compartment or of the payload */
    int64_t kg, litres;   /* picked up in all */
} tr_route_sums;
tr_route_sums tr_route_sum(const tr_problem *problem, const tr_route *route);

/* ---- where the travel came from ---- */

typedef enum { TR_ESTIMATED_NONE, TR_ESTIMATED_PARTLY, TR_ESTIMATED_ALL } tr_estimated;
tr_estimated tr_travel_estimated(const tr_problem *problem); /* over the cells of all matrices */
const char *tr_estimated_label(tr_estimated how);            /* a sentence for plan.json */

typedef struct { /* legs between different places, of one route or of all */
    int32_t driven, estimated, stale;
} tr_leg_count;
tr_leg_count tr_count_legs(const tr_problem *problem, const tr_plan *plan, int32_t route); /* -1: all */

/* What the top of every file says of the times of a route (-1: of all); NULL if they are of today's roads. */
const char *tr_travel_warning(const tr_day *day, int32_t route, tr_arena *arena);

/* ---- how good the plan is, by its certificate ---- */

typedef struct {
    int64_t value, bound, gap; /* points, points, pence; bound and gap mean nothing unless known */
    bool known, proven;        /* proven: the bound is the value */
    const char *note;          /* how the bound was obtained, or "no bound" */
    const char *relaxed;       /* rules that it leaves aside; NULL = none */
    double percent, percent_avoidable; /* level 3: the gap in % of all cost, and of what some plan could avoid */
} tr_proof;
tr_proof tr_day_proof(const tr_day *day, int32_t level); /* 0, 1, 2 */

/* What no plan at the same levels can avoid, in pence: service and gate fees at the cheapest rates of what must be
 * cleared, and one vehicle's fixed cost. */
int64_t tr_unavoidable_pence(const tr_problem *problem, const tr_plan *plan);

/* The level in one sentence for the manager: "All 9 hazardous items are cleared: proven best." */
char *tr_proof_sentence(const tr_day *day, int32_t level, tr_arena *arena);
/* "one more vehicle like Cage-1, with its crew: 2 hazardous points less" */
char *tr_raise_sentence(const tr_day *day, const tr_raise *raise, tr_arena *arena);

/* ---- text that is the same in every locale ---- */

char *tr_degrees_text(double degrees, tr_arena *arena);                   /* "-1.781234" */
char *tr_clock_text(int64_t seconds, bool with_seconds, tr_arena *arena); /* "06:05" or "06:05:09" */
char *tr_tenths_text(int64_t value, int64_t unit, tr_arena *arena); /* value / unit, one decimal, half up */
char *tr_pounds_text(int64_t pence, tr_arena *arena);               /* "12.34" */
char *tr_windows_text(int32_t n, const tr_window *windows, tr_arena *arena); /* "08:00-10:00, ..." or "" */
char *tr_day_text(int32_t day, tr_arena *arena);                             /* "2026-03-02" */
void tr_html_put(FILE *out, const char *text);                               /* escaped; NULL puts nothing */
char *tr_clean_text(const char *text,
                    tr_arena *arena); /* UTF-8 without control characters, for XML and CSV */
const char *tr_crew_file(const tr_problem *problem, int32_t vehicle, tr_arena *arena); /* safe, unique stem */
char *tr_navigation_link(double lat, double lon, tr_arena *arena); /* a map application's, one destination */

/* ---- the writers: each returns the whole text ---- */

char *tr_plan_json(const tr_day *day, const char *travel_sha256, tr_arena *arena);
json_t *tr_avoid_json(const tr_day *day, tr_arena *arena); /* `avoid` of plan.json: places and findings */
void tr_bulk_json(json_t *object, const tr_bulk *bulk);    /* height_m, width_m, weight_kg; null where 0 */
char *tr_crew_csv(const tr_day *day, int32_t route, tr_arena *arena);
char *tr_crew_html(const tr_day *day, int32_t route, tr_arena *arena);
char *tr_crew_gpx(const tr_day *day, int32_t route, tr_arena *arena);
char *tr_crew_track(const tr_day *day, int32_t route, tr_arena *arena);
char *tr_routes_geojson(const tr_day *day, tr_arena *arena);
char *tr_map_html(const tr_day *day, tr_arena *arena);

/* plan.json as the day that it was written from: morning and plan as tr_plan_read gives them, and
 * reasons, source of the travel, seed and effort; legs, verdict, by_hand and diag stay NULL. */
tr_status tr_plan_read_day(const char *path, tr_arena *arena, tr_morning *morning, tr_plan *plan, tr_day *day,
                           tr_diag *diag);

/* ---- what plan.json says of its reports, as it stands there ---- */

typedef struct {
    int32_t stop, vehicle; /* vehicle -1: left */
} tr_claimed_stop;

typedef struct { /* one entry of `reports` */
    int32_t report;
    tr_outcome_kind outcome;
    int32_t duplicate_of; /* -1: of none */
    int32_t n_stops;
    tr_claimed_stop *stops;
} tr_claim;

enum { /* `counts`: by tr_outcome_kind, then these */
    TR_COUNT_REPORTS = TR_N_OUTCOMES, TR_COUNT_HAZARDOUS_LEFT, TR_COUNT_STOPS, TR_COUNT_STOPS_LEFT, TR_COUNT_VEHICLES,
    TR_N_COUNTS
};
extern const char *const tr_count_names[TR_N_COUNTS]; /* keys of `counts` */

typedef struct {
    int32_t n_reports;
    const tr_claim *reports; /* may lack one or hold one twice */
    int64_t counts[TR_N_COUNTS];
} tr_claims;

/* As tr_plan_read_day; every index in the claims is one of the morning. */
tr_status tr_plan_read_claims(const char *path, tr_arena *arena, tr_morning *morning, tr_plan *plan, tr_day *day,
                              tr_claims *claims, tr_diag *diag);

#endif
