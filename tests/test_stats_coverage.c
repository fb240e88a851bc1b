/* test_stats_coverage.c -- do intervals hold what they promise?  Simulated truths, fixed seeds, figures printed.
 *
 * The main one is a day queue near saturation, run under two rules on the same arrivals.  Intervals of the difference, of
 * 30 replications, must hold the true difference in 92 to 98 % of all repeats.  Beside it stands what intervals over the cases
 * and over the days of one replication hold, which is why nothing of this program prints those.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the repeats, for slow builds.
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
    return percent > 0 && percent < 100 ? REPEATS * percent / 100 + 1 : REPEATS;
}

/* `hits` of n within 92 to 98 %; a scaled-down run may miss by three of its own standard errors more */
static void assert_covers(const char *what, int32_t hits, int32_t n)
{
    double share = (double)hits / n, slack = n < REPEATS ? 3 * sqrt(0.95 * 0.05 / n) : 0;
    tr_interval exact = tr_binomial_exact(hits, n, 0.95);
    printf("%-64s %5.1f %% [%.1f, %.1f], n %d\n", what, 100 * share, 100 * exact.low, 100 * exact.high, n);
    if (share < 0.92 - slack || share > 0.98 + slack) fail_msg("%s: covers %.1f %% (seed %d)", what, 100 * share, SEED);
}

static bool holds(tr_interval interval, double truth)
{
    return interval.low <= truth && truth <= interval.high;
}

/* -- a day queue ---------------------------------------------------------------------------------------------- */

/* Reports come at random, LOAD of what the slower rule clears in a day, which is SLOW; the other clears FAST.  Oldest first: the
 * report with w before it waits w / rate days.  The queue starts empty; reports of the warm-up are served but do not count. */
enum { DAYS = 250, WARM_UP = 100, REPLICATIONS = 30, DRAWS = 1000, TRUTH = 40000, MOST_CASES = 8000 };
static const double SLOW = 20, FAST = 21, LOAD = 0.95, TARGET = 1;

enum { MEAN, OLDEST, LATE, FIGURES };
static const char *const figure_name[FIGURES] = {"mean wait", "longest wait", "share later than the target"};

typedef struct {
    double figure[FIGURES]; /* slow less fast */
    double *wait;           /* [n_cases] the same of each case; may be NULL */
    double *day;            /* [DAYS] the same of the mean of each day's cases */
    int32_t n_cases;
} replication;

static void replicate(gsl_rng *rng, replication *out)
{
    double rate[2] = {SLOW, FAST}, queue[2] = {0, 0}, sum[2] = {0, 0}, most[2] = {0, 0}, late[2] = {0, 0};
    out->n_cases = 0;
    for (int32_t day = -WARM_UP; day < DAYS; day++) {
        int32_t n = (int32_t)gsl_ran_poisson(rng, LOAD * SLOW);
        double of_day[2] = {0, 0};
        for (int32_t i = 0; i < n && day >= 0; i++) {
            double wait[2];
            for (int k = 0; k < 2; k++) {
                wait[k] = (queue[k] + i) / rate[k];
                of_day[k] += wait[k];
                if (wait[k] > most[k]) most[k] = wait[k];
                late[k] += wait[k] > TARGET;
            }
            if (out->wait) out->wait[out->n_cases] = wait[0] - wait[1];
            out->n_cases++;
        }
        for (int k = 0; k < 2; k++) {
            sum[k] += of_day[k];
            queue[k] = fmax(queue[k] + n - rate[k], 0);
        }
        if (out->day && day >= 0) out->day[day] = n ? (of_day[0] - of_day[1]) / n : 0;
    }
    out->figure[MEAN] = (sum[0] - sum[1]) / out->n_cases;
    out->figure[OLDEST] = most[0] - most[1];
    out->figure[LATE] = (late[0] - late[1]) / out->n_cases;
}

static void differences_over_replications_cover(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, SEED);
    double truth[FIGURES] = {0}, difference[FIGURES][REPLICATIONS], *wait = malloc(MOST_CASES * sizeof *wait), day[DAYS];
    replication one = {0};
    for (int32_t i = 0; i < TRUTH; i++) {
        replicate(rng, &one);
        for (int f = 0; f < FIGURES; f++) truth[f] += one.figure[f] / TRUTH;
    }
    int32_t n = repeats(), student[FIGURES] = {0}, bca[FIGURES] = {0}, by_case = 0, by_day = 0;
    for (int32_t k = 0; k < n; k++) {
        for (int32_t i = 0; i < REPLICATIONS; i++) {
            one.wait = i ? NULL : wait;
            one.day = i ? NULL : day;
            replicate(rng, &one);
            assert_true(one.n_cases < MOST_CASES);
            for (int f = 0; f < FIGURES; f++) difference[f][i] = one.figure[f];
            if (i) continue;
            by_case += holds(tr_paired_t(wait, one.n_cases, 0.95, NULL), truth[MEAN]);
            by_day += holds(tr_paired_t(day, DAYS, 0.95, NULL), truth[MEAN]);
        }
        for (int f = 0; f < FIGURES; f++) {
            const double *d = difference[f];
            student[f] += holds(tr_paired_t(d, REPLICATIONS, 0.95, NULL), truth[f]);
            bca[f] += holds(tr_bca(d, REPLICATIONS, tr_statistic_mean, NULL, DRAWS, (uint64_t)k, 0.95, NULL), truth[f]);
        }
    }
    gsl_rng_free(rng);
    free(wait);
    printf("day queue at %.0f and %.1f %% of what two rules clear, %d replications of %d days, seed %d; intervals of 95 %% of "
           "differences hold the truth in\n",
           100 * LOAD, 100 * LOAD * SLOW / FAST, REPLICATIONS, DAYS, SEED);
    for (int f = 0; f < FIGURES; f++) {
        char what[80];
        snprintf(what, sizeof what, "%s (%.3f), paired t over replications", figure_name[f], truth[f]);
        assert_covers(what, student[f], n);
        snprintf(what, sizeof what, "%s (%.3f), BCa over replications", figure_name[f], truth[f]);
        assert_covers(what, bca[f], n);
    }
    printf("%-64s %5.1f %%\n%-64s %5.1f %%\n", "for contrast: mean wait, t over the cases of one replication", 100.0 * by_case / n,
           "for contrast: mean wait, t over the days of one replication", 100.0 * by_day / n);
    assert_true(by_case < n / 2 && by_day < 3 * n / 4);
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
            for (int32_t i = 0; i < n_points && points[i].t <= at[j]; i++) limits = (tr_interval){points[i].low, points[i].high};
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
    assert_covers("Kaplan-Meier band where S is 0.90", band[0], n);
    assert_covers("Kaplan-Meier band where S is 0.50", band[1], n);
    assert_covers("Kaplan-Meier band where S is 0.22", band[2], n);
    assert_covers("interval of the median", median, n);
    assert_covers("restricted mean, 1.96 standard errors", mean, n);
    assert_covers("log-rank test of three equal groups, p >= 0.05", level, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_over_replications_cover),
        cmocka_unit_test(bands_of_curves_cover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
