/* audit_trips.h -- what the parts of the audit of a bound over trips share.
 *
 * audit_trips.c judges fleets and their bounds, audit_trips_shape.c whether classes and duals are of the right shape and sign.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_AUDIT_TRIPS_H
#define TR_AUDIT_TRIPS_H
#include "audit.h"

typedef struct {
    int64_t low, high;     /* vehicles out */
    int64_t few, many;     /* trips */
    bool rested, brief;    /* of the only vehicle: it has a break; it needs none */
} tr_audit_side_box;

typedef struct {
    bool reached, empty;
    int64_t least, most;   /* vehicles out in all */
    tr_audit_side_box *sides; /* [n_classes]; NULL where empty */
} tr_audit_box;

typedef enum { TR_AUDIT_NEW, TR_AUDIT_GOOD, TR_AUDIT_BAD } tr_audit_priced;

typedef struct {
    const tr_problem *problem;
    const tr_goal *goal;
    const tr_trip_proof *proof;
    tr_arena *arena;
    int32_t *n_of;         /* [n_classes] vehicles */
    tr_audit_day *days;    /* [n_classes] */
    int64_t *rounding;     /* [n_classes] of those that were priced: tr_audit_class */
    tr_audit_set **near;   /* [n_classes] */
    tr_audit_priced *shapes; /* [n_duals] */
    tr_audit_priced *priced; /* [n_duals * n_classes] */
    int64_t *moves;        /* [n_duals * n_classes] least reduced cost of one, units */
    tr_audit_box *boxes;   /* [n_fleets] */
    tr_audit_effort effort;
    int32_t n_faults, n_given_up; /* n_given_up: those that only say so */
    const char *why;
} tr_audit_court;

/* A line more of what is wrong. */
void tr_audit_fault(tr_audit_court *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *tr_audit_name(const tr_audit_court *c, int32_t cls); /* its first vehicle's id */

bool tr_audit_judge_arrays(tr_audit_court *c);
bool tr_audit_judge_classes(tr_audit_court *c); /* and measures them: n_of, days */
bool tr_audit_judge_duals(tr_audit_court *c, int32_t duals);

#endif
