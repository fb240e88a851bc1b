/* layout.h -- which column of a recorded history is what, and what its words mean.
 *
 * Columns are found by our own names, by those that 311 systems and FixMyStreet use, or by a mapping file. A few records
 * are known by their columns alone, with the city and the zone of their clock. The mapping file's columns and categories are
 * written like those of `plan --mapping`, and such a file is accepted.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_LAYOUT_H
#define TR_LAYOUT_H
#include "case.h"
#include "csv_table.h"
#include "when.h"

/* clang-format off */
typedef enum {
    TR_H_ID, TR_H_REPORTED_AT, TR_H_CLEARED_AT, TR_H_STATUS, TR_H_STATUS_AT, TR_H_DUE, TR_H_CATEGORY, TR_H_WASTE_TYPE,
    TR_H_SIZE, TR_H_WARD, TR_H_HAZARDOUS, TR_H_ITEMS, TR_H_DUPLICATE, TR_H_WORK_MINUTES, TR_H_LAT, TR_H_LON,
    TR_N_HISTORY_FIELDS
} tr_history_field;
/* clang-format on */
extern const char *const tr_history_fields[TR_N_HISTORY_FIELDS];

/* Why a report does not belong into a description of clear-up times. */
typedef enum { TR_KEEP, TR_CREW_RAISED, TR_BOOKED, TR_OTHER_WORK } tr_leave_out;

typedef struct { /* what a category says; the first rule that fits holds */
    enum { TR_SAME_AS, TR_BEGINS_WITH, TR_HOLDS } match;
    const char *key;               /* as tr_words_key */
    const char *waste_type, *size; /* NULL = nothing */
    int8_t hazardous;              /* 1, 0, -1 = nothing */
    tr_leave_out leave_out;
} tr_category_word;

typedef struct {
    const char *key; /* as tr_words_key; it is held in the status */
    tr_case_end end;
} tr_status_word;

typedef struct {
    const char *city, *zone; /* never NULL; city "" = not known */
    bool zone_given;         /* by the mapping or by a known record; else Europe/London is assumed */
    bool england;            /* of our own kind: its working days are those of England and Wales */
    tr_date_order dates;     /* UNKNOWN: to be seen from the column */
    int32_t n_columns;       /* of the mapping */
    const char *const *columns;
    const int32_t *fields; /* tr_history_field, -1 = not used here */
    int32_t n_categories, n_statuses;
    const tr_category_word *categories;
    const tr_status_word *statuses;
} tr_layout;

/* path NULL: no mapping. Faults go to diag. */
tr_layout tr_layout_read(const char *path, tr_diag *diag);
/* Fills city, zone and order of dates where the columns are those of a known record and the mapping leaves them open. */
void tr_layout_recognise(tr_layout *layout, const tr_csv_table *table);
int32_t tr_layout_field(const tr_layout *layout, const char *column); /* -1 none */
/* What the mapping says of a category, else what is built in ("... Proactive", "... Scheduled"). */
tr_category_word tr_layout_category(const tr_layout *layout, const char *category, tr_arena *scratch);
/* What became of a case of this status: a tr_case_end, or -1 where the word is not known. Closed without clearing ("no further
 * action") is TRANSFERRED: the case left the queue, the waste was not cleared by it. */
int32_t tr_layout_end(const tr_layout *layout, const char *status, tr_arena *scratch);

#endif
