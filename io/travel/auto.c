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

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CANARIES = 5, MOST_AREAS = 20 };

typedef struct { /* places that a server is known again by */
    int32_t n;
    tr_place places[CANARIES];
} canaries;

typedef struct { /* a mode and the server that gave its cells */
    const char *mode, *address;
    int32_t server;          /* k of osrm.h */
    canaries canaries;
    tr_osrm_map map;
} served;

typedef struct {
    tr_osrm *osrm;          /* NULL: no server */
    tr_cache *cache;        /* NULL: none */
    tr_travel *recording;   /* NULL: none */
    tr_estimate *estimate;  /* NULL: roads only */
    int32_t n_served;
    served *served;
    struct { bool recorded, osrm, stale, estimated; } used;
    bool lines_failed;      /* no more lines of legs are asked for */
    const char *not_kept;   /* why there is no cache; told with the first table */
} chain;

/* ---- a server and what is kept of it ---- */

/* Well spread: the first place, then always the one that is farthest from those chosen. */
static canaries choose_canaries(const tr_table *t, tr_arena *scratch)
{
    canaries c = {0};
    double *away = TR_NEW(scratch, double, t->n + 1);
    int32_t next = 0;
    for (int32_t i = 0; i < t->n; i++) away[i] = HUGE_VAL;
    while (c.n < CANARIES && next < t->n && away[next] > 0) {
        const tr_place *p = &t->places[next];
        c.places[c.n++] = *p;
        for (int32_t i = 0; i < t->n; i++) {
            double north = t->places[i].lat - p->lat, east = (t->places[i].lon - p->lon) * cos(p->lat * M_PI / 180);
            away[i] = fmin(away[i], tr_place_same(p, &t->places[i]) ? 0 : north * north + east * east);
        }
        for (int32_t i = 0; i < t->n; i++)
            if (away[i] > away[next]) next = i;
    }
    return c;
}

/* Half a degree or less off: then the two are on the same map, or should be. */
static bool are_near(const canaries *c, const canaries *offered)
{
    return c->n && offered->n && fabs(c->places[0].lat - offered->places[0].lat) < 0.5 &&
           fabs(c->places[0].lon - offered->places[0].lon) < 0.5;
}

/* Those that were kept for this server, the same for each mode.  Canaries of another area would all be moved to the
 * edge of this map and tell nothing, so each area has its own. */
static canaries kept_canaries(chain *h, const char *address, const canaries *offered, tr_arena *scratch, tr_diag *diag)
{
    for (int area = 0; h->cache && area < MOST_AREAS; area++) {
        canaries kept = {.n = offered->n};
        const char *name = area ? tr_arena_printf(scratch, "area %d", area + 1) : "";
        tr_cache_canaries(h->cache, address, name, &kept.n, offered->places, kept.places, diag);
        if (are_near(&kept, offered)) return kept;
    }
    return *offered;
}

typedef struct { /* one server's turn at one table */
    chain *chain;
    int32_t k;
    const char *address;
    canaries canaries;
    tr_osrm_map map;
    char identity[128]; /* of the map: what the server calls it and what it says of the canaries */
    tr_diag *diag;
} visit;

static void warn(tr_diag *diag, const char *where, const tr_err *err)
{
    if (diag) tr_diag_add(diag, TR_WARNING, TR_ROAD_TIMES, where, "%s", err->text);
}

/* A map that was prepared anew with other speeds may bear the same name, so the canaries count as well. */
static tr_status identify(visit *v, const tr_table *t, tr_osrm_map *map, char identity[128], tr_err *err)
{
    TR_TRY(tr_osrm_identify(v->chain->osrm, t->mode, v->k, v->canaries.n, v->canaries.places, map, err));
    snprintf(identity, 128, "%s, %s", map->identity, map->fingerprint);
    return TR_OK;
}

static tr_cache_key key_of(const visit *v, const tr_table *t)
{
    return (tr_cache_key){v->address, v->identity, t->mode, tr_osrm_excluded(v->chain->osrm, t->mode)};
}

static void read_cache(const visit *v, tr_table *t, const tr_table_memory *before)
{
    tr_cache_key key = key_of(v, t);
    if (!v->chain->cache) return;
    tr_cache_read(v->chain->cache, &key, t, v->diag);
    for (size_t i = 0; i < (size_t)t->n * (size_t)t->n; i++)
        if (t->source[i] != before->source[i]) t->cached[i] = true;
}

/* All but the cells of stops that the kerb side cuts off: those are asked, and named, each time. */
static void keep(const visit *v, tr_table *t)
{
    tr_cache_key key = key_of(v, t);
    size_t n = (size_t)t->n;
    if (!v->chain->cache) return;
    tr_arena *scratch = tr_arena_new();
    uint8_t *all = t->source;
    t->source = TR_NEW(scratch, uint8_t, n * n + 1);
    memcpy(t->source, all, n * n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n && tr_osrm_is_loose(v->chain->osrm, t->mode, &t->places[i]); j++)
            if (i != j) t->source[i * n + j] = t->source[j * n + i] = TR_FROM_NOTHING;
    tr_cache_write(v->chain->cache, &key, t, t->day, v->diag);
    t->source = all;
    tr_arena_free(scratch);
}

/* From the cache of this map, then from the server.  On failure what was got stays in the table, and in the cache: a
 * server that fell silent cannot tell whether its map was changed, and there is no waiting for it. */
static tr_status fetch(visit *v, tr_table *t, const tr_table_memory *before, bool *changed, tr_err *err)
{
    chain *h = v->chain;
    tr_osrm_map after;
    char identity[128];
    int64_t asked = 0;
    *changed = false;
    read_cache(v, t, before);
    if (!tr_table_unknown(t) && t->n > 1) return TR_OK;
    tr_status status = tr_osrm_table(h->osrm, v->k, t, &asked, v->diag, err);
    tr_err none;
    bool silent = status && tr_osrm_is_silent(h->osrm, t->mode, v->k);
    if (!silent && !identify(v, t, &after, identity, &none) && strcmp(identity, v->identity)) {
        *changed = true;
        v->map = after;
        memcpy(v->identity, identity, sizeof identity);
        return TR_OK;
    }
    if (asked) keep(v, t);
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
    h->served[h->n_served++] = (served){tr_arena_strdup(travel->arena, t->mode), v->address, v->k, v->canaries, v->map};
}

static bool same_canaries(const canaries *a, const canaries *b)
{
    for (int32_t i = 0; i < a->n && a->n == b->n; i++)
        if (!tr_place_same(&a->places[i], &b->places[i])) return false;
    return a->n == b->n && a->n > 1;
}

/* A server that answers every profile from the same data does so without a word. */
static void compare_profiles(const chain *h, const visit *v, const tr_table *t)
{
    int32_t length = tr_mode_profile_length(t->mode);
    for (int32_t i = 0; i < h->n_served; i++) {
        const served *s = &h->served[i];
        bool same_profile = tr_mode_profile_length(s->mode) == length && !strncmp(s->mode, t->mode, (size_t)length);
        if (same_profile || strcmp(s->map.fingerprint, v->map.fingerprint) || !v->diag) continue;
        if (!same_canaries(&s->canaries, &v->canaries)) continue;
        tr_diag_add(v->diag, TR_WARNING, tr_arena_printf(v->diag->arena, "OSRM at %s", v->address), t->mode,
                    "gives the same times as for %s: both come from the same data; each profile needs a server of its own",
                    s->mode);
        return;
    }
}

static tr_status ask_server(tr_travel *travel, int32_t k, tr_table *t, tr_coverage *c, tr_diag *diag, tr_err *err)
{
    chain *h = travel->state;
    tr_arena *scratch = tr_arena_new();
    visit v = {.chain = h, .k = k, .address = tr_osrm_server(h->osrm, t->mode, k), .diag = diag};
    const canaries offered = choose_canaries(t, scratch);
    v.canaries = kept_canaries(h, v.address, &offered, scratch, diag);
    tr_table_memory before = tr_table_remember(t, scratch);
    bool changed = false;
    tr_status status = identify(&v, t, &v.map, v.identity, err);
    const bool known = !status;
    for (int try = 0; known && try < 2; try++) {
        status = fetch(&v, t, &before, &changed, err);
        if (!changed) break;
        tr_table_restore(t, &before);
        status = tr_fail(err, TR_EROUTING, "OSRM at %s: the map was changed while %s was fetched, again and again", v.address,
                         t->mode);
    }
    bool gave = memcmp(before.source, t->source, (size_t)t->n * (size_t)t->n) || (t->n == 1 && !status);
    tr_arena_free(scratch);
    if (gave) {
        compare_profiles(h, &v, t);
        note_map(h, travel, &v, t, c);
    }
    return status;
}

/* ---- the whole chain ---- */

static int64_t n_unknown(const tr_table *t)
{
    int64_t n = 0;
    for (size_t i = 0; i < (size_t)t->n * (size_t)t->n; i++) n += t->source[i] == TR_FROM_NOTHING;
    return n;
}

static tr_status take_recorded(chain *h, tr_take take, tr_table *t, tr_diag *diag, tr_err *err)
{
    if (!h->recording) return TR_OK;
    int64_t before = n_unknown(t);
    h->recording->take = take;
    TR_TRY(h->recording->table(h->recording, t, NULL, diag, err));
    h->used.recorded |= n_unknown(t) < before;
    return TR_OK;
}

/* One after the other, until all is known.  *last: why the last one failed. */
static void ask_servers(tr_travel *travel, tr_table *t, tr_coverage *c, tr_diag *diag, tr_err *last)
{
    chain *h = travel->state;
    int32_t n_servers = h->osrm ? tr_osrm_n_servers(h->osrm, t->mode) : 0;
    if (h->osrm && !n_servers) {
        tr_fail(last, TR_EROUTING, "no OSRM server is given for profile %.*s; say PROFILE=URL,...",
                (int)tr_mode_profile_length(t->mode), t->mode);
        if (h->estimate) warn(diag, t->mode, last);
    }
    for (int32_t k = 0; k < n_servers && (tr_table_unknown(t) || t->n == 1); k++) {
        bool told = tr_osrm_is_silent(h->osrm, t->mode, k);
        if (told)
            tr_fail(last, TR_EROUTING, "OSRM at %s: gave no answer before", tr_osrm_server(h->osrm, t->mode, k));
        else if (!ask_server(travel, k, t, c, diag, last)) h->used.osrm = true;
        else if (k + 1 < n_servers || h->estimate) warn(diag, t->mode, last);
    }
}

static void take_stale(chain *h, tr_table *t, tr_diag *diag)
{
    int32_t n_servers = h->osrm ? tr_osrm_n_servers(h->osrm, t->mode) : 0;
    const char *server = n_servers ? tr_osrm_server(h->osrm, t->mode, 0) : "";
    const tr_cache_key key = {server, "", t->mode, h->osrm ? tr_osrm_excluded(h->osrm, t->mode) : ""};
    if (h->cache) h->used.stale |= tr_cache_read_stale(h->cache, &key, t, diag) > 0;
}

/* "OSRM at A", or "OSRM at A for van, B for lorry". */
static const char *describe_served(const chain *h, tr_arena *arena)
{
    const char *text = "OSRM at ";
    bool one = true;
    for (int32_t i = 1; i < h->n_served; i++) one &= !strcmp(h->served[i].address, h->served[0].address);
    if (one && h->n_served) return tr_arena_printf(arena, "%s%s", text, h->served[0].address);
    for (int32_t i = 0; i < h->n_served; i++)
        text = tr_arena_printf(arena, "%s%s%s for %s", text, i ? ", " : "", h->served[i].address, h->served[i].mode);
    return text;
}

/* What was used, in the order in which it is asked. */
static const char *describe_used(const chain *h, tr_arena *arena)
{
    const char *const parts[] = {h->used.recorded ? h->recording->description : NULL,
                                 h->n_served ? describe_served(h, arena) : NULL,
                                 h->used.stale ? "an older map, kept in the cache" : NULL,
                                 h->used.estimated ? tr_estimate_describe(h->estimate) : NULL};
    const char *text = "";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i]) text = tr_arena_printf(arena, "%s%s%s", text, *text ? "; " : "", parts[i]);
    return text;
}

static tr_status table(tr_travel *travel, tr_table *t, tr_coverage *c, tr_diag *diag, tr_err *err)
{
    chain *h = travel->state;
    tr_err last = {.code = TR_OK};
    if (h->not_kept && diag) tr_diag_add(diag, TR_WARNING, "", "", "%s", h->not_kept);
    h->not_kept = NULL;
    TR_TRY(take_recorded(h, h->osrm ? TR_TAKE_ROADS : TR_TAKE_ALL, t, diag, err));
    if (tr_table_unknown(t) || t->n == 1) ask_servers(travel, t, c, diag, &last);
    if (tr_table_unknown(t)) {
        if (!h->estimate) return *err = last, last.code;
        TR_TRY(take_recorded(h, TR_TAKE_ALL, t, diag, err));
        take_stale(h, t, diag);
        h->used.estimated |= tr_estimate_table(h->estimate, t, diag) > 0;
    }
    const char *used = describe_used(h, travel->arena);
    if (*used) travel->description = used;
    return TR_OK;
}

/* ---- legs ---- */

/* The server that gave the mode's cells; if none had to be asked, the first that may answer; -1: none. */
static int32_t server_of(const chain *h, const char *mode)
{
    int32_t n_servers = h->osrm && !h->lines_failed ? tr_osrm_n_servers(h->osrm, mode) : 0;
    for (int32_t i = h->n_served - 1; i >= 0 && n_servers; i--)
        if (!strcmp(h->served[i].mode, mode) && !tr_osrm_is_silent(h->osrm, mode, h->served[i].server))
            return h->served[i].server;
    for (int32_t k = 0; k < n_servers && !h->n_served && h->used.recorded; k++)
        if (!tr_osrm_is_silent(h->osrm, mode, k)) return k;
    return -1;
}

/* Runs of legs that have no line yet. */
static tr_status drive(chain *h, int32_t k, const char *mode, const tr_place *places, int32_t n, const int32_t *stops,
                       tr_arena *arena, tr_leg *out, tr_err *err)
{
    for (int32_t i = 0, j; i + 1 < n; i = j) {
        for (j = i; j + 1 < n && out[j].n_points < 2; j++) continue; /* legs i .. j - 1 lack a line */
        if (j > i) TR_TRY(tr_osrm_legs(h->osrm, k, mode, places, j - i + 1, stops + i, arena, out + i, err));
        else j++;
    }
    return TR_OK;
}

static tr_status legs(tr_travel *travel, const char *mode, const tr_place *places, int32_t n, const int32_t *stops,
                      tr_arena *arena, tr_leg *out, tr_diag *diag, tr_err *err)
{
    chain *h = travel->state;
    if (h->recording) TR_TRY(h->recording->legs(h->recording, mode, places, n, stops, arena, out, diag, err));
    int32_t k = server_of(h, mode);
    tr_err fault;
    if (k < 0 || !drive(h, k, mode, places, n, stops, arena, out, &fault)) return TR_OK;
    h->lines_failed = true; /* told once; the times stand */
    if (diag)
        tr_diag_add(diag, TR_WARNING, "road lines", mode, "%s; legs without a line are drawn straight", fault.text);
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
    if (!o->roads_only && o->estimate) {
        TR_TRY(tr_estimate_read(o->estimate, travel->arena, diag, &h->estimate, err));
        if (!travel->credit) travel->credit = tr_estimate_credit(h->estimate);
    }
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
    t->kind = h->osrm        ? TR_FROM_OSRM
              : h->recording ? TR_FROM_RECORDING
              : h->cache     ? TR_FROM_STALE
                             : TR_FROM_ESTIMATE;
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
