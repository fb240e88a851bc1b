/* groups.c -- see groups.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const tr_by_names[TR_N_BY] = {"waste_type", "size", "hazard", "ward"};

/* ---- numbers ---- */

/* Groups of a grouping: its words, and one for what is not known (hazard is always known). */
static int32_t groups_of(const tr_town *t, tr_by by)
{
    const int32_t n[TR_N_BY] = {TR_N_WASTE_TYPES + 1, TR_N_SIZES + 1, 2, t->n_wards ? t->n_wards + 1 : 0};
    return n[by];
}

static int32_t first_of(const tr_town *t, tr_by by)
{
    int32_t first = 0;
    for (int32_t b = 0; b < (int32_t)by; b++) first += groups_of(t, (tr_by)b);
    return first;
}

int32_t tr_groups_count(const tr_town *town)
{
    return first_of(town, TR_N_BY);
}

static const char *word_of(const tr_town *t, tr_by by, int32_t i)
{
    static const char *const hazards[] = {"not hazardous", "hazardous"};
    if (by == TR_BY_HAZARD) return hazards[i];
    if (i == groups_of(t, by) - 1) return "not known";
    return by == TR_BY_WASTE_TYPE ? tr_waste_types[i] : by == TR_BY_SIZE ? tr_sizes[i] : t->wards[i];
}

tr_group_label tr_groups_label(const tr_town *town, int32_t group)
{
    tr_by by = TR_BY_WASTE_TYPE;
    for (int32_t n; group >= (n = groups_of(town, by)); by = (tr_by)(by + 1)) group -= n;
    return (tr_group_label){by, word_of(town, by, group)};
}

/* Where a word stands in a list; behind its end if it is not there. */
static int32_t listed(const char *word, const char *const *words, int32_t n)
{
    int32_t i = word ? 0 : n;
    while (i < n && strcmp(words[i], word)) i++;
    return i;
}

static int by_name(const void *word, const void *entry)
{
    return strcmp(word, *(const char *const *)entry);
}

static int32_t ward_of(const tr_town *t, const char *ward)
{
    const char **at = ward && t->n_wards ? bsearch(ward, t->wards, (size_t)t->n_wards, sizeof *t->wards, by_name) : NULL;
    return at ? (int32_t)(at - t->wards) : t->n_wards;
}

static int32_t number_in(const tr_town *t, tr_by by, const tr_case *c)
{
    switch (by) {
    case TR_BY_WASTE_TYPE: return listed(c->waste_type, tr_waste_types, TR_N_WASTE_TYPES);
    case TR_BY_SIZE: return listed(c->size, tr_sizes, TR_N_SIZES);
    case TR_BY_HAZARD: return c->hazardous == 1;
    default: return ward_of(t, c->ward);
    }
}

/* ---- of a run ---- */

/* The waits sorted by group of one grouping (a counting sort), then each group measured. */
static void measure_by(const tr_wait *waits, int32_t n, const tr_town *t, tr_by by, tr_horizons horizons, double *figure)
{
    tr_arena *scratch = tr_arena_new();
    int32_t groups = groups_of(t, by), *number = TR_NEW(scratch, int32_t, n + 1), *begin = TR_NEW(scratch, int32_t, groups + 2);
    tr_wait *sorted = TR_NEW(scratch, tr_wait, n + 1);
    for (int32_t i = 0; i < n; i++) begin[(number[i] = number_in(t, by, waits[i].of)) + 2]++;
    for (int32_t g = 2; g < groups + 2; g++) begin[g] += begin[g - 1];
    for (int32_t i = 0; i < n; i++) sorted[begin[number[i] + 1]++] = waits[i];
    for (int32_t g = 0; g < groups; g++)
        tr_waits_measure(&sorted[begin[g]], begin[g + 1] - begin[g], horizons, &figure[g * TR_N_WAIT]);
    tr_arena_free(scratch);
}

double *tr_groups_measure(const tr_wait *waits, int32_t n, const tr_town *town, tr_horizons horizons, tr_arena *arena)
{
    double *figure = TR_NEW(arena, double, tr_groups_count(town) * TR_N_WAIT + 1);
    for (int32_t b = 0; b < TR_N_BY; b++)
        if (groups_of(town, (tr_by)b)) measure_by(waits, n, town, (tr_by)b, horizons, &figure[first_of(town, (tr_by)b) * TR_N_WAIT]);
    return figure;
}

/* ---- over replications ---- */

static const tr_replay_run *run_of(const tr_sweep *w, int32_t load, int32_t arm, int32_t replication)
{
    return &w->loads[load].runs[replication * w->arms->n + arm];
}

tr_group_summary tr_groups_difference(const tr_sweep *w, int32_t load, int32_t arm, int32_t other, int32_t group, tr_figure figure)
{
    tr_arena *scratch = tr_arena_new();
    double *x = TR_NEW(scratch, double, w->settings->replications + 1);
    int32_t at = group * TR_N_WAIT + (int32_t)figure;
    tr_group_summary s = {.mean = NAN, .t = {NAN, NAN}};
    for (int32_t r = 0; r < w->settings->replications; r++) {
        double value = run_of(w, load, arm, r)->group_figure[at];
        if (other >= 0) value -= run_of(w, load, other, r)->group_figure[at];
        if (isfinite(value)) x[s.n++] = value;
    }
    if (s.n) s.t = tr_paired_t(x, s.n, 0.95, &s.mean);
    tr_arena_free(scratch);
    return s;
}

tr_group_summary tr_groups_mean(const tr_sweep *w, int32_t load, int32_t arm, int32_t group, tr_figure figure)
{
    return tr_groups_difference(w, load, arm, -1, group, figure);
}

int32_t tr_groups_thin(const tr_sweep *w, int32_t load, int32_t arm, int32_t group)
{
    int32_t thin = 0;
    for (int32_t r = 0; r < w->settings->replications; r++)
        thin += run_of(w, load, arm, r)->group_figure[group * TR_N_WAIT + TR_FIG_CASES] < TR_GROUP_FEW;
    return thin;
}

bool tr_groups_few(const tr_sweep *w, int32_t load, int32_t arm, int32_t group)
{
    return 10 * tr_groups_thin(w, load, arm, group) > w->settings->replications;
}

bool tr_groups_empty(const tr_sweep *w, int32_t load, int32_t arm, int32_t group)
{
    for (int32_t r = 0; r < w->settings->replications; r++)
        if (run_of(w, load, arm, r)->group_figure[group * TR_N_WAIT + TR_FIG_CASES] > 0) return false;
    return true;
}
