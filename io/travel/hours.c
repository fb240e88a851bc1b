/* hours.c -- how fast each hour of the day is against the table, from recorded runs (calibrate.h).
 *
 * Of an hour: the median log ratio of the table's seconds to the run's.  Its standard error is 1.2533 sigma / sqrt(n), as
 * of a median of normal errors, with sigma from the median absolute deviation of all runs from their hours.  It is drawn
 * to 0 as a normal mean under a normal prior: few runs move little.  The width of the prior, 0.15, is assumed: hours
 * within a quarter of the table are what to expect of a town.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "calibrate.h"
#include "write_file.h"

#include <csv.h>
#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FROM_LAT, FROM_LON, TO_LAT, TO_LON, DEPARTED_AT, RUN_SECONDS, MODE, N_COLUMNS, MOST_WARNINGS = 20 };
static const char *const columns[N_COLUMNS] = {"from_lat",    "from_lon", "to_lat", "to_lon",
                                               "departed_at", "seconds",  "mode"};
static const double prior_sd = 0.15, least_sigma = 0.1,
                    most_ratio = 2.3; /* of logs: ten times faster or slower is no run */

typedef struct {
    const char *path;
    const tr_estimate *estimate;
    const char *mode;
    tr_arena *arena;
    tr_diag *diag;
    int32_t at[N_COLUMNS], field, row, n_warned;
    const char *fields[N_COLUMNS];
    bool header_read;
    int32_t n[TR_HOURS];
    double *logs[TR_HOURS]; /* of table seconds / run seconds */
} runs;

static void take_field(void *text, size_t length, void *context)
{
    runs *r = context;
    const char *field = tr_arena_strndup(r->arena, text ? text : "", length);
    for (int c = 0; c < N_COLUMNS; c++) {
        if (!r->header_read && !strcmp(field, columns[c])) r->at[c] = r->field;
        if (r->header_read && r->at[c] == r->field) r->fields[c] = field;
    }
    r->field++;
}

static bool bad(runs *r, int column, const char *what)
{
    if (r->n_warned++ < MOST_WARNINGS)
        tr_diag_add(r->diag, TR_WARNING, r->path,
                    tr_arena_printf(r->arena, "row %d, column %s", r->row, columns[column]),
                    "\"%.40s\" %s; the run is not used", r->fields[column] ? r->fields[column] : "", what);
    return false;
}

static bool number(runs *r, int column, double low, double high, const char *what, double *value)
{
    const char *text = r->fields[column] ? r->fields[column] : "";
    char *end;
    *value = strtod(text, &end);
    return (end != text && !*end && *value >= low && *value <= high) || bad(r, column, what);
}

static bool local_hour(runs *r, int *hour)
{
    int64_t unix_s;
    struct tm local;
    const char *text = r->fields[DEPARTED_AT];
    if (!text || !strchr(text, ':') || !tr_time_parse(text, &unix_s))
        return bad(r, DEPARTED_AT, "is no time like 2026-03-02T07:15");
    const time_t when = (time_t)unix_s;
    if (!localtime_r(&when, &local)) return bad(r, DEPARTED_AT, "is no time like 2026-03-02T07:15");
    *hour = local.tm_hour;
    return true;
}

static void take_run(runs *r)
{
    tr_place from = {.name = ""}, to = {.name = ""};
    double taken;
    int hour;
    int32_t seconds, metres;
    if (!number(r, FROM_LAT, -90, 90, "is not degrees within +-90", &from.lat) ||
        !number(r, FROM_LON, -180, 180, "is not degrees within +-180", &from.lon) ||
        !number(r, TO_LAT, -90, 90, "is not degrees within +-90", &to.lat) ||
        !number(r, TO_LON, -180, 180, "is not degrees within +-180", &to.lon) ||
        !number(r, RUN_SECONDS, 1, 86400, "is not seconds within 1 to 86400", &taken) ||
        !local_hour(r, &hour))
        return;
    const char *mode = r->at[MODE] >= 0 && r->fields[MODE] && *r->fields[MODE] ? r->fields[MODE] : r->mode;
    tr_estimate_way(r->estimate, mode, &from, &to, &seconds, &metres);
    double ratio = log(fmax(seconds, 1) / taken);
    if (seconds < 1 || fabs(ratio) > most_ratio) {
        bad(r, RUN_SECONDS, "is more than ten times off the table");
        return;
    }
    r->logs[hour] =
        tr_arena_grow(r->arena, r->logs[hour], (size_t)r->n[hour], (size_t)r->n[hour] + 1, sizeof(double));
    r->logs[hour][r->n[hour]++] = ratio;
}

static void take_row(int ending, void *context)
{
    runs *r = context;
    (void)ending;
    if (!r->header_read) {
        for (int c = 0; c < MODE; c++)
            if (r->at[c] < 0)
                tr_diag_add(r->diag, TR_ERROR, r->path, "row 1",
                            "the column %s is missing; expected "
                            "from_lat,from_lon,to_lat,to_lon,departed_at,seconds and perhaps mode",
                            columns[c]);
        r->header_read = true;
    } else if (!r->diag->n_errors) {
        r->row++;
        take_run(r);
    }
    r->field = 0;
    memset(r->fields, 0, sizeof r->fields);
}

static tr_status read_runs(runs *r, tr_err *err)
{
    struct csv_parser parser;
    char bytes[65536];
    FILE *file = fopen(r->path, "rb");
    if (!file) return tr_fail(err, TR_EINPUT, "%s: cannot read: %s", r->path, strerror(errno));
    csv_init(&parser, CSV_APPEND_NULL);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        if (csv_parse(&parser, bytes, n, take_field, take_row, r) != n) break;
    bool broken = ferror(file) || csv_error(&parser);
    csv_fini(&parser, take_field, take_row, r);
    csv_free(&parser);
    fclose(file);
    if (broken) return tr_fail(err, TR_EINPUT, "%s: cannot be read as CSV", r->path);
    return r->diag->n_errors ? tr_fail(err, TR_EINPUT, "%s: cannot be used", r->path) : TR_OK;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int32_t n)
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return gsl_stats_median_from_sorted_data(values, 1, (size_t)n);
}

/* Of the runs about the medians of their hours. */
static double scatter(const runs *r, const double medians[TR_HOURS], int32_t n)
{
    double *away = TR_NEW(r->arena, double, n);
    int32_t k = 0;
    for (int h = 0; h < TR_HOURS; h++)
        for (int32_t i = 0; i < r->n[h] && r->n[h] > 1; i++) away[k++] = fabs(r->logs[h][i] - medians[h]);
    return k ? fmax(1.4826 * median(away, k), least_sigma) : 3 * least_sigma;
}

static void fit_hours(const runs *r, tr_hour_factors *out)
{
    double medians[TR_HOURS] = {0};
    for (int h = 0; h < TR_HOURS; h++)
        if (r->n[h]) medians[h] = median(r->logs[h], r->n[h]);
    double sigma = scatter(r, medians, out->n_used), prior = prior_sd * prior_sd;
    for (int h = 0; h < TR_HOURS; h++) {
        double variance = r->n[h] ? pow(1.2533 * sigma, 2) / r->n[h] : HUGE_VAL;
        double weight = r->n[h] ? prior / (prior + variance) : 0;
        double mean = weight * medians[h], sd = sqrt(prior * (1 - weight));
        out->n[h] = r->n[h];
        out->factor[h] = fmin(fmax(exp(mean), 0.1), 5);
        out->low[h] = exp(mean - 1.96 * sd);
        out->high[h] = exp(mean + 1.96 * sd);
    }
}

tr_status tr_hours_fit(const char *path, const tr_estimate *estimate, const char *mode, tr_arena *arena,
                       tr_diag *diag, tr_hour_factors *hours, tr_err *err)
{
    runs r = {.path = path, .estimate = estimate, .mode = mode, .arena = arena, .diag = diag};
    memset(r.at, -1, sizeof r.at);
    *hours = (tr_hour_factors){.n_used = 0};
    TR_TRY(read_runs(&r, err));
    for (int h = 0; h < TR_HOURS; h++) hours->n_used += r.n[h];
    hours->n_rows = r.row;
    if (r.n_warned > MOST_WARNINGS)
        tr_diag_add(diag, TR_WARNING, path, "", "%d more rows are not used", r.n_warned - MOST_WARNINGS);
    if (!hours->n_used) return tr_fail(err, TR_EINPUT, "%s: holds no run that can be used", path);
    fit_hours(&r, hours);
    return TR_OK;
}

tr_status tr_hours_write(const char *path, const tr_hour_factors *hours, tr_err *err)
{
    char text[400] = "{\"speed_by_hour\": [", number_text[16];
    for (int h = 0; h < TR_HOURS; h++) {
        snprintf(number_text, sizeof number_text, "%s%d", h ? ", " : "",
                 (int)tr_half_up(1000 * hours->factor[h]));
        strcat(text, number_text);
    }
    strcat(text, "]}\n");
    return tr_file_write_text(path, text, err);
}
