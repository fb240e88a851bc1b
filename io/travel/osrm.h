/* osrm.h -- the OSRM client: tables by blocks over several connections, routes with their lines, and
 * which map a server has.  It trusts nothing that a server says and ends within its deadline.
 *
 * A mode is a profile ("van"), or "van+kerb": then stops are reached and left on the kerb side
 * (approaches=curb), depots and sites as they come.  k counts the servers of a mode in the order in
 * which they were given.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_OSRM_H
#define TR_OSRM_H
#include "travel_source.h"

typedef struct tr_osrm tr_osrm;

tr_status tr_osrm_open(const tr_osrm_options *options, tr_osrm **osrm, tr_err *err); /* asks nothing yet */
void tr_osrm_close(tr_osrm *osrm);                                                 /* accepts NULL */

int32_t tr_osrm_n_servers(const tr_osrm *osrm, const char *mode); /* 0: none is given for its profile */
const char *tr_osrm_server(const tr_osrm *osrm, const char *mode, int32_t k); /* without user and password */
const char *tr_osrm_excluded(const tr_osrm *osrm, const char *mode); /* "motorway,toll"; "" = nothing */
bool tr_osrm_is_silent(const tr_osrm *osrm, const char *mode, int32_t k); /* its last question got no answer at all */
const char *tr_osrm_describe(const tr_osrm *osrm); /* "OSRM at http://a:1 for van, http://b:2 for lorry" */

typedef struct {
    char identity[80];  /* "version " and data_version, cut to fit, or "canary " and a hash in hex */
    char fingerprint[24]; /* hash of the canary cells whatever data_version says: two modes of equal
                             fingerprint get their times from the same data */
    char version[64];   /* data_version, printable; "" where the server has none */
    int32_t map_day;    /* days since 1970-01-01 that data_version tells, -1 */
} tr_osrm_map;

/* One request: the cells between the canary places (5 give 20), and data_version. */
tr_status tr_osrm_identify(tr_osrm *osrm, const char *mode, int32_t k, int32_t n, const tr_place *canaries,
                           tr_osrm_map *map, tr_err *err);

/* Asks for the cells that are TR_FROM_NOTHING, and no others (a few more where that saves requests; they
 * are not written).  On failure what was got so far is in the table.  *n_asked: cells filled. */
tr_status tr_osrm_table(tr_osrm *osrm, int32_t k, tr_table *table, int64_t *n_asked, tr_diag *diag, tr_err *err);

/* Was it found in this run that no road reaches this stop on the kerb side, so that it is reached from either? */
bool tr_osrm_is_loose(const tr_osrm *osrm, const char *mode, const tr_place *place);

/* As in travel_source.h. */
tr_status tr_osrm_legs(tr_osrm *osrm, int32_t k, const char *mode, const tr_place *places, int32_t n,
                       const int32_t *stops, tr_arena *arena, tr_leg *legs, tr_err *err);

#endif
