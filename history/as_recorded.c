/* as_recorded.c -- see as_recorded.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "as_recorded.h"
#include "calendar.h"
#include "json_text.h"
#include "sweep_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const tr_replay_settings *settings;
    tr_as_recorded *recorded;
    tr_case *arrivals, *used; /* in the box; and cases of the days used */
    int32_t n_used;
    int64_t first_s, last_s;  /* reports, in the box or not */
    int64_t end_s;            /* until when the record was looked at */
    const char *fault;        /* of a file that cannot be read so */
} reader;

static bool in_box(const tr_replay_settings *s, const tr_case *c)
{
    return !s->boxed || (c->lon >= s->west && c->lon <= s->east && c->lat >= s->south && c->lat <= s->north);
}

static bool is_used(const reader *r, const tr_case *c)
{
    int32_t day = tr_local_day(c->reported_s);
    return in_box(r->settings, c) && day >= r->recorded->first_day && day <= r->recorded->last_day;
}

static void take(reader *r, const tr_record *record, tr_arena *arena)
{
    tr_as_recorded *w = r->recorded;
    r->arrivals = tr_arena_grow(arena, r->arrivals, (size_t)w->n_cases, (size_t)w->n_cases + (size_t)record->n_arrivals + 1, sizeof *r->arrivals);
    r->used = tr_arena_grow(arena, r->used, (size_t)r->n_used, (size_t)r->n_used + (size_t)record->n_cases + 1, sizeof *r->used);
    for (int32_t i = 0; i < record->n_arrivals; i++) {
        const tr_case *c = &record->arrivals[i];
        if (c->reported_s < r->first_s) r->first_s = c->reported_s;
        if (c->reported_s > r->last_s) r->last_s = c->reported_s;
        if (in_box(r->settings, c)) r->arrivals[w->n_cases++] = *c;
    }
    for (int32_t i = 0; i < record->n_cases; i++)
        if (is_used(r, &record->cases[i])) r->used[r->n_used++] = record->cases[i];
    if (record->end_s > r->end_s) r->end_s = record->end_s;
    w->has_ends |= record->has_ends, w->n_rows += record->n_rows;
    for (int t = 0; t < TR_N_TRAPS; t++) w->traps[t] += record->traps[t];
}

/* A file of nothing but cases that end in no way we know has arrivals all the same. */
static void read_file(reader *r, const char *path, const char *mapping, const char *zone, tr_arena *arena)
{
    tr_record_options o = {.path = path, .mapping = mapping, .zone = zone, .from_day = INT32_MIN, .until_day = INT32_MIN};
    tr_diag unheard = {.arena = arena}; /* the run has told what is wrong with the file */
    tr_record record;
    (void)tr_record_read(&o, arena, &unheard, &record);
    if (record.n_arrivals) take(r, &record, arena);
    for (int32_t i = 0; i < unheard.n_faults && !record.n_arrivals && !r->fault; i++)
        if (unheard.faults[i].severity == TR_ERROR) r->fault = unheard.faults[i].text;
}

static int by_report(const void *a, const void *b)
{
    const tr_case *x = a, *y = b;
    if (x->reported_s != y->reported_s) return x->reported_s < y->reported_s ? -1 : 1;
    return strcmp(x->id, y->id);
}

/* A case that is still open was watched until the end of the record. */
static void describe(reader *r, double horizon, tr_arena *arena)
{
    tr_as_recorded *w = r->recorded;
    tr_describe_options o = {.workdays = &r->settings->workdays, .end_s = r->end_s, .horizon = horizon};
    w->times = tr_group_describe("as recorded", r->used, NULL, r->n_used, &o, arena);
    w->has_times = w->times.cleared > 0;
    if (w->has_times) return;
    w->why_none = r->fault      ? tr_arena_printf(arena, "The reports cannot be read as a history (%s), so no recorded times stand beside.", r->fault)
                  : w->has_ends ? "No report of the days used has a time at which it was cleared, so no recorded times stand beside."
                                : "The record has no times of clearing, so none stand beside.";
}

tr_as_recorded *tr_as_recorded_read(const char *const *files, int32_t n_files, const char *mapping, const char *zone,
                                    const tr_replay_settings *settings, int32_t first_day, int32_t last_day, double horizon, tr_arena *arena)
{
    tr_as_recorded *w = TR_NEW(arena, tr_as_recorded, 1);
    w->first_day = first_day, w->last_day = last_day;
    reader r = {.settings = settings, .recorded = w, .first_s = INT64_MAX, .last_s = INT64_MIN, .end_s = INT64_MIN};
    for (int32_t i = 0; i < n_files; i++) read_file(&r, files[i], mapping, zone, arena);
    if (w->n_cases) qsort(r.arrivals, (size_t)w->n_cases, sizeof *r.arrivals, by_report);
    w->months = tr_months_count(r.arrivals, w->n_cases, r.first_s, r.last_s, arena);
    describe(&r, horizon, arena);
    return w;
}

bool tr_as_recorded_touches(const tr_as_recorded *w, const tr_feed_finding *f)
{
    return f->first_day <= w->last_day && f->last_day >= w->first_day;
}

bool tr_as_recorded_tells(const tr_as_recorded *w, tr_trap trap)
{
    return w->traps[trap] > 0 && (w->has_ends || trap != TR_TRAP_OPEN);
}

/* ---- for people ---- */

static void print_number(FILE *out, const char *what, double value)
{
    fprintf(out, ", %s ", what);
    if (isfinite(value)) fprintf(out, "%.2f", value);
    else fputs("not reached", out);
}

const char *tr_as_recorded_table(const tr_as_recorded *w, tr_arena *arena)
{
    tr_pad p;
    tr_pad_open(&p);
    for (int t = 0; t < TR_N_TRAPS; t++)
        if (tr_as_recorded_tells(w, (tr_trap)t)) fprintf(p.out, "the record: %s: %d\n", tr_traps[t].what, w->traps[t]);
    for (int32_t i = 0; i < w->months.n_findings; i++) {
        const tr_feed_finding *f = &w->months.findings[i];
        fprintf(p.out, "the feed%s: %s\n", tr_as_recorded_touches(w, f) ? ", within the days used" : ", not in the days used", f->text);
    }
    if (w->has_times) {
        const tr_group *g = &w->times;
        fprintf(p.out, "as recorded (other crews, other rules; context only): %d cases, %d cleared: mean %.2f days, median %.2f, 90th percentile %.2f; with the open ones", g->n,
                g->cleared, g->calendar.mean, g->calendar.median, g->calendar.p90);
        print_number(p.out, "median", g->km_median), print_number(p.out, "90th percentile", g->km_p90);
        fprintf(p.out, ", mean up to %g days %.2f\n", g->horizon, g->restricted_mean);
    }
    else fprintf(p.out, "%s\n", w->why_none);
    return tr_pad_close(&p, arena);
}

/* ---- JSON ---- */

static json_t *times_json(const tr_group *g)
{
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "n", (int)g->n, "cleared", (int)g->cleared, "open", (int)g->open,
                     "duplicate", (int)g->duplicate, "transferred", (int)g->transferred, "mean_days", tr_number_json(g->calendar.mean), "median_days",
                     tr_number_json(g->calendar.median), "p90_days", tr_number_json(g->calendar.p90), "km_median_days", tr_number_json(g->km_median),
                     "km_p90_days", tr_number_json(g->km_p90), "horizon_days", tr_number_json(g->horizon), "restricted_mean_days",
                     tr_number_json(g->restricted_mean));
}

json_t *tr_as_recorded_json(const tr_as_recorded *w)
{
    json_t *traps = json_object(), *feed = json_array();
    char first[11], last[11];
    for (int t = 0; t < TR_N_TRAPS; t++) json_object_set_new(traps, tr_traps[t].key, json_integer(w->traps[t]));
    for (int32_t i = 0; i < w->months.n_findings; i++) {
        const tr_feed_finding *f = &w->months.findings[i];
        tr_day_print(f->first_day, first), tr_day_print(f->last_day, last);
        json_array_append_new(feed, json_pack("{s:o, s:s, s:s, s:b}", "finding", tr_json_string(f->text), "first_day", first, "last_day", last,
                                              "within_days_used", (int)tr_as_recorded_touches(w, f)));
    }
    tr_day_print(w->first_day, first), tr_day_print(w->last_day, last);
    return json_pack("{s:s, s:i, s:i, s:s, s:s, s:o, s:o, s:o, s:o}", "what", "as recorded: other crews, other rules; context only", "rows", (int)w->n_rows,
                     "cases", (int)w->n_cases, "first_day", first, "last_day", last, "traps", traps, "feed", feed, "times",
                     w->has_times ? times_json(&w->times) : json_null(), "why_no_times", w->why_none ? tr_json_string(w->why_none) : json_null());
}
