/* day_fixture.h -- a whole day in Swindon, built by hand: for the tests of what writes and reads it.
 *
 * Three vehicles (one not available), a site for everything, hazardous stops routed and left, a split
 * report half routed, a break, one report of every outcome.  The plan passes the referee.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_DAY_FIXTURE_H
#define TR_DAY_FIXTURE_H
#include "outputs.h"

typedef struct {
    tr_arena *arena;
    tr_morning morning;
    tr_plan plan, by_hand;
    tr_verdict verdict;
    tr_solve_report run;
    tr_diag diag;
    tr_travel *travel;
    tr_day day;
} day_fixture;

/* nasty: ids, streets and names that try to break out of HTML, CSV, XML, JSON and file names. */
day_fixture *day_fixture_new(bool nasty);    /* NULL: could not be built, the reason is on stderr */
void day_fixture_free(day_fixture *fixture); /* accepts NULL */

#endif
