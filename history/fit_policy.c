/* fit_policy.c -- fitted tables as a policy file: the one they came from, with sizes and service times replaced.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit.h"
#include "json.h"
#include "json_text.h"
#include "service.h"
#include "words.h"
#include "write_file.h"

#include <math.h>

/* Few enough digits to read: hundredths of a minute, thousandths of sigma. */
static double rounded(double value, double steps)
{
    return floor(value * steps + 0.5) / steps;
}

static double minutes_of(const tr_fit_cell *cell)
{
    return fmin(fmax(rounded(cell->value / 60, 100), 0.01), 1440);
}

static double sigma_of(const tr_fit_cell *cell)
{
    return fmin(rounded(cell->spread, 1000), TR_SIGMA_MOST);
}

static json_int_t load_of(const tr_fit_cell *cell, const tr_fit_common *common, int32_t was)
{
    return common->n ? (json_int_t)fmin(rounded(cell->value, 1), 1e6) : was;
}

/* A load is assumed until both its figures rest on records of the size. */
static json_t *size_row(const tr_morning *m, const tr_fit *fit, int32_t s)
{
    const tr_size_row *was = &m->triage.sizes[s];
    const tr_fit_cell *kg = &fit->kg[s], *litres = &fit->litres[s], *time = &fit->rows[s];
    bool timed = fit->service_common.n > 0;
    json_t *row = json_object();
    json_object_set_new(row, "kg", json_integer(load_of(kg, &fit->kg_common, was->kg)));
    json_object_set_new(row, "litres", json_integer(load_of(litres, &fit->litres_common, was->litres)));
    json_object_set_new(row, "minutes", json_real(timed ? minutes_of(time) : was->service_s / 60.0));
    json_object_set_new(row, "sigma", json_real(timed ? sigma_of(time) : m->triage.size_sigma[s]));
    json_object_set_new(row, "assumed", json_boolean(was->assumed && !(kg->n && litres->n)));
    return row;
}

static json_t *service_row(const tr_fit_service *s)
{
    json_t *row = json_object();
    json_object_set_new(row, "size", json_string(tr_sizes[s->size]));
    json_object_set_new(row, "waste_type", json_string(tr_waste_types[s->waste_type]));
    json_object_set_new(row, "crew", json_integer(s->crew));
    json_object_set_new(row, "minutes", json_real(minutes_of(&s->fit)));
    json_object_set_new(row, "sigma", json_real(sigma_of(&s->fit)));
    json_object_set_new(row, "records", json_integer(s->fit.n));
    return row;
}

tr_status tr_fit_write(const char *path, const char *from, const tr_morning *m, const tr_fit *fit,
                       tr_diag *diag, tr_err *err)
{
    json_t *root = from ? tr_json_file(from, diag) : json_object(), *sizes = json_object(),
           *times = json_array();
    if (!root) return tr_fail(err, TR_EINPUT, "%s: cannot be used", from);
    for (int32_t s = 0; s < TR_N_SIZES; s++) json_object_set_new(sizes, tr_sizes[s], size_row(m, fit, s));
    for (int32_t c = 0; c < fit->n_service; c++) json_array_append_new(times, service_row(&fit->service[c]));
    json_object_set_new(root, "sizes", sizes);
    json_object_set_new(root, "crew_size", json_integer(fit->crew));
    json_object_set_new(root, "service_times", times);
    tr_arena *scratch = tr_arena_new();
    tr_status status = tr_file_write_text(path, tr_json_print(root, scratch), err);
    tr_arena_free(scratch);
    json_decref(root);
    return status;
}
