/* record.h -- a recorded history: reports with the times of their end, as cases, with every trap in it counted.
 *
 * A file of our own kind (report columns and cleared_at), an export of a 311 system or of FixMyStreet, Open311, or any other by a
 * mapping file (layout.h); CSV, JSON or GeoJSON. Every row is either a case or left out for one counted reason: n_rows = n_cases + those left out.
 * docs/history.md tells the rules.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_RECORD_H
#define TR_RECORD_H
#include "case.h"
#include "diag.h"

/* clang-format off */
typedef enum {
    /* left out, each row for the first that holds */
    TR_TRAP_BAD_ROW, TR_TRAP_SAME_ID, TR_TRAP_CREW_RAISED, TR_TRAP_BOOKED, TR_TRAP_OTHER_WORK, TR_TRAP_NO_END,
    TR_TRAP_NEGATIVE, TR_TRAP_BEFORE_FROM, TR_TRAP_AFTER_CUT, TR_N_LEFT_OUT,
    /* kept and counted; a case may be in several */
    TR_TRAP_OPEN = TR_N_LEFT_OUT, TR_TRAP_CUT_OPEN, TR_TRAP_DUPLICATE, TR_TRAP_TRANSFERRED, TR_TRAP_REOPENED, TR_TRAP_AT_ONCE,
    TR_TRAP_NOT_LOCATED, TR_TRAP_NO_ZONE, TR_TRAP_NO_CLOCK, TR_TRAP_TWICE, TR_TRAP_NEVER, TR_N_TRAPS
} tr_trap;
/* clang-format on */

typedef struct {
    const char *key;  /* "crew_raised": in JSON */
    const char *what; /* for people */
    const char *done; /* what is done about it */
} tr_trap_words;
extern const tr_trap_words tr_traps[TR_N_TRAPS];

typedef struct {
    const char *path, *mapping, *zone; /* mapping, zone NULL: by the columns */
    const char *only;                  /* only categories that hold this; NULL = all */
    int32_t from_day, until_day;       /* first and last day of what is looked at; INT32_MIN = not given */
} tr_record_options;

typedef struct {
    const char *path, *zone; /* of the wall clock; it is the process's zone from now on */
    const char *city;        /* "" = not known: say the file's name instead */
    bool zone_assumed;       /* nobody told the zone, and some times needed it */
    bool england;            /* working days are those of England and Wales unless told otherwise */
    bool has_ends;           /* a column tells when cases ended; else all are open */
    char sha256[65];         /* of the file */
    int32_t n_rows, n_cases;
    const tr_case *cases;           /* [n_cases] by time of report, then by id */
    int32_t n_arrivals;
    const tr_case *arrivals;        /* [n_arrivals] the cases, and rows left out only for how they end: what a feed sent; in no order */
    const int64_t *due_s;           /* [n_cases] Unix seconds; INT64_MIN = no date of its own */
    bool has_due;                   /* any case has one */
    int64_t first_s, last_report_s; /* first and last report among the cases */
    int64_t end_s; /* until when the record was looked at: the cut, or the last time in the file */
    bool cut;      /* end_s is a cut before the last time in the file */
    int32_t traps[TR_N_TRAPS];
} tr_record;

/* TR_EINPUT: the file or its mapping cannot be used, or nothing is left of it; why is in diag, all at once (arrivals are
 * there even so). A bad row is a warning. Everything is in the arena. */
tr_status tr_record_read(const tr_record_options *options, tr_arena *arena, tr_diag *diag, tr_record *record);

#endif
