/* fuzz_cache.c -- the cache of road times: opened, asked for canaries, read, written and read again.
 *
 * SQLite opens by name and makes files beside it, so the file lies in a folder of its own, in memory where
 * there is such a place.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache.h"
#include "fuzz.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N = 6, CANARIES = 3, NAME = 100 };

static char folder[NAME / 2];

static void remove_folder(void)
{
    rmdir(folder);
}

static void make_folder(void)
{
    strcpy(folder, access("/dev/shm", W_OK) ? "/tmp/fuzz-cache-XXXXXX" : "/dev/shm/fuzz-cache-XXXXXX");
    if (!mkdtemp(folder)) abort();
    atexit(remove_folder);
}

static void make_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) abort();
}

static void remove_files(const char *path)
{
    static const char *const endings[] = {"",           "-journal",        "-wal", "-shm", ".damaged",
                                          ".damaged-2", ".damaged-journal"};
    char name[NAME];
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
}

typedef struct {
    tr_place places[N];
    int32_t seconds[N * N], metres[N * N];
    uint8_t source[N * N];
    tr_snap snaps[N];
    tr_table table;
} square;

/* The places of the corpus, and cells that nobody knows. */
static void clear(square *s)
{
    s->table = (tr_table){.mode = "van",
                          .n = N,
                          .places = s->places,
                          .seconds = s->seconds,
                          .metres = s->metres,
                          .source = s->source,
                          .snaps = s->snaps};
    for (int32_t i = 0; i < N; i++) {
        s->places[i] = (tr_place){.name = "", .lat = 51.5 + i * 0.001, .lon = -0.1 - i * 0.001};
        s->snaps[i] = (tr_snap){.m = -1};
    }
    for (int32_t i = 0; i < N * N; i++) {
        s->source[i] = i % (N + 1) ? TR_FROM_NOTHING : TR_FROM_OSRM;
        s->seconds[i] = s->metres[i] = i % (N + 1) ? TR_NO_ROAD : 0;
    }
}

static void check(const square *s, int64_t filled, uint8_t source)
{
    int64_t n = 0;
    for (int32_t i = 0; i < N * N; i++) {
        bool road = s->seconds[i] >= 0 && s->seconds[i] <= TR_MAX_SECONDS && s->metres[i] >= 0 &&
                    s->metres[i] <= TR_MAX_METRES;
        if (!road && (s->seconds[i] != TR_NO_ROAD || s->metres[i] != TR_NO_ROAD)) abort();
        if (road && s->source[i] == TR_FROM_NOTHING) abort();
        n += i % (N + 1) && s->source[i] == source;
    }
    if (n != filled) abort();
    for (int32_t i = 0; i < N; i++) {
        const tr_snap *p = &s->snaps[i];
        if (p->m != -1 && p->m != HUGE_VAL && !(p->m >= 0 && fabs(p->lat) <= 90 && fabs(p->lon) <= 180))
            abort();
    }
}

/* A look through the whole file, for which a run has no time. */
static bool is_sound(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *s = NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL)) abort();
    bool sound = !sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL) &&
                 sqlite3_step(s) == SQLITE_ROW && !strcmp((const char *)sqlite3_column_text(s, 0), "ok");
    sqlite3_finalize(s);
    sqlite3_close(db);
    return sound;
}

/* True if everything that was kept came back, or it was told why not. */
static bool use(tr_cache *cache, tr_diag *diag)
{
    static const tr_cache_key key = {"http://a:1", "version 7", "van", ""}, any = {"", "", "van", ""};
    static square s;
    tr_place canaries[N];
    int32_t n = CANARIES;
    clear(&s);
    tr_cache_canaries(cache, "http://a:1", "van", &n, s.places, canaries, diag);
    if (n < 1 || n > CANARIES) abort();
    for (int32_t i = 0; i < n; i++)
        if (!(fabs(canaries[i].lat) <= 90 && fabs(canaries[i].lon) <= 180)) abort();
    check(&s, tr_cache_read(cache, &key, &s.table, diag), TR_FROM_OSRM);
    clear(&s);
    check(&s, tr_cache_read_stale(cache, &any, &s.table, diag), TR_FROM_STALE);
    for (int32_t i = 0; i < N * N; i++)
        if (i % (N + 1)) s.seconds[i] = i, s.metres[i] = 10 * i, s.source[i] = TR_FROM_OSRM;
    tr_cache_write(cache, &key, &s.table, 20040, diag);
    clear(&s);
    int64_t filled = tr_cache_read(cache, &key, &s.table, diag);
    check(&s, filled, TR_FROM_OSRM);
    return filled == N * (N - 1) || diag->n_faults;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[NAME];
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_cache *cache = NULL;
    tr_err err = {0};
    if (!*folder) make_folder();
    snprintf(path, sizeof path, "%s/travel.sqlite", folder);
    make_file(path, data, size);
    tr_status status = tr_cache_open(path, &diag, &cache, &err);
    if (status && !err.text[0]) abort(); /* a fault that is not told */
    bool good = status || use(cache, &diag);
    tr_cache_close(cache);
    if (!good && is_sound(path)) abort(); /* likewise */
    remove_files(path);
    tr_arena_free(arena);
    return 0;
}
