/* fit.c -- a policy's tables fitted to records, and how much better they predict on days held back.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit.h"
#include "service.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static double value_of(const tr_fit_record *r, tr_fit_quantity what)
{
    return what == TR_FIT_SERVICE ? r->actual_s : what == TR_FIT_KG ? r->actual_kg : r->actual_litres;
}

static double planned_of(const tr_fit_record *r, tr_fit_quantity what)
{
    return what == TR_FIT_SERVICE ? r->planned_s : what == TR_FIT_KG ? r->planned_kg : r->planned_litres;
}

/* ---- service times: a cell for each size, waste type and crew ---- */

static double covariate(const tr_fit *fit, int32_t crew)
{
    return log((double)crew / fit->table_crew);
}

/* Cells of every size and type that some record has, or an earlier fit had, for every crew size that some record has: what is known of
 * one crew tells of another.  index: [size][waste_type][crew], -1 = no cell. */
static int32_t lay_out(const tr_morning *m, const tr_fit_record *records, int32_t n, const tr_fit *fit,
                       tr_fit_service **cells,
                       int32_t index[TR_N_SIZES][TR_N_WASTE_TYPES][TR_FIT_MOST_CREW + 1], tr_arena *arena)
{
    bool crews[TR_FIT_MOST_CREW + 1] = {false}, seen[TR_N_SIZES][TR_N_WASTE_TYPES] = {{false}};
    int32_t n_cells = 0;
    crews[fit->crew] = true;
    for (int32_t i = 0; i < n; i++) {
        if (isnan(records[i].actual_s)) continue;
        crews[records[i].crew] = true;
        seen[records[i].size][records[i].waste_type] = true;
    }
    *cells = TR_NEW(arena, tr_fit_service, TR_N_SIZES * TR_N_WASTE_TYPES * (TR_FIT_MOST_CREW + 1));
    for (int32_t s = 0; s < TR_N_SIZES; s++)
        for (int32_t w = 0; w < TR_N_WASTE_TYPES; w++)
            for (int32_t c = 1; c <= TR_FIT_MOST_CREW; c++) {
                bool fitted_before = m->triage.service[s][w].mean_s > 0;
                index[s][w][c] = (seen[s][w] || fitted_before) && crews[c] ? n_cells : -1;
                if (index[s][w][c] < 0) continue;
                (*cells)[n_cells++] = (tr_fit_service){
                    s,
                    w,
                    c,
                    {.table = fmax(tr_service_mean(&m->triage, s, w), 1), .covariate = covariate(fit, c)}};
            }
    return n_cells;
}

static void fit_service(const tr_morning *m, const tr_fit_record *records, int32_t n, tr_arena *arena,
                        tr_fit *fit)
{
    int32_t index[TR_N_SIZES][TR_N_WASTE_TYPES][TR_FIT_MOST_CREW + 1], used = 0;
    fit->n_service = lay_out(m, records, n, fit, &fit->service, index, arena);
    int32_t n_cells = fit->n_service + TR_N_SIZES, *cell = TR_NEW(arena, int32_t, n + 1);
    double *logs = TR_NEW(arena, double, n + 1);
    tr_fit_cell *cells = TR_NEW(arena, tr_fit_cell, n_cells);
    for (int32_t c = 0; c < fit->n_service; c++) cells[c] = fit->service[c].fit;
    for (int32_t s = 0; s < TR_N_SIZES; s++) /* without a record: for types that none is of */
        cells[fit->n_service + s] = (tr_fit_cell){.table = fmax(m->triage.sizes[s].service_s, 1),
                                                  .covariate = covariate(fit, fit->crew)};
    for (int32_t i = 0; i < n; i++) {
        if (isnan(records[i].actual_s)) continue;
        cell[used] = index[records[i].size][records[i].waste_type][records[i].crew];
        logs[used++] = log(records[i].actual_s);
    }
    tr_fit_cells(used, cell, logs, n_cells, cells, true, &fit->service_common);
    for (int32_t c = 0; c < fit->n_service; c++) fit->service[c].fit = cells[c];
    for (int32_t s = 0; s < TR_N_SIZES; s++) fit->rows[s] = cells[fit->n_service + s];
}

/* ---- loads: a cell for each size ---- */

static void fit_load(const tr_morning *m, const tr_fit_record *records, int32_t n, tr_fit_quantity what,
                     tr_arena *arena, tr_fit_cell cells[TR_N_SIZES], tr_fit_common *common)
{
    int32_t used = 0, *cell = TR_NEW(arena, int32_t, n + 1);
    double *logs = TR_NEW(arena, double, n + 1);
    for (int32_t s = 0; s < TR_N_SIZES; s++)
        cells[s] = (tr_fit_cell){
            .table = fmax(what == TR_FIT_KG ? m->triage.sizes[s].kg : m->triage.sizes[s].litres, 1)};
    for (int32_t i = 0; i < n; i++) {
        if (isnan(value_of(&records[i], what))) continue;
        cell[used] = records[i].size;
        logs[used++] = log(value_of(&records[i], what));
    }
    tr_fit_cells(used, cell, logs, TR_N_SIZES, cells, false, common);
}

const tr_fit_service *tr_fit_find(const tr_fit *fit, int32_t size, int32_t waste_type, int32_t crew)
{
    for (int32_t c = 0; c < fit->n_service; c++) {
        const tr_fit_service *s = &fit->service[c];
        if (s->size == size && s->waste_type == waste_type && s->crew == crew) return s;
    }
    return NULL;
}

int32_t tr_fit_crew(const tr_morning *morning, const tr_fit_records *records)
{
    int32_t count[TR_FIT_MOST_CREW + 1] = {0}, best = 1;
    if (morning->triage.crew_size) return morning->triage.crew_size;
    for (int32_t i = 0; i < records->n; i++) count[records->records[i].crew]++;
    for (int32_t c = 2; c <= TR_FIT_MOST_CREW; c++)
        if (count[c] > count[best]) best = c;
    return best;
}

void tr_fit_tables(const tr_morning *morning, const tr_fit_record *records, int32_t n, int32_t crew,
                   tr_arena *arena, tr_fit *fit)
{
    int32_t of_policy = morning->triage.crew_size;
    *fit = (tr_fit){.table_crew = of_policy ? of_policy : TR_CREW_ASSUMED, .crew = crew};
    fit_service(morning, records, n, arena, fit);
    if (!fit->service_common.n) fit->crew = fit->table_crew; /* its times stay */
    fit_load(morning, records, n, TR_FIT_KG, arena, fit->kg, &fit->kg_common);
    fit_load(morning, records, n, TR_FIT_LITRES, arena, fit->litres, &fit->litres_common);
}

/* ---- days held back ---- */

/* A log-normal of this mean. */
typedef struct {
    double mean, sigma;
} forecast;

static double log_density(forecast f, double value)
{
    double z = (log(value / f.mean) + f.sigma * f.sigma / 2) / f.sigma;
    return -z * z / 2 - log(f.sigma * value) - 0.91893853320467274; /* log sqrt(2 pi) */
}

/* What the plan counted on: as recorded, else by the policy's table. */
static double before_of(const tr_morning *m, const tr_fit_record *r, tr_fit_quantity what)
{
    double planned = planned_of(r, what);
    if (!isnan(planned)) return planned;
    if (what == TR_FIT_SERVICE) return fmax(tr_service_mean(&m->triage, r->size, r->waste_type), 1);
    return fmax(what == TR_FIT_KG ? m->triage.sizes[r->size].kg : m->triage.sizes[r->size].litres, 1);
}

/* The spread about what was planned under which the learning days are likeliest, the mean held. */
static double best_spread(const tr_morning *m, const tr_fit_record *records, int32_t n, tr_fit_quantity what)
{
    double squares = 0;
    int32_t used = 0;
    for (int32_t i = 0; i < n; i++) {
        if (isnan(value_of(&records[i], what))) continue;
        squares += pow(log(value_of(&records[i], what) / before_of(m, &records[i], what)), 2);
        used++;
    }
    return sqrt(fmax(2 * (sqrt(1 + squares / used) - 1), 1e-6)); /* root of v^2 / 4 + v = mean square */
}

static forecast after_of(const tr_morning *m, const tr_fit *fit, const tr_fit_record *r, tr_fit_quantity what)
{
    if (what != TR_FIT_SERVICE) {
        const tr_fit_cell *load = what == TR_FIT_KG ? &fit->kg[r->size] : &fit->litres[r->size];
        return (forecast){load->value, load->spread};
    }
    const tr_fit_service *known = tr_fit_find(fit, r->size, r->waste_type, r->crew);
    if (known) return (forecast){known->fit.value, known->fit.spread};
    /* a type or crew that no learning day had: the table, with what all cells have in common */
    const tr_fit_common *c = &fit->service_common;
    double mean = fmax(tr_service_mean(&m->triage, r->size, r->waste_type), 1);
    return (forecast){mean * exp(c->common + c->slope * covariate(fit, r->crew)), fit->rows[r->size].spread};
}

typedef struct { /* a day's sums */
    int32_t n;
    double error_less, score_more;
} day_sum;

/* Mean difference over all reports; its 95 % interval takes days, not reports, for independent. */
static void ratio(const day_sum *days, int32_t n_days, int32_t n, bool score, double out[3])
{
    double sum = 0, squares = 0;
    for (int32_t d = 0; d < n_days; d++) sum += score ? days[d].score_more : days[d].error_less;
    out[0] = sum / n;
    for (int32_t d = 0; d < n_days; d++)
        squares += pow((score ? days[d].score_more : days[d].error_less) - out[0] * days[d].n, 2);
    double half = gsl_cdf_tdist_Pinv(0.975, n_days - 1) * sqrt(squares * n_days / (n_days - 1)) / n;
    out[1] = out[0] - half;
    out[2] = out[0] + half;
}

/* Index of the first record of the last fifth of the days that have this quantity; -1: too few days. */
static int32_t split(const tr_fit_records *records, tr_fit_quantity what, int32_t *n_days)
{
    int32_t all = 0, last = INT32_MIN;
    for (int32_t i = 0; i < records->n; i++)
        if (!isnan(value_of(&records->records[i], what)) && records->records[i].day != last)
            last = records->records[i].day, all++;
    if (all < 2 * TR_FIT_LEAST_DAYS) return -1;
    int32_t held = all / 5 > TR_FIT_LEAST_DAYS ? all / 5 : TR_FIT_LEAST_DAYS, seen = 0;
    last = INT32_MIN;
    *n_days = held;
    for (int32_t i = 0; i < records->n; i++) {
        if (isnan(value_of(&records->records[i], what)) || records->records[i].day == last) continue;
        last = records->records[i].day;
        if (seen++ == all - held) return i;
    }
    return -1;
}

bool tr_fit_judge(const tr_morning *m, const tr_fit_records *records, int32_t crew, tr_fit_quantity what,
                  tr_arena *arena, tr_fit_judged *out)
{
    int32_t n_days, from = split(records, what, &n_days), day = -1, last = INT32_MIN;
    tr_fit fit;
    *out = (tr_fit_judged){.n = 0};
    if (from < 0) return false;
    while (from > 0 && records->records[from - 1].day == records->records[from].day)
        from--; /* of one day, all or none */
    tr_fit_tables(m, records->records, from, crew, arena, &fit);
    double spread = best_spread(m, records->records, from, what);
    day_sum *days = TR_NEW(arena, day_sum, n_days);
    for (int32_t i = from; i < records->n; i++) {
        const tr_fit_record *r = &records->records[i];
        double value = value_of(r, what);
        if (isnan(value)) continue;
        forecast before = {before_of(m, r, what), spread}, after = after_of(m, &fit, r, what);
        if (r->day != last) last = r->day, day++;
        double errors[2] = {fabs(value - before.mean), fabs(value - after.mean)};
        double scores[2] = {log_density(before, value), log_density(after, value)};
        days[day].n++;
        days[day].error_less += errors[0] - errors[1];
        days[day].score_more += scores[1] - scores[0];
        out->error_before += errors[0], out->error_after += errors[1];
        out->score_before += scores[0], out->score_after += scores[1];
        if (!out->n++) out->first_day = r->day;
    }
    out->days = n_days;
    out->error_before /= out->n, out->error_after /= out->n;
    out->score_before /= out->n, out->score_after /= out->n;
    ratio(days, n_days, out->n, false, out->error_less);
    ratio(days, n_days, out->n, true, out->score_more);
    return true;
}
