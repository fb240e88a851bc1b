/* inputs.c -- all input files in order, what can only be checked between them, and the manager's orders.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "readers.h"
#include "travel_source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Natural order of the ids (R-9 before R-10): the plan does not depend on the order of a feed's rows.  Ids
 * are unique by now, but for rows that have none and are called after their number. */
static int by_id(const void *a, const void *b)
{
    const tr_report *x = a, *y = b;
    int order = strverscmp(x->id, y->id);
    if (!order) order = strcmp(x->file, y->file);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

/* `whole`: every feed could be read, so that a missing date is a fault of its own. */
static void settle_day(int32_t day, bool whole, tr_morning *m, tr_diag *diag)
{
    int32_t latest = -1;
    for (int32_t i = 0; i < m->n_reports; i++)
        if (m->reports[i].reported_day > latest && !m->reports[i].fault) latest = m->reports[i].reported_day;
    if (day < 0 && latest < 0 && whole)
        tr_diag_add(diag, TR_ERROR, "reports", "",
                    "no report has a date from which to take the plan's day; give it (--date)");
    if (day < 0 && latest >= 0) {
        char text[11];
        tr_day_print(latest, text);
        tr_diag_add(diag, TR_WARNING, "--date", "", "is not given: planned for %s, the day of the latest report", text);
    }
    m->problem.day = day >= 0 ? day : latest >= 0 ? latest : 0;
    m->utc_offset_s = tr_utc_offset(m->problem.day);
    for (int32_t i = 0; i < m->n_reports; i++)
        if (m->reports[i].reported_day < 0) m->reports[i].reported_day = m->problem.day;
}

static int32_t vehicle_named(const tr_morning *m, const char *id)
{
    for (int32_t v = 0; v < m->problem.n_vehicles; v++)
        if (strcmp(m->problem.vehicles[v].id, id) == 0) return v;
    return -1;
}

static const char *nearest_vehicle(const tr_morning *m, const char *id)
{
    const char **ids = TR_NEW(m->arena, const char *, m->problem.n_vehicles + 1);
    for (int32_t v = 0; v < m->problem.n_vehicles; v++) ids[v] = m->problem.vehicles[v].id;
    return tr_nearest_word(id, ids, m->problem.n_vehicles);
}

static void check_pins(tr_morning *m)
{
    for (int32_t i = 0; i < m->n_reports; i++) {
        tr_report *r = &m->reports[i];
        if (!r->pin || vehicle_named(m, r->pin) >= 0) continue;
        const char *near = nearest_vehicle(m, r->pin);
        const char *text =
            tr_arena_printf(m->arena, "column vehicle: unknown vehicle \"%s\"%s%s%s", r->pin,
                            near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        r->fault = r->fault ? tr_arena_printf(m->arena, "%s; %s", r->fault, text) : text;
        r->pin = NULL;
    }
}

/* No crew drives that far in a shift: the place is wrong. */
static bool near_us(const tr_morning *m, double lat, double lon)
{
    enum { FAR_M = 300000 };
    const tr_place there = {.lat = lat, .lon = lon};
    for (int32_t i = 0; i < m->n_places; i++)
        if (tr_estimate_m(&there, &m->places[i]) <= FAR_M) return true;
    return false;
}

static void check_places(tr_morning *m)
{
    for (int32_t i = 0; i < m->n_reports; i++) {
        tr_report *r = &m->reports[i];
        if (r->fault || r->closed || !r->has_place || near_us(m, r->lat, r->lon)) continue;
        bool swapped = fabs(r->lon) <= 90 && near_us(m, r->lon, r->lat);
        r->fault = tr_arena_printf(m->arena, "place: %.6f, %.6f is more than 300 km from every depot and site%s", r->lat,
                                   r->lon, swapped ? "; latitude and longitude are swapped" : "");
    }
}

static void check_sites(const tr_input_files *files, const tr_morning *m, tr_diag *diag)
{
    if (m->problem.n_sites) return;
    for (int32_t v = 0; v < m->problem.n_vehicles; v++) {
        const tr_vehicle *vehicle = &m->problem.vehicles[v];
        if (vehicle->may_park_loaded) continue;
        tr_diag_add(diag, TR_ERROR, files->sites ? files->sites : files->fleet, "sites",
                    "no disposal site is given, but vehicle %s must be empty at the end of its shift",
                    vehicle->id);
        return;
    }
}

tr_status tr_inputs_read(const tr_input_files *files, tr_morning *morning, tr_diag *diag)
{
    tr_policy_defaults(morning);
    tr_zone_set(morning->timezone);
    if (files->policy) tr_policy_read(files->policy, morning, diag);
    int32_t before = diag->n_errors;
    tr_reports_read(files, morning, diag);
    settle_day(files->day, diag->n_errors == before, morning, diag);
    if (files->fleet)
        tr_fleet_read(files->fleet, morning, diag);
    else
        tr_diag_add(diag, TR_ERROR, "fleet", "", "no fleet file is given");
    if (files->sites) tr_sites_read(files->sites, morning, diag);
    for (int32_t i = 0; i < files->n_avoid; i++) tr_avoid_read(files->avoid[i], morning, diag);
    if (diag->n_errors == 0) check_sites(files, morning, diag);
    check_pins(morning);
    if (diag->n_errors == 0) check_places(morning);
    if (morning->n_reports) qsort(morning->reports, (size_t)morning->n_reports, sizeof *morning->reports, by_id);
    return diag->n_errors ? TR_EINPUT : TR_OK;
}

/* ---- the manager's orders ---- */

static tr_report *report_named(tr_morning *m, const char *id, tr_err *err)
{
    const char **ids = TR_NEW(m->arena, const char *, m->n_reports + 1);
    for (int32_t i = 0; i < m->n_reports; i++) {
        ids[i] = m->reports[i].id;
        if (strcmp(ids[i], id) == 0) return &m->reports[i];
    }
    const char *slash = strrchr(id, '/'); /* a part of a report: its stop's id is ID/1, ID/2 */
    for (int32_t i = 0; slash && i < m->n_reports; i++)
        if (strlen(ids[i]) == (size_t)(slash - id) && !strncmp(ids[i], id, (size_t)(slash - id)))
            return tr_fail(err, TR_EINPUT, "\"%s\" is a part of a report; orders are for the whole of \"%s\"", id, ids[i]), NULL;
    const char *near = tr_nearest_word(id, ids, m->n_reports);
    tr_fail(err, TR_EINPUT, "unknown report \"%s\"%s%s%s", id, near ? "; did you mean \"" : "",
            near ? near : "", near ? "\"?" : "");
    return NULL;
}

static tr_status no_vehicle(const tr_morning *m, const char *id, tr_err *err)
{
    const char *near = nearest_vehicle(m, id);
    return tr_fail(err, TR_EINPUT, "unknown vehicle \"%s\"%s%s%s", id, near ? "; did you mean \"" : "",
                   near ? near : "", near ? "\"?" : "");
}

tr_status tr_order_pin(tr_morning *morning, const char *order, tr_err *err)
{
    const char *equals = strrchr(order, '=');
    if (!equals || equals == order || !equals[1])
        return tr_fail(err, TR_EINPUT, "\"%s\" is no pin; expected REPORT=VEHICLE", order);
    char *id = tr_arena_strndup(morning->arena, order, (size_t)(equals - order));
    tr_report *report = report_named(morning, id, err);
    if (!report) return TR_EINPUT;
    int32_t vehicle = vehicle_named(morning, equals + 1);
    if (vehicle < 0) return no_vehicle(morning, equals + 1, err);
    if (report->leave) return tr_fail(err, TR_EINPUT, "\"%s\" is to be left (--leave): it rides on no vehicle", id);
    if (report->pin_ordered && strcmp(report->pin, equals + 1) != 0)
        return tr_fail(err, TR_EINPUT, "\"%s\" is pinned to \"%s\" already, not also to \"%s\"", id, report->pin,
                       equals + 1);
    report->pin_ordered = true;
    report->pin = morning->problem.vehicles[vehicle].id;
    return TR_OK;
}

tr_status tr_order_leave(tr_morning *morning, const char *id, tr_err *err)
{
    tr_report *report = report_named(morning, id, err);
    if (!report) return TR_EINPUT;
    report->leave = true;
    return TR_OK;
}

tr_status tr_order_off(tr_morning *morning, const char *id, tr_err *err)
{
    int32_t vehicle = vehicle_named(morning, id);
    if (vehicle < 0) return no_vehicle(morning, id, err);
    tr_vehicle *vehicles = (tr_vehicle *)morning->problem.vehicles; /* the fleet reader's, in our arena */
    vehicles[vehicle].available = false;
    return TR_OK;
}

const char *const *tr_morning_modes(const tr_morning *morning, int32_t *n_modes)
{
    const tr_problem *p = &morning->problem;
    const char **modes = TR_NEW(morning->arena, const char *, p->n_vehicles + 1);
    *n_modes = 0;
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        if (p->vehicles[v].profile >= *n_modes) *n_modes = p->vehicles[v].profile + 1;
        modes[p->vehicles[v].profile] = morning->vehicle_notes[v].mode;
    }
    return modes;
}
