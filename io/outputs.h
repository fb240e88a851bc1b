/* outputs.h -- a finished plan into the files of the day.
 *
 * Every file is written under a temporary name and renamed, so that a full disk leaves no half
 * file; a failure names the file and the system's reason.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_OUTPUTS_H
#define TR_OUTPUTS_H
#include "inputs.h"
#include "travel.h"

typedef enum {
    TR_NEAR_ROAD,     /* the road of the leg that leads to the visit comes near */
    TR_NEAR_STRAIGHT, /* its straight line does: no road is known */
    TR_NEAR_VISIT     /* the visit itself lies there */
} tr_nearness;
extern const char *const tr_nearness_names[3]; /* "road", "straight_line", "visit" */

typedef struct { /* a leg or a visit that comes near a place to keep away from; avoid.h finds them */
    int32_t avoid;        /* index into morning->avoid */
    int32_t route, visit;
    tr_nearness how;
    double metres;        /* as near as that, to a tenth; 0 = through it */
    double lat, lon;      /* and there */
    int64_t at_s;         /* about when: by the share of the leg's length; of a visit its arrival */
} tr_avoid_finding;

typedef struct { /* chances of a route when stops take as long as they take (history/risk.h), 0..1 */
    double late;          /* back after the end of the shift */
    double too_late;      /* after the overtime allowed, too */
    double missed;        /* a stop's window or a site's opening hours are missed, at least one */
    double trouble;       /* too late, or missed */
    int64_t median_s, ninth_s; /* back by then on half of the days, on nine of ten; 0 if it stays at home */
} tr_route_risk;

typedef struct {
    double quantile;      /* of the service times, that the plan counts on */
    int32_t draws;        /* days simulated */
    uint64_t seed;
    const tr_route_risk *routes; /* [n_routes] */
} tr_risk;

typedef struct { /* all that the writers need; pointers are borrowed */
    const tr_morning *morning;
    const tr_plan *plan;
    const tr_reason *reasons;      /* [plan->n_left] */
    const tr_verdict *verdict;
    tr_leg *const *legs;           /* [n_routes], each [n_visits - 1] for visits 0..n-1; NULL if the route is empty */
    const tr_travel *travel;       /* handed on to tr_travel_record */
    const char *travel_source;     /* tr_travel_describe */
    const tr_solve_report *run;
    uint64_t seed;
    const tr_certificate *certificate; /* bounds of the plan's levels; NULL = none were looked for */
    int32_t n_raises;
    const tr_raise *raises;        /* [n_raises] what would make a better day */
    const tr_risk *risk;           /* --risk; NULL = not asked for */
    const tr_plan *by_hand;        /* comparison: oldest first, shared out; NULL = none */
    const tr_diag *diag;           /* warnings for the summary */
    int32_t n_avoid_findings;
    const tr_avoid_finding *avoid_findings; /* by route, visit and place */
} tr_day;

/* A report's final outcome under the plan: routed only when all of its stops are. */
tr_outcome_kind tr_report_outcome(const tr_morning *morning, const tr_plan *plan, int32_t report);

/* Writes plan.json, travel.json, summary.txt, map.html, routes.geojson and per crew CREW.csv,
 * CREW.html, CREW.gpx (stops), CREW-track.gpx into directory (made if missing). */
tr_status tr_outputs_write(const tr_day *day, const char *directory, tr_err *err);

/* The summary as text, in the arena: hazardous left first, then routes, then all outcomes. */
char *tr_summary_text(const tr_day *day, tr_arena *arena);

/* Reads plan.json back: the whole morning (with travel) and the plan, for `--from`.  "-" is
 * standard input; the travel is then looked for in the current folder. */
tr_status tr_plan_read(const char *path, tr_arena *arena, tr_morning *morning, tr_plan *plan, tr_diag *diag);

/* Reads plan.json as tr_plan_read does and judges all of it, for `check`: the referee's findings, then those
 * of the rule "outcomes" on what it says of its reports.  Accepted if there is none.  TR_EINPUT: it could
 * not be read, diag tells why, and there is no verdict. */
tr_status tr_plan_judge(const char *path, tr_arena *arena, tr_morning *morning, tr_verdict *verdict, tr_diag *diag);

#endif
