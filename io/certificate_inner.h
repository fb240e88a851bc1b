/* certificate_inner.h -- what the parts of the certificate's file share.  See certificate.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CERTIFICATE_INNER_H
#define TR_CERTIFICATE_INNER_H
#include "certificate.h"
#include "json.h"

/* ---- ids ---- */

typedef struct {
    const char *id;
    int32_t index;
} tr_id;

typedef struct {
    const char *kind; /* "stop" */
    int32_t n;
    tr_id *sorted;           /* [n] by id */
    const char *const *list; /* [n] by index, for messages */
} tr_ids;

/* Its index; -1 and a fault if there is no such id, or none is read. */
int32_t tr_id_find(const tr_ids *all, const char *id, const tr_json *at);
int32_t tr_id_read(const tr_ids *all, tr_json at);

/* ---- writing: new values ---- */

json_t *tr_cuts_json(const tr_problem *problem, const tr_cut *cuts, int32_t n);
json_t *tr_stop_duals_json(const tr_problem *problem, const int64_t *duals); /* [n_stops] */
json_t *tr_near_json(const tr_problem *problem, int32_t n_near, const int32_t *near);
json_t *tr_trips_json(const tr_problem *problem, const tr_trip_proof *proof); /* certificate_trips.c */

/* ---- reading: faults are in the diag of the place, what is read in the arena ---- */

typedef struct {
    tr_arena *arena;
    tr_ids stops, vehicles, sites, streams;
} tr_certificate_reader;

int64_t *tr_ints_by_id(tr_certificate_reader *r, const tr_json *object, const tr_ids *ids); /* [n], one for each id */
void tr_level_duals_read(tr_json at, int64_t duals[2]);
tr_cut *tr_cuts_read(tr_certificate_reader *r, const tr_json *at, int32_t *n);
int32_t *tr_near_read(tr_certificate_reader *r, const tr_json *at, int32_t *n_near); /* [n_stops * n_near] */
tr_trip_proof *tr_trips_read(tr_certificate_reader *r, const tr_json *at);           /* certificate_trips.c */

#endif
