/* csv_table.h -- a whole CSV file as text cells: comma, semicolon or tab, quoted as in RFC 4180; and a JSON list as the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CSV_TABLE_H
#define TR_CSV_TABLE_H
#include "diag.h"

typedef struct {
    int32_t n_columns, n_rows;
    const char *const *names; /* [n_columns] of the header */
    const char *const *const
        *cells; /* [n_rows][n_columns] "" where empty; NULL: its number of columns is wrong (told) */
} tr_csv_table;

/* False: the file cannot be read as CSV, which is in diag as an error. A row of a wrong width is a warning. All in the
 * arena. */
bool tr_csv_table_read(const char *path, tr_arena *arena, tr_diag *diag, tr_csv_table *table);

/* The same of CSV, or of JSON (json_table.c): a list of flat objects, an object that holds one, or GeoJSON points. The content
 * tells which it is. */
bool tr_table_read(const char *path, tr_arena *arena, tr_diag *diag, tr_csv_table *table);

#endif
