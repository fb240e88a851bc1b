/* fit_records.c -- plan-against-actual records from CSV, their parts added up to reports.
 *
 * Every fault of the file is told: each wrong value with row (of data, from 1) and column, each missing, unknown or
 * doubled column.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit.h"
#include "json.h"
#include "triage.h"
#include "words.h"

#include <csv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DATE, STOP, WASTE_TYPE, SIZE, CREW, PLANNED_S, ACTUAL_S, PLANNED_KG, ACTUAL_KG, PLANNED_LITRES, ACTUAL_LITRES, N_COLUMNS, N_NEEDED = 5 };
static const char *const columns[N_COLUMNS] = {"date", "stop", "waste_type", "size", "crew", "planned_service_s", "actual_service_s",
                                               "planned_kg", "actual_kg", "planned_litres", "actual_litres"};
static const char *const crew_words = "a number of people", *const number_words = "a number above 0, or empty if not known";

typedef struct { /* a row: a part of a report, or all of it (part 0) */
    tr_fit_record record;
    int32_t part, row;
} row;

typedef struct {
    const char *path;
    tr_arena *arena;
    tr_diag *diag;
    int32_t column[N_COLUMNS]; /* field of each column, -1 = not there */
    const char **fields;
    int32_t n_header, n_fields, room, row, n_rows, n_room; /* fields of the header, of the row */
    bool header_read;
    row *rows;
} reading;

static const char *field_of(const reading *r, int column)
{
    int32_t at = r->column[column];
    return at >= 0 && at < r->n_fields ? r->fields[at] : "";
}

static void fault(reading *r, int column, const char *expected)
{
    const char *text = field_of(r, column);
    tr_diag_add(r->diag, TR_ERROR, r->path, tr_arena_printf(r->arena, "row %d, column %s", r->row, columns[column]),
                "\"%s\" is not %s", tr_text_short(r->arena, text, 40), expected);
}

static void take_field(void *text, size_t length, void *context)
{
    reading *r = context;
    if (r->n_fields == r->room) {
        r->fields = tr_arena_grow(r->arena, r->fields, (size_t)r->room, (size_t)r->room + 32, sizeof *r->fields);
        r->room += 32;
    }
    r->fields[r->n_fields++] = tr_arena_strndup(r->arena, text ? text : "", length);
}

static void take_header(reading *r)
{
    for (int c = 0; c < N_COLUMNS; c++) r->column[c] = -1;
    for (int32_t k = 0; k < r->n_fields; k++) {
        int32_t c = tr_word_find(r->fields[k], columns, N_COLUMNS);
        if (c >= 0 && r->column[c] < 0) {
            r->column[c] = k;
            continue;
        }
        const char *near = c >= 0 ? NULL : tr_nearest_word(r->fields[k], columns, N_COLUMNS);
        tr_diag_add(r->diag, TR_ERROR, r->path, "header", c >= 0 ? "the column \"%s\" stands there twice" : "unknown column \"%s\"%s%s%s",
                    tr_text_short(r->arena, r->fields[k], 40), near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    }
    for (int c = 0; c < N_NEEDED; c++)
        if (r->column[c] < 0) tr_diag_add(r->diag, TR_ERROR, r->path, "header", "the column \"%s\" is missing", columns[c]);
    if (r->column[ACTUAL_S] < 0 && r->column[ACTUAL_KG] < 0 && r->column[ACTUAL_LITRES] < 0)
        tr_diag_add(r->diag, TR_ERROR, r->path, "header",
                    "there is nothing to learn from: expected a column \"actual_service_s\", \"actual_kg\" or \"actual_litres\"");
    r->n_header = r->n_fields;
    r->header_read = true;
}

/* NAN if empty, or wrong (told). */
static double number_of(reading *r, int column, double most)
{
    const char *text = field_of(r, column);
    char *end;
    double value = strtod(text, &end);
    if (!*text) return NAN;
    if (end != text && !*end && value > 0 && value <= most) return value;
    fault(r, column, most < 1e6 ? "seconds above 0 and up to 86400, or empty if not known" : number_words);
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
static int32_t word_of(reading *r, int column, int32_t (*find)(const char *), const char *const *list, int32_t n)
{
    const char *text = field_of(r, column), *near = tr_nearest_word(text, list, n);
    int32_t found = find(text);
    if (found < 0)
        fault(r, column, near ? tr_arena_printf(r->arena, "a known one; did you mean \"%s\"?", near)
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
        fault(r, CREW, tr_arena_printf(r->arena, "%s, 1 to %d", crew_words, (int)TR_FIT_MOST_CREW));
    in.crew = (int32_t)crew;
    in.planned_s = number_of(r, PLANNED_S, 86400);
    in.actual_s = number_of(r, ACTUAL_S, 86400);
    in.planned_kg = number_of(r, PLANNED_KG, 1e6);
    in.actual_kg = number_of(r, ACTUAL_KG, 1e6);
    in.planned_litres = number_of(r, PLANNED_LITRES, 1e6);
    in.actual_litres = number_of(r, ACTUAL_LITRES, 1e6);
    if (r->n_rows == r->n_room) {
        int32_t room = r->n_room ? 2 * r->n_room : 256;
        r->rows = tr_arena_grow(r->arena, r->rows, (size_t)r->n_room, (size_t)room, sizeof *r->rows);
        r->n_room = room;
    }
    r->rows[r->n_rows++] = (row){in, part, r->row};
}

static void take_row(int ending, void *context)
{
    reading *r = context;
    (void)ending;
    if (!r->header_read) take_header(r);
    else {
        r->row++;
        bool faulty_header = false;
        for (int c = 0; c < N_NEEDED; c++) faulty_header |= r->column[c] < 0;
        if (r->n_fields > r->n_header)
            tr_diag_add(r->diag, TR_ERROR, r->path, tr_arena_printf(r->arena, "row %d", r->row), "has %d values; expected %d, as the header",
                        r->n_fields, r->n_header);
        if (!faulty_header) take_record(r);
    }
    r->n_fields = 0;
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
        whole = whole && rows[k].part == rows[k - 1].part + 1 && part->crew == out->crew && part->size == out->size &&
                part->waste_type == out->waste_type;
        add_part(out, part);
    }
    return whole;
}

static void told_twice(reading *r, const row *first, const row *second)
{
    tr_diag_add(r->diag, TR_ERROR, r->path, tr_arena_printf(r->arena, "row %d, column stop", second->row),
                "\"%s\" stands in row %d already; expected each stop once", tr_text_short(r->arena, second->record.id, 40), first->row);
}

static void join_rows(reading *r, tr_fit_records *out)
{
    tr_fit_record *records = TR_NEW(r->arena, tr_fit_record, r->n_rows + 1);
    qsort(r->rows, (size_t)r->n_rows, sizeof *r->rows, by_report);
    for (int32_t from = 0, to; from < r->n_rows; from = to) {
        for (to = from + 1; to < r->n_rows && !strcmp(r->rows[to].record.id, r->rows[from].record.id); to++)
            if (r->rows[to].part == r->rows[to - 1].part && *r->rows[to].record.id) told_twice(r, &r->rows[to - 1], &r->rows[to]);
        if (join(r->rows, from, to, &records[out->n])) out->n++;
        else out->n_left_out++;
    }
    qsort(records, (size_t)out->n, sizeof *records, by_day);
    out->records = records;
    out->n_rows = r->n_rows;
}

tr_status tr_fit_records_read(const char *path, tr_arena *arena, tr_diag *diag, tr_fit_records *records, tr_err *err)
{
    struct csv_parser parser;
    reading r = {.path = path, .arena = arena, .diag = diag};
    int32_t errors = diag->n_errors;
    size_t length;
    *records = (tr_fit_records){.n = 0};
    const char *bytes = tr_file_read(path, arena, diag, &length);
    if (!bytes) return tr_fail(err, TR_EINPUT, "%s: cannot be used", path);
    csv_init(&parser, CSV_APPEND_NULL | CSV_STRICT | CSV_STRICT_FINI);
    bool broken = csv_parse(&parser, bytes, length, take_field, take_row, &r) != length || csv_fini(&parser, take_field, take_row, &r);
    csv_free(&parser);
    if (broken) tr_diag_add(diag, TR_ERROR, path, tr_arena_printf(arena, "row %d", r.row + 1), "a quote is not closed, or stands within a value");
    else if (!r.header_read) tr_diag_add(diag, TR_ERROR, path, "header", "the file is empty; expected a line of column names");
    else if (!r.row) tr_diag_add(diag, TR_ERROR, path, "row 1", "there is no record below the header");
    join_rows(&r, records);
    return diag->n_errors > errors ? tr_fail(err, TR_EINPUT, "%s: cannot be used", path) : TR_OK;
}
