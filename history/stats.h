/* stats.h -- the statistics of clear-up times: samples in, figures with their intervals out.
 *
 * Pure computation over GSL: no files, no clock.  Times are in whatever unit the caller keeps to (days, hours); a
 * `level` is that of a two-sided interval, 0.95 for 95 %.  An interval that the data cannot give (one value only, an
 * empty sample) has NAN for its ends, a quantile that is not reached is NAN: print "not reached", never 0.
 * Inputs are finite and belong to the caller, who may pass them in any order unless `sorted` is said; nothing of
 * them is changed or kept.  Results go to the given arena.  The same input and seed give the same result.
 * docs/history.md tells when to use which.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_STATS_H
#define TR_STATS_H
#include "arena.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct { double low, high; } tr_interval;

/* -- samples without censoring -------------------------------------------------------------------------------- */

void tr_sort(double *x, int32_t n); /* ascending, in place */

/* The p-quantile, 0 <= p <= 1, of an ascending sample: linear between the order statistics at 1 + (n - 1) p (type 7 of
 * Hyndman and Fan 1996, the default of R and of NumPy).  NAN where n = 0. */
double tr_quantile(const double *sorted, int32_t n, double p);

/* Student's interval of a mean of n independent differences (one a replication); *mean (may be NULL) gets their mean. */
tr_interval tr_paired_t(const double *difference, int32_t n, double level, double *mean);

/* Clopper and Pearson's (1934) exact interval of a share: k of n.  n = 0 gives 0 to 1. */
tr_interval tr_binomial_exact(int32_t k, int32_t n, double level);

/* -- times that may be censored: event[i] says whether t[i] ended in one, or was only last seen open ------------ */

/* One distinct time, of events or of censoring.  `survival` holds from t on, before the first point it is 1.  Who is
 * censored at t is at risk at t. */
typedef struct { double t, survival, low, high; int32_t at_risk, events, censored; } tr_km_point;

/* Kaplan and Meier's (1958) curve, with pointwise bands on the scale of log(-log S) (Kalbfleisch and Prentice 1980) from
 * Greenwood's (1926) variance.  Where nothing has happened yet the band is 1 to 1, as is usual.  Where S = 0 the
 * variance is not defined: the band is then from 0 to the upper limit of the point before, which cannot be
 * too low since S falls.  *points, ascending in t, go to the arena; returns their number. */
int32_t tr_km(const double *t, const bool *event, int32_t n, double level, tr_arena *arena, tr_km_point **points);

/* The time by which a share p has ended: the first t with S(t) <= 1 - p (0.5: median, 0.9: the slow tenth's).  NAN if the
 * curve does not come down so far. */
double tr_km_quantile(const tr_km_point *points, int32_t n, double p);

/* Its interval, at the level of the bands, by inverting them (Brookmeyer and Crowley 1982).  An end that is not reached is
 * NAN: the high one often is. */
tr_interval tr_km_quantile_interval(const tr_km_point *points, int32_t n, double p);

/* S at time t. */
double tr_km_survival(const tr_km_point *points, int32_t n, double t);

/* The mean of min(T, horizon): the area under the curve up to there, which must be printed beside it.  *se (may be NULL)
 * gets its standard error, by Greenwood's variance.  Beyond the last point the curve is taken to stay where it is, so a horizon
 * later than that counts the cases still open as open until then: choose it within the data. */
double tr_restricted_mean(const tr_km_point *points, int32_t n, double horizon, double *se);

typedef struct { double chi2, p; int32_t df; } tr_logrank;

/* The log-rank test (Mantel 1966) that groups 0..groups-1 have one curve in common; chi-square with df = groups that had
 * anybody at risk when something happened, less one.  Where the data say nothing (one group, no event) df and chi2 are 0 and p is 1.  It
 * takes cases as independent: right for a record, too sure for one run of a simulation, where cases wait for each other. */
tr_logrank tr_logrank_test(const double *t, const bool *event, const int32_t *group, int32_t n, int32_t groups);

/* Cumulative incidence (Aalen and Johansen 1978) of causes 1..causes that compete; 0 = censored.  Returns the number of
 * distinct times at which any cause struck; (*times)[i], and (*incidence)[cause - 1][i]: the share that has ended by that
 * cause at or before that time.  The causes and the still open add up to 1. */
int32_t tr_incidence(const double *t, const int32_t *cause, int32_t n, int32_t causes, tr_arena *arena, double **times,
                     double ***incidence);

/* -- the bootstrap -------------------------------------------------------------------------------------------- */

/* A figure of a sample.  Resamples keep the order of the sample they are drawn from, so an ascending sample gives ascending
 * resamples, and a quantile needs no sorting. */
typedef double tr_statistic(const double *x, int32_t n, void *context);
double tr_statistic_mean(const double *x, int32_t n, void *context);     /* context: NULL */
double tr_statistic_quantile(const double *x, int32_t n, void *context); /* of an ascending x; context: const double *p */

/* Efron's (1987) bias-corrected and accelerated interval by `draws` (at least 100; 10,000 for print) resamples of the n
 * values, which must be independent: replications, or the single cases of a record, never days or cases of one run.
 * Acceleration by the jackknife.  *estimate (may be NULL) gets the statistic of x itself. */
tr_interval tr_bca(const double *x, int32_t n, tr_statistic *statistic, void *context, int32_t draws, uint64_t seed, double level,
                   double *estimate);

/* The same of statistic(x) - statistic(y) for two independent samples, each resampled by itself. */
tr_interval tr_bca_difference(const double *x, int32_t nx, const double *y, int32_t ny, tr_statistic *statistic, void *context,
                              int32_t draws, uint64_t seed, double level, double *estimate);

/* The level to ask BCa for so that few values (n replications) get tails as wide as Student's (Hesterberg 2015): BCa as it
 * stands, like the percentile interval, is too short for few.  0.95 becomes 0.962 for 30. */
double tr_small_sample_level(double level, int32_t n);

/* The studentized bootstrap of a mean (Efron 1981; Hall 1988): resamples of Student's own ratio in place of its table, so that
 * skewed values get an interval as skewed.  Covers best of the three near saturation (docs/history.md).  An end that so few
 * values cannot give is NAN. */
tr_interval tr_bootstrap_t(const double *x, int32_t n, int32_t draws, uint64_t seed, double level, double *mean);

/* What BCa's interval is made of, for tests and the curious: bias z0 and acceleration a. */
typedef struct { double bias, acceleration; } tr_bca_parts;
tr_interval tr_bca_explained(const double *const x[], const int32_t n[], int32_t samples, tr_statistic *statistic, void *context,
                             int32_t draws, uint64_t seed, double level, double *estimate, tr_bca_parts *parts);

#endif
