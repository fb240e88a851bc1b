/* stats_bootstrap.c -- Efron's bias-corrected and accelerated interval, of a statistic of one sample or of the
 * difference of that of two; the studentized interval of a mean.
 *
 * A resample is drawn as counts of each value and written out in the order of the sample.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats.h"
#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

double tr_statistic_mean(const double *x, int32_t n, void *context)
{
    (void)context;
    return gsl_stats_mean(x, 1, (size_t)n);
}

double tr_statistic_quantile(const double *x, int32_t n, void *context)
{
    return tr_quantile(x, n, *(const double *)context);
}

enum { MAX_SAMPLES = 2 };

typedef struct {
    const double *const *x; /* [samples][n[s]] */
    const int32_t *n;
    int32_t samples;
    tr_statistic *statistic;
    void *context;
    double value[MAX_SAMPLES]; /* the statistic of each sample */
    double *resample;          /* [largest n] */
    int32_t *count;            /* [largest n] */
} bootstrap;

/* that of the first less that of the second */
static double combine(const double *value, int32_t samples)
{
    return samples == 1 ? value[0] : value[0] - value[1];
}

static gsl_rng *seeded(uint64_t seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, (unsigned long)((seed ^ (seed >> 32)) & 0xffffffffu)); /* it takes 32 bits */
    return rng;
}

static double draw(bootstrap *b, gsl_rng *rng)
{
    double value[MAX_SAMPLES];
    for (int32_t s = 0; s < b->samples; s++) {
        int32_t n = b->n[s], filled = 0;
        memset(b->count, 0, (size_t)n * sizeof *b->count);
        for (int32_t i = 0; i < n; i++) b->count[gsl_rng_uniform_int(rng, (unsigned long)n)]++;
        for (int32_t i = 0; i < n; i++)
            for (int32_t k = 0; k < b->count[i]; k++) b->resample[filled++] = b->x[s][i];
        value[s] = b->statistic(b->resample, n, b->context);
    }
    return combine(value, b->samples);
}

/* The jackknife's: sum (U/n)^3 / (6 (sum (U/n)^2)^1.5), U = (n - 1)(mean of the left-one-outs - left-one-out), summed over
 * the values of all samples.  0 where leaving one out changes nothing. */
static double acceleration(bootstrap *b, tr_arena *scratch)
{
    double squares = 0, cubes = 0;
    for (int32_t s = 0; s < b->samples; s++) {
        int32_t n = b->n[s];
        double *without = TR_NEW(scratch, double, n);
        memcpy(b->resample, b->x[s] + 1, (size_t)(n - 1) * sizeof *b->resample);
        for (int32_t i = 0; i < n; i++) {
            without[i] = b->statistic(b->resample, n - 1, b->context);
            b->resample[i] = b->x[s][i]; /* for the next, leave out its successor */
        }
        double mean = gsl_stats_mean(without, 1, (size_t)n), sign = s == 0 ? 1 : -1;
        for (int32_t i = 0; i < n; i++) {
            double u = sign * (n - 1) * (mean - without[i]) / n;
            squares += u * u;
            cubes += u * u * u;
        }
    }
    return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

/* z of the share of draws below the estimate, half of the equal ones among them; kept off the ends */
static double bias(const double *drawn, int32_t draws, double estimate)
{
    double below = 0;
    for (int32_t i = 0; i < draws; i++) below += drawn[i] < estimate ? 1 : drawn[i] == estimate ? 0.5 : 0;
    return gsl_cdf_ugaussian_Pinv(fmin(fmax(below / draws, 0.5 / draws), 1 - 0.5 / draws));
}

static double adjusted(double p, tr_bca_parts parts)
{
    double z = parts.bias + gsl_cdf_ugaussian_Pinv(p), shrink = 1 - parts.acceleration * z;
    if (shrink <= 0) return z < 0 ? 0 : 1; /* past the pole: as far out as the draws go */
    return gsl_cdf_ugaussian_P(parts.bias + z / shrink);
}

tr_interval tr_bca_explained(const double *const x[], const int32_t n[], int32_t samples,
                             tr_statistic *statistic, void *context, int32_t draws, uint64_t seed,
                             double level, double *estimate, tr_bca_parts *parts)
{
    assert(samples >= 1 && samples <= MAX_SAMPLES && draws >= 100 && level > 0 && level < 1);
    bootstrap b = {.x = x, .n = n, .samples = samples, .statistic = statistic, .context = context};
    int32_t least = n[0], most = n[0];
    for (int32_t s = 0; s < samples; s++) {
        b.value[s] = n[s] ? statistic(x[s], n[s], context) : NAN;
        if (n[s] < least) least = n[s];
        if (n[s] > most) most = n[s];
    }
    double centre = combine(b.value, samples);
    if (estimate) *estimate = centre;
    *parts = (tr_bca_parts){NAN, NAN};
    if (least < 2) return (tr_interval){NAN, NAN};

    tr_arena *scratch = tr_arena_new();
    b.resample = TR_NEW(scratch, double, most);
    b.count = TR_NEW(scratch, int32_t, most);
    double *drawn = TR_NEW(scratch, double, draws);
    gsl_rng *rng = seeded(seed);
    for (int32_t i = 0; i < draws; i++) drawn[i] = draw(&b, rng);
    gsl_rng_free(rng);
    *parts = (tr_bca_parts){bias(drawn, draws, centre), acceleration(&b, scratch)};
    tr_sort(drawn, draws);
    tr_interval interval = {tr_quantile(drawn, draws, adjusted((1 - level) / 2, *parts)),
                            tr_quantile(drawn, draws, adjusted((1 + level) / 2, *parts))};
    tr_arena_free(scratch);
    return interval;
}

tr_interval tr_bca(const double *x, int32_t n, tr_statistic *statistic, void *context, int32_t draws,
                   uint64_t seed, double level, double *estimate)
{
    tr_bca_parts parts;
    return tr_bca_explained(&x, &n, 1, statistic, context, draws, seed, level, estimate, &parts);
}

tr_interval tr_bca_difference(const double *x, int32_t nx, const double *y, int32_t ny,
                              tr_statistic *statistic, void *context, int32_t draws, uint64_t seed,
                              double level, double *estimate)
{
    tr_bca_parts parts;
    return tr_bca_explained((const double *const[]){x, y}, (const int32_t[]){nx, ny}, 2, statistic, context,
                            draws, seed, level, estimate, &parts);
}

double tr_small_sample_level(double level, int32_t n)
{
    assert(level > 0 && level < 1);
    if (n < 2) return level;
    double z = sqrt(n / (n - 1.0)) * gsl_cdf_tdist_Pinv((1 - level) / 2, n - 1);
    return 1 - 2 * gsl_cdf_ugaussian_P(z);
}

tr_interval tr_bootstrap_t(const double *x, int32_t n, int32_t draws, uint64_t seed, double level,
                           double *mean)
{
    assert(draws >= 100 && level > 0 && level < 1);
    double centre = n == 0 ? NAN : gsl_stats_mean(x, 1, (size_t)n);
    if (mean) *mean = centre;
    if (n < 2) return (tr_interval){NAN, NAN};
    tr_arena *scratch = tr_arena_new();
    double *resample = TR_NEW(scratch, double, n), *ratio = TR_NEW(scratch, double, draws);
    double se = gsl_stats_sd_m(x, 1, (size_t)n, centre) / sqrt(n);
    gsl_rng *rng = seeded(seed);
    for (int32_t i = 0; i < draws; i++) {
        for (int32_t k = 0; k < n; k++) resample[k] = x[gsl_rng_uniform_int(rng, (unsigned long)n)];
        double drawn = gsl_stats_mean(resample, 1, (size_t)n);
        double spread = gsl_stats_sd_m(resample, 1, (size_t)n, drawn) / sqrt(n);
        double off = drawn - centre;
        ratio[i] = off == 0 ? 0 : off / spread; /* infinite where all drawn are one value */
    }
    gsl_rng_free(rng);
    tr_sort(ratio, draws);
    tr_interval interval = {centre - se * tr_quantile(ratio, draws, (1 + level) / 2),
                            centre - se * tr_quantile(ratio, draws, (1 - level) / 2)};
    tr_arena_free(scratch);
    if (!isfinite(interval.low)) interval.low = NAN;
    if (!isfinite(interval.high)) interval.high = NAN;
    return interval;
}
