/* area_file.c -- the file of an area's estimate (docs/format-estimate.md): all its faults are told at once, and what
 * was written reads back to the same estimate.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "area.h"
#include "json.h"
#include "json_text.h"
#include "polyline.h"
#include "roads.h"
#include "write_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, MOST_ERRORS = 20, MOST_MODES = 20, FEWEST_PLACES = 3 };
static const char *const quantity_names[TR_QUANTITIES] = {"seconds", "metres"};
static const int32_t quantity_most[TR_QUANTITIES] = {TR_MAX_SECONDS, TR_MAX_METRES};

/* ---- reading ---- */

static bool enough_faults(const tr_json *at)
{
    return at->diag->n_errors >= MOST_ERRORS;
}

/* Numbers within low..high; NULL with a fault if there are not n of them. */
static double *numbers(tr_json at, size_t n, double low, double high, tr_arena *arena)
{
    double *out = TR_NEW(arena, double, n);
    if (!at.value) return NULL;
    if (tr_json_length(&at) != n) {
        if (json_is_array(at.value))
            tr_json_fault(&at, "has %zu items; expected %zu", json_array_size(at.value), n);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) out[i] = tr_json_number(tr_json_item(&at, i), low, low, high);
    return out;
}

static void read_places(tr_json at, tr_area *a, tr_arena *arena)
{
    size_t n = tr_json_length(&at);
    if (n < FEWEST_PLACES || n > TR_AREA_MOST_PLACES) {
        if (json_is_array(at.value))
            tr_json_fault(&at, "has %zu items; expected %d to %d places", n, FEWEST_PLACES,
                          TR_AREA_MOST_PLACES);
        return;
    }
    a->places = TR_NEW(arena, tr_place, n);
    for (size_t i = 0; i < n && !enough_faults(&at); i++) {
        tr_json item = tr_json_item(&at, i);
        if (tr_json_length(&item) != 2) {
            tr_json_fault(&item, "is no place; expected [latitude, longitude]");
            continue;
        }
        a->places[i] = (tr_place){.name = "",
                                  .lat = tr_json_number(tr_json_item(&item, 0), 0, -90, 90),
                                  .lon = tr_json_number(tr_json_item(&item, 1), 0, -180, 180)};
    }
    a->n = (int32_t)n;
}

static void read_curve(const tr_json *mode, tr_area_mode *m, tr_arena *arena)
{
    static const char *const known[] = {"straight_m", "seconds", "metres"};
    tr_json curve = tr_json_need(mode, "curve");
    if (!tr_json_is_object(&curve)) return;
    tr_json_keys(&curve, known, 3);
    tr_json straight = tr_json_need(&curve, "straight_m");
    size_t n = tr_json_length(&straight);
    if (n < 2 || n > TR_AREA_MOST_KNOTS) {
        if (json_is_array(straight.value))
            tr_json_fault(&straight, "has %zu items; expected 2 to %d", n, TR_AREA_MOST_KNOTS);
        return;
    }
    m->n_knots = (int32_t)n;
    m->straight_m = numbers(straight, n, 0, TR_MAX_METRES, arena);
    for (size_t i = 1; m->straight_m && i < n; i++)
        if (!(m->straight_m[i] >= m->straight_m[i - 1] + 1)) {
            tr_json item = tr_json_item(&straight, i);
            tr_json_fault(&item, "is not beyond the one before by a metre");
        }
    for (int q = 0; q < TR_QUANTITIES; q++)
        m->curve[q] = numbers(tr_json_need(&curve, quantity_names[q]), n, 0.1, quantity_most[q], arena);
}

static void read_blend(const tr_json *mode, int q, tr_area_mode *m, tr_arena *arena)
{
    static const char *const known[] = {"shift", "weight"};
    tr_json blends = tr_json_need(mode, "blend");
    if (!tr_json_is_object(&blends)) return;
    if (q == 0) tr_json_keys(&blends, quantity_names, TR_QUANTITIES);
    tr_json blend = tr_json_need(&blends, quantity_names[q]);
    if (!tr_json_is_object(&blend)) return;
    tr_json_keys(&blend, known, 2);
    const double *shift = numbers(tr_json_need(&blend, "shift"), TR_AREA_BASIS, -5, 5, arena);
    const double *weight = numbers(tr_json_need(&blend, "weight"), TR_AREA_BASIS, -5, 5, arena);
    if (shift) memcpy(m->blend[q].shift, shift, sizeof m->blend[q].shift);
    if (weight) memcpy(m->blend[q].weight, weight, sizeof m->blend[q].weight);
}

static void read_kernel(const tr_json *mode, tr_area_mode *m)
{
    static const char *const known[] = {"length_m", "power", "noise"};
    tr_json kernel = tr_json_need(mode, "kernel");
    if (!tr_json_is_object(&kernel)) return;
    tr_json_keys(&kernel, known, 3);
    m->kernel = (tr_kernel){tr_json_number(tr_json_need(&kernel, "length_m"), 1, 1, TR_MAX_METRES),
                            tr_json_number(tr_json_need(&kernel, "power"), 1, 0.5, 1.9),
                            tr_json_number(tr_json_need(&kernel, "noise"), 1, 0.0001, 100)};
}

static void read_cells(const tr_json *mode, int q, size_t n, tr_area_mode *m, tr_arena *arena)
{
    tr_json rows = tr_json_need(mode, quantity_names[q]);
    if (!rows.value || !n) return;
    if (tr_json_length(&rows) != n) {
        if (json_is_array(rows.value))
            tr_json_fault(&rows, "has %zu rows; expected %zu, one a place", json_array_size(rows.value), n);
        return;
    }
    m->cells[q] = TR_NEW(arena, int32_t, n * n);
    for (size_t i = 0; i < n && !enough_faults(mode); i++) {
        tr_json row = tr_json_item(&rows, i);
        if (tr_json_length(&row) != n) {
            tr_json_fault(&row, "has %zu cells; expected %zu, one a place", json_array_size(row.value), n);
            continue;
        }
        for (size_t j = 0; j < n; j++) {
            tr_json cell = tr_json_item(&row, j);
            bool unknown = json_is_null(cell.value);
            m->cells[q][i * n + j] =
                unknown ? TR_NO_ROAD : (int32_t)tr_json_int(cell, 0, 0, quantity_most[q]);
        }
    }
}

/* [line, seconds along it, seconds back]; null: not driven */
static void read_street(tr_json at, tr_street *s, int32_t *n_points, tr_arena *arena)
{
    if (tr_json_length(&at) != 3) {
        if (json_is_array(at.value)) tr_json_fault(&at, "is no street; expected [line, seconds, seconds back]");
        return;
    }
    tr_json line = tr_json_item(&at, 0);
    const char *text = tr_json_text(line, "");
    if (!tr_polyline_decode(arena, text, &s->n_points, &s->lon_lat) || s->n_points < 2)
        tr_json_fault(&line, "should be a polyline of precision 6 with 2 points or more");
    *n_points += s->n_points < TR_ROADS_MOST_POINTS ? s->n_points : TR_ROADS_MOST_POINTS;
    for (size_t d = 0; d < 2; d++) {
        tr_json seconds = tr_json_item(&at, d + 1);
        s->seconds[d] = json_is_null(seconds.value) ? -1 : tr_json_number(seconds, 0, 0, TR_MAX_SECONDS);
    }
}

static void read_streets(tr_json at, tr_roads *r, tr_arena *arena)
{
    size_t n = tr_json_length(&at);
    int32_t n_points = 0;
    if (n > TR_ROADS_MOST_STREETS) {
        tr_json_fault(&at, "has %zu streets; expected at most %d", n, TR_ROADS_MOST_STREETS);
        return;
    }
    r->streets = TR_NEW(arena, tr_street, n);
    for (size_t i = 0; i < n && !enough_faults(&at) && n_points <= TR_ROADS_MOST_POINTS; i++)
        read_street(tr_json_item(&at, i), &r->streets[r->n_streets++], &n_points, arena);
    if (n_points > TR_ROADS_MOST_POINTS)
        tr_json_fault(&at, "its lines have more than %d points", TR_ROADS_MOST_POINTS);
}

/* It may be left out. */
static void read_roads(const tr_json *mode, tr_area_mode *m, tr_arena *arena)
{
    static const char *const known[] = {"seconds", "metres", "streets"};
    tr_json roads = tr_json_at(mode, "roads");
    if (!roads.value || !tr_json_is_object(&roads)) return;
    tr_json_keys(&roads, known, 3);
    m->roads = TR_NEW(arena, tr_roads, 1);
    for (int q = 0; q < TR_QUANTITIES; q++) {
        const double *blend = numbers(tr_json_need(&roads, quantity_names[q]), TR_ROADS_BASIS, -5, 5, arena);
        if (blend) memcpy(m->roads->blend[q], blend, sizeof m->roads->blend[q]);
    }
    tr_json streets = tr_json_need(&roads, "streets");
    if (streets.value) read_streets(streets, m->roads, arena);
}

static void read_mode(tr_json at, const char *name, tr_area *a, tr_arena *arena)
{
    static const char *const known[] = {"curve", "kernel", "blend", "roads", "seconds", "metres"};
    tr_area_mode *m = &a->modes[a->n_modes++];
    m->name = tr_arena_strdup(arena, name);
    if (!tr_json_is_object(&at)) return;
    tr_json_keys(&at, known, 6);
    read_curve(&at, m, arena);
    read_kernel(&at, m);
    read_roads(&at, m, arena);
    for (int q = 0; q < TR_QUANTITIES; q++) {
        read_blend(&at, q, m, arena);
        read_cells(&at, q, (size_t)a->n, m, arena);
    }
    for (size_t k = 0; m->cells[0] && m->cells[1] && k < (size_t)a->n * (size_t)a->n; k++)
        if ((m->cells[0][k] == TR_NO_ROAD) != (m->cells[1][k] == TR_NO_ROAD)) {
            tr_json_fault(&at, "row %zu, cell %zu: null should stand in seconds and metres, or in none",
                          k / (size_t)a->n, k % (size_t)a->n);
            return;
        }
}

static void read_root(json_t *value, const char *path, tr_diag *diag, tr_arena *arena, tr_area *a)
{
    static const char *const known[] = {"tiprun_estimate", "credit", "source", "places", "modes"};
    tr_json root = tr_json_root(value, path, diag);
    if (!tr_json_is_object(&root)) return;
    if (json_integer_value(json_object_get(value, "tiprun_estimate")) != VERSION) {
        tr_json version = tr_json_need(&root, "tiprun_estimate");
        if (version.value) tr_json_fault(&version, "is not 1: this program reads version 1 only");
        return;
    }
    tr_json_keys(&root, known, 5);
    a->credit = tr_arena_strdup(arena, tr_json_text(tr_json_at(&root, "credit"), ""));
    a->source = tr_arena_strdup(arena, tr_json_text(tr_json_at(&root, "source"), ""));
    read_places(tr_json_need(&root, "places"), a, arena);
    tr_json modes = tr_json_need(&root, "modes");
    if (!tr_json_is_object(&modes)) return;
    size_t n = json_object_size(modes.value);
    if (n < 1 || n > MOST_MODES) {
        tr_json_fault(&modes, "holds %zu modes; expected 1 to %d", n, MOST_MODES);
        return;
    }
    a->modes = TR_NEW(arena, tr_area_mode, n);
    const char *name;
    json_t *mode;
    json_object_foreach(modes.value, name, mode) read_mode(tr_json_at(&modes, name), name, a, arena);
}

bool tr_area_read(const char *path, tr_arena *arena, tr_diag *diag, tr_area *area)
{
    int32_t before = diag->n_errors;
    json_t *value = tr_json_file(path, diag);
    *area = (tr_area){0};
    if (!value) return false;
    read_root(value, path, diag, arena, area);
    json_decref(value);
    if (diag->n_errors > before) return false;
    tr_area_lay_out(area, arena);
    for (int32_t k = 0; k < area->n_modes; k++)
        if (area->modes[k].roads) tr_roads_lay_out(area, area->modes[k].roads, arena);
    for (int32_t k = 0; k < area->n_modes; k++)
        if (!tr_area_prepare(area, &area->modes[k], arena))
            tr_diag_add(diag, TR_ERROR, path, tr_arena_printf(diag->arena, "modes.%s", area->modes[k].name),
                        "its cells and kernel give no estimate; calibrate anew");
    return diag->n_errors == before;
}

/* ---- writing ---- */

static void put_text(FILE *out, const char *before, const char *text)
{
    json_t *word = tr_json_string(text);
    char *quoted = json_dumps(word, JSON_ENCODE_ANY);
    fprintf(out, "%s%s", before, quoted ? quoted : "\"\"");
    free(quoted);
    json_decref(word);
}

static void put_number(FILE *out, double value) /* in any locale */
{
    json_t *number = json_real(value);
    char *text = json_dumps(number, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    fputs(text ? text : "0", out);
    free(text);
    json_decref(number);
}

static void put_numbers(FILE *out, const char *before, const double *values, int32_t n)
{
    fprintf(out, "%s[", before);
    for (int32_t i = 0; i < n; i++) {
        if (i) putc(',', out);
        put_number(out, values[i]);
    }
    putc(']', out);
}

static void put_cells(FILE *out, const char *name, const int32_t *cells, int32_t n)
{
    fprintf(out, ",\n\"%s\":[", name);
    for (int32_t i = 0; i < n; i++) {
        fputs(i ? "],\n[" : "\n[", out);
        for (int32_t j = 0; j < n; j++) {
            int32_t cell = cells[(size_t)i * (size_t)n + (size_t)j];
            if (j) putc(',', out);
            if (cell == TR_NO_ROAD)
                fputs("null", out);
            else
                fprintf(out, "%d", cell);
        }
    }
    fputs("]]", out);
}

static void put_street(FILE *out, const tr_street *s)
{
    tr_arena *scratch = tr_arena_new();
    put_text(out, "[", tr_polyline_encode(scratch, s->n_points, s->lon_lat));
    for (int d = 0; d < 2; d++) { /* tenths */
        long long tenths = llround(10 * s->seconds[d]);
        if (s->seconds[d] < 0) fputs(",null", out);
        else fprintf(out, tenths % 10 ? ",%lld.%lld" : ",%lld", tenths / 10, tenths % 10);
    }
    putc(']', out);
    tr_arena_free(scratch);
}

static void put_roads(FILE *out, const tr_roads *r)
{
    put_numbers(out, ",\n\"roads\":{\"seconds\":", r->blend[TR_SECONDS], TR_ROADS_BASIS);
    put_numbers(out, ",\n\"metres\":", r->blend[TR_METRES], TR_ROADS_BASIS);
    fputs(",\n\"streets\":[", out);
    for (int32_t k = 0; k < r->n_streets; k++) {
        fputs(k ? ",\n" : "\n", out);
        put_street(out, &r->streets[k]);
    }
    fputs("]}", out);
}

static void put_mode(FILE *out, const tr_area *a, const tr_area_mode *m)
{
    put_numbers(out, ":{\n\"curve\":{\"straight_m\":", m->straight_m, m->n_knots);
    put_numbers(out, ",\n\"seconds\":", m->curve[TR_SECONDS], m->n_knots);
    put_numbers(out, ",\n\"metres\":", m->curve[TR_METRES], m->n_knots);
    fputs("},\n\"kernel\":{\"length_m\":", out);
    put_number(out, m->kernel.length_m);
    fputs(",\"power\":", out);
    put_number(out, m->kernel.power);
    fputs(",\"noise\":", out);
    put_number(out, m->kernel.noise);
    fputs("},\n\"blend\":{", out);
    for (int q = 0; q < TR_QUANTITIES; q++) {
        fprintf(out, "%s\"%s\":{", q ? ",\n" : "", quantity_names[q]);
        put_numbers(out, "\"shift\":", m->blend[q].shift, TR_AREA_BASIS);
        put_numbers(out, ",\"weight\":", m->blend[q].weight, TR_AREA_BASIS);
        putc('}', out);
    }
    putc('}', out);
    if (m->roads) put_roads(out, m->roads);
    for (int q = 0; q < TR_QUANTITIES; q++) put_cells(out, quantity_names[q], m->cells[q], a->n);
    putc('}', out);
}

tr_status tr_area_write(const char *path, const tr_area *a, tr_err *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_fail(err, TR_EINTERNAL, "%s: out of memory", path);
    fprintf(out, "{\"tiprun_estimate\":%d,\n", VERSION);
    put_text(out, "\"credit\":", a->credit);
    put_text(out, ",\n\"source\":", a->source);
    fputs(",\n\"places\":[", out);
    for (int32_t i = 0; i < a->n; i++) {
        char lat[TR_DEGREES_TEXT], lon[TR_DEGREES_TEXT];
        tr_degrees_print(a->places[i].lat, lat);
        tr_degrees_print(a->places[i].lon, lon);
        fprintf(out, "%s[%s,%s]", i ? ",\n" : "\n", lat, lon);
    }
    fputs("],\n\"modes\":{", out);
    for (int32_t k = 0; k < a->n_modes; k++) {
        put_text(out, k ? ",\n" : "\n", a->modes[k].name);
        put_mode(out, a, &a->modes[k]);
    }
    fputs("}}\n", out);
    bool good = !ferror(out);
    good &= fclose(out) == 0;
    tr_status status =
        good ? tr_file_write(path, text, length, err) : tr_fail(err, TR_EINTERNAL, "%s: out of memory", path);
    free(text);
    return status;
}
