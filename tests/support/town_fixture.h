/* town_fixture.h -- a town of made-up reports around the tiny example's depot, for the tests of the simulation.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TOWN_FIXTURE_H
#define TR_TOWN_FIXTURE_H
#include "town.h"

/* Reads reports, a CSV file as text, with the fleet and sites of the tiny example, and estimates its roads.  town->morning.arena
 * is set before, and town->unmerged where it is wanted.  Faults are printed. */
tr_status tr_tiny_town(const char *reports, const tr_replay_settings *settings, tr_town *town);

#endif
