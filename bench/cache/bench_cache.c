/* bench_cache.c -- how long the cache of road times takes: to keep and to read 1,000 x 1,000 cells, and to
 * read them when the rows of ten depots have grown to 50,000 cells.  Prints, and asserts nothing of time.
 *
 *   bench_cache [N]        N places, 1,000 if not said; the file is made in $TMPDIR or /tmp and removed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 20000, DEPOTS = 10, ROUNDS = 5, OTHERS = 50000, LOAD = 1000 };

static const tr_cache_key key = {"http://127.0.0.1:5000", "version 1", "van", ""};
static tr_diag diag;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The depots and the places from number `first` on. */
static tr_table table_of(tr_arena *arena, int32_t first, int32_t n)
{
    size_t cells = (size_t)n * (size_t)n;
    tr_place *places = TR_NEW(arena, tr_place, n);
    tr_table t = {.mode = "van",
                  .n = n,
                  .places = places,
                  .seconds = TR_NEW(arena, int32_t, cells),
                  .metres = TR_NEW(arena, int32_t, cells),
                  .source = TR_NEW(arena, uint8_t, cells),
                  .snaps = TR_NEW(arena, tr_snap, n)};
    for (int32_t i = 0; i < n; i++) {
        int32_t number = i < DEPOTS ? i : first + i;
        places[i] =
            (tr_place){.name = "", .lat = 51 + number % 250 * 0.002, .lon = -0.3 + number / 250 * 0.002};
        t.snaps[i] = (tr_snap){.m = -1};
    }
    memset(t.source, TR_FROM_NOTHING, cells);
    for (int32_t i = 0; i < n; i++) t.source[(size_t)i * (size_t)n + (size_t)i] = TR_FROM_OSRM;
    return t;
}

/* All cells, or those of the depots only. */
static void fill(tr_table *t, bool all)
{
    for (int32_t i = 0; i < t->n; i++) {
        t->snaps[i] = (tr_snap){t->places[i].lat, t->places[i].lon, 3.5};
        for (int32_t j = 0; j < t->n; j++) {
            size_t cell = (size_t)i * (size_t)t->n + (size_t)j;
            if (i == j || (!all && i >= DEPOTS && j >= DEPOTS)) continue;
            t->seconds[cell] = abs(i - j), t->metres[cell] = 10 * abs(i - j), t->source[cell] = TR_FROM_OSRM;
        }
    }
}

static tr_cache *open_or_die(const char *path)
{
    tr_cache *cache;
    tr_err err;
    if (tr_cache_open(path, &diag, &cache, &err) == TR_OK) return cache;
    fprintf(stderr, "bench_cache: %s\n", err.text);
    exit(1);
}

static void time_write(const char *path, const char *what, const tr_table *t, int32_t day)
{
    double start = now();
    tr_cache *cache = open_or_die(path);
    tr_cache_write(cache, &key, t, day, &diag);
    tr_cache_close(cache);
    printf("%-46s %7.3f s\n", what, now() - start);
}

static void time_read(const char *path, const char *what, int32_t n, bool stale)
{
    double best = HUGE_VAL, worst = 0;
    for (int round = 0; round < ROUNDS; round++) {
        tr_arena *arena = tr_arena_new();
        tr_table t = table_of(arena, 0, n);
        double start = now();
        tr_cache *cache = open_or_die(path);
        const tr_cache_key any = {"", "", "van", ""};
        int64_t got =
            stale ? tr_cache_read_stale(cache, &any, &t, &diag) : tr_cache_read(cache, &key, &t, &diag);
        tr_cache_close(cache);
        double took = now() - start;
        best = fmin(best, took), worst = fmax(worst, took);
        if (got != (int64_t)n * (n - 1)) printf("only %lld cells came back\n", (long long)got);
        tr_arena_free(arena);
    }
    printf("%-46s %7.3f s   (slowest of %d: %.3f s)\n", what, best, ROUNDS, worst);
}

int main(int argc, char **argv)
{
    char folder[200], path[240], size[300];
    int32_t n = argc > 1 ? atoi(argv[1]) : 1000;
    tr_arena *arena = tr_arena_new();
    diag.arena = arena;
    snprintf(folder, sizeof folder, "%.150s/bench-cache-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (n < DEPOTS || n > 5000 || !mkdtemp(folder))
        return fprintf(stderr, "bench_cache: no such N or folder\n"), 2;
    snprintf(path, sizeof path, "%s/travel.sqlite", folder);
    tr_table t = table_of(arena, 0, n);
    fill(&t, true);
    time_write(path, "keep all cells in a new file", &t, DAY);
    time_write(path, "keep them again, nothing new", &t, DAY);
    time_read(path, "read all cells", n, false);
    time_read(path, "read all cells as stale", n, true);
    for (int32_t first = n; first < OTHERS; first += LOAD) {
        tr_arena *scratch = tr_arena_new();
        tr_table more = table_of(scratch, first, DEPOTS + LOAD);
        fill(&more, false);
        tr_cache *cache = open_or_die(path);
        tr_cache_write(cache, &key, &more, DAY, &diag);
        tr_cache_close(cache);
        tr_arena_free(scratch);
    }
    time_read(path, "read all cells, depots' rows of 50,000", n, false);
    time_write(path, "keep them again, depots' rows of 50,000", &t, DAY + 1);
    time_write(path, "the same, and look for what is long unused", &t, DAY + 40);
    struct stat file;
    snprintf(size, sizeof size, "file: %.1f MB", stat(path, &file) ? 0.0 : (double)file.st_size / 1e6);
    puts(size);
    for (int32_t i = 0; i < diag.n_faults; i++) printf("%s\n", diag.faults[i].text);
    unlink(path), rmdir(folder);
    tr_arena_free(arena);
    return diag.n_faults > 0;
}
