/* writers.c -- views of visits, outcomes under a plan, and text without locale.
 *
 * Not here: any file's own layout.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"
#include "writers.h"

#include <math.h>
#include <string.h>

const char *const tr_visit_kinds[5] = {"start", "stop", "disposal", "break", "end"};

/* ---- outcomes ---- */

int32_t *tr_stop_routes(const tr_problem *problem, const tr_plan *plan, tr_arena *arena)
{
    int32_t *routes = TR_NEW(arena, int32_t, problem->n_stops + 1);
    for (int32_t s = 0; s < problem->n_stops; s++) routes[s] = -1;
    for (int32_t r = 0; r < plan->n_routes; r++)
        for (int32_t v = 0; v < plan->routes[r].n_visits; v++)
            if (plan->routes[r].visits[v].kind == TR_VISIT_STOP) routes[plan->routes[r].visits[v].ref] = r;
    return routes;
}

static bool on_a_route(const tr_plan *plan, int32_t stop)
{
    for (int32_t r = 0; r < plan->n_routes; r++)
        for (int32_t v = 0; v < plan->routes[r].n_visits; v++)
            if (plan->routes[r].visits[v].kind == TR_VISIT_STOP && plan->routes[r].visits[v].ref == stop)
                return true;
    return false;
}

tr_outcome_kind tr_report_outcome(const tr_morning *morning, const tr_plan *plan, int32_t report)
{
    const tr_outcome *outcome = &morning->outcomes[report];
    if (outcome->kind != TR_LEFT && outcome->kind != TR_ROUTED) return outcome->kind;
    for (int32_t i = 0; i < outcome->n_stops; i++)
        if (!on_a_route(plan, outcome->first_stop + i)) return TR_LEFT;
    return outcome->n_stops > 0 ? TR_ROUTED : TR_LEFT;
}

void tr_count_outcomes(const tr_morning *morning, const tr_plan *plan, int32_t counts[TR_N_OUTCOMES])
{
    memset(counts, 0, TR_N_OUTCOMES * sizeof *counts);
    for (int32_t i = 0; i < morning->n_reports; i++) counts[tr_report_outcome(morning, plan, i)]++;
}

bool tr_stop_is_hazardous(const tr_problem *problem, int32_t stop)
{
    return problem->stops[stop].hazard >= problem->policy.hazardous_rank;
}

bool tr_report_is_hazardous(const tr_morning *morning, int32_t report)
{
    const tr_outcome *outcome = &morning->outcomes[report];
    for (int32_t i = 0; i < outcome->n_stops; i++)
        if (tr_stop_is_hazardous(&morning->problem, outcome->first_stop + i)) return true;
    return outcome->n_stops == 0 && outcome->hazard >= morning->problem.policy.hazardous_rank;
}

int32_t tr_hazardous_left(const tr_morning *morning, const tr_plan *plan)
{
    int32_t n = 0;
    for (int32_t i = 0; i < morning->n_reports; i++)
        if (tr_report_outcome(morning, plan, i) == TR_LEFT && tr_report_is_hazardous(morning, i)) n++;
    return n;
}

const tr_reason *tr_stop_reason(const tr_day *day, int32_t stop)
{
    for (int32_t i = 0; day->reasons && i < day->plan->n_left; i++)
        if (day->plan->left[i] == stop) return &day->reasons[i];
    return NULL;
}

/* Where no road leads, travel's finding says it closer: "no road within 1 km". */
static const char *why_left(const tr_day *day, int32_t stop)
{
    const tr_reason *reason = tr_stop_reason(day, stop);
    const char *finding = day->morning->places[day->morning->problem.stops[stop].place].finding;
    if (reason && reason->code && !strcmp(reason->code, "no_road") && finding && !strncmp(finding, "no road", 7))
        return finding;
    return reason && reason->text ? reason->text : "no reason recorded";
}

static const char *joined(const char *list, const char *separator, const char *item, tr_arena *arena)
{
    return *list ? tr_arena_printf(arena, "%s%s%s", list, separator, item) : item;
}

/* The parts from `stop` to `end` that are left for the same reason as `stop`; "" if an earlier one told it. */
static const char *parts_like(const tr_day *day, int32_t first, int32_t stop, int32_t end, tr_arena *arena)
{
    const char *parts = "", *why = why_left(day, stop);
    for (int32_t s = first; s < end; s++) {
        if (on_a_route(day->plan, s) || strcmp(why_left(day, s), why) != 0) continue;
        if (s < stop) return "";
        parts = joined(parts, ", ", day->morning->problem.stops[s].id, arena);
    }
    return parts;
}

const char *tr_left_text(const tr_day *day, int32_t report, tr_arena *arena)
{
    const tr_outcome *outcome = &day->morning->outcomes[report];
    int32_t first = outcome->first_stop, end = first + outcome->n_stops;
    const char *text = "", *routed = "";
    if (outcome->n_stops == 1) return why_left(day, first);
    for (int32_t s = first; s < end; s++) {
        if (on_a_route(day->plan, s)) {
            routed = joined(routed, ", ", day->morning->problem.stops[s].id, arena);
            continue;
        }
        const char *parts = parts_like(day, first, s, end, arena);
        if (*parts)
            text = joined(text, "; ", tr_arena_printf(arena, "%s: %s", parts, why_left(day, s)), arena);
    }
    if (!*text) text = outcome->reason ? outcome->reason : "it has no stop";
    return *routed ? tr_arena_printf(arena, "%s (routed: %s)", text, routed) : text;
}

int32_t tr_report_stop(const tr_morning *morning, const tr_plan *plan, int32_t report)
{
    const tr_outcome *outcome = &morning->outcomes[report];
    for (int32_t s = outcome->first_stop; s < outcome->first_stop + outcome->n_stops; s++)
        if (!on_a_route(plan, s)) return s;
    return outcome->n_stops > 0 ? outcome->first_stop : -1;
}

const char *tr_report_what(const tr_morning *morning, const tr_plan *plan, int32_t report, tr_arena *arena)
{
    const tr_outcome *outcome = &morning->outcomes[report];
    const tr_stop *stops = morning->problem.stops;
    int32_t first = outcome->first_stop, end = first + outcome->n_stops, n = 0;
    tr_mask told = 0;
    const char *names = "";
    if (outcome->n_stops <= 1) return outcome->n_stops ? morning->stop_notes[first].what : NULL;
    bool whole = on_a_route(plan, tr_report_stop(morning, plan, report));
    for (int32_t s = first; s < end; s++) {
        if (!whole && on_a_route(plan, s)) continue;
        n++;
        if (told >> stops[s].stream & 1) continue;
        told |= (tr_mask)1 << stops[s].stream;
        names = joined(names, " and ", tr_stream_infos[stops[s].stream].what, arena);
    }
    const char *parts = n == outcome->n_stops ? tr_arena_printf(arena, "in %d parts", n)
                                              : tr_arena_printf(arena, "%d of %d parts", n, outcome->n_stops);
    return tr_arena_printf(arena, "%s, %s (%s)", tr_sizes[outcome->size], names, parts);
}

const char *tr_report_place(const tr_report *report, tr_arena *arena)
{
    if (report->street && *report->street) return report->street;
    if (!report->has_place) return "no place";
    return tr_arena_printf(arena, "%s,%s", tr_degrees_text(report->lat, arena),
                           tr_degrees_text(report->lon, arena));
}

/* ---- routes ---- */

static tr_travel_source cell_source(const tr_problem *problem, int32_t profile, int32_t from, int32_t to)
{
    if (!problem->travel || !problem->travel[profile].source) return TR_FROM_ESTIMATE;
    return problem->travel[profile].source[(size_t)from * (size_t)problem->n_places + (size_t)to];
}

bool tr_cell_estimated(const tr_problem *problem, int32_t profile, int32_t from, int32_t to)
{
    return cell_source(problem, profile, from, to) == TR_FROM_ESTIMATE;
}

static void mark_leg(tr_visit_view *view, tr_travel_source source)
{
    view->estimated = source == TR_FROM_ESTIMATE;
    view->stale = source == TR_FROM_STALE;
}

static void view_stop(const tr_morning *morning, const tr_vehicle *vehicle, tr_visit_view *view,
                      tr_arena *arena)
{
    const tr_problem *problem = &morning->problem;
    int32_t ref = view->visit->ref, compartment = view->visit->compartment;
    view->stop = &problem->stops[ref];
    view->note = &morning->stop_notes[ref];
    view->stream = &problem->streams[view->stop->stream];
    view->id = view->stop->id;
    view->name = tr_report_place(&morning->reports[view->note->report], arena);
    view->hazardous = tr_stop_is_hazardous(problem, ref);
    if (compartment >= 0) view->compartment = vehicle->compartments[compartment].id;
}

static tr_visit_view view_visit(const tr_day *day, const tr_route *route, int32_t v, tr_arena *arena)
{
    const tr_morning *morning = day->morning;
    const tr_vehicle *vehicle = &morning->problem.vehicles[route->vehicle];
    const tr_visit *visit = &route->visits[v];
    const tr_place *place = &morning->places[visit->place];
    tr_visit_view view = {.visit = visit,
                          .kind = tr_visit_kinds[visit->kind],
                          .id = place->name ? place->name : "",
                          .name = place->name ? place->name : "",
                          .lat = place->lat,
                          .lon = place->lon};
    if (visit->kind == TR_VISIT_STOP) view_stop(morning, vehicle, &view, arena);
    if (visit->kind == TR_VISIT_BREAK) view.id = "", view.name = "break";
    if (visit->kind == TR_VISIT_DISPOSAL) {
        view.site = &morning->problem.sites[visit->ref];
        view.site_note = &morning->site_notes[visit->ref];
        view.id = view.site->id;
        view.name = *view.site_note->name ? view.site_note->name : view.id;
    }
    if (v > 0 && route->visits[v - 1].place != visit->place)
        mark_leg(&view, cell_source(&morning->problem, vehicle->profile, route->visits[v - 1].place, visit->place));
    return view;
}

tr_visit_view *tr_route_views(const tr_day *day, const tr_route *route, tr_arena *arena)
{
    tr_visit_view *views = TR_NEW(arena, tr_visit_view, route->n_visits + 1);
    int32_t number = 0;
    for (int32_t v = 0; v < route->n_visits; v++) {
        views[v] = view_visit(day, route, v, arena);
        if (views[v].stop || views[v].site) views[v].number = ++number;
    }
    return views;
}

static int32_t percent(int64_t part, int64_t whole)
{
    return whole > 0 ? (int32_t)((100 * part + whole / 2) / whole) : 0;
}

static int32_t fill_after(const tr_vehicle *vehicle, const tr_visit *visit)
{
    int32_t most = 0;
    int64_t total = 0;
    for (int32_t c = 0; c < vehicle->n_compartments; c++) {
        int32_t kg = percent(visit->kg[c], vehicle->compartments[c].kg);
        int32_t litres = percent(visit->litres[c], vehicle->compartments[c].litres);
        total += visit->kg[c];
        if (kg > most) most = kg;
        if (litres > most) most = litres;
    }
    int32_t payload = percent(total, vehicle->payload_kg);
    return payload > most ? payload : most;
}

tr_route_sums tr_route_sum(const tr_problem *problem, const tr_route *route)
{
    tr_route_sums sums = {0};
    if (route->n_visits == 0) return sums;
    sums.leave_s = route->visits[0].departure_s;
    sums.back_s = route->visits[route->n_visits - 1].arrival_s;
    for (int32_t v = 0; v < route->n_visits; v++) {
        const tr_visit *visit = &route->visits[v];
        int32_t fill = fill_after(&problem->vehicles[route->vehicle], visit);
        if (fill > sums.fill_percent) sums.fill_percent = fill;
        sums.tips += visit->kind == TR_VISIT_DISPOSAL;
        sums.breaks += visit->kind == TR_VISIT_BREAK;
        if (visit->kind != TR_VISIT_STOP) continue;
        sums.stops++;
        sums.hazardous += tr_stop_is_hazardous(problem, visit->ref);
        sums.kg += problem->stops[visit->ref].kg;
        sums.litres += problem->stops[visit->ref].litres;
    }
    return sums;
}

tr_estimated tr_travel_estimated(const tr_problem *problem)
{
    int64_t road = 0, estimated = 0;
    for (int32_t p = 0; problem->travel && p < problem->n_profiles; p++)
        for (int32_t i = 0; i < problem->n_places; i++)
            for (int32_t j = 0; j < problem->n_places; j++) {
                size_t cell = (size_t)i * (size_t)problem->n_places + (size_t)j;
                if (i == j || problem->travel[p].seconds[cell] == TR_NO_ROAD) continue;
                if (tr_cell_estimated(problem, p, i, j))
                    estimated++;
                else
                    road++;
            }
    if (road == 0) return TR_ESTIMATED_ALL;
    return estimated ? TR_ESTIMATED_PARTLY : TR_ESTIMATED_NONE;
}

const char *tr_estimated_label(tr_estimated how)
{
    switch (how) {
    case TR_ESTIMATED_ALL:
        return "TRAVEL IS ESTIMATED: times and distances are not from a road network";
    case TR_ESTIMATED_PARTLY:
        return "TRAVEL IS PARTLY ESTIMATED: some legs are not from a road network";
    case TR_ESTIMATED_NONE:
        break;
    }
    return "travel is from a road network";
}

tr_leg_count tr_count_legs(const tr_problem *problem, const tr_plan *plan, int32_t only)
{
    tr_leg_count n = {0};
    for (int32_t r = 0; r < plan->n_routes; r++) {
        const tr_route *route = &plan->routes[r];
        for (int32_t v = 1; v < route->n_visits && (only < 0 || only == r); v++) {
            int32_t from = route->visits[v - 1].place, to = route->visits[v].place;
            if (from == to) continue;
            tr_travel_source source = cell_source(problem, problem->vehicles[route->vehicle].profile, from, to);
            n.driven++;
            n.estimated += source == TR_FROM_ESTIMATE;
            n.stale += source == TR_FROM_STALE;
        }
    }
    return n;
}

const char *tr_travel_warning(const tr_day *day, int32_t route, tr_arena *arena)
{
    const tr_problem *problem = &day->morning->problem;
    tr_leg_count n = tr_count_legs(problem, day->plan, route);
    if (tr_travel_estimated(problem) == TR_ESTIMATED_ALL) return tr_estimated_label(TR_ESTIMATED_ALL);
    if (!n.estimated && !n.stale) return NULL;
    const char *what = !n.stale       ? "estimated"
                       : !n.estimated ? "stale (of an older map)"
                                      : tr_arena_printf(arena, "estimated and %d stale (of an older map)", n.stale);
    return tr_arena_printf(arena, "ROAD TIMES ARE IN DOUBT: of %d legs driven %d are %s", n.driven,
                           n.estimated ? n.estimated : n.stale, what);
}

/* ---- text ---- */

char *tr_degrees_text(double degrees, tr_arena *arena)
{
    if (!(fabs(degrees) <= 1000)) return tr_arena_strdup(arena, "0.000000"); /* no coordinate */
    long long micro = llround(degrees * 1e6), size = micro < 0 ? -micro : micro;
    return tr_arena_printf(arena, "%s%lld.%06lld", micro < 0 ? "-" : "", size / 1000000, size % 1000000);
}

char *tr_clock_text(int64_t seconds, bool with_seconds, tr_arena *arena)
{
    const char *sign = seconds < 0 ? "-" : "";
    long long s = (long long)(seconds < 0 ? -seconds : seconds), h = s / 3600, m = s / 60 % 60;
    if (with_seconds) return tr_arena_printf(arena, "%s%02lld:%02lld:%02lld", sign, h, m, s % 60);
    return tr_arena_printf(arena, "%s%02lld:%02lld", sign, h, m);
}

char *tr_tenths_text(int64_t value, int64_t unit, tr_arena *arena)
{
    long long tenths = (long long)((10 * (value < 0 ? -value : value) + unit / 2) / unit);
    return tr_arena_printf(arena, "%s%lld.%lld", value < 0 && tenths ? "-" : "", tenths / 10, tenths % 10);
}

char *tr_pounds_text(int64_t pence, tr_arena *arena)
{
    long long size = (long long)(pence < 0 ? -pence : pence);
    return tr_arena_printf(arena, "%s%lld.%02lld", pence < 0 ? "-" : "", size / 100, size % 100);
}

char *tr_windows_text(int32_t n, const tr_window *windows, tr_arena *arena)
{
    char *text = tr_arena_strdup(arena, "");
    for (int32_t i = 0; i < n; i++)
        text = tr_arena_printf(arena, "%s%s%s-%s", text, i ? ", " : "",
                               tr_clock_text(windows[i].start_s, false, arena),
                               tr_clock_text(windows[i].end_s, false, arena));
    return text;
}

char *tr_day_text(int32_t day, tr_arena *arena)
{
    char text[11];
    tr_day_print(day, text);
    return tr_arena_strdup(arena, text);
}

void tr_html_put(FILE *out, const char *text)
{
    for (const char *c = text ? text : ""; *c; c++) {
        switch (*c) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            fputc((unsigned char)*c < ' ' ? ' ' : *c, out);
        }
    }
}

char *tr_clean_text(const char *text, tr_arena *arena)
{
    json_t *word = json_string(text ? text : ""); /* jansson knows what UTF-8 is */
    char *copy = tr_arena_strdup(arena, text ? text : "");
    for (char *c = copy; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = ' ';
        if (!word && (unsigned char)*c >= 0x80) *c = '?';
        if ((unsigned char)c[0] == 0xef && (unsigned char)c[1] == 0xbf && (unsigned char)c[2] >= 0xbe)
            c[0] = c[1] = c[2] = '?'; /* U+FFFE and U+FFFF are no characters of XML */
    }
    json_decref(word);
    return copy;
}

static char *file_stem(const char *id, tr_arena *arena)
{
    char *stem = tr_arena_strndup(arena, id, strnlen(id, 64));
    for (char *c = stem; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", *c)) *c = '_';
    if (*stem == '.' || *stem == '-') *stem = '_';
    return *stem ? stem : tr_arena_strdup(arena, "_");
}

/* Taken: by an earlier vehicle (also on a file system that ignores case) or by a file of the day. */
static bool stem_taken(const tr_problem *problem, int32_t vehicle, const char *stem, tr_arena *arena)
{
    static const char *const ours[] = {"map", "plan", "travel", "routes", "summary"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strcasecmp(stem, ours[i]) == 0) return true;
    for (int32_t v = 0; v < problem->n_vehicles; v++) {
        if (v == vehicle) continue;
        const char *other = file_stem(problem->vehicles[v].id, arena);
        if (strcasecmp(stem, other) == 0) return true;
        if (strcasecmp(stem, tr_arena_printf(arena, "%s-track", other)) == 0) return true;
    }
    return false;
}

const char *tr_crew_file(const tr_problem *problem, int32_t vehicle, tr_arena *arena)
{
    char *stem = file_stem(problem->vehicles[vehicle].id, arena);
    for (int32_t n = vehicle + 1; stem_taken(problem, vehicle, stem, arena); n += problem->n_vehicles)
        stem = tr_arena_printf(arena, "%s_%d", file_stem(problem->vehicles[vehicle].id, arena), n);
    return stem;
}
