/* cache.c -- see cache.h; what is in the file: docs/format-cache.md.
 *
 * The cells that lead away from one place lie in one row of the table `way`, packed and ascending by the
 * place they lead to, so that a thousand places are read by a thousand look-ups.  A row is merged and
 * written back in the same transaction, so two programs at once lose nothing.  Whatever is read is
 * checked like any other input.
 *
 * A fault is told once.  After one in writing nothing more is kept, but reading goes on; after one in reading
 * the cache is silent: its functions fill nothing and keep nothing.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CELL = TR_CACHE_CELL,
    MOST_CELLS = TR_CACHE_MOST_CELLS,
    LONG_ROW = 10000,       /* cells, from which on those that lead to forgotten places are looked for */
    MOST_FORGOTTEN = 20000, /* rows a write; the next write goes on */
    KEEP_DAYS = 400,
    KEEP_MAPS = 3,
    TIDY_EVERY_DAYS = 30
};

char *tr_cache_path_default(tr_arena *arena)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache == '/') return tr_arena_printf(arena, "%s/tiprun/travel.sqlite", cache);
    if (home && *home == '/') return tr_arena_printf(arena, "%s/.cache/tiprun/travel.sqlite", home);
    return NULL;
}

/* ---- places and maps of the file ---- */

typedef struct { /* a place of a table by its number in the file */
    int64_t id;  /* -1: the file does not have it */
    int32_t index;
} known;

static int by_id(const void *a, const void *b)
{
    const known *x = a, *y = b;
    if (x->id != y->id) return x->id < y->id ? -1 : 1;
    return x->index - y->index;
}

/* The table's places that the file has, ascending; ids[i] is that of place i.  With a day the others are
 * made, and all are marked as used on it. */
static bool find_places(tr_cache *c, const tr_table *t, const int32_t *day, tr_arena *arena, int64_t *ids,
                        known **list, int32_t *n)
{
    sqlite3_stmt *find = tr_cache_prepare(c, "SELECT id FROM place WHERE lat = ? AND lon = ?");
    sqlite3_stmt *make =
        day ? tr_cache_prepare(c,
                               "INSERT INTO place (lat, lon, used) VALUES (?, ?, ?) ON CONFLICT (lat, lon) "
                               "DO UPDATE SET used = max(used, excluded.used)")
            : NULL;
    bool good = find && (make || !day);
    *list = TR_NEW(arena, known, t->n);
    *n = 0;
    for (int32_t i = 0; good && i < t->n; i++) {
        int64_t lat = tr_micro(t->places[i].lat), lon = tr_micro(t->places[i].lon);
        ids[i] = -1;
        if (make) {
            tr_cache_bind(make, "iii", lat, lon, (int64_t)*day);
            good = tr_cache_step(c, make) == SQLITE_DONE;
            if (!good) break;
        }
        tr_cache_bind(find, "ii", lat, lon);
        int code = tr_cache_step(c, find);
        good = tr_cache_is_good(code);
        if (code != SQLITE_ROW) continue;
        ids[i] = sqlite3_column_int64(find, 0);
        (*list)[(*n)++] = (known){ids[i], i};
        if (ids[i] <= 0 || ids[i] > UINT32_MAX)
            good = tr_cache_found_damaged(c); /* cells have no room for it */
    }
    sqlite3_finalize(find);
    sqlite3_finalize(make);
    qsort(*list, (size_t)*n, sizeof **list, by_id);
    return good;
}

/* -1: the file has no cells of the key. */
static int64_t find_map(tr_cache *c, const tr_cache_key *k)
{
    sqlite3_stmt *s = tr_cache_prepare(
        c, "SELECT id FROM map WHERE server = ? AND identity = ? AND mode = ? AND exclude = ?");
    if (!s) return -1;
    tr_cache_bind(s, "tttt", k->server, k->identity, k->mode, k->exclude);
    int64_t id = tr_cache_step(c, s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
    sqlite3_finalize(s);
    return id;
}

/* ---- reading ---- */

static uint32_t unpack(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void pack(unsigned char *p, uint32_t value)
{
    for (int k = 0; k < 4; k++) p[k] = (unsigned char)(value >> 8 * k);
}

static bool is_cell(int64_t seconds, int64_t metres)
{
    if (seconds == TR_NO_ROAD || metres == TR_NO_ROAD) return seconds == metres;
    return seconds >= 0 && seconds <= TR_MAX_SECONDS && metres >= 0 && metres <= TR_MAX_METRES;
}

/* One row of the file into row `from` of the table.  False if the row is not as we write it. */
static bool take_row(tr_table *t, int32_t from, const unsigned char *cells, int bytes, const known *list,
                     int32_t n, uint8_t source, int64_t *filled)
{
    if (!cells || bytes % CELL) return bytes == 0;
    int64_t before = -1;
    int32_t k = 0;
    for (int at = 0; at < bytes; at += CELL) {
        int64_t to = unpack(cells + at);
        if (to <= before) return false;
        before = to;
        while (k < n && list[k].id < to) k++;
        for (int32_t m = k; m < n && list[m].id == to; m++) {
            int32_t seconds = (int32_t)unpack(cells + at + 4), metres = (int32_t)unpack(cells + at + 8);
            size_t cell = (size_t)from * (size_t)t->n + (size_t)list[m].index;
            if (!is_cell(seconds, metres)) return false;
            if (t->source[cell] != TR_FROM_NOTHING) continue;
            t->seconds[cell] = seconds, t->metres[cell] = metres, t->source[cell] = source;
            ++*filled;
        }
    }
    return true;
}

static bool read_snaps(tr_cache *c, int64_t map, tr_table *t, const int64_t *ids)
{
    int code = SQLITE_DONE;
    sqlite3_stmt *s = tr_cache_prepare(c, "SELECT lat, lon, m FROM snap WHERE map = ? AND place = ?");
    for (int32_t i = 0; s && i < t->n && tr_cache_is_good(code); i++) {
        if (ids[i] < 0 || t->snaps[i].m >= 0) continue;
        tr_cache_bind(s, "ii", map, ids[i]);
        code = tr_cache_step(c, s);
        if (code != SQLITE_ROW) continue;
        double lat = sqlite3_column_double(s, 0), lon = sqlite3_column_double(s, 1),
               m = sqlite3_column_double(s, 2);
        if (sqlite3_column_type(s, 2) == SQLITE_NULL)
            t->snaps[i] = (tr_snap){.m = HUGE_VAL}; /* no road at all */
        else if (fabs(lat) <= 90 && fabs(lon) <= 180 && m >= 0 && m < TR_MAX_METRES)
            t->snaps[i] = (tr_snap){lat, lon, m};
    }
    sqlite3_finalize(s);
    return s && tr_cache_is_good(code);
}

static bool read_map(tr_cache *c, int64_t map, uint8_t source, tr_table *t, const int64_t *ids,
                     const known *list, int32_t n, int64_t *filled)
{
    int64_t filled_before = *filled;
    sqlite3_stmt *s = tr_cache_prepare(c, "SELECT cells FROM way WHERE map = ? AND place = ?");
    bool good = s;
    for (int32_t i = 0; good && i < t->n; i++) {
        if (ids[i] < 0) continue;
        tr_cache_bind(s, "ii", map, ids[i]);
        int code = tr_cache_step(c, s);
        good = tr_cache_is_good(code);
        if (code != SQLITE_ROW) continue;
        const unsigned char *cells = sqlite3_column_blob(s, 0);
        if (!take_row(t, i, cells, sqlite3_column_bytes(s, 0), list, n, source, filled))
            good = tr_cache_found_damaged(c);
    }
    sqlite3_finalize(s);
    return good && (*filled == filled_before || read_snaps(c, map, t, ids));
}

/* Reads from the maps that sql yields for the texts of the key, in its order.  One transaction, so that what
 * is read belongs together, and the file is locked once and not a thousand times. */
static int64_t read_maps(tr_cache *c, const char *sql, const tr_cache_key *k, uint8_t source, tr_table *t,
                         tr_diag *diag)
{
    if (c->off) return 0;
    tr_arena *arena = tr_arena_new();
    tr_table_memory was = tr_table_remember(t, arena);
    int64_t *ids = TR_NEW(arena, int64_t, t->n + 1), filled = 0;
    known *list;
    int32_t n;
    int code = SQLITE_DONE;
    bool good = tr_cache_run(c, "BEGIN");
    sqlite3_stmt *maps = good ? tr_cache_prepare(c, sql) : NULL;
    good = maps && find_places(c, t, NULL, arena, ids, &list, &n);
    if (good) tr_cache_bind(maps, "tttt", k->mode, k->exclude, k->server, k->identity);
    while (good && n && tr_table_unknown(t) && (code = tr_cache_step(c, maps)) == SQLITE_ROW)
        good = read_map(c, sqlite3_column_int64(maps, 0), source, t, ids, list, n, &filled);
    sqlite3_finalize(maps);
    tr_cache_undo(c); /* nothing was written */
    if (!good || !tr_cache_is_good(code)) {
        if (c->damaged)
            tr_table_restore(t, &was), filled = 0, tr_cache_replace(c, diag); /* what a damaged file gave is not believed */
        else
            tr_cache_stop_reading(c, diag);
    }
    tr_arena_free(arena);
    return filled;
}

int64_t tr_cache_read(tr_cache *c, const tr_cache_key *k, tr_table *t, tr_diag *diag)
{
    static const char sql[] =
        "SELECT id FROM map WHERE mode = ?1 AND exclude = ?2 AND server = ?3 AND identity = ?4";
    return read_maps(c, sql, k, TR_FROM_OSRM, t, diag);
}

int64_t tr_cache_read_stale(tr_cache *c, const tr_cache_key *k, tr_table *t, tr_diag *diag)
{
    static const char sql[] =
        "SELECT id FROM map WHERE mode = ?1 AND exclude = ?2 AND NOT (server = ?3 AND identity = ?4) "
        "ORDER BY server <> ?3, seen DESC, id DESC";
    return read_maps(c, sql, k, TR_FROM_STALE, t, diag);
}

/* ---- writing ---- */

typedef struct { /* what writing a table needs, from row to row */
    tr_cache *cache;
    const tr_table *table;
    int64_t map;
    const int64_t *ids;
    const known *list; /* all places of the table */
    int32_t n;
    int64_t n_living; /* places of the file; -1: long rows are not looked through now */
    int64_t *living;  /* ascending */
    sqlite3_stmt *get, *put;
    unsigned char *merged; /* grows */
    size_t room;
} keeping;

static bool is_row(const unsigned char *cells, size_t bytes)
{
    for (size_t at = CELL; at < bytes; at += CELL)
        if (unpack(cells + at) <= unpack(cells + at - CELL)) return false;
    return bytes % CELL == 0;
}

/* The row of place `from` merged with the row that is there: the table's cells stand. */
static size_t merge(keeping *k, int32_t from, const unsigned char *old, size_t bytes)
{
    const tr_table *t = k->table;
    size_t at = 0, n = 0;
    for (int32_t i = 0; i < k->n; i++) {
        size_t cell = (size_t)from * (size_t)t->n + (size_t)k->list[i].index;
        bool twice = i && k->list[i].id == k->list[i - 1].id; /* two places at one point */
        if (twice || t->source[cell] != TR_FROM_OSRM || k->list[i].index == from) continue;
        if (!is_cell(t->seconds[cell], t->metres[cell])) continue; /* would not be taken back */
        while (at < bytes && unpack(old + at) < k->list[i].id)
            memcpy(k->merged + n, old + at, CELL), n += CELL, at += CELL;
        if (at < bytes && unpack(old + at) == k->list[i].id) at += CELL;
        pack(k->merged + n, (uint32_t)k->list[i].id);
        pack(k->merged + n + 4, (uint32_t)t->seconds[cell]);
        pack(k->merged + n + 8, (uint32_t)t->metres[cell]);
        n += CELL;
    }
    if (!n) return 0; /* nothing of this row is new */
    memcpy(k->merged + n, old + at, bytes - at);
    return n + bytes - at;
}

/* Without the cells that lead to forgotten places. */
static size_t shorten(keeping *k, size_t bytes)
{
    size_t n = 0;
    int64_t i = 0;
    for (size_t at = 0; at < bytes; at += CELL) {
        while (i < k->n_living && k->living[i] < unpack(k->merged + at)) i++;
        if (i == k->n_living || k->living[i] != unpack(k->merged + at)) continue;
        memmove(k->merged + n, k->merged + at, CELL);
        n += CELL;
    }
    return n;
}

static bool keep_row(keeping *k, int32_t from)
{
    static const unsigned char none[1];
    tr_cache_bind(k->get, "ii", k->map, k->ids[from]);
    int code = tr_cache_step(k->cache, k->get);
    if (!tr_cache_is_good(code)) return false;
    const unsigned char *old = code == SQLITE_ROW ? sqlite3_column_blob(k->get, 0) : NULL;
    size_t bytes = old ? (size_t)sqlite3_column_bytes(k->get, 0) : 0, most = bytes + (size_t)k->n * CELL;
    if (!is_row(old ? old : none, bytes)) return tr_cache_found_damaged(k->cache);
    if (most > k->room) {
        unsigned char *larger = realloc(k->merged, most);
        if (!larger) return tr_cache_note(k->cache, SQLITE_NOMEM), false;
        k->merged = larger, k->room = most;
    }
    size_t n = merge(k, from, old ? old : none, bytes);
    if (k->n_living >= 0 && n > (size_t)LONG_ROW * CELL) n = shorten(k, n);
    if (!n || n > (size_t)MOST_CELLS * CELL || (n == bytes && !memcmp(k->merged, old, n))) return true;
    tr_cache_bind(k->put, "ii", k->map, k->ids[from]);
    sqlite3_bind_blob64(k->put, 3, k->merged, n, SQLITE_STATIC);
    return tr_cache_step(k->cache, k->put) == SQLITE_DONE;
}

static bool keep_rows(keeping *k)
{
    k->get = tr_cache_prepare(k->cache, "SELECT cells FROM way WHERE map = ? AND place = ?");
    k->put = tr_cache_prepare(k->cache, "INSERT OR REPLACE INTO way (map, place, cells) VALUES (?, ?, ?)");
    bool good = k->get && k->put;
    for (int32_t i = 0; good && i < k->n; i++)
        if (!i || k->list[i].id != k->list[i - 1].id) good = keep_row(k, k->list[i].index);
    sqlite3_finalize(k->get);
    sqlite3_finalize(k->put);
    free(k->merged);
    return good;
}

static bool keep_snaps(tr_cache *c, int64_t map, const tr_table *t, const int64_t *ids)
{
    sqlite3_stmt *s =
        tr_cache_prepare(c, "INSERT OR REPLACE INTO snap (map, place, lat, lon, m) VALUES (?, ?, ?, ?, ?)");
    bool good = s;
    for (int32_t i = 0; good && i < t->n; i++) {
        if (t->snaps[i].m < 0) continue;
        tr_cache_bind(s, "ii", map, ids[i]);
        sqlite3_bind_double(s, 3, t->snaps[i].lat);
        sqlite3_bind_double(s, 4, t->snaps[i].lon);
        if (isinf(t->snaps[i].m))
            sqlite3_bind_null(s, 5);
        else
            sqlite3_bind_double(s, 5, t->snaps[i].m);
        good = tr_cache_step(c, s) == SQLITE_DONE;
    }
    sqlite3_finalize(s);
    return good;
}

/* `seen` grows with each write, so that the latest map is known without a clock. */
static int64_t make_map(tr_cache *c, const tr_cache_key *k)
{
    sqlite3_stmt *s = tr_cache_prepare(
        c, "INSERT INTO map (server, identity, mode, exclude, seen) VALUES (?, ?, ?, ?, "
           "(SELECT coalesce(max(seen), 0) + 1 FROM map)) ON CONFLICT (mode, exclude, server, "
           "identity) DO UPDATE SET seen = (SELECT max(seen) + 1 FROM map)");
    if (!s) return -1;
    tr_cache_bind(s, "tttt", k->server, k->identity, k->mode, k->exclude);
    int code = tr_cache_step(c, s);
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? find_map(c, k) : -1;
}

/* Places long unused, and all but the latest maps of a server; then what hangs on them, no more at once than
 * is quick. A number of a place is never given again, so cells that lead to a forgotten one are without meaning. */
static bool forget(tr_cache *c, int32_t day)
{
    char sql[1200];
    snprintf(sql, sizeof sql,
             "DELETE FROM map WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER"
             " (PARTITION BY server, mode, exclude ORDER BY seen DESC) AS rank FROM map) WHERE rank > %d);"
             "DELETE FROM place WHERE used < %d;"
             "DELETE FROM snap WHERE (map, place) IN (SELECT map, place FROM snap WHERE"
             " map NOT IN (SELECT id FROM map) OR place NOT IN (SELECT id FROM place) LIMIT %d);"
             "DELETE FROM way WHERE rowid IN (SELECT rowid FROM way WHERE"
             " map NOT IN (SELECT id FROM map) OR place NOT IN (SELECT id FROM place) LIMIT %d)",
             KEEP_MAPS, day - KEEP_DAYS, MOST_FORGOTTEN, MOST_FORGOTTEN);
    return tr_cache_run(c, sql);
}

static bool list_living(tr_cache *c, keeping *k, tr_arena *arena)
{
    int code;
    int64_t n = tr_cache_number(c, "SELECT count(*) FROM place", &code);
    sqlite3_stmt *s = code == SQLITE_OK ? tr_cache_prepare(c, "SELECT id FROM place ORDER BY id") : NULL;
    if (!s) return false;
    k->living = TR_NEW(arena, int64_t, n + 1);
    for (k->n_living = 0; k->n_living < n && (code = tr_cache_step(c, s)) == SQLITE_ROW; k->n_living++)
        k->living[k->n_living] = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return k->n_living == n;
}

/* Now and then something is forgotten.  A plan for a day far ahead, or for one before, moves the day and
 * forgets nothing: a mistaken date shall not cost a year of road times. */
static bool tidy(tr_cache *c, int32_t day, keeping *k, tr_arena *arena)
{
    int code;
    char sql[100];
    int64_t last = tr_cache_number(
        c, "SELECT coalesce(max(day), -1) FROM tidied WHERE day BETWEEN 0 AND 10000000", &code);
    if (code != SQLITE_OK) return false;
    if (last >= 0 && day >= last && day < last + TIDY_EVERY_DAYS) return true;
    if (last >= 0 && day >= last && day <= last + KEEP_DAYS) {
        int before = sqlite3_total_changes(c->db);
        if (!forget(c, day) || !list_living(c, k, arena)) return false;
        if (sqlite3_total_changes(c->db) - before >= MOST_FORGOTTEN) return true; /* the next write goes on */
    }
    snprintf(sql, sizeof sql, "DELETE FROM tidied; INSERT INTO tidied VALUES (%d)", day);
    return tr_cache_run(c, sql);
}

static bool write_table(tr_cache *c, const tr_cache_key *key, const tr_table *t, int32_t day)
{
    tr_arena *arena = tr_arena_new();
    int64_t *ids = TR_NEW(arena, int64_t, t->n + 1);
    known *list;
    keeping k = {.cache = c, .table = t, .ids = ids, .n_living = -1};
    bool good = tr_cache_run(c, "BEGIN IMMEDIATE") && (k.map = make_map(c, key)) >= 0 &&
                find_places(c, t, &day, arena, ids, &list, &k.n) && tidy(c, day, &k, arena);
    if (good) k.list = list;
    good = good && keep_rows(&k) && keep_snaps(c, k.map, t, ids) && tr_cache_run(c, "COMMIT");
    tr_arena_free(arena);
    return good;
}

static bool anything_to_keep(const tr_table *t)
{
    for (int32_t i = 0; i < t->n; i++)
        for (int32_t j = 0; j < t->n; j++)
            if (i != j && t->source[(size_t)i * (size_t)t->n + (size_t)j] == TR_FROM_OSRM) return true;
    return false;
}

void tr_cache_write(tr_cache *c, const tr_cache_key *key, const tr_table *t, int32_t day, tr_diag *diag)
{
    if (c->off || c->unkept || !anything_to_keep(t)) return;
    if (sqlite3_db_readonly(c->db, "main") == 1) {
        c->unkept = true;
        if (diag)
            tr_diag_add(diag, TR_WARNING, c->path, "",
                        "the cache of road times may only be read: nothing new is kept");
        return;
    }
    for (int try = 0; try < 2 && !c->off && !c->unkept; try++) {
        if (write_table(c, key, t, day)) return;
        tr_cache_undo(c);
        if (!c->damaged || try)
            tr_cache_stop_keeping(c, diag);
        else
            tr_cache_replace(c, diag);
    }
}

/* ---- canaries ---- */

/* How many there are; -1: they cannot be read. */
static int32_t read_canaries(tr_cache *c, const char *server, const char *mode, int32_t most, tr_place *into)
{
    sqlite3_stmt *s =
        tr_cache_prepare(c, "SELECT lat, lon FROM canary WHERE server = ? AND mode = ? ORDER BY number");
    int32_t n = 0;
    int code = SQLITE_DONE;
    if (!s) return -1;
    tr_cache_bind(s, "tt", server, mode);
    while (n < most && (code = tr_cache_step(c, s)) == SQLITE_ROW) {
        double lat = (double)sqlite3_column_int64(s, 0) / 1e6, lon = (double)sqlite3_column_int64(s, 1) / 1e6;
        if (fabs(lat) > 90 || fabs(lon) > 180) continue;
        into[n] = (tr_place){.name = "canary", .lat = lat, .lon = lon, .kind = TR_PLACE_SITE};
        n++;
    }
    sqlite3_finalize(s);
    return tr_cache_is_good(code) ? n : -1;
}

static bool insert_canaries(tr_cache *c, const char *server, const char *mode, int32_t n,
                            const tr_place *places)
{
    sqlite3_stmt *s = tr_cache_prepare(
        c, "INSERT OR REPLACE INTO canary (server, mode, number, lat, lon) VALUES (?, ?, ?, ?, ?)");
    bool good = s;
    for (int32_t i = 0; good && i < n; i++) {
        tr_cache_bind(s, "ttiii", server, mode, (int64_t)i, tr_micro(places[i].lat), tr_micro(places[i].lon));
        good = tr_cache_step(c, s) == SQLITE_DONE;
    }
    sqlite3_finalize(s);
    return good;
}

/* The first of two programs that offer some at once has the say.  Returns like read_canaries. */
static int32_t keep_canaries(tr_cache *c, const char *server, const char *mode, int32_t n,
                             const tr_place *offered, tr_place *into)
{
    if (!tr_cache_run(c, "BEGIN IMMEDIATE")) return -1;
    int32_t found = read_canaries(c, server, mode, n, into);
    if (found == 0 && !insert_canaries(c, server, mode, n, offered)) return -1;
    return found >= 0 && tr_cache_run(c, "COMMIT") ? found : -1;
}

void tr_cache_canaries(tr_cache *c, const char *server, const char *mode, int32_t *n, const tr_place *offered,
                       tr_place *into, tr_diag *diag)
{
    int32_t found = c->off ? 0 : read_canaries(c, server, mode, *n, into);
    bool reading = found < 0;
    if (!c->off && !found && *n && !c->unkept && sqlite3_db_readonly(c->db, "main") == 0)
        found = keep_canaries(c, server, mode, *n, offered, into);
    if (found < 0) {
        tr_cache_undo(c);
        if (c->damaged)
            tr_cache_replace(c, diag);
        else if (reading)
            tr_cache_stop_reading(c, diag);
        else
            tr_cache_stop_keeping(c, diag);
    }
    for (int32_t i = 0; found <= 0 && i < *n; i++)
        into[i] =
            (tr_place){.name = "canary", .lat = offered[i].lat, .lon = offered[i].lon, .kind = TR_PLACE_SITE};
    if (found > 0) *n = found;
}
