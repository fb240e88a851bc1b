/* triage.c -- one outcome for each report, in the order duplicate, refer, not_ours, review, contractor; what
 * is left becomes stops.
 *
 * The outcome does not depend on the order of the rows: reports are looked at by time of report, then id.
 * A row with a fault and a report that is closed take no part in the search for duplicates.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service.h"
#include "triage.h"

#include "calendar.h"
#include "nearby.h"
#include "readers.h"

#include <stdlib.h>
#include <string.h>

enum { SMALL_VAN = 3 };

typedef struct {
    tr_morning *m;
    tr_arena *scratch;
    tr_about *about; /* [n_reports] */
    int32_t *order;  /* reports by time, then id */
    int32_t n_stops, capacity;
    tr_stop *stops;
    tr_stop_note *notes;
} triage;

/* ---- duplicates ---- */

static int by_time(const void *a, const void *b, void *reports)
{
    const tr_report *all = reports, *x = &all[*(const int32_t *)a], *y = &all[*(const int32_t *)b];
    if (x->reported_day != y->reported_day) return x->reported_day < y->reported_day ? -1 : 1;
    if (x->reported_at != y->reported_at) return x->reported_at < y->reported_at ? -1 : 1;
    return strcmp(x->id, y->id);
}

static bool unidentified(const tr_about *about)
{
    return about->type_assumed || about->waste_type == TR_N_WASTE_TYPES - 1;
}

typedef struct {
    const triage *t;
    int32_t report, earliest; /* rank in order of the earliest match so far, -1 */
    const int32_t *rank;
} search;

/* The same kind of waste: streams that may share a compartment, or one of the two does not say what it is. */
static bool same_kind(const triage *t, int32_t a, int32_t b)
{
    const tr_about *x = &t->about[a], *y = &t->about[b];
    const tr_stream *streams = t->m->problem.streams;
    if (unidentified(x) || unidentified(y)) return true;
    for (int32_t i = 0; i < t->m->problem.n_streams; i++)
        for (int32_t j = 0; j < t->m->problem.n_streams; j++)
            if ((x->streams >> i & 1) && (y->streams >> j & 1) &&
                (i == j || streams[i].segregation == streams[j].segregation))
                return true;
    return false;
}

static void consider(void *context, int32_t other)
{
    search *s = context;
    if (!same_kind(s->t, s->report, other)) return;
    const tr_report *reports = s->t->m->reports;
    int32_t days = abs(reports[s->report].reported_day - reports[other].reported_day);
    if (days <= s->t->m->triage.duplicate_days && (s->earliest < 0 || s->rank[other] < s->earliest))
        s->earliest = s->rank[other];
}

static void find_duplicates(triage *t)
{
    tr_morning *m = t->m;
    int32_t *rank = TR_NEW(t->scratch, int32_t, m->n_reports + 1);
    tr_nearby *nearby = tr_nearby_new(t->scratch, m->n_reports, m->triage.duplicate_m);
    for (int32_t k = 0; k < m->n_reports; k++) {
        int32_t i = t->order[k];
        const tr_report *r = &m->reports[i];
        rank[i] = k;
        if (r->fault || r->closed || !r->has_place) continue;
        search s = {t, i, -1, rank};
        tr_nearby_each(nearby, r->lat, r->lon, consider, &s);
        if (s.earliest < 0) {
            tr_nearby_add(nearby, r->lat, r->lon, i);
            continue;
        }
        int32_t first = t->order[s.earliest];
        m->outcomes[i].kind = TR_DUPLICATE;
        m->outcomes[i].duplicate_of = first;
        tr_assess_merge(&t->about[first], &t->about[i], r->id, m->arena);
    }
}

/* ---- thresholds and duties ---- */

static const char *refer_reason(const tr_morning *m, const tr_report *r, const tr_about *about,
                                const tr_part *parts, int32_t n)
{
    const tr_triage_policy *p = &m->triage;
    int64_t kg = 0, litres = 0;
    for (int32_t k = 0; k < n; k++) {
        kg += parts[k].kg;
        litres += parts[k].litres;
        const char *family = tr_stream_infos[parts[k].stream].family;
        if (!family) continue;
        if (strcmp(tr_stream_names[parts[k].stream], "asbestos_fibrous") == 0 &&
            parts[k].litres > p->refer_fibrous_litres)
            return tr_arena_printf(
                m->arena,
                "%d litres of fibrous asbestos are more than %d: Environment Agency, and report to HSE",
                parts[k].litres, p->refer_fibrous_litres);
        /* a size that nobody gave says nothing about the drums, and a small heap is a few cans */
        bool known = r->litres >= 0 || (!about->size_assumed && about->size >= SMALL_VAN);
        if (strcmp(family, "chemical") == 0 && known && parts[k].litres > p->refer_drum_litres)
            return tr_arena_printf(m->arena, "%d litres of %s are more than %d: Environment Agency",
                                   parts[k].litres, tr_stream_infos[parts[k].stream].what,
                                   p->refer_drum_litres);
    }
    if (kg > p->refer_kg)
        return tr_arena_printf(m->arena, "%lld kg are more than %d: Environment Agency", (long long)kg,
                               p->refer_kg);
    if (litres > p->refer_litres)
        return tr_arena_printf(m->arena, "%lld litres are more than %d: Environment Agency",
                               (long long)litres, p->refer_litres);
    return NULL;
}

static const char *not_ours_reason(const tr_morning *m, const tr_report *r)
{
    if (r->land_type < 0 || r->council_responsible || !(m->triage.not_ours >> r->land_type & 1)) return NULL;
    return tr_arena_printf(m->arena, "land type %s: the landowner's duty", tr_land_types[r->land_type]);
}

/* ---- stops ---- */

static int32_t pinned_vehicle(const tr_morning *m, const tr_report *r)
{
    for (int32_t v = 0; r->pin && v < m->problem.n_vehicles; v++)
        if (strcmp(m->problem.vehicles[v].id, r->pin) == 0) return v;
    return -1;
}

static const char *ppe_of(const triage *t, const tr_part *part, const tr_part *worst)
{
    const char *own = tr_stream_infos[part->stream].ppe, *other = tr_stream_infos[worst->stream].ppe;
    bool warn = part->stream != worst->stream &&
                t->m->triage.streams[worst->stream].hazard >= t->m->problem.policy.hazardous_rank;
    if (!warn) return own;
    return tr_arena_printf(t->m->arena, "%s%salso here: %s", own, *own ? "; " : "", other);
}

static void add_stop(triage *t, int32_t report, const tr_part *part, int32_t k, int32_t n,
                     const tr_part *worst)
{
    tr_morning *m = t->m;
    const tr_report *r = &m->reports[report];
    const tr_outcome *o = &m->outcomes[report];
    const tr_stream_rule *rule = &m->triage.streams[part->stream];
    if (t->n_stops == t->capacity) {
        int32_t more = t->capacity ? 2 * t->capacity : 64;
        t->stops = tr_arena_grow(m->arena, t->stops, (size_t)t->n_stops, (size_t)more, sizeof *t->stops);
        t->notes = tr_arena_grow(m->arena, t->notes, (size_t)t->n_stops, (size_t)more, sizeof *t->notes);
        t->capacity = more;
    }
    int32_t target = rule->hazard >= m->problem.policy.hazardous_rank ? m->triage.target_hazard_days
                                                                      : m->triage.target_days;
    int32_t due = t->about[report].due_day;
    double sigma = tr_service_sigma(&m->triage, o->size, o->waste_type);
    t->stops[t->n_stops] = (tr_stop){
        .id = n == 1 ? r->id : tr_arena_printf(m->arena, "%s/%d", r->id, k + 1),
        .place = m->n_places - 1,
        .stream = part->stream,
        .hazard = rule->hazard,
        .kg = part->kg,
        .litres = part->litres,
        .service_s = tr_service_planned(part->service_s, sigma, m->triage.risk),
        .certs = rule->certs,
        .equipment = rule->equipment,
        .n_windows = r->n_windows,
        .windows = r->windows,
        .reported_day = r->reported_day,
        .due_day = due >= 0 ? due : tr_add_working_days(r->reported_day, target),
        .pin = pinned_vehicle(m, r),
        .leave = r->leave,
    };
    const char *what = tr_stream_infos[part->stream].what;
    t->notes[t->n_stops++] = (tr_stop_note){
        .report = report,
        .part = k + 1,
        .n_parts = n,
        .ppe = ppe_of(t, part, worst),
        .service = {(double)part->service_s, sigma},
        .what = n == 1 ? tr_arena_printf(m->arena, "%s, %s", tr_sizes[o->size], what)
                       : tr_arena_printf(m->arena, "%s, %s (%d of %d)", tr_sizes[o->size], what, k + 1, n),
    };
}

/* ---- the decision ---- */

static void decide(triage *t, int32_t i)
{
    tr_morning *m = t->m;
    const tr_report *r = &m->reports[i];
    const tr_about *about = &t->about[i];
    tr_outcome *o = &m->outcomes[i];
    tr_part by_stream[TR_STREAM_COUNT], pieces[TR_MOST_PARTS];
    int32_t n = tr_parts_by_stream(m, r, about, by_stream, &o->load_assumed), n_pieces = 0;
    o->waste_type = about->waste_type;
    o->size = about->size;
    o->waste_type_assumed = about->type_assumed;
    o->size_assumed = about->size_assumed;
    o->hazard = about->hazard;
    o->hazard_evidence = about->evidence;
    if (o->kind == TR_DUPLICATE) return;
    if (r->fault) {
        o->kind = TR_REVIEW;
        o->reason = r->fault;
    } else if (r->closed) {
        o->kind = TR_NOT_OURS;
        o->reason = r->closed;
    } else if ((o->reason = refer_reason(m, r, about, by_stream, n)) != NULL) {
        o->kind = TR_REFER;
    } else if ((o->reason = not_ours_reason(m, r)) != NULL) {
        o->kind = TR_NOT_OURS;
    } else if ((o->reason = about->unsure) != NULL) {
        o->kind = TR_REVIEW;
    } else {
        int32_t pin = pinned_vehicle(m, r);
        for (int32_t k = 0; k < n && !o->reason; k++)
            n_pieces +=
                tr_split_part(m, &by_stream[k], pin, pieces + n_pieces, TR_MOST_PARTS - n_pieces, &o->reason);
        o->kind = o->reason ? TR_CONTRACTOR : TR_LEFT;
    }
    if (o->kind != TR_LEFT) return;
    tr_place_add(m, TR_PLACE_STOP, r->id, r->lat, r->lon);
    o->first_stop = t->n_stops;
    o->n_stops = n_pieces;
    for (int32_t k = 0; k < n_pieces; k++) add_stop(t, i, &pieces[k], k, n_pieces, &by_stream[0]);
}

/* An order for a report that no crew goes to is not obeyed in silence. */
static void warn_order(const tr_morning *m, int32_t i, tr_diag *diag)
{
    const tr_report *r = &m->reports[i];
    if (r->fault || m->outcomes[i].kind == TR_LEFT || !(r->leave || r->pin)) return;
    tr_diag_add(diag, TR_WARNING, r->file, r->id, "to %s%s has no effect: its outcome is %s",
                r->leave ? "leave it" : "pin it to ", r->leave ? "" : r->pin,
                tr_outcome_names[m->outcomes[i].kind]);
}

tr_status tr_triage(tr_morning *m, tr_diag *diag)
{
    triage t = {.m = m, .scratch = tr_arena_new()};
    t.about = TR_NEW(t.scratch, tr_about, m->n_reports + 1);
    t.order = TR_NEW(t.scratch, int32_t, m->n_reports + 1);
    m->outcomes = TR_NEW(m->arena, tr_outcome, m->n_reports + 1);
    for (int32_t i = 0; i < m->n_reports; i++) {
        m->outcomes[i] = (tr_outcome){.kind = TR_LEFT, .duplicate_of = -1, .first_stop = -1};
        t.about[i] = tr_assess(m, &m->reports[i]);
        t.order[i] = i;
        if (m->reports[i].fault)
            tr_diag_add(diag, TR_WARNING, m->reports[i].file,
                        tr_arena_printf(t.scratch, "row %d", m->reports[i].row), "%s", m->reports[i].fault);
    }
    if (m->n_reports) qsort_r(t.order, (size_t)m->n_reports, sizeof *t.order, by_time, m->reports);
    find_duplicates(&t);
    for (int32_t i = 0; i < m->n_reports; i++) {
        decide(&t, i);
        warn_order(m, i, diag);
    }
    m->problem.stops = t.stops;
    m->problem.n_stops = t.n_stops;
    m->stop_notes = t.notes;
    tr_arena_free(t.scratch);
    return TR_OK;
}
