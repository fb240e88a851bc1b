/* test_cache.c -- the cache of road times: what goes in comes out, under its own key only; two programs at
 * once lose nothing; a damaged file is set aside and a foreign one left alone.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache.h"
#include "support.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DAY = 20000 };

typedef struct {
    tr_arena *arena;
    char folder[64], file[96];
    tr_diag diag;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    f->arena = tr_arena_new();
    f->diag.arena = f->arena;
    strcpy(f->folder, "/tmp/tiprun-cache-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->file, sizeof f->file, "%s/a/travel.sqlite", f->folder); /* the folder a is made */
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    int gone = system(command);
    tr_arena_free(f->arena);
    free(f);
    return gone;
}

static uint64_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* n places from number `first` on; every cell unknown. */
static tr_table table_of(fixture *f, int32_t first, int32_t n)
{
    size_t cells = (size_t)n * (size_t)n;
    tr_place *places = TR_NEW(f->arena, tr_place, n);
    tr_table t = {.mode = "van",
                  .n = n,
                  .places = places,
                  .seconds = TR_NEW(f->arena, int32_t, cells),
                  .metres = TR_NEW(f->arena, int32_t, cells),
                  .source = TR_NEW(f->arena, uint8_t, cells),
                  .snaps = TR_NEW(f->arena, tr_snap, n)};
    for (int32_t i = 0; i < n; i++) {
        places[i] = (tr_place){.lat = 51 + (first + i) * 0.0007,
                               .lon = -0.1 - (first + i) * 0.0003,
                               .name = tr_arena_printf(f->arena, "P-%d", first + i)};
        t.snaps[i] = (tr_snap){.m = -1};
        for (int32_t j = 0; j < n; j++) {
            size_t cell = (size_t)i * n + j;
            t.seconds[cell] = t.metres[cell] = i == j ? 0 : TR_NO_ROAD;
            t.source[cell] = i == j ? TR_FROM_OSRM : TR_FROM_NOTHING;
        }
    }
    return t;
}

static void fill(tr_table *t, uint64_t seed)
{
    for (int32_t i = 0; i < t->n; i++) {
        uint64_t kind = draw(&seed) % 8;
        t->snaps[i] = kind == 0   ? (tr_snap){.m = -1}
                      : kind == 1 ? (tr_snap){.m = HUGE_VAL}
                                  : (tr_snap){51 + i * 0.001, -0.2, (double)(draw(&seed) % 1000) / 10};
        for (int32_t j = 0; j < t->n; j++) {
            size_t cell = (size_t)i * t->n + j;
            if (i == j) continue;
            bool road = draw(&seed) % 10 != 0;
            t->seconds[cell] = road ? (int32_t)(draw(&seed) % (TR_MAX_SECONDS + 1)) : TR_NO_ROAD;
            t->metres[cell] = road ? (int32_t)(draw(&seed) % (TR_MAX_METRES + 1)) : TR_NO_ROAD;
            t->source[cell] = TR_FROM_OSRM;
        }
    }
}

static tr_cache *open_good(fixture *f)
{
    tr_cache *cache = NULL;
    tr_err err;
    if (tr_cache_open(f->file, &f->diag, &cache, &err)) fail_msg("%s", err.text);
    return cache;
}

static const tr_cache_key key = {"http://a:1", "version 7", "van", ""};

static void keep(fixture *f, const tr_cache_key *k, const tr_table *t, int32_t day)
{
    tr_cache *cache = open_good(f);
    tr_cache_write(cache, k, t, day, &f->diag);
    tr_cache_close(cache);
}

static int64_t recall(fixture *f, const tr_cache_key *k, tr_table *t)
{
    tr_cache *cache = open_good(f);
    int64_t n = tr_cache_read(cache, k, t, &f->diag);
    tr_cache_close(cache);
    return n;
}

static void assert_same(const tr_table *a, const tr_table *b)
{
    assert_int_equal(a->n, b->n);
    size_t cells = (size_t)a->n * (size_t)a->n;
    assert_memory_equal(a->seconds, b->seconds, cells * sizeof *a->seconds);
    assert_memory_equal(a->metres, b->metres, cells * sizeof *a->metres);
    assert_memory_equal(a->source, b->source, cells);
    for (int32_t i = 0; i < a->n; i++) {
        if (a->snaps[i].m != b->snaps[i].m) fail_msg("snap %d: %g, was %g", i, b->snaps[i].m, a->snaps[i].m);
        if (a->snaps[i].m >= 0 && !isinf(a->snaps[i].m)) {
            assert_true(a->snaps[i].lat == b->snaps[i].lat);
            assert_true(a->snaps[i].lon == b->snaps[i].lon);
        }
    }
}

static void test_round_trip(void **state)
{
    fixture *f = *state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        tr_cache_key k = key;
        k.identity = tr_arena_printf(f->arena, "version %d", (int)seed);
        int32_t n = 1 + (int32_t)(seed * 7 % 40);
        print_message("seed %d\n", (int)seed);
        tr_table t = table_of(f, (int32_t)seed * 3, n), back = table_of(f, (int32_t)seed * 3, n);
        fill(&t, seed);
        keep(f, &k, &t, DAY);
        assert_int_equal(recall(f, &k, &back), (int64_t)n * (n - 1));
        assert_same(&t, &back);
    }
    assert_int_equal(f->diag.n_faults, 0);
}

/* Yesterday 300, of which 295 come again, and 5 new ones. */
static void test_five_new(void **state)
{
    fixture *f = *state;
    tr_table yesterday = table_of(f, 0, 300), today = table_of(f, 5, 300);
    fill(&yesterday, 3);
    keep(f, &key, &yesterday, DAY);
    assert_int_equal(recall(f, &key, &today), 295 * 294);
    for (int32_t i = 0; i < 300; i++)
        for (int32_t j = 0; j < 300; j++) {
            bool old = i < 295 && j < 295;
            size_t cell = (size_t)i * 300 + j, was = (size_t)(i + 5) * 300 + (j + 5);
            if (i == j) continue;
            assert_int_equal(today.source[cell], old ? TR_FROM_OSRM : TR_FROM_NOTHING);
            if (old) assert_int_equal(today.seconds[cell], yesterday.seconds[was]);
        }
    for (size_t cell = 0; cell < 300 * 300; cell++) { /* the new cells join the old rows */
        if (today.source[cell] != TR_FROM_NOTHING) continue;
        today.source[cell] = TR_FROM_OSRM;
        today.seconds[cell] = today.metres[cell] = 7;
    }
    keep(f, &key, &today, DAY + 1);
    tr_table again = table_of(f, 0, 305);
    assert_int_equal(recall(f, &key, &again),
                     305 * 304 - 2 * 5 * 5); /* the five gone and the five new never met */
}

static void test_keys_apart(void **state)
{
    fixture *f = *state;
    static const tr_cache_key others[] = {{"http://b:1", "version 7", "van", ""},
                                          {"http://a:1", "version 8", "van", ""},
                                          {"http://a:1", "version 7", "van+kerb", ""},
                                          {"http://a:1", "version 7", "van", "toll"}};
    tr_table t = table_of(f, 0, 10);
    fill(&t, 1);
    keep(f, &key, &t, DAY);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        tr_table back = table_of(f, 0, 10);
        assert_int_equal(recall(f, &others[i], &back), 0);
        assert_int_equal(back.source[1], TR_FROM_NOTHING);
    }
    tr_table half = table_of(f, 0, 10);
    half.seconds[1] = 5, half.metres[1] = 6, half.source[1] = TR_FROM_RECORDING; /* what is known stays */
    assert_int_equal(recall(f, &key, &half), 89);
    assert_int_equal(half.seconds[1], 5);
    tr_table estimated = table_of(f, 0, 10);
    fill(&estimated, 2);
    for (size_t i = 0; i < 100; i++) estimated.source[i] = TR_FROM_ESTIMATE;
    keep(f, &others[1], &estimated, DAY); /* an estimate is not kept */
    tr_table back = table_of(f, 0, 10);
    assert_int_equal(recall(f, &others[1], &back), 0);
}

static void test_stale(void **state)
{
    fixture *f = *state;
    static const tr_cache_key older = {"http://a:1", "version 5", "van", ""},
                              old = {"http://a:1", "version 6", "van", ""},
                              other = {"http://b:1", "version 9", "van", ""},
                              toll = {"http://a:1", "version 6", "van", "toll"};
    tr_table t = table_of(f, 0, 4);
    fill(&t, 1);
    for (size_t i = 0; i < 16; i++) t.seconds[i] = t.metres[i] = 500;
    keep(f, &older, &t, DAY);
    tr_table small = table_of(f, 0, 3), apart = table_of(f, 4, 2), forbidden = table_of(f, 0, 6);
    fill(&small, 2), fill(&apart, 3), fill(&forbidden, 4);
    for (size_t i = 0; i < 9; i++) small.seconds[i] = small.metres[i] = 600;
    for (size_t i = 0; i < 4; i++) apart.seconds[i] = apart.metres[i] = 900;
    keep(f, &old, &small, DAY);
    keep(f, &other, &apart, DAY);
    keep(f, &toll, &forbidden, DAY);
    tr_table back = table_of(f, 0, 6);
    tr_cache *cache = open_good(f);
    assert_int_equal(tr_cache_read_stale(cache, &key, &back, &f->diag), 4 * 3 + 2);
    tr_cache_close(cache);
    assert_int_equal(back.seconds[0 * 6 + 1], 600); /* the latest map that has the cell */
    assert_int_equal(back.seconds[0 * 6 + 3], 500);
    assert_int_equal(back.seconds[4 * 6 + 5], 900); /* another server's */
    assert_int_equal(back.source[0 * 6 + 1], TR_FROM_STALE);
    assert_int_equal(back.source[0 * 6 + 5], TR_FROM_NOTHING);
    tr_cache_key others_now = key, mine = key;
    others_now.server = "http://c:1";
    for (size_t i = 0; i < 16; i++) t.seconds[i] = t.metres[i] = 700;
    keep(f, &others_now, &t, DAY); /* the latest of all, of another server */
    const struct {
        const char *server;
        int32_t seconds;
    } asked[] = {{"http://a:1", 600}, {"http://c:1", 700}, {"", 700}};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        mine.server = asked[i].server, mine.identity = "version 99";
        back = table_of(f, 0, 6);
        cache = open_good(f);
        assert_int_equal(tr_cache_read_stale(cache, &mine, &back, &f->diag), 4 * 3 + 2);
        tr_cache_close(cache);
        assert_int_equal(back.seconds[0 * 6 + 1], asked[i].seconds); /* the same server's first */
    }
}

/* Four programs write at once, each other columns of the same rows. */
static void test_at_once(void **state)
{
    fixture *f = *state;
    enum { PROGRAMS = 4, N = 40, ROUNDS = 5 };
    tr_cache_close(open_good(f));
    for (int p = 0; p < PROGRAMS; p++) {
        if (fork()) continue;
        for (int round = 0; round < ROUNDS; round++) {
            tr_table t = table_of(f, 0, N);
            tr_cache *cache = NULL;
            if (tr_cache_open(f->file, &f->diag, &cache, NULL)) _exit(1);
            for (int32_t i = 0; i < N; i++)
                for (int32_t j = 0; j < N; j++)
                    if (i != j && (i + j) % PROGRAMS == p && (j / PROGRAMS) % ROUNDS == round)
                        t.seconds[i * N + j] = t.metres[i * N + j] = i * N + j,
                                          t.source[i * N + j] = TR_FROM_OSRM;
            tr_cache_write(cache, &key, &t, DAY, &f->diag);
            tr_cache_close(cache);
        }
        _exit(f->diag.n_faults ? 2 : 0);
    }
    for (int p = 0; p < PROGRAMS; p++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    tr_table back = table_of(f, 0, N);
    int64_t expected = 0;
    for (int32_t i = 0; i < N; i++)
        for (int32_t j = 0; j < N; j++) expected += i != j;
    assert_int_equal(recall(f, &key, &back), expected);
    for (int32_t i = 0; i < N * N; i++) assert_int_equal(back.seconds[i], i % (N + 1) ? i : 0);
}

/* ---- files that are not as they should be ---- */

static void assert_told(const fixture *f, const char *words)
{
    for (int32_t i = 0; i < f->diag.n_faults; i++)
        if (strstr(f->diag.faults[i].text, words)) return;
    for (int32_t i = 0; i < f->diag.n_faults; i++) print_message("told: %s\n", f->diag.faults[i].text);
    fail_msg("nobody was told \"%s\"", words);
}

static bool is_there(const fixture *f, const char *ending)
{
    char name[128];
    struct stat there;
    snprintf(name, sizeof name, "%s%s", f->file, ending);
    return stat(name, &there) == 0;
}

static void spoil(const fixture *f, long from, long n, int with)
{
    FILE *file = fopen(f->file, "r+b");
    assert_non_null(file);
    fseek(file, from, SEEK_SET);
    for (long i = 0; i < n; i++) putc(with < 0 ? rand() & 255 : with, file);
    fclose(file);
}

static void sql(const fixture *f, const char *text)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(f->file, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, NULL)) fail_msg("%s: %s", text, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void assert_count(const fixture *f, const char *query, int expected)
{
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open(f->file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(s, 0), expected);
    sqlite3_finalize(s);
    sqlite3_close(db);
}

static void assert_begun_anew(fixture *f, const char *aside)
{
    tr_table t = table_of(f, 0, 60), back = table_of(f, 0, 60);
    fill(&t, 9);
    int64_t n = recall(f, &key, &back); /* finds the damage, at opening or while reading */
    assert_int_equal(n, 0);
    assert_int_equal(back.source[1], TR_FROM_NOTHING);
    assert_told(f, "is damaged: it is set aside");
    assert_true(is_there(f, aside));
    keep(f, &key, &t, DAY);
    back = table_of(f, 0, 60);
    assert_int_equal(recall(f, &key, &back), 60 * 59);
    assert_same(&t, &back);
}

static void test_damaged(void **state)
{
    fixture *f = *state;
    tr_table t = table_of(f, 0, 60);
    fill(&t, 1);
    keep(f, &key, &t, DAY);
    spoil(f, 0, 100, 'x');
    assert_begun_anew(f, ".damaged");
    struct stat size;
    assert_int_equal(stat(f->file, &size), 0);
    spoil(f, 4096, size.st_size - 4096, 0); /* all pages but the first */
    assert_begun_anew(f, ".damaged-2");
    assert_int_equal(truncate(f->file, 5000), 0);
    assert_begun_anew(f, ".damaged-3");
    sql(f, "UPDATE way SET cells = substr(cells, 1, 17)");
    assert_begun_anew(f, ".damaged-4");
    sql(f, "UPDATE way SET cells = zeroblob(12 * 60)"); /* not ascending */
    assert_begun_anew(f, ".damaged-5");
    sql(f,
        "UPDATE way SET cells = CAST(cells || x'ff00000001000000ffffff7f' AS BLOB)"); /* to no known place */
    tr_table back = table_of(f, 0, 60);
    assert_int_equal(recall(f, &key, &back), 60 * 59);
    sql(f, "UPDATE way SET cells = CAST(substr(cells, 1, 4) || x'ffffff7fffffff7f' AS BLOB) WHERE place > 1");
    assert_begun_anew(f, ".damaged-6");
    sql(f, "DROP TABLE snap");
    assert_begun_anew(f, ".damaged-7");
}

static void assert_refused(fixture *f, const char *words)
{
    tr_cache *cache = NULL;
    tr_err err = {0};
    assert_int_equal(tr_cache_open(f->file, &f->diag, &cache, &err), TR_EINPUT);
    assert_null(cache);
    if (!strstr(err.text, words)) fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    assert_non_null(strstr(err.text, f->file));
    assert_false(is_there(f, ".damaged"));
}

static void test_not_ours(void **state)
{
    fixture *f = *state;
    char name[128];
    tr_cache_close(open_good(f));
    sql(f, "PRAGMA user_version = 2");
    assert_refused(f, "of a newer tiprun than");
    sql(f, "PRAGMA application_id = 77");
    assert_refused(f, "another program");
    unlink(f->file);
    sql(f, "CREATE TABLE accounts (balance); INSERT INTO accounts VALUES (12)");
    assert_refused(f, "another program");
    assert_count(f, "SELECT balance FROM accounts WHERE (SELECT count(*) FROM sqlite_master) = 1", 12);
    unlink(f->file);
    assert_int_equal(mkdir(f->file, 0777), 0);
    assert_refused(f, "is a directory and no file");
    rmdir(f->file);
    assert_int_equal(mkfifo(f->file, 0666), 0);
    assert_refused(f, "is a device or pipe and no file");
    unlink(f->file);
    assert_int_equal(symlink("nowhere", f->file), 0);
    assert_refused(f, "is a symbolic link to a file that is not there");
    unlink(f->file);
    strcpy(name, f->file);
    snprintf(f->file, sizeof f->file, "%s/b", f->folder);
    fclose(fopen(f->file, "w"));
    snprintf(f->file, sizeof f->file, "%s/b/travel.sqlite", f->folder); /* b is no folder */
    tr_cache *cache = NULL;
    tr_err err = {0};
    assert_int_not_equal(tr_cache_open(f->file, &f->diag, &cache, &err), TR_OK);
    assert_non_null(strstr(err.text, f->folder));
    assert_int_equal(f->diag.n_faults, 0);
}

static void test_symbolic_link(void **state)
{
    fixture *f = *state;
    char real[96];
    tr_table t = table_of(f, 0, 5), back = table_of(f, 0, 5);
    fill(&t, 1);
    keep(f, &key, &t, DAY);
    snprintf(real, sizeof real, "%s/b", f->folder);
    assert_int_equal(rename(f->file, real), 0);
    assert_int_equal(symlink(real, f->file), 0);
    assert_int_equal(recall(f, &key, &back), 20);
    keep(f, &key, &t, DAY);
    struct stat link;
    assert_int_equal(lstat(f->file, &link), 0);
    assert_true(S_ISLNK(link.st_mode));
    assert_int_equal(f->diag.n_faults, 0);
}

/* Files with our mark that would run somebody else's program, or have numbers that cells have no room for. */
static void test_hostile(void **state)
{
    fixture *f = *state;
    tr_table t = table_of(f, 0, 60);
    fill(&t, 9);
    keep(f, &key, &t, DAY);
    sql(f,
        "DROP TABLE way; CREATE VIEW way (map, place, cells) AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
        "SELECT i + 1 FROM n) SELECT 1, 1, x'' FROM n WHERE i < 0"); /* would never end */
    assert_begun_anew(f, ".damaged");
    sql(f, "CREATE TRIGGER t AFTER UPDATE ON place BEGIN DELETE FROM way; END");
    assert_begun_anew(f, ".damaged-2");
    sql(f, "UPDATE place SET id = id + 4294967296"); /* the same in 32 bits */
    assert_begun_anew(f, ".damaged-3");
    sql(f, "UPDATE tidied SET day = 9223372036854775807; UPDATE map SET seen = 'x'; UPDATE snap SET m = -5, "
           "lat = 'x'");
    keep(f, &key, &t, DAY); /* nonsense that does no harm */
    tr_table back = table_of(f, 0, 60);
    assert_int_equal(recall(f, &key, &back), 60 * 59);
    assert_same(&t, &back);
    assert_false(is_there(f, ".damaged-4"));
}

/* What was known before a damaged row was met stays; what is to be kept is, in the new file. */
static void test_damaged_in_use(void **state)
{
    fixture *f = *state;
    tr_table t = table_of(f, 0, 20), back = table_of(f, 0, 20);
    fill(&t, 4);
    keep(f, &key, &t, DAY);
    sql(f, "UPDATE way SET cells = substr(cells, 1, 17) WHERE place = 15");
    back.snaps[2] = (tr_snap){50, 1, 33};
    back.seconds[1] = 5, back.metres[1] = 6, back.source[1] = TR_FROM_RECORDING;
    assert_int_equal(recall(f, &key, &back), 0);
    assert_true(back.snaps[2].m == 33);
    assert_true(back.snaps[3].m == -1);
    assert_int_equal(back.seconds[1], 5);
    assert_int_equal(back.source[2], TR_FROM_NOTHING);
    assert_int_equal(back.seconds[2], TR_NO_ROAD);
    tr_cache_key later = key; /* a good map is read before a damaged one: it is not believed either */
    tr_table half = table_of(f, 0, 10);
    later.identity = "version 8";
    fill(&half, 5);
    keep(f, &key, &t, DAY);
    keep(f, &later, &half, DAY);
    sql(f, "UPDATE way SET cells = substr(cells, 1, 17) WHERE place = 15");
    back = table_of(f, 0, 20);
    tr_cache *cache = open_good(f);
    assert_int_equal(tr_cache_read_stale(cache, &(tr_cache_key){"", "", "van", ""}, &back, &f->diag), 0);
    for (int32_t i = 0; i < 20; i++) assert_true(back.snaps[i].m == -1);
    assert_int_equal(back.source[1], TR_FROM_NOTHING);
    assert_int_equal(tr_cache_read_stale(cache, &(tr_cache_key){"", "", "van", ""}, &back, &f->diag), 0);
    tr_cache_close(cache);
    keep(f, &key, &t, DAY);
    sql(f, "UPDATE way SET cells = zeroblob(24) WHERE place = 15");
    keep(f, &key, &t, DAY); /* meets the damage in merging */
    assert_true(is_there(f, ".damaged-3"));
    back = table_of(f, 0, 20);
    assert_int_equal(recall(f, &key, &back), 20 * 19);
    assert_same(&t, &back);
    assert_int_equal(f->diag.n_faults, 3);
}

/* Two programs find the same damage: the second one does not set aside what the first one began anew. */
static void test_damage_found_twice(void **state)
{
    fixture *f = *state;
    tr_table t = table_of(f, 0, 60), back = table_of(f, 0, 60);
    fill(&t, 4);
    keep(f, &key, &t, DAY);
    sql(f, "UPDATE way SET cells = zeroblob(24)");
    tr_cache *slow = open_good(f);
    assert_begun_anew(f, ".damaged");
    assert_int_equal(tr_cache_read(slow, &key, &back, &f->diag), 0);
    assert_false(is_there(f, ".damaged-2"));
    assert_int_equal(tr_cache_read(slow, &key, &back, &f->diag), 60 * 59); /* it has the new file now */
    tr_cache_close(slow);
}

/* Another program has the file locked and does not let go: told, after the patience, and nothing is lost. */
static void test_locked(void **state)
{
    fixture *f = *state;
    tr_table t = table_of(f, 0, 5), back = table_of(f, 0, 5);
    tr_place got[5];
    int32_t n = 5;
    fill(&t, 1);
    tr_cache *cache = open_good(f);
    tr_cache_canaries(cache, "http://a:1", "van", &n, t.places + 1, got, &f->diag);
    sqlite3 *other;
    assert_int_equal(sqlite3_open(f->file, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    n = 3; /* who only reads does not wait */
    tr_cache_canaries(cache, "http://a:1", "van", &n, t.places, got, &f->diag);
    assert_int_equal(tr_micro(got[0].lat), tr_micro(t.places[1].lat));
    assert_int_equal(tr_cache_read(cache, &key, &back, &f->diag), 0);
    assert_int_equal(f->diag.n_faults, 0);
    assert_int_equal(sqlite3_exec(other, "COMMIT; BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    tr_cache_write(cache, &key, &t, DAY, &f->diag);
    assert_told(f, "cannot write to the cache of road times: another program has kept it locked for 2 s; "
                   "nothing new is kept");
    assert_int_equal(tr_cache_read(cache, &key, &back, &f->diag), 0);
    assert_told(f, "cannot read the cache of road times: another program has kept it locked for 2 s; going "
                   "on without it");
    tr_cache_write(cache, &key, &t, DAY, &f->diag);
    tr_cache_read(cache, &key, &back, &f->diag);
    assert_int_equal(f->diag.n_faults, 2); /* silent from now on */
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);
    tr_cache_close(cache);
    assert_false(is_there(f, ".damaged"));
    keep(f, &key, &t, DAY);
    assert_int_equal(recall(f, &key, &back), 20);
}

/* The disk is full in mid-write (here: no file may grow by more than 50 kB): told; what was there is read. */
static void test_full(void **state)
{
    fixture *f = *state;
    tr_table small = table_of(f, 0, 5), large = table_of(f, 0, 200), back = table_of(f, 0, 5);
    struct rlimit before, little;
    struct stat size;
    fill(&small, 1), fill(&large, 2);
    keep(f, &key, &small, DAY);
    assert_int_equal(stat(f->file, &size), 0);
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    little = (struct rlimit){(rlim_t)size.st_size + 50000, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    tr_cache *cache = open_good(f);
    tr_cache_write(cache, &key, &large, DAY, &f->diag);
    assert_int_equal(tr_cache_read(cache, &key, &back, &f->diag), 20); /* with the same handle */
    tr_cache_write(cache, &key, &large, DAY, &f->diag);
    tr_cache_close(cache);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_told(f, "cannot write to the cache of road times: d");
    assert_told(f, "; nothing new is kept");
    assert_int_equal(f->diag.n_faults, 1);
    assert_same(&small, &back);
    back = table_of(f, 0, 5);
    assert_int_equal(recall(f, &key, &back), 20);
    keep(f, &key, &large, DAY); /* there is room again */
    tr_table all = table_of(f, 0, 200);
    assert_int_equal(recall(f, &key, &all), 200 * 199);
    assert_false(is_there(f, ".damaged"));
}

/* Reads and tries to keep, as somebody who may not write; the exit code tells what went wrong. */
static int as_stranger(fixture *f, const char *told)
{
    if (getuid() == 0 && setresuid(65534, 65534, 65534) != 0) return 10;
    tr_table back = table_of(f, 0, 5), more = table_of(f, 0, 9);
    tr_place got[2];
    int32_t n = 2;
    tr_cache *cache = NULL;
    if (tr_cache_open(f->file, &f->diag, &cache, NULL)) return 11;
    tr_cache_canaries(cache, "http://a:1", "lorry", &n, more.places, got, &f->diag);
    if (n != 2 || tr_micro(got[1].lat) != tr_micro(more.places[1].lat)) return 12;
    fill(&more, 2);
    tr_cache_write(cache, &key, &more, DAY, &f->diag);
    if (tr_cache_read(cache, &key, &back, &f->diag) != 20) return 13;
    tr_cache_write(cache, &key, &more, DAY, &f->diag);
    tr_cache_close(cache);
    if (f->diag.n_faults != 1) return 14;
    return strstr(f->diag.faults[0].text, told) ? 0 : 15;
}

static void test_read_only(void **state)
{
    fixture *f = *state;
    static const struct {
        mode_t folder, file;
        const char *told;
    } rights[] = {{0777, 0444, "may only be read: nothing new is kept"},
                  {0555, 0444, "may only be read: nothing new is kept"},
                  {0555, 0666, "nothing new is kept"}};
    char inner[96];
    tr_table t = table_of(f, 0, 5);
    fill(&t, 1);
    keep(f, &key, &t, DAY);
    snprintf(inner, sizeof inner, "%s/a", f->folder);
    chmod(f->folder, 0755);
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        int status;
        chmod(f->file, rights[i].file);
        chmod(inner, rights[i].folder);
        pid_t child = fork();
        if (!child) _exit(as_stranger(f, rights[i].told));
        assert_int_equal(waitpid(child, &status, 0), child);
        chmod(inner, 0777);
        assert_true(WIFEXITED(status));
        if (WEXITSTATUS(status)) fail_msg("case %d: %d", (int)i, WEXITSTATUS(status));
    }
}

static void test_forgets(void **state)
{
    fixture *f = *state;
    tr_table old = table_of(f, 0, 5), recent = table_of(f, 5, 5), back = table_of(f, 0, 5);
    fill(&old, 1), fill(&recent, 2);
    keep(f, &key, &old, DAY);
    keep(f, &key, &recent, DAY + 390);
    assert_int_equal(recall(f, &key, &back), 20); /* 390 days are not too many */
    keep(f, &key, &recent, DAY + 430);
    back = table_of(f, 0, 5);
    assert_int_equal(recall(f, &key, &back), 0);
    tr_cache_key other = key;
    other.server = "http://b:1"; /* has three of its own */
    keep(f, &other, &recent, DAY + 431);
    for (int i = 0; i < 6; i++) {
        tr_cache_key k = key;
        k.identity = tr_arena_printf(f->arena, "version %d", 100 + i);
        keep(f, &k, &recent, DAY + 470 + 40 * i);
    }
    back = table_of(f, 5, 5);
    assert_int_equal(recall(f, &key, &back), 0); /* three later maps */
    tr_cache_key kept = key;
    kept.identity = "version 103";
    assert_int_equal(recall(f, &kept, &back), 20);
    back = table_of(f, 5, 5);
    assert_int_equal(recall(f, &other, &back), 20);
    assert_count(f, "SELECT count(*) FROM way", 4 * 5); /* nor do rows stay behind */
    assert_count(f, "SELECT count(*) FROM snap WHERE map NOT IN (SELECT id FROM map)", 0);
    assert_count(f, "SELECT count(*) FROM place", 5);
}

/* A plan for 2099 by mistake, then the usual mornings again. */
static void test_mistaken_date(void **state)
{
    fixture *f = *state;
    tr_table old = table_of(f, 0, 5), recent = table_of(f, 5, 5), back = table_of(f, 0, 5);
    fill(&old, 1), fill(&recent, 2);
    keep(f, &key, &old, DAY);
    keep(f, &key, &recent, DAY + 27000);
    keep(f, &key, &recent, DAY + 1);
    keep(f, &key, &recent, DAY + 32);
    assert_int_equal(recall(f, &key, &back), 20);
    keep(f, &key, &recent, DAY + 402); /* and what is old by the usual mornings goes */
    keep(f, &key, &recent, DAY + 433);
    back = table_of(f, 0, 5);
    assert_int_equal(recall(f, &key, &back), 0);
}

/* The row of a depot, with cells to 12,000 places that are forgotten by now. */
static void test_long_rows(void **state)
{
    fixture *f = *state;
    tr_table t = table_of(f, 0, 5), back = table_of(f, 0, 5);
    fill(&t, 1);
    keep(f, &key, &t, DAY);
    sqlite3 *db;
    sqlite3_stmt *s;
    unsigned char cells[12 * 12000] = {0};
    for (int i = 0; i < 12000; i++)
        cells[12 * i] = i & 255, cells[12 * i + 1] = i >> 8, cells[12 * i + 2] = 1;
    assert_int_equal(sqlite3_open(f->file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "UPDATE way SET cells = CAST(cells || ? AS BLOB) WHERE place = 1",
                                        -1, &s, NULL),
                     SQLITE_OK);
    sqlite3_bind_blob(s, 1, cells, sizeof cells, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
    sqlite3_close(db);
    keep(f, &key, &t, DAY + 1);
    assert_count(f, "SELECT length(cells) / 12 FROM way WHERE place = 1", 12004);
    assert_int_equal(recall(f, &key, &back), 20);
    keep(f, &key, &t, DAY + 31);
    assert_count(f, "SELECT length(cells) / 12 FROM way WHERE place = 1", 4);
    back = table_of(f, 0, 5);
    assert_int_equal(recall(f, &key, &back), 20);
    assert_same(&t, &back);
}

static void test_canaries(void **state)
{
    fixture *f = *state;
    tr_table a = table_of(f, 0, 5), b = table_of(f, 50, 5);
    tr_place got[5];
    int32_t n = 5;
    tr_cache *cache = open_good(f);
    tr_cache_canaries(cache, "http://a:1", "van", &n, a.places, got, &f->diag);
    tr_cache_close(cache);
    cache = open_good(f);
    tr_cache_canaries(cache, "http://a:1", "van", &n, b.places, got, &f->diag);
    assert_int_equal(n, 5);
    for (int32_t i = 0; i < 5; i++) assert_int_equal(tr_micro(got[i].lat), tr_micro(a.places[i].lat));
    tr_cache_canaries(cache, "http://a:1", "lorry", &n, b.places, got, &f->diag);
    for (int32_t i = 0; i < 5; i++) assert_int_equal(tr_micro(got[i].lon), tr_micro(b.places[i].lon));
    n = 0;
    tr_cache_canaries(cache, "http://b:1", "van", &n, b.places, got,
                      &f->diag); /* none to offer: none are kept */
    n = 4;
    tr_cache_canaries(cache, "http://b:1", "van", &n, a.places, got, &f->diag);
    assert_int_equal(n, 4);
    tr_cache_close(cache);
    assert_int_equal(f->diag.n_faults, 0);
}

static void test_path_default(void **state)
{
    fixture *f = *state;
    char *home = getenv("HOME") ? strdup(getenv("HOME")) : NULL,
         *xdg = getenv("XDG_CACHE_HOME") ? strdup(getenv("XDG_CACHE_HOME")) : NULL;
    setenv("HOME", "/h", 1), setenv("XDG_CACHE_HOME", "/x", 1);
    assert_string_equal(tr_cache_path_default(f->arena), "/x/tiprun/travel.sqlite");
    setenv("XDG_CACHE_HOME", "relative", 1); /* to be passed over, as its specification has it */
    assert_string_equal(tr_cache_path_default(f->arena), "/h/.cache/tiprun/travel.sqlite");
    unsetenv("XDG_CACHE_HOME"), unsetenv("HOME");
    assert_null(tr_cache_path_default(f->arena));
    if (home) setenv("HOME", home, 1);
    if (xdg) setenv("XDG_CACHE_HOME", xdg, 1);
    free(home), free(xdg);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_round_trip),     CASE(test_five_new),
        CASE(test_keys_apart),     CASE(test_stale),
        CASE(test_at_once),        CASE(test_damaged),
        CASE(test_damaged_in_use), CASE(test_damage_found_twice),
        CASE(test_not_ours),       CASE(test_symbolic_link),
        CASE(test_hostile),        CASE(test_locked),
        CASE(test_full),           CASE(test_read_only),
        CASE(test_forgets),        CASE(test_mistaken_date),
        CASE(test_long_rows),      CASE(test_canaries),
        CASE(test_path_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
