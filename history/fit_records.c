/* fit_records.c -- plan-against-actual records from CSV, their parts added up to reports.
 *
 * Every fault of the file is told: each wrong value with row (of data, from 1) and column, each missing, unknown or
 * doubled column.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "csv_table.h"
#include "fit.h"
#include "json.h"
#include "triage.h"
#include "words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DATE,
    STOP,
    WASTE_TYPE,
    SIZE,
    CREW,
    PLANNED_S,
    ACTUAL_S,
    PLANNED_KG,
    ACTUAL_KG,
    PLANNED_LITRES,
    ACTUAL_LITRES,
    N_COLUMNS,
    N_NEEDED = 5
};
static const char *const columns[N_COLUMNS] = {"date",
                                               "stop",
                                               "waste_type",
                                               "size",
                                               "crew",
                                               "planned_service_s",
                                               "actual_service_s",
                                               "planned_kg",
                                               "actual_kg",
                                               "planned_litres",
                                               "actual_litres"};

typedef struct { /* a row: a part of a report, or all of it (part 0) */
    tr_fit_record record;
    int32_t part, row;
} row;

typedef struct {
    const char *path;
    tr_arena *arena;
    tr_diag *diag;
    tr_csv_table table;
    int32_t column[N_COLUMNS]; /* of the table, -1 = not there */
    int32_t at, n_rows;        /* the row of the table being read; rows taken */
    row *rows;                 /* [n_rows], room for all */
} reading;

static const char *field_of(const reading *r, int column)
{
    return r->column[column] >= 0 ? r->table.cells[r->at][r->column[column]] : "";
}

static void fault(reading *r, int column, const char *expected)
{
    tr_diag_add(r->diag, TR_ERROR, r->path,
                tr_arena_printf(r->arena, "row %d, column %s", r->at + 1, columns[column]),
                "\"%s\" is not %s", tr_text_short(r->arena, field_of(r, column), 40), expected);
}

static void header_fault(reading *r, const char *text)
{
    tr_diag_add(r->diag, TR_ERROR, r->path, "header", "%s", text);
}

/* False: a needed column is missing, so that the rows would only tell the same again. */
static bool take_header(reading *r)
{
    bool whole = true;
    for (int c = 0; c < N_COLUMNS; c++) r->column[c] = -1;
    for (int32_t k = 0; k < r->table.n_columns; k++) {
        const char *name = tr_text_short(r->arena, r->table.names[k], 40),
                   *near = tr_nearest_word(name, columns, N_COLUMNS);
        int32_t c = tr_word_find(r->table.names[k], columns, N_COLUMNS);
        if (c >= 0 && r->column[c] < 0)
            r->column[c] = k;
        else if (c >= 0)
            header_fault(r, tr_arena_printf(r->arena, "the column \"%s\" stands there twice", name));
        else if (near)
            header_fault(
                r, tr_arena_printf(r->arena, "unknown column \"%s\"; did you mean \"%s\"?", name, near));
        else
            header_fault(r, tr_arena_printf(r->arena, "unknown column \"%s\"", name));
    }
    for (int c = 0; c < N_NEEDED; c++) {
        if (r->column[c] >= 0) continue;
        header_fault(r, tr_arena_printf(r->arena, "the column \"%s\" is missing", columns[c]));
        whole = false;
    }
    if (r->column[ACTUAL_S] < 0 && r->column[ACTUAL_KG] < 0 && r->column[ACTUAL_LITRES] < 0)
        header_fault(r, "there is nothing to learn from: expected a column \"actual_service_s\", "
                        "\"actual_kg\" or \"actual_litres\"");
    return whole;
}

/* NAN if empty, or wrong (told). */
static double number_of(reading *r, int column, double most)
{
    const char *text = field_of(r, column);
    char *end;
    double value = strtod(text, &end);
    if (!*text) return NAN;
    if (end != text && !*end && value > 0 && value <= most) return value;
    fault(r, column,
          tr_arena_printf(r->arena, "a number above 0 and up to %.0f, or empty if not known", most));
    return NAN;
}

/* The id without "/2", and the 2; 0 = no part. */
static const char *report_of(reading *r, const char *stop, int32_t *part)
{
    const char *slash = strrchr(stop, '/');
    size_t digits = slash ? strspn(slash + 1, "0123456789") : 0;
    *part = digits && digits < 3 && !slash[1 + digits] ? atoi(slash + 1) : 0;
    if (*part > TR_MOST_PARTS) *part = 0;
    return *part ? tr_arena_strndup(r->arena, stop, (size_t)(slash - stop)) : stop;
}

/* A word of Defra's lists; -1 and a fault if it is none. */
static int32_t word_of(reading *r, int column, int32_t (*find)(const char *), const char *const *list,
                       int32_t n)
{
    const char *text = field_of(r, column), *near = tr_nearest_word(text, list, n);
    int32_t found = find(text);
    if (found < 0)
        fault(r, column,
              near ? tr_arena_printf(r->arena, "a known one; did you mean \"%s\"?", near)
                   : tr_arena_printf(r->arena, "a known one, such as \"%s\"", list[3]));
    return found;
}

static void take_record(reading *r)
{
    tr_fit_record in = {.n_parts = 1};
    int32_t part;
    char *end;
    if (!tr_day_parse(field_of(r, DATE), &in.day)) fault(r, DATE, "a date like 2026-03-02");
    if (!*field_of(r, STOP)) fault(r, STOP, "the id of a report or of a part of it");
    in.id = report_of(r, field_of(r, STOP), &part);
    in.waste_type = word_of(r, WASTE_TYPE, tr_waste_type_find, tr_waste_types, TR_N_WASTE_TYPES);
    in.size = word_of(r, SIZE, tr_size_find, tr_sizes, TR_N_SIZES);
    long crew = strtol(field_of(r, CREW), &end, 10);
    if (!*field_of(r, CREW) || *end || crew < 1 || crew > TR_FIT_MOST_CREW)
        fault(r, CREW, tr_arena_printf(r->arena, "a number of people, 1 to %d", (int)TR_FIT_MOST_CREW));
    in.crew = (int32_t)crew;
    in.planned_s = number_of(r, PLANNED_S, 86400);
    in.actual_s = number_of(r, ACTUAL_S, 86400);
    in.planned_kg = number_of(r, PLANNED_KG, 1e6);
    in.actual_kg = number_of(r, ACTUAL_KG, 1e6);
    in.planned_litres = number_of(r, PLANNED_LITRES, 1e6);
    in.actual_litres = number_of(r, ACTUAL_LITRES, 1e6);
    r->rows[r->n_rows++] = (row){in, part, r->at + 1};
}

/* ---- parts into reports ---- */

static int by_report(const void *a, const void *b)
{
    const row *x = a, *y = b;
    int order = strcmp(x->record.id, y->record.id);
    if (!order) order = (x->part > y->part) - (x->part < y->part);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static int by_day(const void *a, const void *b)
{
    const tr_fit_record *x = a, *y = b;
    return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : strcmp(x->id, y->id);
}

static void add_part(tr_fit_record *sum, const tr_fit_record *part)
{
    sum->planned_s += part->planned_s; /* a part not known leaves the whole not known */
    sum->actual_s += part->actual_s;
    sum->planned_kg += part->planned_kg;
    sum->actual_kg += part->actual_kg;
    sum->planned_litres += part->planned_litres;
    sum->actual_litres += part->actual_litres;
    if (part->day > sum->day) sum->day = part->day;
    sum->n_parts++;
}

/* rows[from..to) are of one report.  False if they do not make a whole one that one size of crew cleared. */
static bool join(const row *rows, int32_t from, int32_t to, tr_fit_record *out)
{
    bool whole = rows[from].part == (to - from > 1); /* ID, or ID/1, ID/2, ... */
    *out = rows[from].record;
    for (int32_t k = from + 1; k < to; k++) {
        const tr_fit_record *part = &rows[k].record;
        whole = whole && rows[k].part == rows[k - 1].part + 1 && part->crew == out->crew &&
                part->size == out->size && part->waste_type == out->waste_type;
        add_part(out, part);
    }
    return whole;
}

static void told_twice(reading *r, const row *first, const row *second)
{
    tr_diag_add(r->diag, TR_ERROR, r->path, tr_arena_printf(r->arena, "row %d, column stop", second->row),
                "\"%s\" stands in row %d already; expected each stop once",
                tr_text_short(r->arena, second->record.id, 40), first->row);
}

static void join_rows(reading *r, tr_fit_records *out)
{
    tr_fit_record *records = TR_NEW(r->arena, tr_fit_record, r->n_rows + 1);
    qsort(r->rows, (size_t)r->n_rows, sizeof *r->rows, by_report);
    for (int32_t from = 0, to; from < r->n_rows; from = to) {
        for (to = from + 1; to < r->n_rows && !strcmp(r->rows[to].record.id, r->rows[from].record.id); to++)
            if (r->rows[to].part == r->rows[to - 1].part && *r->rows[to].record.id)
                told_twice(r, &r->rows[to - 1], &r->rows[to]);
        if (join(r->rows, from, to, &records[out->n]))
            out->n++;
        else
            out->n_left_out++;
    }
    qsort(records, (size_t)out->n, sizeof *records, by_day);
    out->records = records;
    out->n_rows = r->n_rows;
}

/* What the reader of tables only warns of (a row of a wrong width) is a fault here: nothing is passed over in silence. */
static void warnings_are_errors(tr_diag *diag, int32_t from)
{
    for (int32_t i = from; i < diag->n_faults; i++) {
        diag->n_errors += diag->faults[i].severity != TR_ERROR;
        diag->faults[i].severity = TR_ERROR;
    }
}

tr_status tr_fit_records_read(const char *path, tr_arena *arena, tr_diag *diag, tr_fit_records *records,
                              tr_err *err)
{
    reading r = {.path = path, .arena = arena, .diag = diag};
    int32_t faults = diag->n_faults;
    *records = (tr_fit_records){.n = 0};
    if (!tr_csv_table_read(path, arena, diag, &r.table))
        return tr_fail(err, TR_EINPUT, "%s: cannot be used", path);
    warnings_are_errors(diag, faults);
    r.rows = TR_NEW(arena, row, r.table.n_rows + 1);
    bool whole = take_header(&r);
    for (r.at = 0; whole && r.at < r.table.n_rows; r.at++)
        if (r.table.cells[r.at]) take_record(&r);
    if (!r.table.n_rows) tr_diag_add(diag, TR_ERROR, path, "row 1", "there is no record below the header");
    join_rows(&r, records);
    return diag->n_faults > faults ? tr_fail(err, TR_EINPUT, "%s: cannot be used", path) : TR_OK;
}
