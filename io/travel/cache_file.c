/* cache_file.c -- see cache_file.h.
 *
 * The file may be anybody's: only one with exactly our tables is taken for ours, one of another program is
 * left alone, and a damaged one is renamed and never removed.
 *
 * The journal is SQLite's oldest, a file beside ours while something is written: a write-ahead log would need
 * memory that programs share, which network folders do not have, and could not be read in a folder that may
 * not be written.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache_file.h"
#include "write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    APPLICATION = 0x74697072, /* "tipr", PRAGMA application_id */
    VERSION = 1,              /* PRAGMA user_version */
    PATIENCE_MS = 2000        /* while another program writes */
};

static const char *const tables[] = { /* as SQLite hands them back: nothing else is taken for ours */
    "CREATE TABLE map (id INTEGER PRIMARY KEY, server TEXT NOT NULL, identity TEXT NOT NULL,"
    " mode TEXT NOT NULL, exclude TEXT NOT NULL, seen INTEGER NOT NULL,"
    " UNIQUE (mode, exclude, server, identity))",
    "CREATE TABLE place (id INTEGER PRIMARY KEY AUTOINCREMENT, lat INTEGER NOT NULL, lon INTEGER NOT NULL,"
    " used INTEGER NOT NULL, UNIQUE (lat, lon))",
    "CREATE TABLE snap (map INTEGER NOT NULL, place INTEGER NOT NULL, lat REAL, lon REAL, m REAL,"
    " PRIMARY KEY (map, place)) WITHOUT ROWID",
    "CREATE TABLE way (map INTEGER NOT NULL, place INTEGER NOT NULL, cells BLOB NOT NULL,"
    " PRIMARY KEY (map, place))",
    "CREATE TABLE canary (server TEXT NOT NULL, mode TEXT NOT NULL, number INTEGER NOT NULL,"
    " lat INTEGER NOT NULL, lon INTEGER NOT NULL, PRIMARY KEY (server, mode, number))",
    "CREATE TABLE tidied (day INTEGER NOT NULL)",
};
enum { N_TABLES = sizeof tables / sizeof *tables };

/* ---- faults ---- */

static bool is_damage(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

/* Remembers what went wrong, at once: later calls of SQLite forget it.  Returns the code. */
int tr_cache_note(tr_cache *c, int code)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return code;
    int kind = code & 0xff, of_system = c->db ? sqlite3_system_errno(c->db) : 0;
    bool by_system = of_system && (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_FULL);
    c->damaged = is_damage(code);
    if (kind == SQLITE_BUSY)
        snprintf(c->reason, TR_CACHE_REASON, "another program has kept it locked for %d s",
                 PATIENCE_MS / 1000);
    else
        snprintf(c->reason, TR_CACHE_REASON, "%s%s%s", c->db ? sqlite3_errmsg(c->db) : sqlite3_errstr(code),
                 by_system ? ": " : "", by_system ? strerror(of_system) : "");
    return code;
}

/* What SQLite takes for good and is not as we write it. */
bool tr_cache_found_damaged(tr_cache *c)
{
    c->damaged = true;
    return false;
}

void tr_cache_stop_reading(tr_cache *c, tr_diag *diag)
{
    if (diag && !c->off)
        tr_diag_add(diag, TR_WARNING, c->path, "",
                    "cannot read the cache of road times: %s; going on without it", c->reason);
    c->off = true;
}

void tr_cache_stop_keeping(tr_cache *c, tr_diag *diag)
{
    if (diag && !c->unkept)
        tr_diag_add(diag, TR_WARNING, c->path, "",
                    "cannot write to the cache of road times: %s; nothing new is kept", c->reason);
    c->unkept = true;
}

/* ---- statements: prepared, bound and stepped in one place ---- */

sqlite3_stmt *tr_cache_prepare(tr_cache *c, const char *sql)
{
    sqlite3_stmt *s = NULL;
    return tr_cache_note(c, sqlite3_prepare_v2(c->db, sql, -1, &s, NULL)) == SQLITE_OK ? s : NULL;
}

int tr_cache_step(tr_cache *c, sqlite3_stmt *s)
{
    return tr_cache_note(c, sqlite3_step(s));
}

bool tr_cache_is_good(int code) /* of a step */
{
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool tr_cache_run(tr_cache *c, const char *sql)
{
    return tr_cache_note(c, sqlite3_exec(c->db, sql, NULL, NULL, NULL)) == SQLITE_OK;
}

/* Ends what was begun, if it is not ended; a fault of before stays noted. */
void tr_cache_undo(tr_cache *c)
{
    if (!sqlite3_get_autocommit(c->db)) sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

/* Binds `i` as whole numbers and `t` as texts, in the order of `types`, from 1. */
void tr_cache_bind(sqlite3_stmt *s, const char *types, ...)
{
    va_list args;
    va_start(args, types);
    sqlite3_reset(s);
    for (int k = 0; types[k]; k++) {
        if (types[k] == 'i')
            sqlite3_bind_int64(s, k + 1, va_arg(args, int64_t));
        else
            sqlite3_bind_text(s, k + 1, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
    }
    va_end(args);
}

/* ---- opening ---- */

typedef enum { OURS, EMPTY, FOREIGN, NEWER, DAMAGED, LOCKED } state_of_file;

int64_t tr_cache_number(tr_cache *c, const char *sql, int *code)
{
    int64_t value = -1;
    sqlite3_stmt *s = NULL;
    *code = tr_cache_note(c, sqlite3_prepare_v2(c->db, sql, -1, &s, NULL));
    if (*code == SQLITE_OK) *code = tr_cache_step(c, s);
    if (*code == SQLITE_ROW) value = sqlite3_column_int64(s, 0), *code = SQLITE_OK;
    sqlite3_finalize(s);
    return value;
}

/* A view or a trigger would be a program of somebody else that runs when we read or write. */
static bool has_our_tables(tr_cache *c)
{
    int code;
    sqlite3_stmt *s =
        tr_cache_prepare(c, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND sql = ?");
    bool good = s;
    for (int i = 0; good && i < N_TABLES; i++) {
        tr_cache_bind(s, "t", tables[i]);
        good = tr_cache_step(c, s) == SQLITE_ROW && sqlite3_column_int(s, 0) == 1;
    }
    sqlite3_finalize(s);
    return good && tr_cache_number(c, "SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')",
                                   &code) == 0;
}

static state_of_file look(tr_cache *c)
{
    int code;
    int64_t n = tr_cache_number(c, "SELECT count(*) FROM sqlite_master", &code);
    if (is_damage(code)) return DAMAGED;
    if (code != SQLITE_OK) return LOCKED;
    int64_t application = tr_cache_number(c, "PRAGMA application_id", &code);
    int64_t version = tr_cache_number(c, "PRAGMA user_version", &code);
    if (application == 0 && version == 0 && n == 0) return EMPTY;
    if (application != APPLICATION) return FOREIGN;
    if (version > VERSION) return NEWER;
    return has_our_tables(c) ? OURS : DAMAGED;
}

/* Two programs may find the file empty at once: the second one finds the tables made. */
static bool make_tables(tr_cache *c)
{
    char mark[120];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", APPLICATION,
             VERSION);
    if (!tr_cache_run(c, "BEGIN IMMEDIATE")) return false;
    if (look(c) == OURS) return tr_cache_run(c, "COMMIT");
    bool good = true;
    for (int i = 0; good && i < N_TABLES; i++) good = tr_cache_run(c, tables[i]);
    return good && tr_cache_run(c, mark); /* if not, closing it takes back what was made */
}

static bool open_file(tr_cache *c)
{
    struct stat file;
    int code = sqlite3_open_v2(c->path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    c->damaged = false;
    if (tr_cache_note(c, code) != SQLITE_OK) return false;
    if (stat(c->path, &file) != 0) return snprintf(c->reason, TR_CACHE_REASON, "%s", strerror(errno)), false;
    c->device = file.st_dev, c->number = file.st_ino;
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_timeout(c->db, PATIENCE_MS);
    sqlite3_limit(c->db, SQLITE_LIMIT_LENGTH, (TR_CACHE_MOST_CELLS + 100) * TR_CACHE_CELL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL); /* the file may be anybody's */
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    tr_cache_run(c, "PRAGMA cell_size_check = ON");
    return true;
}

static void close_file(tr_cache *c)
{
    sqlite3_close(c->db);
    c->db = NULL;
}

/* A name that nobody has, and an empty file in its place: FILE.damaged, FILE.damaged-2, ... */
static bool take_name(const tr_cache *c, char *name, size_t room)
{
    for (int k = 1; k < 1000; k++) {
        snprintf(name, room, k == 1 ? "%s.damaged" : "%s.damaged-%d", c->path, k);
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) return close(fd) == 0;
        if (errno != EEXIST) return false;
    }
    return false;
}

/* The journal goes with the file.  Where another program was quicker there is nothing to do. */
static bool set_aside(tr_cache *c, tr_diag *diag)
{
    size_t room = strlen(c->path) + 40;
    char *name = malloc(2 * room), *journal = malloc(2 * room);
    struct stat now;
    close_file(c);
    bool ours = stat(c->path, &now) == 0 && now.st_dev == c->device && now.st_ino == c->number, done = !ours;
    if (ours && name && journal && take_name(c, name, room)) {
        done = rename(c->path, name) == 0;
        int why = errno;
        if (!done) unlink(name);
        errno = why;
    }
    if (ours && done) {
        snprintf(journal, room, "%s-journal", c->path);
        snprintf(journal + room, room, "%s-journal", name);
        rename(journal, journal + room);
        if (diag)
            tr_diag_add(diag, TR_WARNING, c->path, "",
                        "the cache of road times is damaged: it is set aside as %s "
                        "and begun anew",
                        name);
    }
    free(name), free(journal);
    return done;
}

static tr_status make_directory_of(const char *path, tr_err *err)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path) return TR_OK;
    char *directory = strndup(path, (size_t)(slash - path));
    tr_status status =
        directory ? tr_directory_make(directory, err) : tr_fail(err, TR_EINTERNAL, "out of memory");
    free(directory);
    return status;
}

/* What the name stands for, before SQLite makes a file of it. */
static tr_status check_name(const char *path, tr_err *err)
{
    struct stat there;
    if (stat(path, &there) != 0) {
        if (errno == ELOOP || lstat(path, &there) == 0)
            return tr_fail(
                err, TR_EINPUT,
                "%s: is a symbolic link to a file that is not there or out of reach: no cache of road times "
                "is kept there",
                path);
        return make_directory_of(path, err);
    }
    if (S_ISREG(there.st_mode)) return TR_OK;
    return tr_fail(err, TR_EINPUT, "%s: is %s and no file: no cache of road times is kept there", path,
                   S_ISDIR(there.st_mode) ? "a directory" : "a device or pipe");
}

static tr_status refuse(const tr_cache *c, const char *what, tr_err *err)
{
    return tr_fail(err, TR_EINPUT, "%s: cannot %s the cache of road times: %s", c->path, what, c->reason);
}

static tr_status begin(tr_cache *c, tr_diag *diag, tr_err *err)
{
    TR_TRY(check_name(c->path, err));
    for (int try = 0; try < 2; try++) {
        if (!open_file(c)) return refuse(c, "open", err);
        switch (look(c)) {
        case OURS:
            return TR_OK;
        case EMPTY:
            return make_tables(c) ? TR_OK : refuse(c, "begin", err);
        case LOCKED:
            return refuse(c, "open", err);
        case FOREIGN:
            return tr_fail(err, TR_EINPUT,
                           "%s: is a database of another program and no cache of road times: it is "
                           "left as it is",
                           c->path);
        case NEWER:
            return tr_fail(err, TR_EINPUT,
                           "%s: is a cache of road times of a newer tiprun than " TR_VERSION
                           ": it is left as it is",
                           c->path);
        case DAMAGED:
            if (!try && set_aside(c, diag)) continue;
            return tr_fail(err, TR_EINPUT,
                           "%s: the cache of road times is damaged and cannot be set aside: %s", c->path,
                           try ? "the new one is damaged too" : strerror(errno));
        }
    }
    return tr_fail(err, TR_EINTERNAL, "%s: cannot open the cache of road times", c->path); /* not reached */
}

/* Damage found in use: the file goes aside, an empty one takes its place. */
void tr_cache_replace(tr_cache *c, tr_diag *diag)
{
    tr_err err;
    if (set_aside(c, diag)) {
        if (!begin(c, diag, &err)) return;
    } else {
        tr_fail(&err, TR_EINPUT,
                "the cache of road times is damaged and cannot be set aside: %s; going on without it",
                strerror(errno));
    }
    if (diag) tr_diag_add(diag, TR_WARNING, c->path, "", "%s", err.text);
    c->off = true;
}

tr_status tr_cache_open(const char *path, tr_diag *diag, tr_cache **cache, tr_err *err)
{
    tr_cache *c = calloc(1, sizeof *c);
    char *name = c ? strdup(path) : NULL;
    if (!name) return free(c), tr_fail(err, TR_EINTERNAL, "%s: out of memory", path);
    c->path = name;
    tr_status status = begin(c, diag, err);
    if (status)
        tr_cache_close(c);
    else
        *cache = c;
    return status;
}

void tr_cache_close(tr_cache *c)
{
    if (!c) return;
    close_file(c);
    free(c->path);
    free(c);
}
