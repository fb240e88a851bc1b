/* cache.c -- see cache.h; what is in the file: docs/format-cache.md.
 *
 * The cells that lead away from one place lie in one row of the table `way`, packed and ascending by the
 * place they lead to, so that a thousand places are read by a thousand look-ups.  A row is merged and
 * written back in the same transaction, so two programs at once lose nothing.  Whatever is read is
 * checked like any other input.
 *
 * A fault is told once and then the cache is silent: its functions fill nothing and keep nothing.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache.h"
#include "write_file.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    APPLICATION = 0x74697072, /* "tipr", PRAGMA application_id */
    VERSION = 1,              /* PRAGMA user_version */
    CELL = 12,                /* bytes: place, seconds, metres */
    PATIENCE_MS = 2000,       /* while another program writes */
    MOST_CELLS = 1 << 20,     /* of one row */
    KEEP_DAYS = 400, KEEP_MAPS = 3, TIDY_EVERY_DAYS = 30
};

struct tr_cache {
    sqlite3 *db;
    char *path;
    bool off;       /* it failed: it is asked no more */
    bool read_only; /* said once */
};

static const char schema[] =
    "CREATE TABLE map (id INTEGER PRIMARY KEY, server TEXT NOT NULL, identity TEXT NOT NULL, mode TEXT NOT NULL,"
    " exclude TEXT NOT NULL, seen INTEGER NOT NULL, UNIQUE (mode, exclude, server, identity));"
    "CREATE TABLE place (id INTEGER PRIMARY KEY AUTOINCREMENT, lat INTEGER NOT NULL, lon INTEGER NOT NULL, used INTEGER NOT NULL,"
    " UNIQUE (lat, lon));"
    "CREATE TABLE snap (map INTEGER NOT NULL, place INTEGER NOT NULL, lat REAL, lon REAL, m REAL,"
    " PRIMARY KEY (map, place)) WITHOUT ROWID;"
    "CREATE TABLE way (map INTEGER NOT NULL, place INTEGER NOT NULL, cells BLOB NOT NULL, PRIMARY KEY (map, place));"
    "CREATE TABLE canary (server TEXT NOT NULL, mode TEXT NOT NULL, number INTEGER NOT NULL, lat INTEGER NOT NULL,"
    " lon INTEGER NOT NULL, PRIMARY KEY (server, mode, number));"
    "CREATE TABLE tidied (day INTEGER NOT NULL);";

/* ---- faults ---- */

static void warn(tr_cache *c, tr_diag *diag, const char *what)
{
    if (diag && !c->off)
        tr_diag_add(diag, TR_WARNING, c->path, "", "cannot %s the cache of road times: %s; going on without it",
                    what, c->db ? sqlite3_errmsg(c->db) : "out of memory");
    c->off = true;
}

static bool is_damage(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

/* ---- statements: prepared, bound and stepped in one place ---- */

static sqlite3_stmt *prepare(tr_cache *c, const char *sql)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(c->db, sql, -1, &s, NULL) != SQLITE_OK) return NULL;
    return s;
}

static bool run(tr_cache *c, const char *sql)
{
    return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Binds `i` as whole numbers and `t` as texts, in the order of `types`, from 1. */
static void bind(sqlite3_stmt *s, const char *types, ...)
{
    va_list args;
    va_start(args, types);
    sqlite3_reset(s);
    for (int k = 0; types[k]; k++) {
        if (types[k] == 'i') sqlite3_bind_int64(s, k + 1, va_arg(args, int64_t));
        else sqlite3_bind_text(s, k + 1, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
    }
    va_end(args);
}

/* ---- opening ---- */

typedef enum { OURS, EMPTY, FOREIGN, NEWER, DAMAGED, LOCKED } state_of_file;

static int64_t number_of(tr_cache *c, const char *sql, int *code)
{
    sqlite3_stmt *s = NULL;
    int64_t value = -1;
    *code = sqlite3_prepare_v2(c->db, sql, -1, &s, NULL);
    if (*code == SQLITE_OK) {
        *code = sqlite3_step(s);
        if (*code == SQLITE_ROW) value = sqlite3_column_int64(s, 0), *code = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return value;
}

static state_of_file look(tr_cache *c)
{
    int code;
    int64_t tables = number_of(c, "SELECT count(*) FROM sqlite_master", &code);
    if (is_damage(code)) return DAMAGED;
    if (code != SQLITE_OK) return LOCKED;
    int64_t application = number_of(c, "PRAGMA application_id", &code);
    int64_t version = number_of(c, "PRAGMA user_version", &code);
    if (application == 0 && version == 0 && tables == 0) return EMPTY;
    if (application != APPLICATION) return FOREIGN;
    if (version > VERSION) return NEWER;
    return number_of(c, "SELECT count(*) FROM sqlite_master WHERE name IN ('map','place','snap','way','canary','tidied')",
                     &code) == 6 ? OURS : DAMAGED;
}

/* Two programs may find the file empty at once: the second one finds the tables made. */
static bool make_tables(tr_cache *c)
{
    char mark[120];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", APPLICATION, VERSION);
    if (!run(c, "BEGIN IMMEDIATE")) return false;
    if (look(c) == OURS) return run(c, "COMMIT");
    if (run(c, schema) && run(c, mark)) return true;
    run(c, "ROLLBACK");
    return false;
}

static bool open_file(tr_cache *c)
{
    int code = sqlite3_open_v2(c->path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (c->db) {
        sqlite3_busy_timeout(c->db, PATIENCE_MS);
        sqlite3_limit(c->db, SQLITE_LIMIT_LENGTH, MOST_CELLS * CELL);
        sqlite3_extended_result_codes(c->db, 1);
    }
    return code == SQLITE_OK;
}

static void close_file(tr_cache *c)
{
    sqlite3_close(c->db);
    c->db = NULL;
}

/* FILE.damaged, FILE.damaged-2, ...: none is overwritten.  The journal goes with it. */
static bool set_aside(tr_cache *c, tr_diag *diag)
{
    size_t room = strlen(c->path) + 40;
    char *to = malloc(room), *journal = malloc(room), *journal_to = malloc(room);
    bool done = false;
    close_file(c);
    for (int k = 1; to && journal && journal_to && k < 1000 && !done; k++) {
        snprintf(to, room, k == 1 ? "%s.damaged" : "%s.damaged-%d", c->path, k);
        if (link(c->path, to) != 0) { /* unlike rename it never overwrites */
            if (errno == EEXIST) continue;
            break;
        }
        unlink(c->path);
        snprintf(journal, room, "%s-journal", c->path);
        snprintf(journal_to, room, "%s-journal", to);
        rename(journal, journal_to);
        done = true;
        if (diag)
            tr_diag_add(diag, TR_WARNING, c->path, "", "the cache of road times is damaged: it is set aside as %s "
                        "and begun anew", to);
    }
    free(to), free(journal), free(journal_to);
    return done;
}

static tr_status make_directory_of(const char *path, tr_err *err)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path) return TR_OK;
    char *directory = strndup(path, (size_t)(slash - path));
    tr_status status = directory ? tr_directory_make(directory, err) : tr_fail(err, TR_EINTERNAL, "out of memory");
    free(directory);
    struct stat there;
    return status && stat(path, &there) == 0 ? TR_OK : status; /* a folder that only may be read */
}

static tr_status begin(tr_cache *c, tr_diag *diag, tr_err *err)
{
    struct stat there;
    if (stat(c->path, &there) == 0 && !S_ISREG(there.st_mode))
        return tr_fail(err, TR_EINPUT, "%s: is no file: no cache of road times is kept there", c->path);
    TR_TRY(make_directory_of(c->path, err));
    for (int try = 0; try < 2; try++) {
        if (!open_file(c)) break;
        switch (look(c)) {
        case OURS: return TR_OK;
        case EMPTY:
            if (make_tables(c)) return TR_OK;
            return tr_fail(err, TR_EINPUT, "%s: cannot begin a cache of road times: %s", c->path, sqlite3_errmsg(c->db));
        case FOREIGN:
            return tr_fail(err, TR_EINPUT, "%s: is a database of another program and no cache of road times: it is "
                           "left as it is", c->path);
        case NEWER:
            return tr_fail(err, TR_EINPUT, "%s: is a cache of road times of a newer tiprun than " TR_VERSION
                           ": it is left as it is", c->path);
        case LOCKED: try = 1; break;
        case DAMAGED:
            if (try || !set_aside(c, diag))
                return tr_fail(err, TR_EINPUT, "%s: the cache of road times is damaged and cannot be set aside: %s", c->path,
                               strerror(errno));
        }
    }
    return tr_fail(err, TR_EINPUT, "%s: cannot open the cache of road times: %s", c->path,
                   c->db ? sqlite3_errmsg(c->db) : "out of memory");
}

tr_status tr_cache_open(const char *path, tr_diag *diag, tr_cache **cache, tr_err *err)
{
    tr_cache *c = calloc(1, sizeof *c);
    char *name = c ? strdup(path) : NULL;
    if (!name) return free(c), tr_fail(err, TR_EINTERNAL, "%s: out of memory", path);
    c->path = name;
    tr_status status = begin(c, diag, err);
    if (status) tr_cache_close(c);
    else *cache = c;
    return status;
}

void tr_cache_close(tr_cache *c)
{
    if (!c) return;
    close_file(c);
    free(c->path);
    free(c);
}

char *tr_cache_path_default(tr_arena *arena)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache == '/') return tr_arena_printf(arena, "%s/tiprun/travel.sqlite", cache);
    if (home && *home == '/') return tr_arena_printf(arena, "%s/.cache/tiprun/travel.sqlite", home);
    return NULL;
}

/* ---- places and maps of the file ---- */

typedef struct { /* a place of a table by its number in the file */
    int64_t id;    /* -1: the file does not have it */
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
static bool find_places(tr_cache *c, const tr_table *t, const int32_t *day, tr_arena *arena, int64_t *ids, known **list,
                        int32_t *n)
{
    sqlite3_stmt *find = prepare(c, "SELECT id FROM place WHERE lat = ? AND lon = ?");
    sqlite3_stmt *make = day ? prepare(c, "INSERT INTO place (lat, lon, used) VALUES (?, ?, ?) ON CONFLICT (lat, lon) "
                                          "DO UPDATE SET used = max(used, excluded.used)") : NULL;
    bool good = find && (make || !day);
    *list = TR_NEW(arena, known, t->n);
    *n = 0;
    for (int32_t i = 0; good && i < t->n; i++) {
        int64_t lat = tr_micro(t->places[i].lat), lon = tr_micro(t->places[i].lon);
        ids[i] = -1;
        if (make) {
            bind(make, "iii", lat, lon, (int64_t)*day);
            good = sqlite3_step(make) == SQLITE_DONE;
        }
        bind(find, "ii", lat, lon);
        int code = sqlite3_step(find);
        good &= code == SQLITE_ROW || code == SQLITE_DONE;
        if (good && code == SQLITE_ROW) {
            ids[i] = sqlite3_column_int64(find, 0);
            (*list)[(*n)++] = (known){ids[i], i};
        }
    }
    sqlite3_finalize(find);
    sqlite3_finalize(make);
    qsort(*list, (size_t)*n, sizeof **list, by_id);
    return good;
}

/* -1: the file has no cells of the key. */
static int64_t find_map(tr_cache *c, const tr_cache_key *k)
{
    sqlite3_stmt *s = prepare(c, "SELECT id FROM map WHERE server = ? AND identity = ? AND mode = ? AND exclude = ?");
    if (!s) return -1;
    bind(s, "tttt", k->server, k->identity, k->mode, k->exclude);
    int64_t id = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
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
static bool take_row(tr_table *t, int32_t from, const unsigned char *cells, int bytes, const known *list, int32_t n,
                     uint8_t source, int64_t *filled)
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

static void read_snaps(tr_cache *c, int64_t map, tr_table *t, const int64_t *ids)
{
    sqlite3_stmt *s = prepare(c, "SELECT lat, lon, m FROM snap WHERE map = ? AND place = ?");
    for (int32_t i = 0; s && i < t->n; i++) {
        if (ids[i] < 0 || t->snaps[i].m >= 0) continue;
        bind(s, "ii", map, ids[i]);
        if (sqlite3_step(s) != SQLITE_ROW) continue;
        double lat = sqlite3_column_double(s, 0), lon = sqlite3_column_double(s, 1), m = sqlite3_column_double(s, 2);
        if (sqlite3_column_type(s, 2) == SQLITE_NULL) t->snaps[i] = (tr_snap){.m = HUGE_VAL}; /* no road at all */
        else if (fabs(lat) <= 90 && fabs(lon) <= 180 && m >= 0 && m < TR_MAX_METRES) t->snaps[i] = (tr_snap){lat, lon, m};
    }
    sqlite3_finalize(s);
}

static int64_t read_map(tr_cache *c, int64_t map, uint8_t source, tr_table *t, const int64_t *ids, const known *list,
                        int32_t n, bool *damaged)
{
    int64_t filled = 0;
    sqlite3_stmt *s = prepare(c, "SELECT cells FROM way WHERE map = ? AND place = ?");
    for (int32_t i = 0; s && i < t->n && !*damaged; i++) {
        if (ids[i] < 0) continue;
        bind(s, "ii", map, ids[i]);
        int code = sqlite3_step(s);
        if (code == SQLITE_ROW)
            *damaged = !take_row(t, i, sqlite3_column_blob(s, 0), sqlite3_column_bytes(s, 0), list, n, source, &filled);
        else
            *damaged = is_damage(code);
    }
    sqlite3_finalize(s);
    if (filled) read_snaps(c, map, t, ids);
    return filled;
}

/* Damage found while reading: the file goes aside, an empty one takes its place. */
static void replace_damaged(tr_cache *c, tr_diag *diag)
{
    tr_err err;
    if (!set_aside(c, diag)) warn(c, diag, "set aside");
    else if (begin(c, diag, &err)) {
        tr_diag_add(diag, TR_WARNING, c->path, "", "%s", err.text);
        c->off = true;
    }
}

/* Reads from the maps that sql yields, in its order; what a damaged file gave is taken back. */
static int64_t read_maps(tr_cache *c, sqlite3_stmt *maps, uint8_t source, tr_table *t, tr_diag *diag)
{
    tr_arena *arena = tr_arena_new();
    size_t cells = (size_t)t->n * (size_t)t->n;
    uint8_t *before = TR_NEW(arena, uint8_t, cells + 1);
    int64_t *ids = TR_NEW(arena, int64_t, t->n + 1), filled = 0;
    known *list;
    int32_t n;
    bool damaged = false, good = find_places(c, t, NULL, arena, ids, &list, &n);
    int code = SQLITE_DONE;
    memcpy(before, t->source, cells);
    while (good && n && !damaged && (code = sqlite3_step(maps)) == SQLITE_ROW)
        filled += read_map(c, sqlite3_column_int64(maps, 0), source, t, ids, list, n, &damaged);
    good &= code == SQLITE_ROW || code == SQLITE_DONE;
    damaged |= !good && is_damage(sqlite3_errcode(c->db));
    sqlite3_finalize(maps);
    if (damaged) {
        for (size_t i = 0; i < cells; i++) {
            if (before[i] != TR_FROM_NOTHING || t->source[i] == TR_FROM_NOTHING) continue;
            t->source[i] = TR_FROM_NOTHING;
            t->seconds[i] = t->metres[i] = TR_NO_ROAD;
        }
        for (int32_t i = 0; i < t->n; i++)
            if (filled) t->snaps[i] = (tr_snap){.m = -1};
        filled = 0;
        replace_damaged(c, diag);
    } else if (!good) {
        warn(c, diag, "read");
    }
    tr_arena_free(arena);
    return filled;
}

int64_t tr_cache_read(tr_cache *c, const tr_cache_key *k, tr_table *t, tr_diag *diag)
{
    sqlite3_stmt *maps =
        c->off ? NULL
               : prepare(c, "SELECT id FROM map WHERE server = ? AND identity = ? AND mode = ? AND exclude = ?");
    if (!maps) return warn(c, diag, "read"), 0;
    bind(maps, "tttt", k->server, k->identity, k->mode, k->exclude);
    return read_maps(c, maps, TR_FROM_OSRM, t, diag);
}

int64_t tr_cache_read_stale(tr_cache *c, const tr_cache_key *k, tr_table *t, tr_diag *diag)
{
    sqlite3_stmt *maps =
        c->off ? NULL
               : prepare(c, "SELECT id FROM map WHERE mode = ? AND exclude = ? AND NOT (server = ? AND identity = ?) "
                            "ORDER BY server <> ?, seen DESC, id DESC");
    if (!maps) return warn(c, diag, "read"), 0;
    bind(maps, "ttttt", k->mode, k->exclude, k->server, k->identity, k->server);
    return read_maps(c, maps, TR_FROM_STALE, t, diag);
}

/* ---- writing ---- */

typedef struct { /* what writing a table needs, from row to row */
    tr_cache *cache;
    const tr_table *table;
    int64_t map;
    const int64_t *ids;
    const known *list; /* all places of the table */
    int32_t n;
    sqlite3_stmt *get, *put;
    unsigned char *merged; /* grows */
    size_t room;
} keeping;

/* The row of place `from` merged with the row that is there: the table's cells stand. */
static size_t merge(keeping *k, int32_t from, const unsigned char *old, size_t bytes)
{
    const tr_table *t = k->table;
    size_t at = 0, n = 0;
    for (int32_t i = 0; i < k->n; i++) {
        size_t cell = (size_t)from * (size_t)t->n + (size_t)k->list[i].index;
        bool twice = i && k->list[i].id == k->list[i - 1].id; /* two places at one point */
        if (twice || t->source[cell] != TR_FROM_OSRM || k->list[i].index == from) continue;
        while (at < bytes && unpack(old + at) < k->list[i].id) memcpy(k->merged + n, old + at, CELL), n += CELL, at += CELL;
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

static bool keep_row(keeping *k, int32_t from)
{
    bind(k->get, "ii", k->map, k->ids[from]);
    int code = sqlite3_step(k->get);
    if (code != SQLITE_ROW && code != SQLITE_DONE) return false;
    const unsigned char *old = code == SQLITE_ROW ? sqlite3_column_blob(k->get, 0) : NULL;
    size_t bytes = old ? (size_t)sqlite3_column_bytes(k->get, 0) : 0, most = bytes + (size_t)k->n * CELL;
    if (bytes % CELL) return false;
    if (most > k->room) {
        unsigned char *larger = realloc(k->merged, most);
        if (!larger) return false;
        k->merged = larger, k->room = most;
    }
    static const unsigned char none[1];
    size_t n = merge(k, from, old ? old : none, bytes);
    if (!n || (n == bytes && !memcmp(k->merged, old, n))) return true;
    bind(k->put, "ii", k->map, k->ids[from]);
    sqlite3_bind_blob64(k->put, 3, k->merged, n, SQLITE_STATIC);
    return sqlite3_step(k->put) == SQLITE_DONE;
}

static bool keep_rows(tr_cache *c, int64_t map, const tr_table *t, const int64_t *ids, const known *list, int32_t n)
{
    keeping k = {.cache = c, .table = t, .map = map, .ids = ids, .list = list, .n = n,
                 .get = prepare(c, "SELECT cells FROM way WHERE map = ? AND place = ?"),
                 .put = prepare(c, "INSERT OR REPLACE INTO way (map, place, cells) VALUES (?, ?, ?)")};
    bool good = k.get && k.put;
    for (int32_t i = 0; good && i < n; i++)
        if (!i || list[i].id != list[i - 1].id) good = keep_row(&k, list[i].index);
    sqlite3_finalize(k.get);
    sqlite3_finalize(k.put);
    free(k.merged);
    return good;
}

static bool keep_snaps(tr_cache *c, int64_t map, const tr_table *t, const int64_t *ids)
{
    sqlite3_stmt *s = prepare(c, "INSERT OR REPLACE INTO snap (map, place, lat, lon, m) VALUES (?, ?, ?, ?, ?)");
    bool good = s;
    for (int32_t i = 0; good && i < t->n; i++) {
        if (t->snaps[i].m < 0) continue;
        bind(s, "ii", map, ids[i]);
        sqlite3_bind_double(s, 3, t->snaps[i].lat);
        sqlite3_bind_double(s, 4, t->snaps[i].lon);
        if (isinf(t->snaps[i].m)) sqlite3_bind_null(s, 5);
        else sqlite3_bind_double(s, 5, t->snaps[i].m);
        good = sqlite3_step(s) == SQLITE_DONE;
    }
    sqlite3_finalize(s);
    return good;
}

/* `seen` grows with each write, so that the latest map is known without a clock. */
static int64_t make_map(tr_cache *c, const tr_cache_key *k)
{
    sqlite3_stmt *s = prepare(c, "INSERT INTO map (server, identity, mode, exclude, seen) VALUES (?, ?, ?, ?, "
                                 "(SELECT coalesce(max(seen), 0) + 1 FROM map)) ON CONFLICT (mode, exclude, server, "
                                 "identity) DO UPDATE SET seen = (SELECT max(seen) + 1 FROM map)");
    if (!s) return -1;
    bind(s, "tttt", k->server, k->identity, k->mode, k->exclude);
    int code = sqlite3_step(s);
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? find_map(c, k) : -1;
}

/* Now and then (a number of a place is never given again, so cells that lead to a forgotten place stay without
 * meaning): places long unused, and all but the latest maps of a server. */
static bool tidy(tr_cache *c, int32_t day)
{
    int code;
    int64_t last = number_of(c, "SELECT coalesce(max(day), -1) FROM tidied", &code);
    char sql[1200];
    if (code != SQLITE_OK) return false;
    if (last >= 0 && day < last + TIDY_EVERY_DAYS) return true;
    snprintf(sql, sizeof sql,
             "DELETE FROM tidied; INSERT INTO tidied VALUES (%d);"
             "DELETE FROM map WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY server, mode, "
             "exclude ORDER BY seen DESC) AS place FROM map) WHERE place > %d);"
             "DELETE FROM place WHERE used < %d;"
             "DELETE FROM way WHERE map NOT IN (SELECT id FROM map) OR place NOT IN (SELECT id FROM place);"
             "DELETE FROM snap WHERE map NOT IN (SELECT id FROM map) OR place NOT IN (SELECT id FROM place);",
             day, KEEP_MAPS, day - KEEP_DAYS);
    return run(c, sql);
}

void tr_cache_write(tr_cache *c, const tr_cache_key *k, const tr_table *t, int32_t day, tr_diag *diag)
{
    if (c->off || c->read_only) return;
    if (sqlite3_db_readonly(c->db, "main") == 1) {
        c->read_only = true;
        if (diag)
            tr_diag_add(diag, TR_WARNING, c->path, "", "the cache of road times may only be read: nothing new is kept");
        return;
    }
    tr_arena *arena = tr_arena_new();
    int64_t *ids = TR_NEW(arena, int64_t, t->n + 1), map;
    known *list;
    int32_t n;
    bool good = run(c, "BEGIN IMMEDIATE");
    good = good && (map = make_map(c, k)) >= 0 && find_places(c, t, &day, arena, ids, &list, &n) &&
           keep_rows(c, map, t, ids, list, n) && keep_snaps(c, map, t, ids) && tidy(c, day) && run(c, "COMMIT");
    if (!good) {
        bool damaged = is_damage(sqlite3_errcode(c->db));
        if (!damaged) warn(c, diag, "write to");
        run(c, "ROLLBACK");
        if (damaged) replace_damaged(c, diag);
    }
    tr_arena_free(arena);
}

/* ---- canaries ---- */

static int32_t read_canaries(tr_cache *c, const char *server, const char *mode, int32_t most, tr_place *into)
{
    sqlite3_stmt *s = prepare(c, "SELECT lat, lon FROM canary WHERE server = ? AND mode = ? ORDER BY number");
    int32_t n = 0;
    if (!s) return -1;
    bind(s, "tt", server, mode);
    while (n < most && sqlite3_step(s) == SQLITE_ROW) {
        double lat = (double)sqlite3_column_int64(s, 0) / 1e6, lon = (double)sqlite3_column_int64(s, 1) / 1e6;
        if (fabs(lat) > 90 || fabs(lon) > 180) continue;
        into[n] = (tr_place){.name = "canary", .lat = lat, .lon = lon, .kind = TR_PLACE_SITE};
        n++;
    }
    sqlite3_finalize(s);
    return n;
}

static bool keep_canaries(tr_cache *c, const char *server, const char *mode, int32_t n, const tr_place *places)
{
    sqlite3_stmt *s = prepare(c, "INSERT INTO canary (server, mode, number, lat, lon) VALUES (?, ?, ?, ?, ?)");
    bool good = s;
    for (int32_t i = 0; good && i < n; i++) {
        bind(s, "ttiii", server, mode, (int64_t)i, tr_micro(places[i].lat), tr_micro(places[i].lon));
        good = sqlite3_step(s) == SQLITE_DONE;
    }
    sqlite3_finalize(s);
    return good;
}

void tr_cache_canaries(tr_cache *c, const char *server, const char *mode, int32_t *n, const tr_place *offered,
                       tr_place *into, tr_diag *diag)
{
    bool writable = !c->off && sqlite3_db_readonly(c->db, "main") == 0 && run(c, "BEGIN IMMEDIATE");
    int32_t found = c->off ? 0 : read_canaries(c, server, mode, *n, into);
    bool good = found >= 0;
    if (good && !found && writable) good = keep_canaries(c, server, mode, *n, offered);
    if (writable) good = run(c, good ? "COMMIT" : "ROLLBACK") && good;
    if (!good) warn(c, diag, "use");
    for (int32_t i = 0; found <= 0 && i < *n; i++)
        into[i] = (tr_place){.name = "canary", .lat = offered[i].lat, .lon = offered[i].lon, .kind = TR_PLACE_SITE};
    if (found > 0) *n = found;
}
