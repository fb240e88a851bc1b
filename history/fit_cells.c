/* fit_cells.c -- log-normal cells, drawn to a table where records are few (empirical Bayes; docs/history.md).
 *
 * Spread first: a cell's variance is drawn to a common one as in Smyth (2004), whose two parameters are the mode of
 * the marginal likelihood under wide priors, so that it is defined for no record, too.  Then the means, normal given the
 * spread: theirs is a posterior in closed form for each tau (sd of cells about the table), and tau is summed over rather
 * than guessed, as intervals that take one value for known are too short where cells are few.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

/* Beforehand: spread and its certainty, common factor, slope, and tau's scale.  Assumed, and wide. */
static const double expect_sigma = 0.5, sigma_log_sd = 1, expect_nu = 8, nu_log_sd = 1, common_sd = 0.5,
                    slope_sd = 0.5, tau_scale = 0.5;
enum { N_TAU = 48 };
static const double tau_least = 0.01, tau_most = 2;

typedef struct {
    const tr_fit_cell *cells;
    int32_t n;
} table;

/* Minus the log posterior of (log s0^2, log nu0), but for a constant: sd^2 / s0^2 is F(n - 1, nu0). */
static double variance_loss(const gsl_vector *at, void *context)
{
    const table *t = context;
    double log_s2 = gsl_vector_get(at, 0), log_nu = gsl_vector_get(at, 1), nu = exp(log_nu);
    double from_s2 = (log_s2 - 2 * log(expect_sigma)) / (2 * sigma_log_sd),
           from_nu = (log_nu - log(expect_nu)) / nu_log_sd;
    double loss = (from_s2 * from_s2 + from_nu * from_nu) / 2;
    if (fabs(log_nu) > 12 || fabs(log_s2) > 30) return 1e12;
    for (int32_t c = 0; c < t->n; c++) {
        double d = t->cells[c].n - 1, f = exp(2 * log(t->cells[c].sd) - log_s2);
        if (d < 1 || t->cells[c].sd <= 0) continue;
        loss -= gsl_sf_lngamma((d + nu) / 2) - gsl_sf_lngamma(d / 2) - gsl_sf_lngamma(nu / 2) +
                d / 2 * log(d * f / nu) - (d + nu) / 2 * log1p(d * f / nu);
    }
    return loss;
}

static void fit_spread(int32_t n, tr_fit_cell *cells, tr_fit_common *common)
{
    table t = {cells, n};
    gsl_multimin_function loss = {variance_loss, 2, &t};
    gsl_multimin_fminimizer *search = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, 2);
    gsl_vector *at = gsl_vector_alloc(2), *step = gsl_vector_alloc(2);
    gsl_vector_set(at, 0, 2 * log(expect_sigma));
    gsl_vector_set(at, 1, log(expect_nu));
    gsl_vector_set_all(step, 0.5);
    gsl_multimin_fminimizer_set(search, &loss, at, step);
    for (int i = 0; i < 400 && gsl_multimin_test_size(gsl_multimin_fminimizer_size(search), 1e-5) != 0; i++)
        if (gsl_multimin_fminimizer_iterate(search)) break;
    const gsl_vector *best = gsl_multimin_fminimizer_x(search);
    common->sigma0 = exp(gsl_vector_get(best, 0) / 2);
    common->nu0 = exp(gsl_vector_get(best, 1));
    gsl_multimin_fminimizer_free(search);
    gsl_vector_free(at);
    gsl_vector_free(step);
    for (int32_t c = 0; c < n; c++) {
        double d = cells[c].n > 1 ? cells[c].n - 1 : 0;
        cells[c].sigma =
            sqrt((common->nu0 * common->sigma0 * common->sigma0 + d * cells[c].sd * cells[c].sd) /
                 (common->nu0 + d));
    }
}

/* Mean and sd of each cell's logs, and what they say by themselves: Student's t and chi squared. */
static void describe(int32_t n, const int32_t *cell, const double *values, int32_t n_cells,
                     tr_fit_cell *cells)
{
    for (int32_t c = 0; c < n_cells; c++) cells[c].n = 0, cells[c].mean = cells[c].sd = 0;
    for (int32_t i = 0; i < n; i++) cells[cell[i]].n++, cells[cell[i]].mean += values[i];
    for (int32_t c = 0; c < n_cells; c++)
        if (cells[c].n) cells[c].mean /= cells[c].n;
    for (int32_t i = 0; i < n; i++) cells[cell[i]].sd += pow(values[i] - cells[cell[i]].mean, 2);
    for (int32_t c = 0; c < n_cells; c++) {
        tr_fit_cell *at = &cells[c];
        double d = at->n - 1;
        at->mean_low = at->mean_high = at->sd_low = at->sd_high = NAN;
        if (d < 1) {
            at->sd = 0;
            continue;
        }
        double half = gsl_cdf_tdist_Pinv(0.975, d) * sqrt(at->sd / d / at->n);
        at->mean_low = at->mean - half;
        at->mean_high = at->mean + half;
        at->sd_low = sqrt(at->sd / gsl_cdf_chisq_Pinv(0.975, d));
        at->sd_high = sqrt(at->sd / gsl_cdf_chisq_Pinv(0.025, d));
        at->sd = sqrt(at->sd / d);
    }
}

typedef struct {            /* posterior of (common, slope) for one tau */
    double mean[2], cov[3]; /* cov: common, both, slope */
    double log_weight;      /* of this tau, but for a constant */
} effects;

/* How far a cell's records are from its table, which is their mean and not their median. */
static double gap_of(const tr_fit_cell *c)
{
    return c->mean - (log(c->table) - c->sigma * c->sigma / 2);
}

static effects effects_of(int32_t n, const tr_fit_cell *cells, bool slope, double tau)
{
    double p00 = 1 / (common_sd * common_sd), p01 = 0, p11 = 1 / (slope_sd * slope_sd), b0 = 0, b1 = 0,
           sum = 0, logs = 0;
    for (int32_t c = 0; c < n; c++) {
        if (!cells[c].n) continue;
        double w = 1 / (tau * tau + cells[c].sigma * cells[c].sigma / cells[c].n),
               x = slope ? cells[c].covariate : 0, r = gap_of(&cells[c]);
        p00 += w, p01 += w * x, p11 += w * x * x;
        b0 += w * r, b1 += w * x * r;
        sum += w * r * r;
        logs += log(w);
    }
    double det = p00 * p11 - p01 * p01;
    effects e = {.cov = {p11 / det, -p01 / det, p00 / det}};
    e.mean[0] = e.cov[0] * b0 + e.cov[1] * b1;
    e.mean[1] = e.cov[1] * b0 + e.cov[2] * b1;
    e.log_weight =
        (logs - log(det) - sum + e.mean[0] * b0 + e.mean[1] * b1 - tau * tau / (tau_scale * tau_scale)) / 2;
    return e;
}

static double tau_at(int k)
{
    return tau_least * pow(tau_most / tau_least, (double)k / (N_TAU - 1));
}

/* Sums a cell's posterior over tau: mean and variance of a mixture of normals. */
static void shrink_cell(tr_fit_cell *at, bool slope, const effects e[N_TAU], const double weight[N_TAU],
                        double nu)
{
    double x = slope ? at->covariate : 0, centre = log(at->table) - at->sigma * at->sigma / 2, first = 0,
           second = 0;
    for (int k = 0; k < N_TAU; k++) {
        double tau2 = tau_at(k) * tau_at(k), keep = at->n ? tau2 / (tau2 + at->sigma * at->sigma / at->n) : 0;
        double prior = e[k].mean[0] + x * e[k].mean[1],
               var = e[k].cov[0] + 2 * x * e[k].cov[1] + x * x * e[k].cov[2];
        double m = centre + prior + (at->n ? keep * (gap_of(at) - prior) : 0);
        var = (1 - keep) * tau2 + (1 - keep) * (1 - keep) * var;
        first += weight[k] * m;
        second += weight[k] * (m * m + var);
    }
    at->mu = first;
    at->mu_sd = sqrt(fmax(second - first * first, 0));
    double half = gsl_cdf_tdist_Pinv(0.975, nu + (at->n > 1 ? at->n - 1 : 0)) * at->mu_sd;
    at->mu_low = at->mu - half;
    at->mu_high = at->mu + half;
    at->value = exp(at->mu + at->sigma * at->sigma / 2);
    at->spread = sqrt(at->sigma * at->sigma + at->mu_sd * at->mu_sd);
}

static void fit_means(int32_t n, tr_fit_cell *cells, bool slope, tr_fit_common *common)
{
    effects e[N_TAU];
    double weight[N_TAU], most = -HUGE_VAL, sum = 0, second[2] = {0};
    for (int k = 0; k < N_TAU; k++) {
        e[k] = effects_of(n, cells, slope, tau_at(k));
        e[k].log_weight += log(tau_at(k)); /* the steps grow with tau */
        most = fmax(most, e[k].log_weight);
    }
    for (int k = 0; k < N_TAU; k++) sum += weight[k] = exp(e[k].log_weight - most);
    for (int k = 0; k < N_TAU; k++) {
        weight[k] /= sum;
        common->tau += weight[k] * tau_at(k);
        common->common += weight[k] * e[k].mean[0];
        common->slope += weight[k] * e[k].mean[1];
        second[0] += weight[k] * (e[k].mean[0] * e[k].mean[0] + e[k].cov[0]);
        second[1] += weight[k] * (e[k].mean[1] * e[k].mean[1] + e[k].cov[2]);
    }
    common->common_sd = sqrt(fmax(second[0] - common->common * common->common, 0));
    common->slope_sd = sqrt(fmax(second[1] - common->slope * common->slope, 0));
    for (int32_t c = 0; c < n; c++) shrink_cell(&cells[c], slope, e, weight, common->nu0);
}

void tr_fit_cells(int32_t n, const int32_t *cell, const double *log_values, int32_t n_cells,
                  tr_fit_cell *cells, bool slope, tr_fit_common *common)
{
    *common = (tr_fit_common){.n = n};
    describe(n, cell, log_values, n_cells, cells);
    fit_spread(n_cells, cells, common);
    fit_means(n_cells, cells, slope, common);
}
