/* place.h -- exact placement for a fixed order of stops: compartments, disposal visits, breaks, windows.
 *
 * Label setting along the order (a Split-type dynamic programme: Prins 2004, Vidal 2016): between two
 * stops a label may visit sites and rest.  A label is dropped only if another is at least as good
 * in every term of the cost, in time, hours and every load, so that the answer is exact, rounding
 * included, for short routes; for longer ones a stage keeps its cheapest labels.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PLACE_H
#define TR_PLACE_H
#include "route.h"

typedef struct tr_placer tr_placer; /* scratch memory and a cache of answers; one a thread */

tr_placer *tr_placer_new(const tr_model *model, tr_arena *arena);

/* From now on short routes are placed without a cut, however large the problem is. */
void tr_placer_thorough(tr_placer *placer);

/* The cheapest route of the vehicle through stops[0..n-1] in this order into *out (items and all that
 * tr_rt_update derives).  False, and *out undefined, if there is none. */
bool tr_place(tr_placer *placer, int32_t vehicle, int32_t n, const int32_t *stops, tr_arena *arena, tr_rt *out);

/* The same, but a route of `bound` pence or more need not be found. */
bool tr_place_below(tr_placer *placer, int32_t vehicle, int32_t n, const int32_t *stops, int64_t bound, tr_arena *arena,
                    tr_rt *out);

/* The same with one stop more, at the cheapest of the `tries` (up to 4) positions of least detour that
 * rule 9 allows. */
bool tr_place_with(tr_placer *placer, int32_t vehicle, int32_t n, const int32_t *stops, int32_t stop, int32_t tries,
                   tr_arena *arena, tr_rt *out);

/* The cheapest route of the vehicle through the stops in any order, exactly, rounding included, if it is below `bound`
 * pence.  1: found, in *out; 0: there is none below; -1: more labels would be needed than there is room for (never so for
 * a few stops; PLACE_SET stops at most). */
enum { PLACE_SET = 16 };
int32_t tr_place_set(tr_placer *placer, int32_t vehicle, int32_t n, const int32_t *stops, int64_t bound, tr_arena *arena,
                     tr_rt *out);

#endif
