/* csv_table.c -- see csv_table.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "csv_table.h"
#include "json.h"

#include <csv.h>
#include <stdio.h>
#include <string.h>

enum { MOST_COLUMNS = 500 };

typedef struct {
    tr_arena *arena;
    tr_diag *diag;
    const char *path;
    bool header_done;
    int32_t column, n_columns, n_rows, capacity;
    const char *row[MOST_COLUMNS];
    const char **names;
    const char *const **cells;
} reader;

static void on_cell(void *bytes, size_t length, void *context)
{
    reader *r = context;
    const char *text = bytes;
    while (length && (*text == ' ' || *text == '\t')) text++, length--;
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
    if (r->column < MOST_COLUMNS) {
        const char *copy = tr_arena_strndup(r->arena, length ? text : "", length);
        r->row[r->column] = tr_text_clean(r->arena, copy);
    }
    r->column++;
}

static const char **copied_row(const reader *r, int32_t n)
{
    const char **row = TR_NEW(r->arena, const char *, n + 1);
    memcpy(row, r->row, (size_t)n * sizeof *row);
    return row;
}

static bool blank(const reader *r)
{
    for (int32_t i = 0; i < r->column && i < MOST_COLUMNS; i++)
        if (*r->row[i]) return false;
    return true;
}

static void take_row(reader *r)
{
    char where[40];
    if (blank(r) && r->column <= r->n_columns) return; /* a spreadsheet's empty line */
    if (r->n_rows == r->capacity) {
        int32_t capacity = r->capacity ? 2 * r->capacity : 1024;
        r->cells = tr_arena_grow(r->arena, r->cells, (size_t)r->n_rows, (size_t)capacity, sizeof *r->cells);
        r->capacity = capacity;
    }
    bool fits = r->column == r->n_columns;
    r->cells[r->n_rows++] = fits ? (const char *const *)copied_row(r, r->n_columns) : NULL;
    if (fits) return;
    snprintf(where, sizeof where, "row %d", r->n_rows);
    tr_diag_add(r->diag, TR_WARNING, r->path, where, "has %d columns, the header has %d", r->column,
                r->n_columns);
}

static void on_row(int end, void *context)
{
    (void)end;
    reader *r = context;
    if (r->header_done) {
        take_row(r);
    } else {
        r->header_done = true;
        r->n_columns = r->column < MOST_COLUMNS ? r->column : MOST_COLUMNS;
        r->names = copied_row(r, r->n_columns);
    }
    r->column = 0;
}

/* The separator that the first line holds most of. */
static unsigned char separator(const char *text)
{
    static const char choices[] = ",;\t";
    size_t line = strcspn(text, "\r\n"), most = 0, best = 0;
    for (size_t k = 0; k < 3; k++) {
        size_t n = 0;
        for (size_t i = 0; i < line; i++) n += text[i] == choices[k];
        if (n > most) most = n, best = k;
    }
    return (unsigned char)choices[best];
}

static bool parse(reader *r, const char *text, size_t length)
{
    struct csv_parser parser;
    char where[40];
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI)) return false;
    csv_set_delim(&parser, separator(text));
    size_t done = csv_parse(&parser, text, length, on_cell, on_row, r);
    bool good = done == length && !csv_fini(&parser, on_cell, on_row, r);
    snprintf(where, sizeof where, "row %d", r->n_rows + (r->header_done ? 1 : 0));
    if (done < length)
        tr_diag_add(
            r->diag, TR_ERROR, r->path, where,
            "is not valid CSV: a quote in the wrong place at byte %zu; a quote inside quotes is doubled",
            done);
    else if (!good)
        tr_diag_add(r->diag, TR_ERROR, r->path, where,
                    "is not valid CSV: a quote that opens here is never closed");
    csv_free(&parser);
    return good;
}

bool tr_csv_table_read(const char *path, tr_arena *arena, tr_diag *diag, tr_csv_table *table)
{
    size_t length;
    const char *text = tr_file_read(path, arena, diag, &length);
    if (!text) return false;
    const char *nul = memchr(text, 0, length);
    if (nul || strspn(text, " \t\r\n") == length) {
        if (nul)
            tr_diag_add(diag, TR_ERROR, path, "", "is no text: a NUL byte at offset %zu",
                        (size_t)(nul - text));
        else
            tr_diag_add(diag, TR_ERROR, path, "", "is empty; expected a CSV file");
        return false;
    }
    reader *r = TR_NEW(arena, reader, 1);
    *r = (reader){.arena = arena, .diag = diag, .path = path};
    if (!parse(r, text, length)) return false;
    *table = (tr_csv_table){r->n_columns, r->n_rows, r->names, (const char *const *const *)r->cells};
    return true;
}
