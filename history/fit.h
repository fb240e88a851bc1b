/* fit.h -- what service really took and what was really on the lorry, as a policy that plans with it.
 *
 * Four parts: fit_records.c reads plan-against-actual records, fit_cells.c is the model (docs/history.md: log-normal
 * cells drawn to a table by empirical Bayes; no files), fit.c fits a policy's tables by it and tells on held-back
 * days how much better they predict, fit_policy.c writes the policy.  Natural logarithms throughout.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_FIT_H
#define TR_FIT_H
#include "inputs.h"
#include "service.h"

/* ---- the model ---- */

typedef struct {      /* a cell: what is known of it beforehand, then what its records say */
    double table;     /* expected value by the policy, > 0, in the unit of the records */
    double covariate; /* of the common slope: log(crew / crew of the table); 0 = none */
    int32_t n;        /* records */
    double mean, sd;  /* of their logs; sd 0 if n < 2 */
    double mean_low, mean_high, sd_low,
        sd_high;                       /* 95 %, unshrunk, of this cell's records alone; NAN if n < 2 */
    double mu, mu_sd, mu_low, mu_high; /* shrunk: mean of the log, its posterior sd and 95 % interval */
    double sigma;                      /* shrunk: sd of the log about mu */
    double value;                      /* expected value, exp(mu + sigma^2 / 2) */
    double spread; /* sd of the log of a record to come: sigma, and how little is known of mu */
} tr_fit_cell;

typedef struct {
    double common, common_sd; /* log factor of all cells against the table */
    double slope, slope_sd;   /* of the covariate */
    double tau;               /* sd of a cell about that, posterior mean */
    int32_t n;                /* records fitted */
    double sigma0, nu0; /* typical sd of a record about its cell, and how many degrees of freedom it counts */
} tr_fit_common;

/* Fits cells[n_cells] (table and covariate filled in) to the records log_values[n] of cell[n] (0..n_cells-1).
 * With slope = false the covariate is not used.  Any n, also 0: then the cells are the table's. */
void tr_fit_cells(int32_t n, const int32_t *cell, const double *log_values, int32_t n_cells,
                  tr_fit_cell *cells, bool slope, tr_fit_common *common);

/* ---- the records ---- */

enum { TR_FIT_MOST_CREW = TR_MOST_CREW };

typedef struct { /* a report that was cleared; its parts (ID/1, ID/2) are added up */
    const char *id;
    int32_t day, waste_type, size, crew, n_parts;
    double planned_s, planned_kg, planned_litres; /* NAN = not given */
    double actual_s, actual_kg, actual_litres;    /* likewise; else > 0 */
} tr_fit_record;

typedef struct {
    int32_t n, n_rows;
    const tr_fit_record *records; /* by day, then by id */
    int32_t n_left_out;           /* reports whose parts are incomplete, or cleared by different crews */
} tr_fit_records;

/* Reads a CSV file of records (docs/format.md, "Records for fit").  TR_EINPUT: every fault is in diag. */
tr_status tr_fit_records_read(const char *path, tr_arena *arena, tr_diag *diag, tr_fit_records *records,
                              tr_err *err);

/* ---- a policy's tables ---- */

enum { TR_FIT_LEAST_DAYS = 5 }; /* to learn from, and to hold back */

typedef struct {
    int32_t size, waste_type, crew; /* waste_type and crew -1: the size's row, whatever the type */
    tr_fit_cell fit;
} tr_fit_service;

typedef struct {
    int32_t n; /* reports judged */
    int32_t days, first_day;
    double error_before, error_after; /* mean absolute error, the quantity's unit */
    double score_before, score_after; /* mean log density of what came, natural; higher is better */
    double error_less[3],
        score_more[3]; /* difference in favour of the fit: estimate, low, high (95 %, days as clusters) */
} tr_fit_judged;       /* before: what was planned, with the best single spread for it */

typedef struct {
    int32_t table_crew; /* that the table's times are for */
    int32_t crew;       /* that the fitted policy's are for */
    int32_t n_service;
    tr_fit_service *service;      /* [n_service] by size, waste type, crew; every crew size of the records */
    tr_fit_cell rows[TR_N_SIZES]; /* a size whatever the type: what a report of no record is planned with */
    tr_fit_common service_common;
    tr_fit_cell kg[TR_N_SIZES], litres[TR_N_SIZES];
    tr_fit_common kg_common, litres_common;
} tr_fit;

/* Fits the tables of morning->triage to records[n], for planning with crews of this size. */
void tr_fit_tables(const tr_morning *morning, const tr_fit_record *records, int32_t n, int32_t crew,
                   tr_arena *arena, tr_fit *fit);

/* The cell of a size, waste type and crew; NULL = none of them was fitted. */
const tr_fit_service *tr_fit_find(const tr_fit *fit, int32_t size, int32_t waste_type, int32_t crew);

/* The crew size to plan for: the policy's, else the commonest of the records. */
int32_t tr_fit_crew(const tr_morning *morning, const tr_fit_records *records);

typedef enum { TR_FIT_SERVICE, TR_FIT_KG, TR_FIT_LITRES, TR_N_FIT } tr_fit_quantity;

/* Fits to all but the last fifth of the days and judges on those.  False: too few days with this quantity
 * (2 x TR_FIT_LEAST_DAYS). */
bool tr_fit_judge(const tr_morning *morning, const tr_fit_records *records, int32_t crew,
                  tr_fit_quantity what, tr_arena *arena, tr_fit_judged *judged);

/* Writes the policy `from` (NULL: the defaults) with the fitted tables in the place of its own. */
tr_status tr_fit_write(const char *path, const char *from, const tr_morning *morning, const tr_fit *fit,
                       tr_diag *diag, tr_err *err);

#endif
