/* geojson.c -- routes.geojson (RFC 7946): a line for each leg, a point for each visit and each report left.
 *
 * For desktop mapping; coordinates are lon, lat in WGS 84, rounded to a millionth of a degree.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "json_text.h"
#include "writers.h"

#include <math.h>

static json_t *degrees(double value)
{
    return json_real(fabs(value) <= 1000 ? (double)llround(value * 1e6) / 1e6 : 0);
}

static json_t *position(double lat, double lon)
{
    json_t *pair = json_array();
    json_array_append_new(pair, degrees(lon));
    json_array_append_new(pair, degrees(lat));
    return pair;
}

static void put_word(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, tr_json_string(text));
}

static void put_int(json_t *object, const char *key, int64_t value)
{
    json_object_set_new(object, key, json_integer(value));
}

static void put_flag(json_t *object, const char *key, bool value)
{
    json_object_set_new(object, key, json_boolean(value));
}

static void add_feature(json_t *features, const char *type, json_t *coordinates, json_t *properties)
{
    json_t *feature = json_object(), *geometry = json_object();
    put_word(feature, "type", "Feature");
    put_word(geometry, "type", type);
    json_object_set_new(geometry, "coordinates", coordinates);
    json_object_set_new(feature, "geometry", geometry);
    json_object_set_new(feature, "properties", properties);
    json_array_append_new(features, feature);
}

static void put_avoid(json_t *about, const char *text)
{
    if (text) put_word(about, "avoid", text);
}

static void add_leg(json_t *features, const tr_leg *leg, const tr_vehicle *vehicle, const char *colour,
                    const tr_visit_view *from, const tr_visit_view *to, const char *avoid)
{
    json_t *line = json_array(), *about = json_object(), *steps = json_array();
    for (int32_t i = 0; i < leg->n_points; i++)
        json_array_append_new(line, position(leg->lon_lat[2 * i + 1], leg->lon_lat[2 * i]));
    put_word(about, "kind", "leg");
    put_word(about, "vehicle", vehicle->id);
    put_word(about, "from", from->id);
    put_word(about, "to", to->id);
    put_int(about, "drive_s", to->visit->drive_s);
    put_int(about, "distance_m", to->visit->dist_m);
    put_flag(about, "estimated", leg->estimated || to->estimated || to->stale);
    put_avoid(about, avoid);
    for (int32_t i = 0; i < leg->n_steps; i++) json_array_append_new(steps, tr_json_string(leg->steps[i]));
    json_object_set_new(about, "steps", steps); /* turn instructions in words; none of an estimated leg */
    put_word(about, "stroke", colour);
    add_feature(features, "LineString", line, about);
}

static void add_visit(json_t *features, const tr_visit_view *view, const tr_vehicle *vehicle,
                      const char *colour, tr_arena *arena)
{
    json_t *about = json_object();
    put_word(about, "kind", view->kind);
    put_word(about, "vehicle", vehicle->id);
    put_int(about, "number", view->number);
    put_word(about, "id", view->id);
    put_word(about, "name", view->name);
    put_word(about, "start", tr_clock_text(view->visit->start_s, true, arena));
    put_word(about, "departure", tr_clock_text(view->visit->departure_s, true, arena));
    if (view->stop) {
        put_word(about, "what", view->note->what);
        put_word(about, "ewc", view->stream->ewc);
        put_word(about, "ppe", view->note->ppe);
        put_flag(about, "hazardous", view->hazardous);
    }
    put_word(about, "marker-color", colour);
    add_feature(features, "Point", position(view->lat, view->lon), about);
}

static void add_route(json_t *features, const tr_day *day, int32_t index, tr_arena *arena)
{
    const tr_route *route = &day->plan->routes[index];
    const tr_vehicle *vehicle = &day->morning->problem.vehicles[route->vehicle];
    const char *colour = day->morning->vehicle_notes[route->vehicle].colour;
    tr_visit_view *views = tr_route_views(day, route, arena);
    const tr_leg *legs = day->legs ? day->legs[index] : NULL;
    for (int32_t v = 1; legs && v < route->n_visits; v++)
        if (route->visits[v].place != route->visits[v - 1].place && legs[v - 1].n_points >= 2)
            add_leg(features, &legs[v - 1], vehicle, colour, &views[v - 1], &views[v], tr_avoid_of_visit(day, index, v, arena));
    for (int32_t v = 0; v < route->n_visits; v++)
        if (route->visits[v].kind != TR_VISIT_BREAK) add_visit(features, &views[v], vehicle, colour, arena);
}

/* Closed roads and low bridges of the day, whether anything comes near them or not. */
static void add_avoid(json_t *features, const tr_avoid *place, tr_arena *arena)
{
    json_t *about = json_object(), *line = json_array();
    put_word(about, "kind", "avoid");
    put_word(about, "id", place->id);
    put_word(about, "what", tr_avoid_what(place, arena));
    json_object_set_new(about, "radius_m", json_real(place->radius_m));
    for (int32_t i = 0; i < place->n_points; i++)
        json_array_append_new(line, position(place->lon_lat[2 * i + 1], place->lon_lat[2 * i]));
    put_word(about, place->n_points > 1 ? "stroke" : "marker-color", "#b00020");
    if (place->n_points > 1) {
        add_feature(features, "LineString", line, about);
        return;
    }
    add_feature(features, "Point", json_incref(json_array_get(line, 0)), about);
    json_decref(line);
}

static void add_report(json_t *features, const tr_day *day, int32_t i, tr_arena *arena)
{
    const tr_report *report = &day->morning->reports[i];
    tr_outcome_kind kind = tr_report_outcome(day->morning, day->plan, i);
    if (kind == TR_ROUTED || !report->has_place) return;
    json_t *about = json_object();
    put_word(about, "kind", "report");
    put_word(about, "id", report->id);
    put_word(about, "outcome", tr_outcome_names[kind]);
    put_word(about, "reason",
             kind == TR_LEFT ? tr_left_text(day, i, arena) : day->morning->outcomes[i].reason);
    put_flag(about, "hazardous", tr_report_is_hazardous(day->morning, i));
    add_feature(features, "Point", position(report->lat, report->lon), about);
}

char *tr_routes_geojson(const tr_day *day, tr_arena *arena)
{
    tr_estimated how = tr_travel_estimated(&day->morning->problem);
    json_t *root = json_object(), *features = json_array();
    put_word(root, "type", "FeatureCollection");
    put_word(root, "date", tr_day_text(day->morning->problem.day, arena));
    put_word(root, "travel", tr_estimated_label(how));
    if (how != TR_ESTIMATED_ALL) put_word(root, "credit", TR_OSM_CREDIT);
    for (int32_t r = 0; r < day->plan->n_routes; r++) add_route(features, day, r, arena);
    for (int32_t i = 0; i < day->morning->n_reports; i++) add_report(features, day, i, arena);
    for (int32_t i = 0; i < day->morning->n_avoid; i++)
        if (day->morning->avoid[i].n_hours) add_avoid(features, &day->morning->avoid[i], arena);
    json_object_set_new(root, "features", features);
    char *text = tr_json_print(root, arena);
    json_decref(root);
    return text;
}
