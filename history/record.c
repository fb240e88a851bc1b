/* record.c -- see record.h.  Three passes: columns, rows one by one, and what needs all rows (the end of the record, the
 * cut, the order).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "record.h"
#include "calendar.h"
#include "csv_table.h"
#include "json.h"
#include "layout.h"
#include "sha256.h"
#include "words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DAY_S = 86400, AT_ONCE_S = 15 * 60 };

typedef struct {
    tr_case c;
    int64_t due_s;
    int32_t row;
    int left_out; /* a tr_trap below TR_N_LEFT_OUT, or -1 */
    bool at_once, located, reopened;
    /* of its times, how many have each of the traps from NO_ZONE on */
    int8_t times[TR_N_TRAPS - TR_TRAP_NO_ZONE];
} entry;

typedef struct { /* what a word of the file means, looked up once */
    const char *text;
    int32_t end;           /* of a status */
    tr_category_word says; /* of a category */
} memo;

typedef struct {
    const tr_record_options *options;
    const tr_layout *layout;
    const tr_csv_table *table;
    tr_arena *arena;
    tr_diag *diag;
    tr_record *record;
    const int32_t *fields; /* [n_columns] */
    tr_date_order order;
    int32_t row; /* the one that is read, from 0 */
    int32_t n_statuses, n_categories;
    memo *statuses, *categories;
    int64_t last_s; /* the latest time in the file */
} reader;

/* ---- cells ---- */

static const char *cell_column(const reader *r, tr_history_field field, const char **column)
{
    const char *const *cells = r->table->cells[r->row];
    for (int32_t i = 0; i < r->table->n_columns; i++) {
        if (r->fields[i] != (int32_t)field || !*cells[i]) continue;
        if (column) *column = r->table->names[i];
        return cells[i];
    }
    return NULL;
}

/* The first column of this field that is not empty; NULL. */
static const char *cell(const reader *r, tr_history_field field)
{
    return cell_column(r, field, NULL);
}

static void fault(const reader *r, const char *column, const char *format, const char *value)
{
    const char *where = tr_arena_printf(r->diag->arena, "row %d, column %s", r->row + 1, column);
    const char *text = tr_arena_printf(r->diag->arena, "\"%.60s\" %s", value, format);
    tr_diag_add(r->diag, TR_WARNING, r->options->path, where, "%s", text);
}

/* False: there is a value, but no time. *when stays where there is none. */
static bool time_cell(reader *r, tr_history_field field, tr_when *when, bool *given)
{
    const char *column, *text = cell_column(r, field, &column);
    *given = text != NULL;
    if (!text) return true;
    if (tr_when_parse(text, r->order, when)) return true;
    fault(r, column,
          "is no time; expected such as 2026-03-02T07:15:00Z or 04/16/2018 05:30:13 AM; the row is left out",
          text);
    return false;
}

static int8_t yes_or_no(const char *text)
{
    static const char *const yeses[] = {"1", "true", "yes", "y", "t"}, *const noes[] = {"0", "false", "no",
                                                                                        "n", "f"};
    for (size_t i = 0; text && i < 5; i++) {
        if (strcasecmp(text, yeses[i]) == 0) return 1;
        if (strcasecmp(text, noes[i]) == 0) return 0;
    }
    return -1;
}

static double degrees(const char *text, double most)
{
    char *end;
    double value = text ? strtod(text, &end) : NAN;
    return text && end != text && !*end && fabs(value) <= most ? value : NAN;
}

/* Both in whole degrees are no place of a report, but the corner of a cell 100 km wide. */
static bool read_place(const reader *r, tr_case *c)
{
    c->lat = degrees(cell(r, TR_H_LAT), 90);
    c->lon = degrees(cell(r, TR_H_LON), 180);
    bool located =
        isfinite(c->lat) && isfinite(c->lon) && !(c->lat == rint(c->lat) && c->lon == rint(c->lon));
    if (!located) c->lat = c->lon = NAN;
    return located;
}

/* ---- words, each looked up once ---- */

static memo *find_memo(memo *memos, int32_t n, const char *text)
{
    for (int32_t i = n - 1; i >= 0; i--)
        if (strcmp(memos[i].text, text) == 0) return &memos[i];
    return NULL;
}

static memo *new_memo(const reader *r, memo **memos, int32_t *n, const char *text)
{
    if ((*n & (*n - 1)) == 0) /* full at each power of two */
        *memos = tr_arena_grow(r->arena, *memos, (size_t)*n, (size_t)(*n ? 2 * *n : 1), sizeof **memos);
    memo *m = &(*memos)[(*n)++];
    m->text = text;
    return m;
}

static int32_t status_end(reader *r, const char *status)
{
    memo *m = find_memo(r->statuses, r->n_statuses, status);
    if (m) return m->end;
    m = new_memo(r, &r->statuses, &r->n_statuses, status);
    m->end = tr_layout_end(r->layout, status, r->arena);
    if (m->end < 0)
        fault(r, "status",
              "is no status that is known; whether the case has ended is taken from its time of closing",
              status);
    return m->end;
}

static tr_category_word category_says(reader *r, const char *category)
{
    if (!category) return (tr_category_word){.hazardous = -1};
    memo *m = find_memo(r->categories, r->n_categories, category);
    if (m) return m->says;
    m = new_memo(r, &r->categories, &r->n_categories, category);
    m->says = tr_layout_category(r->layout, category, r->arena);
    if (r->options->only && !strcasestr(category, r->options->only) && !m->says.leave_out)
        m->says.leave_out = TR_OTHER_WORK;
    return m->says;
}

/* "1 Mattress; 2 Mattress": "Mattress"; of several kinds: "several kinds". */
static const char *one_kind(const reader *r, const char *items)
{
    const char *kind = NULL;
    char *list = tr_arena_strdup(r->arena, items);
    for (char *part; (part = strsep(&list, ";")) != NULL;) {
        part += strspn(part, " 0123456789");
        for (size_t n = strlen(part); n && part[n - 1] == ' ';) part[--n] = 0;
        if (!*part) continue;
        if (kind && strcmp(kind, part) != 0) return "several kinds";
        kind = part;
    }
    return kind;
}

static void read_kind(reader *r, const tr_category_word *says, tr_case *c)
{
    const char *type = cell(r, TR_H_WASTE_TYPE), *category = cell(r, TR_H_CATEGORY),
               *items = cell(r, TR_H_ITEMS);
    const char *size = cell(r, TR_H_SIZE);
    c->waste_type = type               ? type
                    : says->waste_type ? says->waste_type
                    : category         ? category
                    : items            ? one_kind(r, items)
                                       : NULL;
    int32_t listed = c->waste_type ? tr_waste_type_find(c->waste_type) : -1;
    if (listed >= 0) c->waste_type = tr_waste_types[listed];
    c->size = size ? size : says->size;
    if (size && tr_size_find(size) >= 0) c->size = tr_sizes[tr_size_find(size)];
    c->ward = cell(r, TR_H_WARD);
    c->hazardous = yes_or_no(cell(r, TR_H_HAZARDOUS));
    if (c->hazardous < 0) c->hazardous = says->hazardous;
    if (c->hazardous < 0 && listed >= 0)
        c->hazardous = (int8_t)tr_stream_hazardous(tr_waste_type_streams[listed]);
    const char *minutes = cell(r, TR_H_WORK_MINUTES);
    double work = minutes ? degrees(minutes, 1e5) : 0;
    c->work_s = work > 0 ? 60 * work : 0;
}

/* ---- one row ---- */

static void count_time(const tr_when *when, const char *text, entry *e)
{
    size_t n = strlen(text);
    bool zoned = n && (text[n - 1] == 'Z' || text[n - 1] == 'z' || (n > 11 && strpbrk(text + 11, "+-")));
    e->times[TR_TRAP_NO_ZONE - TR_TRAP_NO_ZONE] += !zoned;
    e->times[TR_TRAP_NO_CLOCK - TR_TRAP_NO_ZONE] += when->day_only;
    e->times[TR_TRAP_TWICE - TR_TRAP_NO_ZONE] += when->wall == TR_WALL_TWICE;
    e->times[TR_TRAP_NEVER - TR_TRAP_NO_ZONE] += when->wall == TR_WALL_NEVER;
}

static void seen(reader *r, int64_t unix_s)
{
    if (unix_s > r->last_s) r->last_s = unix_s;
}

/* How the case ended, and when; -1, or why the row is left out. Open cases get their end later. */
static int read_end(reader *r, const tr_when *closed, bool has_closed, const tr_when *changed,
                    bool has_changed, entry *e)
{
    tr_case *c = &e->c;
    const char *status = cell(r, TR_H_STATUS);
    int32_t end = status ? status_end(r, status) : -1;
    if (yes_or_no(cell(r, TR_H_DUPLICATE)) == 1) end = TR_CASE_DUPLICATE;
    if (end < 0) end = has_closed ? TR_CASE_CLEARED : TR_CASE_OPEN;
    c->end = (tr_case_end)end;
    e->reopened = end == TR_CASE_OPEN && has_closed;
    if (end == TR_CASE_OPEN) return -1;
    if (!has_closed && (end == TR_CASE_CLEARED || !has_changed)) return TR_TRAP_NO_END;
    const tr_when *when = has_closed ? closed : changed;
    c->until_s = when->unix_s >= c->reported_s ? when->unix_s : when->later_s;
    seen(r, c->until_s);
    if (c->until_s < c->reported_s) return TR_TRAP_NEGATIVE;
    e->at_once = c->until_s - c->reported_s < AT_ONCE_S;
    return -1;
}

static int read_times(reader *r, entry *e)
{
    static const int trap_of[] = {-1, TR_TRAP_CREW_RAISED, TR_TRAP_BOOKED,
                                  TR_TRAP_OTHER_WORK}; /* by tr_leave_out */
    tr_when reported, closed, changed, due;
    bool has_reported, has_closed, has_changed, has_due;
    if (!time_cell(r, TR_H_REPORTED_AT, &reported, &has_reported) ||
        !time_cell(r, TR_H_CLEARED_AT, &closed, &has_closed) ||
        !time_cell(r, TR_H_STATUS_AT, &changed, &has_changed) || !time_cell(r, TR_H_DUE, &due, &has_due))
        return TR_TRAP_BAD_ROW;
    if (!has_reported) {
        fault(r, "reported_at", "is no time; the row is left out", "");
        return TR_TRAP_BAD_ROW;
    }
    seen(r, reported.unix_s);
    if (has_closed) seen(r, closed.unix_s);
    if (has_changed) seen(r, changed.unix_s);
    tr_category_word says = category_says(r, cell(r, TR_H_CATEGORY));
    if (says.leave_out != TR_KEEP) return trap_of[says.leave_out];
    count_time(&reported, cell(r, TR_H_REPORTED_AT), e);
    if (has_closed) count_time(&closed, cell(r, TR_H_CLEARED_AT), e);
    e->c.reported_s = reported.unix_s;
    e->due_s = has_due ? due.unix_s + (strlen(cell(r, TR_H_DUE)) <= 10 ? DAY_S - 1 : 0) : INT64_MIN;
    read_kind(r, &says, &e->c);
    e->located = read_place(r, &e->c);
    return read_end(r, &closed, has_closed, &changed, has_changed, e);
}

static void read_row(reader *r, entry *e)
{
    *e = (entry){.row = r->row, .left_out = TR_TRAP_BAD_ROW};
    if (!r->table->cells[r->row]) return;
    const char *id = cell(r, TR_H_ID);
    e->c.id = id ? id : tr_arena_printf(r->arena, "row %d", r->row + 1);
    e->left_out = read_times(r, e);
}

/* ---- columns ---- */

/* Day or month first, as all the times of the file allow; an order that stays open is a fault. */
static bool settle_order(reader *r)
{
    bool day = true, month = true, any = false, a, b;
    if (r->layout->dates != TR_DATES_UNKNOWN) return r->order = r->layout->dates, true;
    for (r->row = 0; r->row < r->table->n_rows; r->row++) {
        for (int field = TR_H_REPORTED_AT; r->table->cells[r->row] && field <= TR_H_CLEARED_AT; field++) {
            const char *text = cell(r, (tr_history_field)field);
            if (text) tr_when_orders(text, &a, &b);
            if (!text || (!a && !b)) continue;
            any = true, day = day && a, month = month && b;
        }
    }
    r->order = !any ? TR_DATES_UNKNOWN : day ? TR_DATES_DAY_FIRST : TR_DATES_MONTH_FIRST;
    if (!any || day != month) return true;
    tr_diag_add(r->diag, TR_ERROR, r->options->path, "",
                day ? "no day tells whether the day or the month comes first in its dates; expected a "
                      "mapping with \"dates\": "
                      "\"day_first\" or \"month_first\""
                    : "some dates have the day first, others the month; expected one order in all of them, "
                      "or a mapping with "
                      "\"dates\"");
    return false;
}

/* A column that is nearly one that is missing. */
static void near_miss(const reader *r, int32_t field, const char *name, const bool *has)
{
    const char *near =
        field < 0 && strlen(name) > 3 ? tr_nearest_word(name, tr_history_fields, TR_N_HISTORY_FIELDS) : NULL;
    for (int32_t i = 0; near && i < TR_N_HISTORY_FIELDS; i++)
        if (near == tr_history_fields[i] && !has[i])
            tr_diag_add(r->diag, TR_WARNING, r->options->path, "header",
                        "column \"%.60s\" is not known and left out; did you mean \"%s\"?", name, near);
}

static bool find_columns(reader *r)
{
    bool has[TR_N_HISTORY_FIELDS] = {false};
    int32_t *fields = TR_NEW(r->arena, int32_t, r->table->n_columns + 1);
    int32_t errors = r->diag->n_errors;
    for (int32_t i = 0; i < r->table->n_columns; i++) {
        const char *name = r->table->names[i];
        fields[i] = tr_layout_field(r->layout, name);
        if (fields[i] >= 0) has[fields[i]] = true;
    }
    for (int32_t i = 0; i < r->table->n_columns; i++) near_miss(r, fields[i], r->table->names[i], has);
    r->fields = fields;
    r->record->has_ends = has[TR_H_CLEARED_AT];
    if (!has[TR_H_REPORTED_AT])
        tr_diag_add(r->diag, TR_ERROR, r->options->path, "header",
                    "no column \"reported_at\"; expected our columns, those of a 311 export or "
                    "FixMyStreet's, or a mapping "
                    "(--mapping)");
    else if (!has[TR_H_CLEARED_AT])
        tr_diag_add(r->diag, TR_WARNING, r->options->path, "header",
                    "no column \"cleared_at\": every case is taken for open, and only reports can be "
                    "counted; a mapping "
                    "(--mapping) can name the column");
    for (int32_t i = 0; i < r->layout->n_columns; i++) {
        bool there = false;
        for (int32_t k = 0; k < r->table->n_columns; k++)
            there = there || strcasecmp(r->table->names[k], r->layout->columns[i]) == 0;
        if (!there)
            tr_diag_add(r->diag, TR_WARNING, r->options->mapping, "columns", "\"%.60s\" is no column of %s",
                        r->layout->columns[i], r->options->path);
    }
    return r->diag->n_errors == errors;
}

/* ---- all rows ---- */

typedef struct {
    const char *id;
    int32_t row;
} id_entry;

static int by_id(const void *a, const void *b)
{
    const id_entry *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static void part_same_ids(const reader *r, entry *entries, int32_t n)
{
    id_entry *ids = TR_NEW(r->arena, id_entry, n + 1);
    int32_t n_ids = 0;
    for (int32_t i = 0; i < n; i++)
        if (entries[i].c.id) ids[n_ids++] = (id_entry){entries[i].c.id, i};
    qsort(ids, (size_t)n_ids, sizeof *ids, by_id);
    const char *kept = NULL;
    for (int32_t i = 0; i < n_ids; i++) {
        entry *e = &entries[ids[i].row];
        if (e->left_out >= 0) continue;
        if (kept && strcmp(kept, ids[i].id) == 0) e->left_out = TR_TRAP_SAME_ID;
        kept = ids[i].id;
    }
}

static int64_t midnight(int32_t day)
{
    return (int64_t)day * DAY_S - tr_utc_offset(day);
}

/* Looks at the record as it stood at its end or at the cut. */
static void cut(reader *r, entry *entries, int32_t n)
{
    tr_record *record = r->record;
    const tr_record_options *o = r->options;
    int64_t from_s = o->from_day == INT32_MIN ? INT64_MIN : midnight(o->from_day);
    int64_t until_s = o->until_day == INT32_MIN ? INT64_MAX : midnight(o->until_day + 1);
    record->cut = until_s <= r->last_s;
    record->end_s = record->cut ? until_s : r->last_s;
    for (int32_t i = 0; i < n; i++) {
        entry *e = &entries[i];
        if (e->left_out >= 0) continue;
        if (e->c.reported_s < from_s)
            e->left_out = TR_TRAP_BEFORE_FROM;
        else if (record->cut && e->c.reported_s >= until_s)
            e->left_out = TR_TRAP_AFTER_CUT;
        if (e->left_out >= 0) continue;
        bool later = record->cut && e->c.end != TR_CASE_OPEN && e->c.until_s >= until_s;
        record->traps[TR_TRAP_CUT_OPEN] += later;
        if (later) e->c.end = TR_CASE_OPEN, e->at_once = false;
        if (e->c.end == TR_CASE_OPEN) e->c.until_s = record->end_s;
    }
}

static void count(tr_record *record, const entry *e)
{
    if (e->left_out >= 0) {
        record->traps[e->left_out]++;
        return;
    }
    record->traps[TR_TRAP_OPEN] += e->c.end == TR_CASE_OPEN;
    record->traps[TR_TRAP_DUPLICATE] += e->c.end == TR_CASE_DUPLICATE;
    record->traps[TR_TRAP_TRANSFERRED] += e->c.end == TR_CASE_TRANSFERRED;
    record->traps[TR_TRAP_REOPENED] += e->reopened;
    record->traps[TR_TRAP_AT_ONCE] += e->at_once;
    record->traps[TR_TRAP_NOT_LOCATED] += !e->located;
    for (int t = TR_TRAP_NO_ZONE; t < TR_N_TRAPS; t++) record->traps[t] += e->times[t - TR_TRAP_NO_ZONE];
    record->has_due |= e->due_s != INT64_MIN;
    record->n_cases++;
}

static int by_report(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if ((x->left_out >= 0) != (y->left_out >= 0)) return x->left_out >= 0 ? 1 : -1;
    if (x->c.reported_s != y->c.reported_s) return x->c.reported_s < y->c.reported_s ? -1 : 1;
    int order = x->c.id && y->c.id ? strcmp(x->c.id, y->c.id) : 0;
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static void gather(reader *r, entry *entries, int32_t n)
{
    tr_record *record = r->record;
    part_same_ids(r, entries, n);
    cut(r, entries, n);
    for (int32_t i = 0; i < n; i++) count(record, &entries[i]);
    if (n) qsort(entries, (size_t)n, sizeof *entries, by_report);
    tr_case *cases = TR_NEW(r->arena, tr_case, record->n_cases + 1);
    int64_t *due = TR_NEW(r->arena, int64_t, record->n_cases + 1);
    for (int32_t i = 0; i < record->n_cases; i++) cases[i] = entries[i].c, due[i] = entries[i].due_s;
    tr_case *arrivals = TR_NEW(r->arena, tr_case, n + 1);
    for (int32_t i = 0; i < n; i++)
        if (entries[i].left_out < 0 || entries[i].left_out == TR_TRAP_NO_END || entries[i].left_out == TR_TRAP_NEGATIVE) arrivals[record->n_arrivals++] = entries[i].c;
    record->cases = cases, record->due_s = due, record->arrivals = arrivals;
    if (record->n_cases) {
        record->first_s = cases[0].reported_s;
        record->last_report_s = cases[record->n_cases - 1].reported_s;
    }
}

static tr_status read_rows(reader *r)
{
    const tr_csv_table *table = r->table;
    entry *entries = TR_NEW(r->arena, entry, table->n_rows + 1);
    for (r->row = 0; r->row < table->n_rows; r->row++) read_row(r, &entries[r->row]);
    r->record->n_rows = table->n_rows;
    gather(r, entries, table->n_rows);
    r->record->zone_assumed =
        r->record->traps[TR_TRAP_NO_ZONE] > 0 && !r->layout->zone_given && !r->options->zone;
    if (r->record->zone_assumed)
        tr_diag_add(
            r->diag, TR_WARNING, r->options->path, "",
            "%d times have no zone and are read as %s; --zone or \"time_zone\" of a mapping tells another",
            r->record->traps[TR_TRAP_NO_ZONE], r->record->zone);
    if (r->record->n_cases) return TR_OK;
    tr_diag_add(r->diag, TR_ERROR, r->options->path, "", "none of its %d rows is left to be described",
                table->n_rows);
    return TR_EINPUT;
}

tr_status tr_record_read(const tr_record_options *options, tr_arena *arena, tr_diag *diag, tr_record *record)
{
    tr_err err;
    tr_csv_table table;
    int32_t errors = diag->n_errors;
    tr_layout layout = tr_layout_read(options->mapping, diag);
    bool readable = tr_table_read(options->path, arena, diag, &table);
    if (readable) tr_layout_recognise(&layout, &table);
    *record = (tr_record){
        .path = tr_arena_strdup(arena, options->path), .city = layout.city, .england = layout.england};
    record->zone = options->zone ? options->zone : layout.zone;
    reader r = {.options = options,
                .layout = &layout,
                .table = &table,
                .arena = arena,
                .diag = diag,
                .record = record,
                .last_s = INT64_MIN};
    if (!tr_zone_set(record->zone))
        tr_diag_add(diag, TR_ERROR, options->zone ? NULL : options->path, "",
                    "time zone \"%s\" is not known here", record->zone);
    if (readable && find_columns(&r)) settle_order(&r);
    if (diag->n_errors > errors) return TR_EINPUT;
    if (tr_sha256_file(options->path, record->sha256, &err)) {
        tr_diag_add(diag, TR_ERROR, options->path, "", "%s", err.text);
        return TR_EINPUT;
    }
    return read_rows(&r);
}
