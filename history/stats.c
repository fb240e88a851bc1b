/* stats.c -- samples without censoring: quantiles, Student's and Clopper and Pearson's intervals.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats.h"
#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

void tr_sort(double *x, int32_t n)
{
    gsl_sort(x, 1, (size_t)n);
}

double tr_quantile(const double *sorted, int32_t n, double p)
{
    assert(n >= 0 && p >= 0 && p <= 1);
    return n == 0 ? NAN : gsl_stats_quantile_from_sorted_data(sorted, 1, (size_t)n, p); /* GSL's is type 7 */
}

tr_interval tr_paired_t(const double *difference, int32_t n, double level, double *mean)
{
    assert(n >= 0 && level > 0 && level < 1);
    double centre = n == 0 ? NAN : gsl_stats_mean(difference, 1, (size_t)n);
    if (mean) *mean = centre;
    if (n < 2) return (tr_interval){NAN, NAN};
    double se = gsl_stats_sd_m(difference, 1, (size_t)n, centre) / sqrt(n);
    double half = gsl_cdf_tdist_Pinv((1 + level) / 2, n - 1) * se;
    return (tr_interval){centre - half, centre + half};
}

/* The x at which a beta distribution has `below` to its left.  By bisection: GSL's own inverse gives up on some. */
static double beta_quantile(double below, double a, double b)
{
    double low = 0, high = 1;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (gsl_cdf_beta_P(middle, a, b) < below)
            low = middle;
        else
            high = middle;
    }
    return high;
}

tr_interval tr_binomial_exact(int32_t k, int32_t n, double level)
{
    assert(k >= 0 && k <= n && level > 0 && level < 1);
    double tail = (1 - level) / 2;
    return (tr_interval){k == 0 ? 0 : beta_quantile(tail, k, n - k + 1.0),
                         k == n ? 1 : beta_quantile(1 - tail, k + 1.0, n - k)};
}
