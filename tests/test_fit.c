/* test_fit.c -- the fit against truths it was drawn from, its records, and the policy it writes.
 *
 * Coverage: 2,000 councils' cells and records are simulated and fitted; 95 % intervals must hold the truth in 93 to
 * 97 % of them.  TR_TEST_SCALE (per cent, default 100) takes that share of the repeats, with bounds as much wider as
 * chance asks (4 standard errors).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "fit.h"
#include "readers.h"
#include "service.h"
#include "stats.h"
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
    if (fabs(share - 0.95) > slack)
        print_message("%s: %d of %d intervals hold the truth (%.1f %%)\n", what, hits, n, 100 * share);
    assert_true(fabs(share - 0.95) <= slack);
}

/* ---- coverage ---- */

enum { CELLS = 16 };
static const int mixed[CELLS] = {2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40, 60, 100, 0, 1};
static const int sparse[CELLS] = {0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6};

typedef struct {           /* what a world is drawn from; the fit knows none of it */
    double tau, sigma, nu; /* tau 0: drawn for each council, as the fit believes */
    const int *records;    /* [CELLS] */
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
    double tau = w.tau > 0 ? w.tau : fabs(gsl_ran_gaussian(rng, 0.5));
    for (int c = 0; c < CELLS; c++) {
        cells[c] = (tr_fit_cell){.table = 60 * (1 + c), .covariate = log((1 + c % 3) / 2.0)};
        sigma[c] = w.sigma * sqrt(w.nu / gsl_ran_chisq(rng, w.nu));
        mu[c] = log(cells[c].table) - sigma[c] * sigma[c] / 2 + a + b * cells[c].covariate +
                gsl_ran_gaussian(rng, tau);
        for (int i = 0; i < w.records[c]; i++)
            cell[n] = c, logs[n++] = mu[c] + gsl_ran_gaussian(rng, sigma[c]);
    }
    tr_fit_cells(n, cell, logs, CELLS, cells, true, &common);
    for (int c = 0; c < CELLS; c++) {
        assert_int_equal(cells[c].n, w.records[c]);
        t->mean[c] += cells[c].mean_low <= mu[c] && mu[c] <= cells[c].mean_high;
        t->sd[c] += cells[c].sd_low <= sigma[c] && sigma[c] <= cells[c].sd_high;
        t->shrunk[c] += cells[c].mu_low <= mu[c] && mu[c] <= cells[c].mu_high;
        if (!w.records[c]) continue;
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
        if (w.records[c] < 2) continue;
        snprintf(name, sizeof name, "tau %.2f, seed %d, unshrunk mean of %d records", w.tau, (int)seed,
                 w.records[c]);
        assert_covers(name, t.mean[c], t.n);
        snprintf(name, sizeof name, "tau %.2f, seed %d, unshrunk sd of %d records", w.tau, (int)seed,
                 w.records[c]);
        assert_covers(name, t.sd[c], t.n);
    }
    snprintf(name, sizeof name, "tau %.2f, seed %d, shrunk, over all cells", w.tau, (int)seed);
    print_message("%s: %.1f %% of %d; mean square error %.2f of the unshrunk\n", name,
                  100.0 * shrunk / t.n / CELLS, t.n * CELLS, t.off_shrunk / t.off_own);
    assert_covers(name, shrunk, t.n * CELLS);
    assert_true(t.off_shrunk < t.off_own);
}

static void intervals_hold_known_truths(void **state)
{
    (void)state;
    cover((world){0.3, 0.45, 12, mixed}, 1);
    cover((world){0.15, 0.5, 8, mixed}, 2);
    cover((world){0.5, 0.35, 30, mixed}, 3);
    cover((world){0.3, 0.5, 10, sparse}, 4);
    cover((world){0, 0.45, 12, sparse}, 5);
}

/* ---- drawn to the table ---- */

static tr_fit_cell fitted(int32_t n, double log_value)
{
    tr_fit_cell cells[2] = {{.table = 600}, {.table = 900}};
    tr_fit_common common;
    int32_t cell[1000] = {0};
    double logs[1000] = {0};
    for (int32_t i = 0; i < n; i++) logs[i] = log_value + (i % 2 ? 0.3 : -0.3);
    tr_fit_cells(n, cell, logs, 2, cells, false, &common);
    return cells[0];
}

static void few_records_move_little(void **state)
{
    (void)state;
    double far = log(1800), at[4];
    static const int n[4] = {0, 2, 10, 1000};
    assert_true(fabs(fitted(0, 0).value - 600) < 1e-9); /* none: the table's own */
    for (int k = 0; k < 4; k++) {
        tr_fit_cell c = fitted(n[k], far);
        at[k] = c.mu;
        assert_true(c.mu_low < c.mu && c.mu < c.mu_high && c.spread >= c.sigma);
        assert_true(!k || at[k] > at[k - 1]); /* the more, the nearer to what they say */
    }
    assert_true(at[3] < far && far - at[3] < 0.01);
    assert_true(at[1] < far - 0.1);
}

/* ---- from file to file ---- */

static char folder[] = "/tmp/tiprun-fit-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

typedef struct {
    tr_arena *arena;
    tr_diag diag;
    tr_morning morning;
    tr_fit_records records;
    tr_err err;
} fixture;

static void begin(fixture *f)
{
    *f = (fixture){.arena = tr_arena_new()};
    f->diag.arena = f->morning.arena = f->arena;
    tr_policy_defaults(&f->morning);
}

static tr_status read_text(fixture *f, const char *text)
{
    const char *path = tr_arena_printf(f->arena, "%s/records.csv", folder);
    assert_int_equal(tr_file_write_text(path, text, &f->err), TR_OK);
    tr_status status = tr_fit_records_read(path, f->arena, &f->diag, &f->records, &f->err);
    unlink(path);
    return status;
}

static void parts_are_added_up(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    assert_int_equal(read_text(&f, "stop,date,size,waste_type,crew,actual_service_s,actual_kg\r\n"
                                   "R-2/2,2026-03-03,Small Van Load,Tyres,2,200,\r\n"
                                   "R-1,2026-03-03,Single Item,\"Constr / Demol / Excav\",3,300,20\r\n"
                                   "R-2/1,2026-03-02,Small Van Load,Tyres,2,100,30\r\n"
                                   "R-3/1,2026-03-02,Small Van Load,Tyres,2,100,30\r\n" /* alone */
                                   "R-4/1,2026-03-02,Small Van Load,Tyres,2,100,30\r\n"
                                   "R-4/2,2026-03-02,Small Van Load,Tyres,1,100,30\r\n"), /* another crew */
                     TR_OK);
    assert_int_equal(f.records.n, 2);
    assert_int_equal(f.records.n_left_out, 2);
    assert_string_equal(f.records.records[0].id, "R-1");
    const tr_fit_record *r = &f.records.records[1];
    assert_string_equal(r->id, "R-2");
    assert_true(r->actual_s == 300 && isnan(r->actual_kg) && isnan(r->planned_s) && r->n_parts == 2 &&
                r->crew == 2);
    tr_arena_free(f.arena);
}

/* Records of a council whose crews need 1.4 times the table, less in larger crews, and load 0.7 of it. */
static const char *council(tr_arena *arena, int days, uint64_t seed)
{
    static const int sizes[] = {0, 1, 2, 3}, types[] = {1, 5, 10, 12};
    static const int minutes[] = {4, 6, 9, 18}, kg[] = {8, 30, 60, 350};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    char *text = NULL, date[11];
    size_t length;
    FILE *out = open_memstream(&text, &length);
    gsl_rng_set(rng, seed);
    fputs("date,stop,waste_type,size,crew,planned_service_s,actual_service_s,planned_kg,actual_kg\n", out);
    for (int d = 0, id = 1; d < days; d++)
        for (int k = 0; k < 12; k++, id++) {
            int s = (int)gsl_rng_uniform_int(rng, 4), w = (int)gsl_rng_uniform_int(rng, 4),
                crew = 1 + (int)gsl_rng_uniform_int(rng, 3);
            double mean = minutes[s] * 60 * 1.4 * pow(crew / 2.0, -0.5), sigma = 0.4;
            tr_day_print(20500 + d, date);
            fprintf(out, "%s,R-%d,%s,%s,%d,%d,%.1f,%d,%.2f\n", date, id, tr_waste_types[types[w]],
                    tr_sizes[sizes[s]], crew, minutes[s] * 60,
                    mean * exp(gsl_ran_gaussian(rng, sigma) - sigma * sigma / 2), kg[s],
                    kg[s] * 0.7 * exp(gsl_ran_gaussian(rng, 0.6) - 0.18));
        }
    fclose(out);
    gsl_rng_free(rng);
    const char *kept = tr_arena_strdup(arena, text);
    free(text);
    return kept;
}

static void the_policy_is_read_unchanged(void **state)
{
    (void)state;
    fixture f;
    tr_fit fit;
    begin(&f);
    const char *path = tr_arena_printf(f.arena, "%s/policy.json", folder);
    assert_int_equal(read_text(&f, council(f.arena, 100, 5)), TR_OK);
    tr_fit_tables(&f.morning, f.records.records, f.records.n, 3, f.arena, &fit);
    assert_int_equal(tr_fit_write(path, NULL, &f.morning, &fit, &f.diag, &f.err), TR_OK);
    tr_morning read = {.arena = f.arena};
    tr_policy_defaults(&read);
    tr_policy_read(path, &read, &f.diag);
    assert_int_equal(f.diag.n_faults, 0);
    assert_int_equal(read.triage.crew_size, 3);
    int found = 0;
    for (int32_t c = 0; c < fit.n_service; c++) {
        const tr_fit_service *s = &fit.service[c];
        double truth = 1.4 * f.morning.triage.sizes[s->size].service_s * pow(s->crew / 2.0, -0.5);
        assert_true(fabs(log(s->fit.value / truth)) < 0.2); /* 25 records a cell, drawn together */
        if (s->crew != 3) continue;
        assert_true(fabs(tr_service_mean(&read.triage, s->size, s->waste_type) - s->fit.value) <= 0.31);
        assert_true(fabs(tr_service_sigma(&read.triage, s->size, s->waste_type) - s->fit.spread) <= 0.0006);
        found++;
    }
    assert_int_equal(found, 16);
    assert_in_range(read.triage.sizes[3].kg, 220, 270);
    assert_true(fabs(fit.service_common.slope + 0.5) < 0.1);
    unlink(path);
    tr_arena_free(f.arena);
}

static double gain_of_day(const fixture *f, const tr_fit *fit, int32_t day)
{
    double sum = 0;
    int n = 0;
    for (int32_t i = 0; i < f->records.n; i++) {
        const tr_fit_record *r = &f->records.records[i];
        if (r->day != day) continue;
        for (int32_t c = 0; c < fit->n_service; c++)
            if (fit->service[c].size == r->size && fit->service[c].waste_type == r->waste_type &&
                fit->service[c].crew == r->crew)
                sum += fabs(r->actual_s - r->planned_s) - fabs(r->actual_s - fit->service[c].fit.value), n++;
    }
    assert_int_equal(n, 12);
    return sum / n;
}

/* The last 20 of 100 days; as many reports on each day, so Student's t over the days is what must come out. */
static void held_back_days_judge(void **state)
{
    (void)state;
    fixture f;
    tr_fit fit;
    tr_fit_judged judged;
    double gains[20], mean;
    begin(&f);
    assert_int_equal(read_text(&f, council(f.arena, 100, 6)), TR_OK);
    tr_fit_tables(&f.morning, f.records.records, 80 * 12, 2, f.arena, &fit);
    for (int d = 0; d < 20; d++) gains[d] = gain_of_day(&f, &fit, 20580 + d);
    tr_interval t = tr_paired_t(gains, 20, 0.95, &mean);
    assert_true(tr_fit_judge(&f.morning, &f.records, 2, TR_FIT_SERVICE, f.arena, &judged));
    assert_int_equal(judged.n, 240);
    assert_int_equal(judged.days, 20);
    assert_int_equal(judged.first_day, 20580);
    assert_true(fabs(judged.error_less[0] - mean) < 1e-6 && fabs(judged.error_less[1] - t.low) < 1e-6 &&
                fabs(judged.error_less[2] - t.high) < 1e-6);
    assert_true(fabs(judged.error_before - judged.error_after - mean) < 1e-6);
    assert_true(judged.score_more[1] > 0.1); /* 1.4 times off is seen */
    assert_false(tr_fit_judge(&f.morning, &f.records, 2, TR_FIT_LITRES, f.arena, &judged));
    tr_arena_free(f.arena);
}

static void a_quantile_is_enough_that_often(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int enough = 0, n = 200000;
    int64_t planned = tr_service_planned(600, 0.5, 0.8);
    for (int i = 0; i < n; i++) enough += 600 * exp(gsl_ran_gaussian(rng, 0.5) - 0.125) <= (double)planned;
    assert_true(fabs((double)enough / n - 0.8) < 0.005);
    assert_int_equal(tr_service_planned(600, 0.5, 0), 600);
    assert_true(tr_service_planned(600, 0.5, 0.9) > planned);
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_hold_known_truths), cmocka_unit_test(few_records_move_little),
        cmocka_unit_test(parts_are_added_up),          cmocka_unit_test(the_policy_is_read_unchanged),
        cmocka_unit_test(held_back_days_judge),        cmocka_unit_test(a_quantile_is_enough_that_often),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
