/* avoid_json.c -- `avoid` of plan.json: the places to keep away from, and what of the plan comes near them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "json_text.h"
#include "writers.h"

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static json_t *names(int32_t n, const char *const *list)
{
    json_t *array = json_array();
    for (int32_t i = 0; i < n; i++) json_array_append_new(array, tr_json_string(list[i]));
    return array;
}

static json_t *metres(int32_t mm)
{
    return mm ? json_real((double)mm / 1000) : json_null();
}

void tr_bulk_json(json_t *object, const tr_bulk *bulk)
{
    put(object, "height_m", metres(bulk->height_mm));
    put(object, "width_m", metres(bulk->width_mm));
    put(object, "weight_kg", bulk->weight_kg ? json_integer(bulk->weight_kg) : json_null());
}

static json_t *place_part(const tr_avoid *place)
{
    json_t *part = json_object(), *line = json_array(), *hours = json_array();
    put(part, "id", tr_json_string(place->id));
    put(part, "kind", tr_json_string(tr_avoid_kinds[place->kind]));
    put(part, "name", tr_json_string(place->name));
    for (int32_t i = 0; i < place->n_points; i++) {
        json_t *point = json_object();
        put(point, "lat", json_real(place->lon_lat[2 * i + 1]));
        put(point, "lon", json_real(place->lon_lat[2 * i]));
        json_array_append_new(line, point);
    }
    put(part, "points", line);
    put(part, "radius_m", json_real(place->radius_m));
    for (int32_t i = 0; i < place->n_hours; i++)
        json_array_append_new(hours, json_pack("[I,I]", (json_int_t)place->hours[i].start_s,
                                               (json_int_t)place->hours[i].end_s));
    put(part, "hours", hours);
    tr_bulk_json(part, &place->limit);
    put(part, "vehicles", names(place->n_vehicles, place->vehicles));
    put(part, "profiles", names(place->n_profiles, place->profiles));
    return part;
}

static json_t *finding_part(const tr_day *day, const tr_avoid_finding *f, tr_arena *arena)
{
    bool assumed;
    int32_t vehicle = day->plan->routes[f->route].vehicle;
    json_t *part = json_object();
    tr_avoid_concerns(day->morning, &day->morning->avoid[f->avoid], vehicle, &assumed);
    put(part, "avoid", tr_json_string(day->morning->avoid[f->avoid].id));
    put(part, "vehicle", tr_json_string(day->morning->problem.vehicles[vehicle].id));
    put(part, "visit", json_integer(f->visit));
    put(part, "how", tr_json_string(tr_nearness_names[f->how]));
    put(part, "metres", json_real(f->metres));
    put(part, "lat", json_real(f->lat));
    put(part, "lon", json_real(f->lon));
    put(part, "at_s", json_integer(f->at_s));
    put(part, "assumed", json_boolean(assumed));
    put(part, "text", tr_json_string(tr_avoid_text(day, f, arena)));
    return part;
}

json_t *tr_avoid_json(const tr_day *day, tr_arena *arena)
{
    json_t *part = json_object(), *places = json_array(), *findings = json_array();
    for (int32_t i = 0; i < day->morning->n_avoid; i++)
        json_array_append_new(places, place_part(&day->morning->avoid[i]));
    for (int32_t i = 0; i < day->n_avoid_findings; i++)
        json_array_append_new(findings, finding_part(day, &day->avoid_findings[i], arena));
    put(part, "places", places);
    put(part, "findings", findings);
    return part;
}
