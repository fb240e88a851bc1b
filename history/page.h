/* page.h -- what has been found about clear-up times, as one self-contained HTML page, JSON and CSV.
 *
 * The page needs no network and no script; charts are SVG inside it, and it prints on A4. The same figures are in the JSON
 * (instances/schema/history.schema.json) and the CSV, unrounded. Nothing depends on locale or clock: same input and settings, same
 * bytes. Pages of several groups (wards, or the rules of a simulation) are put together from the parts below.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PAGE_H
#define TR_PAGE_H
#include "describe.h"
#include "months.h"
#include "record.h"

#include <jansson.h>
#include <stdio.h>

/* ---- parts, for any set of groups ---- */

void tr_page_begin(FILE *out, const char *title, const char *subtitle);
void tr_page_end(FILE *out, const char *colophon);
void tr_page_heading(FILE *out, const char *text);
void tr_page_paragraph(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* text, no HTML */
/* A row a group: ends, days on both clocks, share inside the target (`target` in words, NULL = no such column). Groups of one
 * simulated run (one_run) have no intervals here: those of differences between rules are over replications, in a tr_page_grid. */
void tr_page_table(FILE *out, const char *caption, const char *first_column, const tr_group *groups,
                   int32_t n, const char *target);
/* Their Kaplan-Meier curves in one chart, with bands of 95 % where there are five at most and none is of one simulated run; the first eight of them at most. */
void tr_page_curves(FILE *out, const char *caption, const tr_group *groups, int32_t n, tr_arena *arena);
/* Any other table: n_columns heads, n_rows x n_columns cells row by row, texts as they stand; the first column is words. */
void tr_page_grid(FILE *out, const char *caption, const char *const *heads, int32_t n_columns,
                  const char *const *cells, int32_t n_rows);
/* The log-rank test of groups in words, with what it does not tell; nothing where there was nothing to test. */
void tr_page_test(FILE *out, tr_logrank test);
double tr_page_horizon(const tr_group *groups, int32_t n); /* days that a chart of them should show */

json_t *tr_group_json(const tr_group *group, bool with_curve); /* a new reference */
void tr_group_csv_header(FILE *out);
/* Quoted, and never a formula: what begins like one gets a ' before it. */
void tr_csv_word(FILE *out, const char *text);
void tr_group_csv(FILE *out, const char *grouping, const tr_group *group);

/* ---- a recorded history ---- */

typedef struct {
    const tr_record *record;
    const tr_description *description;
    const tr_months *months;
    const tr_describe_options *options;
    const char *mapping, *only;  /* as given, NULL = not */
    int32_t from_day, until_day; /* as given, INT32_MIN = not */
} tr_history;

char *tr_history_html(const tr_history *h, tr_arena *arena);
char *tr_history_json(const tr_history *h, tr_arena *arena);
char *tr_history_csv(const tr_history *h, tr_arena *arena);        /* the groups */
char *tr_history_months_csv(const tr_history *h, tr_arena *arena); /* reports by category and month */

/* Parts of its page: the table of traps, method and limits; a day, and the day of the record's end or cut. */
void tr_page_traps(FILE *out, const tr_record *record);
void tr_page_method(FILE *out, const tr_history *h, tr_arena *arena);
const char *tr_page_day(int64_t unix_s, tr_arena *arena);
const char *tr_page_end_day(const tr_record *record, tr_arena *arena);

/* In words: "3 days", "5 working days", "the record's own due dates"; NULL = none. */
const char *tr_history_target(const tr_history *h, tr_arena *arena);
const char *tr_history_name(const tr_record *record, tr_arena *arena); /* the city, or else the file's name */

/* history.html, history.json, history.csv and history-months.csv in the directory, which is made if missing. */
tr_status tr_history_write(const tr_history *h, const char *directory, tr_arena *arena, tr_err *err);

#endif
