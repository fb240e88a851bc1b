/* test_fit.c -- the fit against truths it was drawn from, its records, and the policy it writes.
 *
 * Coverage: 2,000 morning records' worth of cells are simulated and fitted; 95 % intervals must hold the truth in 93 to
 * 97 % of them.  TR_TEST_SCALE (per cent, default 100) takes that share of the repeats, with bounds as much wider as
 * chance asks (4 standard errors).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "fit.h"
#include "readers.h"
#include "service.h"
#include "write_file.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int repeats(int all)
{
    const char *text = getenv("TR_TEST_SCALE");
    int percent = text ? atoi(text) : 100, n = all * (percent > 0 ? percent : 100) / 100;
    return n > 50 ? n : 50;
}

static void assert_covers(const char *what, int hits, int n)
{
    double share = (double)hits / n, slack = fmax(0.02, 4 * sqrt(0.95 * 0.05 / n));
    if (fabs(share - 0.95) > slack) print_message("%s: %d of %d intervals hold the truth (%.1f %%)\n", what, hits, n, 100 * share);
    assert_true(fabs(share - 0.95) <= slack);
}

/* ---- coverage ---- */

enum { CELLS = 16 };
static const int records_of[CELLS] = {2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40, 60, 100, 0, 1};

typedef struct { /* what a world is drawn from; the fit knows none of it */
    double tau, sigma, nu;
} world;

typedef struct {
    int mean[CELLS], sd[CELLS], shrunk[CELLS], n;
    double off_own, off_shrunk; /* sums of squares over cells with records */
} tally;

/* One council: cells from the prior, records from the cells; how many intervals hold. */
static void try_world(gsl_rng *rng, world w, tally *t)
{
    tr_fit_cell cells[CELLS];
    tr_fit_common common;
    double mu[CELLS], sigma[CELLS], logs[400], a = gsl_ran_gaussian(rng, 0.5), b = gsl_ran_gaussian(rng, 0.5);
    int32_t cell[400], n = 0;
    for (int c = 0; c < CELLS; c++) {
        cells[c] = (tr_fit_cell){.table = 60 * (1 + c), .covariate = log((1 + c % 3) / 2.0)};
        sigma[c] = w.sigma * sqrt(w.nu / gsl_ran_chisq(rng, w.nu));
        mu[c] = log(cells[c].table) - sigma[c] * sigma[c] / 2 + a + b * cells[c].covariate + gsl_ran_gaussian(rng, w.tau);
        for (int i = 0; i < records_of[c]; i++) cell[n] = c, logs[n++] = mu[c] + gsl_ran_gaussian(rng, sigma[c]);
    }
    tr_fit_cells(n, cell, logs, CELLS, cells, true, &common);
    for (int c = 0; c < CELLS; c++) {
        assert_int_equal(cells[c].n, records_of[c]);
        t->mean[c] += cells[c].mean_low <= mu[c] && mu[c] <= cells[c].mean_high;
        t->sd[c] += cells[c].sd_low <= sigma[c] && sigma[c] <= cells[c].sd_high;
        t->shrunk[c] += cells[c].mu_low <= mu[c] && mu[c] <= cells[c].mu_high;
        if (!records_of[c]) continue;
        t->off_own += pow(cells[c].mean - mu[c], 2);
        t->off_shrunk += pow(cells[c].mu - mu[c], 2);
    }
    t->n++;
}

static void cover(world w, uint64_t seed)
{
    char name[80];
    int shrunk = 0;
    tally t = {.n = 0};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed);
    for (int k = repeats(2000); k > 0; k--) try_world(rng, w, &t);
    gsl_rng_free(rng);
    for (int c = 0; c < CELLS; c++) {
        shrunk += t.shrunk[c];
        if (records_of[c] < 2) continue;
        snprintf(name, sizeof name, "tau %.2f, seed %d, unshrunk mean of %d records", w.tau, (int)seed, records_of[c]);
        assert_covers(name, t.mean[c], t.n);
        snprintf(name, sizeof name, "tau %.2f, seed %d, unshrunk sd of %d records", w.tau, (int)seed, records_of[c]);
        assert_covers(name, t.sd[c], t.n);
    }
    snprintf(name, sizeof name, "tau %.2f, seed %d, shrunk, over all cells", w.tau, (int)seed);
    if (getenv("TR_TELL")) {
        for (int c = 0; c < CELLS; c++) print_message("  n %3d: %.3f %.3f, shrunk %.3f\n", records_of[c], (double)t.mean[c] / t.n, (double)t.sd[c] / t.n, (double)t.shrunk[c] / t.n);
        print_message("%s: %.4f; squares %.3f of own\n", name, (double)shrunk / t.n / CELLS, t.off_shrunk / t.off_own);
    }
    assert_covers(name, shrunk, t.n * CELLS);
    assert_true(t.off_shrunk < t.off_own);
}

static void intervals_hold_known_truths(void **state)
{
    (void)state;
    cover((world){0.3, 0.45, 12}, 1);
    cover((world){0.15, 0.5, 8}, 2);
    cover((world){0.5, 0.35, 30}, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_hold_known_truths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
