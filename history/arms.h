/* arms.h -- what a simulation compares: arms, each a rule on a fleet with its sites, all facing the same reports.
 *
 * Every rule of the settings runs with every fleet.  A fleet has a town of its own, as stops are cut to what vehicles hold and roads
 * lead to its depots and sites; piles, and what is off the road, are the same in all towns, so that a stream draws the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_ARMS_H
#define TR_ARMS_H
#include "town.h"

enum { TR_MOST_FLEETS = 16, TR_MOST_ARMS = TR_MOST_FLEETS * TR_N_DISPATCH };

typedef struct {
    const char *label;     /* "tiprun"; of several fleets "tiprun@more" */
    int32_t fleet;         /* index of tr_arms.fleets */
    tr_dispatch_rule rule;
    const tr_town *town;
} tr_arm;

typedef struct {
    int32_t n_fleets;
    const char *fleets[TR_MOST_FLEETS];  /* names: of the file, with that of the sites where they differ */
    int32_t n_towns;
    tr_town *towns[2 * TR_MOST_FLEETS];  /* one a fleet, the first one's first; behind them unmerged ones, if rule `unmerged` asks for them */
    int32_t n;
    tr_arm arms[TR_MOST_ARMS];           /* fleet by fleet, rules in the order of the settings */
} tr_arms;

/* Reads and triages the record for each fleet: files[n_fleets] with their fleets and sites, all else the same.  No travel yet.
 * Everything lives in the arena; faults are told once. */
tr_status tr_arms_read(const tr_input_files *files, int32_t n_fleets, const tr_replay_settings *settings, tr_arena *arena, tr_arms *arms,
                       tr_diag *diag);

/* Every rule of the settings with every fleet, from names and towns: what tr_arms_read ends with. */
void tr_arms_cross(tr_arms *arms, const tr_replay_settings *settings, tr_arena *arena);

/* After tr_town_travel of every town: what is off the road of one is off it for all; and all are mapped by the same squares. */
void tr_arms_agree(tr_arms *arms);

/* Where nobody may carry a kind of waste, triage passes it on: piles that only one of two fleets is given, in some size or type. */
int32_t tr_arms_given_to_one(const tr_town *a, const tr_town *b);

/* Which arm another one is compared with: on the first fleet with the control, on the others with the same rule on the first
 * fleet; -1 = none. */
int32_t tr_arms_base(const tr_arms *arms, int32_t arm);
int32_t tr_arms_control(const tr_arms *arms); /* rule `oldest` on the first fleet, -1 */

#endif
