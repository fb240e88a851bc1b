/* public.c -- readers of Solomon's text and of VRPLIB, and the writer of VRPLIB solutions.
 *
 * A reader splits the text into lines, fills a `table` of nodes and leaves the rest to build(),
 * which is the same for all formats.  The first fault ends the reading: these files are made by
 * programs and a fault in one means that it is the wrong file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "public.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const size_t max_bytes = (size_t)16 << 20;
static const double max_coordinate = 1e6; /* x 10 x sqrt 8 stays far below INT32_MAX */
static const double max_time = 1e7;
static const double max_demand = 1e6;     /* x TR_PUBLIC_MAX_NODES has room in int64 */

typedef struct {
    const char *name;
    tr_arena *arena;
    tr_err *err;
    int32_t n_lines, at; /* at: lines taken so far = number of the line taken last */
    char **lines;        /* trimmed, printable */
} reader;

typedef struct {
    double x, y;
    double demand, ready, due, service;
    bool has_place, has_demand, has_window, has_service;
} node;

typedef struct {
    const char *name;
    bool timed;       /* windows and service times count; Euclid x 10 truncated */
    int32_t vehicles; /* as the file says, 0 = not */
    double capacity;
    int32_t n_nodes, depot;
    node *nodes;
} table;

#define FAULT(r, ...) fault((r), tr_arena_printf((r)->arena, __VA_ARGS__))

static tr_status fault(const reader *r, const char *text)
{
    return tr_fail(r->err, TR_EINPUT, "%s: line %d: %s", r->name, r->at, text);
}

/* ---- lines ---- */

static void split_lines(reader *r, const char *text, size_t length)
{
    int32_t capacity = 0;
    for (size_t from = 0; from < length;) {
        const char *newline = memchr(text + from, '\n', length - from);
        size_t to = newline ? (size_t)(newline - text) : length, end = to;
        while (from < end && isspace((unsigned char)text[from])) from++;
        while (end > from && isspace((unsigned char)text[end - 1])) end--;
        if (r->n_lines == capacity) {
            capacity = capacity ? 2 * capacity : 256;
            r->lines = tr_arena_grow(r->arena, r->lines, (size_t)r->n_lines, (size_t)capacity,
                                     sizeof *r->lines);
        }
        char *line = tr_arena_strndup(r->arena, text + from, end - from);
        for (char *c = line; *c; c++)
            if (!isprint((unsigned char)*c)) *c = *c == '\t' ? ' ' : '?';
        r->lines[r->n_lines++] = line;
        from = to + 1;
    }
}

/* The next line that is not blank, or NULL at the end. */
static char *next_line(reader *r)
{
    while (r->at < r->n_lines)
        if (r->lines[r->at++][0]) return r->lines[r->at - 1];
    return NULL;
}

/* Exactly n numbers that stand in the line. */
static tr_status read_numbers(const reader *r, const char *line, int32_t n, double *out)
{
    for (int32_t i = 0; i < n; i++) {
        char *end;
        out[i] = strtod(line, &end);
        if (end == line || (*end && *end != ' ') || !isfinite(out[i])) {
            while (*line == ' ') line++;
            return *line ? FAULT(r, "\"%.40s\" does not begin with a number (%d numbers are expected here)",
                                 line, n)
                         : FAULT(r, "%d numbers where %d are expected", i, n);
        }
        line = end;
    }
    while (*line == ' ') line++;
    return *line ? FAULT(r, "\"%.40s\" after the %d numbers expected here", line, n) : TR_OK;
}

static tr_status check_range(const reader *r, const char *what, double value, double low, double high)
{
    if (value >= low && value <= high) return TR_OK;
    return FAULT(r, "%s %g is not in %g..%g", what, value, low, high);
}

static tr_status check_whole(const reader *r, const char *what, double value, double low, double high)
{
    TR_TRY(check_range(r, what, value, low, high));
    return value == floor(value) ? TR_OK : FAULT(r, "%s %g is not a whole number", what, value);
}

/* ---- Solomon's text ---- */

static tr_status expect_word(reader *r, const char *word)
{
    const char *line = next_line(r);
    if (!line) return FAULT(r, "the file ends where a line \"%s...\" is expected", word);
    if (strncasecmp(line, word, strlen(word)))
        return FAULT(r, "\"%.40s\" where \"%s...\" is expected", line, word);
    return TR_OK;
}

static tr_status read_solomon_node(reader *r, const char *line, table *t)
{
    double v[7]; /* number, x, y, demand, ready, due, service */
    TR_TRY(read_numbers(r, line, 7, v));
    if (t->n_nodes == TR_PUBLIC_MAX_NODES) return FAULT(r, "more than %d customers", TR_PUBLIC_MAX_NODES - 1);
    if (v[0] != t->n_nodes) return FAULT(r, "customer %g where %d is expected", v[0], t->n_nodes);
    t->nodes[t->n_nodes++] = (node){
        .x = v[1], .y = v[2], .demand = v[3], .ready = v[4], .due = v[5], .service = v[6],
        .has_place = true, .has_demand = true, .has_window = true, .has_service = true,
    };
    return TR_OK;
}

static tr_status read_solomon(reader *r, table *t)
{
    double fleet[2];
    t->timed = true;
    t->name = next_line(r);
    TR_TRY(expect_word(r, "VEHICLE"));
    TR_TRY(expect_word(r, "NUMBER"));
    const char *line = next_line(r);
    TR_TRY(read_numbers(r, line ? line : "", 2, fleet));
    TR_TRY(check_whole(r, "number of vehicles", fleet[0], 1, TR_PUBLIC_MAX_NODES));
    TR_TRY(check_whole(r, "capacity", fleet[1], 1, max_demand));
    t->vehicles = (int32_t)fleet[0];
    t->capacity = fleet[1];
    TR_TRY(expect_word(r, "CUSTOMER"));
    TR_TRY(expect_word(r, "CUST"));
    t->nodes = TR_NEW(r->arena, node, TR_PUBLIC_MAX_NODES);
    while ((line = next_line(r))) TR_TRY(read_solomon_node(r, line, t));
    return TR_OK;
}

/* ---- VRPLIB ---- */

typedef enum {
    KEY_NAME,
    KEY_COMMENT,
    KEY_TYPE,
    KEY_DIMENSION,
    KEY_VEHICLES,
    KEY_CAPACITY,
    KEY_SERVICE,
    KEY_METRIC,
    N_KEYS
} key;
static const char *const keys[N_KEYS] = {"NAME", "COMMENT", "TYPE", "DIMENSION", "VEHICLES", "CAPACITY",
                                         "SERVICE_TIME", "EDGE_WEIGHT_TYPE"};

/* The key of a line "KEY : VALUE" and its value; N_KEYS if it is none that we know. */
static key find_key(const char *line, const char **value)
{
    for (int32_t i = 0; i < N_KEYS; i++) {
        size_t n = strlen(keys[i]);
        if (strncmp(line, keys[i], n)) continue;
        const char *at = line + n + strspn(line + n, " ");
        if (*at != ':') continue;
        *value = at + 1 + strspn(at + 1, " ");
        return (key)i;
    }
    return N_KEYS;
}

typedef enum { SECTION_PLACE, SECTION_DEMAND, SECTION_WINDOW, SECTION_SERVICE, N_SECTIONS } section;
static const struct {
    const char *keyword;
    int32_t n_values;
} sections[N_SECTIONS] = {
    {"NODE_COORD_SECTION", 2}, {"DEMAND_SECTION", 1}, {"TIME_WINDOW_SECTION", 2}, {"SERVICE_TIME_SECTION", 1},
};

static tr_status fill_node(const reader *r, node *to, section kind, const double *v)
{
    bool *seen[N_SECTIONS] = {&to->has_place, &to->has_demand, &to->has_window, &to->has_service};
    if (*seen[kind]) return FAULT(r, "the node stands twice in %s", sections[kind].keyword);
    *seen[kind] = true;
    switch (kind) {
    case SECTION_PLACE: to->x = v[0], to->y = v[1]; break;
    case SECTION_DEMAND: to->demand = v[0]; break;
    case SECTION_WINDOW: to->ready = v[0], to->due = v[1]; break;
    default: to->service = v[0]; break;
    }
    return TR_OK;
}

/* One row for each node, in any order. */
static tr_status read_section(reader *r, section kind, table *t)
{
    if (!t->nodes) return FAULT(r, "%s before DIMENSION", sections[kind].keyword);
    for (int32_t row = 0; row < t->n_nodes; row++) {
        double v[3];
        const char *line = next_line(r);
        if (!line) return FAULT(r, "%s ends after %d of %d rows", sections[kind].keyword, row, t->n_nodes);
        TR_TRY(read_numbers(r, line, 1 + sections[kind].n_values, v));
        TR_TRY(check_whole(r, "node", v[0], 1, t->n_nodes));
        TR_TRY(fill_node(r, &t->nodes[(int32_t)v[0] - 1], kind, v + 1));
    }
    return TR_OK;
}

static tr_status read_depot(reader *r, table *t)
{
    double v;
    const char *line = next_line(r);
    TR_TRY(read_numbers(r, line ? line : "", 1, &v));
    TR_TRY(check_whole(r, "depot", v, 1, t->n_nodes));
    t->depot = (int32_t)v - 1;
    line = next_line(r);
    TR_TRY(read_numbers(r, line ? line : "", 1, &v));
    return v == -1 ? TR_OK : FAULT(r, "a second depot %g (only one is supported)", v);
}

static tr_status read_type(const reader *r, const char *value, table *t)
{
    t->timed = !strcmp(value, "VRPTW");
    if (t->timed || !strcmp(value, "CVRP")) return TR_OK;
    return FAULT(r, "TYPE %.40s is not supported (known: CVRP, VRPTW)", value);
}

static tr_status read_dimension(const reader *r, double number, table *t)
{
    if (t->nodes) return FAULT(r, "a second DIMENSION");
    TR_TRY(check_whole(r, "DIMENSION", number, 1, TR_PUBLIC_MAX_NODES));
    t->n_nodes = (int32_t)number;
    t->nodes = TR_NEW(r->arena, node, t->n_nodes);
    return TR_OK;
}

static tr_status read_number_key(const reader *r, key kind, const char *value, table *t, double *service)
{
    double number;
    TR_TRY(read_numbers(r, value, 1, &number));
    if (kind == KEY_DIMENSION) return read_dimension(r, number, t);
    if (kind == KEY_SERVICE) {
        *service = number;
        return check_range(r, "SERVICE_TIME", number, 0, max_time);
    }
    TR_TRY(check_whole(r, keys[kind], number, 1, max_demand));
    if (kind == KEY_CAPACITY) t->capacity = number;
    else t->vehicles = (int32_t)number;
    return TR_OK;
}

static tr_status read_key(const reader *r, key kind, const char *value, table *t, double *service)
{
    switch (kind) {
    case KEY_NAME: t->name = value; return TR_OK;
    case KEY_COMMENT: return TR_OK;
    case KEY_TYPE: return read_type(r, value, t);
    case KEY_METRIC:
        if (!strcmp(value, "EUC_2D")) return TR_OK;
        return FAULT(r, "EDGE_WEIGHT_TYPE %.40s is not supported (known: EUC_2D)", value);
    default: return read_number_key(r, kind, value, t, service);
    }
}

/* One line of the file: a key, or a section with all of its rows. */
static tr_status read_part(reader *r, const char *line, table *t, bool *has_key, double *service)
{
    const char *value = NULL;
    key kind = find_key(line, &value);
    if (kind < N_KEYS) {
        has_key[kind] = true;
        return read_key(r, kind, value, t, service);
    }
    for (int32_t i = 0; i < N_SECTIONS; i++)
        if (!strcmp(line, sections[i].keyword)) return read_section(r, (section)i, t);
    if (!strcmp(line, "DEPOT_SECTION")) return read_depot(r, t);
    return FAULT(r, "\"%.40s\" is no part of a VRPLIB or Solomon file that is supported", line);
}

/* What the file must have had, and the one service time for all stops where it has that. */
static tr_status finish_vrplib(const reader *r, table *t, const bool *has_key, double service)
{
    static const key needed[] = {KEY_TYPE, KEY_DIMENSION, KEY_CAPACITY, KEY_METRIC};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!has_key[needed[i]]) return FAULT(r, "the file ends without %s", keys[needed[i]]);
    if (t->depot < 0) return FAULT(r, "the file ends without DEPOT_SECTION");
    const node *first = &t->nodes[0]; /* a section has rows for all nodes or is not there */
    if (!first->has_place) return FAULT(r, "the file ends without NODE_COORD_SECTION");
    if (!first->has_demand) return FAULT(r, "the file ends without DEMAND_SECTION");
    if (t->timed && !first->has_window) return FAULT(r, "the file ends without TIME_WINDOW_SECTION");
    for (int32_t i = 0; !first->has_service && i < t->n_nodes; i++)
        t->nodes[i].service = i == t->depot ? 0 : service;
    return TR_OK;
}

static tr_status read_vrplib(reader *r, table *t)
{
    bool has_key[N_KEYS] = {false};
    double service = 0;
    const char *line;
    t->name = r->name;
    t->depot = -1;
    while ((line = next_line(r)) && strcmp(line, "EOF")) TR_TRY(read_part(r, line, t, has_key, &service));
    return finish_vrplib(r, t, has_key, service);
}

/* ---- from the table to the problem ---- */

/* Nodes are told by their number in the file; lines are past. */
static tr_status check_node(const reader *r, const table *t, int32_t i)
{
    const node *v = &t->nodes[i];
    double high = i == t->depot ? 0 : t->capacity;
    const struct {
        const char *what;
        double value, low, high;
    } ranges[] = {
        {"x", v->x, -max_coordinate, max_coordinate}, {"y", v->y, -max_coordinate, max_coordinate},
        {i == t->depot ? "demand of the depot" : "demand", v->demand, 0, high},
        {"ready time", v->ready, 0, max_time}, {"due date", v->due, v->ready, max_time},
        {"service time", v->service, 0, max_time},
    };
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++)
        if (!(ranges[k].value >= ranges[k].low && ranges[k].value <= ranges[k].high))
            return tr_fail(r->err, TR_EINPUT, "%s: node %d: %s %g is not in %g..%g", r->name, i,
                           ranges[k].what, ranges[k].value, ranges[k].low, ranges[k].high);
    if (v->demand != floor(v->demand))
        return tr_fail(r->err, TR_EINPUT, "%s: node %d: demand %g is not a whole number", r->name, i,
                       v->demand);
    return TR_OK;
}

static int32_t distance(const table *t, int32_t from, int32_t to)
{
    double dx = t->nodes[from].x - t->nodes[to].x, dy = t->nodes[from].y - t->nodes[to].y;
    double d = sqrt(dx * dx + dy * dy);
    return (int32_t)(t->timed ? 10 * d : d + 0.5);
}

static tr_travel_matrix *build_travel(const table *t, tr_arena *arena, int32_t *longest)
{
    size_t n = (size_t)t->n_nodes;
    int32_t *cells = tr_arena_alloc(arena, n * n, sizeof *cells);
    *longest = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            cells[i * n + j] = distance(t, (int32_t)i, (int32_t)j);
            if (cells[i * n + j] > *longest) *longest = cells[i * n + j];
        }
    tr_travel_matrix *travel = TR_NEW(arena, tr_travel_matrix, 1);
    *travel = (tr_travel_matrix){.profile = "euclid", .seconds = cells, .metres = cells};
    return travel;
}

static int64_t scaled(double time) { return llround(10 * time); }

/* Overdue by a day: level 2 of the goal rises for each one that is left. */
static tr_stop *build_stops(const table *t, tr_arena *arena, int32_t day, int32_t *n_stops)
{
    tr_stop *stops = TR_NEW(arena, tr_stop, t->n_nodes);
    tr_window *windows = TR_NEW(arena, tr_window, t->n_nodes);
    int32_t n = 0;
    for (int32_t i = 0; i < t->n_nodes; i++) {
        const node *v = &t->nodes[i];
        if (i == t->depot) continue;
        windows[n] = (tr_window){scaled(v->ready), scaled(v->due)};
        stops[n] = (tr_stop){
            .id = tr_arena_printf(arena, "%d", n + 1), .place = i, .kg = (int32_t)v->demand,
            .service_s = t->timed ? scaled(v->service) : 0, .n_windows = t->timed, .windows = &windows[n],
            .reported_day = day - 1, .due_day = day - 1, .pin = -1,
        };
        n++;
    }
    *n_stops = n;
    return stops;
}

/* "Any number of vehicles" made finite, as few as will do, since the search looks at each one: with
 * windows the file's own number (it is ample in all public files), or half the stops; without, a
 * quarter and five more than the load needs, which the best known solutions do not come near. */
static int32_t fleet_size(const table *t)
{
    double load = 0;
    for (int32_t i = 0; i < t->n_nodes; i++) load += t->nodes[i].demand;
    int32_t needed = (int32_t)ceil(load / t->capacity), n_stops = t->n_nodes - 1;
    int32_t n = t->timed ? (t->vehicles ? t->vehicles : n_stops / 2 + 5) : needed + needed / 4 + 5;
    if (n < needed) n = needed;
    return n < n_stops ? n : n_stops > 0 ? n_stops : 1;
}

static tr_vehicle *build_fleet(const table *t, tr_arena *arena, int32_t n, int64_t horizon)
{
    const node *depot = &t->nodes[t->depot];
    tr_vehicle *vehicles = TR_NEW(arena, tr_vehicle, n);
    for (int32_t i = 0; i < n; i++)
        vehicles[i] = (tr_vehicle){
            .id = tr_arena_printf(arena, "%d", i + 1), .available = true, .n_compartments = 1,
            .compartments = {{.id = "body", .kg = (int32_t)t->capacity, .litres = 1, .streams = 1}},
            .payload_kg = (int32_t)t->capacity, .start_s = t->timed ? scaled(depot->ready) : 0,
            .end_s = t->timed ? scaled(depot->due) : horizon, .hours_rule = TR_HOURS_NONE,
            .may_park_loaded = true, .start_place = t->depot, .end_place = t->depot, .speed_permille = 1000,
            .pence_per_km = 1000, /* a unit is a metre is a penny */
        };
    return vehicles;
}

static void build(const table *t, tr_arena *arena, tr_public *instance)
{
    static const tr_stream streams[] = {{.name = "goods", .ewc = "20 03 01"}};
    const int32_t day = 1;
    int32_t n_stops, longest, n_vehicles = fleet_size(t);
    tr_stop *stops = build_stops(t, arena, day, &n_stops);
    tr_travel_matrix *travel = build_travel(t, arena, &longest);
    int64_t horizon = (int64_t)(t->n_nodes + 1) * longest; /* no route without windows is longer */
    *instance = (tr_public){
        .name = tr_arena_strdup(arena, t->name), .scale = t->timed ? 10 : 1, .capacity = (int32_t)t->capacity,
        .problem = {
            .day = day, .n_places = t->n_nodes, .n_profiles = 1, .n_streams = 1, .n_stops = n_stops,
            .n_vehicles = n_vehicles, .travel = travel, .streams = streams, .stops = stops,
            .vehicles = build_fleet(t, arena, n_vehicles, horizon), .policy = tr_policy_default(),
        },
    };
}

/* ---- the public face ---- */

static bool is_solomon(const reader *r)
{
    for (int32_t i = 0; i < r->n_lines; i++)
        if (!strncasecmp(r->lines[i], "VEHICLE", 7)) return !strchr(r->lines[i], ':');
    return false;
}

tr_status tr_public_parse(const char *name, const char *text, size_t length, tr_arena *arena,
                          tr_public *instance, tr_err *err)
{
    reader r = {.name = name, .arena = arena, .err = err};
    table t = {.n_nodes = 0};
    split_lines(&r, text, length);
    TR_TRY(is_solomon(&r) ? read_solomon(&r, &t) : read_vrplib(&r, &t));
    if (t.n_nodes == 0) return FAULT(&r, "the file ends without a depot");
    for (int32_t i = 0; i < t.n_nodes; i++) TR_TRY(check_node(&r, &t, i));
    build(&t, arena, instance);
    return TR_OK;
}

static tr_status read_all(FILE *file, const char *name, tr_arena *arena, char **text, size_t *length,
                          tr_err *err)
{
    size_t capacity = (size_t)1 << 16, got;
    char *buffer = tr_arena_alloc(arena, capacity, 1);
    *length = 0;
    while ((got = fread(buffer + *length, 1, capacity - *length, file)) > 0) {
        *length += got;
        if (*length < capacity) continue;
        if (capacity >= max_bytes)
            return tr_fail(err, TR_EINPUT, "%s: larger than %zu bytes", name, max_bytes);
        buffer = tr_arena_grow(arena, buffer, capacity, 2 * capacity, 1);
        capacity *= 2;
    }
    *text = buffer;
    return ferror(file) ? tr_fail(err, TR_EINPUT, "%s: %s", name, strerror(errno)) : TR_OK;
}

tr_status tr_public_read(const char *path, tr_arena *arena, tr_public *instance, tr_err *err)
{
    bool is_stdin = !strcmp(path, "-");
    const char *name = is_stdin ? "standard input" : path;
    char *text = NULL;
    size_t length = 0;
    FILE *file = is_stdin ? stdin : fopen(path, "r");
    if (!file) return tr_fail(err, TR_EINPUT, "%s: %s", name, strerror(errno));
    tr_status status = read_all(file, name, arena, &text, &length, err);
    if (!is_stdin) fclose(file);
    TR_TRY(status);
    return tr_public_parse(name, text, length, arena, instance, err);
}

void tr_public_print(const tr_public *instance, const tr_plan *plan, FILE *out)
{
    int32_t n_used = 0;
    for (int32_t i = 0; i < plan->n_routes; i++) {
        const tr_route *route = &plan->routes[i];
        if (!route->n_visits) continue;
        fprintf(out, "Route #%d:", ++n_used);
        for (int32_t k = 0; k < route->n_visits; k++)
            if (route->visits[k].kind == TR_VISIT_STOP)
                fprintf(out, " %s", instance->problem.stops[route->visits[k].ref].id);
        fputc('\n', out);
    }
    fprintf(out, "Cost %" PRId64 "\n", plan->goal.cost_pence);
}
