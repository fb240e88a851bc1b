/* summary.c -- summary.txt: what the fleet manager reads at six in the morning.
 *
 * In the order in which it matters: whether the times can be trusted, closed roads on the way, hazardous waste that stays in
 * the street and why, the headline, the comparison, each vehicle, what is left, what was sorted out,
 * what would make a better day, warnings, advice, how to repeat the run, where the road times come from.  At most 96 columns, plain text.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "writers.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 96 };

typedef struct {
    const tr_day *day;
    const tr_morning *morning;
    const tr_problem *problem;
    const tr_plan *plan;
    tr_arena *arena;
    FILE *out;
} page;

/* ---- columns: counted in characters, not bytes ---- */

static int width_of(const char *text)
{
    int n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static void pad(const page *p, const char *text, int width) /* negative: to the right edge */
{
    int gap = abs(width) - width_of(text);
    if (gap < 0) gap = 0;
    if (width < 0)
        fprintf(p->out, "%*s%s", gap, "", text);
    else
        fprintf(p->out, "%s%*s", text, gap, "");
}

/* Words of text broken between them, every line after the first set in. */
static void wrap(const page *p, const char *first, int indent, const char *text)
{
    int column = width_of(first);
    char *copy = tr_clean_text(text, p->arena), *rest;
    fputs(first, p->out);
    bool fresh = true;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        int width = width_of(word);
        if (!fresh && column + 1 + width > COLUMNS) {
            fprintf(p->out, "\n%*s", indent, "");
            column = indent;
            fresh = true;
        }
        column += fprintf(p->out, "%s", fresh ? "" : " ") + width;
        fputs(word, p->out);
        fresh = false;
    }
    fputc('\n', p->out);
}

static const char *count_of(const page *p, int64_t n, const char *one, const char *many)
{
    return tr_arena_printf(p->arena, "%lld %s", (long long)n, n == 1 ? one : many);
}

/* ---- parts ---- */

static const char *report_line(const page *p, int32_t report)
{
    const tr_outcome *outcome = &p->morning->outcomes[report];
    const char *what = tr_report_what(p->morning, p->plan, report, p->arena);
    if (!what && outcome->waste_type >= 0) what = tr_waste_types[outcome->waste_type];
    return tr_arena_printf(p->arena, "%s: %s%s%s", p->morning->reports[report].id, what ? what : "",
                           what ? "; " : "", tr_report_place(&p->morning->reports[report], p->arena));
}

static void put_left(const page *p, int32_t report, const char *mark)
{
    int32_t shown = tr_report_stop(p->morning, p->plan, report);
    const char *first = tr_arena_printf(p->arena, "  %s ", mark);
    wrap(p, first, 6, report_line(p, report));
    if (shown >= 0) {
        const tr_stop *stop = &p->problem->stops[shown];
        const char *due = stop->due_day < p->problem->day ? "OVERDUE, was due" : "due";
        fprintf(p->out, "      reported %s, %s %s\n", tr_day_text(stop->reported_day, p->arena), due,
                tr_day_text(stop->due_day, p->arena));
    }
    wrap(p, "      why: ", 11, tr_left_text(p->day, report, p->arena));
}

static bool is_recorded(const page *p)
{
    return p->day->travel && tr_travel_kind(p->day->travel) == TR_FROM_RECORDING;
}

/* A recording tells its making at length: at the end of the page. */
static const char *travel_in_short(const page *p)
{
    if (!is_recorded(p)) return p->day->travel_source ? p->day->travel_source : "source unknown";
    bool estimated = tr_travel_estimated(p->problem) == TR_ESTIMATED_ALL;
    return estimated ? "a recorded estimate, details below" : "recorded road times, details below";
}

static bool is_left(const page *p, int32_t report)
{
    return tr_report_outcome(p->morning, p->plan, report) == TR_LEFT;
}

/* A failing server is told at the top, with the doubt that it causes. */
static bool is_why(const page *p, const tr_fault *fault)
{
    return fault->severity == TR_WARNING && fault->file && !strcmp(fault->file, TR_ROAD_TIMES) &&
           tr_travel_warning(p->day, -1, p->arena);
}

/* Whether the times can be trusted, and if not, whose they are and why. */
static void put_doubt(const page *p)
{
    const char *doubt = tr_travel_warning(p->day, -1, p->arena), *whose = "";
    if (!doubt) return;
    for (int32_t r = 0; r < p->plan->n_routes; r++) {
        tr_leg_count n = tr_count_legs(p->problem, p->plan, r);
        if (n.estimated + n.stale == 0 || n.estimated == n.driven) continue;
        whose = tr_arena_printf(p->arena, "%s%s%s %d of %d", whose, *whose ? ", " : ": ",
                                p->problem->vehicles[p->plan->routes[r].vehicle].id, n.estimated + n.stale, n.driven);
    }
    wrap(p, "!! ", 3, tr_arena_printf(p->arena, "%s%s (%s)", doubt, whose, travel_in_short(p)));
    for (int32_t i = 0; p->day->diag && i < p->day->diag->n_faults; i++) {
        const tr_fault *fault = &p->day->diag->faults[i];
        if (is_why(p, fault)) wrap(p, "   why: ", 8, fault->text);
    }
}

/* Stops that no vehicle gets to, wherever the times come from. */
static void put_no_road(const page *p)
{
    int32_t n = 0;
    const char *text = "";
    for (int32_t i = 0; i < p->morning->n_places; i++) {
        const tr_place *place = &p->morning->places[i];
        if (place->kind != TR_PLACE_STOP || !place->finding || strncmp(place->finding, "no road", 7)) continue;
        text = tr_arena_printf(p->arena, "%s%s%s at %s,%s (%s)", text, n++ ? "; " : "", place->name,
                               tr_degrees_text(place->lat, p->arena), tr_degrees_text(place->lon, p->arena), place->finding);
    }
    if (n) wrap(p, "!! ", 3, tr_arena_printf(p->arena, "NO ROAD LEADS TO %s: %s", count_of(p, n, "place", "places"), text));
}

/* ", map of 2026-01-01 (60 days old)" of the oldest one that tells its date; "" if none does. */
static const char *map_age(const page *p)
{
    int32_t n = 0, oldest = -1;
    char date[11];
    const tr_coverage *c = p->day->travel ? tr_travel_coverage(p->day->travel, &n) : NULL;
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < c[i].n_maps; k++)
            if (c[i].maps[k].map_day >= 0 && (oldest < 0 || c[i].maps[k].map_day < oldest)) oldest = c[i].maps[k].map_day;
    if (oldest < 0) return "";
    tr_day_print(oldest, date);
    return tr_arena_printf(p->arena, ", map of %s (%s old)", date,
                           count_of(p, p->problem->day - oldest, "day", "days"));
}

/* Closed roads and low bridges, each with the legs and visits that come near it; if none does, that they were
 * looked at. */
static void put_avoid(const page *p)
{
    const tr_day *day = p->day;
    int32_t n = day->n_avoid_findings, today = 0;
    for (int32_t i = 0; i < p->morning->n_avoid; i++) today += p->morning->avoid[i].n_hours > 0;
    if (n)
        fprintf(p->out, "!! CLOSED ROADS, LOW BRIDGES: %s; the road times do not know of them\n",
                count_of(p, n, "leg or stop comes near", "legs or stops come near"));
    else if (p->morning->n_avoid)
        wrap(p, "", 0, tr_arena_printf(p->arena, "Closed roads, low bridges: no leg or stop comes near one (%d listed, %d of this day).",
                                       p->morning->n_avoid, today));
    for (int32_t i = 0; i < p->morning->n_avoid; i++) {
        bool told = false;
        for (int32_t f = 0; f < n; f++) {
            if (day->avoid_findings[f].avoid != i) continue;
            if (!told) wrap(p, "  ! ", 6, tr_avoid_what(&p->morning->avoid[i], p->arena));
            told = true;
            wrap(p, "      ", 8, tr_avoid_line(day, &day->avoid_findings[f], p->arena));
        }
    }
}

/* ", scaled by hour of the day, slowest 08:00-09:00 at 70 %"; "" if the speed never changes. */
static const char *hours_text(const page *p)
{
    const tr_policy *policy = &p->problem->policy;
    int32_t least = INT32_MAX, from = 0, speed[25] = {0};
    if (!tr_speed_changes(policy)) return "";
    for (int32_t h = 0; h < 24; h++) {
        speed[h] = policy->speed_by_hour[h] ? policy->speed_by_hour[h] : 1000;
        if (speed[h] < least) least = speed[h], from = h;
    }
    int32_t to = from;
    while (speed[to] == least) to++;
    return tr_arena_printf(p->arena, ", scaled by hour of the day, slowest %02d:00-%02d:00 at %g %%", from, to, least / 10.0);
}

static void put_alarms(const page *p)
{
    put_doubt(p);
    put_no_road(p);
    put_avoid(p);
    int32_t n = tr_hazardous_left(p->morning, p->plan);
    if (n == 0) {
        fputs("No hazardous waste is left today.\n\n", p->out);
        return;
    }
    fprintf(p->out, "!! HAZARDOUS WASTE LEFT TODAY: %s\n", count_of(p, n, "report", "reports"));
    for (int32_t i = 0; i < p->morning->n_reports; i++)
        if (is_left(p, i) && tr_report_is_hazardous(p->morning, i)) put_left(p, i, "!");
    fputc('\n', p->out);
}

static int32_t vehicles_used(const tr_plan *plan)
{
    int32_t n = 0;
    for (int32_t r = 0; r < plan->n_routes; r++) n += plan->routes[r].n_visits > 0;
    return n;
}

static void put_headline(const page *p)
{
    static const char *const days[] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                       "Monday",   "Tuesday", "Wednesday"};
    static const char *const rest[TR_N_OUTCOMES] = {
        [TR_LEFT] = "left",         [TR_REVIEW] = "for review",
        [TR_REFER] = "to refer",    [TR_CONTRACTOR] = "for a contractor",
        [TR_NOT_OURS] = "not ours", [TR_DUPLICATE] = "duplicate"};
    int32_t counts[TR_N_OUTCOMES], day = p->problem->day;
    tr_count_outcomes(p->morning, p->plan, counts);
    char *text = tr_arena_printf(p->arena, "%s %s: %d of %s routed with %s", days[(day % 7 + 7) % 7],
                                 tr_day_text(day, p->arena), counts[TR_ROUTED],
                                 count_of(p, p->morning->n_reports, "report", "reports"),
                                 count_of(p, vehicles_used(p->plan), "vehicle", "vehicles"));
    for (int k = TR_LEFT; k < TR_N_OUTCOMES; k++)
        if (counts[k] || k == TR_LEFT)
            text = tr_arena_printf(p->arena, "%s; %d %s", text, counts[k], rest[k]);
    wrap(p, "", 0, text);
    wrap(p, "", 0, tr_arena_printf(p->arena, "Travel: %s%s%s.", travel_in_short(p), map_age(p), hours_text(p)));
}

/* How good the plan is: each level in a sentence. */
static void put_proof(const page *p)
{
    for (int32_t level = 0; level < 3; level++) wrap(p, "", 2, tr_proof_sentence(p->day, level, p->arena));
    if (!p->day->verdict) return;
    if (p->day->verdict->n_findings == 0) {
        fputs("Checked: the referee, which recomputes every rule and figure, found nothing wrong.\n", p->out);
        return;
    }
    fprintf(p->out, "!! THE REFEREE FOUND %d BROKEN RULES:\n", p->day->verdict->n_findings);
    for (int32_t i = 0; i < p->day->verdict->n_findings; i++)
        wrap(p, "  - ", 4, p->day->verdict->findings[i].text);
}

/* ---- comparison ---- */

typedef struct {
    int64_t routed, hazardous_left, left, used, metres, duty_s, pence;
} measure;

static measure measured(const page *p, const tr_plan *plan)
{
    int32_t counts[TR_N_OUTCOMES];
    tr_count_outcomes(p->morning, plan, counts);
    measure m = {.routed = counts[TR_ROUTED],
                 .left = counts[TR_LEFT],
                 .used = vehicles_used(plan),
                 .hazardous_left = tr_hazardous_left(p->morning, plan),
                 .pence = plan->goal.cost_pence};
    for (int32_t r = 0; r < plan->n_routes; r++) {
        m.metres += plan->routes[r].dist_m;
        m.duty_s += plan->routes[r].duty_s;
    }
    return m;
}

static void put_pair(const page *p, const char *name, const char *ours, const char *theirs)
{
    fputs("  ", p->out);
    pad(p, name, 24);
    pad(p, ours, -12);
    pad(p, theirs, -12);
    fputc('\n', p->out);
}

static const char *number(const page *p, int64_t n)
{
    return tr_arena_printf(p->arena, "%lld", (long long)n);
}

static void put_comparison(const page *p)
{
    if (!p->day->by_hand) return;
    measure a = measured(p, p->plan), b = measured(p, p->day->by_hand);
    fputs("\nCOMPARED WITH SHARING OUT BY HAND, OLDEST REPORT FIRST\n", p->out);
    put_pair(p, "", "this plan", "by hand");
    put_pair(p, "reports routed", number(p, a.routed), number(p, b.routed));
    put_pair(p, "hazardous left", number(p, a.hazardous_left), number(p, b.hazardous_left));
    put_pair(p, "left in all", number(p, a.left), number(p, b.left));
    put_pair(p, "vehicles", number(p, a.used), number(p, b.used));
    put_pair(p, "kilometres", tr_tenths_text(a.metres, 1000, p->arena),
             tr_tenths_text(b.metres, 1000, p->arena));
    put_pair(p, "crew hours on duty", tr_tenths_text(a.duty_s, 3600, p->arena),
             tr_tenths_text(b.duty_s, 3600, p->arena));
}

/* ---- vehicles ---- */

static void put_row(const page *p, const char *const cells[8])
{
    static const int widths[8] = {22, -6, -6, -9, -9, -15, -6, -7};
    fputs("  ", p->out);
    for (int i = 0; i < 8; i++) pad(p, cells[i], widths[i]);
    fputc('\n', p->out);
}

static const char *shortened(const page *p, const char *text, int width)
{
    if (width_of(text) <= width) return text;
    size_t bytes = 0;
    for (int n = 0; n < width - 1; n++) do
            bytes++;
        while (((unsigned char)text[bytes] & 0xc0) == 0x80);
    return tr_arena_printf(p->arena, "%.*s~", (int)bytes, text);
}

static void put_vehicle(const page *p, const tr_route *route)
{
    tr_route_sums sums = tr_route_sum(p->problem, route);
    const tr_vehicle *vehicle = &p->problem->vehicles[route->vehicle];
    const char *name = shortened(p, tr_clean_text(vehicle->id, p->arena), 21);
    if (route->n_visits == 0) {
        fputs("  ", p->out);
        pad(p, name, 22);
        fputs(vehicle->available ? "  not used\n" : "  not available today\n", p->out);
        return;
    }
    const char *times = tr_arena_printf(p->arena, "%s-%s", tr_clock_text(sums.leave_s, false, p->arena),
                                        tr_clock_text(sums.back_s, false, p->arena));
    put_row(p,
            (const char *const[8]){name, number(p, sums.stops), number(p, sums.hazardous),
                                   tr_tenths_text(route->dist_m, 1000, p->arena),
                                   tr_clock_text(route->duty_s, false, p->arena), times, number(p, sums.tips),
                                   tr_arena_printf(p->arena, "%d%%", sums.fill_percent)});
    if (route->overtime_s > 0)
        fprintf(p->out, "      overtime %lld min\n", (long long)(route->overtime_s + 59) / 60);
}

static void put_vehicles(const page *p)
{
    fputs("\nVEHICLES\n", p->out);
    put_row(p,
            (const char *const[8]){"vehicle", "stops", "haz", "km", "duty h", "leave-back", "tips", "fill"});
    for (int32_t r = 0; r < p->plan->n_routes; r++) put_vehicle(p, &p->plan->routes[r]);
}

static const char *chance(const page *p, double share)
{
    if (share <= 0) return "0 %";
    return share < 0.005 ? "< 1 %" : share > 0.995 && share < 1 ? "> 99 %" : tr_arena_printf(p->arena, "%.0f %%", 100 * share);
}

static void put_risk_row(const page *p, const char *name, const char *const cells[5])
{
    static const int widths[5] = {-12, -16, -14, -14, -14};
    fputs("  ", p->out);
    pad(p, name, 22);
    for (int i = 0; i < 5; i++) pad(p, cells[i], widths[i]);
    fputc('\n', p->out);
}

static void put_risk(const page *p)
{
    const tr_risk *risk = p->day->risk;
    if (!risk) return;
    fputs("\nCHANCE OF OVERRUN\n", p->out);
    wrap(p, "  ", 2,
         tr_arena_printf(p->arena,
                         "Stops are planned with times that are enough in %g %% of cases. Simulated: %d days of this plan with service "
                         "times as they fall (seed %llu); driving and tipping as planned.",
                         100 * risk->quantile, risk->draws, (unsigned long long)risk->seed));
    put_risk_row(p, "vehicle", (const char *const[5]){"after shift", "after overtime", "window missed", "half back by", "9 in 10 by"});
    for (int32_t r = 0; r < p->plan->n_routes; r++) {
        const tr_route_risk *at = &risk->routes[r];
        const tr_route *route = &p->plan->routes[r];
        if (!route->n_visits) continue;
        put_risk_row(p, shortened(p, tr_clean_text(p->problem->vehicles[route->vehicle].id, p->arena), 21),
                     (const char *const[5]){chance(p, at->late), chance(p, at->too_late), chance(p, at->missed),
                                            tr_clock_text(at->median_s, false, p->arena), tr_clock_text(at->ninth_s, false, p->arena)});
    }
}

/* ---- outcomes ---- */

static void put_others_left(const page *p)
{
    bool any = false;
    for (int32_t i = 0; i < p->morning->n_reports; i++) {
        if (!is_left(p, i) || tr_report_is_hazardous(p->morning, i)) continue;
        if (!any) fputs("\nLEFT FOR ANOTHER DAY\n", p->out);
        put_left(p, i, "-");
        any = true;
    }
}

static void put_outcomes(const page *p, tr_outcome_kind kind, const char *heading)
{
    bool any = false;
    for (int32_t i = 0; i < p->morning->n_reports; i++) {
        const tr_outcome *outcome = &p->morning->outcomes[i];
        if (tr_report_outcome(p->morning, p->plan, i) != kind) continue;
        if (!any) fprintf(p->out, "\n%s\n", heading);
        any = true;
        const char *mark = outcome->hazard >= p->problem->policy.hazardous_rank ? "  ! " : "  - ";
        const char *line = report_line(p, i);
        if (outcome->duplicate_of >= 0)
            line = tr_arena_printf(p->arena, "%s; same as %s", line,
                                   p->morning->reports[outcome->duplicate_of].id);
        const char *why = outcome->reason ? outcome->reason : p->morning->reports[i].fault;
        if (why) line = tr_arena_printf(p->arena, "%s: %s", line, why);
        wrap(p, mark, 6, line);
    }
}

/* A bad row stands among the reports for review already. */
static bool is_told(const page *p, const tr_fault *fault)
{
    for (int32_t i = 0; i < p->morning->n_reports; i++) {
        const tr_report *r = &p->morning->reports[i];
        if (r->fault && !strcmp(r->fault, fault->text) && !strcmp(r->file, fault->file)) return true;
    }
    return false;
}

static void put_warnings(const page *p)
{
    bool any = false;
    for (int32_t i = 0; p->day->diag && i < p->day->diag->n_faults; i++) {
        const tr_fault *fault = &p->day->diag->faults[i];
        if (fault->severity != TR_WARNING || is_told(p, fault) || is_why(p, fault)) continue;
        if (!any) fputs("\nWARNINGS\n", p->out);
        any = true;
        bool placed = fault->where && *fault->where;
        wrap(p, "  - ", 6,
             tr_arena_printf(p->arena, "%s%s%s: %s", fault->file, placed ? ": " : "",
                             placed ? fault->where : "", fault->text));
    }
}

/* ---- advice: stops that a contractor would clear for less ---- */

static void put_advice(const page *p)
{
    int64_t price = p->problem->policy.contractor_pence, *saving = TR_NEW(p->arena, int64_t, p->problem->n_stops + 1);
    bool any = false;
    for (int32_t r = 0; r < p->plan->n_routes; r++) any |= tr_cost_pence(&p->plan->routes[r].cost) > price;
    if (!any) return; /* no stop can cost more than its whole route */
    tr_savings(p->problem, p->plan, p->arena, saving);
    any = false;
    for (int32_t r = 0; r < p->plan->n_routes; r++)
        for (int32_t v = 0; v < p->plan->routes[r].n_visits; v++) {
            const tr_visit *x = &p->plan->routes[r].visits[v];
            if (x->kind != TR_VISIT_STOP || saving[x->ref] <= price) continue;
            if (!any) fputs("\nADVICE\n", p->out);
            any = true;
            wrap(p, "  - ", 6,
                 tr_arena_printf(p->arena, "%s costs GBP %s on %s; a contractor takes GBP %s", p->problem->stops[x->ref].id,
                                 tr_pounds_text(saving[x->ref], p->arena),
                                 p->problem->vehicles[p->plan->routes[r].vehicle].id, tr_pounds_text(price, p->arena)));
        }
}

/* What would make a better day, found by planning again with it. */
static void put_raises(const page *p)
{
    if (p->day->n_raises == 0) return;
    fputs("\nWHAT WOULD MAKE A BETTER DAY (each planned again to see)\n", p->out);
    for (int32_t i = 0; i < p->day->n_raises; i++) wrap(p, "  - ", 6, tr_raise_sentence(p->day, &p->day->raises[i], p->arena));
}

static void put_assumed(const page *p)
{
    int32_t n = 0;
    for (int32_t i = 0; i < p->morning->n_reports; i++)
        n += p->morning->outcomes[i].n_stops > 0 && p->morning->outcomes[i].load_assumed;
    if (n > 0)
        wrap(p, "Loads: ", 7,
             tr_arena_printf(p->arena, "%s of %s assumed from the size, not measured.", "kg and m3",
                             count_of(p, n, "report are", "reports are")));
}

/* A server may answer otherwise another day: the times of this one are in travel.json.  An estimate repeats. */
static const char *recording_option(const page *p)
{
    const tr_travel *travel = p->day->travel;
    if (!travel || tr_travel_kind(travel) == TR_FROM_ESTIMATE) return "";
    if (tr_travel_kind(travel) == TR_FROM_RECORDING)
        return tr_arena_printf(p->arena, " --recording %s", tr_travel_file(travel));
    return " --travel recorded --recording travel.json"; /* and no server of the day */
}

static void put_repeat(const page *p)
{
    fputs("\nHOW TO REPEAT\n", p->out);
    const tr_solve_report *run = p->day->run;
    wrap(p, "  ", 2,
         tr_arena_printf(p->arena,
                         "tiprun %s, the same input files and orders, --date %s%s%s --repeat plan.json (seed %llu, %lld "
                         "iterations in all).%s%s",
                         TR_VERSION, tr_day_text(p->problem->day, p->arena), recording_option(p),
                         p->day->risk ? tr_arena_printf(p->arena, " --risk %g", p->day->risk->quantile) : "",
                         (unsigned long long)p->day->seed, (long long)(run ? run->iterations : 0),
                         p->day->travel && tr_travel_kind(p->day->travel) == TR_FROM_OSRM
                             ? " The server may have changed since: travel.json has the road times of this run."
                             : "",
                         run && run->stopped ? " The search was stopped before its end, which cannot be repeated." : ""));
}

static void put_travel(const page *p)
{
    bool roads = tr_travel_estimated(p->problem) != TR_ESTIMATED_ALL;
    if (!roads && !is_recorded(p)) return; /* the top has said all */
    fputs("\nTRAVEL\n", p->out);
    if (is_recorded(p)) wrap(p, "  ", 2, tr_arena_printf(p->arena, "%s.", p->day->travel_source));
    if (roads) fprintf(p->out, "  Made from OpenStreetMap: %s.\n", TR_OSM_CREDIT);
}

char *tr_summary_text(const tr_day *day, tr_arena *arena)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_arena_strdup(arena, "");
    page p = {day, day->morning, &day->morning->problem, day->plan, arena, out};
    put_alarms(&p);
    put_headline(&p);
    put_proof(&p);
    put_assumed(&p);
    put_comparison(&p);
    put_vehicles(&p);
    put_risk(&p);
    put_others_left(&p);
    put_raises(&p);
    put_outcomes(&p, TR_REVIEW, "FOR REVIEW: look at these before a crew is sent");
    put_outcomes(&p, TR_REFER, "TO REFER: Environment Agency or HSE");
    put_outcomes(&p, TR_CONTRACTOR, "FOR A CONTRACTOR: no vehicle or site of ours could take it");
    put_outcomes(&p, TR_NOT_OURS, "NOT OURS");
    put_outcomes(&p, TR_DUPLICATE, "DUPLICATES");
    put_warnings(&p);
    put_advice(&p);
    put_repeat(&p);
    put_travel(&p);
    fclose(out);
    char *kept = tr_arena_strdup(arena, text);
    free(text);
    return kept;
}
