/* stats_survival.c -- times that may be censored: Kaplan-Meier, restricted mean, log-rank, Aalen-Johansen.
 *
 * All of them walk the distinct times in ascending order with the numbers at risk before each; `walk` does that.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats.h"
#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_sort.h>
#include <math.h>

/* The cases in ascending order of time.  Scratch, freed by its user. */
typedef struct {
    const double *t;
    size_t *order; /* [n] */
    int32_t n;
} walk;

static walk walk_new(const double *t, int32_t n, tr_arena *scratch)
{
    walk w = {.t = t, .order = TR_NEW(scratch, size_t, n + 1), .n = n};
    gsl_sort_index(w.order, t, 1, (size_t)n);
    return w;
}

/* one past the last case at the time of the one at `from` */
static int32_t walk_end(const walk *w, int32_t from)
{
    int32_t end = from + 1;
    while (end < w->n && w->t[w->order[end]] == w->t[w->order[from]]) end++;
    return end;
}

/* S to the power of exp(-+ z se(log(-log S))): `variance` is Greenwood's sum, the variance of log S. */
static void set_band(tr_km_point *point, double variance, double z, double high_before)
{
    if (point->survival >= 1) {
        point->low = point->high = 1;
    } else if (point->survival <= 0) {
        point->low = 0;
        point->high = high_before;
    } else {
        double log_survival = log(point->survival);
        double spread = z * sqrt(variance) / -log_survival;
        point->low = exp(log_survival * exp(spread));
        point->high = exp(log_survival * exp(-spread));
    }
}

int32_t tr_km(const double *t, const bool *event, int32_t n, double level, tr_arena *arena,
              tr_km_point **points)
{
    assert(n >= 0 && level > 0 && level < 1);
    tr_arena *scratch = tr_arena_new();
    walk w = walk_new(t, n, scratch);
    tr_km_point *made = TR_NEW(arena, tr_km_point, n + 1);
    double z = gsl_cdf_ugaussian_Pinv((1 + level) / 2);
    double survival = 1, variance = 0, high = 1;
    int32_t n_points = 0;
    for (int32_t from = 0, end; from < n; from = end) {
        end = walk_end(&w, from);
        tr_km_point *point = &made[n_points++];
        point->t = t[w.order[from]];
        point->at_risk = n - from;
        for (int32_t i = from; i < end; i++) point->events += event[w.order[i]];
        point->censored = end - from - point->events;
        double at_risk = point->at_risk, left = point->at_risk - point->events;
        survival *= left / at_risk;
        if (left > 0) variance += point->events / (at_risk * left);
        point->survival = survival;
        set_band(point, variance, z, high);
        high = point->high;
    }
    tr_arena_free(scratch);
    *points = made;
    return n_points;
}

/* The first time at which a curve is down to `height`; products of fractions miss it by rounding only. */
static double first_down_to(const tr_km_point *points, int32_t n, double height, size_t offset)
{
    for (int32_t i = 0; i < n; i++) {
        double value = *(const double *)((const char *)&points[i] + offset);
        if (value <= height + 1e-12) return points[i].t;
    }
    return NAN;
}

double tr_km_quantile(const tr_km_point *points, int32_t n, double p)
{
    return first_down_to(points, n, 1 - p, offsetof(tr_km_point, survival));
}

tr_interval tr_km_quantile_interval(const tr_km_point *points, int32_t n, double p)
{
    return (tr_interval){first_down_to(points, n, 1 - p, offsetof(tr_km_point, low)),
                         first_down_to(points, n, 1 - p, offsetof(tr_km_point, high))};
}

double tr_km_survival(const tr_km_point *points, int32_t n, double t)
{
    double survival = 1;
    for (int32_t i = 0; i < n && points[i].t <= t; i++) survival = points[i].survival;
    return survival;
}

/* From the last point back, so that each point knows the area to its right. */
double tr_restricted_mean(const tr_km_point *points, int32_t n, double horizon, double *se)
{
    double area = 0, variance = 0, right = horizon;
    for (int32_t i = n - 1; i >= 0; i--) {
        const tr_km_point *point = &points[i];
        if (point->t >= horizon) continue;
        area += point->survival * (right - point->t);
        right = point->t;
        double at_risk = point->at_risk, left = point->at_risk - point->events;
        if (left > 0) variance += area * area * point->events / (at_risk * left);
    }
    if (se) *se = sqrt(variance);
    return area + right; /* S = 1 before the first point */
}

/* Observed less expected deaths of each group, and their covariance (multivariate hypergeometric at each time). */
typedef struct {
    int32_t groups;
    double *at_risk, *excess; /* [groups] */
    double *covariance;       /* [groups][groups] */
} logrank_sums;

static void add_time(logrank_sums *sums, double n, double deaths)
{
    for (int32_t g = 0; g < sums->groups; g++) sums->excess[g] -= deaths * sums->at_risk[g] / n;
    if (n <= 1) return;
    double scale = deaths * (n - deaths) / (n - 1);
    for (int32_t g = 0; g < sums->groups; g++)
        for (int32_t h = 0; h < sums->groups; h++) {
            double share = sums->at_risk[g] / n, other = sums->at_risk[h] / n;
            sums->covariance[g * sums->groups + h] += scale * share * ((g == h) - other);
        }
}

/* excess' covariance^-1 excess, with the generalized inverse: the excesses of all groups add up to 0, and a group that has nobody
 * has a row of zeros.  Sets df to the rank. */
static double quadratic_form(const logrank_sums *sums, int32_t *df)
{
    size_t groups = (size_t)sums->groups;
    gsl_matrix *vectors = gsl_matrix_alloc(groups, groups);
    gsl_vector *values = gsl_vector_alloc(groups);
    gsl_eigen_symmv_workspace *space = gsl_eigen_symmv_alloc(groups);
    gsl_matrix_view covariance = gsl_matrix_view_array(sums->covariance, groups, groups);
    gsl_eigen_symmv(&covariance.matrix, values, vectors, space);
    double chi2 = 0, largest = gsl_vector_max(values);
    *df = 0;
    for (size_t k = 0; k < groups; k++) {
        double value = gsl_vector_get(values, k), along = 0;
        if (value <= 1e-10 * largest) continue;
        for (size_t g = 0; g < groups; g++) along += gsl_matrix_get(vectors, g, k) * sums->excess[g];
        chi2 += along * along / value;
        ++*df;
    }
    gsl_eigen_symmv_free(space);
    gsl_vector_free(values);
    gsl_matrix_free(vectors);
    return chi2;
}

tr_logrank tr_logrank_test(const double *t, const bool *event, const int32_t *group, int32_t n,
                           int32_t groups)
{
    assert(groups > 0);
    tr_arena *scratch = tr_arena_new();
    walk w = walk_new(t, n, scratch);
    logrank_sums sums = {.groups = groups,
                         .at_risk = TR_NEW(scratch, double, groups),
                         .excess = TR_NEW(scratch, double, groups),
                         .covariance = TR_NEW(scratch, double, groups *groups)};
    for (int32_t i = 0; i < n; i++) {
        assert(group[i] >= 0 && group[i] < groups);
        sums.at_risk[group[i]]++;
    }
    for (int32_t from = 0, end; from < n; from = end) {
        end = walk_end(&w, from);
        int32_t deaths = 0;
        for (int32_t i = from; i < end; i++)
            if (event[w.order[i]]) {
                deaths++;
                sums.excess[group[w.order[i]]]++;
            }
        if (deaths) add_time(&sums, n - from, deaths);
        for (int32_t i = from; i < end; i++) sums.at_risk[group[w.order[i]]]--;
    }
    tr_logrank test = {0};
    test.chi2 = quadratic_form(&sums, &test.df);
    test.p = test.df ? gsl_cdf_chisq_Q(test.chi2, test.df) : 1;
    tr_arena_free(scratch);
    return test;
}

int32_t tr_incidence(const double *t, const int32_t *cause, int32_t n, int32_t causes, tr_arena *arena,
                     double **times, double ***incidence)
{
    tr_arena *scratch = tr_arena_new();
    walk w = walk_new(t, n, scratch);
    double *struck = TR_NEW(scratch, double, causes + 1);
    *times = TR_NEW(arena, double, n + 1);
    *incidence = TR_NEW(arena, double *, causes + 1);
    for (int32_t c = 0; c < causes; c++) (*incidence)[c] = TR_NEW(arena, double, n + 1);
    double survival = 1; /* of all causes, just before the time */
    int32_t n_times = 0;
    for (int32_t from = 0, end; from < n; from = end) {
        end = walk_end(&w, from);
        for (int32_t c = 0; c <= causes; c++) struck[c] = 0;
        for (int32_t i = from; i < end; i++) {
            assert(cause[w.order[i]] >= 0 && cause[w.order[i]] <= causes);
            struck[cause[w.order[i]]]++;
        }
        double at_risk = n - from, any = end - from - struck[0];
        if (any == 0) continue;
        (*times)[n_times] = t[w.order[from]];
        for (int32_t c = 0; c < causes; c++) {
            double before = n_times ? (*incidence)[c][n_times - 1] : 0;
            (*incidence)[c][n_times] = before + survival * struck[c + 1] / at_risk;
        }
        survival *= 1 - any / at_risk;
        n_times++;
    }
    tr_arena_free(scratch);
    return n_times;
}
