/* report_csv.c -- reports from CSV: our own columns, FixMyStreet's export, Open311 bulk, or any by mapping.
 *
 * Comma, semicolon or tab; quoting as in RFC 4180, strictly.  A broken quote spoils the file, a wrong
 * number of columns only its row.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "readers.h"

#include <csv.h>
#include <string.h>
#include <strings.h>

/* Column names of known feeds beside our own; -1 = known, and left out. */
/* clang-format off */
static const struct {
    const char *name;
    int field;
} aliases[] = {
    {"report id", TR_F_ID}, {"report_id", TR_F_ID}, {"service_request_id", TR_F_ID}, {"latitude", TR_F_LAT},
    {"longitude", TR_F_LON}, {"long", TR_F_LON}, {"lng", TR_F_LON}, {"created", TR_F_REPORTED_AT},
    {"created_at", TR_F_REPORTED_AT}, {"requested_datetime", TR_F_REPORTED_AT}, {"detail", TR_F_DESCRIPTION},
    {"summary", TR_F_TITLE}, {"service_name", TR_F_CATEGORY}, {"expected_datetime", TR_F_DUE},
    {"address", TR_F_STREET}, {"street name", TR_F_STREET}, {"media_url", TR_F_PHOTOS},
    {"photo", TR_F_PHOTOS},
    {"has_photo", TR_F_PHOTOS}, {"does the report have an image?", TR_F_PHOTOS}, {"windows", TR_F_WINDOW},
    {"text_tags", TR_F_WORDS}, {"tags", TR_F_WORDS},
    {"user name", -1}, {"confirmed", -1}, {"fixed", -1}, {"closed", -1}, {"query", -1}, {"ward name", TR_F_WARD},
    {"ward_name", TR_F_WARD}, {"district", TR_F_WARD}, {"council_district", TR_F_WARD},
    {"easting", -1},
    {"northing", -1}, {"report url", -1}, {"device type", -1}, {"site used", -1}, {"reported as", -1},
    {"usrn", -1},
    {"uprn", -1}, {"external id", -1}, {"staff role", -1}, {"status_notes", -1}, {"service_code", -1},
    {"agency_responsible", -1}, {"service_notice", -1}, {"updated_datetime", -1}, {"address_id", -1},
    {"zipcode", -1},
    {"extended_attributes", -1}, {"agency_sent_datetime", -1}, {"interface_used", -1}, {"comment_count", -1},
    {"requestor_name", -1}, {"type", -1}, {"geometry", -1}, {"properties", -1}, {"updated_at", -1},
    {"rating", -1},
    {"closed_at", -1}, {"acknowledged_at", -1}, {"reopened_at", -1}, {"html_url", -1}, {"request_type", -1},
    {"media", -1}, {"acknowledged", -1}, {"model_version", -1},
};
/* clang-format on */
enum { UNKNOWN = -2, MOST_COLUMNS = 500 };

/* -2: never heard of. */
static int field_or_unknown(const tr_mapping *mapping, const char *column)
{
    for (int32_t i = 0; i < mapping->n_columns; i++)
        if (strcasecmp(mapping->columns[i], column) == 0) return (int)mapping->fields[i];
    for (int i = 0; i < TR_N_FIELDS; i++)
        if (strcasecmp(tr_field_names[i], column) == 0) return i;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcasecmp(aliases[i].name, column) == 0) return aliases[i].field;
    if (strcasestr(column, "(flytip_") || strcasestr(column, "(sizeofissue)")) return TR_F_CATEGORY;
    return UNKNOWN;
}

int32_t tr_field_of(const tr_mapping *mapping, const char *column)
{
    return field_or_unknown(mapping, column);
}

typedef struct {
    tr_feed *feed;
    bool header_done, failed;
    int32_t n_columns, column; /* of the header; of the row so far */
    int fields[MOST_COLUMNS];
    const char *names[MOST_COLUMNS];
    const char *cells[MOST_COLUMNS];
} csv_reader;

static void on_cell(void *bytes, size_t length, void *context)
{
    csv_reader *r = context;
    const char *text = bytes;
    while (length && (*text == ' ' || *text == '\t')) text++, length--;
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
    if (r->column < MOST_COLUMNS)
        r->cells[r->column] = tr_arena_strndup(r->feed->scratch, length ? text : "", length);
    r->column++;
}

static void take_header(csv_reader *r)
{
    tr_feed *feed = r->feed;
    bool has[TR_N_FIELDS] = {false};
    r->n_columns = r->column < MOST_COLUMNS ? r->column : MOST_COLUMNS;
    for (int32_t i = 0; i < r->n_columns; i++) {
        r->names[i] = tr_text_clean(feed->morning->arena, r->cells[i]);
        r->fields[i] = field_or_unknown(feed->mapping, r->names[i]);
        if (r->fields[i] >= 0) has[r->fields[i]] = true;
        const char *near =
            r->fields[i] == UNKNOWN ? tr_nearest_word(r->names[i], tr_field_names, TR_N_FIELDS) : NULL;
        if (near)
            tr_diag_add(feed->diag, TR_WARNING, feed->file, "header",
                        "column \"%s\" is not known and left out; did you mean \"%s\"?", r->names[i], near);
    }
    static const tr_field needed[] = {TR_F_ID, TR_F_LAT, TR_F_LON};
    for (size_t i = 0; i < 3; i++) {
        if (has[needed[i]]) continue;
        r->failed = true;
        tr_diag_add(
            feed->diag, TR_ERROR, feed->file, "header",
            "no column \"%s\"; expected our columns, FixMyStreet's or Open311's, or a mapping (--mapping)",
            tr_field_names[needed[i]]);
    }
}

static bool joins(tr_field field)
{
    return field == TR_F_CATEGORY || field == TR_F_WORDS || field == TR_F_DESCRIPTION ||
           field == TR_F_TITLE || field == TR_F_SUBCATEGORY;
}

static void take_row(csv_reader *r)
{
    tr_row row = {0};
    bool empty = true;
    int32_t n = r->column < r->n_columns ? r->column : r->n_columns;
    for (int32_t i = 0; i < n; i++) {
        if (!*r->cells[i]) continue;
        empty = false;
        int field = r->fields[i];
        if (field < 0) continue;
        if (joins((tr_field)field) && row.value[field])
            row.value[field] = tr_arena_printf(r->feed->scratch, "%s ; %s", row.value[field], r->cells[i]);
        else if (!row.value[field])
            row.value[field] = r->cells[i];
        row.place[field] = r->names[i];
    }
    if (empty && r->column <= r->n_columns) return; /* a spreadsheet's blank line */
    if (r->column != r->n_columns)
        row.fault = tr_arena_printf(r->feed->morning->arena, "has %d columns, the header has %d", r->column,
                                    r->n_columns);
    tr_feed_row(r->feed, &row);
}

static void on_row(int end, void *context)
{
    (void)end;
    csv_reader *r = context;
    if (!r->header_done)
        take_header(r);
    else if (!r->failed)
        take_row(r);
    r->header_done = true;
    r->column = 0;
}

/* The separator that the first line holds most of. */
static unsigned char separator(const char *text)
{
    size_t line = strcspn(text, "\r\n"), count[3] = {0};
    static const char choices[] = ",;\t";
    for (size_t i = 0; i < line; i++)
        for (int k = 0; k < 3; k++) count[k] += text[i] == choices[k];
    return (unsigned char)(count[1] > count[0] && count[1] >= count[2] ? ';'
                           : count[2] > count[0]                       ? '\t'
                                                                       : ',');
}

void tr_csv_read(tr_feed *feed, const char *text, size_t length)
{
    struct csv_parser parser;
    csv_reader *reader = TR_NEW(feed->scratch, csv_reader, 1);
    reader->feed = feed;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI)) {
        tr_diag_add(feed->diag, TR_ERROR, feed->file, "", "cannot be read: no memory");
        return;
    }
    csv_set_delim(&parser, separator(text));
    size_t done = csv_parse(&parser, text, length, on_cell, on_row, reader);
    char where[40];
    snprintf(where, sizeof where, "row %d", feed->n_rows + (reader->header_done ? 1 : 0));
    if (done < length)
        tr_diag_add(feed->diag, TR_ERROR, feed->file, where,
                    "is not valid CSV: a quote in the wrong place at byte %zu; "
                    "a quote inside quotes is doubled",
                    done);
    else if (csv_fini(&parser, on_cell, on_row, reader))
        tr_diag_add(feed->diag, TR_ERROR, feed->file, where,
                    "is not valid CSV: a quote that opens here is never closed");
    csv_free(&parser);
}
