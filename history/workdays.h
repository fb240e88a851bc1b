/* workdays.h -- which days crews work, and a clock that runs on those days only.
 *
 * Monday to Friday without holidays: those of England and Wales (calendar.h), those of a file, or none.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_WORKDAYS_H
#define TR_WORKDAYS_H
#include "diag.h"

typedef enum { TR_HOLIDAYS_ENGLAND, TR_HOLIDAYS_FILE, TR_HOLIDAYS_NONE } tr_holiday_kind;

typedef struct {
    tr_holiday_kind kind;
    const char *file; /* NULL unless of a file */
    int32_t n;
    const int32_t *days; /* [n] holidays of the file, days since 1970-01-01, ascending */
} tr_workdays;

/* One YYYY-MM-DD a line; what follows a blank, and lines that begin with #, are for people. Every fault goes to diag; the
 * list is in its arena. */
tr_workdays tr_workdays_read(const char *path, tr_diag *diag);

bool tr_workday(const tr_workdays *workdays, int32_t day);
const char *tr_workdays_words(const tr_workdays *workdays,
                              tr_arena *arena); /* for people: "Monday to Friday, ..." */

/* The clock: working days since its first day; within a working day the part of it that is gone by the wall clock (of
 * 23 or 25 hours on the days of change), on other days it stands still. Needs tr_zone_set before. */
typedef struct {
    int32_t first_day, n_days;
    const int32_t *gone;     /* [n_days + 1] working days before each day */
    const int64_t *midnight; /* [n_days + 1] Unix seconds at which each day begins */
} tr_working_clock;
tr_working_clock tr_working_clock_make(const tr_workdays *workdays, int64_t from_s, int64_t to_s,
                                       tr_arena *arena);
double tr_working_clock_at(const tr_working_clock *clock, int64_t unix_s); /* from_s <= unix_s <= to_s */

#endif
