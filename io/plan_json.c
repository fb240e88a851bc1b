/* plan_json.c -- plan.json, written: docs/format-plan.md, instances/schema/plan.schema.json.
 *
 * What people and programs want comes first (counts, what is left and why, routes, outcomes); `input`
 * at the end is what `check` rebuilds the problem from.  Same day, same bytes: keys in fixed order,
 * lists in the order of the input, no clock of the run.  No reporter's name or text is in the
 * morning, so none can get here.  Reading back: plan_read.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "json_text.h"
#include "writers.h"

#include <string.h>

enum { PLAN_VERSION = 1 };

/* ---- small values ---- */

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void put_int(json_t *object, const char *key, int64_t value)
{
    put(object, key, json_integer(value));
}

static void put_word(json_t *object, const char *key, const char *text)
{
    put(object, key, tr_json_string(text));
}

static void put_real(json_t *object, const char *key, double value)
{
    json_t *real = json_real(value); /* NULL for what is no number */
    put(object, key, real ? real : json_null());
}

static void put_flag(json_t *object, const char *key, bool value)
{
    put(object, key, json_boolean(value));
}

static void put_day(json_t *object, const char *key, int32_t day, tr_arena *arena)
{
    put(object, key, day < 0 ? json_null() : tr_json_string(tr_day_text(day, arena)));
}

static json_t *word_list(int32_t n, const char *const *words)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < n; i++) json_array_append_new(list, tr_json_string(words[i]));
    return list;
}

static json_t *mask_list(tr_mask mask, int32_t n, const char *const *words)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < n && i < 64; i++)
        if (mask >> i & 1) json_array_append_new(list, tr_json_string(words[i]));
    return list;
}

static json_t *stream_list(const tr_problem *problem, tr_mask mask)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < problem->n_streams && i < TR_MAX_STREAMS; i++)
        if (mask >> i & 1) json_array_append_new(list, tr_json_string(problem->streams[i].name));
    return list;
}

static json_t *window_list(int32_t n, const tr_window *windows)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < n; i++)
        json_array_append_new(
            list, json_pack("[I,I]", (json_int_t)windows[i].start_s, (json_int_t)windows[i].end_s));
    return list;
}

static json_t *list_word(int32_t i, const char *const *words)
{
    return tr_json_string(i < 0 ? NULL : words[i]);
}

/* ---- the head ---- */

/* How many times of each mode are known from where; together all ways between different places. */
static json_t *times_part(const tr_problem *problem)
{
    static const char *const words[] = {"osrm", "recorded", "estimated", "stale", "unreachable"};
    json_t *list = json_array();
    for (int32_t p = 0; problem->travel && p < problem->n_profiles; p++) {
        const tr_travel_matrix *m = &problem->travel[p];
        int64_t counts[5] = {0};
        size_t n = (size_t)problem->n_places;
        for (size_t i = 0; i < n * n; i++)
            if (i % (n + 1)) counts[m->seconds[i] == TR_NO_ROAD ? 4 : m->source ? m->source[i] : TR_FROM_ESTIMATE]++;
        json_t *part = json_object();
        put_word(part, "mode", m->profile);
        for (int k = 0; k < 5; k++) put_int(part, words[k], counts[k]);
        json_array_append_new(list, part);
    }
    return list;
}

static json_t *maps_part(const tr_day *day)
{
    int32_t n = 0;
    const tr_coverage *c = day->travel ? tr_travel_coverage(day->travel, &n) : NULL;
    json_t *list = json_array();
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < c[i].n_maps; k++) {
            json_t *part = json_object();
            char date[11];
            put_word(part, "mode", c[i].mode);
            put_word(part, "server", c[i].maps[k].server);
            put_word(part, "identity", c[i].maps[k].identity);
            if (c[i].maps[k].map_day >= 0) {
                tr_day_print(c[i].maps[k].map_day, date);
                put_word(part, "date", date);
                put_int(part, "age_days", day->morning->problem.day - c[i].maps[k].map_day);
            }
            json_array_append_new(list, part);
        }
    return list;
}

/* Of the legs that are driven, how many are in doubt, and which. */
static json_t *legs_part(const tr_day *day)
{
    const tr_problem *problem = &day->morning->problem;
    tr_leg_count n = tr_count_legs(problem, day->plan, -1);
    json_t *part = json_object(), *list = json_array();
    tr_arena *arena = tr_arena_new();
    for (int32_t r = 0; r < day->plan->n_routes; r++) {
        const tr_route *route = &day->plan->routes[r];
        tr_visit_view *views = tr_route_views(day, route, arena);
        for (int32_t v = 1; v < route->n_visits; v++) {
            if (!views[v].estimated && !views[v].stale) continue;
            json_t *leg = json_object();
            put_word(leg, "vehicle", problem->vehicles[route->vehicle].id);
            put_int(leg, "visit", v);
            put_word(leg, "how", views[v].stale ? "stale" : "estimated");
            json_array_append_new(list, leg);
        }
    }
    tr_arena_free(arena);
    put_int(part, "driven", n.driven);
    put_int(part, "estimated", n.estimated);
    put_int(part, "stale", n.stale);
    put(part, "doubtful", list);
    return part;
}

static json_t *travel_part(const tr_day *day, const char *sha256)
{
    static const char *const words[] = {"no", "partly", "yes"};
    tr_estimated how = tr_travel_estimated(&day->morning->problem);
    json_t *travel = json_object();
    put_word(travel, "source", day->travel_source);
    put_word(travel, "estimated", words[how]);
    put_word(travel, "label", tr_estimated_label(how));
    if (how != TR_ESTIMATED_ALL) put_word(travel, "credit", TR_OSM_CREDIT);
    put(travel, "times", times_part(&day->morning->problem));
    put(travel, "maps", maps_part(day));
    put(travel, "legs", legs_part(day));
    put_word(travel, "file", "travel.json");
    put_word(travel, "sha256", sha256);
    return travel;
}

static json_t *counts_part(const tr_day *day)
{
    int32_t counts[TR_N_OUTCOMES], used = 0;
    tr_count_outcomes(day->morning, day->plan, counts);
    for (int32_t r = 0; r < day->plan->n_routes; r++) used += day->plan->routes[r].n_visits > 0;
    json_t *part = json_object();
    put_int(part, "reports", day->morning->n_reports);
    for (int i = 0; i < TR_N_OUTCOMES; i++) put_int(part, tr_outcome_names[i], counts[i]);
    put_int(part, "hazardous_left", tr_hazardous_left(day->morning, day->plan));
    put_int(part, "stops", day->morning->problem.n_stops);
    put_int(part, "stops_left", day->plan->n_left);
    put_int(part, "vehicles_used", used);
    return part;
}

static json_t *level(const tr_day *day, int32_t k, tr_arena *arena)
{
    tr_proof p = tr_day_proof(day, k);
    json_t *part = json_object();
    put_int(part, "value", p.value);
    put(part, "bound", p.known ? json_integer(p.bound) : json_null());
    put(part, "gap", p.known ? json_integer(p.gap) : json_null());
    put_flag(part, "proven", p.proven);
    put_word(part, "bound_note", p.note);
    if (p.relaxed) put_word(part, "relaxed", p.relaxed);
    if (k == 2 && p.known) {
        put_real(part, "gap_percent", p.percent);
        put_real(part, "gap_percent_avoidable", p.percent_avoidable);
    }
    put_word(part, "words", tr_proof_sentence(day, k, arena));
    return part;
}

static json_t *goal_part(const tr_day *day, tr_arena *arena)
{
    json_t *part = json_object();
    put(part, "hazard_left", level(day, 0, arena));
    put(part, "due_left", level(day, 1, arena));
    put(part, "cost_pence", level(day, 2, arena));
    return part;
}

/* What --risk counted on, stop by stop, and the chances of each route. */
static json_t *risk_part(const tr_day *day, tr_arena *arena)
{
    const tr_risk *risk = day->risk;
    const tr_problem *p = &day->morning->problem;
    json_t *part = json_object(), *routes = json_array(), *stops = json_array();
    put_real(part, "quantile", risk->quantile);
    put_int(part, "draws", risk->draws);
    put_word(part, "seed", tr_arena_printf(arena, "%llu", (unsigned long long)risk->seed));
    for (int32_t r = 0; r < day->plan->n_routes; r++) {
        const tr_route_risk *at = &risk->routes[r];
        json_t *item = json_object();
        if (day->plan->routes[r].n_visits == 0) {
            json_decref(item);
            continue;
        }
        put_word(item, "vehicle", p->vehicles[day->plan->routes[r].vehicle].id);
        put_real(item, "after_shift", at->late);
        put_real(item, "after_overtime", at->too_late);
        put_real(item, "window_missed", at->missed);
        put_real(item, "overrun", at->trouble);
        put_int(item, "back_half_s", at->median_s);
        put_int(item, "back_nine_in_ten_s", at->ninth_s);
        json_array_append_new(routes, item);
    }
    put(part, "routes", routes);
    for (int32_t i = 0; i < p->n_stops; i++) {
        json_t *item = json_object();
        put_word(item, "id", p->stops[i].id);
        put_real(item, "mean_s", day->morning->stop_notes[i].service.mean_s);
        put_real(item, "sigma", day->morning->stop_notes[i].service.sigma);
        json_array_append_new(stops, item);
    }
    put(part, "stops", stops);
    return part;
}

static json_t *raises_part(const tr_day *day, tr_arena *arena)
{
    json_t *part = json_array();
    for (int32_t i = 0; i < day->n_raises; i++) {
        const tr_raise *r = &day->raises[i];
        const tr_problem *p = &day->morning->problem;
        json_t *item = json_object(), *goal = json_object();
        put_word(item, "code", r->code);
        put_word(item, "text", r->text);
        put_word(item, "vehicle", r->vehicle >= 0 ? p->vehicles[r->vehicle].id : NULL);
        put_word(item, "site", r->site >= 0 ? p->sites[r->site].id : NULL);
        put_int(goal, "hazard_left", r->goal.hazard_left);
        put_int(goal, "due_left", r->goal.due_left);
        put_int(goal, "cost_pence", r->goal.cost_pence);
        put(item, "goal", goal);
        put_word(item, "words", tr_raise_sentence(day, r, arena));
        json_array_append_new(part, item);
    }
    return part;
}

static json_t *left_stop(const tr_day *day, int32_t i)
{
    const tr_problem *problem = &day->morning->problem;
    int32_t stop = day->plan->left[i];
    const tr_stop_note *note = &day->morning->stop_notes[stop];
    const tr_reason *reason = day->reasons ? &day->reasons[i] : NULL;
    json_t *part = json_object(), *displaces = json_array();
    put_word(part, "stop", problem->stops[stop].id);
    put_word(part, "report", day->morning->reports[note->report].id);
    put_flag(part, "hazardous", tr_stop_is_hazardous(problem, stop));
    put_word(part, "what", note->what);
    put_word(part, "code", reason ? reason->code : NULL);
    put_word(part, "reason", reason ? reason->text : NULL);
    for (int32_t d = 0; reason && d < reason->n_displaces; d++)
        json_array_append_new(displaces, tr_json_string(problem->stops[reason->displaces[d]].id));
    put(part, "displaces", displaces);
    return part;
}

static json_t *left_part(const tr_day *day)
{
    json_t *part = json_array();
    for (int wanted = 1; wanted >= 0; wanted--) /* hazardous first */
        for (int32_t i = 0; i < day->plan->n_left; i++)
            if (tr_stop_is_hazardous(&day->morning->problem, day->plan->left[i]) == (wanted == 1))
                json_array_append_new(part, left_stop(day, i));
    return part;
}

/* ---- routes ---- */

static json_t *load_part(const tr_vehicle *vehicle, const tr_visit *visit)
{
    json_t *part = json_array();
    for (int32_t c = 0; c < vehicle->n_compartments; c++) {
        json_t *item = json_object();
        put_word(item, "compartment", vehicle->compartments[c].id);
        put_int(item, "kg", visit->kg[c]);
        put_int(item, "litres", visit->litres[c]);
        json_array_append_new(part, item);
    }
    return part;
}

static void put_times(json_t *part, const tr_visit *visit, tr_arena *arena)
{
    put_word(part, "arrival", tr_clock_text(visit->arrival_s, true, arena));
    put_word(part, "start", tr_clock_text(visit->start_s, true, arena));
    put_word(part, "departure", tr_clock_text(visit->departure_s, true, arena));
    put_int(part, "arrival_s", visit->arrival_s);
    put_int(part, "start_s", visit->start_s);
    put_int(part, "departure_s", visit->departure_s);
    put_int(part, "wait_s", visit->start_s - visit->arrival_s);
}

static void put_stop(json_t *part, const tr_morning *morning, const tr_visit_view *view)
{
    put_word(part, "report", morning->reports[view->note->report].id);
    put_word(part, "compartment", view->compartment);
    put_word(part, "what", view->note->what);
    put_int(part, "hazard", view->stop->hazard);
    put_flag(part, "hazardous", view->hazardous);
    put_word(part, "stream", view->stream->name);
    put_word(part, "ewc", view->stream->ewc);
    put_word(part, "ppe", view->note->ppe);
    put_int(part, "kg", view->stop->kg);
    put_int(part, "litres", view->stop->litres);
}

static json_t *visit_part(const tr_morning *morning, const tr_vehicle *vehicle, const tr_visit_view *view,
                          tr_arena *arena)
{
    json_t *part = json_object();
    put_word(part, "kind", view->kind);
    put_word(part, "id", view->id);
    put_word(part, "name", view->name);
    put_int(part, "place", view->visit->place);
    put_real(part, "lat", view->lat);
    put_real(part, "lon", view->lon);
    put_times(part, view->visit, arena);
    put_int(part, "drive_s", view->visit->drive_s);
    put_int(part, "distance_m", view->visit->dist_m);
    put_flag(part, "estimated", view->estimated);
    put_flag(part, "stale", view->stale);
    if (view->stop) put_stop(part, morning, view);
    put(part, "load", load_part(vehicle, view->visit));
    return part;
}

static json_t *totals_part(const tr_problem *problem, const tr_route *route)
{
    tr_route_sums sums = tr_route_sum(problem, route);
    json_t *part = json_object();
    put_int(part, "stops", sums.stops);
    put_int(part, "hazardous", sums.hazardous);
    put_int(part, "tips", sums.tips);
    put_int(part, "distance_m", route->dist_m);
    put_int(part, "drive_s", route->drive_s);
    put_int(part, "work_s", route->work_s);
    put_int(part, "duty_s", route->duty_s);
    put_int(part, "overtime_s", route->overtime_s);
    return part;
}

static json_t *cost_part(const tr_cost *cost)
{
    json_t *part = json_object();
    put_int(part, "km_pence", cost->km);
    put_int(part, "hours_pence", cost->hours);
    put_int(part, "overtime_pence", cost->overtime);
    put_int(part, "fixed_pence", cost->fixed);
    put_int(part, "fees_pence", cost->fees);
    put_int(part, "hazard_pence", cost->hazard);
    return part;
}

static json_t *route_part(const tr_day *day, const tr_route *route, tr_arena *arena)
{
    const tr_problem *problem = &day->morning->problem;
    const tr_vehicle *vehicle = &problem->vehicles[route->vehicle];
    const tr_vehicle_note *note = &day->morning->vehicle_notes[route->vehicle];
    tr_visit_view *views = tr_route_views(day, route, arena);
    json_t *part = json_object(), *visits = json_array();
    for (int32_t v = 0; v < route->n_visits; v++)
        json_array_append_new(visits, visit_part(day->morning, vehicle, &views[v], arena));
    put_word(part, "vehicle", vehicle->id);
    put_word(part, "name", note->name);
    put_word(part, "crew", note->crew);
    put(part, "totals", totals_part(problem, route));
    put(part, "cost", cost_part(&route->cost));
    put(part, "visits", visits);
    return part;
}

static json_t *routes_part(const tr_day *day, tr_arena *arena)
{
    json_t *part = json_array();
    for (int32_t r = 0; r < day->plan->n_routes; r++)
        json_array_append_new(part, route_part(day, &day->plan->routes[r], arena));
    return part;
}

/* ---- outcomes ---- */

static const char *outcome_reason(const tr_day *day, int32_t report, tr_outcome_kind kind, tr_arena *arena)
{
    if (kind == TR_ROUTED) return NULL;
    return kind == TR_LEFT ? tr_left_text(day, report, arena) : day->morning->outcomes[report].reason;
}

static json_t *report_part(const tr_day *day, int32_t i, const int32_t *stop_routes, tr_arena *arena)
{
    const tr_morning *morning = day->morning;
    const tr_problem *problem = &morning->problem;
    const tr_outcome *outcome = &morning->outcomes[i];
    tr_outcome_kind kind = tr_report_outcome(morning, day->plan, i);
    json_t *part = json_object(), *stops = json_array();
    put_word(part, "id", morning->reports[i].id);
    put_word(part, "outcome", tr_outcome_names[kind]);
    put_word(part, "reason", outcome_reason(day, i, kind, arena));
    put(part, "duplicate_of",
        tr_json_string(outcome->duplicate_of < 0 ? NULL : morning->reports[outcome->duplicate_of].id));
    for (int32_t s = outcome->first_stop; s < outcome->first_stop + outcome->n_stops; s++) {
        json_t *stop = json_object();
        int32_t r = stop_routes[s];
        put_word(stop, "id", problem->stops[s].id);
        put_word(stop, "vehicle", r < 0 ? NULL : problem->vehicles[day->plan->routes[r].vehicle].id);
        json_array_append_new(stops, stop);
    }
    put(part, "stops", stops);
    return part;
}

static json_t *reports_part(const tr_day *day, tr_arena *arena)
{
    json_t *part = json_array();
    int32_t *stop_routes = tr_stop_routes(&day->morning->problem, day->plan, arena);
    for (int32_t i = 0; i < day->morning->n_reports; i++)
        json_array_append_new(part, report_part(day, i, stop_routes, arena));
    return part;
}

static json_t *effort_part(const tr_day *day, tr_arena *arena)
{
    json_t *part = json_object(), *steps = json_array();
    if (day->seed <= INT64_MAX) /* above, JSON readers would not keep it exact */
        put_int(part, "seed", (int64_t)day->seed);
    else
        put_word(part, "seed", tr_arena_printf(arena, "%llu", (unsigned long long)day->seed));
    put_int(part, "iterations", day->run ? day->run->iterations : 0);
    for (int i = 0; i < TR_STEPS; i++)
        json_array_append_new(steps, json_integer(day->run ? day->run->step_iterations[i] : 0));
    put(part, "step_iterations", steps);
    put_flag(part, "stopped", day->run && day->run->stopped);
    put_int(part, "columns", day->run ? day->run->columns : 0);
    put_flag(part, "recombined", day->run && day->run->recombined);
    return part;
}

/* ---- input: what check rebuilds the problem from ---- */

static json_t *policy_input(const tr_policy *policy)
{
    static const char *const words[] = {"first", "deadline", "weighted"};
    json_t *part = json_object();
    put_word(part, "hazard_policy", words[policy->hazard_policy]);
    put_int(part, "hazardous_rank", policy->hazardous_rank);
    put_int(part, "day_start_s", policy->day_start_s);
    put_int(part, "exempt_after_s", policy->exempt_after_s);
    put_int(part, "hazard_latest_s", policy->hazard_latest_s);
    put(part, "severity",
        json_pack("[I,I,I,I]", (json_int_t)policy->severity[0], (json_int_t)policy->severity[1],
                  (json_int_t)policy->severity[2], (json_int_t)policy->severity[3]));
    put_int(part, "hazard_age_cap", policy->hazard_age_cap);
    put_int(part, "overdue_weight", policy->overdue_weight);
    put_int(part, "overdue_cap", policy->overdue_cap);
    put_int(part, "due_today_weight", policy->due_today_weight);
    put_int(part, "pence_per_hazard_minute", policy->pence_per_hazard_minute);
    put_int(part, "pence_left", policy->pence_left);
    put_int(part, "pence_left_per_day", policy->pence_left_per_day);
    put_int(part, "contractor_pence", policy->contractor_pence);
    if (tr_speed_changes(policy)) {
        json_t *speeds = json_array();
        for (int h = 0; h < 24; h++)
            json_array_append_new(speeds, json_integer(policy->speed_by_hour[h] ? policy->speed_by_hour[h] : 1000));
        put(part, "speed_by_hour", speeds);
    }
    return part;
}

static json_t *triage_input(const tr_triage_policy *triage)
{
    json_t *part = json_object(), *sizes = json_object();
    put_real(part, "duplicate_m", triage->duplicate_m);
    put_int(part, "duplicate_days", triage->duplicate_days);
    put_real(part, "hazard_from", triage->hazard_from);
    put_real(part, "review_from", triage->review_from);
    put_real(part, "size_up_below", triage->size_up_below);
    for (int i = 0; i < TR_N_SIZES; i++) {
        json_t *row = json_object();
        put_int(row, "kg", triage->sizes[i].kg);
        put_int(row, "litres", triage->sizes[i].litres);
        put_int(row, "service_s", triage->sizes[i].service_s);
        put_flag(row, "assumed", triage->sizes[i].assumed);
        put(sizes, tr_sizes[i], row);
    }
    put(part, "sizes", sizes);
    put_int(part, "refer_kg", triage->refer_kg);
    put_int(part, "refer_litres", triage->refer_litres);
    put_int(part, "refer_fibrous_litres", triage->refer_fibrous_litres);
    put_int(part, "refer_drum_litres", triage->refer_drum_litres);
    put_int(part, "target_days", triage->target_days);
    put_int(part, "target_hazard_days", triage->target_hazard_days);
    put_real(part, "snap_warn_m", triage->snap_warn_m);
    put_real(part, "snap_left_m", triage->snap_left_m);
    return part;
}

static json_t *streams_input(const tr_problem *problem)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < problem->n_streams; i++) {
        json_t *part = json_object();
        put_word(part, "name", problem->streams[i].name);
        put_word(part, "ewc", problem->streams[i].ewc);
        put_flag(part, "hazardous", problem->streams[i].hazardous);
        put_int(part, "segregation", problem->streams[i].segregation);
        json_array_append_new(list, part);
    }
    return list;
}

static json_t *places_input(const tr_morning *morning)
{
    static const char *const kinds[] = {"depot", "site", "stop"};
    json_t *list = json_array();
    for (int32_t i = 0; i < morning->n_places; i++) {
        const tr_place *place = &morning->places[i];
        json_t *part = json_object();
        put_word(part, "kind", kinds[place->kind]);
        put_word(part, "name", place->name);
        put_real(part, "lat", place->lat);
        put_real(part, "lon", place->lon);
        put_real(part, "snap_lat", place->snap_lat);
        put_real(part, "snap_lon", place->snap_lon);
        put_real(part, "snap_m", place->snap_m);
        put_word(part, "finding", place->finding);
        json_array_append_new(list, part);
    }
    return list;
}

static json_t *sites_input(const tr_morning *morning)
{
    const tr_problem *problem = &morning->problem;
    json_t *list = json_array();
    for (int32_t i = 0; i < problem->n_sites; i++) {
        const tr_site *site = &problem->sites[i];
        json_t *part = json_object();
        put_word(part, "id", site->id);
        put_word(part, "name", morning->site_notes[i].name);
        put_word(part, "address", morning->site_notes[i].address);
        put_int(part, "place", site->place);
        put(part, "streams", stream_list(problem, site->streams));
        put(part, "opening", window_list(site->n_opening, site->opening));
        put_int(part, "turnaround_s", site->turnaround_s);
        put_int(part, "gate_fee_pence_per_tonne", site->gate_fee_pence_per_tonne);
        json_array_append_new(list, part);
    }
    return list;
}

static json_t *compartments_input(const tr_problem *problem, const tr_vehicle *vehicle)
{
    json_t *list = json_array();
    for (int32_t c = 0; c < vehicle->n_compartments; c++) {
        const tr_compartment *compartment = &vehicle->compartments[c];
        json_t *part = json_object();
        put_word(part, "id", compartment->id);
        put_int(part, "kg", compartment->kg);
        put_int(part, "litres", compartment->litres);
        put(part, "streams", stream_list(problem, compartment->streams));
        put_int(part, "start_kg", compartment->start_kg);
        put_int(part, "start_litres", compartment->start_litres);
        put(part, "start_streams", stream_list(problem, compartment->start_streams));
        json_array_append_new(list, part);
    }
    return list;
}

static json_t *frozen_input(const tr_problem *problem, const tr_vehicle *vehicle)
{
    json_t *list = json_array();
    for (int32_t v = 0; v < vehicle->n_frozen; v++) {
        const tr_visit *visit = &vehicle->frozen[v];
        json_t *part = json_object();
        put_word(part, "kind", tr_visit_kinds[visit->kind]);
        put_word(part, "id",
                 visit->kind == TR_VISIT_STOP       ? problem->stops[visit->ref].id
                 : visit->kind == TR_VISIT_DISPOSAL ? problem->sites[visit->ref].id
                                                    : "");
        put_word(part, "compartment",
                 visit->compartment < 0 ? NULL : vehicle->compartments[visit->compartment].id);
        put_int(part, "place", visit->place);
        put_int(part, "arrival_s", visit->arrival_s);
        put_int(part, "start_s", visit->start_s);
        put_int(part, "departure_s", visit->departure_s);
        put_int(part, "drive_s", visit->drive_s);
        put_int(part, "distance_m", visit->dist_m);
        put(part, "load", load_part(vehicle, visit));
        json_array_append_new(list, part);
    }
    return list;
}

static json_t *vehicle_input(const tr_morning *morning, int32_t v)
{
    static const char *const rules[] = {"gb_domestic", "eu", "none"};
    const tr_problem *problem = &morning->problem;
    const tr_vehicle *vehicle = &problem->vehicles[v];
    const tr_vehicle_note *note = &morning->vehicle_notes[v];
    const tr_vocabulary *words = &morning->words;
    json_t *part = json_object();
    put_word(part, "id", vehicle->id);
    put_word(part, "name", note->name);
    put_word(part, "crew", note->crew);
    put_word(part, "colour", note->colour);
    put_word(part, "profile", note->profile);
    put_flag(part, "kerb", note->kerb);
    tr_bulk_json(part, &note->bulk);
    put_int(part, "matrix", vehicle->profile);
    put_flag(part, "available", vehicle->available);
    put(part, "compartments", compartments_input(problem, vehicle));
    put_int(part, "payload_kg", vehicle->payload_kg);
    put(part, "certs", mask_list(vehicle->certs, words->n_certs, words->certs));
    put(part, "equipment", mask_list(vehicle->equipment, words->n_equipment, words->equipment));
    put_int(part, "start_s", vehicle->start_s);
    put_int(part, "end_s", vehicle->end_s);
    put_int(part, "max_overtime_s", vehicle->max_overtime_s);
    put_word(part, "hours_rule", rules[vehicle->hours_rule]);
    put_flag(part, "wtr", vehicle->wtr);
    put_flag(part, "may_park_loaded", vehicle->may_park_loaded);
    put_int(part, "start_place", vehicle->start_place);
    put_int(part, "end_place", vehicle->end_place);
    put_int(part, "speed_permille", vehicle->speed_permille);
    put_int(part, "fixed_pence", vehicle->fixed_pence);
    put_int(part, "pence_per_km", vehicle->pence_per_km);
    put_int(part, "pence_per_hour", vehicle->pence_per_hour);
    put_int(part, "pence_per_overtime_hour", vehicle->pence_per_overtime_hour);
    put(part, "frozen", frozen_input(problem, vehicle));
    return part;
}

static json_t *vehicles_input(const tr_morning *morning)
{
    json_t *list = json_array();
    for (int32_t v = 0; v < morning->problem.n_vehicles; v++)
        json_array_append_new(list, vehicle_input(morning, v));
    return list;
}

static json_t *outcome_input(const tr_morning *morning, const tr_outcome *outcome)
{
    json_t *part = json_object();
    put_word(part, "kind", tr_outcome_names[outcome->kind]);
    put_word(part, "reason", outcome->reason);
    put(part, "duplicate_of",
        tr_json_string(outcome->duplicate_of < 0 ? NULL : morning->reports[outcome->duplicate_of].id));
    put(part, "waste_type", list_word(outcome->waste_type, tr_waste_types));
    put(part, "size", list_word(outcome->size, tr_sizes));
    put_flag(part, "waste_type_assumed", outcome->waste_type_assumed);
    put_flag(part, "size_assumed", outcome->size_assumed);
    put_flag(part, "load_assumed", outcome->load_assumed);
    put_int(part, "hazard", outcome->hazard);
    put_word(part, "hazard_evidence", outcome->hazard_evidence);
    return part;
}

static json_t *label_list(const tr_report *report)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < report->n_labels; i++) {
        json_t *part = json_object();
        put_word(part, "name", report->labels[i].name);
        put_real(part, "confidence", report->labels[i].confidence);
        json_array_append_new(list, part);
    }
    return list;
}

static json_t *report_input(const tr_morning *morning, int32_t i, tr_arena *arena)
{
    const tr_report *report = &morning->reports[i];
    json_t *part = json_object();
    put_word(part, "id", report->id);
    put_word(part, "file", report->file);
    put_int(part, "row", report->row);
    put_word(part, "fault", report->fault);
    put(part, "lat", report->has_place ? json_real(report->lat) : json_null());
    put(part, "lon", report->has_place ? json_real(report->lon) : json_null());
    put_word(part, "street", report->street);
    put_int(part, "reported_at", report->reported_at);
    put_int(part, "reported_day", report->reported_day);
    put(part, "waste_type", list_word(report->waste_type, tr_waste_types));
    put(part, "size", list_word(report->size, tr_sizes));
    put(part, "land_type", list_word(report->land_type, tr_land_types));
    put_real(part, "size_confidence", report->size_confidence);
    put(part, "labels", label_list(report));
    put_word(part, "hazard_word", report->hazard_word);
    put(part, "stream_words", word_list(report->n_stream_words, report->stream_words));
    put_int(part, "kg", report->kg);
    put_int(part, "litres", report->litres);
    put(part, "windows", window_list(report->n_windows, report->windows));
    put_day(part, "due", report->due_day, arena);
    put_word(part, "pin", report->pin);
    put_int(part, "photos", report->n_photos);
    put_flag(part, "council_responsible", report->council_responsible);
    put_flag(part, "leave", report->leave);
    put(part, "triage", outcome_input(morning, &morning->outcomes[i]));
    return part;
}

static json_t *reports_input(const tr_morning *morning, tr_arena *arena)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < morning->n_reports; i++)
        json_array_append_new(list, report_input(morning, i, arena));
    return list;
}

static json_t *stop_input(const tr_morning *morning, int32_t i)
{
    const tr_problem *problem = &morning->problem;
    const tr_stop *stop = &problem->stops[i];
    const tr_stop_note *note = &morning->stop_notes[i];
    const tr_vocabulary *words = &morning->words;
    json_t *part = json_object();
    put_word(part, "id", stop->id);
    put_word(part, "report", morning->reports[note->report].id);
    put_int(part, "part", note->part);
    put_int(part, "parts", note->n_parts);
    put_int(part, "place", stop->place);
    put_word(part, "stream", problem->streams[stop->stream].name);
    put_int(part, "hazard", stop->hazard);
    put_int(part, "kg", stop->kg);
    put_int(part, "litres", stop->litres);
    put_int(part, "service_s", stop->service_s);
    put(part, "certs", mask_list(stop->certs, words->n_certs, words->certs));
    put(part, "equipment", mask_list(stop->equipment, words->n_equipment, words->equipment));
    put(part, "windows", window_list(stop->n_windows, stop->windows));
    put_int(part, "reported_day", stop->reported_day);
    put_int(part, "due_day", stop->due_day);
    put_word(part, "pin", stop->pin < 0 ? NULL : problem->vehicles[stop->pin].id);
    put_flag(part, "leave", stop->leave);
    put_word(part, "what", note->what);
    put_word(part, "ppe", note->ppe);
    return part;
}

static json_t *stops_input(const tr_morning *morning)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < morning->problem.n_stops; i++)
        json_array_append_new(list, stop_input(morning, i));
    return list;
}

static json_t *profiles_input(const tr_problem *problem)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < problem->n_profiles; i++)
        json_array_append_new(list, tr_json_string(problem->travel ? problem->travel[i].profile : ""));
    return list;
}

static json_t *input_part(const tr_morning *morning, tr_arena *arena)
{
    json_t *part = json_object();
    put_word(part, "timezone", morning->timezone);
    put_int(part, "utc_offset_s", morning->utc_offset_s);
    put(part, "policy", policy_input(&morning->problem.policy));
    put(part, "triage", triage_input(&morning->triage));
    put(part, "certs", word_list(morning->words.n_certs, morning->words.certs));
    put(part, "equipment", word_list(morning->words.n_equipment, morning->words.equipment));
    put(part, "streams", streams_input(&morning->problem));
    put(part, "profiles", profiles_input(&morning->problem));
    put(part, "places", places_input(morning));
    put(part, "sites", sites_input(morning));
    put(part, "vehicles", vehicles_input(morning));
    put(part, "reports", reports_input(morning, arena));
    put(part, "stops", stops_input(morning));
    return part;
}

char *tr_plan_json(const tr_day *day, const char *travel_sha256, tr_arena *arena)
{
    json_t *root = json_object();
    put_word(root, "format", "tiprun-plan");
    put_int(root, "version", PLAN_VERSION);
    put_word(root, "tiprun", TR_VERSION);
    put_word(root, "date", tr_day_text(day->morning->problem.day, arena));
    put(root, "travel", travel_part(day, travel_sha256));
    put(root, "counts", counts_part(day));
    put(root, "left", left_part(day));
    put(root, "goal", goal_part(day, arena));
    put(root, "raises", raises_part(day, arena));
    put_int(root, "left_pence", day->plan->left_pence);
    if (day->risk) put(root, "risk", risk_part(day, arena));
    put(root, "routes", routes_part(day, arena));
    put(root, "reports", reports_part(day, arena));
    put(root, "avoid", tr_avoid_json(day, arena));
    put(root, "effort", effort_part(day, arena));
    put(root, "input", input_part(day->morning, arena));
    char *text = tr_json_print(root, arena);
    json_decref(root);
    return text;
}
