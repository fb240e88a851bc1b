/* describe.c -- see describe.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, AT_ONCE_S = 15 * 60, MOST_GROUPS = 15, LEAST_OF_GROUP = 5 };
static const double LEVEL = 0.95;

static double days_of(const tr_case *c)
{
    return (double)(c->until_s - c->reported_s) / DAY_S;
}

/* ---- one group ---- */

typedef struct { /* the cases of a group, and the clock of working days over them */
    const tr_case *cases;
    const int32_t *index; /* NULL = all */
    int32_t n;
    const tr_describe_options *options;
    tr_working_clock clock;
    tr_arena *arena;
} set;

static const tr_case *at(const set *s, int32_t i)
{
    return &s->cases[s->index ? s->index[i] : i];
}

static set set_of(const tr_case *cases, const int32_t *index, int32_t n, const tr_describe_options *o,
                  tr_arena *arena)
{
    set s = {cases, index, n, o, {0}, arena};
    int64_t from = o->end_s, to = o->end_s;
    for (int32_t i = 0; i < n; i++) {
        if (at(&s, i)->reported_s < from) from = at(&s, i)->reported_s;
        if (at(&s, i)->until_s > to) to = at(&s, i)->until_s;
    }
    s.clock = tr_working_clock_make(o->workdays, from, to, arena);
    return s;
}

static double working_between(const set *s, int64_t from_s, int64_t to_s)
{
    return tr_working_clock_at(&s->clock, to_s) - tr_working_clock_at(&s->clock, from_s);
}

static tr_times times_of(double *x, int32_t n)
{
    double sum = 0;
    tr_sort(x, n);
    for (int32_t i = 0; i < n; i++) sum += x[i];
    if (!n) return (tr_times){0, NAN, NAN, NAN, NAN};
    return (tr_times){n, sum / n, tr_quantile(x, n, 0.5), tr_quantile(x, n, 0.9), x[n - 1]};
}

/* 1 inside its target, 0 outside, -1 not to be told: no target, or the record ended before it. */
static int inside(const set *s, int32_t i)
{
    const tr_describe_options *o = s->options;
    const tr_case *c = at(s, i);
    if (o->target_days > 0 && o->target_working) {
        if (working_between(s, c->reported_s, o->end_s) < o->target_days) return -1;
        return c->end != TR_CASE_OPEN && working_between(s, c->reported_s, c->until_s) <= o->target_days;
    }
    int64_t own = o->due_s ? o->due_s[s->index ? s->index[i] : i] : INT64_MIN;
    if (o->target_days <= 0 && own == INT64_MIN) return -1;
    double due = o->target_days > 0 ? (double)c->reported_s + o->target_days * DAY_S : (double)own;
    if (due > (double)o->end_s) return -1;
    return c->end != TR_CASE_OPEN && (double)c->until_s <= due;
}

static tr_share share_of(const set *s, bool every_end)
{
    tr_share share = {.share = NAN, .interval = {NAN, NAN}};
    for (int32_t i = 0; i < s->n; i++) {
        tr_case_end end = at(s, i)->end;
        int k = end == TR_CASE_CLEARED || end == TR_CASE_OPEN || every_end ? inside(s, i) : -1;
        share.n += k >= 0, share.inside += k == 1;
    }
    if (!share.n) return share;
    share.share = (double)share.inside / share.n;
    share.interval = tr_binomial_exact(share.inside, share.n, LEVEL);
    return share;
}

static void count_ends(const set *s, tr_group *g)
{
    g->oldest_open = NAN;
    for (int32_t i = 0; i < s->n; i++) {
        const tr_case *c = at(s, i);
        g->cleared += c->end == TR_CASE_CLEARED;
        g->open += c->end == TR_CASE_OPEN;
        g->duplicate += c->end == TR_CASE_DUPLICATE;
        g->transferred += c->end == TR_CASE_TRANSFERRED;
        if (c->end == TR_CASE_OPEN)
            g->oldest_open = fmax(g->oldest_open, days_of(c)); /* fmax passes NAN over */
    }
}

static void measure(const set *s, tr_group *g)
{
    double *calendar = TR_NEW(s->arena, double, s->n + 1), *working = TR_NEW(s->arena, double, s->n + 1);
    double *closed = TR_NEW(s->arena, double, s->n + 1);
    int32_t n_cleared = 0, n_closed = 0;
    for (int32_t i = 0; i < s->n; i++) {
        const tr_case *c = at(s, i);
        if (c->end != TR_CASE_OPEN) closed[n_closed++] = days_of(c);
        if (c->end != TR_CASE_CLEARED) continue;
        working[n_cleared] = working_between(s, c->reported_s, c->until_s);
        calendar[n_cleared++] = days_of(c);
    }
    g->calendar = times_of(calendar, n_cleared);
    g->working = times_of(working, n_cleared);
    g->closed = times_of(closed, n_closed);
}

static void draw_curve(const set *s, tr_group *g)
{
    double *t = TR_NEW(s->arena, double, s->n + 1), longest = 0;
    bool *event = TR_NEW(s->arena, bool, s->n + 1);
    tr_km_point *points = NULL;
    for (int32_t i = 0; i < s->n; i++) {
        t[i] = days_of(at(s, i)), event[i] = at(s, i)->end == TR_CASE_CLEARED;
        longest = fmax(longest, t[i]);
    }
    g->n_points = tr_km(t, event, s->n, LEVEL, s->arena, &points);
    g->points = points;
    g->km_median = tr_km_quantile(points, g->n_points, 0.5);
    g->km_p90 = tr_km_quantile(points, g->n_points, 0.9);
    g->km_median_interval = tr_km_quantile_interval(points, g->n_points, 0.5);
    bool to_nought = g->n_points && points[g->n_points - 1].survival <= 0;
    g->horizon = to_nought ? s->options->horizon
                           : fmin(s->options->horizon, longest); /* no further than was watched */
    g->restricted_mean = tr_restricted_mean(points, g->n_points, g->horizon, &g->restricted_se);
}

/* Intervals over the cases of one run cover far too little: they wait for each other. */
static void take_intervals(tr_group *g)
{
    g->one_run = true;
    g->inside.interval = g->closed_inside.interval = g->km_median_interval = (tr_interval){NAN, NAN};
    g->restricted_se = NAN;
}

static tr_group group_of(const char *name, const set *s)
{
    tr_group g = {.name = name, .n = s->n};
    count_ends(s, &g);
    measure(s, &g);
    g.inside = share_of(s, false);
    g.closed_inside = share_of(s, true);
    draw_curve(s, &g);
    if (s->options->one_run) take_intervals(&g);
    return g;
}

tr_group tr_group_describe(const char *name, const tr_case *cases, const int32_t *index, int32_t n,
                           const tr_describe_options *options, tr_arena *arena)
{
    set s = set_of(cases, index, n, options, arena);
    return group_of(name, &s);
}

/* ---- groupings ---- */

static const char *word_of(const tr_case *c, int32_t grouping)
{
    static const char *const hazards[] = {"not known", "not hazardous", "hazardous"};
    switch (grouping) {
    case 0:
        return c->waste_type;
    case 1:
        return c->size;
    case 2:
        return c->ward;
    default:
        return c->hazardous < 0 ? NULL : hazards[c->hazardous + 1];
    }
}

typedef struct {
    const char *name; /* NULL = not known */
    int32_t n, number;
} label;

static int by_name(const void *a, const void *b)
{
    const label *x = a, *y = b;
    if (!x->name || !y->name) return (x->name == NULL) - (y->name == NULL);
    return strcmp(x->name, y->name);
}

static int by_count(const void *a, const void *b)
{
    const label *x = a, *y = b;
    if (!x->name != !y->name) return y->name ? 1 : -1; /* not known: last */
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : by_name(a, b);
}

/* The names of a grouping by count; small and late ones get the number of the group that puts them together. */
static int32_t labels_of(const set *s, int32_t grouping, label *labels, int32_t *n_groups, const char **rest)
{
    int32_t kept = 0, small = 0;
    for (int32_t i = 0; i < s->n; i++) labels[i] = (label){word_of(&s->cases[i], grouping), 1, 0};
    qsort(labels, (size_t)s->n, sizeof *labels, by_name);
    for (int32_t i = 0; i < s->n; i++) {
        if (kept && by_name(&labels[kept - 1], &labels[i]) == 0)
            labels[kept - 1].n++;
        else
            labels[kept++] = labels[i];
    }
    qsort(labels, (size_t)kept, sizeof *labels, by_count);
    int32_t groups = 0;
    for (int32_t k = 0; k < kept; k++) {
        bool own = !labels[k].name || grouping == 3 || (k < MOST_GROUPS && labels[k].n >= LEAST_OF_GROUP);
        labels[k].number = own ? groups++ : -1;
        small += !own;
    }
    for (int32_t k = 0; k < kept; k++)
        if (labels[k].number < 0) labels[k].number = groups;
    *rest = small > 1 ? tr_arena_printf(s->arena, "%d others", small) : NULL; /* one alone keeps its name */
    *n_groups = groups + (small > 0);
    qsort(labels, (size_t)kept, sizeof *labels, by_name);
    return kept;
}

static int32_t number_of(const label *labels, int32_t n, const char *name)
{
    label wanted = {.name = name};
    const label *found = bsearch(&wanted, labels, (size_t)n, sizeof *labels, by_name);
    return found ? found->number : 0;
}

static void group_by(const set *s, int32_t grouping, tr_grouping *out)
{
    static const char *const keys[TR_N_GROUPINGS] = {"waste_type", "size", "ward", "hazardous"};
    static const char *const titles[TR_N_GROUPINGS] = {"By waste type or category", "By size",
                                                       "By ward or district", "By hazard"};
    *out = (tr_grouping){.key = keys[grouping], .title = titles[grouping], .test = {0, 1, 0}};
    label *labels = TR_NEW(s->arena, label, s->n + 1);
    const char *rest;
    int32_t n_labels = labels_of(s, grouping, labels, &out->n, &rest);
    if (n_labels == 0 || (n_labels == 1 && !labels[0].name)) {
        out->n = 0;
        return;
    }
    int32_t *number = TR_NEW(s->arena, int32_t, s->n + 1), *index = TR_NEW(s->arena, int32_t, s->n + 1);
    const char **names = TR_NEW(s->arena, const char *, out->n + 1);
    for (int32_t k = 0; k < n_labels; k++)
        names[labels[k].number] = labels[k].name ? labels[k].name : "not known";
    if (rest) names[out->n - 1] = rest;
    for (int32_t i = 0; i < s->n; i++)
        number[i] = number_of(labels, n_labels, word_of(&s->cases[i], grouping));
    tr_group *groups = TR_NEW(s->arena, tr_group, out->n);
    for (int32_t g = 0; g < out->n; g++) {
        int32_t k = 0;
        for (int32_t i = 0; i < s->n; i++)
            if (number[i] == g) index[k++] = i;
        set part = *s;
        part.index = index, part.n = k;
        groups[g] = group_of(names[g], &part);
    }
    out->groups = groups;
    /* of hazard: the hazardous against the others, those that are not known left out */
    int32_t n = 0, *tested = TR_NEW(s->arena, int32_t, s->n + 1);
    tr_case *known = TR_NEW(s->arena, tr_case, s->n + 1);
    for (int32_t i = 0; i < s->n; i++)
        if (word_of(&s->cases[i], grouping)) known[n] = s->cases[i], tested[n++] = number[i];
    out->test = tr_describe_test(known, tested, n, out->n, s->arena);
    out->tested = out->test.df > 0;
}

tr_logrank tr_describe_test(const tr_case *cases, const int32_t *group, int32_t n, int32_t groups,
                            tr_arena *arena)
{
    double *t = TR_NEW(arena, double, n + 1);
    bool *event = TR_NEW(arena, bool, n + 1);
    for (int32_t i = 0; i < n; i++) t[i] = days_of(&cases[i]), event[i] = cases[i].end == TR_CASE_CLEARED;
    return tr_logrank_test(t, event, group, n, groups);
}

/* ---- the whole ---- */

static void compete(const set *s, tr_description *d)
{
    double *t = TR_NEW(s->arena, double, s->n + 1), **incidence = NULL, *times = NULL;
    int32_t *cause = TR_NEW(s->arena, int32_t, s->n + 1);
    for (int32_t i = 0; i < s->n; i++)
        t[i] = days_of(&s->cases[i]), cause[i] = (int32_t)s->cases[i].end; /* open is 0 */
    d->n_times = tr_incidence(t, cause, s->n, TR_N_ENDS, s->arena, &times, &incidence);
    d->times = times, d->incidence = incidence;
}

static void bootstrap(const set *s, tr_description *d)
{
    const tr_describe_options *o = s->options;
    double *x = TR_NEW(s->arena, double, s->n + 1), p = 0.5;
    int32_t n = 0;
    d->mean_interval = d->median_interval = (tr_interval){NAN, NAN};
    if (!o->draws || o->one_run) return;
    for (int32_t i = 0; i < s->n; i++)
        if (s->cases[i].end == TR_CASE_CLEARED) x[n++] = days_of(&s->cases[i]);
    tr_sort(x, n);
    if (n < 2) return;
    d->mean_interval = tr_bca(x, n, tr_statistic_mean, NULL, o->draws, o->seed, LEVEL, NULL);
    d->median_interval = tr_bca(x, n, tr_statistic_quantile, &p, o->draws, o->seed, LEVEL, NULL);
}

tr_description tr_describe(const tr_case *cases, int32_t n, const tr_describe_options *options,
                           tr_arena *arena)
{
    tr_description d = {0};
    set s = set_of(cases, NULL, n, options, arena);
    int32_t *later = TR_NEW(arena, int32_t, n + 1), n_later = 0;
    for (int32_t i = 0; i < n; i++)
        if (cases[i].end == TR_CASE_OPEN || cases[i].until_s - cases[i].reported_s >= AT_ONCE_S)
            later[n_later++] = i;
    d.all = group_of("all", &s);
    set part = s;
    part.index = later, part.n = n_later;
    d.not_at_once = group_of("without those closed within 15 minutes", &part);
    for (int32_t k = 0; k < TR_N_GROUPINGS; k++) group_by(&s, k, &d.groupings[k]);
    compete(&s, &d);
    bootstrap(&s, &d);
    return d;
}
