/* curves.h -- curves of a simulation, averaged over replications: how many piles still wait after so many days, how long the
 * list is morning by morning, and what Little's law says of the books.
 *
 * A point of a curve is the mean over replications with Student's 95 % interval of that point alone.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CURVES_H
#define TR_CURVES_H
#include "sweep.h"
#include "waits.h"

/* Of one run: S at 0, 1, .., horizon calendar days, horizon + 1 values in the arena; its Kaplan-Meier curve read there.  NAN
 * without a pile. */
double *tr_curve_of(const tr_wait *waits, int32_t n, int32_t horizon, tr_arena *arena);

typedef struct {
    int32_t n;              /* points */
    const int32_t *x;       /* [n] days since the report; or dates, days since 1970-01-01 */
    const double *mean;     /* [n] */
    const tr_interval *t;   /* [n] NAN with one replication; kept within what the quantity can be (0 to 1, 0 and more) */
} tr_curve;

/* Share of piles not cleared so many whole days after their report, 0 to the horizon of the load's runs. */
tr_curve tr_curve_waiting(const tr_sweep *sweep, int32_t load, int32_t arm, tr_arena *arena);
/* Piles on the list in the morning of each measured working day. */
tr_curve tr_curve_queue(const tr_sweep *sweep, int32_t load, int32_t arm, tr_arena *arena);

/* Little's law over all replications: L, piles open at once, against lambda W of those that were cleared.  L less lambda W
 * is, pile by pile, what the list at the end has waited in all less what the list at the beginning had, over the time
 * measured.  So it is a test of steadiness as much as of the books. */
typedef struct {
    int32_t n;                /* replications */
    double l, lambda_w;       /* means over replications */
    double gap;               /* (L - lambda W) / L, signed; NAN without piles */
    tr_interval t;            /* of the gap: Student's over replications, L taken as it is */
    bool holds;               /* |gap| <= 1 % */
    const char *why;          /* in words: why it does not hold; "" where it does */
} tr_little;
tr_little tr_little_of(const tr_sweep *sweep, int32_t load, int32_t arm);

/* curves.csv: a row a load, arm, curve and point; not of saturated runs, in which nothing waits as it would. */
const char *tr_curves_csv(const tr_sweep *sweep, tr_arena *arena);

#endif
