/* groups.h -- the piles of a simulation by waste type, size, hazard and ward: measured when a run ends, summed up over
 * replications.
 *
 * A run keeps the figures of its groups, not its cases.  Every pile for crews is in one group of each grouping.  The unit is the
 * replication, as in sweep.h: a figure of a group is averaged over the replications in which it has a value.  Where many
 * replications hold few piles of a group it is marked (`few`), not left out: its figures then hang on single piles.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_GROUPS_H
#define TR_GROUPS_H
#include "sweep.h"
#include "waits.h"

enum { TR_GROUP_FEW = 10 }; /* piles; in more than a tenth of the replications: marked */

typedef enum { TR_BY_WASTE_TYPE, TR_BY_SIZE, TR_BY_HAZARD, TR_BY_WARD, TR_N_BY } tr_by;
extern const char *const tr_by_names[TR_N_BY]; /* "waste_type", ... */

typedef struct {
    tr_by by;
    const char *name; /* "not known" where the reports do not tell */
} tr_group_label;

/* Groups of all groupings together, 0..n-1; the same for every run of a town.  Wards only where some report names one. */
int32_t tr_groups_count(const tr_town *town);
tr_group_label tr_groups_label(const tr_town *town, int32_t group);

/* figure[group * TR_N_WAIT + tr_figure], in the arena. */
double *tr_groups_measure(const tr_wait *waits, int32_t n, const tr_town *town, tr_horizons horizons, tr_arena *arena);

typedef struct {
    int32_t n;     /* replications that have the figure */
    double mean;
    tr_interval t; /* Student's, 95 % */
} tr_group_summary;

/* Of one arm; and of one less another in the same replications, where both have the figure. */
tr_group_summary tr_groups_mean(const tr_sweep *sweep, int32_t load, int32_t arm, int32_t group, tr_figure figure);
tr_group_summary tr_groups_difference(const tr_sweep *sweep, int32_t load, int32_t arm, int32_t other, int32_t group,
                                      tr_figure figure);
int32_t tr_groups_thin(const tr_sweep *sweep, int32_t load, int32_t arm, int32_t group); /* replications of fewer than TR_GROUP_FEW piles */
bool tr_groups_few(const tr_sweep *sweep, int32_t load, int32_t arm, int32_t group);
bool tr_groups_empty(const tr_sweep *sweep, int32_t load, int32_t arm, int32_t group); /* no pile in any replication */

/* groups.csv: a row a load, arm, group and figure. */
const char *tr_groups_csv(const tr_sweep *sweep, tr_arena *arena);

#endif
