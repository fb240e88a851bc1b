/* calendar.h -- days, clock times, time zones and the working days of England and Wales.
 *
 * Days are counted from 1970-01-01 (Gregorian), clock times in seconds of the local day.  The zone is
 * that of the process: set it once, before any other call, from one thread.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CALENDAR_H
#define TR_CALENDAR_H
#include "inputs.h"

/* The zone of all local times from here on, "Europe/London".  False if the machine does not know it;
 * Europe/London always works. */
bool tr_zone_set(const char *name);

/* Unix seconds of "2026-03-02T07:15:00Z" (also "+01:00", "+0100", a space for the T, without seconds,
 * with decimals, a bare date); without zone it is local time.  False if it is no such time. */
bool tr_time_parse(const char *text, int64_t *unix_s);
int32_t tr_local_day(int64_t unix_s);
int64_t tr_utc_offset(int32_t day); /* seconds east of UTC at local midnight */

/* Seconds of "06:00" or "06:00:30", up to "36:00" for shifts past midnight. */
bool tr_clock_parse(const char *text, int64_t *seconds);
/* "08:00-10:00": false if it is no window or ends before it starts. */
bool tr_window_parse(const char *text, tr_window *window);
/* Sorts windows and joins those that overlap or touch; returns how many are left. */
int32_t tr_windows_tidy(tr_window *windows, int32_t n);

int tr_weekday(int32_t day); /* 0 = Monday ... 6 = Sunday */
/* Bank holiday of England and Wales: by rule, with substitute days and the one-offs known so far. */
bool tr_bank_holiday(int32_t day);
bool tr_working_day(int32_t day);
int32_t tr_add_working_days(int32_t day, int32_t n); /* the n-th working day after `day`; 0 = day itself */

#endif
