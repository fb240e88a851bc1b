/* osrm_route.c -- the legs of a route: their lines, their seconds as in the table, turn instructions.
 *
 * With continue_straight=false a route through many stops takes as long as the cells of the table say; by default
 * OSRM would forbid turning round at a stop.  A route longer than the server allows is cut into pieces that share a
 * stop, all in flight together; a piece with a gap is cut in half, down to single legs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "osrm_client.h"
#include "osrm_words.h"

#include <math.h>
#include <string.h>

typedef struct { /* stops[first .. first + n - 1] of what is driven */
    int32_t first, n;
} piece;

typedef struct {
    tr_osrm *osrm;
    tr_osrm_address *address;
    const char *mode;
    const tr_place *places;
    tr_arena *arena, *scratch;
    const int32_t *stops;   /* each differs from the one before */
    tr_leg *const *legs;    /* legs[k] leads from stops[k] to stops[k + 1] */
    int32_t n_pending, room;
    piece *pending;
} drive;

typedef struct {
    piece piece;
    tr_osrm_question question;
} job;

static void add_piece(drive *d, int32_t first, int32_t n)
{
    if (n < 2) return;
    if (d->n_pending == d->room) {
        int32_t room = d->room ? 2 * d->room : 16;
        d->pending = tr_arena_grow(d->scratch, d->pending, (size_t)d->room, (size_t)room, sizeof *d->pending);
        d->room = room;
    }
    d->pending[d->n_pending++] = (piece){first, n};
}

/* ---- an answer ---- */

static bool take_number(const json_t *value, int32_t limit, int64_t *out)
{
    double v = json_number_value(value);
    if (v < 0 && v > -1) v = 0;
    if (!json_is_number(value) || !(v >= 0 && v <= limit)) return false;
    *out = tr_half_up(v);
    return true;
}

/* Points and words of one leg from its steps; a point that repeats the one before is left out. */
static tr_status read_steps(const drive *d, const tr_osrm_question *q, const json_t *steps, int32_t number, tr_leg *leg,
                            tr_err *err)
{
    size_t n_steps = json_array_size(steps), most = 0, n = 0;
    for (size_t s = 0; s < n_steps; s++)
        most += json_array_size(json_object_get(json_object_get(json_array_get(steps, s), "geometry"), "coordinates"));
    if (n_steps == 0 || most < 2) return tr_osrm_refuse(q, err, "leg %d has no steps with a line", number);
    double *line = TR_NEW(d->arena, double, 2 * most);
    const char **words = TR_NEW(d->arena, const char *, n_steps);
    for (size_t s = 0; s < n_steps; s++) {
        const json_t *step = json_array_get(steps, s);
        const json_t *points = json_object_get(json_object_get(step, "geometry"), "coordinates");
        words[s] = tr_osrm_step_words(d->arena, step);
        for (size_t i = 0; i < json_array_size(points); i++) {
            const json_t *x = json_array_get(json_array_get(points, i), 0), *y = json_array_get(json_array_get(points, i), 1);
            double lon = json_number_value(x), lat = json_number_value(y);
            if (!json_is_number(x) || !json_is_number(y) || fabs(lon) > 180 || fabs(lat) > 90)
                return tr_osrm_refuse(q, err, "leg %d, step %zu, point %zu is no longitude and latitude", number, s, i);
            if (n >= 1 && line[2 * n - 2] == lon && line[2 * n - 1] == lat) continue;
            line[2 * n] = lon, line[2 * n + 1] = lat;
            n++;
        }
    }
    if (n == 1) line[2] = line[0], line[3] = line[1], n = 2; /* two places at one point of the road */
    leg->n_points = (int32_t)n;
    leg->lon_lat = line;
    leg->n_steps = (int32_t)n_steps;
    leg->steps = words;
    return TR_OK;
}

static tr_status read_route(const drive *d, const job *j, tr_err *err)
{
    const tr_osrm_question *q = &j->question;
    const json_t *list = json_object_get(json_array_get(json_object_get(q->root, "routes"), 0), "legs");
    int32_t n_legs = j->piece.n - 1;
    if (json_array_size(list) != (size_t)n_legs)
        return tr_osrm_refuse(q, err, "route has %zu legs, not %d", json_array_size(list), n_legs);
    for (int32_t k = 0; k < n_legs; k++) {
        const json_t *leg = json_array_get(list, (size_t)k);
        tr_leg read = {0};
        if (!take_number(json_object_get(leg, "duration"), TR_MAX_SECONDS, &read.seconds))
            return tr_osrm_refuse(q, err, "leg %d has no duration within 0 to %d", k, TR_MAX_SECONDS);
        if (!take_number(json_object_get(leg, "distance"), TR_MAX_METRES, &read.metres))
            return tr_osrm_refuse(q, err, "leg %d has no distance within 0 to %d", k, TR_MAX_METRES);
        TR_TRY(read_steps(d, q, json_object_get(leg, "steps"), k, &read, err));
        *d->legs[j->piece.first + k] = read;
    }
    return TR_OK;
}

/* ---- rounds ---- */

static void ask(drive *d, piece p)
{
    job *j = TR_NEW(d->scratch, job, 1);
    const int32_t *at = d->stops + p.first;
    j->piece = p;
    j->question = (tr_osrm_question){
        .address = d->address, .mode = d->mode, .service = "route", .places = d->places, .n = p.n, .at = at,
        .what = tr_arena_printf(d->scratch, "route of %s from %s to %s (%d points)", d->mode, d->places[at[0]].name,
                                d->places[at[p.n - 1]].name, p.n)};
    tr_osrm_send(d->osrm, &j->question, d->scratch);
}

/* An end of a leg without a road on the kerb side: this one is driven to from either side.  False: it was before. */
static bool loosen_ends(drive *d, piece p)
{
    tr_osrm *o = d->osrm;
    bool any = false;
    for (int32_t k = 0; k < 2 && tr_mode_kerb(d->mode); k++) {
        const tr_place *place = &d->places[d->stops[p.first + k]];
        if (place->kind != TR_PLACE_STOP || tr_osrm_is_loose(o, d->mode, place)) continue;
        o->loose = tr_arena_grow(o->arena, o->loose, (size_t)o->n_loose, (size_t)o->n_loose + 1, sizeof *o->loose);
        o->loose[o->n_loose++] =
            (tr_osrm_loose){tr_arena_strdup(o->arena, d->mode), tr_micro(place->lat), tr_micro(place->lon)};
        any = true;
    }
    return any;
}

static tr_status settle(drive *d, tr_osrm_question *q, tr_err *err)
{
    job *j = (job *)((char *)q - offsetof(job, question));
    piece p = j->piece;
    tr_status status;
    switch (q->verdict) {
    case TR_FINE:
        status = read_route(d, j, err);
        json_decref(q->root);
        return status;
    case TR_REFUSED: return *err = q->err, q->err.code;
    case TR_TOO_BIG:
        if (p.n == 2) return tr_osrm_refuse(q, err, "even a route of two points is too big for the server");
        if ((p.n + 1) / 2 < d->address->points) d->address->points = p.n > 3 ? (p.n + 1) / 2 : 2;
        add_piece(d, p.first, p.n);
        return TR_OK;
    default: break; /* a gap */
    }
    if (p.n == 2 && loosen_ends(d, p)) add_piece(d, p.first, 2);
    if (p.n == 2) return TR_OK; /* it stays unknown */
    add_piece(d, p.first, p.n / 2 + 1);
    add_piece(d, p.first + p.n / 2, p.n - p.n / 2);
    return TR_OK;
}

static tr_status go(drive *d, tr_err *err)
{
    tr_status status = TR_OK;
    while (d->n_pending && !status) {
        int32_t n = d->n_pending;
        piece *now = d->pending;
        d->pending = NULL, d->n_pending = d->room = 0;
        for (int32_t i = 0; i < n; i++) {
            int32_t most = d->address->points, legs = now[i].n - 1, pieces = (legs + most - 2) / (most - 1);
            for (int32_t k = 0; k < pieces; k++) {
                int32_t from = (int32_t)((int64_t)legs * k / pieces), to = (int32_t)((int64_t)legs * (k + 1) / pieces);
                ask(d, (piece){now[i].first + from, to - from + 1});
            }
        }
        for (tr_osrm_question *q; !status && (q = tr_osrm_receive(d->osrm));) status = settle(d, q, err);
    }
    if (status) tr_osrm_abandon(d->osrm);
    return status;
}

tr_status tr_osrm_legs(tr_osrm *o, int32_t k, const char *mode, const tr_place *places, int32_t n, const int32_t *stops,
                       tr_arena *arena, tr_leg *legs, tr_err *err)
{
    tr_arena *scratch = tr_arena_new();
    int32_t *through = TR_NEW(scratch, int32_t, n), n_through = 1;
    tr_leg **asked = TR_NEW(scratch, tr_leg *, n);
    through[0] = stops[0];
    for (int32_t i = 0; i + 1 < n; i++) { /* a leg within one place is left out */
        if (tr_place_same(&places[stops[i]], &places[stops[i + 1]])) continue;
        asked[n_through - 1] = &legs[i];
        through[n_through++] = stops[i + 1];
    }
    drive d = {.osrm = o, .address = tr_osrm_address_of(o, mode, k), .mode = mode, .places = places, .arena = arena,
               .scratch = scratch, .stops = through, .legs = asked};
    add_piece(&d, 0, n_through);
    tr_status status = go(&d, err);
    tr_arena_free(scratch);
    return status;
}
