/* entries.h -- sets of stops that a solution of the master enters less often than it serves one of them.
 *
 * Who serves a stop enters every set that holds it (generalised subtour elimination: Fischetti, Salazar, Toth 1998, "Solving the
 * orienteering problem through branch-and-cut").  Routes that go round and round among near stops do not, and their duals only
 * change the cost of going from one stop to another: no label is told apart by them, but at sites (robust cuts: Fukasawa et al. 2006).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_ENTRIES_H
#define TR_ENTRIES_H
#include "master.h"

/* Adds at most `most` sets to the master, the most violated first; returns how many. */
int32_t tr_entries_add(tr_master *master, int32_t most);

#endif
