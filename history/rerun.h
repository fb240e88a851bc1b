/* rerun.h -- what a simulation was run with, so that it can be run again byte for byte.
 *
 * rerun.json (instances/schema/rerun.schema.json) holds the settings as they took effect, the version, and name and SHA-256 of every
 * file read.  Road times that came from a server or a cache are kept beside it as recordings, for the server's map may change; and
 * whatever they came from, a hash of them all tells whether they are the same again.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_RERUN_H
#define TR_RERUN_H
#include "arms.h"

typedef struct {
    const char *path;    /* as it was given; NULL = none */
    const char *sha256;
} tr_rerun_file;

typedef struct {
    tr_replay_settings settings;
    int32_t n_reports, n_fleets, n_kept;
    tr_rerun_file *reports;
    tr_rerun_file fleets[TR_MOST_FLEETS], sites[TR_MOST_FLEETS]; /* sites[i] of fleet i */
    tr_rerun_file policy, mapping, recording, estimate;
    const char *source;        /* auto, osrm, recorded, estimated */
    const char *roads;         /* where road times came from, for people */
    const char *roads_sha256;  /* of them all */
    bool live;                 /* a server or a cache had a say in them */
    tr_rerun_file kept[2 * TR_MOST_FLEETS]; /* recordings beside rerun.json, one a town; none: too large, or not live */
} tr_rerun;

/* Hashes every file named. TR_EINPUT: one cannot be read. */
tr_status tr_rerun_hash(tr_rerun *rerun, tr_arena *arena, tr_err *err);
const char *tr_rerun_json(const tr_rerun *rerun, tr_arena *arena);

/* Reads it, and has every file's content compared: what has changed or is gone is an error that names it, another version a
 * warning.  kept paths then lie in the folder of `path`. */
void tr_rerun_read(const char *path, tr_arena *arena, tr_rerun *rerun, tr_diag *diag);

/* Of all road times of all towns, and which piles are on the road. */
tr_status tr_rerun_roads(const tr_arms *arms, tr_arena *arena, const char **sha256, tr_err *err);

#endif
