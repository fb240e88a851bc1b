/* fleet.c -- depots, vehicles with crews, and the sites that stand in the fleet file.
 *
 * Ids are unique without regard to case and safe as part of a file name.  Costs and hours that are not
 * given get assumed defaults (docs/format.md).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "readers.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#define KEYS(...)                                                                                            \
    (const char *const[]){__VA_ARGS__}, (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

enum {
    MOST_VEHICLES = 1000,
    MOST_DEPOTS = 1000,
    MUCH_KG = 100000,
    MUCH_LITRES = 200000,
    MUCH_PENCE = 100000000
};

static const char *const colours[] = {"#1f6fb4", "#d1495b", "#2a9d5c", "#8e5ea2", "#e08e2b",
                                      "#17839b", "#a3562a", "#5b6c7d", "#c2418f", "#6a8f1f"};

int32_t tr_place_add(tr_morning *morning, tr_place_kind kind, const char *name, double lat, double lon)
{
    int32_t n = morning->n_places;
    if ((n & (n - 1)) == 0) /* full at each power of two */
        morning->places = tr_arena_grow(morning->arena, morning->places, (size_t)n, n ? 2 * (size_t)n : 1,
                                        sizeof *morning->places);
    morning->places[n] = (tr_place){
        .kind = kind, .name = name, .lat = lat, .lon = lon, .snap_lat = lat, .snap_lon = lon, .snap_m = -1};
    morning->n_places = morning->problem.n_places = n + 1;
    return n;
}

/* An id of letters, digits, blank, '.', '_' and '-', 64 bytes at most, that starts with a letter or digit. */
static const char *id_of(const tr_json *object)
{
    tr_json at = tr_json_need(object, "id");
    const char *id = tr_json_text(at, NULL);
    if (!id) return "?";
    bool good = isalnum((unsigned char)*id) && strlen(id) <= 64 && id[strlen(id) - 1] != ' ';
    for (const char *p = id; *p && good; p++) good = isalnum((unsigned char)*p) || strchr(" ._-", *p);
    if (!good)
        tr_json_fault(
            &at, "\"%s\" cannot be an id; expected up to 64 letters, digits, blanks, \".\", \"_\" or \"-\"",
            id);
    return id;
}

static int32_t depot_named(const tr_morning *morning, const char *name)
{
    for (int32_t i = 0; i < morning->n_places; i++)
        if (strcmp(morning->places[i].name, name) == 0) return i;
    return -1;
}

static void read_depots(const tr_json *list, tr_morning *morning)
{
    size_t n = tr_json_length(list);
    if (n > MOST_DEPOTS) tr_json_fault(list, "has %zu depots; expected at most %d", n, MOST_DEPOTS);
    for (size_t i = 0; i < n && i < MOST_DEPOTS; i++) {
        tr_json at = tr_json_item(list, i);
        double lat, lon;
        if (!tr_json_is_object(&at)) continue;
        tr_json_keys(&at, KEYS("id", "name", "lat", "lon"));
        const char *id = id_of(&at);
        tr_json_text(tr_json_at(&at, "name"), NULL);
        if (!tr_json_place(&at, &lat, &lon))
            lat = lon = 0; /* the id stays known, so that one fault is told once */
        if (depot_named(morning, id) >= 0)
            tr_json_fault(&at, "depot id \"%s\" is used twice", id);
        else
            tr_place_add(morning, TR_PLACE_DEPOT, id, lat, lon);
    }
}

/* The place of a depot id, or of {"lat", "lon"}; 0 after a fault. */
static int32_t place_of(tr_json at, int32_t n_depots, const char *vehicle, tr_morning *morning)
{
    double lat, lon;
    if (json_is_object(at.value)) {
        tr_json_keys(&at, KEYS("lat", "lon"));
        if (!tr_json_place(&at, &lat, &lon)) return 0;
        const char *name = tr_arena_printf(morning->arena, "%s of %s", at.key, vehicle);
        return tr_place_add(morning, TR_PLACE_DEPOT, name, lat, lon);
    }
    const char *name = tr_json_text(at, NULL);
    if (!name) return 0;
    const char **known = TR_NEW(morning->arena, const char *, n_depots + 1);
    for (int32_t i = 0; i < n_depots; i++) {
        known[i] = morning->places[i].name;
        if (strcmp(known[i], name) == 0) return i;
    }
    const char *near = tr_nearest_word(name, known, n_depots);
    if (near)
        tr_json_fault(&at, "unknown depot \"%s\"; did you mean \"%s\"?", name, near);
    else
        tr_json_fault(&at, "unknown depot \"%s\"; expected an id from depots, or {\"lat\": .., \"lon\": ..}",
                      name);
    return 0;
}

static void read_ends(const tr_json *at, tr_vehicle *v, int32_t n_depots, tr_morning *morning)
{
    tr_json depot = tr_json_at(at, "depot"), start = tr_json_at(at, "start"), end = tr_json_at(at, "end");
    if (!depot.value && !start.value && n_depots == 1) {
        v->start_place = 0;
    } else if (start.value) {
        v->start_place = place_of(start, n_depots, v->id, morning);
    } else if (depot.value) {
        v->start_place = place_of(depot, n_depots, v->id, morning);
    } else {
        tr_json_fault(&depot, "is missing; expected a depot id, or start and end");
    }
    if (depot.value && start.value && end.value)
        tr_json_fault(&depot, "stands beside start and end; give one of the two");
    v->end_place = end.value                    ? place_of(end, n_depots, v->id, morning)
                   : depot.value && start.value ? place_of(depot, n_depots, v->id, morning)
                                                : v->start_place;
}

static void read_start_load(const tr_json *at, tr_compartment *c, const tr_stream *streams)
{
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, KEYS("kg", "litres", "m3", "streams"));
    c->start_kg = (int32_t)tr_json_int(tr_json_at(at, "kg"), 0, 0, MUCH_KG);
    c->start_litres = (int32_t)tr_json_litres(at, 0, MUCH_LITRES);
    c->start_streams = tr_json_words(tr_json_need(at, "streams"), tr_stream_names, TR_STREAM_COUNT, "stream");
    if (c->start_kg > c->kg)
        tr_json_fault(at, "%d kg are more than the compartment's %d kg", c->start_kg, c->kg);
    if (c->start_litres > c->litres)
        tr_json_fault(at, "%d litres are more than the compartment's %d litres", c->start_litres, c->litres);
    if ((c->start_kg || c->start_litres) && !c->start_streams) tr_json_fault(at, "a load needs its streams");
    int32_t group = -1;
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++) {
        if (!(c->start_streams >> s & 1)) continue;
        if (!(c->streams >> s & 1)) tr_json_fault(at, "the compartment is not made for %s", streams[s].name);
        if (group >= 0 && group != streams[s].segregation)
            tr_json_fault(at, "%s must not be mixed with the other streams of the load", streams[s].name);
        group = streams[s].segregation;
    }
}

static void read_compartments(const tr_json *list, tr_vehicle *v, const tr_stream *streams)
{
    size_t n = tr_json_length(list);
    if (list->value && json_is_array(list->value) && (n == 0 || n > TR_MAX_COMPARTMENTS))
        tr_json_fault(list, "has %zu compartments; expected 1 to %d", n, TR_MAX_COMPARTMENTS);
    for (size_t i = 0; i < n && i < TR_MAX_COMPARTMENTS; i++) {
        tr_json at = tr_json_item(list, i);
        tr_compartment *c = &v->compartments[v->n_compartments];
        if (!tr_json_is_object(&at)) continue;
        tr_json_keys(&at, KEYS("id", "kg", "litres", "m3", "streams", "start_load"));
        c->id = id_of(&at);
        for (int32_t k = 0; k < v->n_compartments; k++)
            if (strcasecmp(v->compartments[k].id, c->id) == 0)
                tr_json_fault(&at, "compartment id \"%s\" is used twice", c->id);
        c->kg = (int32_t)tr_json_int(tr_json_need(&at, "kg"), 1, 1, MUCH_KG);
        tr_json litres = tr_json_at(&at, "litres");
        if (!litres.value && !tr_json_at(&at, "m3").value)
            tr_json_fault(&litres, "is missing; expected litres or m3");
        else
            c->litres = (int32_t)tr_json_litres(&at, 1, MUCH_LITRES);
        tr_json made_for = tr_json_need(&at, "streams"), load = tr_json_at(&at, "start_load");
        c->streams = tr_json_words(made_for, tr_stream_names, TR_STREAM_COUNT, "stream");
        if (json_is_array(made_for.value) && json_array_size(made_for.value) == 0)
            tr_json_fault(&made_for, "is empty; expected the streams that it may carry");
        read_start_load(&load, c, streams);
        v->n_compartments++;
    }
}

/* A certificate counts when crew and vehicle both hold it; one list stands for both. */
static tr_mask certs_of(const tr_json *at)
{
    if (!json_is_object(at->value)) return tr_json_words(*at, tr_cert_names, TR_CERT_COUNT, "certificate");
    tr_json_keys(at, KEYS("crew", "vehicle"));
    return tr_json_words(tr_json_need(at, "crew"), tr_cert_names, TR_CERT_COUNT, "certificate") &
           tr_json_words(tr_json_need(at, "vehicle"), tr_cert_names, TR_CERT_COUNT, "certificate");
}

static void read_shift(const tr_json *at, tr_vehicle *v)
{
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, KEYS("start", "end", "max_overtime_min"));
    v->start_s = tr_json_clock(tr_json_need(at, "start"), 6 * 3600);
    tr_json end = tr_json_need(at, "end");
    v->end_s = tr_json_clock(end, 14 * 3600);
    v->max_overtime_s = tr_json_minutes(tr_json_at(at, "max_overtime_min"), 0, 720);
    if (v->end_s > v->start_s) return;
    char start_text[9], end_text[9];
    tr_clock_print(v->start_s, start_text);
    tr_clock_print(v->end_s, end_text);
    tr_json_fault(&end, "ends %s before it starts %s; two in the morning after is written 26:00", end_text,
                  start_text);
}

static void read_costs(const tr_json *at, tr_vehicle *v)
{
    v->fixed_pence = 5000;
    v->pence_per_km = 60;
    v->pence_per_hour = 4500;
    v->pence_per_overtime_hour = -1;
    if (tr_json_is_object(at)) {
        tr_json_keys(at, KEYS("fixed_pence", "pence_per_km", "pence_per_hour", "pence_per_overtime_hour"));
        v->fixed_pence = tr_json_int(tr_json_at(at, "fixed_pence"), v->fixed_pence, 0, MUCH_PENCE);
        v->pence_per_km = tr_json_int(tr_json_at(at, "pence_per_km"), v->pence_per_km, 0, 100000);
        v->pence_per_hour = tr_json_int(tr_json_at(at, "pence_per_hour"), v->pence_per_hour, 0, 1000000);
        v->pence_per_overtime_hour = tr_json_int(tr_json_at(at, "pence_per_overtime_hour"), -1, 0, 1000000);
    }
    if (v->pence_per_overtime_hour < 0)
        v->pence_per_overtime_hour = v->pence_per_hour + v->pence_per_hour / 2;
}

static int32_t mode_index(tr_morning *morning, int32_t n_vehicles, const char *mode)
{
    for (int32_t i = 0; i < n_vehicles; i++)
        if (strcmp(morning->vehicle_notes[i].mode, mode) == 0)
            return morning->problem.vehicles[i].profile;
    return morning->problem.n_profiles++;
}

static const char *profile_of(tr_json at)
{
    const char *profile = tr_json_text(at, "car");
    bool good = *profile && strlen(profile) <= 40;
    for (const char *p = profile; *p && good; p++)
        good = isalnum((unsigned char)*p) || *p == '-' || *p == '_';
    if (!good) tr_json_fault(&at, "\"%s\" is no profile; expected a name such as \"car\"", profile);
    return good ? profile : "car";
}

static const char *colour_of(tr_json at, int32_t vehicle)
{
    const char *colour = tr_json_text(at, colours[(size_t)vehicle % (sizeof colours / sizeof *colours)]);
    if (*colour == '#' && strlen(colour) == 7 && strspn(colour + 1, "0123456789abcdefABCDEF") == 6)
        return colour;
    tr_json_fault(&at, "\"%s\" is no colour; expected \"#rrggbb\"", colour);
    return colours[0];
}

static void read_vehicle(const tr_json *at, tr_vehicle *v, tr_vehicle_note *note, int32_t n_depots,
                         tr_morning *morning)
{
    static const char *const hours[] = {"gb_domestic", "eu", "none"};
    tr_json_keys(at, KEYS("id", "name", "profile", "depot", "start", "end", "shift", "compartments",
                          "payload_kg", "certs", "equipment", "hours_rule", "wtr", "available",
                          "speed_factor", "costs", "may_park_loaded", "crew", "colour", "kerb", "height_m",
                          "width_m", "weight_kg"));
    int32_t index = (int32_t)at->index;
    v->id = id_of(at);
    for (int32_t i = 0; i < index; i++)
        if (strcasecmp(morning->problem.vehicles[i].id, v->id) == 0)
            tr_json_fault(at, "vehicle id \"%s\" is used twice", v->id);
    note->name = tr_json_text(tr_json_at(at, "name"), v->id);
    note->profile = profile_of(tr_json_at(at, "profile"));
    note->crew = tr_json_text(tr_json_at(at, "crew"), "");
    note->colour = colour_of(tr_json_at(at, "colour"), index);
    note->kerb = tr_json_bool(tr_json_at(at, "kerb"), false);
    note->mode = tr_arena_printf(morning->arena, "%s%s", note->profile, note->kerb ? "+kerb" : "");
    v->profile = mode_index(morning, index, note->mode);
    read_ends(at, v, n_depots, morning);
    tr_json shift = tr_json_need(at, "shift"), list = tr_json_need(at, "compartments");
    tr_json costs = tr_json_at(at, "costs"), certs = tr_json_at(at, "certs");
    read_shift(&shift, v);
    read_compartments(&list, v, morning->problem.streams);
    int64_t all_kg = 0, loaded_kg = 0;
    for (int32_t k = 0; k < v->n_compartments; k++) {
        all_kg += v->compartments[k].kg;
        loaded_kg += v->compartments[k].start_kg;
    }
    tr_json payload = tr_json_at(at, "payload_kg");
    v->payload_kg = (int32_t)tr_json_int(payload, all_kg, 1, (int64_t)TR_MAX_COMPARTMENTS * MUCH_KG);
    if (payload.value && loaded_kg > v->payload_kg)
        tr_json_fault(&payload, "%d kg are less than the %lld kg of its start_load", v->payload_kg,
                      (long long)loaded_kg);
    note->bulk = tr_bulk_of(at);
    if (note->bulk.weight_kg && note->bulk.weight_kg < v->payload_kg) {
        tr_json weight = tr_json_at(at, "weight_kg");
        tr_json_fault(&weight, "%d kg are less than its payload of %d kg; expected the laden weight", note->bulk.weight_kg,
                      v->payload_kg);
    }
    v->certs = certs_of(&certs);
    v->equipment =
        tr_json_words(tr_json_at(at, "equipment"), tr_equipment_names, TR_EQUIPMENT_COUNT, "equipment");
    v->hours_rule = (tr_hours_rule)tr_json_word(tr_json_at(at, "hours_rule"), hours, 3, "hours rule", 0);
    v->wtr = tr_json_bool(tr_json_at(at, "wtr"), true);
    v->available = tr_json_bool(tr_json_at(at, "available"), true);
    v->may_park_loaded = tr_json_bool(tr_json_at(at, "may_park_loaded"), false);
    v->speed_permille = (int32_t)lround(1000 * tr_json_number(tr_json_at(at, "speed_factor"), 1, 0.1, 5));
    read_costs(&costs, v);
}

void tr_fleet_read(const char *path, tr_morning *morning, tr_diag *diag)
{
    json_auto_t *document = tr_json_file(path, diag);
    tr_json root = tr_json_root(document, path, diag);
    if (!tr_json_is_object(&root)) return;
    tr_json_keys(&root, KEYS("depots", "vehicles", "sites"));
    tr_json depots = tr_json_at(&root, "depots"), list = tr_json_need(&root, "vehicles");
    read_depots(&depots, morning);
    int32_t n_depots = morning->n_places;
    size_t n = tr_json_length(&list);
    if (json_is_array(list.value) && (n == 0 || n > MOST_VEHICLES))
        tr_json_fault(&list, "has %zu vehicles; expected 1 to %d", n, MOST_VEHICLES);
    if (n > MOST_VEHICLES) n = MOST_VEHICLES;
    tr_vehicle *vehicles = TR_NEW(morning->arena, tr_vehicle, n);
    morning->vehicle_notes = TR_NEW(morning->arena, tr_vehicle_note, n);
    morning->problem.vehicles = vehicles;
    for (size_t i = 0; i < n; i++) {
        tr_json at = tr_json_item(&list, i);
        vehicles[i].id = "?";
        morning->vehicle_notes[i] = (tr_vehicle_note){.name = "?", .profile = "car", .mode = "car", .crew = "", .colour = colours[0]};
        if (tr_json_is_object(&at))
            read_vehicle(&at, &vehicles[i], &morning->vehicle_notes[i], n_depots, morning);
    }
    morning->problem.n_vehicles = (int32_t)n;
    tr_json sites = tr_json_at(&root, "sites");
    if (sites.value) tr_sites_of(&sites, morning);
}
