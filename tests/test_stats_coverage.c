/* test_stats_coverage.c -- do intervals hold what they promise?  Simulated truths, fixed seeds, figures printed.
 *
 * The main one is a day queue near saturation, run under two rules on the same arrivals: in how many repeats do intervals of the
 * difference hold the true one?  Of replications they must; beside them stands what intervals over the cases and over the days
 * of one replication hold, which is why nothing of this program prints those.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the repeats: less for slow builds, more for docs/history.md.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "stats.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { REPEATS = 1000, SEED = 1966 };

static int32_t repeats(void)
{
    const char *text = getenv("TR_TEST_SCALE");
    int percent = text ? atoi(text) : 100;
    return percent > 0 ? (REPEATS * percent + 99) / 100 : REPEATS;
}

/* `hits` of n within 92 to 98 %; a scaled-down run may miss by three of its own standard errors more */
static void assert_covers(const char *what, int32_t hits, int32_t n)
{
    double share = (double)hits / n, slack = n < REPEATS ? 3 * sqrt(0.95 * 0.05 / n) : 0;
    if (share < 0.92 - slack || share > 0.98 + slack)
        fail_msg("%s: covers %.1f %% (seed %d)", what, 100 * share, SEED);
}

static bool holds(tr_interval interval, double truth)
{
    return interval.low <= truth && truth <= interval.high;
}

/* -- a day queue ---------------------------------------------------------------------------------------------- */

/* Reports come at random, `load` of what the slower rule clears in a day, which is SLOW; the other clears FAST.  Oldest
 * first: the report with w before it waits w / rate days.  The queue starts empty; reports of the warm-up are served but do
 * not count. */
enum { DAYS = 250, WARM_UP = 100, FEW = 30, MANY = 60, DRAWS = 500, TRUTH = 40000, MOST_A_DAY = 100 };
static const double SLOW = 20, FAST = 21;

typedef struct {
    gsl_rng *rng;
    gsl_ran_discrete_t *arrivals; /* a day */
} stream;

enum { MEAN, LONGEST, FIGURES };
static const char *const figure_name[FIGURES] = {"mean wait", "longest wait"};

/* One run under both rules: the slower's figures less the faster's.  `wait` and `day`, NULL or with room for all, get
 * the same of each case and of each day's mean; returns the number of cases. */
static int32_t replicate(const stream *s, double difference[FIGURES], double *wait, double *day)
{
    const double rate[2] = {SLOW, FAST};
    double queue[2] = {0, 0}, sum[2] = {0, 0}, longest[2] = {0, 0};
    int32_t n_cases = 0;
    for (int32_t d = -WARM_UP; d < DAYS; d++) {
        int32_t n = (int32_t)gsl_ran_discrete(s->rng, s->arrivals);
        double middle[2];
        for (int k = 0; k < 2; k++) {
            middle[k] = (queue[k] + (n - 1) / 2.0) / rate[k];
            if (d >= 0 && n) {
                sum[k] += n * middle[k];
                longest[k] = fmax(longest[k], (queue[k] + n - 1) / rate[k]);
            }
        }
        if (d >= 0 && wait)
            for (int32_t i = 0; i < n; i++)
                wait[n_cases + i] = (queue[0] + i) / rate[0] - (queue[1] + i) / rate[1];
        if (d >= 0 && day) day[d] = n ? middle[0] - middle[1] : 0;
        if (d >= 0) n_cases += n;
        for (int k = 0; k < 2; k++) queue[k] = fmax(queue[k] + n - rate[k], 0);
    }
    difference[MEAN] = (sum[0] - sum[1]) / n_cases;
    difference[LONGEST] = longest[0] - longest[1];
    return n_cases;
}

enum { STUDENT, BCA, BCA_FEW, BOOTSTRAP_T, METHODS };

static void try_methods(const double *x, int32_t n, uint64_t seed, double truth, int32_t hits[METHODS])
{
    double level = tr_small_sample_level(0.95, n);
    hits[STUDENT] += holds(tr_paired_t(x, n, 0.95, NULL), truth);
    hits[BCA] += holds(tr_bca(x, n, tr_statistic_mean, NULL, DRAWS, seed, 0.95, NULL), truth);
    hits[BCA_FEW] += holds(tr_bca(x, n, tr_statistic_mean, NULL, DRAWS, seed, level, NULL), truth);
    hits[BOOTSTRAP_T] += holds(tr_bootstrap_t(x, n, DRAWS, seed, 0.95, NULL), truth);
}

static void print_row(double load, const char *figure, double truth, double skew, int32_t n,
                      const int32_t hits[METHODS], int32_t of)
{
    printf("%4.0f %%  %-13s %6.3f %5.1f %4d ", 100 * load, figure, truth, skew, n);
    for (int m = 0; m < METHODS; m++) printf("  %9.1f %%", 100.0 * hits[m] / of);
    printf("\n");
}

static void try_load(double load, gsl_rng *rng, int32_t n)
{
    double weight[MOST_A_DAY], truth[FIGURES], x[FIGURES][MANY], one[FIGURES], day[DAYS], skew[FIGURES];
    double *wait = malloc(DAYS * MOST_A_DAY * sizeof *wait), *all[FIGURES];
    for (unsigned k = 0; k < MOST_A_DAY; k++) weight[k] = gsl_ran_poisson_pdf(k, load * SLOW);
    stream s = {rng, gsl_ran_discrete_preproc(MOST_A_DAY, weight)};
    for (int f = 0; f < FIGURES; f++) all[f] = malloc(TRUTH * sizeof *all[f]);
    for (int32_t i = 0; i < TRUTH; i++) {
        replicate(&s, one, NULL, NULL);
        for (int f = 0; f < FIGURES; f++) all[f][i] = one[f];
    }
    for (int f = 0; f < FIGURES; f++) {
        truth[f] = gsl_stats_mean(all[f], 1, TRUTH);
        skew[f] = gsl_stats_skew(all[f], 1, TRUTH);
        free(all[f]);
    }
    int32_t few[FIGURES][METHODS] = {0}, many[FIGURES][METHODS] = {0}, by_case = 0, by_day = 0;
    for (int32_t k = 0; k < n; k++) {
        for (int32_t i = 0; i < MANY; i++) {
            int32_t n_cases = replicate(&s, one, i ? NULL : wait, i ? NULL : day);
            for (int f = 0; f < FIGURES; f++) x[f][i] = one[f];
            if (i) continue;
            by_case += holds(tr_paired_t(wait, n_cases, 0.95, NULL), truth[MEAN]);
            by_day += holds(tr_paired_t(day, DAYS, 0.95, NULL), truth[MEAN]);
        }
        for (int f = 0; f < FIGURES; f++) {
            try_methods(x[f], FEW, (uint64_t)k, truth[f], few[f]);
            try_methods(x[f], MANY, (uint64_t)k, truth[f], many[f]);
        }
    }
    gsl_ran_discrete_free(s.arrivals);
    free(wait);
    for (int f = 0; f < FIGURES; f++) {
        print_row(load, figure_name[f], truth[f], skew[f], FEW, few[f], n);
        print_row(load, figure_name[f], truth[f], skew[f], MANY, many[f], n);
    }
    printf("        mean wait, t over the cases of one replication: %.1f %%; over its days: %.1f %%\n",
           100.0 * by_case / n, 100.0 * by_day / n);
    for (int f = 0; f < FIGURES; f++) {
        assert_covers(figure_name[f], many[f][STUDENT], n);
        assert_covers(figure_name[f], many[f][BCA_FEW], n);
        assert_covers(figure_name[f], many[f][BOOTSTRAP_T], n);
    }
    assert_true(by_case < n / 2 && by_day < 3 * n / 4);
}

static void differences_over_replications_cover(void **state)
{
    (void)state;
    int32_t n = repeats();
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, SEED);
    printf("day queue of two rules (%.0f and %.0f a day) on the same arrivals, %d days, seed %d: how many of "
           "%d intervals of 95 %% of the\n"
           "difference hold the truth.  n: replications; BCa few: with tails as wide as Student's\n"
           " load  difference of  truth  skew    n     paired t          BCa      BCa few  bootstrap-t\n",
           SLOW, FAST, DAYS, SEED, n);
    const double loads[] = {0.95, 1};
    for (int i = 0; i < 2; i++) try_load(loads[i], rng, n);
    gsl_rng_free(rng);
}

/* -- censored times -------------------------------------------------------------------------------------------- */

enum { CASES = 60 };

/* Exponential times of mean 1, censored at random: about 29 % stay open. */
static void draw_cases(gsl_rng *rng, double *t, bool *event)
{
    for (int32_t i = 0; i < CASES; i++) {
        double ends = gsl_ran_exponential(rng, 1), seen = gsl_ran_exponential(rng, 2.5);
        t[i] = fmin(ends, seen);
        event[i] = ends <= seen;
    }
}

static void print_cover(const char *what, int32_t hits, int32_t n)
{
    tr_interval exact = tr_binomial_exact(hits, n, 0.95);
    printf("%-50s %5.1f %% [%.1f, %.1f], n %d\n", what, 100.0 * hits / n, 100 * exact.low, 100 * exact.high,
           n);
    assert_covers(what, hits, n);
}

static void bands_of_curves_cover(void **state)
{
    (void)state;
    const double at[] = {0.1, 0.7, 1.5}, horizon = 1.5, z = 1.959964;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, SEED);
    int32_t n = repeats(), band[3] = {0}, median = 0, mean = 0, level = 0;
    for (int32_t k = 0; k < n; k++) {
        tr_arena *arena = tr_arena_new();
        double t[CASES], se;
        bool event[CASES];
        int32_t group[CASES];
        draw_cases(rng, t, event);
        tr_km_point *points;
        int32_t n_points = tr_km(t, event, CASES, 0.95, arena, &points);
        for (int j = 0; j < 3; j++) {
            tr_interval limits = {1, 1};
            for (int32_t i = 0; i < n_points && points[i].t <= at[j]; i++)
                limits = (tr_interval){points[i].low, points[i].high};
            band[j] += holds(limits, exp(-at[j]));
        }
        tr_interval limits = tr_km_quantile_interval(points, n_points, 0.5);
        median += limits.low <= log(2) && (isnan(limits.high) || log(2) <= limits.high);
        double area = tr_restricted_mean(points, n_points, horizon, &se);
        mean += fabs(area - (1 - exp(-horizon))) <= z * se;
        for (int32_t i = 0; i < CASES; i++) group[i] = i % 3;
        level += tr_logrank_test(t, event, group, CASES, 3).p >= 0.05;
        tr_arena_free(arena);
    }
    gsl_rng_free(rng);
    printf("%d cases, 29 %% open, seed %d:\n", CASES, SEED);
    print_cover("Kaplan-Meier band where S is 0.90", band[0], n);
    print_cover("Kaplan-Meier band where S is 0.50", band[1], n);
    print_cover("Kaplan-Meier band where S is 0.22", band[2], n);
    print_cover("interval of the median", median, n);
    print_cover("restricted mean, 1.96 standard errors", mean, n);
    print_cover("log-rank test of three equal groups, p >= 0.05", level, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_over_replications_cover),
        cmocka_unit_test(bands_of_curves_cover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
