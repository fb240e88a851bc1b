/* plan_outcomes.c -- what plan.json says of its reports (`reports`, `counts`), held against its stops.
 *
 * The referee judges routes and stops and knows no reports; this is the rest of `tiprun check`.  What
 * follows is worked out here from the routes and the input alone, not by the code that wrote the file.
 * Every finding has the rule "outcomes" and names the report or the count, what the plan says and what
 * it is.  Not judged: texts (reasons), and triage itself, which needs the feeds.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "writers.h"

#include <stdlib.h>

const char *const tr_count_names[TR_N_COUNTS] = {
    [TR_ROUTED] = "routed",
    [TR_LEFT] = "left",
    [TR_REVIEW] = "review",
    [TR_REFER] = "refer",
    [TR_CONTRACTOR] = "contractor",
    [TR_NOT_OURS] = "not_ours",
    [TR_DUPLICATE] = "duplicate",
    [TR_COUNT_REPORTS] = "reports",
    [TR_COUNT_HAZARDOUS_LEFT] = "hazardous_left",
    [TR_COUNT_STOPS] = "stops",
    [TR_COUNT_STOPS_LEFT] = "stops_left",
    [TR_COUNT_VEHICLES] = "vehicles_used",
};

typedef struct {
    const tr_morning *morning;
    const tr_plan *plan;
    tr_arena *arena;
    const int32_t *routes; /* of each stop, -1 = on none */
    tr_finding *findings;
    int32_t n_findings, room;
} inquiry;

static void __attribute__((format(printf, 4, 5)))
found(inquiry *q, const char *what, int64_t amount, const char *format, ...)
{
    if (q->n_findings == q->room) {
        int32_t room = q->room + q->room / 2 + 16;
        q->findings =
            tr_arena_grow(q->arena, q->findings, (size_t)q->n_findings, (size_t)room, sizeof *q->findings);
        q->room = room;
    }
    va_list args;
    va_start(args, format);
    const char *rest = tr_arena_vprintf(q->arena, format, args);
    va_end(args);
    q->findings[q->n_findings++] = (tr_finding){
        .rule = "outcomes",
        .vehicle = -1,
        .visit = -1,
        .amount = amount,
        .text = tr_arena_printf(q->arena, "outcomes: %s %s", what, rest),
    };
}

/* ---- what follows from the stops ---- */

static bool has_stops(const tr_outcome *outcome) /* triage sends a crew */
{
    return outcome->kind == TR_LEFT || outcome->kind == TR_ROUTED;
}

static tr_claim follows(const inquiry *q, int32_t report)
{
    const tr_outcome *outcome = &q->morning->outcomes[report];
    tr_claim truth = {.report = report, .outcome = outcome->kind, .duplicate_of = outcome->duplicate_of};
    if (!has_stops(outcome)) return truth;
    truth.outcome = outcome->n_stops > 0 ? TR_ROUTED : TR_LEFT;
    truth.n_stops = outcome->n_stops;
    truth.stops = TR_NEW(q->arena, tr_claimed_stop, outcome->n_stops + 1);
    for (int32_t k = 0; k < outcome->n_stops; k++) {
        int32_t stop = outcome->first_stop + k, route = q->routes[stop];
        truth.stops[k] = (tr_claimed_stop){stop, route < 0 ? -1 : q->plan->routes[route].vehicle};
        if (route < 0) truth.outcome = TR_LEFT;
    }
    return truth;
}

static void count(const inquiry *q, const tr_claim *truth, int64_t counts[TR_N_COUNTS])
{
    counts[TR_COUNT_REPORTS]++;
    counts[truth->outcome]++;
    if (truth->outcome == TR_LEFT && tr_report_is_hazardous(q->morning, truth->report))
        counts[TR_COUNT_HAZARDOUS_LEFT]++;
    counts[TR_COUNT_STOPS] += truth->n_stops;
    for (int32_t k = 0; k < truth->n_stops; k++) counts[TR_COUNT_STOPS_LEFT] += truth->stops[k].vehicle < 0;
}

/* ---- held against what the plan says ---- */

static const char *report_id(const inquiry *q, int32_t report)
{
    return q->morning->reports[report].id;
}

static const char *report_name(const inquiry *q, int32_t report)
{
    return tr_arena_printf(q->arena, "report %s:", report_id(q, report));
}

static const char *stops_text(const inquiry *q, const tr_claim *claim) /* "R-7/1 on Box-2, R-7/2 left" */
{
    enum { SHOWN = 6 }; /* a plan may say anything; a line stays a line */
    const tr_problem *problem = &q->morning->problem;
    const char *text = claim->n_stops ? "" : "no stops";
    for (int32_t k = 0; k < claim->n_stops && k < SHOWN; k++) {
        const tr_claimed_stop *s = &claim->stops[k];
        text = tr_arena_printf(q->arena, "%s%s%s %s%s", text, k ? ", " : "", problem->stops[s->stop].id,
                               s->vehicle < 0 ? "left" : "on ",
                               s->vehicle < 0 ? "" : problem->vehicles[s->vehicle].id);
    }
    return claim->n_stops > SHOWN ? tr_arena_printf(q->arena, "%s, ...", text) : text;
}

static bool same_stops(const tr_claim *a, const tr_claim *b)
{
    if (a->n_stops != b->n_stops) return false;
    for (int32_t k = 0; k < a->n_stops; k++)
        if (a->stops[k].stop != b->stops[k].stop || a->stops[k].vehicle != b->stops[k].vehicle) return false;
    return true;
}

static const char *original(const inquiry *q, int32_t report)
{
    return report < 0 ? "none" : report_id(q, report);
}

static void compare(inquiry *q, const tr_claim *claim, const tr_claim *truth)
{
    const char *name = report_name(q, truth->report);
    bool served = has_stops(&q->morning->outcomes[truth->report]);
    if (claim->outcome != truth->outcome)
        found(q, name, 1, "the plan says %s, it is %s (%s)", tr_outcome_names[claim->outcome],
              tr_outcome_names[truth->outcome], served ? stops_text(q, truth) : "so triage decided");
    if (claim->duplicate_of != truth->duplicate_of)
        found(q, name, 1, "the plan says it is a duplicate of %s, it is of %s",
              original(q, claim->duplicate_of), original(q, truth->duplicate_of));
    if (!same_stops(claim, truth))
        found(q, name, 1, "the plan says %s, it is %s", stops_text(q, claim), stops_text(q, truth));
}

/* A stop that was taken out of the input would leave no trace but the numbers of its parts. */
static void check_parts(inquiry *q, int32_t report)
{
    const tr_outcome *outcome = &q->morning->outcomes[report];
    if (!has_stops(outcome)) return;
    if (outcome->n_stops == 0) found(q, report_name(q, report), 1, "triage sends a crew, but it has no stop");
    for (int32_t k = 0; k < outcome->n_stops; k++) {
        const tr_stop_note *note = &q->morning->stop_notes[outcome->first_stop + k];
        if (note->part == k + 1 && note->n_parts == outcome->n_stops) continue;
        found(q, report_name(q, report), 1, "stop %s says part %d of %d, it is part %d of %d",
              q->morning->problem.stops[outcome->first_stop + k].id, (int)note->part, (int)note->n_parts,
              (int)(k + 1), (int)outcome->n_stops);
        return;
    }
}

static void check_reports(inquiry *q, const tr_claims *claims, int64_t counts[TR_N_COUNTS])
{
    int32_t n = q->morning->n_reports, *times = TR_NEW(q->arena, int32_t, n + 1);
    tr_claim *truths = TR_NEW(q->arena, tr_claim, n + 1);
    for (int32_t i = 0; i < n; i++) {
        truths[i] = follows(q, i);
        count(q, &truths[i], counts);
        check_parts(q, i);
    }
    for (int32_t i = 0; i < claims->n_reports; i++) {
        int32_t report = claims->reports[i].report;
        times[report]++;
        compare(q, &claims->reports[i], &truths[report]);
    }
    for (int32_t i = 0; i < n; i++)
        if (times[i] != 1)
            found(q, report_name(q, i), abs(times[i] - 1), "the plan says %d outcomes, each report has one (here %s)",
                  (int)times[i], tr_outcome_names[truths[i].outcome]);
}

/* With every count right they add up: each report was counted under its one outcome. */
static void check_counts(inquiry *q, const tr_claims *claims, const int64_t counts[TR_N_COUNTS])
{
    for (int k = 0; k < TR_N_COUNTS; k++)
        if (claims->counts[k] != counts[k])
            found(q, tr_arena_printf(q->arena, "counts.%s:", tr_count_names[k]),
                  llabs(claims->counts[k] - counts[k]), "the plan says %lld, it is %lld",
                  (long long)claims->counts[k], (long long)counts[k]);
}

static void add_findings(tr_verdict *verdict, const inquiry *q)
{
    int32_t n = verdict->n_findings;
    tr_finding *all = TR_NEW(q->arena, tr_finding, n + q->n_findings + 1);
    for (int32_t i = 0; i < n; i++) all[i] = verdict->findings[i];
    for (int32_t i = 0; i < q->n_findings; i++) all[n + i] = q->findings[i];
    verdict->findings = all;
    verdict->n_findings += q->n_findings;
}

tr_status tr_plan_judge(const char *path, tr_arena *arena, tr_morning *morning, tr_verdict *verdict, tr_diag *diag)
{
    tr_plan plan;
    tr_day day;
    tr_claims claims;
    int64_t counts[TR_N_COUNTS] = {0};
    TR_TRY(tr_plan_read_claims(path, arena, morning, &plan, &day, &claims, diag));
    tr_referee(&morning->problem, &plan, arena, verdict);
    inquiry q = {morning, &plan, arena, tr_stop_routes(&morning->problem, &plan, arena), NULL, 0, 0};
    for (int32_t r = 0; r < plan.n_routes; r++) counts[TR_COUNT_VEHICLES] += plan.routes[r].n_visits > 0;
    check_reports(&q, &claims, counts);
    check_counts(&q, &claims, counts);
    add_findings(verdict, &q);
    return TR_OK;
}
