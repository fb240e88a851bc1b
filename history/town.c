/* town.c -- see town.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "town.h"
#include "calendar.h"
#include "travel_source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, SOME_MONDAY = 19730, A_CHRISTMAS = 20082, SQUARES_ACROSS = 20 }; /* 2024-01-08, 2024-12-25 */

/* ---- which reports are used ---- */

static bool usable(const tr_report *r, const tr_replay_settings *s, tr_town *t)
{
    t->counts.read++;
    int32_t *why = r->fault                                        ? &t->counts.faulty
                   : r->reported_at < 0                            ? &t->counts.undated
                   : !r->has_place                                 ? &t->counts.unlocated
                   : (s->from_day >= 0 && r->reported_day < s->from_day) || (s->to_day >= 0 && r->reported_day > s->to_day)
                       ? &t->counts.outside_dates
                   : s->boxed && (r->lon < s->west || r->lon > s->east || r->lat < s->south || r->lat > s->north)
                       ? &t->counts.outside_box
                       : NULL;
    if (why) ++*why;
    return !why;
}

static void choose_reports(tr_town *t, const tr_replay_settings *s)
{
    tr_morning *m = &t->morning;
    int32_t kept = 0, first = s->from_day, last = s->to_day, n = m->n_reports;
    for (int32_t i = 0; i < n; i++) {
        if (!usable(&m->reports[i], s, t)) continue;
        tr_report r = m->reports[i];
        r.closed = NULL, r.due_day = -1, r.pin = NULL;
        m->reports[kept++] = r;
    }
    for (int32_t i = 0; i < kept; i++) {
        if (s->from_day < 0 && (first < 0 || m->reports[i].reported_day < first)) first = m->reports[i].reported_day;
        if (s->to_day < 0 && m->reports[i].reported_day > last) last = m->reports[i].reported_day;
    }
    t->first_day = first, t->n_days = kept ? (last - first + 1) / 7 * 7 : 0;
    m->n_reports = 0;
    for (int32_t i = 0; i < kept; i++) {
        if (m->reports[i].reported_day < first + t->n_days) m->reports[m->n_reports++] = m->reports[i];
        else t->counts.after_last_week++;
    }
    t->counts.used = m->n_reports;
}

/* ---- piles ---- */

static int64_t second_of_day(const tr_report *r)
{
    int64_t s = r->reported_at - ((int64_t)r->reported_day * DAY_S - tr_utc_offset(r->reported_day));
    return s < 0 ? 0 : s >= DAY_S ? DAY_S - 1 : s; /* the day of the autumn change is an hour longer */
}

static int by_time(const void *a, const void *b)
{
    const tr_pile *x = a, *y = b;
    if (x->day != y->day) return x->day < y->day ? -1 : 1;
    if (x->second != y->second) return x->second < y->second ? -1 : 1;
    return x->report < y->report ? -1 : x->report > y->report;
}

static bool tells_type(const tr_report *r)
{
    return r->waste_type >= 0 || r->n_stream_words > 0 || r->n_labels > 0 || r->hazard_word;
}

/* From the outcomes of triage: piles by time, with their twins. */
static void find_piles(tr_town *t)
{
    tr_morning *m = &t->morning;
    int32_t n = m->n_reports, *pile_of = TR_NEW(m->arena, int32_t, n + 1), *next = TR_NEW(m->arena, int32_t, n + 1);
    t->piles = TR_NEW(m->arena, tr_pile, n + 1), t->twins = TR_NEW(m->arena, tr_twin, n + 1);
    for (int32_t i = 0; i < n; i++) {
        const tr_report *r = &m->reports[i];
        if (m->outcomes[i].kind == TR_DUPLICATE) continue;
        t->piles[t->n_piles++] = (tr_pile){.report = i, .day = r->reported_day - t->first_day, .second = second_of_day(r),
                                           .place = -1, .no_size = r->size < 0, .no_type = !tells_type(r)};
    }
    if (t->n_piles) qsort(t->piles, (size_t)t->n_piles, sizeof *t->piles, by_time);
    for (int32_t k = 0; k < t->n_piles; k++) pile_of[t->piles[k].report] = k;
    for (int32_t i = 0; i < n; i++) {
        if (m->outcomes[i].kind != TR_DUPLICATE) continue;
        tr_pile *p = &t->piles[pile_of[m->outcomes[i].duplicate_of]];
        p->n_twins++, t->n_twins++, t->counts.duplicates++;
        if (tells_type(&m->reports[i])) p->no_type = false;
    }
    for (int32_t k = 0, at = 0; k < t->n_piles; at += t->piles[k++].n_twins) t->piles[k].first_twin = next[k] = at;
    for (int32_t i = 0; i < n; i++) {
        const tr_report *r = &m->reports[i];
        if (m->outcomes[i].kind != TR_DUPLICATE) continue;
        int32_t k = pile_of[m->outcomes[i].duplicate_of], later = r->reported_day - t->first_day - t->piles[k].day;
        t->twins[next[k]++] = (tr_twin){i, later, second_of_day(r)};
    }
    t->n_firsts = t->n_piles;
    t->first_of_day = TR_NEW(m->arena, int32_t, t->n_days + 2);
    for (int32_t k = t->n_piles - 1; k >= 0; k--) t->first_of_day[t->piles[k].day] = k;
    for (int32_t d = t->n_days, after = t->n_piles; d >= 0; d--) { /* days without a report */
        bool some = d < t->n_days && t->n_piles && t->piles[t->first_of_day[d]].day == d;
        if (!some) t->first_of_day[d] = after;
        after = t->first_of_day[d];
    }
}

/* Each merged report as a pile of its own: of what is known of others it knows nothing. */
static void part_twins(tr_town *t)
{
    const tr_report *reports = t->morning.reports;
    for (int32_t k = 0; k < t->n_firsts; k++) {
        t->piles[k].no_type = !tells_type(&reports[t->piles[k].report]);
        for (int32_t j = t->piles[k].first_twin; j < t->piles[k].first_twin + t->piles[k].n_twins; j++) {
            const tr_twin *w = &t->twins[j];
            t->piles[t->n_firsts + j] = (tr_pile){.report = w->report, .day = t->piles[k].day + w->days_later, .second = w->second, .place = -1,
                                                  .no_size = reports[w->report].size < 0, .no_type = !tells_type(&reports[w->report])};
        }
    }
    t->n_piles += t->n_twins;
}

/* ---- forms ---- */

/* What is not known of a pile's reports is that size and type in all of them. */
static void suppose(tr_town *t, tr_report *reports, int32_t type, int32_t size)
{
    for (int32_t k = 0; k < t->n_piles; k++) {
        const tr_pile *p = &t->piles[k];
        for (int32_t j = -1; j < p->n_twins; j++) {
            int32_t i = j < 0 ? p->report : t->twins[p->first_twin + j].report;
            if (j >= 0 && t->unmerged) break;
            if (p->no_type && type >= 0) reports[i].waste_type = type;
            if (p->no_size && reports[i].size < 0) reports[i].size = size;
        }
    }
}

static void take_form(tr_town *t, const tr_morning *m, int32_t form, double factor)
{
    int32_t base = t->n_stops;
    t->stops = tr_arena_grow(m->arena, t->stops, (size_t)base, (size_t)base + (size_t)m->problem.n_stops + 1, sizeof *t->stops);
    for (int32_t s = 0; s < m->problem.n_stops; s++) {
        tr_stop *stop = &t->stops[base + s];
        *stop = m->problem.stops[s];
        stop->service_s = llround((double)stop->service_s * factor);
    }
    t->n_stops += m->problem.n_stops;
    for (int32_t k = 0; k < t->n_piles; k++) {
        const tr_outcome *o = &m->outcomes[t->piles[k].report];
        tr_form *f = &t->forms[(int64_t)form * t->n_piles + k];
        *f = (tr_form){o->kind, base + o->first_stop, o->kind == TR_LEFT ? o->n_stops : 0, o->waste_type, o->size, o->hazard, o->hazard >= m->problem.policy.hazardous_rank, false, 0};
        for (int32_t s = 0; s < f->n_stops; s++) {
            const tr_stop *stop = &t->stops[f->first_stop + s];
            f->work_s += stop->service_s;
            f->asbestos |= !strncmp(m->problem.streams[stop->stream].name, "asbestos", 8);
        }
    }
}

/* Triage adds places: each form gets a list of its own, so that the town's is left alone. */
static tr_status triage_form(tr_town *t, int32_t type, int32_t size, int32_t form, double factor)
{
    tr_arena *arena = t->morning.arena;
    tr_morning m = t->morning;
    tr_diag unheard = {.arena = arena};
    size_t room = 1;
    while (room < (size_t)t->n_hubs) room *= 2;
    m.reports = tr_arena_grow(arena, t->morning.reports, (size_t)m.n_reports, (size_t)m.n_reports + 1, sizeof *m.reports);
    m.places = tr_arena_grow(arena, t->morning.places, (size_t)t->n_hubs, room, sizeof *m.places);
    m.n_places = m.problem.n_places = t->n_hubs;
    suppose(t, m.reports, type, size);
    TR_TRY(tr_triage(&m, &unheard));
    take_form(t, &m, form, factor);
    return TR_OK;
}

static tr_status make_forms(tr_town *t, const tr_replay_settings *s)
{
    int32_t n_types = s->draw_types ? TR_N_WASTE_TYPES : 1, likeliest = 0;
    t->n_forms = n_types * TR_N_SIZES;
    t->forms = TR_NEW(t->morning.arena, tr_form, (size_t)t->n_forms * (size_t)t->n_piles + 1);
    for (int32_t type = 0; type < n_types; type++)
        for (int32_t size = 0; size < TR_N_SIZES; size++)
            TR_TRY(triage_form(t, s->draw_types ? type : -1, size, type * TR_N_SIZES + size, s->service_factor));
    for (int32_t size = 1; size < TR_N_SIZES; size++)
        if (s->size_permille[size] > s->size_permille[likeliest]) likeliest = size;
    for (int32_t k = 0; k < t->n_piles; k++) {
        t->counts.unsized += t->piles[k].no_size;
        t->counts.for_crews += tr_form_of(t, k, 0, likeliest)->kind == TR_LEFT;
    }
    return TR_OK;
}

/* Certificates, equipment, streams and room of the vehicles available. */
static void find_takers(tr_town *t)
{
    const tr_problem *p = &t->morning.problem;
    t->takers = TR_NEW(t->morning.arena, uint64_t, t->n_stops + 1);
    for (int32_t s = 0; s < t->n_stops; s++)
        for (int32_t v = 0; v < p->n_vehicles && v < 64; v++) {
            const tr_stop *x = &t->stops[s];
            const tr_vehicle *w = &p->vehicles[v];
            if (!w->available || (x->certs & ~w->certs) || (x->equipment & ~w->equipment)) continue;
            for (int32_t c = 0; c < w->n_compartments; c++)
                if ((w->compartments[c].streams >> x->stream & 1) && x->kg <= w->compartments[c].kg && x->litres <= w->compartments[c].litres)
                    t->takers[s] |= (uint64_t)1 << v;
        }
}

/* ---- wards ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of all reports, whatever merges them: groups have the same numbers in every town of a record. */
static void find_wards(tr_town *t)
{
    int32_t n = 0;
    t->wards = TR_NEW(t->morning.arena, const char *, t->morning.n_reports + 1);
    for (int32_t i = 0; i < t->morning.n_reports; i++)
        if (t->morning.reports[i].ward) t->wards[n++] = t->morning.reports[i].ward;
    if (n) qsort(t->wards, (size_t)n, sizeof *t->wards, by_name);
    for (int32_t i = 0; i < n; i++)
        if (!t->n_wards || strcmp(t->wards[i], t->wards[t->n_wards - 1])) t->wards[t->n_wards++] = t->wards[i];
}

/* ---- places ---- */

typedef struct {
    int64_t lat, lon;
    int32_t pile;
} spot;

static int by_spot(const void *a, const void *b)
{
    const spot *x = a, *y = b;
    if (x->lat != y->lat) return x->lat < y->lat ? -1 : 1;
    if (x->lon != y->lon) return x->lon < y->lon ? -1 : 1;
    return x->pile < y->pile ? -1 : x->pile > y->pile;
}

static bool ever_served(const tr_town *t, int32_t pile)
{
    for (int32_t f = 0; f < t->n_forms; f++)
        if (t->forms[(int64_t)f * t->n_piles + pile].kind == TR_LEFT) return true;
    return false;
}

/* Piles at the same coordinates share a row of the travel matrices. */
static void find_places(tr_town *t)
{
    tr_morning *m = &t->morning;
    spot *spots = TR_NEW(m->arena, spot, t->n_piles + 1);
    tr_place *places = tr_arena_grow(m->arena, m->places, (size_t)t->n_hubs, (size_t)t->n_hubs + (size_t)t->n_piles + 1, sizeof *places);
    int32_t n = 0, at = t->n_hubs - 1;
    for (int32_t k = 0; k < t->n_piles; k++)
        if (ever_served(t, k)) spots[n++] = (spot){tr_micro(m->reports[t->piles[k].report].lat), tr_micro(m->reports[t->piles[k].report].lon), k};
    if (n) qsort(spots, (size_t)n, sizeof *spots, by_spot);
    for (int32_t i = 0; i < n; i++) {
        const tr_report *r = &m->reports[t->piles[spots[i].pile].report];
        if (i == 0 || spots[i].lat != spots[i - 1].lat || spots[i].lon != spots[i - 1].lon)
            places[++at] = (tr_place){.kind = TR_PLACE_STOP, .name = r->id, .lat = r->lat, .lon = r->lon,
                                      .snap_lat = r->lat, .snap_lon = r->lon, .snap_m = -1};
        t->piles[spots[i].pile].place = at;
    }
    m->places = places, m->n_places = m->problem.n_places = at + 1;
}

/* ---- opening hours ---- */

static tr_status read_sites(const tr_input_files *files, tr_town *t)
{
    for (int32_t k = 0; k < TR_DAY_KINDS; k++) {
        tr_input_files only = *files;
        tr_morning m = {.arena = t->morning.arena};
        tr_diag unheard = {.arena = t->morning.arena};
        only.n_reports = only.n_avoid = 0, only.mapping = NULL;
        only.day = k < 7 ? SOME_MONDAY + k : A_CHRISTMAS;
        TR_TRY(tr_inputs_read(&only, &m, &unheard));
        t->sites[k] = m.problem.sites;
    }
    return TR_OK;
}

tr_status tr_town_read(const tr_input_files *files, const tr_replay_settings *s, tr_town *t, tr_diag *diag)
{
    tr_morning *m = &t->morning;
    tr_input_files all = *files;
    tr_diag unheard = {.arena = m->arena};
    all.day = SOME_MONDAY;
    TR_TRY(tr_inputs_read(&all, m, diag));
    t->n_hubs = m->n_places;
    choose_reports(t, s);
    if (t->n_days < s->block_days) {
        tr_diag_add(diag, TR_ERROR, files->n_reports ? files->reports[0] : "reports", "",
                    "%d usable reports over %d whole weeks; expected at least a block of %d days", t->counts.used, t->n_days / 7,
                    s->block_days);
        return TR_EINPUT;
    }
    if (!s->merge_duplicates) m->triage.duplicate_days = -1;
    tr_morning base = *m;
    TR_TRY(read_sites(files, t));
    TR_TRY(tr_triage(&base, &unheard));
    m->outcomes = base.outcomes;
    m->places = base.places; /* the same up to n_hubs */
    find_piles(t);
    find_wards(t);
    if (t->unmerged) part_twins(t), m->triage.duplicate_days = -1;
    TR_TRY(make_forms(t, s));
    find_takers(t);
    find_places(t);
    if (m->n_places > TR_MOST_TOWN_PLACES) {
        tr_diag_add(diag, TR_ERROR, files->reports[0], "", "%d places are more than %d, between all of which roads are needed; set \"box\", \"from\" or \"to\"",
                    m->n_places, TR_MOST_TOWN_PLACES);
        return TR_EINPUT;
    }
    return TR_OK;
}

/* ---- after travel ---- */

typedef struct {
    double angle;
    int32_t place;
} ray;

static int by_angle(const void *a, const void *b)
{
    const ray *x = a, *y = b;
    if (x->angle != y->angle) return x->angle < y->angle ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* Zones: slices around the middle of the places, each with as many piles of the record as its crew's share of the hours. */
void tr_town_cut_patches(tr_town *t)
{
    const tr_morning *m = &t->morning;
    const tr_problem *p = &m->problem;
    int32_t n = m->n_places - t->n_hubs, *piles = TR_NEW(m->arena, int32_t, m->n_places + 1);
    ray *rays = TR_NEW(m->arena, ray, n + 1);
    double lat = 0, lon = 0, hours = 0, done = 0, until;
    int64_t all = 0;
    t->patch = TR_NEW(m->arena, int32_t, m->n_places + 1);
    for (int32_t k = 0; k < t->n_piles; k++)
        if (t->piles[k].place >= 0) {
            const tr_place *x = &m->places[t->piles[k].place];
            piles[t->piles[k].place]++, all++, lat += x->lat, lon += x->lon;
        }
    if (!all) return;
    lat /= (double)all, lon /= (double)all;
    for (int32_t i = 0; i < n; i++) {
        const tr_place *x = &m->places[t->n_hubs + i];
        rays[i] = (ray){atan2(x->lat - lat, (x->lon - lon) * cos(lat * M_PI / 180)), t->n_hubs + i};
    }
    qsort(rays, (size_t)n, sizeof *rays, by_angle);
    int32_t *crews = TR_NEW(m->arena, int32_t, p->n_vehicles + 1), n_crews = 0;
    for (int32_t v = 0; v < p->n_vehicles; v++)
        if (p->vehicles[v].available) crews[n_crews++] = v, hours += (double)(p->vehicles[v].end_s - p->vehicles[v].start_s);
    if (!n_crews || hours <= 0) return;
    int32_t c = 0;
    until = (double)(p->vehicles[crews[0]].end_s - p->vehicles[crews[0]].start_s) / hours * (double)all;
    for (int32_t i = 0; i < n; i++) {
        while (c + 1 < n_crews && done >= until)
            c++, until += (double)(p->vehicles[crews[c]].end_s - p->vehicles[crews[c]].start_s) / hours * (double)all;
        t->patch[rays[i].place] = crews[c];
        done += piles[rays[i].place];
    }
}

void tr_town_leave_out(tr_town *t, int32_t pile)
{
    tr_pile *p = &t->piles[pile];
    if (p->off_road) return;
    p->off_road = true, p->place = -1;
    t->counts.off_road += 1 + p->n_twins;
}

tr_status tr_town_travel(tr_town *t, const tr_replay_settings *s, tr_travel *travel, tr_diag *diag, tr_err *err)
{
    tr_morning *m = &t->morning;
    int32_t n_modes;
    const char *const *modes = tr_morning_modes(m, &n_modes);
    tr_diag unheard = {.arena = m->arena}; /* a finding a report is too many: they are counted */
    tr_status status = tr_travel_fill(travel, m, modes, n_modes, &unheard, err);
    for (int32_t i = 0; i < unheard.n_faults; i++)
        if (status || !strstr(unheard.faults[i].text, "stop at"))
            tr_diag_add(diag, unheard.faults[i].severity, unheard.faults[i].file, unheard.faults[i].where, "%s", unheard.faults[i].text);
    if (status) return status;
    for (int32_t k = 0; k < t->n_piles; k++) {
        tr_pile *p = &t->piles[k];
        if (p->place < 0) continue;
        const tr_place *x = &m->places[p->place];
        if (x->snap_m > s->most_snap_m || (x->finding && !strncmp(x->finding, "no road", 7))) tr_town_leave_out(t, k);
    }
    tr_town_cut_patches(t);
    return TR_OK;
}

tr_squares tr_town_squares(const tr_town *t)
{
    tr_arena *scratch = tr_arena_new();
    double *lat = TR_NEW(scratch, double, t->n_firsts + 1), *lon = TR_NEW(scratch, double, t->n_firsts + 1);
    int32_t n = 0;
    for (int32_t k = 0; k < t->n_firsts; k++) {
        const tr_report *r = &t->morning.reports[t->piles[k].report];
        if (!t->piles[k].off_road && t->piles[k].place >= 0) lat[n] = r->lat, lon[n++] = r->lon;
    }
    tr_squares s = n ? tr_squares_over(lat, lon, n, SQUARES_ACROSS, scratch) : (tr_squares){0};
    tr_arena_free(scratch);
    return s;
}
