/* readers.h -- the readers behind tr_inputs_read, one a file; each fills its part of the morning.
 *
 * Order: defaults, policy, reports, fleet, sites, places to keep away from.  Faults go to diag; a reader goes on past them and
 * leaves the morning in a state that is safe to read.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_READERS_H
#define TR_READERS_H
#include "inputs.h"
#include "json.h"
#include "words.h"

void tr_policy_defaults(tr_morning *morning); /* policy, streams, vocabulary, time zone, triage */
void tr_policy_read(const char *path, tr_morning *morning, tr_diag *diag);
/* Depots, vehicles, profiles (numbered as they first occur) and sites that stand in the fleet file. */
void tr_fleet_read(const char *path, tr_morning *morning, tr_diag *diag);
void tr_sites_read(const char *path, tr_morning *morning, tr_diag *diag);
void tr_sites_of(const tr_json *array, tr_morning *morning); /* "sites" of either file */
/* Windows of the day that opening hours allow: of every day, or by weekday. */
struct tr_window_list tr_opening_of(tr_json hours, int32_t day);
/* Appends to morning->avoid; needs the plan's day and the fleet. */
void tr_avoid_read(const char *path, tr_morning *morning, tr_diag *diag);
/* height_m, width_m and weight_kg of a vehicle, or of a place the most that may pass. */
tr_bulk tr_bulk_of(const tr_json *object);
int32_t tr_place_add(tr_morning *morning, tr_place_kind kind, const char *name, double lat, double lon);

/* ---- feeds ---- */

/* What a feed can tell of a report, under its native name. */
/* clang-format off */
typedef enum {
    TR_F_ID, TR_F_LAT, TR_F_LON, TR_F_REPORTED_AT, TR_F_WASTE_TYPE, TR_F_SIZE, TR_F_LAND_TYPE, TR_F_LABELS,
    TR_F_KG, TR_F_M3, TR_F_LITRES, TR_F_WINDOW, TR_F_DUE, TR_F_VEHICLE, TR_F_STREET, TR_F_PHOTOS,
    TR_F_DESCRIPTION, TR_F_TITLE, TR_F_SIZE_CONFIDENCE, TR_F_COUNCIL_RESPONSIBLE, TR_F_STATUS,
    TR_F_CATEGORY, TR_F_SUBCATEGORY, TR_F_WORDS, TR_F_WARD, TR_N_FIELDS
} tr_field;
/* clang-format on */
extern const char *const tr_field_names[TR_N_FIELDS];

typedef struct {                    /* one row of any feed, as text */
    const char *value[TR_N_FIELDS]; /* NULL or empty = not given */
    const char *place[TR_N_FIELDS]; /* the feed's own name of it, for messages; NULL = the native name */
    int32_t n_labels;
    const tr_label *labels; /* where the feed gives them as a list; else value[TR_F_LABELS] */
    const char *fault;      /* found before the fields were looked at */
} tr_row;

typedef enum { TR_MATCH_EXACT, TR_MATCH_PREFIX, TR_MATCH_CONTAINS } tr_match;
typedef struct {
    tr_match match;
    const char *key; /* as tr_words_key */
    tr_category says;
    int32_t stream; /* -1 = none */
} tr_category_rule;
typedef struct {
    int32_t n_columns;
    const char *const *columns; /* of the feed */
    const tr_field *fields;     /* what each is */
    int32_t n_categories;
    const tr_category_rule *categories;
    int32_t n_words;
    const char *const *words; /* keys */
    const int32_t *word_streams;
} tr_mapping;
tr_mapping tr_mapping_read(const char *path, tr_diag *diag);

/* Reads the feeds and appends their reports to the morning. */
typedef struct tr_feed tr_feed;
struct tr_feed { /* one file while it is read */
    const char *file;
    const tr_mapping *mapping;
    tr_morning *morning;
    tr_diag *diag;
    tr_arena *scratch; /* holds free text; freed with the feed */
    int32_t capacity;  /* of morning->reports */
    int32_t n_rows;
};
void tr_feed_row(tr_feed *feed, const tr_row *row); /* adds one report, with a fault if it is bad */
void tr_csv_read(tr_feed *feed, const char *text, size_t length);
void tr_json_reports_read(tr_feed *feed, json_t *document);
/* Which field a column of the feed is: by mapping, native name, FixMyStreet's or Open311's; -1 none. */
int32_t tr_field_of(const tr_mapping *mapping, const char *column);
void tr_reports_read(const tr_input_files *files, tr_morning *morning, tr_diag *diag);

#endif
