/* auto.c -- sources of travel one after the other, cell by cell, so that a plan comes out whatever a server does:
 * recording, cache of the map that the server has now, server, cache of older maps (stale), estimate.
 *
 * A server's map is told apart by its data_version or by what it says of a few canary places, asked before the fetch
 * and after it: cells of a map that was changed in between are thrown away.  A source that fails is a warning, and the
 * next one is asked.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache.h"
#include "estimate.h"
#include "osrm.h"

#include <stdlib.h>
#include <string.h>

enum { CANARIES = 5, MOST_MAPS = 8 };

typedef struct { /* a mode and the server that gave its cells */
    const char *mode;
    int32_t server;          /* k of osrm.h; -1: none answered */
    tr_osrm_map map;
} served;

typedef struct {
    tr_osrm *osrm;          /* NULL: no server */
    tr_cache *cache;        /* NULL: none */
    tr_travel *recording;   /* NULL: none */
    tr_estimate *estimate;  /* NULL: roads only */
    int32_t n_served;
    served *served;
    const char *not_kept;   /* why there is no cache; told with the first table */
    const char *cache_path;
} chain;

/* ---- how much is still to be known ---- */

static bool anything_unknown(const tr_table *t)
{
    return memchr(t->source, TR_FROM_NOTHING, (size_t)t->n * (size_t)t->n) != NULL;
}

typedef struct { /* a table as it was */
    uint8_t *source;
    tr_snap *snaps;
} memory;

static memory remember(const tr_table *t, tr_arena *arena)
{
    size_t cells = (size_t)t->n * (size_t)t->n;
    memory m = {TR_NEW(arena, uint8_t, cells + 1), TR_NEW(arena, tr_snap, t->n + 1)};
    memcpy(m.source, t->source, cells);
    memcpy(m.snaps, t->snaps, (size_t)t->n * sizeof *m.snaps);
    return m;
}

static void forget(tr_table *t, const memory *m)
{
    for (size_t i = 0; i < (size_t)t->n * (size_t)t->n; i++)
        if (t->source[i] != m->source[i]) t->seconds[i] = t->metres[i] = TR_NO_ROAD, t->source[i] = m->source[i];
    memcpy(t->snaps, m->snaps, (size_t)t->n * sizeof *m->snaps);
}

/* ---- a server and what is kept of it ---- */

/* Depots and sites first, as they are there every day; then stops, spread over the list. */
static int32_t choose_canaries(const tr_table *t, tr_place *chosen)
{
    int32_t n = 0, stops = 0;
    for (int32_t i = 0; i < t->n; i++) {
        stops += t->places[i].kind == TR_PLACE_STOP;
        if (t->places[i].kind != TR_PLACE_STOP && n < CANARIES - 1) chosen[n++] = t->places[i];
    }
    int32_t wanted = CANARIES - n < stops ? CANARIES - n : stops;
    for (int32_t i = 0, k = 0, seen = 0; i < t->n && k < wanted; i++) {
        if (t->places[i].kind != TR_PLACE_STOP) continue;
        if (seen++ == (int64_t)k * stops / wanted) chosen[n++] = t->places[i], k++;
    }
    return n;
}

typedef struct { /* one server's turn at one table */
    chain *chain;
    int32_t k;
    const char *address;
    tr_place canaries[CANARIES];
    int32_t n_canaries;
    tr_osrm_map map;
    tr_diag *diag;
} visit;

static void warn(tr_diag *diag, const char *where, const tr_err *err)
{
    if (diag) tr_diag_add(diag, TR_WARNING, TR_ROAD_TIMES, where, "%s", err->text);
}

static tr_status identify(visit *v, const tr_table *t, tr_osrm_map *map, tr_err *err)
{
    return tr_osrm_identify(v->chain->osrm, t->mode, v->k, v->n_canaries, v->canaries, map, err);
}

static tr_cache_key key_of(const visit *v, const tr_table *t)
{
    return (tr_cache_key){v->address, v->map.identity, t->mode, tr_osrm_excluded(v->chain->osrm, t->mode)};
}

/* From the cache of this map, then from the server.  On failure what was got stays in the table; it is kept for
 * later only if the map is still the one that it began with. */
static tr_status fetch(visit *v, tr_table *t, tr_coverage *c, bool *changed, tr_err *err)
{
    chain *h = v->chain;
    tr_cache_key key = key_of(v, t);
    tr_osrm_map after = {0};
    int64_t asked = 0;
    *changed = false;
    int64_t cached = h->cache ? tr_cache_read(h->cache, &key, t, v->diag) : 0;
    if (!anything_unknown(t) && t->n > 1) return c->cached += cached, TR_OK;
    tr_status status = tr_osrm_table(h->osrm, v->k, t, &asked, v->diag, err);
    tr_err silent; /* it may answer no more: what it gave stands then, but is not kept */
    bool answers = !identify(v, t, &after, &silent), same = answers && !strcmp(after.identity, v->map.identity);
    if (answers && !same) {
        *changed = true;
        v->map = after;
        return TR_OK;
    }
    c->cached += cached, c->asked += asked;
    if (h->cache && same) tr_cache_write(h->cache, &key, t, t->day, v->diag);
    return status;
}

static void note_map(chain *h, tr_travel *travel, const visit *v, const tr_table *t, tr_coverage *c)
{
    tr_map *maps = TR_NEW(travel->arena, tr_map, c->n_maps + 1);
    if (c->n_maps) memcpy(maps, c->maps, (size_t)c->n_maps * sizeof *maps);
    maps[c->n_maps++] = (tr_map){v->address, tr_arena_strdup(travel->arena, v->map.identity),
                                 *v->map.version ? tr_arena_strdup(travel->arena, v->map.version) : NULL, v->map.map_day};
    c->maps = maps;
    h->served = tr_arena_grow(travel->arena, h->served, (size_t)h->n_served, (size_t)h->n_served + 1, sizeof *h->served);
    h->served[h->n_served++] = (served){tr_arena_strdup(travel->arena, t->mode), v->k, v->map};
}

/* A server that answers every profile from the same data does so without a word. */
static void compare_profiles(const chain *h, const visit *v, const tr_table *t)
{
    int32_t length = tr_mode_profile_length(t->mode);
    for (int32_t i = 0; i < h->n_served; i++) {
        const served *s = &h->served[i];
        bool same_profile = tr_mode_profile_length(s->mode) == length && !strncmp(s->mode, t->mode, (size_t)length);
        if (same_profile || strcmp(s->map.fingerprint, v->map.fingerprint) || !v->diag) continue;
        tr_diag_add(v->diag, TR_WARNING, TR_ROAD_TIMES, t->mode,
                    "OSRM at %s gives %s the same times as %s: it answers both from the same data; each profile needs its "
                    "own server", v->address, t->mode, s->mode);
        return;
    }
}

/* True if the server gave something. */
static bool ask_server(tr_travel *travel, int32_t k, tr_table *t, tr_coverage *c, tr_diag *diag, tr_err *err)
{
    chain *h = travel->state;
    tr_arena *scratch = tr_arena_new();
    visit v = {.chain = h, .k = k, .address = tr_osrm_server(h->osrm, t->mode, k), .diag = diag};
    tr_place offered[CANARIES];
    v.n_canaries = choose_canaries(t, offered);
    memcpy(v.canaries, offered, sizeof offered);
    if (h->cache) tr_cache_canaries(h->cache, v.address, t->mode, &v.n_canaries, offered, v.canaries, diag);
    memory before = remember(t, scratch);
    bool changed = false;
    tr_status status = identify(&v, t, &v.map, err);
    const bool known = !status;
    for (int try = 0; known && try < 2; try++) {
        status = fetch(&v, t, c, &changed, err);
        if (!changed) break;
        forget(t, &before);
        status = tr_fail(err, TR_EROUTING, "OSRM at %s: the map was changed while %s was fetched, again and again", v.address,
                         t->mode);
    }
    tr_arena_free(scratch);
    if (known && !changed) {
        compare_profiles(h, &v, t);
        note_map(h, travel, &v, t, c);
    }
    return !status;
}

/* ---- the whole chain ---- */

static tr_status take_recorded(chain *h, tr_take take, tr_table *t, tr_coverage *c, tr_diag *diag, tr_err *err)
{
    if (!h->recording) return TR_OK;
    h->recording->take = take;
    return h->recording->table(h->recording, t, take == TR_TAKE_ALL ? c : NULL, diag, err);
}

static void take_stale(chain *h, tr_table *t, tr_coverage *c, tr_diag *diag)
{
    if (!h->cache || !h->estimate) return;
    const tr_cache_key any = {"", "", t->mode, h->osrm ? tr_osrm_excluded(h->osrm, t->mode) : ""};
    c->stale += tr_cache_read_stale(h->cache, &any, t, diag);
}

static tr_status table(tr_travel *travel, tr_table *t, tr_coverage *c, tr_diag *diag, tr_err *err)
{
    chain *h = travel->state;
    int32_t n_servers = h->osrm ? tr_osrm_n_servers(h->osrm, t->mode) : 0;
    tr_err last = {.text = "no server is given for this profile"};
    if (h->not_kept && diag) tr_diag_add(diag, TR_WARNING, "", "", "%s", h->not_kept);
    h->not_kept = NULL;
    TR_TRY(take_recorded(h, h->osrm ? TR_TAKE_ROADS : TR_TAKE_ALL, t, c, diag, err));
    for (int32_t k = 0; k < n_servers && (anything_unknown(t) || t->n == 1); k++) {
        if (ask_server(travel, k, t, c, diag, &last)) continue;
        if (k + 1 < n_servers || h->estimate) warn(diag, t->mode, &last);
    }
    if (!anything_unknown(t)) return TR_OK;
    if (!h->estimate) {
        if (!n_servers)
            return tr_fail(err, TR_EROUTING, "no OSRM server is given for profile %.*s; say PROFILE=URL,...",
                           (int)tr_mode_profile_length(t->mode), t->mode);
        return *err = last, last.code;
    }
    TR_TRY(take_recorded(h, TR_TAKE_ALL, t, c, diag, err));
    take_stale(h, t, c, diag);
    tr_estimate_table(h->estimate, t);
    return TR_OK;
}

/* ---- legs ---- */

static int32_t server_of(const chain *h, const char *mode)
{
    for (int32_t i = h->n_served - 1; i >= 0; i--)
        if (!strcmp(h->served[i].mode, mode)) return h->served[i].server;
    return -1;
}

/* Runs of legs that have no line yet, from the server that gave the cells. */
static tr_status drive(chain *h, int32_t k, const char *mode, const tr_place *places, int32_t n, const int32_t *stops,
                       tr_arena *arena, tr_leg *out, tr_err *err)
{
    for (int32_t i = 0, j; i + 1 < n; i = j) {
        for (j = i + 1; j < n && (out[j - 1].n_points >= 2) == (out[i].n_points >= 2); j++) continue;
        j--; /* legs i .. j - 1 are alike */
        if (j == i) j = i + 1;
        if (out[i].n_points < 2) TR_TRY(tr_osrm_legs(h->osrm, k, mode, places, j - i + 1, stops + i, arena, out + i, err));
    }
    return TR_OK;
}

static tr_status legs(tr_travel *travel, const char *mode, const tr_place *places, int32_t n, const int32_t *stops,
                      tr_arena *arena, tr_leg *out, tr_diag *diag, tr_err *err)
{
    chain *h = travel->state;
    int32_t k = h->osrm ? server_of(h, mode) : -1;
    if (h->recording) TR_TRY(h->recording->legs(h->recording, mode, places, n, stops, arena, out, diag, err));
    if (k < 0) return TR_OK;
    tr_status status = drive(h, k, mode, places, n, stops, arena, out, err);
    if (!status || !h->estimate) return status;
    warn(diag, mode, err); /* the lines are drawn straight, the times stand */
    return TR_OK;
}

/* ---- opening ---- */

static void close_chain(tr_travel *travel)
{
    chain *h = travel->state;
    tr_osrm_close(h->osrm);
    tr_cache_close(h->cache);
    tr_travel_close(h->recording);
}

static const char *describe(const tr_travel *travel, const chain *h)
{
    const char *text = "";
    if (h->recording) text = h->recording->description;
    if (h->osrm) text = tr_arena_printf(travel->arena, "%s%s%s", text, *text ? "; " : "", tr_osrm_describe(h->osrm));
    if (!*text && h->estimate) return tr_estimate_describe(h->estimate);
    return text;
}

static tr_status open_parts(const tr_travel_options *o, tr_travel *travel, chain *h, tr_diag *diag, tr_err *err)
{
    tr_err cache_err;
    if (o->recording) {
        TR_TRY(tr_travel_open_recording(o->recording, diag, &h->recording, err));
        travel->file = h->recording->file;
        travel->credit = h->recording->credit;
    }
    if (o->osrm.n_servers) TR_TRY(tr_osrm_open(&o->osrm, &h->osrm, err));
    if (!o->roads_only && o->estimate) TR_TRY(tr_estimate_read(o->estimate, travel->arena, diag, &h->estimate, err));
    if (!o->roads_only && !o->estimate) TR_TRY(tr_estimate_assumed(0, 0, travel->arena, &h->estimate, err));
    if (o->cache && tr_cache_open(o->cache, diag, &h->cache, &cache_err))
        h->not_kept = tr_arena_strdup(travel->arena, cache_err.text);
    return TR_OK;
}

tr_status tr_travel_open(const tr_travel_options *options, tr_diag *diag, tr_travel **travel, tr_err *err)
{
    tr_travel *t = tr_travel_new();
    chain *h = TR_NEW(t->arena, chain, 1);
    t->state = h;
    t->close = close_chain;
    tr_status status = open_parts(options, t, h, diag, err);
    if (status) {
        tr_travel_close(t);
        return status;
    }
    t->kind = h->osrm ? TR_FROM_OSRM : h->recording ? TR_FROM_RECORDING : TR_FROM_ESTIMATE;
    t->origin = h->recording && !h->osrm ? h->recording->origin : NULL;
    t->description = describe(t, h);
    t->table = table;
    t->legs = legs;
    *travel = t;
    return TR_OK;
}

tr_status tr_travel_open_osrm(const tr_osrm_options *options, tr_travel **travel, tr_err *err)
{
    if (!options->n_servers) return tr_fail(err, TR_EINPUT, "no OSRM server is given");
    const tr_travel_options all = {.osrm = *options, .roads_only = true};
    return tr_travel_open(&all, NULL, travel, err);
}
