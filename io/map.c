/* map.c -- map.html: one file that opens from the disk, with the plan and Leaflet inside.
 *
 * The plan goes in as JSON in which <, > and & are written as \u escapes, so that no text of a report
 * can end the script element; the page's script sets it as text only.  The same plan gives the same
 * bytes.  What the page looks like: map_page.html, .css, .js.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "json_text.h"
#include "map_assets.h"
#include "writers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void put_word(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, tr_json_string(text));
}

static void put_int(json_t *object, const char *key, int64_t value)
{
    json_object_set_new(object, key, json_integer(value));
}

static json_t *degrees(double value)
{
    return json_real(fabs(value) <= 1000 ? (double)llround(value * 1e6) / 1e6 : 0);
}

static void put_position(json_t *object, double lat, double lon)
{
    json_object_set_new(object, "lat", degrees(lat));
    json_object_set_new(object, "lon", degrees(lon));
}

static json_t *leg_part(const tr_leg *leg, bool estimated, const char *avoid)
{
    json_t *part = json_object(), *line = json_array();
    for (int32_t i = 0; i < leg->n_points; i++) {
        json_t *pair = json_array();
        json_array_append_new(pair, degrees(leg->lon_lat[2 * i + 1]));
        json_array_append_new(pair, degrees(leg->lon_lat[2 * i]));
        json_array_append_new(line, pair);
    }
    json_object_set_new(part, "line", line);
    json_object_set_new(part, "estimated", json_boolean(estimated));
    if (avoid) put_word(part, "avoid", avoid);
    return part;
}

static json_t *visit_part(const tr_visit_view *view, tr_arena *arena)
{
    const tr_visit *visit = view->visit;
    json_t *part = json_object();
    put_word(part, "kind", view->kind);
    put_int(part, "number", view->number);
    put_word(part, "id", view->id);
    put_word(part, "name", view->name);
    put_int(part, "place", visit->place);
    put_position(part, view->lat, view->lon);
    put_word(part, "at", tr_clock_text(visit->start_s, false, arena));
    put_word(part, "till",
             visit->departure_s > visit->start_s ? tr_clock_text(visit->departure_s, false, arena) : NULL);
    if (!view->stop) return part;
    put_word(part, "what", view->note->what);
    put_word(part, "ppe", view->note->ppe);
    put_word(part, "ewc", view->stream->ewc);
    put_word(part, "load",
             tr_arena_printf(arena, "%d kg, %s m\302\263", view->stop->kg,
                             tr_tenths_text(view->stop->litres, 1000, arena)));
    put_word(part, "compartment", view->compartment);
    put_word(part, "windows", tr_windows_text(view->stop->n_windows, view->stop->windows, arena));
    json_object_set_new(part, "hazardous", json_boolean(view->hazardous));
    return part;
}

static const char *crew_sums(const tr_day *day, const tr_route *route, tr_arena *arena)
{
    tr_route_sums sums = tr_route_sum(&day->morning->problem, route);
    const char *hazardous = sums.hazardous ? tr_arena_printf(arena, " (%d hazardous)", sums.hazardous) : "";
    return tr_arena_printf(
        arena, "%s-%s, %d stop%s%s, %d tip%s, %s km", tr_clock_text(sums.leave_s, false, arena),
        tr_clock_text(sums.back_s, false, arena), sums.stops, sums.stops == 1 ? "" : "s", hazardous,
        sums.tips, sums.tips == 1 ? "" : "s", tr_tenths_text(route->dist_m, 1000, arena));
}

static json_t *crew_part(const tr_day *day, int32_t index, tr_arena *arena)
{
    const tr_route *route = &day->plan->routes[index];
    const tr_vehicle_note *note = &day->morning->vehicle_notes[route->vehicle];
    const char *id = day->morning->problem.vehicles[route->vehicle].id;
    tr_visit_view *views = tr_route_views(day, route, arena);
    json_t *part = json_object(), *legs = json_array(), *visits = json_array();
    put_word(part, "id", id);
    put_word(part, "name", *note->name ? tr_arena_printf(arena, "%s, %s", id, note->name) : id);
    put_word(part, "crew", note->crew);
    put_word(part, "colour", note->colour);
    put_word(part, "sums", crew_sums(day, route, arena));
    for (int32_t v = 1; day->legs && day->legs[index] && v < route->n_visits; v++)
        if (route->visits[v].place != route->visits[v - 1].place && day->legs[index][v - 1].n_points >= 2)
            json_array_append_new(legs, leg_part(&day->legs[index][v - 1],
                                                 day->legs[index][v - 1].estimated || views[v].estimated || views[v].stale,
                                                 tr_avoid_of_visit(day, index, v, arena)));
    for (int32_t v = 0; v < route->n_visits; v++) {
        json_t *visit = visit_part(&views[v], arena);
        const char *avoid = tr_avoid_of_visit(day, index, v, arena);
        if (avoid) put_word(visit, "avoid", avoid);
        json_array_append_new(visits, visit);
    }
    json_object_set_new(part, "legs", legs);
    json_object_set_new(part, "visits", visits);
    return part;
}

static json_t *report_part(const tr_day *day, int32_t i, tr_outcome_kind kind, tr_arena *arena)
{
    static const char *const labels[TR_N_OUTCOMES] = {"routed",   "left for another day", "for review",
                                                      "to refer", "for a contractor",     "not ours",
                                                      "duplicate"};
    const tr_morning *morning = day->morning;
    const tr_report *report = &morning->reports[i];
    const tr_outcome *outcome = &morning->outcomes[i];
    json_t *part = json_object();
    put_word(part, "id", report->id);
    put_word(part, "outcome", tr_outcome_names[kind]);
    put_word(part, "label",
             outcome->duplicate_of < 0
                 ? labels[kind]
                 : tr_arena_printf(arena, "same as %s", morning->reports[outcome->duplicate_of].id));
    put_word(part, "place", tr_report_place(report, arena));
    put_word(part, "what", tr_report_what(morning, day->plan, i, arena));
    put_word(part, "reason", kind == TR_LEFT ? tr_left_text(day, i, arena) : outcome->reason);
    json_object_set_new(part, "hazardous", json_boolean(tr_report_is_hazardous(morning, i)));
    if (report->has_place)
        put_position(part, report->lat, report->lon);
    else
        json_object_set_new(part, "lat", json_null());
    return part;
}

static json_t *reports_part(const tr_day *day, tr_arena *arena)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < day->morning->n_reports; i++) {
        tr_outcome_kind kind = tr_report_outcome(day->morning, day->plan, i);
        if (kind != TR_ROUTED) json_array_append_new(list, report_part(day, i, kind, arena));
    }
    return list;
}

static json_t *places_part(const tr_morning *morning, tr_arena *arena)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < morning->n_places; i++) {
        const tr_place *place = &morning->places[i];
        if (place->kind == TR_PLACE_STOP) continue;
        const char *name = place->name, *opening = NULL;
        for (int32_t s = 0; place->kind == TR_PLACE_SITE && s < morning->problem.n_sites; s++) {
            const tr_site *site = &morning->problem.sites[s];
            if (site->place != i) continue;
            if (*morning->site_notes[s].name) name = morning->site_notes[s].name;
            opening = tr_windows_text(site->n_opening, site->opening, arena);
        }
        json_t *part = json_object();
        put_int(part, "index", i);
        put_word(part, "kind", place->kind == TR_PLACE_SITE ? "site" : "depot");
        put_word(part, "name", name);
        put_word(part, "opening", opening);
        put_position(part, place->lat, place->lon);
        json_array_append_new(list, part);
    }
    return list;
}

/* The places to keep away from that hold on the day, each with the warnings of it. */
static json_t *avoid_part(const tr_day *day, tr_arena *arena)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < day->morning->n_avoid; i++) {
        const tr_avoid *place = &day->morning->avoid[i];
        if (!place->n_hours) continue;
        json_t *part = json_object(), *line = json_array(), *warnings = json_array();
        put_word(part, "what", tr_avoid_what(place, arena));
        for (int32_t k = 0; k < place->n_points; k++) {
            json_t *pair = json_array();
            json_array_append_new(pair, degrees(place->lon_lat[2 * k + 1]));
            json_array_append_new(pair, degrees(place->lon_lat[2 * k]));
            json_array_append_new(line, pair);
        }
        json_object_set_new(part, "line", line);
        json_object_set_new(part, "radius", json_real(place->radius_m));
        for (int32_t f = 0; f < day->n_avoid_findings; f++)
            if (day->avoid_findings[f].avoid == i)
                json_array_append_new(warnings, tr_json_string(tr_avoid_line(day, &day->avoid_findings[f], arena)));
        json_object_set_new(part, "warnings", warnings);
        json_array_append_new(list, part);
    }
    return list;
}

static json_t *page_part(const tr_day *day, const char *title, tr_arena *arena)
{
    int32_t counts[TR_N_OUTCOMES], used = 0;
    tr_estimated how = tr_travel_estimated(&day->morning->problem);
    json_t *part = json_object(), *crews = json_array();
    tr_count_outcomes(day->morning, day->plan, counts);
    for (int32_t r = 0; r < day->plan->n_routes; r++) {
        if (day->plan->routes[r].n_visits == 0) continue;
        json_array_append_new(crews, crew_part(day, r, arena));
        used++;
    }
    put_word(part, "title", title);
    put_word(part, "headline",
             tr_arena_printf(arena, "%d of %d reports routed with %d vehicle%s, %d left", counts[TR_ROUTED],
                             day->morning->n_reports, used, used == 1 ? "" : "s", counts[TR_LEFT]));
    put_word(part, "warning", tr_travel_warning(day, -1, arena));
    json_t *proof = json_array(), *raises = json_array();
    for (int32_t k = 0; k < 3; k++) json_array_append_new(proof, tr_json_string(tr_proof_sentence(day, k, arena)));
    for (int32_t i = 0; i < day->n_raises; i++)
        json_array_append_new(raises, tr_json_string(tr_raise_sentence(day, &day->raises[i], arena)));
    json_object_set_new(part, "proof", proof);
    json_object_set_new(part, "raises", raises);
    put_word(part, "travel",
             tr_arena_printf(arena, "Travel: %s.", day->travel_source ? day->travel_source : "unknown"));
    put_word(part, "credit", how == TR_ESTIMATED_ALL ? NULL : TR_OSM_CREDIT);
    json_object_set_new(part, "places", places_part(day->morning, arena));
    json_object_set_new(part, "avoid", avoid_part(day, arena));
    json_object_set_new(part, "crews", crews);
    json_object_set_new(part, "reports", reports_part(day, arena));
    return part;
}

/* ---- the page ---- */

typedef struct {
    const char *name, *text;
} slot;

/* The template with each @@NAME@@ replaced; what is put in is not looked at again. */
static void fill_template(FILE *out, const char *template, const slot *slots, size_t n)
{
    for (const char *at; (at = strstr(template, "@@")) != NULL;) {
        fwrite(template, 1, (size_t)(at - template), out);
        const char *name = at + 2, *end = strstr(name, "@@");
        for (size_t i = 0; i < n; i++)
            if (strlen(slots[i].name) == (size_t)(end - name) &&
                strncmp(slots[i].name, name, (size_t)(end - name)) == 0)
                fputs(slots[i].text, out);
        template = end + 2;
    }
    fputs(template, out);
}

static char *html_escaped(const char *text, tr_arena *arena)
{
    char *buffer = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&buffer, &length);
    if (!out) return tr_arena_strdup(arena, "");
    tr_html_put(out, text);
    fclose(out);
    char *kept = tr_arena_strdup(arena, buffer);
    free(buffer);
    return kept;
}

char *tr_map_html(const tr_day *day, tr_arena *arena)
{
    const char *title =
        tr_arena_printf(arena, "Fly-tip routes, %s", tr_day_text(day->morning->problem.day, arena));
    json_t *page = page_part(day, title, arena);
    const slot slots[] = {
        {"TITLE", html_escaped(title, arena)}, {"LEAFLET_CSS", tr_leaflet_css}, {"STYLE", tr_map_page_css},
        {"DATA", tr_json_script(page, arena)}, {"LEAFLET_JS", tr_leaflet_js},   {"SCRIPT", tr_map_page_js},
    };
    json_decref(page);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_arena_strdup(arena, "");
    fill_template(out, tr_map_page_html, slots, sizeof slots / sizeof *slots);
    fclose(out);
    char *kept = tr_arena_strdup(arena, text);
    free(text);
    return kept;
}
