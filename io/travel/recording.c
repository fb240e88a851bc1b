/* recording.c -- travel kept in a file: tables, distances from the road, and lines of driven legs.
 *
 * What was recorded from a server reads back to the same cells, so that a morning can be planned
 * again, shown and tested without one.  Places are known again by their coordinates (to a millionth
 * of a degree), never by name or position; what the recording lacks is an error and not a guess.  A
 * table of estimates stays one.  Same travel, same bytes.  Format: docs/format-recording.md.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "json_text.h"
#include "polyline.h"
#include "travel_source.h"
#include "write_file.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, MOST_ERRORS = 20, MOST_PLACES = 20000 };

typedef struct { /* a recorded place, by which others are found */
    int64_t lat, lon; /* tr_micro */
    int32_t index;    /* row in the tables */
} spot;

typedef struct {
    int32_t from, to;
    tr_leg leg;
} recorded_leg;

typedef struct {
    const char *name;
    uint8_t *source;           /* [n * n] */
    int32_t *seconds, *metres; /* [n * n] */
    int32_t n_legs;
    recorded_leg *legs;        /* by from, to */
} recorded_profile;

typedef struct {
    const char *path;
    int32_t n;
    spot *spots;    /* [n] ascending */
    tr_snap *snaps; /* [n] by index */
    int32_t n_profiles;
    recorded_profile *profiles;
} recording;

static int by_spot(const void *a, const void *b)
{
    const spot *s = a, *t = b;
    if (s->lat != t->lat) return s->lat < t->lat ? -1 : 1;
    return s->lon < t->lon ? -1 : s->lon > t->lon;
}

static int by_ends(const void *a, const void *b)
{
    const recorded_leg *s = a, *t = b;
    if (s->from != t->from) return s->from < t->from ? -1 : 1;
    return s->to < t->to ? -1 : s->to > t->to;
}

/* ---- reading ---- */

typedef struct {
    const char *path;
    tr_arena *arena; /* the recording's own */
    tr_diag *diag;   /* NULL allowed */
    tr_err *err;
    int32_t n_errors;
    recording *out;
} reader;

/* Tells a fault; the first one also goes to err.  Always false. */
static bool fault(reader *r, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool fault(reader *r, const char *where, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (r->n_errors++ == 0) tr_fail(r->err, TR_EINPUT, "%s: %s: %s", r->path, where, text);
    if (r->diag && r->n_errors <= MOST_ERRORS) tr_diag_add(r->diag, TR_ERROR, r->path, where, "%s", text);
    return false;
}

#define WHERE(...) tr_arena_printf(r->arena, __VA_ARGS__)

static void warn_unknown(reader *r, const json_t *object, const char *where, const char *const *known,
                         int32_t n_known)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        bool found = false;
        for (int32_t i = 0; i < n_known; i++) found |= !strcmp(key, known[i]);
        if (found || !r->diag) continue;
        const char *near = tr_nearest_word(key, known, n_known);
        tr_diag_add(r->diag, TR_WARNING, r->path, where, "unknown key \"%s\" is not read%s%s%s", key,
                    near ? " (meant \"" : "", near ? near : "", near ? "\"?)" : "");
    }
}

static bool degrees(reader *r, const json_t *object, const char *key, double most, const char *where,
                    double *value)
{
    const json_t *v = json_object_get(object, key);
    *value = json_number_value(v);
    if (json_is_number(v) && fabs(*value) <= most) return true;
    return fault(r, where, "%s should be a number of degrees within +-%g", key, most);
}

static bool read_place(reader *r, const json_t *place, int32_t i)
{
    static const char *const known[] = {"name", "lat", "lon", "snap_lat", "snap_lon", "snap_m"};
    const char *where = WHERE("places[%d]", i);
    double lat, lon;
    tr_snap *snap = &r->out->snaps[i];
    if (!json_is_object(place)) return fault(r, where, "should be an object with lat and lon");
    warn_unknown(r, place, where, known, sizeof known / sizeof *known);
    if (!degrees(r, place, "lat", 90, where, &lat) || !degrees(r, place, "lon", 180, where, &lon))
        return false;
    r->out->spots[i] = (spot){tr_micro(lat), tr_micro(lon), i};
    *snap = (tr_snap){lat, lon, -1};
    const json_t *m = json_object_get(place, "snap_m");
    if (!m) return true;
    snap->m = json_number_value(m);
    if (!json_is_number(m) || !(snap->m >= 0 && snap->m <= TR_MAX_METRES))
        return fault(r, where, "snap_m should be metres within 0 to %d", TR_MAX_METRES);
    return degrees(r, place, "snap_lat", 90, where, &snap->lat) &&
           degrees(r, place, "snap_lon", 180, where, &snap->lon);
}

static bool read_places(reader *r, const json_t *places)
{
    if (!json_is_array(places) || json_array_size(places) > MOST_PLACES)
        return fault(r, "places", "should be a list of at most %d places", MOST_PLACES);
    recording *out = r->out;
    out->n = (int32_t)json_array_size(places);
    out->spots = TR_NEW(r->arena, spot, out->n);
    out->snaps = TR_NEW(r->arena, tr_snap, out->n);
    bool good = true;
    for (int32_t i = 0; i < out->n; i++) good &= read_place(r, json_array_get(places, (size_t)i), i);
    if (!good) return false;
    qsort(out->spots, (size_t)out->n, sizeof *out->spots, by_spot);
    for (int32_t i = 1; i < out->n; i++)
        if (!by_spot(&out->spots[i - 1], &out->spots[i]))
            return fault(r, WHERE("places[%d]", out->spots[i].index),
                         "has the same coordinates as places[%d]", out->spots[i - 1].index);
    return true;
}

static bool read_matrix(reader *r, const json_t *rows, const char *where, int32_t limit, int32_t **cells)
{
    size_t n = (size_t)r->out->n;
    if (!json_is_array(rows) || json_array_size(rows) != n)
        return fault(r, where, "should be a list of %zu rows, one a place", n);
    *cells = TR_NEW(r->arena, int32_t, n * n);
    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);
        if (!json_is_array(row) || json_array_size(row) != n)
            return fault(r, WHERE("%s[%zu]", where, i), "has %zu cells, should have %zu",
                         json_array_size(row), n);
        for (size_t j = 0; j < n; j++) {
            const json_t *cell = json_array_get(row, j);
            json_int_t value = json_is_null(cell) ? TR_NO_ROAD : json_integer_value(cell);
            if (!json_is_null(cell) && (!json_is_integer(cell) || value < 0 || value > limit))
                return fault(r, WHERE("%s[%zu][%zu]", where, i, j),
                             "should be null or a whole number within 0 to %d", limit);
            if (i == j && value != 0)
                return fault(r, WHERE("%s[%zu][%zu]", where, i, j), "should be 0: a place to itself");
            (*cells)[i * n + j] = (int32_t)value;
        }
    }
    return true;
}

/* What each cell was when it was recorded: "estimated" tells of the whole table, "marks" of each cell. */
static bool read_marks(reader *r, const json_t *tables, const char *where, recorded_profile *p)
{
    size_t n = (size_t)r->out->n;
    bool estimated = json_is_true(json_object_get(tables, "estimated"));
    const json_t *rows = json_object_get(tables, "marks");
    p->source = TR_NEW(r->arena, uint8_t, n * n);
    memset(p->source, estimated ? TR_FROM_ESTIMATE : TR_FROM_RECORDING, n * n);
    if (!rows) return true;
    if (!json_is_array(rows) || json_array_size(rows) != n)
        return fault(r, where, "should be a list of %zu texts, one a place", n);
    for (size_t i = 0; i < n; i++) {
        const char *row = json_string_value(json_array_get(rows, i));
        if (!row || strlen(row) != n || strspn(row, ".es") != n)
            return fault(r, WHERE("%s[%zu]", where, i), "should be %zu of the letters . e s", n);
        for (size_t j = 0; j < n; j++)
            p->source[i * n + j] = row[j] == 'e'   ? TR_FROM_ESTIMATE
                                   : row[j] == 's' ? TR_FROM_STALE
                                                   : TR_FROM_RECORDING;
    }
    return true;
}

static bool read_tables(reader *r, const json_t *matrices, recorded_profile *p)
{
    const json_t *tables = json_object_get(matrices, p->name);
    const char *where = WHERE("matrices.%s", p->name);
    if (!json_is_object(tables)) return fault(r, where, "should be an object with seconds and metres");
    if (!read_matrix(r, json_object_get(tables, "seconds"), WHERE("%s.seconds", where), TR_MAX_SECONDS,
                     &p->seconds) ||
        !read_matrix(r, json_object_get(tables, "metres"), WHERE("%s.metres", where), TR_MAX_METRES,
                     &p->metres) ||
        !read_marks(r, tables, WHERE("%s.marks", where), p))
        return false;
    size_t n = (size_t)r->out->n;
    for (size_t i = 0; i < n * n; i++)
        if ((p->seconds[i] == TR_NO_ROAD) != (p->metres[i] == TR_NO_ROAD))
            return fault(r, WHERE("%s.metres[%zu][%zu]", where, i / n, i % n),
                         "should be null exactly where seconds are null");
    return true;
}

/* A count that may be null, -1 then. */
static bool read_count(const json_t *value, int32_t limit, int64_t *count)
{
    *count = json_is_integer(value) ? json_integer_value(value) : -1;
    return !value || json_is_null(value) || (json_is_integer(value) && *count >= 0 && *count <= limit);
}

static bool read_leg(reader *r, const json_t *value, const char *where, recorded_leg *out)
{
    static const char *const known[] = {"from", "to", "seconds", "metres", "estimated", "line", "steps"};
    int64_t from, to;
    tr_leg *leg = &out->leg;
    if (!json_is_object(value)) return fault(r, where, "should be an object with from, to and line");
    warn_unknown(r, value, where, known, sizeof known / sizeof *known);
    if (!read_count(json_object_get(value, "from"), r->out->n - 1, &from) || from < 0 ||
        !read_count(json_object_get(value, "to"), r->out->n - 1, &to) || to < 0)
        return fault(r, where, "from and to should be positions in places, within 0 to %d", r->out->n - 1);
    out->from = (int32_t)from;
    out->to = (int32_t)to;
    if (!read_count(json_object_get(value, "seconds"), TR_MAX_SECONDS, &leg->seconds) ||
        !read_count(json_object_get(value, "metres"), TR_MAX_METRES, &leg->metres))
        return fault(r, where, "seconds and metres should be null or whole numbers within 0 to %d and %d",
                     TR_MAX_SECONDS, TR_MAX_METRES);
    leg->estimated = json_is_true(json_object_get(value, "estimated"));
    const char *line = json_string_value(json_object_get(value, "line"));
    if (!line || !tr_polyline_decode(r->arena, line, &leg->n_points, &leg->lon_lat) || leg->n_points < 2)
        return fault(r, where, "line should be a polyline of precision 6 with 2 points or more");
    const json_t *steps = json_object_get(value, "steps");
    const char **words = TR_NEW(r->arena, const char *, json_array_size(steps));
    if (steps && !json_is_array(steps)) return fault(r, where, "steps should be a list of texts");
    for (size_t i = 0; i < json_array_size(steps); i++) {
        words[i] = tr_arena_strdup(r->arena, json_string_value(json_array_get(steps, i)));
        if (!words[i]) return fault(r, where, "steps[%zu] should be a text", i);
    }
    leg->n_steps = (int32_t)json_array_size(steps);
    leg->steps = words;
    return true;
}

static bool read_legs(reader *r, const json_t *legs, recorded_profile *p)
{
    const json_t *list = json_object_get(legs, p->name);
    if (list && !json_is_array(list)) return fault(r, WHERE("legs.%s", p->name), "should be a list of legs");
    p->legs = TR_NEW(r->arena, recorded_leg, json_array_size(list));
    for (size_t i = 0; i < json_array_size(list); i++)
        if (read_leg(r, json_array_get(list, i), WHERE("legs.%s[%zu]", p->name, i), &p->legs[p->n_legs]))
            p->n_legs++;
    qsort(p->legs, (size_t)p->n_legs, sizeof *p->legs, by_ends);
    for (int32_t i = 1; i < p->n_legs; i++)
        if (!by_ends(&p->legs[i - 1], &p->legs[i]))
            return fault(r, WHERE("legs.%s", p->name), "the leg from %d to %d is there twice",
                         p->legs[i].from, p->legs[i].to);
    return true;
}

static void read_profiles(reader *r, const json_t *root)
{
    const json_t *names = json_object_get(root, "profiles");
    const json_t *matrices = json_object_get(root, "matrices"), *legs = json_object_get(root, "legs");
    recording *out = r->out;
    if (!json_is_array(names) || json_array_size(names) == 0) {
        fault(r, "profiles", "should be a list of one name or more");
        return;
    }
    out->profiles = TR_NEW(r->arena, recorded_profile, json_array_size(names));
    for (size_t i = 0; i < json_array_size(names); i++) {
        recorded_profile *p = &out->profiles[out->n_profiles];
        *p = (recorded_profile){.name =
                                    tr_arena_strdup(r->arena, json_string_value(json_array_get(names, i)))};
        if (!p->name) fault(r, WHERE("profiles[%zu]", i), "should be a text");
        else if (read_tables(r, matrices, p) && read_legs(r, legs, p)) out->n_profiles++;
    }
}

static void read_root(reader *r, const json_t *root, tr_travel *travel)
{
    static const char *const known[] = {"tiprun_recording", "credit",   "source", "profiles",
                                        "places",           "matrices", "legs"};
    const json_t *version = json_object_get(root, "tiprun_recording");
    if (!json_is_object(root) || json_integer_value(version) != VERSION) {
        fault(r, "tiprun_recording", version ? "this program reads version 1 only"
                                             : "is missing: this is no recording of travel");
        return;
    }
    warn_unknown(r, root, "", known, sizeof known / sizeof *known);
    const char *source = json_string_value(json_object_get(root, "source"));
    travel->origin = tr_arena_strdup(r->arena, source ? source : "unknown");
    travel->credit = tr_arena_strdup(r->arena, json_string_value(json_object_get(root, "credit")));
    if (read_places(r, json_object_get(root, "places"))) read_profiles(r, root);
}

/* ---- the source ---- */

static const char reading_hint[] =
    "make a recording that holds it from an OSRM server, or use estimated travel";

/* The rows of places[0..n-1], -1 for those that the recording lacks; these are counted, the first is named. */
static tr_status find_rows(const recording *rec, const tr_place *places, int32_t n, int32_t *rows,
                           tr_err *err)
{
    int32_t n_lacking = 0, first = -1;
    for (int32_t i = 0; i < n; i++) {
        spot key = {tr_micro(places[i].lat), tr_micro(places[i].lon), 0};
        const spot *s = bsearch(&key, rec->spots, (size_t)rec->n, sizeof *rec->spots, by_spot);
        if (!s && n_lacking++ == 0) first = i;
        rows[i] = s ? s->index : -1;
    }
    if (!n_lacking) return TR_OK;
    char more[40] = "";
    if (n_lacking > 1) snprintf(more, sizeof more, " and %d more places", n_lacking - 1);
    return tr_fail(err, TR_EROUTING, "%s: the recording lacks %s (lat %.6f, lon %.6f)%s; %s", rec->path,
                   places[first].name, places[first].lat, places[first].lon, more, reading_hint);
}

static tr_status find_profile(const recording *rec, const char *name, const recorded_profile **found,
                              tr_err *err)
{
    for (int32_t i = 0; i < rec->n_profiles; i++) {
        *found = &rec->profiles[i];
        if (!strcmp(name, rec->profiles[i].name)) return TR_OK;
    }
    *found = NULL;
    return tr_fail(err, TR_EROUTING, "%s: the recording lacks profile %s (it holds %s%s); %s", rec->path,
                   name, rec->profiles[0].name, rec->n_profiles > 1 ? ", ..." : "", reading_hint);
}

static void take_cells(const tr_travel *travel, const recorded_profile *p, const int32_t *rows, tr_table *t)
{
    const recording *rec = travel->state;
    for (int32_t i = 0; i < t->n; i++) {
        if (rows[i] < 0) continue;
        if (t->snaps[i].m < 0) t->snaps[i] = rec->snaps[rows[i]];
        for (int32_t j = 0; j < t->n; j++) {
            if (rows[j] < 0) continue;
            size_t cell = (size_t)i * t->n + j, recorded = (size_t)rows[i] * rec->n + rows[j];
            if (t->source[cell] != TR_FROM_NOTHING) continue;
            if (travel->take == TR_TAKE_ROADS && p->source[recorded] != TR_FROM_RECORDING) continue;
            t->seconds[cell] = p->seconds[recorded];
            t->metres[cell] = p->metres[recorded];
            t->source[cell] = p->source[recorded];
        }
    }
}

static tr_status table(tr_travel *travel, tr_table *t, tr_coverage *coverage, tr_diag *diag, tr_err *err)
{
    (void)coverage, (void)diag;
    const recording *rec = travel->state;
    const recorded_profile *p = NULL;
    tr_arena *scratch = tr_arena_new();
    int32_t *rows = TR_NEW(scratch, int32_t, t->n);
    tr_status status = find_profile(rec, t->mode, &p, err);
    if (!status) status = find_rows(rec, t->places, t->n, rows, err);
    if (travel->take != TR_TAKE_ALL_OR_FAIL) status = TR_OK;
    if (!status && p) take_cells(travel, p, rows, t);
    tr_arena_free(scratch);
    return status;
}

static tr_leg copy_leg(tr_arena *arena, const tr_leg *leg)
{
    tr_leg copy = *leg;
    const char **steps =
        tr_arena_grow(arena, leg->steps, (size_t)leg->n_steps, (size_t)leg->n_steps, sizeof *steps);
    for (int32_t i = 0; i < leg->n_steps; i++) steps[i] = tr_arena_strdup(arena, steps[i]);
    size_t n = 2 * (size_t)leg->n_points;
    copy.steps = steps;
    copy.lon_lat = tr_arena_grow(arena, leg->lon_lat, n, n, sizeof *leg->lon_lat);
    return copy;
}

static tr_status legs(tr_travel *travel, const char *profile, const tr_place *places, int32_t n,
                      const int32_t *stops, tr_arena *arena, tr_leg *out, tr_diag *diag, tr_err *err)
{
    (void)diag;
    const recording *rec = travel->state;
    const recorded_profile *p = NULL;
    bool all = travel->take == TR_TAKE_ALL_OR_FAIL;
    tr_status status = find_profile(rec, profile, &p, err);
    if (status) return all ? status : TR_OK;
    for (int32_t k = 0; k + 1 < n; k++) {
        int32_t ends[2] = {-1, -1};
        status = find_rows(rec, &places[stops[k]], 1, &ends[0], err);
        if (!status) status = find_rows(rec, &places[stops[k + 1]], 1, &ends[1], err);
        if (status && all) return status;
        if (status) continue;
        recorded_leg key = {.from = ends[0], .to = ends[1]};
        const recorded_leg *found = bsearch(&key, p->legs, (size_t)p->n_legs, sizeof *p->legs, by_ends);
        if (found) {
            out[k] = copy_leg(arena, &found->leg);
            continue;
        }
        out[k].seconds = p->seconds[(size_t)ends[0] * rec->n + ends[1]]; /* TR_NO_ROAD is -1, unknown */
        out[k].metres = p->metres[(size_t)ends[0] * rec->n + ends[1]];
    }
    return TR_OK;
}

/* TR_EINPUT: the file cannot be read or is no good recording; err has the first fault, diag (NULL
 * allowed) has them all, as errors, and warnings of unknown keys. */
tr_status tr_travel_open_recording(const char *path, tr_diag *diag, tr_travel **travel, tr_err *err)
{
    FILE *file = fopen(path, "rb");
    if (!file) return tr_fail(err, TR_EINPUT, "%s: cannot read: %s", path, strerror(errno));
    json_error_t bad;
    json_t *root = json_loadf(file, JSON_REJECT_DUPLICATES, &bad);
    fclose(file);
    if (!root)
        return tr_fail(err, TR_EINPUT, "%s: line %d, column %d: not JSON: %s", path, bad.line, bad.column,
                       bad.text);
    tr_travel *t = tr_travel_new();
    recording *rec = TR_NEW(t->arena, recording, 1);
    rec->path = tr_arena_strdup(t->arena, path);
    reader r = {.path = rec->path, .arena = t->arena, .diag = diag, .err = err, .out = rec};
    read_root(&r, root, t);
    json_decref(root);
    if (r.n_errors) {
        tr_travel_close(t);
        return TR_EINPUT;
    }
    t->kind = TR_FROM_RECORDING;
    t->file = rec->path;
    t->description = tr_arena_printf(t->arena, "recording %s of %s", path, t->origin);
    t->state = rec;
    t->table = table;
    t->legs = legs;
    *travel = t;
    return TR_OK;
}

int32_t tr_recording_places(const tr_travel *travel, const tr_place **places)
{
    const recording *rec = travel->state;
    tr_place *out = TR_NEW(travel->arena, tr_place, rec->n);
    for (int32_t i = 0; i < rec->n; i++)
        out[i] = (tr_place){.name = "", .kind = TR_PLACE_STOP, .lat = (double)rec->spots[i].lat / 1e6,
                            .lon = (double)rec->spots[i].lon / 1e6};
    *places = out;
    return rec->n;
}

int32_t tr_recording_legs(const tr_travel *travel, const char *mode, const tr_recorded_leg **legs,
                          const tr_place **places)
{
    const recording *rec = travel->state;
    int32_t n = 0, *spot_of = TR_NEW(travel->arena, int32_t, tr_recording_places(travel, places));
    tr_recorded_leg *out = NULL;
    for (int32_t i = 0; i < rec->n; i++) spot_of[rec->spots[i].index] = i;
    for (int32_t p = 0; p < rec->n_profiles; p++) {
        const recorded_profile *profile = &rec->profiles[p];
        if (strcmp(profile->name, mode) != 0) continue;
        out = TR_NEW(travel->arena, tr_recorded_leg, profile->n_legs);
        for (n = 0; n < profile->n_legs; n++)
            out[n] = (tr_recorded_leg){p, spot_of[profile->legs[n].from], spot_of[profile->legs[n].to], profile->legs[n].leg};
    }
    *legs = out;
    return n;
}

int32_t tr_recording_n_modes(const tr_travel *travel)
{
    return ((const recording *)travel->state)->n_profiles;
}

const char *tr_recording_mode(const tr_travel *travel, int32_t k)
{
    return ((const recording *)travel->state)->profiles[k].name;
}

/* ---- writing ---- */

static void put_text(FILE *out, const char *text)
{
    json_t *word = tr_json_string(text);
    char *quoted = json_dumps(word, JSON_ENCODE_ANY);
    fputs(quoted ? quoted : "null", out);
    free(quoted);
    json_decref(word);
}

static void put_key(FILE *out, const char *before, const char *key)
{
    fputs(before, out);
    put_text(out, key);
    putc(':', out);
}

static void put_degrees(FILE *out, const char *key, double degrees)
{
    char text[TR_DEGREES_TEXT];
    tr_degrees_print(degrees, text);
    fprintf(out, ",\"%s\":%s", key, text);
}

static void put_count(FILE *out, const char *key, int64_t count)
{
    if (count < 0) fprintf(out, ",\"%s\":null", key);
    else fprintf(out, ",\"%s\":%lld", key, (long long)count);
}

/* Places without repeats of their coordinates: rows[] are the places written, row_of[i] is where
 * place i went. */
static int32_t distinct(const tr_morning *morning, tr_arena *arena, int32_t *rows, int32_t *row_of)
{
    int32_t n = morning->n_places, n_rows = 0;
    spot *spots = TR_NEW(arena, spot, n);
    for (int32_t i = 0; i < n; i++)
        spots[i] = (spot){tr_micro(morning->places[i].lat), tr_micro(morning->places[i].lon), i};
    int32_t *first = TR_NEW(arena, int32_t, n); /* the first place with the coordinates of place i */
    qsort(spots, (size_t)n, sizeof *spots, by_spot);
    for (int32_t i = 0, j; i < n; i = j) {
        int32_t lowest = spots[i].index;
        for (j = i; j < n && !by_spot(&spots[i], &spots[j]); j++)
            if (spots[j].index < lowest) lowest = spots[j].index;
        for (int32_t k = i; k < j; k++) first[spots[k].index] = lowest;
    }
    for (int32_t i = 0; i < n; i++) {
        if (first[i] == i) rows[n_rows++] = i;
        row_of[i] = first[i] == i ? n_rows - 1 : row_of[first[i]];
    }
    return n_rows;
}

static void put_places(FILE *out, const tr_morning *morning, int32_t n, const int32_t *rows)
{
    for (int32_t i = 0; i < n; i++) {
        const tr_place *p = &morning->places[rows[i]];
        put_key(out, i ? ",\n{" : "\n{", "name");
        put_text(out, p->name);
        put_degrees(out, "lat", p->lat);
        put_degrees(out, "lon", p->lon);
        if (p->snap_m >= 0) {
            long long tenths = llround(p->snap_m * 10);
            put_degrees(out, "snap_lat", p->snap_lat);
            put_degrees(out, "snap_lon", p->snap_lon);
            fprintf(out, ",\"snap_m\":%lld.%lld", tenths / 10, tenths % 10);
        }
        putc('}', out);
    }
}

static void put_cells(FILE *out, const char *key, const int32_t *cells, int32_t n_places, int32_t n,
                      const int32_t *rows)
{
    fprintf(out, "\"%s\":[", key);
    for (int32_t i = 0; i < n; i++) {
        fputs(i ? "],\n[" : "\n[", out);
        for (int32_t j = 0; j < n; j++) {
            int32_t cell = cells[(size_t)rows[i] * n_places + rows[j]];
            if (j) putc(',', out);
            if (cell == TR_NO_ROAD) fputs("null", out);
            else fprintf(out, "%d", cell);
        }
    }
    fputs(n ? "]]" : "]", out);
}

/* Every cell with a road an estimate, or some marked. */
static bool are_estimates(const tr_travel_matrix *m, int32_t n, bool *marked)
{
    bool all = true;
    *marked = false;
    for (size_t i = 0; m->source && i < (size_t)n * (size_t)n; i++) {
        if (i % ((size_t)n + 1) == 0) continue;
        bool mark = m->source[i] == TR_FROM_ESTIMATE || m->source[i] == TR_FROM_STALE;
        *marked |= mark;
        all &= m->source[i] == TR_FROM_ESTIMATE || m->seconds[i] == TR_NO_ROAD;
    }
    return !m->source || (all && *marked);
}

static void put_marks(FILE *out, const tr_travel_matrix *m, int32_t n_places, int32_t n, const int32_t *rows)
{
    fputs(",\n\"marks\":[", out);
    for (int32_t i = 0; i < n; i++) {
        fputs(i ? "\",\n\"" : "\n\"", out);
        for (int32_t j = 0; j < n; j++) {
            uint8_t source = m->source[(size_t)rows[i] * n_places + rows[j]];
            putc(i == j ? '.' : source == TR_FROM_ESTIMATE ? 'e' : source == TR_FROM_STALE ? 's' : '.', out);
        }
    }
    fputs("\"]", out);
}

static void put_tables(FILE *out, const tr_morning *morning, int32_t n, const int32_t *rows)
{
    for (int32_t p = 0; p < morning->problem.n_profiles; p++) {
        const tr_travel_matrix *m = &morning->problem.travel[p];
        bool marked, estimated = are_estimates(m, morning->n_places, &marked);
        put_key(out, p ? ",\n" : "\n", m->profile);
        fputs(estimated ? "{\"estimated\":true," : "{", out);
        put_cells(out, "seconds", m->seconds, morning->n_places, n, rows);
        fputs(",\n", out);
        put_cells(out, "metres", m->metres, morning->n_places, n, rows);
        if (marked && !estimated) put_marks(out, m, morning->n_places, n, rows);
        putc('}', out);
    }
}

static void put_leg(FILE *out, const recorded_leg *l, tr_arena *arena)
{
    fprintf(out, "{\"from\":%d,\"to\":%d", l->from, l->to);
    put_count(out, "seconds", l->leg.seconds);
    put_count(out, "metres", l->leg.metres);
    if (l->leg.estimated) fputs(",\"estimated\":true", out);
    put_key(out, ",", "line");
    put_text(out, tr_polyline_encode(arena, l->leg.n_points, l->leg.lon_lat));
    fputs(",\"steps\":[", out);
    for (int32_t i = 0; i < l->leg.n_steps; i++) {
        if (i) putc(',', out);
        put_text(out, l->leg.steps[i]);
    }
    fputs("]}", out);
}

/* The legs of one profile, each pair of places once and in order, none from a place to itself. */
static void put_legs(FILE *out, int32_t profile, int32_t n_legs, const tr_recorded_leg *legs,
                     const int32_t *row_of, tr_arena *arena)
{
    recorded_leg *own = TR_NEW(arena, recorded_leg, n_legs);
    int32_t n = 0;
    for (int32_t i = 0; i < n_legs; i++)
        if (legs[i].profile == profile && row_of[legs[i].from] != row_of[legs[i].to] &&
            legs[i].leg.n_points >= 2)
            own[n++] = (recorded_leg){row_of[legs[i].from], row_of[legs[i].to], legs[i].leg};
    qsort(own, (size_t)n, sizeof *own, by_ends);
    for (int32_t i = 0; i < n; i++) {
        if (i && !by_ends(&own[i - 1], &own[i])) continue;
        fputs(i ? ",\n" : "\n", out);
        put_leg(out, &own[i], arena);
    }
}

static void put_recording(FILE *out, const tr_travel *travel, const tr_morning *morning, int32_t n_legs,
                          const tr_recorded_leg *legs, const char *credit, tr_arena *arena)
{
    int32_t *rows = TR_NEW(arena, int32_t, morning->n_places),
            *row_of = TR_NEW(arena, int32_t, morning->n_places);
    int32_t n = distinct(morning, arena, rows, row_of);
    if (!credit && travel) credit = travel->credit;
    const char *source = travel ? travel->origin ? travel->origin : travel->description : "unknown";
    fprintf(out, "{\"tiprun_recording\":%d,\n\"credit\":", VERSION);
    put_text(out, credit ? credit : "");
    put_key(out, ",\n", "source");
    put_text(out, source);
    fputs(",\n\"profiles\":[", out);
    for (int32_t p = 0; p < morning->problem.n_profiles; p++) {
        if (p) putc(',', out);
        put_text(out, morning->problem.travel[p].profile);
    }
    fputs("],\n\"places\":[", out);
    put_places(out, morning, n, rows);
    fputs("],\n\"matrices\":{", out);
    put_tables(out, morning, n, rows);
    fputs("},\n\"legs\":{", out);
    for (int32_t p = 0; p < morning->problem.n_profiles; p++) {
        put_key(out, p ? ",\n" : "\n", morning->problem.travel[p].profile);
        putc('[', out);
        put_legs(out, p, n_legs, legs, row_of, arena);
        putc(']', out);
    }
    fputs("}}\n", out);
}

/* credit NULL: that of the recording travelled by, if it is one.  travel may be NULL: source unknown. */
tr_status tr_travel_record(const char *path, const tr_travel *travel, const tr_morning *morning,
                           int32_t n_legs, const tr_recorded_leg *legs, const char *credit, tr_err *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_fail(err, TR_EINTERNAL, "%s: out of memory", path);
    tr_arena *arena = tr_arena_new();
    put_recording(out, travel, morning, n_legs, legs, credit, arena);
    tr_arena_free(arena);
    bool good = !ferror(out);
    good &= fclose(out) == 0;
    tr_status status = good ? tr_file_write(path, text, length, err)
                            : tr_fail(err, TR_EINTERNAL, "%s: out of memory", path);
    free(text);
    return status;
}
