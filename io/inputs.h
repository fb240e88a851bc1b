/* inputs.h -- the files of a morning into one internal form: reports, fleet, sites, policy.
 *
 * Every fault goes to diag with file, place and value; a loader goes on to find all of them and
 * returns TR_EINPUT if there was any error.  A bad row of a report feed is no error: it becomes a
 * report with a `fault`, which triage puts under review.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_INPUTS_H
#define TR_INPUTS_H
#include "diag.h"
#include "morning.h"

typedef struct {
    const char *const *reports; /* paths; "-" = standard input */
    int32_t n_reports;
    const char *fleet, *sites, *policy, *mapping; /* sites, policy, mapping may be NULL: defaults */
    const char *const *avoid;    /* [n_avoid] files of places to keep away from */
    int32_t n_avoid;
    int32_t day;                 /* of the plan, days since 1970-01-01; -1 = latest report's day */
} tr_input_files;

/* Reads everything into *morning (its arena must be set): policy, reports, fleet, sites, places to keep
 * away from.  Afterwards
 * vehicles, sites, streams, vocabulary, notes, policy and reports are filled; stops and travel not.
 * Depots and sites stand in morning->places already (vehicles' and sites' place indices are right).
 * Travel modes are numbered as they first occur among the vehicles; problem.n_profiles counts them.  Sets the
 * process's time zone; one morning at a time. */
tr_status tr_inputs_read(const tr_input_files *files, tr_morning *morning, tr_diag *diag);

/* The travel modes of the vehicles ("van", "lorry+kerb"), by problem.vehicles[].profile; in the morning's arena. */
const char *const *tr_morning_modes(const tr_morning *morning, int32_t *n_modes);

/* One outcome for each report; fills outcomes, problem.stops, stop_notes and the stops' places.
 * Model: docs/model.md "Triage".  The outcomes add up to the reports. */
tr_status tr_triage(tr_morning *morning, tr_diag *diag);

/* Manager's orders: --pin REPORT=VEHICLE, --leave REPORT, --off VEHICLE; call between read and triage.  A pin
 * overrules the feed's; a second one to another vehicle is an error. */
tr_status tr_order_pin(tr_morning *morning, const char *order, tr_err *err);
tr_status tr_order_leave(tr_morning *morning, const char *report, tr_err *err);
tr_status tr_order_off(tr_morning *morning, const char *vehicle, tr_err *err);

/* Days since 1970-01-01 of "YYYY-MM-DD"; false if it is no date. */
bool tr_day_parse(const char *text, int32_t *day);
void tr_day_print(int32_t day, char text[11]);
void tr_clock_print(int64_t seconds_of_day, char text[9]); /* "06:05", with seconds only if not 0 */

#endif
