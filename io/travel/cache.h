/* cache.h -- cells that servers told before, in an SQLite file.
 *
 * A cell is known by server, map, mode (with what is excluded) and the coordinates of its two ends to a
 * millionth of a degree.  Several programs may use the file at once.  A cache is a help and no need: what
 * goes wrong with it is a warning, and the file that is damaged is set aside (FILE.damaged) and begun anew.
 * Where nothing can be kept (full disk, no right to write) it is still read.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CACHE_H
#define TR_CACHE_H
#include "travel_source.h"

typedef struct tr_cache tr_cache;

typedef struct { /* what cells belong to; all texts non-NULL */
    const char *server, *identity, *mode, *exclude;
} tr_cache_key;

/* Makes the file and its folder if they are not there.  On failure there is no cache, and what has the name
 * stays as it is; the text says what it is. */
tr_status tr_cache_open(const char *path, tr_diag *diag, tr_cache **cache, tr_err *err);
void tr_cache_close(tr_cache *cache); /* accepts NULL */

/* The canary places of a server and mode: those of the file, or these are kept for it from now on.  *n places
 * in, *n out; into[] holds them (name "canary").  Same places later: the map's identity can be compared. */
void tr_cache_canaries(tr_cache *cache, const char *server, const char *mode, int32_t *n,
                       const tr_place *offered, tr_place *into, tr_diag *diag);

/* Fills cells that are TR_FROM_NOTHING, and snaps that are unknown, from cells of exactly this key, marked
 * TR_FROM_OSRM; returns how many cells. */
int64_t tr_cache_read(tr_cache *cache, const tr_cache_key *key, tr_table *table, tr_diag *diag);

/* The same from any other map of any server for this mode and exclude (key's server and identity may be ""):
 * those of the key's server first, then the latest seen first; marked TR_FROM_STALE. */
int64_t tr_cache_read_stale(tr_cache *cache, const tr_cache_key *key, tr_table *table, tr_diag *diag);

/* Keeps the cells of the table whose source is TR_FROM_OSRM, with the snaps, under the key.  day: the plan's
 * local day.  Now and then places are forgotten that no table kept for 400 days had, and all but the latest 3
 * maps of each server, mode and exclude. */
void tr_cache_write(tr_cache *cache, const tr_cache_key *key, const tr_table *table, int32_t day,
                    tr_diag *diag);

/* $XDG_CACHE_HOME/tiprun/travel.sqlite, else $HOME/.cache/tiprun/travel.sqlite; NULL if neither is set. */
char *tr_cache_path_default(tr_arena *arena);

#endif
