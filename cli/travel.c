/* travel.c -- `tiprun travel`: road times between places, fetched, counted and exported for other programs.
 *
 * The places are those of a morning (reports, fleet, sites), as `plan` would ask for them, or a plain list.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "cli.h"
#include "inputs.h"
#include "write_file.h"

#include <csv.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- arguments ---- */

static const char doc[] =
    "Fetch the road seconds and metres between all places of a morning, or of a list, tell where they come from, and "
    "write them for other programs."
    "\vExamples:\n"
    "  tiprun travel reports.csv --fleet fleet.json --sites sites.json --osrm http://127.0.0.1:5000 -o travel.json\n"
    "  tiprun travel --places places.csv --osrm http://127.0.0.1:5000 --csv times.csv\n"
    "\n"
    "PLACES.csv has the columns id, lat and lon. A FILE.json of -o is read by --recording.\n\n" CLI_EXIT_CODES;

enum { KEY_DATE = 0x300, KEY_PLACES, KEY_PROFILE, KEY_CSV, KEY_AVOID, KEY_ROADS, MOST_ROADS = 30 };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Places:", 1},
    {"date", KEY_DATE, "YYYY-MM-DD", 0, "the day (default: the day of the latest report)", 1},
    {"avoid", KEY_AVOID, "AVOID.json", 0, "closed roads, low bridges: places that lie there are named; may be repeated", 1},
    {"places", KEY_PLACES, "PLACES.csv", 0, "a list of places instead of a morning", 1},
    {"profile", KEY_PROFILE, "NAME", 0, "OSRM profile for a list (car; NAME+kerb: reached from the kerb side)", 1},
    {NULL, 0, NULL, 0, "Output:", 2},
    {"output", 'o', "FILE.json", 0, "times, distances and snapping, as a recording", 2},
    {"roads", KEY_ROADS, "K", 0, "with -o: record the road lines from each place to its K nearest and back, for calibrate (0)", 2},
    {"csv", KEY_CSV, "FILE.csv", 0, "a row each way: profile, from, to, seconds, metres, source", 2},
    {0},
};

typedef struct {
    tr_arena *arena;
    cli_travel travel;
    cli_files files;
    cli_list avoid;
    int32_t roads;
    const char *places, *profile, *json, *csv;
} arguments;

static void check_arguments(struct argp_state *state, arguments *a)
{
    if (a->places && (a->files.reports.n || a->files.fleets.n || a->files.sites.n || a->avoid.n))
        argp_error(state, "--places goes without REPORTS, --fleet, --sites and --avoid");
    if (!a->places && !a->files.reports.n) argp_error(state, "REPORTS or --places is missing");
    if (!a->places && !a->files.fleets.n) argp_error(state, "--fleet is missing");
    if (a->roads && !a->json) argp_error(state, "--roads needs -o");
    a->files.inputs.avoid = a->avoid.items, a->files.inputs.n_avoid = a->avoid.n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        a->travel.arena = a->files.arena = a->arena;
        state->child_inputs[0] = &a->travel;
        state->child_inputs[1] = &a->files;
        return 0;
    case KEY_AVOID: cli_push(a->arena, &a->avoid, arg); return 0;
    case KEY_DATE:
        if (!tr_day_parse(arg, &a->files.inputs.day)) argp_error(state, "--date: \"%s\" is not a date like 2026-03-02", arg);
        return 0;
    case KEY_PLACES: a->places = arg; return 0;
    case KEY_PROFILE: a->profile = arg; return 0;
    case KEY_ROADS: a->roads = (int32_t)cli_integer(state, "--roads", arg, 0, MOST_ROADS); return 0;
    case KEY_CSV: a->csv = arg; return 0;
    case 'o': a->json = arg; return 0;
    case ARGP_KEY_END: check_arguments(state, a); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- a list of places ---- */

enum { ID, LAT, LON, N_COLUMNS, MOST_PLACES = 20000 };
static const char *const columns[N_COLUMNS] = {[ID] = "id", [LAT] = "lat", [LON] = "lon"};

typedef struct {
    const char *path;
    tr_morning *morning;
    tr_diag *diag;
    int32_t at[N_COLUMNS]; /* position of each column, -1: not there */
    int32_t row, field;
    const char *fields[N_COLUMNS];
    bool header_read;
} list;

static void take_field(void *text, size_t length, void *context)
{
    list *l = context;
    char *field = tr_arena_strndup(l->morning->arena, text ? text : "", length);
    for (int c = ID; c < N_COLUMNS; c++) {
        if (!l->header_read && !strcmp(field, columns[c])) l->at[c] = l->field;
        if (l->header_read && l->at[c] == l->field) l->fields[c] = field;
    }
    l->field++;
}

static double degrees_of(list *l, int column, double most)
{
    const char *text = l->fields[column] ? l->fields[column] : "";
    char *end;
    double value = strtod(text, &end);
    if (end != text && !*end && fabs(value) <= most) return value;
    tr_diag_add(l->diag, TR_ERROR, l->path, tr_arena_printf(l->morning->arena, "row %d, column %s", l->row, columns[column]),
                "\"%.40s\" is not degrees within +-%g", text, most);
    return 0;
}

static void take_row(int ending, void *context)
{
    list *l = context;
    tr_morning *m = l->morning;
    (void)ending;
    if (!l->header_read) {
        for (int c = ID; c < N_COLUMNS; c++)
            if (l->at[c] < 0)
                tr_diag_add(l->diag, TR_ERROR, l->path, "row 1", "the column %s is missing; expected id,lat,lon", columns[c]);
        l->header_read = true;
    } else if (l->diag->n_errors < 20 && m->n_places < MOST_PLACES && l->at[ID] >= 0) {
        l->row++;
        m->places = tr_arena_grow(m->arena, m->places, (size_t)m->n_places, (size_t)m->n_places + 1, sizeof *m->places);
        m->places[m->n_places++] = (tr_place){.name = l->fields[ID] ? l->fields[ID] : "", .kind = TR_PLACE_STOP,
                                              .lat = degrees_of(l, LAT, 90), .lon = degrees_of(l, LON, 180)};
    }
    l->field = 0;
    memset(l->fields, 0, sizeof l->fields);
}

static tr_status read_places(const char *path, tr_morning *morning, tr_diag *diag, tr_err *err)
{
    list l = {.path = path, .morning = morning, .diag = diag, .at = {-1, -1, -1}};
    struct csv_parser parser;
    char bytes[65536];
    FILE *file = fopen(path, "rb");
    if (!file) return tr_fail(err, TR_EINPUT, "%s: cannot read: %s", path, strerror(errno));
    csv_init(&parser, CSV_APPEND_NULL);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        if (csv_parse(&parser, bytes, n, take_field, take_row, &l) != n) break;
    bool broken = ferror(file) || csv_error(&parser);
    csv_fini(&parser, take_field, take_row, &l);
    csv_free(&parser);
    fclose(file);
    if (broken) return tr_fail(err, TR_EINPUT, "%s: cannot be read as CSV", path);
    if (!diag->n_errors && !morning->n_places) return tr_fail(err, TR_EINPUT, "%s: holds no place", path);
    return diag->n_errors ? TR_EINPUT : TR_OK;
}

/* ---- what came ---- */

static const char *source_word(const tr_travel_matrix *m, size_t cell)
{
    static const char *const words[] = {"osrm", "recorded", "estimated", "stale", ""};
    return m->seconds[cell] == TR_NO_ROAD ? "no_road" : words[m->source[cell]];
}

/* A field of CSV by RFC 4180; what a spreadsheet would take for a formula gets a quote before it. */
static void put_field(FILE *out, const char *text)
{
    bool formula = strchr("=+-@\t\r", *text) && *text;
    bool quoted = formula || strpbrk(text, ",\"\r\n");
    if (quoted) putc('"', out);
    if (formula) putc('\'', out);
    for (; *text; text++) {
        if (*text == '"') putc('"', out);
        putc(*text, out);
    }
    if (quoted) putc('"', out);
}

static tr_status write_csv(const char *path, const tr_morning *m, tr_err *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_fail(err, TR_EINTERNAL, "%s: out of memory", path);
    fputs("profile,from,to,seconds,metres,source\r\n", out);
    for (int32_t p = 0; p < m->problem.n_profiles; p++)
        for (int32_t i = 0; i < m->n_places; i++)
            for (int32_t j = 0; j < m->n_places; j++) {
                size_t cell = (size_t)i * (size_t)m->n_places + (size_t)j;
                const tr_travel_matrix *t = &m->problem.travel[p];
                if (i == j) continue;
                fprintf(out, "%s,", t->profile);
                put_field(out, m->places[i].name);
                putc(',', out);
                put_field(out, m->places[j].name);
                if (t->seconds[cell] == TR_NO_ROAD) fputs(",,", out);
                else fprintf(out, ",%d,%d", t->seconds[cell], t->metres[cell]);
                fprintf(out, ",%s\r\n", source_word(t, cell));
            }
    bool good = !ferror(out);
    good &= fclose(out) == 0;
    tr_status status = good ? tr_file_write(path, text, length, err) : tr_fail(err, TR_EINTERNAL, "%s: out of memory", path);
    free(text);
    return status;
}

static void print_coverage(const tr_travel *travel, const tr_morning *m)
{
    int32_t n;
    const tr_coverage *c = tr_travel_coverage(travel, &n);
    printf("%d places\n\n%-12s %10s %10s %10s %10s %10s %10s %12s\n", m->n_places, "profile", "times", "asked", "cached",
           "recorded", "stale", "estimated", "unreachable");
    for (int32_t i = 0; i < n; i++)
        printf("%-12s %10" PRId64 " %10" PRId64 " %10" PRId64 " %10" PRId64 " %10" PRId64 " %10" PRId64 " %12" PRId64 "\n",
               c[i].mode, c[i].cells, c[i].asked, c[i].cached, c[i].recorded, c[i].stale, c[i].estimated, c[i].unreachable);
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < c[i].n_maps; k++) {
            char day[11] = "";
            const tr_map *map = &c[i].maps[k];
            if (map->map_day >= 0) tr_day_print(map->map_day, day);
            printf("\n%s: %s, map %s%s%s", c[i].mode, map->server, map->identity, *day ? ", of " : "", day);
        }
    putchar('\n');
}

static tr_status fetch(const arguments *a, tr_morning *m, tr_travel **travel, tr_diag *diag, tr_err *err)
{
    const char *listed = a->profile ? a->profile : "car";
    const char *const *modes = &listed;
    int32_t n_modes = 1;
    tr_status status;
    if (a->places) {
        m->triage = (tr_triage_policy){.snap_warn_m = 150, .snap_left_m = 1000};
        status = read_places(a->places, m, diag, err);
    } else {
        status = tr_inputs_read(&a->files.inputs, m, diag);
        if (!status) status = tr_triage(m, diag);
        if (!status) tr_avoid_places(m, diag);
        if (!status) modes = tr_morning_modes(m, &n_modes);
    }
    if (!status) status = cli_travel_open(&a->travel, diag, travel, err);
    if (!status) status = tr_travel_fill(*travel, m, modes, n_modes, diag, err);
    return status;
}

/* Of all profiles. */
static tr_status near_legs(const arguments *a, tr_morning *m, tr_travel *travel, int32_t *n, tr_recorded_leg **legs,
                           tr_diag *diag, tr_err *err)
{
    *n = 0;
    *legs = NULL;
    for (int32_t p = 0; a->roads && p < m->problem.n_profiles; p++) {
        int32_t n_more;
        tr_recorded_leg *more;
        TR_TRY(tr_travel_near_legs(travel, m, p, a->roads, a->arena, &n_more, &more, diag, err));
        *legs = tr_arena_grow(a->arena, *legs, (size_t)*n, (size_t)(*n + n_more), sizeof **legs);
        for (int32_t i = 0; i < n_more; i++) (*legs)[(*n)++] = more[i];
    }
    return TR_OK;
}

static tr_status run(const arguments *a, tr_err *err)
{
    tr_morning m = {.arena = a->arena};
    tr_diag diag = {.arena = a->arena};
    tr_travel *travel = NULL;
    struct timespec begun, done;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    int32_t n_legs = 0;
    tr_recorded_leg *legs = NULL;
    tr_status status = fetch(a, &m, &travel, &diag, err);
    if (!status) status = near_legs(a, &m, travel, &n_legs, &legs, &diag, err);
    clock_gettime(CLOCK_MONOTONIC, &done);
    cli_faults(&diag);
    if (!status) {
        print_coverage(travel, &m);
        if (a->roads) printf("%d road lines\n", n_legs);
        fprintf(stderr, "tiprun: %.2f s\n",
                (double)(done.tv_sec - begun.tv_sec) + (double)(done.tv_nsec - begun.tv_nsec) * 1e-9);
    }
    if (!status && a->json) status = tr_travel_record(a->json, travel, &m, n_legs, legs, NULL, err);
    if (!status && a->csv) status = write_csv(a->csv, &m, err);
    tr_travel_close(travel);
    return status;
}

int cli_travel_command(int argc, char **argv)
{
    static const struct argp_child children[] = {{&cli_travel_argp, 0, "Road times:", 3}, {&cli_files_argp, 0, NULL, 0}, {0}};
    const struct argp argp = {options, parse, "[REPORTS...]", doc, children, NULL, NULL};
    tr_arena *arena = tr_arena_new();
    arguments a = {.arena = arena, .files = {.inputs = {.day = -1}}};
    tr_err err = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    tr_status status = run(&a, &err);
    if (status && *err.text) cli_error("%s", err.text);
    tr_status closed = cli_close_stdout();
    tr_arena_free(arena);
    return status ? (int)status : (int)closed;
}
