/* cuts.h -- subset-row cuts over three stops that a solution of the master violates (Jepsen et al. 2008).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CUTS_H
#define TR_CUTS_H
#include "master.h"

typedef struct { /* a cut that a solution of some master does not hold to, and by how much */
    double by;
    int32_t stops[3];
} tr_violated;

int tr_by_violation(const void *a, const void *b); /* for qsort: the most violated first, then by stops, so that order is fixed */

/* Adds at most `most` cuts to the master, the most violated first, no stop in more than a few; returns how many. */
int32_t tr_cuts_add(tr_master *master, int32_t most);

#endif
