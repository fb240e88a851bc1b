/* cache_file.h -- the SQLite file of the cache, apart from what is in it: opening, statements, faults, damage.
 *
 * A fault is noted when it happens and told when somebody gives up because of it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CACHE_FILE_H
#define TR_CACHE_FILE_H
#include "cache.h"

#include <sqlite3.h>
#include <sys/types.h>

enum {
    TR_CACHE_CELL = 12,            /* bytes of a cell in a row: place, seconds, metres */
    TR_CACHE_MOST_CELLS = 1 << 20, /* of one row */
    TR_CACHE_REASON = 200
};

struct tr_cache {
    sqlite3 *db;
    char *path;
    dev_t device; /* of the file that is open, as another may have its name by now */
    ino_t number;
    bool off;                     /* reading failed: it is asked no more */
    bool unkept;                  /* writing failed: nothing more is kept */
    bool damaged;                 /* the file is, as the last fault tells */
    char reason[TR_CACHE_REASON]; /* of the last fault, in words */
};

/* Statements.  What fails is noted. */
sqlite3_stmt *tr_cache_prepare(tr_cache *c, const char *sql); /* NULL: it cannot */
/* Resets s; with types "ti" a const char * becomes ?1 and an int64_t ?2. */
void tr_cache_bind(sqlite3_stmt *s, const char *types, ...);
int tr_cache_step(tr_cache *c, sqlite3_stmt *s);
bool tr_cache_is_good(int code); /* of a step: SQLITE_ROW or SQLITE_DONE */
bool tr_cache_run(tr_cache *c, const char *sql);
int64_t tr_cache_number(tr_cache *c, const char *sql, int *code); /* the one whole number that sql yields */
void tr_cache_undo(tr_cache *c);                                  /* the open transaction, if there is one */

/* Faults. */
int tr_cache_note(tr_cache *c, int code); /* returns the code */
bool tr_cache_found_damaged(tr_cache *c); /* what SQLite takes for good is not as we write it; false */
void tr_cache_stop_reading(tr_cache *c, tr_diag *diag); /* tells why, once */
void tr_cache_stop_keeping(tr_cache *c, tr_diag *diag);
/* The file is damaged: it is set aside and an empty one takes its place.  Finalize all statements before. */
void tr_cache_replace(tr_cache *c, tr_diag *diag);

#endif
