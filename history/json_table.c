/* json_table.c -- a JSON list of flat objects (Open311's, or any) or a GeoJSON of points as the same table a CSV file is.
 *
 * Columns are the keys, in the order in which they first come; what is nested is left out.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "csv_table.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 500 };

typedef struct {
    tr_arena *arena;
    int32_t n_columns;
    const char *names[MOST_COLUMNS];
} columns;

/* -1: there are too many. */
static int32_t column_of(columns *c, const char *name)
{
    for (int32_t i = 0; i < c->n_columns; i++)
        if (strcmp(c->names[i], name) == 0) return i;
    if (c->n_columns == MOST_COLUMNS) return -1;
    c->names[c->n_columns] = tr_text_clean(c->arena, name);
    return c->n_columns++;
}

static const char *cell_text(const json_t *value, tr_arena *arena)
{
    if (json_is_string(value)) return tr_text_clean(arena, json_string_value(value));
    if (json_is_integer(value)) return tr_arena_printf(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value)) { /* as jansson prints it: in no locale */
        char *text = json_dumps(value, JSON_ENCODE_ANY);
        const char *kept = tr_arena_strdup(arena, text ? text : "");
        free(text);
        return kept;
    }
    return json_is_true(value) ? "true" : json_is_false(value) ? "false" : "";
}

/* row NULL: its column only. */
static void put(columns *c, const char **row, const char *name, const json_t *value)
{
    if (json_is_object(value) || json_is_array(value)) return;
    int32_t i = column_of(c, name);
    if (row && i >= 0) row[i] = cell_text(value, c->arena);
}

static void put_all(columns *c, const char **row, json_t *object)
{
    const char *key;
    json_t *value, *properties = json_object_get(object, "properties");
    json_t *point = json_object_get(json_object_get(object, "geometry"), "coordinates");
    json_object_foreach(json_is_object(properties) ? properties : object, key, value) put(c, row, key, value);
    if (!json_is_number(json_array_get(point, 0)) || !json_is_number(json_array_get(point, 1))) return;
    put(c, row, "lon", json_array_get(point, 0));
    put(c, row, "lat", json_array_get(point, 1));
}

static const char *const *row_of(columns *c, json_t *object)
{
    const char **row = TR_NEW(c->arena, const char *, c->n_columns + 1);
    for (int32_t i = 0; i < c->n_columns; i++) row[i] = "";
    put_all(c, row, object);
    return (const char *const *)row;
}

/* The list: the document itself, or the first list in it. */
static json_t *list_of(json_t *document)
{
    const char *key;
    json_t *value;
    if (json_is_array(document)) return document;
    json_object_foreach(document, key, value) if (json_is_array(value)) return value;
    return NULL;
}

static void gather(json_t *list, const char *path, tr_arena *arena, tr_diag *diag, tr_csv_table *table)
{
    columns *c = TR_NEW(arena, columns, 1);
    size_t n = json_array_size(list);
    const char *const **cells = TR_NEW(arena, const char *const *, n + 1);
    c->arena = arena;
    for (size_t i = 0; i < n; i++) put_all(c, NULL, json_array_get(list, i));
    for (size_t i = 0; i < n; i++) {
        json_t *object = json_array_get(list, i);
        if (json_is_object(object))
            cells[i] = row_of(c, object);
        else
            tr_diag_add(diag, TR_WARNING, path, tr_arena_printf(arena, "row %zu", i + 1),
                        "is no object; expected {...}");
    }
    *table = (tr_csv_table){c->n_columns, (int32_t)n, c->names, (const char *const *const *)cells};
}

bool tr_table_read(const char *path, tr_arena *arena, tr_diag *diag, tr_csv_table *table)
{
    size_t length;
    tr_arena *scratch = tr_arena_new();
    const char *text = tr_file_read(path, scratch, diag, &length);
    const char *first = text ? text + strspn(text, " \t\r\n") : "";
    bool json = *first == '[' || *first == '{', good = false;
    json_auto_t *document = json ? tr_json_parse(text, length, path, diag) : NULL;
    json_t *list = document ? list_of(document) : NULL;
    if (list)
        gather(list, path, arena, diag, table), good = true;
    else if (document)
        tr_diag_add(diag, TR_ERROR, path, "", "holds no list of cases; expected an array of objects");
    else if (text && !json)
        good = tr_csv_table_read(path, arena, diag, table);
    tr_arena_free(scratch);
    return good;
}
