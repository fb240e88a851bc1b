/* close.h -- branch and bound over the routes that the master knows.
 *
 * Branches only ever take columns out: two stops on one route or not, a stop left or not, a stop on a class of vehicles or
 * not (after Ryan, Foster 1981).  Each node's bound is computed in integers from GLPK's rounded duals over all columns
 * that are still in; GLPK's word is never taken for it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CLOSE_H
#define TR_CLOSE_H
#include "master.h"

typedef struct {
    tr_master *master;
    int64_t value;        /* only solutions below are looked for; then that of the best one found */
    int64_t nodes;        /* that may be looked at */
    int32_t cut_rounds;   /* at the root */
    int (*exact)(void *context, int32_t column); /* NULL, or: 1 = it raised the column's cost, -1 = there is no such route */
    void *context;
    bool (*enough)(void *context); /* NULL, or: true ends the search */
    bool *out;            /* [columns] true = taken out from the beginning; NULL = none */
    /* answers */
    bool found;
    int32_t *chosen;      /* [n_vehicles] column of each vehicle, -1 = none */
    int64_t lowest;       /* proven: no solution of the columns that were in is below min(lowest, value) */
} tr_close;

/* True if the search was finished: no solution over these columns is below close->value. */
bool tr_close_run(tr_close *close, tr_arena *arena);

#endif
