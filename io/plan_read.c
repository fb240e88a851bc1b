/* plan_read.c -- plan.json and its travel.json back into morning and plan.
 *
 * Every type and range is checked and every fault names the JSON path ("routes[2].visits[3].place").
 * The structure must be sound; the plan's own numbers (times, loads, figures) are taken as they stand,
 * also from a plan edited by hand, since to judge them is the referee's work.  The *_s numbers count;
 * a clock text beside one that says something else is a warning.
 * What the plan says of its reports (`reports`, `counts`) is read as claims; plan_outcomes.c judges them.
 * Texts that only people read (names, reasons of reports) are not read back: they follow from the rest.
 * Unknown keys are ignored.  Of a plan on standard input ("-") travel.json is looked for in the current folder.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "json.h"
#include "sha256.h"
#include "writers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_LIST = 100000,
    MAX_FLEET = 5000,
    MAX_PLACES = 20000,
    MAX_AMOUNT = 1000000000,
    MAX_SECONDS = 1000000000,
    MAX_DAY = 1000000,
    MAX_WEIGHT = 1000000000
};
static const int64_t MAX_FIGURE = 1000000000000000; /* sums: pence, metres, levels of the goal */

typedef struct {
    tr_arena *arena;
    tr_diag *diag;
    const char *file;
    bool failed;
    tr_morning *morning;
    tr_plan *plan;
    tr_day *day;
    tr_claims *claims;
} reader;

typedef struct {
    json_t *value;    /* NULL: there was a fault above; what is read from it is silent and 0 */
    const char *path; /* "" for the whole file */
} node;

/* ---- typed access ---- */

static void fault(reader *r, node at, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void fault(reader *r, node at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = tr_arena_vprintf(r->arena, format, args);
    va_end(args);
    tr_diag_add(r->diag, TR_ERROR, r->file, at.path, "%s", text);
    r->failed = true;
}

static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "an integer";
    case JSON_REAL:
        return "a decimal number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    default:
        return "null";
    }
}

static node member(reader *r, node object, const char *key)
{
    node found = {NULL, *object.path ? tr_arena_printf(r->arena, "%s.%s", object.path, key) : key};
    if (!object.value) return found;
    if (!json_is_object(object.value)) {
        fault(r, object, "is %s where an object was expected", type_name(object.value));
        return found;
    }
    found.value = json_object_get(object.value, key);
    if (!found.value) fault(r, found, "is missing");
    return found;
}

static node wrong_type(reader *r, node at, const char *expected)
{
    if (at.value) fault(r, at, "is %s where %s was expected", type_name(at.value), expected);
    return (node){NULL, at.path};
}

static node object_at(reader *r, node object, const char *key)
{
    node at = member(r, object, key);
    return json_is_object(at.value) ? at : wrong_type(r, at, "an object");
}

static node list_at(reader *r, node object, const char *key, int32_t *n, int32_t most)
{
    node at = member(r, object, key);
    *n = 0;
    if (!json_is_array(at.value)) return wrong_type(r, at, "a list");
    if (json_array_size(at.value) > (size_t)most) {
        fault(r, at, "has %zu entries, at most %d are possible", json_array_size(at.value), most);
        return (node){NULL, at.path};
    }
    *n = (int32_t)json_array_size(at.value);
    return at;
}

static node entry(reader *r, node list, int32_t i)
{
    return (node){list.value ? json_array_get(list.value, (size_t)i) : NULL,
                  tr_arena_printf(r->arena, "%s[%d]", list.path, i)};
}

static int64_t as_int(reader *r, node at, int64_t low, int64_t high)
{
    if (!json_is_integer(at.value)) {
        wrong_type(r, at, "an integer");
        return low > 0 ? low : 0;
    }
    int64_t value = json_integer_value(at.value);
    if (value >= low && value <= high) return value;
    fault(r, at, "is %lld, possible are %lld to %lld", (long long)value, (long long)low, (long long)high);
    return low > 0 ? low : 0;
}

static int64_t int_at(reader *r, node object, const char *key, int64_t low, int64_t high)
{
    return as_int(r, member(r, object, key), low, high);
}

static int32_t int32_at(reader *r, node object, const char *key, int32_t low, int32_t high)
{
    return (int32_t)int_at(r, object, key, low, high);
}

static double real_at(reader *r, node object, const char *key, double low, double high)
{
    node at = member(r, object, key);
    if (!json_is_number(at.value)) {
        wrong_type(r, at, "a number");
        return 0;
    }
    double value = json_number_value(at.value);
    if (value >= low && value <= high) return value;
    fault(r, at, "is %g, possible are %g to %g", value, low, high);
    return 0;
}

static bool flag_at(reader *r, node object, const char *key)
{
    node at = member(r, object, key);
    if (!json_is_boolean(at.value)) wrong_type(r, at, "true or false");
    return json_is_true(at.value);
}

/* A flag that plans of earlier versions lack: false. */
static bool new_flag_at(reader *r, node object, const char *key)
{
    return json_object_get(object.value, key) && flag_at(r, object, key);
}

static const char *as_word(reader *r, node at)
{
    if (!json_is_string(at.value)) {
        wrong_type(r, at, "a string");
        return "";
    }
    return tr_arena_strdup(r->arena, json_string_value(at.value));
}

static const char *word_at(reader *r, node object, const char *key)
{
    return as_word(r, member(r, object, key));
}

static const char *word_or_null_at(reader *r, node object, const char *key)
{
    node at = member(r, object, key);
    return json_is_null(at.value) ? NULL : as_word(r, at);
}

/* Index of the word in a list of known ones; a fault and 0 if it is none of them. */
static int32_t as_choice(reader *r, node at, const char *what, int32_t n, const char *const *known)
{
    const char *word = as_word(r, at);
    if (!json_is_string(at.value)) return 0;
    for (int32_t i = 0; i < n; i++)
        if (known[i] && strcmp(known[i], word) == 0) return i;
    const char *near = tr_nearest_word(word, known, n);
    if (near)
        fault(r, at, "unknown %s \"%s\" (did you mean \"%s\"?)", what, word, near);
    else
        fault(r, at, "unknown %s \"%s\"", what, word);
    return 0;
}

static int32_t choice_at(reader *r, node object, const char *key, const char *what, int32_t n,
                         const char *const *known)
{
    return as_choice(r, member(r, object, key), what, n, known);
}

static int32_t choice_or_null_at(reader *r, node object, const char *key, const char *what, int32_t n,
                                 const char *const *known)
{
    node at = member(r, object, key);
    return json_is_null(at.value) ? -1 : as_choice(r, at, what, n, known);
}

static const char *const *words_at(reader *r, node object, const char *key, int32_t *n, int32_t most)
{
    node list = list_at(r, object, key, n, most);
    const char **words = TR_NEW(r->arena, const char *, *n + 1);
    for (int32_t i = 0; i < *n; i++) words[i] = as_word(r, entry(r, list, i));
    return words;
}

static tr_mask mask_at(reader *r, node object, const char *key, const char *what, int32_t n,
                       const char *const *known)
{
    int32_t n_words;
    node list = list_at(r, object, key, &n_words, 64);
    tr_mask mask = 0;
    for (int32_t i = 0; i < n_words; i++) {
        int32_t bit = as_choice(r, entry(r, list, i), what, n, known);
        if (bit < n) mask |= (tr_mask)1 << bit;
    }
    return mask;
}

static const tr_window *windows_at(reader *r, node object, const char *key, int32_t *n)
{
    node list = list_at(r, object, key, n, 1000);
    tr_window *windows = TR_NEW(r->arena, tr_window, *n + 1);
    for (int32_t i = 0; i < *n; i++) {
        node pair = entry(r, list, i);
        if (!json_is_array(pair.value) || json_array_size(pair.value) != 2) {
            fault(r, pair, "is no pair of seconds [start, end]");
            continue;
        }
        windows[i].start_s = as_int(r, entry(r, pair, 0), -MAX_SECONDS, MAX_SECONDS);
        windows[i].end_s = as_int(r, entry(r, pair, 1), -MAX_SECONDS, MAX_SECONDS);
        if (windows[i].end_s < windows[i].start_s) fault(r, pair, "ends before it starts");
    }
    return windows;
}

static int32_t as_day(reader *r, node at)
{
    const char *text = as_word(r, at);
    int32_t day = 0;
    if (json_is_string(at.value) && !tr_day_parse(text, &day))
        fault(r, at, "\"%s\" is no date YYYY-MM-DD", text);
    return day;
}

/* ---- input: settings and words ---- */

static void read_policy(reader *r, node input)
{
    static const char *const words[] = {"first", "deadline", "weighted"};
    node at = object_at(r, input, "policy");
    tr_policy *policy = &r->morning->problem.policy;
    policy->hazard_policy = (tr_hazard_policy)choice_at(r, at, "hazard_policy", "hazard policy", 3, words);
    policy->hazardous_rank = int32_at(r, at, "hazardous_rank", 0, 100);
    policy->day_start_s = int_at(r, at, "day_start_s", -MAX_SECONDS, MAX_SECONDS);
    policy->exempt_after_s = int_at(r, at, "exempt_after_s", -MAX_SECONDS, MAX_SECONDS);
    policy->hazard_latest_s = int_at(r, at, "hazard_latest_s", -MAX_SECONDS, MAX_SECONDS);
    int32_t n;
    node severity = list_at(r, at, "severity", &n, 4);
    if (severity.value && n != 4)
        fault(r, severity, "has %d entries, one for each rank 0 to 3 was expected", n);
    for (int32_t i = 0; i < n; i++) policy->severity[i] = as_int(r, entry(r, severity, i), 0, MAX_WEIGHT);
    policy->hazard_age_cap = int_at(r, at, "hazard_age_cap", 0, MAX_DAY);
    policy->overdue_weight = int_at(r, at, "overdue_weight", 0, MAX_WEIGHT);
    policy->overdue_cap = int_at(r, at, "overdue_cap", 0, MAX_DAY);
    policy->due_today_weight = int_at(r, at, "due_today_weight", 0, MAX_WEIGHT);
    policy->pence_per_hazard_minute = int_at(r, at, "pence_per_hazard_minute", 0, MAX_WEIGHT);
    policy->pence_left = int_at(r, at, "pence_left", 0, MAX_WEIGHT);
    policy->pence_left_per_day = int_at(r, at, "pence_left_per_day", 0, MAX_WEIGHT);
    policy->contractor_pence = int_at(r, at, "contractor_pence", 0, MAX_WEIGHT);
    if (!json_object_get(at.value, "speed_by_hour")) return; /* 1000 throughout */
    node speeds = list_at(r, at, "speed_by_hour", &n, 24);
    if (speeds.value && n != 24) fault(r, speeds, "has %d entries, one for each hour of the day was expected", n);
    for (int32_t h = 0; h < n; h++)
        policy->speed_by_hour[h] = (int32_t)as_int(r, entry(r, speeds, h), TR_SPEED_LEAST, TR_SPEED_MOST);
}

static void read_triage(reader *r, node input)
{
    node at = object_at(r, input, "triage"), sizes = object_at(r, at, "sizes");
    tr_triage_policy *triage = &r->morning->triage;
    triage->duplicate_m = real_at(r, at, "duplicate_m", 0, 1e6);
    triage->duplicate_days = int32_at(r, at, "duplicate_days", 0, MAX_DAY);
    triage->hazard_from = real_at(r, at, "hazard_from", 0, 10);
    triage->review_from = real_at(r, at, "review_from", 0, 10);
    triage->size_up_below = real_at(r, at, "size_up_below", 0, 10);
    for (int i = 0; i < TR_N_SIZES; i++) {
        node row = object_at(r, sizes, tr_sizes[i]);
        triage->sizes[i].kg = int32_at(r, row, "kg", 0, MAX_AMOUNT);
        triage->sizes[i].litres = int32_at(r, row, "litres", 0, MAX_AMOUNT);
        triage->sizes[i].service_s = int32_at(r, row, "service_s", 0, MAX_SECONDS);
        triage->sizes[i].assumed = flag_at(r, row, "assumed");
    }
    triage->refer_kg = int32_at(r, at, "refer_kg", 0, INT32_MAX);
    triage->refer_litres = int32_at(r, at, "refer_litres", 0, INT32_MAX);
    triage->refer_fibrous_litres = int32_at(r, at, "refer_fibrous_litres", 0, INT32_MAX);
    triage->refer_drum_litres = int32_at(r, at, "refer_drum_litres", 0, INT32_MAX);
    triage->target_days = int32_at(r, at, "target_days", 0, MAX_DAY);
    triage->target_hazard_days = int32_at(r, at, "target_hazard_days", 0, MAX_DAY);
    triage->snap_warn_m = real_at(r, at, "snap_warn_m", 0, 1e9);
    triage->snap_left_m = real_at(r, at, "snap_left_m", 0, 1e9);
}

static void read_words(reader *r, node input)
{
    tr_vocabulary *words = &r->morning->words;
    tr_problem *problem = &r->morning->problem;
    words->certs = words_at(r, input, "certs", &words->n_certs, 64);
    words->equipment = words_at(r, input, "equipment", &words->n_equipment, 64);
    node list = list_at(r, input, "streams", &problem->n_streams, TR_MAX_STREAMS);
    tr_stream *streams = TR_NEW(r->arena, tr_stream, problem->n_streams + 1);
    const char **names = TR_NEW(r->arena, const char *, problem->n_streams + 1);
    for (int32_t i = 0; i < problem->n_streams; i++) {
        node at = entry(r, list, i);
        names[i] = streams[i].name = word_at(r, at, "name");
        streams[i].ewc = word_at(r, at, "ewc");
        streams[i].hazardous = flag_at(r, at, "hazardous");
        streams[i].segregation = int32_at(r, at, "segregation", 0, MAX_LIST);
    }
    problem->streams = streams;
    words->n_streams = problem->n_streams;
    words->streams = names;
}

/* ---- input: places, sites, vehicles ---- */

static double lat_at(reader *r, node object, const char *key)
{
    return real_at(r, object, key, -90, 90);
}

static double lon_at(reader *r, node object, const char *key)
{
    return real_at(r, object, key, -180, 180);
}

static void read_places(reader *r, node input)
{
    static const char *const kinds[] = {"depot", "site", "stop"};
    tr_morning *morning = r->morning;
    node list = list_at(r, input, "places", &morning->n_places, MAX_PLACES);
    morning->places = TR_NEW(r->arena, tr_place, morning->n_places + 1);
    for (int32_t i = 0; i < morning->n_places; i++) {
        node at = entry(r, list, i);
        tr_place *place = &morning->places[i];
        place->kind = (tr_place_kind)choice_at(r, at, "kind", "kind of place", 3, kinds);
        place->name = word_at(r, at, "name");
        place->lat = lat_at(r, at, "lat");
        place->lon = lon_at(r, at, "lon");
        place->snap_lat = lat_at(r, at, "snap_lat");
        place->snap_lon = lon_at(r, at, "snap_lon");
        place->snap_m = real_at(r, at, "snap_m", -1, 1e9);
        place->finding = word_or_null_at(r, at, "finding");
    }
}

static int32_t place_at(reader *r, node object, const char *key)
{
    return int32_at(r, object, key, 0, r->morning->n_places - 1);
}

static tr_mask streams_at(reader *r, node object, const char *key)
{
    return mask_at(r, object, key, "stream", r->morning->words.n_streams, r->morning->words.streams);
}

static void read_sites(reader *r, node input)
{
    tr_problem *problem = &r->morning->problem;
    node list = list_at(r, input, "sites", &problem->n_sites, MAX_FLEET);
    tr_site *sites = TR_NEW(r->arena, tr_site, problem->n_sites + 1);
    r->morning->site_notes = TR_NEW(r->arena, tr_site_note, problem->n_sites + 1);
    for (int32_t i = 0; i < problem->n_sites; i++) {
        node at = entry(r, list, i);
        sites[i].id = word_at(r, at, "id");
        r->morning->site_notes[i].name = word_at(r, at, "name");
        r->morning->site_notes[i].address = word_at(r, at, "address");
        sites[i].place = place_at(r, at, "place");
        sites[i].streams = streams_at(r, at, "streams");
        sites[i].opening = windows_at(r, at, "opening", &sites[i].n_opening);
        sites[i].turnaround_s = int_at(r, at, "turnaround_s", 0, MAX_SECONDS);
        sites[i].gate_fee_pence_per_tonne = int_at(r, at, "gate_fee_pence_per_tonne", 0, MAX_WEIGHT);
    }
    problem->sites = sites;
}

static void read_compartments(reader *r, node at, tr_vehicle *vehicle)
{
    node list = list_at(r, at, "compartments", &vehicle->n_compartments, TR_MAX_COMPARTMENTS);
    for (int32_t c = 0; c < vehicle->n_compartments; c++) {
        node item = entry(r, list, c);
        tr_compartment *compartment = &vehicle->compartments[c];
        compartment->id = word_at(r, item, "id");
        compartment->kg = int32_at(r, item, "kg", 0, MAX_AMOUNT);
        compartment->litres = int32_at(r, item, "litres", 0, MAX_AMOUNT);
        compartment->streams = streams_at(r, item, "streams");
        compartment->start_kg = int32_at(r, item, "start_kg", 0, MAX_AMOUNT);
        compartment->start_litres = int32_at(r, item, "start_litres", 0, MAX_AMOUNT);
        compartment->start_streams = streams_at(r, item, "start_streams");
    }
}

/* Plans of earlier versions lack these keys, as vehicles and places may. */
static int32_t size_at(reader *r, node object, const char *key, int32_t units)
{
    const json_t *value = json_object_get(object.value, key);
    if (!value || json_is_null(value)) return 0;
    return (int32_t)lround(units * real_at(r, object, key, 0, 1e6));
}

static tr_bulk bulk_at(reader *r, node object)
{
    return (tr_bulk){size_at(r, object, "height_m", 1000), size_at(r, object, "width_m", 1000), size_at(r, object, "weight_kg", 1)};
}

static void read_vehicle(reader *r, node at, tr_vehicle *vehicle, tr_vehicle_note *note)
{
    static const char *const rules[] = {"gb_domestic", "eu", "none"};
    const tr_vocabulary *words = &r->morning->words;
    vehicle->id = word_at(r, at, "id");
    note->name = word_at(r, at, "name");
    note->crew = word_at(r, at, "crew");
    note->colour = word_at(r, at, "colour");
    note->profile = word_at(r, at, "profile");
    note->kerb = new_flag_at(r, at, "kerb");
    note->bulk = bulk_at(r, at);
    note->mode = tr_arena_printf(r->arena, "%s%s", note->profile, note->kerb ? "+kerb" : "");
    vehicle->profile = int32_at(r, at, "matrix", 0, r->morning->problem.n_profiles - 1);
    vehicle->available = flag_at(r, at, "available");
    read_compartments(r, at, vehicle);
    vehicle->payload_kg = int32_at(r, at, "payload_kg", 0, MAX_AMOUNT);
    vehicle->certs = mask_at(r, at, "certs", "certificate", words->n_certs, words->certs);
    vehicle->equipment = mask_at(r, at, "equipment", "equipment", words->n_equipment, words->equipment);
    vehicle->start_s = int_at(r, at, "start_s", -MAX_SECONDS, MAX_SECONDS);
    vehicle->end_s = int_at(r, at, "end_s", -MAX_SECONDS, MAX_SECONDS);
    vehicle->max_overtime_s = int_at(r, at, "max_overtime_s", 0, MAX_SECONDS);
    vehicle->hours_rule = (tr_hours_rule)choice_at(r, at, "hours_rule", "hours rule", 3, rules);
    vehicle->wtr = flag_at(r, at, "wtr");
    vehicle->may_park_loaded = flag_at(r, at, "may_park_loaded");
    vehicle->start_place = place_at(r, at, "start_place");
    vehicle->end_place = place_at(r, at, "end_place");
    vehicle->speed_permille = int32_at(r, at, "speed_permille", 1, 1000000);
    vehicle->fixed_pence = int_at(r, at, "fixed_pence", 0, MAX_WEIGHT);
    vehicle->pence_per_km = int_at(r, at, "pence_per_km", 0, MAX_WEIGHT);
    vehicle->pence_per_hour = int_at(r, at, "pence_per_hour", 0, MAX_WEIGHT);
    vehicle->pence_per_overtime_hour = int_at(r, at, "pence_per_overtime_hour", 0, MAX_WEIGHT);
}

/* A name that stands twice would make every reference to it mean the first. */
static void check_unique(reader *r, node list, int32_t i, const char *id, const char *earlier)
{
    if (strcmp(id, earlier) == 0) fault(r, entry(r, list, i), "the id \"%s\" stands twice", id);
}

static void read_vehicles(reader *r, node input)
{
    tr_problem *problem = &r->morning->problem;
    node list = list_at(r, input, "vehicles", &problem->n_vehicles, MAX_FLEET);
    tr_vehicle *vehicles = TR_NEW(r->arena, tr_vehicle, problem->n_vehicles + 1);
    r->morning->vehicle_notes = TR_NEW(r->arena, tr_vehicle_note, problem->n_vehicles + 1);
    for (int32_t v = 0; v < problem->n_vehicles; v++) {
        read_vehicle(r, entry(r, list, v), &vehicles[v], &r->morning->vehicle_notes[v]);
        for (int32_t other = 0; other < v; other++)
            check_unique(r, list, v, vehicles[v].id, vehicles[other].id);
    }
    problem->vehicles = vehicles;
}

/* ---- input: reports and stops ---- */

/* Indices of ids: sorted once, so that a day of thousands is read in no time. */
typedef struct {
    const char *id;
    int32_t index;
} id_row;

typedef struct {
    int32_t n;
    id_row *rows;
} id_table;

static int by_id(const void *a, const void *b)
{
    const id_row *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int by_id_alone(const void *a, const void *b)
{
    return strcmp(((const id_row *)a)->id, ((const id_row *)b)->id);
}

static id_table table_new(reader *r, int32_t n, node list)
{
    id_table table = {n, TR_NEW(r->arena, id_row, n + 1)};
    for (int32_t i = 0; i < n; i++) {
        node at = entry(r, list, i);
        table.rows[i] = (id_row){json_is_object(at.value) ? word_at(r, at, "id") : "", i};
    }
    qsort(table.rows, (size_t)n, sizeof *table.rows, by_id);
    for (int32_t i = 1; i < n; i++)
        if (*table.rows[i].id)
            check_unique(r, list, table.rows[i].index, table.rows[i].id, table.rows[i - 1].id);
    return table;
}

static int32_t as_index(reader *r, node at, const char *what, const id_table *table)
{
    id_row key = {as_word(r, at), 0};
    if (!json_is_string(at.value)) return 0;
    const id_row *row = bsearch(&key, table->rows, (size_t)table->n, sizeof key, by_id_alone);
    if (row) return row->index;
    fault(r, at, "there is no %s \"%s\"", what, key.id);
    return 0;
}

static void read_labels(reader *r, node at, tr_report *report)
{
    node list = list_at(r, at, "labels", &report->n_labels, 10000);
    tr_label *labels = TR_NEW(r->arena, tr_label, report->n_labels + 1);
    for (int32_t i = 0; i < report->n_labels; i++) {
        labels[i].name = word_at(r, entry(r, list, i), "name");
        labels[i].confidence = real_at(r, entry(r, list, i), "confidence", -1000, 1000);
    }
    report->labels = labels;
}

static void read_report_place(reader *r, node at, tr_report *report)
{
    report->has_place = !json_is_null(member(r, at, "lat").value);
    if (!report->has_place) return;
    report->lat = lat_at(r, at, "lat");
    report->lon = lon_at(r, at, "lon");
}

static void read_report(reader *r, node at, tr_report *report)
{
    report->id = word_at(r, at, "id");
    report->file = word_or_null_at(r, at, "file");
    report->row = int32_at(r, at, "row", INT32_MIN, INT32_MAX);
    report->fault = word_or_null_at(r, at, "fault");
    read_report_place(r, at, report);
    report->street = word_or_null_at(r, at, "street");
    report->reported_at = int_at(r, at, "reported_at", INT64_MIN, INT64_MAX);
    report->reported_day = int32_at(r, at, "reported_day", -MAX_DAY, MAX_DAY);
    report->waste_type =
        choice_or_null_at(r, at, "waste_type", "waste type", TR_N_WASTE_TYPES, tr_waste_types);
    report->size = choice_or_null_at(r, at, "size", "size", TR_N_SIZES, tr_sizes);
    report->land_type = choice_or_null_at(r, at, "land_type", "land type", TR_N_LAND_TYPES, tr_land_types);
    report->size_confidence = real_at(r, at, "size_confidence", -1000, 1000);
    read_labels(r, at, report);
    report->hazard_word = word_or_null_at(r, at, "hazard_word");
    report->stream_words = words_at(r, at, "stream_words", &report->n_stream_words, 10000);
    report->kg = int32_at(r, at, "kg", -1, MAX_AMOUNT);
    report->litres = int32_at(r, at, "litres", -1, MAX_AMOUNT);
    report->windows = windows_at(r, at, "windows", &report->n_windows);
    node due = member(r, at, "due");
    report->due_day = json_is_null(due.value) ? -1 : as_day(r, due);
    report->pin = word_or_null_at(r, at, "pin");
    report->n_photos = int32_at(r, at, "photos", 0, INT32_MAX);
    report->council_responsible = flag_at(r, at, "council_responsible");
    report->leave = flag_at(r, at, "leave");
}

static void read_outcome(reader *r, node report, const id_table *reports, tr_outcome *outcome)
{
    node at = object_at(r, report, "triage"), duplicate = member(r, at, "duplicate_of");
    outcome->kind = (tr_outcome_kind)choice_at(r, at, "kind", "outcome", TR_N_OUTCOMES, tr_outcome_names);
    outcome->reason = word_or_null_at(r, at, "reason");
    outcome->duplicate_of = json_is_null(duplicate.value) ? -1 : as_index(r, duplicate, "report", reports);
    outcome->waste_type =
        choice_or_null_at(r, at, "waste_type", "waste type", TR_N_WASTE_TYPES, tr_waste_types);
    outcome->size = choice_or_null_at(r, at, "size", "size", TR_N_SIZES, tr_sizes);
    outcome->waste_type_assumed = flag_at(r, at, "waste_type_assumed");
    outcome->size_assumed = flag_at(r, at, "size_assumed");
    outcome->load_assumed = flag_at(r, at, "load_assumed");
    outcome->hazard = int32_at(r, at, "hazard", 0, 3);
    outcome->hazard_evidence = word_or_null_at(r, at, "hazard_evidence");
}

static id_table read_reports(reader *r, node input)
{
    tr_morning *morning = r->morning;
    node list = list_at(r, input, "reports", &morning->n_reports, MAX_LIST);
    id_table ids = table_new(r, morning->n_reports, list);
    morning->reports = TR_NEW(r->arena, tr_report, morning->n_reports + 1);
    morning->outcomes = TR_NEW(r->arena, tr_outcome, morning->n_reports + 1);
    for (int32_t i = 0; i < morning->n_reports; i++) {
        read_report(r, entry(r, list, i), &morning->reports[i]);
        read_outcome(r, entry(r, list, i), &ids, &morning->outcomes[i]);
    }
    return ids;
}

static int32_t vehicle_or_null_at(reader *r, node object, const char *key)
{
    const tr_problem *problem = &r->morning->problem;
    node at = member(r, object, key);
    if (json_is_null(at.value)) return -1;
    const char *id = as_word(r, at);
    for (int32_t v = 0; v < problem->n_vehicles; v++)
        if (strcmp(problem->vehicles[v].id, id) == 0) return v;
    if (json_is_string(at.value)) fault(r, at, "there is no vehicle \"%s\"", id);
    return -1;
}

static void read_stop(reader *r, node at, const id_table *reports, tr_stop *stop, tr_stop_note *note)
{
    const tr_vocabulary *words = &r->morning->words;
    stop->id = word_at(r, at, "id");
    note->report = as_index(r, member(r, at, "report"), "report", reports);
    note->part = int32_at(r, at, "part", 1, MAX_LIST);
    note->n_parts = int32_at(r, at, "parts", 1, MAX_LIST);
    stop->place = place_at(r, at, "place");
    stop->stream = choice_at(r, at, "stream", "stream", words->n_streams, words->streams);
    stop->hazard = int32_at(r, at, "hazard", 0, 3);
    stop->kg = int32_at(r, at, "kg", 0, MAX_AMOUNT);
    stop->litres = int32_at(r, at, "litres", 0, MAX_AMOUNT);
    stop->service_s = int_at(r, at, "service_s", 0, MAX_SECONDS);
    stop->certs = mask_at(r, at, "certs", "certificate", words->n_certs, words->certs);
    stop->equipment = mask_at(r, at, "equipment", "equipment", words->n_equipment, words->equipment);
    stop->windows = windows_at(r, at, "windows", &stop->n_windows);
    stop->reported_day = int32_at(r, at, "reported_day", -MAX_DAY, MAX_DAY);
    stop->due_day = int32_at(r, at, "due_day", -MAX_DAY, MAX_DAY);
    stop->pin = vehicle_or_null_at(r, at, "pin");
    stop->leave = flag_at(r, at, "leave");
    note->what = word_at(r, at, "what");
    note->ppe = word_at(r, at, "ppe");
}

/* The stops of one report stand together, as triage made them. */
static void join_stop(reader *r, node at, int32_t stop, int32_t report)
{
    tr_outcome *outcome = &r->morning->outcomes[report];
    if (outcome->n_stops == 0) outcome->first_stop = stop;
    if (outcome->first_stop + outcome->n_stops != stop)
        fault(r, at, "the stops of report \"%s\" do not stand together", r->morning->reports[report].id);
    if (outcome->kind != TR_LEFT && outcome->kind != TR_ROUTED)
        fault(r, at, "belongs to report \"%s\", whose outcome is \"%s\" and has no stops",
              r->morning->reports[report].id, tr_outcome_names[outcome->kind]);
    outcome->n_stops++;
}

static id_table read_stops(reader *r, node input, const id_table *reports)
{
    tr_problem *problem = &r->morning->problem;
    node list = list_at(r, input, "stops", &problem->n_stops, MAX_LIST);
    id_table ids = table_new(r, problem->n_stops, list);
    tr_stop *stops = TR_NEW(r->arena, tr_stop, problem->n_stops + 1);
    r->morning->stop_notes = TR_NEW(r->arena, tr_stop_note, problem->n_stops + 1);
    for (int32_t s = 0; s < problem->n_stops; s++) {
        node at = entry(r, list, s);
        read_stop(r, at, reports, &stops[s], &r->morning->stop_notes[s]);
        if (!r->failed) join_stop(r, at, s, r->morning->stop_notes[s].report);
    }
    problem->stops = stops;
    return ids;
}

/* ---- visits, of routes and frozen ---- */

static int32_t site_index(reader *r, node at)
{
    const tr_problem *problem = &r->morning->problem;
    const char *id = as_word(r, at);
    for (int32_t s = 0; s < problem->n_sites; s++)
        if (strcmp(problem->sites[s].id, id) == 0) return s;
    if (json_is_string(at.value)) fault(r, at, "there is no disposal site \"%s\"", id);
    return 0;
}

static int32_t compartment_index(reader *r, node at, const tr_vehicle *vehicle)
{
    if (json_is_null(at.value)) return -1;
    const char *id = as_word(r, at);
    for (int32_t c = 0; c < vehicle->n_compartments; c++)
        if (strcmp(vehicle->compartments[c].id, id) == 0) return c;
    if (json_is_string(at.value)) fault(r, at, "vehicle \"%s\" has no compartment \"%s\"", vehicle->id, id);
    return -1;
}

static void read_load(reader *r, node at, const tr_vehicle *vehicle, tr_visit *visit)
{
    int32_t n;
    node list = list_at(r, at, "load", &n, TR_MAX_COMPARTMENTS);
    if (list.value && n != vehicle->n_compartments)
        fault(r, list, "has %d entries, vehicle \"%s\" has %d compartments", n, vehicle->id,
              vehicle->n_compartments);
    for (int32_t c = 0; c < n && c < vehicle->n_compartments; c++) {
        node item = entry(r, list, c), name = member(r, item, "compartment");
        if (name.value && compartment_index(r, name, vehicle) != c)
            fault(r, name, "the compartments stand in the order of the vehicle; here \"%s\" was expected",
                  vehicle->compartments[c].id);
        visit->kg[c] = int32_at(r, item, "kg", -MAX_AMOUNT, MAX_AMOUNT);
        visit->litres[c] = int32_at(r, item, "litres", -MAX_AMOUNT, MAX_AMOUNT);
    }
}

static void read_visit(reader *r, node at, const tr_vehicle *vehicle, const id_table *stops, tr_visit *visit)
{
    visit->kind = (tr_visit_kind)choice_at(r, at, "kind", "kind of visit", 5, tr_visit_kinds);
    visit->ref = visit->compartment = -1;
    if (visit->kind == TR_VISIT_STOP) {
        visit->ref = as_index(r, member(r, at, "id"), "stop", stops);
        visit->compartment = compartment_index(r, member(r, at, "compartment"), vehicle);
    }
    if (visit->kind == TR_VISIT_DISPOSAL) visit->ref = site_index(r, member(r, at, "id"));
    visit->place = place_at(r, at, "place");
    visit->arrival_s = int_at(r, at, "arrival_s", -MAX_SECONDS, MAX_SECONDS);
    visit->start_s = int_at(r, at, "start_s", -MAX_SECONDS, MAX_SECONDS);
    visit->departure_s = int_at(r, at, "departure_s", -MAX_SECONDS, MAX_SECONDS);
    visit->drive_s = int_at(r, at, "drive_s", -MAX_SECONDS, MAX_SECONDS);
    visit->dist_m = int_at(r, at, "distance_m", -MAX_SECONDS, MAX_SECONDS);
    read_load(r, at, vehicle, visit);
}

static void read_frozen(reader *r, node input, const id_table *stops)
{
    tr_problem *problem = &r->morning->problem;
    tr_vehicle *vehicles = TR_NEW(r->arena, tr_vehicle, problem->n_vehicles + 1);
    int32_t n;
    node list = list_at(r, input, "vehicles", &n, MAX_FLEET);
    for (int32_t v = 0; v < n; v++) {
        vehicles[v] = problem->vehicles[v];
        node frozen = list_at(r, entry(r, list, v), "frozen", &vehicles[v].n_frozen, MAX_LIST);
        tr_visit *visits = TR_NEW(r->arena, tr_visit, vehicles[v].n_frozen + 1);
        for (int32_t i = 0; i < vehicles[v].n_frozen; i++)
            read_visit(r, entry(r, frozen, i), &vehicles[v], stops, &visits[i]);
        vehicles[v].frozen = vehicles[v].n_frozen ? visits : NULL;
    }
    problem->vehicles = vehicles;
}

/* ---- travel.json ---- */

static const char *beside(reader *r, node at)
{
    const char *name = as_word(r, at), *slash = strrchr(r->file, '/');
    if (json_is_string(at.value) && (!*name || strchr(name, '/') || strcmp(name, "..") == 0)) {
        fault(r, at, "\"%s\" is no name of a file beside this one", name);
        return NULL;
    }
    return tr_arena_printf(r->arena, "%.*s%s", slash ? (int)(slash - r->file + 1) : 0, r->file, name);
}

static bool travel_is_ours(reader *r, node at, const char *path)
{
    char hex[65];
    tr_err err = {0};
    const char *wanted = word_at(r, at, "sha256");
    if (r->failed) return false;
    if (tr_sha256_file(path, hex, &err) != TR_OK) {
        fault(r, member(r, at, "file"), "%s", err.text);
        return false;
    }
    if (strcmp(hex, wanted) == 0) return true;
    fault(r, member(r, at, "sha256"),
          "%s is not the travel that this plan was made with: its sha-256 is %s, here stands %s", path, hex,
          wanted);
    return false;
}

/* The matrices alone are taken: what the places are like stands in plan.json. */
static void fill_travel(reader *r, const char *path, const char *const *profiles, int32_t n_profiles)
{
    tr_morning copy = *r->morning;
    tr_travel *travel = NULL;
    tr_err err = {0};
    tr_diag quiet = {.arena = r->arena};
    copy.places = TR_NEW(r->arena, tr_place, copy.n_places + 1);
    memcpy(copy.places, r->morning->places, (size_t)copy.n_places * sizeof *copy.places);
    tr_status status = tr_travel_open_recording(path, r->diag, &travel, &err);
    if (status == TR_OK) status = tr_travel_fill(travel, &copy, profiles, n_profiles, &quiet, &err);
    tr_travel_close(travel);
    if (status == TR_OK) {
        r->morning->problem.travel = copy.problem.travel;
        r->morning->problem.n_places = copy.problem.n_places;
        return;
    }
    for (int32_t i = 0; i < quiet.n_faults; i++)
        if (quiet.faults[i].severity == TR_ERROR)
            tr_diag_add(r->diag, TR_ERROR, quiet.faults[i].file, quiet.faults[i].where, "%s",
                        quiet.faults[i].text);
    tr_diag_add(r->diag, TR_ERROR, path, "", "%s", *err.text ? err.text : "is no travel for this plan");
    r->failed = true;
}

static void read_travel(reader *r, node root, const char *const *profiles, int32_t n_profiles)
{
    node at = object_at(r, root, "travel");
    r->day->travel_source = word_at(r, at, "source");
    const char *path = beside(r, member(r, at, "file"));
    if (path && travel_is_ours(r, at, path)) fill_travel(r, path, profiles, n_profiles);
}

/* ---- the plan ---- */

/* Clock texts are for people; one that contradicts its seconds is told, since somebody edited one of them. */
static void check_clock(reader *r, node at, const char *key, int64_t seconds)
{
    const json_t *text = json_object_get(at.value, key);
    const char *right = tr_clock_text(seconds, true, r->arena);
    if (json_is_string(text) && strcmp(json_string_value(text), right) != 0)
        tr_diag_add(r->diag, TR_WARNING, r->file, tr_arena_printf(r->arena, "%s.%s", at.path, key),
                    "says %s but %s_s is %lld (%s); the seconds count", json_string_value(text), key,
                    (long long)seconds, right);
}

static void read_totals(reader *r, node at, tr_route *route)
{
    node totals = object_at(r, at, "totals"), cost = object_at(r, at, "cost");
    route->dist_m = int_at(r, totals, "distance_m", -MAX_FIGURE, MAX_FIGURE);
    route->drive_s = int_at(r, totals, "drive_s", -MAX_FIGURE, MAX_FIGURE);
    route->work_s = int_at(r, totals, "work_s", -MAX_FIGURE, MAX_FIGURE);
    route->duty_s = int_at(r, totals, "duty_s", -MAX_FIGURE, MAX_FIGURE);
    route->overtime_s = int_at(r, totals, "overtime_s", -MAX_FIGURE, MAX_FIGURE);
    route->cost.km = int_at(r, cost, "km_pence", -MAX_FIGURE, MAX_FIGURE);
    route->cost.hours = int_at(r, cost, "hours_pence", -MAX_FIGURE, MAX_FIGURE);
    route->cost.overtime = int_at(r, cost, "overtime_pence", -MAX_FIGURE, MAX_FIGURE);
    route->cost.fixed = int_at(r, cost, "fixed_pence", -MAX_FIGURE, MAX_FIGURE);
    route->cost.fees = int_at(r, cost, "fees_pence", -MAX_FIGURE, MAX_FIGURE);
    route->cost.hazard = int_at(r, cost, "hazard_pence", -MAX_FIGURE, MAX_FIGURE);
}

static void read_route(reader *r, node at, int32_t index, const id_table *stops, tr_route *route)
{
    const tr_vehicle *vehicle = &r->morning->problem.vehicles[index];
    node name = member(r, at, "vehicle");
    const char *id = as_word(r, name);
    if (json_is_string(name.value) && strcmp(id, vehicle->id) != 0)
        fault(r, name, "is \"%s\"; one route for each vehicle, in their order, here \"%s\"", id, vehicle->id);
    route->vehicle = index;
    read_totals(r, at, route);
    node list = list_at(r, at, "visits", &route->n_visits, MAX_LIST);
    route->visits = route->n_visits ? TR_NEW(r->arena, tr_visit, route->n_visits) : NULL;
    for (int32_t v = 0; v < route->n_visits; v++) {
        node visit = entry(r, list, v);
        read_visit(r, visit, vehicle, stops, &route->visits[v]);
        if (r->failed) continue;
        check_clock(r, visit, "arrival", route->visits[v].arrival_s);
        check_clock(r, visit, "start", route->visits[v].start_s);
        check_clock(r, visit, "departure", route->visits[v].departure_s);
    }
}

static void read_routes(reader *r, node root, const id_table *stops)
{
    tr_plan *plan = r->plan;
    node list = list_at(r, root, "routes", &plan->n_routes, MAX_LIST);
    int32_t n_vehicles = r->morning->problem.n_vehicles;
    if (list.value && plan->n_routes != n_vehicles) {
        fault(r, list, "has %d routes, there are %d vehicles", plan->n_routes, n_vehicles);
        return;
    }
    plan->routes = TR_NEW(r->arena, tr_route, plan->n_routes + 1);
    for (int32_t i = 0; i < plan->n_routes; i++) read_route(r, entry(r, list, i), i, stops, &plan->routes[i]);
}

static int by_stop(const void *a, const void *b)
{
    const tr_reason *x = a, *y = b;
    return (x->stop > y->stop) - (x->stop < y->stop);
}

static void read_left(reader *r, node root, const id_table *stops)
{
    tr_plan *plan = r->plan;
    node list = list_at(r, root, "left", &plan->n_left, MAX_LIST);
    tr_reason *reasons = TR_NEW(r->arena, tr_reason, plan->n_left + 1);
    for (int32_t i = 0; i < plan->n_left; i++) {
        node at = entry(r, list, i);
        reasons[i].stop = as_index(r, member(r, at, "stop"), "stop", stops);
        reasons[i].code = word_or_null_at(r, at, "code");
        reasons[i].text = word_or_null_at(r, at, "reason");
        node displaces = list_at(r, at, "displaces", &reasons[i].n_displaces, MAX_LIST);
        int32_t *others = TR_NEW(r->arena, int32_t, reasons[i].n_displaces + 1);
        for (int32_t d = 0; d < reasons[i].n_displaces; d++)
            others[d] = as_index(r, entry(r, displaces, d), "stop", stops);
        reasons[i].displaces = others;
    }
    qsort(reasons, (size_t)plan->n_left, sizeof *reasons, by_stop);
    plan->left = TR_NEW(r->arena, int32_t, plan->n_left + 1);
    for (int32_t i = 0; i < plan->n_left; i++) plan->left[i] = reasons[i].stop;
    r->day->reasons = reasons;
}

static int64_t level_at(reader *r, node goal, const char *key)
{
    return int_at(r, object_at(r, goal, key), "value", -MAX_FIGURE, MAX_FIGURE);
}

static uint64_t seed_at(reader *r, node effort)
{
    node at = member(r, effort, "seed");
    if (!json_is_string(at.value)) return (uint64_t)as_int(r, at, 0, INT64_MAX);
    const char *text = json_string_value(at.value);
    char *end;
    if (*text && strspn(text, "0123456789") == strlen(text) && strlen(text) <= 20) {
        unsigned long long seed = strtoull(text, &end, 10);
        if (!*end) return seed;
    }
    fault(r, at, "\"%s\" is no seed (an integer from 0)", text);
    return 0;
}

static void read_effort(reader *r, node root)
{
    node at = object_at(r, root, "effort");
    tr_solve_report *run = TR_NEW(r->arena, tr_solve_report, 1);
    int32_t n;
    r->day->seed = seed_at(r, at);
    run->iterations = int_at(r, at, "iterations", 0, INT64_MAX);
    node steps = list_at(r, at, "step_iterations", &n, TR_STEPS);
    if (steps.value && n != TR_STEPS) fault(r, steps, "has %d entries, %d were expected", n, TR_STEPS);
    for (int32_t i = 0; i < n; i++) run->step_iterations[i] = as_int(r, entry(r, steps, i), 0, INT64_MAX);
    run->stopped = flag_at(r, at, "stopped");
    run->columns = int_at(r, at, "columns", 0, INT64_MAX);
    run->recombined = flag_at(r, at, "recombined");
    r->day->run = run;
}

/* ---- closed roads, low bridges ---- */

static void read_points(reader *r, node at, tr_avoid *place)
{
    node list = list_at(r, at, "points", &place->n_points, MAX_LIST);
    double *points = TR_NEW(r->arena, double, 2 * (size_t)place->n_points + 2);
    if (list.value && !place->n_points) fault(r, list, "is empty, a point was expected");
    for (int32_t i = 0; i < place->n_points; i++) {
        node point = entry(r, list, i);
        points[2 * i] = lon_at(r, point, "lon");
        points[2 * i + 1] = lat_at(r, point, "lat");
    }
    place->lon_lat = points;
}

static void read_avoid_place(reader *r, node at, tr_avoid *place)
{
    place->id = word_at(r, at, "id");
    place->kind = (tr_avoid_kind)choice_at(r, at, "kind", "kind", TR_N_AVOID_KINDS, tr_avoid_kinds);
    place->name = word_at(r, at, "name");
    read_points(r, at, place);
    place->radius_m = real_at(r, at, "radius_m", 0, 1e6);
    place->hours = windows_at(r, at, "hours", &place->n_hours);
    place->limit = bulk_at(r, at);
    place->vehicles = words_at(r, at, "vehicles", &place->n_vehicles, MAX_FLEET);
    place->profiles = words_at(r, at, "profiles", &place->n_profiles, MAX_FLEET);
}

static int32_t avoid_index(reader *r, node at)
{
    const char *id = as_word(r, at);
    for (int32_t i = 0; i < r->morning->n_avoid; i++)
        if (strcmp(r->morning->avoid[i].id, id) == 0) return i;
    if (json_is_string(at.value)) fault(r, at, "there is no place to keep away from \"%s\"", id);
    return 0;
}

/* A finding of a visit that is gone, since somebody edited the routes, goes too. */
static bool read_finding(reader *r, node at, tr_avoid_finding *finding)
{
    finding->avoid = avoid_index(r, member(r, at, "avoid"));
    finding->route = vehicle_or_null_at(r, at, "vehicle");
    finding->visit = int32_at(r, at, "visit", 0, MAX_LIST);
    finding->how = (tr_nearness)choice_at(r, at, "how", "nearness", 3, tr_nearness_names);
    finding->metres = real_at(r, at, "metres", 0, 1e6);
    finding->lat = lat_at(r, at, "lat");
    finding->lon = lon_at(r, at, "lon");
    finding->at_s = int_at(r, at, "at_s", -MAX_SECONDS, MAX_SECONDS);
    if (finding->route >= 0 && finding->route < r->plan->n_routes && finding->visit < r->plan->routes[finding->route].n_visits)
        return true;
    tr_diag_add(r->diag, TR_WARNING, r->file, at.path, "is of a visit that is not there: not counted");
    return false;
}

static void read_avoid(reader *r, node root)
{
    if (!json_object_get(root.value, "avoid")) return; /* an earlier version's */
    int32_t n;
    node at = object_at(r, root, "avoid"), places = list_at(r, at, "places", &n, MAX_LIST);
    tr_avoid *avoid = TR_NEW(r->arena, tr_avoid, n + 1);
    for (int32_t i = 0; i < n; i++) read_avoid_place(r, entry(r, places, i), &avoid[i]);
    r->morning->avoid = avoid;
    r->morning->n_avoid = n;
    if (r->failed) return;
    node list = list_at(r, at, "findings", &n, MAX_LIST);
    tr_avoid_finding *findings = TR_NEW(r->arena, tr_avoid_finding, n + 1);
    for (int32_t i = 0; i < n; i++)
        if (read_finding(r, entry(r, list, i), &findings[r->day->n_avoid_findings])) r->day->n_avoid_findings++;
    r->day->avoid_findings = findings;
}

/* ---- what it says of its reports ---- */

static void read_claim(reader *r, node at, const id_table *reports, const id_table *stops, tr_claim *claim)
{
    node duplicate = member(r, at, "duplicate_of");
    claim->report = as_index(r, member(r, at, "id"), "report", reports);
    claim->outcome = (tr_outcome_kind)choice_at(r, at, "outcome", "outcome", TR_N_OUTCOMES, tr_outcome_names);
    claim->duplicate_of = json_is_null(duplicate.value) ? -1 : as_index(r, duplicate, "report", reports);
    node list = list_at(r, at, "stops", &claim->n_stops, MAX_LIST);
    claim->stops = TR_NEW(r->arena, tr_claimed_stop, claim->n_stops + 1);
    for (int32_t i = 0; i < claim->n_stops; i++) {
        node stop = entry(r, list, i);
        claim->stops[i].stop = as_index(r, member(r, stop, "id"), "stop", stops);
        claim->stops[i].vehicle = vehicle_or_null_at(r, stop, "vehicle");
    }
}

static void read_claims(reader *r, node root, const id_table *reports, const id_table *stops)
{
    node counts = object_at(r, root, "counts");
    for (int i = 0; i < TR_N_COUNTS; i++)
        r->claims->counts[i] = int_at(r, counts, tr_count_names[i], -MAX_FIGURE, MAX_FIGURE);
    node list = list_at(r, root, "reports", &r->claims->n_reports, MAX_LIST);
    tr_claim *claims = TR_NEW(r->arena, tr_claim, r->claims->n_reports + 1);
    for (int32_t i = 0; i < r->claims->n_reports; i++)
        read_claim(r, entry(r, list, i), reports, stops, &claims[i]);
    r->claims->reports = claims;
}

static void read_plan(reader *r, node root, const id_table *stops)
{
    node goal = object_at(r, root, "goal");
    r->plan->goal.hazard_left = level_at(r, goal, "hazard_left");
    r->plan->goal.due_left = level_at(r, goal, "due_left");
    r->plan->goal.cost_pence = level_at(r, goal, "cost_pence");
    r->plan->left_pence = int_at(r, root, "left_pence", -MAX_FIGURE, MAX_FIGURE);
    read_routes(r, root, stops);
    read_left(r, root, stops);
    read_effort(r, root);
}

/* ---- the file ---- */

static void read_head(reader *r, node root)
{
    node format = member(r, root, "format");
    const char *word = as_word(r, format);
    if (json_is_string(format.value) && strcmp(word, "tiprun-plan") != 0)
        fault(r, format, "is \"%s\", \"tiprun-plan\" was expected", word);
    node version = member(r, root, "version");
    if (json_is_integer(version.value) && json_integer_value(version.value) != 1)
        fault(r, version, "is %lld, this program reads version 1",
              (long long)json_integer_value(version.value));
    else
        as_int(r, version, 1, 1);
    r->morning->problem.day = as_day(r, member(r, root, "date"));
}

/* Each part needs those before it whole, so a fault ends the reading after its part. */
static void read_root(reader *r, node root)
{
    read_head(r, root);
    node input = object_at(r, root, "input");
    if (r->failed) return;
    tr_problem *problem = &r->morning->problem;
    r->morning->timezone = word_at(r, input, "timezone");
    r->morning->utc_offset_s = int_at(r, input, "utc_offset_s", -86400 * 2, 86400 * 2);
    const char *const *profiles = words_at(r, input, "profiles", &problem->n_profiles, 64);
    read_policy(r, input);
    read_triage(r, input);
    read_words(r, input);
    read_places(r, input);
    if (r->failed) return;
    read_sites(r, input);
    read_vehicles(r, input);
    id_table reports = read_reports(r, input);
    if (r->failed) return;
    id_table stops = read_stops(r, input, &reports);
    if (r->failed) return;
    read_frozen(r, input, &stops);
    read_plan(r, root, &stops);
    read_claims(r, root, &reports, &stops);
    if (!r->failed) read_avoid(r, root);
    if (!r->failed) read_travel(r, root, profiles, problem->n_profiles);
}

tr_status tr_plan_read_claims(const char *path, tr_arena *arena, tr_morning *morning, tr_plan *plan, tr_day *day,
                              tr_claims *claims, tr_diag *diag)
{
    *claims = (tr_claims){0};
    *morning = (tr_morning){.arena = arena};
    *plan = (tr_plan){0};
    *day = (tr_day){.morning = morning, .plan = plan};
    reader r = {arena, diag, path, false, morning, plan, day, claims};
    json_t *root = tr_json_file(path, diag);
    if (!root) return TR_EINPUT;
    node top = {root, ""};
    if (json_is_object(root))
        read_root(&r, top);
    else
        wrong_type(&r, top, "an object");
    json_decref(root);
    return r.failed ? TR_EINPUT : TR_OK;
}

tr_status tr_plan_read_day(const char *path, tr_arena *arena, tr_morning *morning, tr_plan *plan, tr_day *day,
                           tr_diag *diag)
{
    tr_claims claims;
    return tr_plan_read_claims(path, arena, morning, plan, day, &claims, diag);
}

tr_status tr_plan_read(const char *path, tr_arena *arena, tr_morning *morning, tr_plan *plan, tr_diag *diag)
{
    tr_day day;
    return tr_plan_read_day(path, arena, morning, plan, &day, diag);
}
