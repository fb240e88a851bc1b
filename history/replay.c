/* replay.c -- see replay.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "replay.h"
#include "calendar.h"
#include "figures.h"
#include "groups.h"
#include "insert.h"

#include <glpk.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAY_S = 86400, MOST_THREADS = 64, MOST_KINDS = 256 };

typedef struct {
    const tr_town *town;
    const tr_replay_settings *settings;
    const tr_replay_options *options;
    tr_dispatch_rule rule;
    int32_t replication;
    tr_arena *arena;
    int32_t first_day, from, to; /* of the stream; of what is measured */
    int64_t *offset;             /* [to - first_day + 1] seconds east of UTC */
    tr_arrivals stream;
    uint64_t *done;              /* [n_arrivals] stops cleared, by bit */
    int64_t *until;              /* [n_arrivals] Unix seconds at which its visits were done; 0 = not yet */
    int64_t *cleared;            /* [n_arrivals] the same of its heap, by whichever report; of first reports */
    int64_t *safe;               /* [n_arrivals] that at which the last hazardous stop of the heap was; of first reports */
    int32_t n_open, *open;       /* arrivals on the list, the oldest first */
    int32_t next;                /* arrivals before it were on the list or need no crew */
    int32_t *local;              /* [places of the town] row of today's problem, -1 */
    tr_replay_run *run;
} sim;

static int64_t unix_of(const sim *s, int32_t day, int64_t second)
{
    return (int64_t)day * DAY_S + second - s->offset[day - s->first_day];
}

static int32_t start_of(const tr_replay_settings *settings, const tr_town *town)
{
    return settings->start_day >= 0 ? settings->start_day : town->first_day;
}

void tr_replay_window(const tr_replay_settings *settings, const tr_town *town, bool saturated, int32_t *from, int32_t *to)
{
    int32_t day = start_of(settings, town), left = settings->warm_up_days;
    while (left > 0 || !tr_workday(&settings->workdays, day)) left -= tr_workday(&settings->workdays, day++);
    *from = day;
    for (left = saturated ? settings->saturated_days : settings->days; left > 0;) left -= tr_workday(&settings->workdays, day++);
    *to = day;
}

int32_t tr_replay_horizon(const tr_replay_settings *settings, int32_t from, int32_t to)
{
    int32_t half = (to - from) / 2;
    return settings->horizon_days < half ? settings->horizon_days : half > 0 ? half : 1;
}

int32_t tr_replay_working_horizon(const tr_replay_settings *settings, int32_t from, int32_t to)
{
    int32_t working = tr_replay_horizon(settings, from, to) * 5 / 7;
    return working > 0 ? working : 1;
}

/* ---- the list ---- */

static void put_on_list(sim *s)
{
    s->open[s->n_open++] = s->next++;
}

/* What was reported before the day's work begins. */
static void take_reports(sim *s, int32_t day)
{
    int64_t begin = s->town->morning.problem.policy.day_start_s;
    for (; s->next < s->stream.n_arrivals; ) {
        const tr_arrival *a = &s->stream.arrivals[s->next];
        if (a->day > day || (a->day == day && a->second >= begin)) return;
        if (a->form->kind == TR_LEFT) put_on_list(s);
        else s->next++;
    }
}

/* Half of the vehicles or more could take the pile. */
static bool ordinary(const sim *s, int32_t arrival)
{
    const tr_form *f = s->stream.arrivals[arrival].form;
    int32_t available = 0;
    for (int32_t v = 0; v < s->town->morning.problem.n_vehicles; v++) available += s->town->morning.problem.vehicles[v].available;
    return 2 * __builtin_popcountll(s->town->takers[f->first_stop]) >= available;
}

/* Saturated: whatever the date, as many as the list is to hold; they count as reported on the day before.  What only a few
 * vehicles can take does not count, as it may pile up while the others run out of work. */
static void fill_list(sim *s, int32_t day)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->n_open; i++) n += ordinary(s, s->open[i]);
    while (n < s->settings->saturated_list && s->next < s->stream.n_arrivals) {
        tr_arrival *a = &s->stream.arrivals[s->next];
        a->day = day - 1;
        if (a->form->kind != TR_LEFT) {
            s->next++;
            continue;
        }
        n += ordinary(s, s->next);
        put_on_list(s);
    }
    if (n < s->settings->saturated_list) s->run->always_work = false;
}

static void tidy_list(sim *s)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->n_open; i++)
        if (!s->until[s->open[i]]) s->open[n++] = s->open[i];
    s->n_open = n;
}

/* ---- a morning's problem ---- */

typedef struct {
    tr_problem problem;
    tr_stop *stops;
    int32_t *arrival, *part;  /* [n_stops] */
    int32_t *patch;
    int64_t *service_s, *cleared_s;
    int32_t n_places, *places; /* rows of the town's matrices */
} morning;

typedef struct { /* how many stops of the same takers are on the list */
    int32_t n;
    uint64_t takers[MOST_KINDS];
    int32_t stops[MOST_KINDS];
} quota;

static bool has_room(quota *q, uint64_t takers, int32_t most)
{
    int32_t k = 0;
    while (k < q->n && q->takers[k] != takers) k++;
    if (k == q->n && q->n < MOST_KINDS) q->takers[q->n] = takers, q->stops[q->n++] = 0;
    return k < MOST_KINDS && q->stops[k]++ < most;
}

static bool is_hazardous(const sim *s, const tr_stop *stop)
{
    return stop->hazard >= s->town->morning.problem.policy.hazardous_rank;
}

static morning morning_new(const sim *s, int32_t day, int32_t most, tr_arena *arena)
{
    const tr_town *t = s->town;
    morning m = {.problem = t->morning.problem, .stops = TR_NEW(arena, tr_stop, most + 1)};
    m.arrival = TR_NEW(arena, int32_t, most + 1), m.part = TR_NEW(arena, int32_t, most + 1);
    m.patch = TR_NEW(arena, int32_t, most + 1);
    m.service_s = TR_NEW(arena, int64_t, most + 1), m.cleared_s = TR_NEW(arena, int64_t, most + 1);
    m.problem.day = day, m.problem.stops = m.stops, m.problem.n_stops = 0;
    m.problem.sites = t->sites[tr_bank_holiday(day) ? 7 : tr_weekday(day)];
    m.n_places = t->n_hubs, m.places = TR_NEW(arena, int32_t, t->n_hubs + most + 1);
    for (int32_t i = 0; i < t->n_hubs; i++) m.places[i] = i;
    return m;
}

static void add_stop(sim *s, morning *m, int32_t arrival, int32_t part)
{
    const tr_triage_policy *triage = &s->town->morning.triage;
    const tr_arrival *a = &s->stream.arrivals[arrival];
    int32_t place = s->town->piles[a->pile].place, at = m->problem.n_stops++;
    if (s->local[place] < 0) s->local[place] = m->n_places, m->places[m->n_places++] = place;
    tr_stop *x = &m->stops[at];
    *x = s->town->stops[a->form->first_stop + part];
    x->place = s->local[place];
    x->reported_day = a->day;
    x->due_day = tr_add_working_days(a->day, is_hazardous(s, x) ? triage->target_hazard_days : triage->target_days);
    m->arrival[at] = arrival, m->part[at] = part, m->patch[at] = s->town->patch[place];
    if (s->cleared[a->heap]) m->service_s[at] = 60 * s->settings->revisit_minutes; /* to find nothing there */
    else m->service_s[at] = (int64_t)((double)x->service_s * tr_service_luck(a, part, s->settings->service_sigma) + 0.5);
    m->cleared_s[at] = -1;
}

static void add_list(sim *s, morning *m, bool hazardous, quota *room)
{
    for (int32_t i = 0; i < s->n_open; i++) {
        const tr_arrival *a = &s->stream.arrivals[s->open[i]];
        if (hazardous && !a->form->hazardous) continue;
        for (int32_t k = 0; k < a->form->n_stops; k++) {
            int32_t template = a->form->first_stop + k;
            if (s->done[s->open[i]] >> k & 1 || is_hazardous(s, &s->town->stops[template]) != hazardous) continue;
            if (has_room(room, s->town->takers[template], s->settings->candidates)) add_stop(s, m, s->open[i], k);
        }
    }
}

/* The rows and columns of today's places out of the town's matrices. */
static void cut_travel(sim *s, morning *m, tr_arena *arena)
{
    const tr_town *t = s->town;
    tr_problem *p = &m->problem;
    const int32_t *places = m->places, n = m->n_places;
    tr_travel_matrix *cut = TR_NEW(arena, tr_travel_matrix, p->n_profiles);
    size_t all = (size_t)t->morning.n_places;
    for (int32_t k = 0; k < p->n_profiles; k++) {
        const tr_travel_matrix *whole = &t->morning.problem.travel[k];
        int32_t *seconds = TR_NEW(arena, int32_t, (size_t)n * (size_t)n), *metres = TR_NEW(arena, int32_t, (size_t)n * (size_t)n);
        for (int32_t i = 0; i < n; i++)
            for (int32_t j = 0; j < n; j++) {
                size_t from = (size_t)places[i] * all + (size_t)places[j], to = (size_t)i * (size_t)n + (size_t)j;
                seconds[to] = whole->seconds[from], metres[to] = whole->metres[from];
            }
        cut[k] = (tr_travel_matrix){.profile = whole->profile, .seconds = seconds, .metres = metres};
    }
    p->travel = cut, p->n_places = n;
    for (int32_t i = t->n_hubs; i < n; i++) s->local[places[i]] = -1;
}

static morning make_morning(sim *s, int32_t day, tr_arena *arena)
{
    int32_t most = 0;
    for (int32_t i = 0; i < s->n_open; i++) most += s->stream.arrivals[s->open[i]].form->n_stops;
    morning m = morning_new(s, day, most, arena);
    quota room = {0};
    add_list(s, &m, true, &room);
    add_list(s, &m, false, &room);
    cut_travel(s, &m, arena);
    return m;
}

/* ---- what comes while crews are out ---- */

/* The stops that the plan has on routes, which it then calls by their new numbers. */
static void add_planned(sim *s, morning *m, const morning *before, tr_plan *plan)
{
    for (int32_t v = 0; v < plan->n_routes; v++)
        for (int32_t i = 0; i < plan->routes[v].n_visits; i++) {
            tr_visit *x = &plan->routes[v].visits[i];
            if (x->kind == TR_VISIT_STOP) {
                add_stop(s, m, before->arrival[x->ref], before->part[x->ref]);
                x->ref = m->problem.n_stops - 1, x->place = m->stops[x->ref].place;
            }
            if (x->kind == TR_VISIT_BREAK) x->place = x[-1].place;
        }
}

/* The day's reports still to come go on the list, and their stops into the problem. */
static void add_coming(sim *s, morning *m, int32_t day, int64_t *second)
{
    for (; s->next < s->stream.n_arrivals && s->stream.arrivals[s->next].day == day;) {
        const tr_arrival *a = &s->stream.arrivals[s->next];
        if (a->form->kind != TR_LEFT) {
            s->next++;
            continue;
        }
        for (int32_t k = 0; k < a->form->n_stops; k++) {
            second[m->problem.n_stops] = a->second;
            add_stop(s, m, s->next, k);
        }
        put_on_list(s);
    }
}

static int32_t stops_to_come(const sim *s, int32_t day)
{
    int32_t n = 0;
    for (int32_t i = s->next; i < s->stream.n_arrivals && s->stream.arrivals[i].day == day; i++)
        n += s->stream.arrivals[i].form->n_stops;
    return n;
}

/* The plan driven; reports that come meanwhile are inserted where they can be.  *m becomes the problem of what was planned
 * and came: the morning knew nothing of it. */
static tr_status work_and_insert(sim *s, morning *m, tr_plan *plan, int32_t day, tr_replay_day *log, tr_arena *arena, tr_err *err)
{
    int32_t most = m->problem.n_stops + stops_to_come(s, day);
    morning all = morning_new(s, day, most, arena);
    int64_t *second = TR_NEW(arena, int64_t, most + 1);
    add_planned(s, &all, m, plan);
    int32_t planned = all.problem.n_stops;
    add_coming(s, &all, day, second);
    cut_travel(s, &all, arena);
    tr_coming coming = {.n = all.problem.n_stops - planned, .second = second + planned,
                        .patch = s->rule == TR_DISPATCH_ZONES ? all.patch : NULL};
    coming.inserted = TR_NEW(arena, bool, coming.n + 1);
    TR_TRY(tr_insert_drive(&all.problem, plan, &coming, all.service_s, all.cleared_s, &log->shift, err));
    int32_t last = -1;
    for (int32_t i = 0; i < coming.n; i++) {
        int32_t a = all.arrival[planned + i];
        if (coming.inserted[i] && a != last) log->inserted++, last = a;
    }
    *m = all;
    return TR_OK;
}

/* ---- a day ---- */

static void note_safe(sim *s, const morning *m, int32_t a, int32_t day)
{
    const tr_form *f = s->stream.arrivals[a].form;
    int64_t last = 0;
    for (int32_t k = 0; k < f->n_stops; k++)
        if (!(s->done[a] >> k & 1) && is_hazardous(s, &s->town->stops[f->first_stop + k])) return;
    int32_t heap = s->stream.arrivals[a].heap;
    if (!f->hazardous || s->safe[heap]) return;
    for (int32_t j = 0; j < m->problem.n_stops; j++)
        if (m->arrival[j] == a && is_hazardous(s, &m->problem.stops[j]) && m->cleared_s[j] > last) last = m->cleared_s[j];
    s->safe[heap] = unix_of(s, day, last);
}

static void note_cleared(sim *s, const morning *m, int32_t day, tr_replay_day *log)
{
    for (int32_t i = 0; i < m->problem.n_stops; i++) {
        int32_t a = m->arrival[i], n = s->stream.arrivals[a].form->n_stops, heap = s->stream.arrivals[a].heap;
        uint64_t all = n >= 64 ? UINT64_MAX : ((uint64_t)1 << n) - 1;
        if (m->cleared_s[i] < 0) continue;
        if (s->cleared[heap]) log->shift.planned_s -= m->problem.stops[i].service_s; /* nothing was left to do there */
        s->done[a] |= (uint64_t)1 << m->part[i];
        note_safe(s, m, a, day);
        if (s->done[a] != all || s->until[a]) continue;
        int64_t last = 0;
        for (int32_t j = 0; j < m->problem.n_stops; j++)
            if (m->arrival[j] == a && m->cleared_s[j] > last) last = m->cleared_s[j];
        s->until[a] = unix_of(s, day, last);
        log->cleared += !s->cleared[heap];
        if (!s->cleared[heap] || s->until[a] < s->cleared[heap]) s->cleared[heap] = s->until[a];
        if (!s->safe[heap]) s->safe[heap] = s->cleared[heap];
    }
}

static tr_status work(sim *s, int32_t day, tr_err *err)
{
    tr_arena *arena = tr_arena_new();
    tr_replay_day *log = &s->run->days[s->run->n_days++];
    *log = (tr_replay_day){.day = day};
    for (int32_t i = 0; i < s->n_open; i++) {
        const tr_arrival *a = &s->stream.arrivals[s->open[i]];
        if (a->heap == s->open[i] && !s->cleared[a->heap]) log->queue++, log->queue_work_s += a->form->work_s;
    }
    morning m = make_morning(s, day, arena);
    tr_dispatch_options options = {.seed = tr_mix(tr_mix(s->settings->seed, (uint64_t)s->replication), (uint64_t)day) >> 8,
                                   .iterations = s->settings->iterations, .order_iterations = s->settings->order_iterations,
                                   .patch = m.patch};
    tr_plan plan;
    tr_status status = m.problem.n_stops ? tr_dispatch(&m.problem, s->rule, &options, arena, &plan, err) : TR_OK;
    if (!status && m.problem.n_stops) {
        if (s->settings->insert && !s->options->saturated) {
            status = work_and_insert(s, &m, &plan, day, log, arena, err);
        } else {
            tr_model *model = tr_model_new(&m.problem, arena);
            for (int32_t v = 0; v < plan.n_routes; v++)
                tr_shift_drive(model, &plan.routes[v], m.service_s, m.cleared_s, &log->shift);
        }
        note_cleared(s, &m, day, log);
        tidy_list(s);
    }
    tr_arena_free(arena);
    return status;
}

/* ---- cases ---- */

static int32_t next_working_day(const sim *s, int32_t day, int64_t second)
{
    day += second >= s->town->morning.problem.policy.day_start_s;
    while (!tr_workday(&s->settings->workdays, day)) day++;
    return day;
}

/* A report that needs no crew of its own ends when the office looks at it. */
static void end_in_office(const sim *s, int32_t day, int64_t second, tr_case_end end, tr_case *c)
{
    int32_t opened = next_working_day(s, day, second);
    c->end = opened < s->to ? end : TR_CASE_OPEN;
    c->until_s = opened < s->to ? unix_of(s, opened, s->town->morning.problem.policy.day_start_s) : unix_of(s, s->to, 0);
}

static tr_case case_of(const sim *s, const tr_arrival *a, int32_t report, int32_t day, int64_t second, tr_arena *arena)
{
    const tr_report *r = &s->town->morning.reports[report];
    bool known = !s->town->piles[a->pile].no_type || s->settings->draw_types;
    return (tr_case){
        .id = s->options->keep_cases ? tr_arena_printf(arena, "%s@%d", r->id, day) : r->id,
        .reported_s = unix_of(s, day, second),
        .waste_type = known ? tr_waste_types[a->form->waste_type] : NULL,
        .size = tr_sizes[a->form->size],
        .hazardous = a->form->hazardous,
        .ward = s->town->morning.reports[s->town->piles[a->pile].report].ward,
        .lat = r->lat, .lon = r->lon, .drawn = a->drawn,
    };
}

static void make_cases(sim *s, tr_arena *arena)
{
    const tr_arrivals *t = &s->stream;
    s->run->cases = TR_NEW(arena, tr_case, t->n_arrivals + t->n_echoes + 1);
    for (int32_t i = 0; i < t->n_arrivals; i++) {
        const tr_arrival *a = &t->arrivals[i];
        if (a->heap != i || a->day < s->from || a->day >= s->to || (s->options->saturated && i >= s->next)) continue;
        tr_case *c = &s->run->cases[s->run->n_cases++];
        *c = case_of(s, a, s->town->piles[a->pile].report, a->day, a->second, arena);
        if (a->form->kind != TR_LEFT) {
            end_in_office(s, a->day, a->second, TR_CASE_TRANSFERRED, c);
            continue;
        }
        c->work_s = (double)a->form->work_s;
        c->end = s->cleared[i] ? TR_CASE_CLEARED : TR_CASE_OPEN;
        c->until_s = s->cleared[i] ? s->cleared[i] : unix_of(s, s->to, 0);
    }
    for (int32_t i = 0; i < t->n_arrivals; i++) { /* unmerged: nobody knew, but the pile is counted once */
        const tr_arrival *a = &t->arrivals[i];
        if (a->heap == i || a->day < s->from || a->day >= s->to || s->options->saturated) continue;
        tr_case *c = &s->run->cases[s->run->n_cases++];
        *c = case_of(s, a, s->town->piles[a->pile].report, a->day, a->second, arena);
        end_in_office(s, a->day, a->second, TR_CASE_DUPLICATE, c);
    }
    for (int32_t i = 0; i < t->n_echoes; i++) {
        const tr_echo *e = &t->echoes[i];
        if (e->day < s->from || e->day >= s->to || s->options->saturated) continue;
        tr_case *c = &s->run->cases[s->run->n_cases++];
        *c = case_of(s, &t->arrivals[e->arrival], s->town->twins[e->twin].report, e->day, e->second, arena);
        end_in_office(s, e->day, e->second, TR_CASE_DUPLICATE, c);
    }
}

static void note_hazardous(const sim *s, int32_t i, int32_t first, tr_flow *f)
{
    const tr_arrival *a = &s->stream.arrivals[i];
    int64_t safe = s->safe[i], until = safe ? safe : unix_of(s, s->to, 0);
    f->safe_at_once += safe && safe < unix_of(s, first + 1, 0);
    f->safe_days[f->hazardous] = (double)(until - unix_of(s, a->day, a->second)) / DAY_S;
    f->safe[f->hazardous] = safe != 0, f->asbestos[f->hazardous] = a->form->asbestos;
    f->hazardous++;
}

static bool after_ordinary_week(const sim *s, int32_t day)
{
    int32_t worked = 0;
    for (int32_t d = day - 7; d < day; d++) worked += tr_workday(&s->settings->workdays, d);
    return worked == 5;
}

/* Little's law compares a list with itself later.  On another day of the week, or after a bank holiday, it is another list: so
 * whole weeks, begun and ended after a week without a holiday; all that is measured if there are none. */
static void whole_weeks(const sim *s, int32_t *begin, int32_t *end)
{
    int32_t b = s->from;
    while (b < s->to && !after_ordinary_week(s, b)) b++;
    int32_t e = b + (s->to - b) / 7 * 7;
    while (e > b && !after_ordinary_week(s, e)) e -= 7;
    *begin = e > b ? b : s->from, *end = e > b ? e : s->to;
}

/* Piles open at once, summed over the seconds of those weeks: counted by coming and going, apart from the cases; and how
 * long those took that went. */
static tr_flow flow_of(const sim *s, tr_arena *arena)
{
    int32_t first_day, end_day;
    whole_weeks(s, &first_day, &end_day);
    int64_t begin = unix_of(s, first_day, 0), end = unix_of(s, end_day, 0);
    size_t n = (size_t)s->stream.n_arrivals + 1;
    tr_flow f = {.seconds = (double)(end - begin), .safe_days = TR_NEW(arena, double, n), .safe = TR_NEW(arena, bool, n), .asbestos = TR_NEW(arena, bool, n)};
    for (int32_t i = 0; i < s->stream.n_arrivals; i++) {
        const tr_arrival *a = &s->stream.arrivals[i];
        if (a->heap != i || a->form->kind != TR_LEFT || a->day >= s->to) continue;
        if (s->options->saturated && i >= s->next) break;
        int64_t came = unix_of(s, a->day, a->second), went = s->cleared[i];
        int32_t first = next_working_day(s, a->day, a->second);
        if (a->form->hazardous && a->day >= s->from && first < s->to) note_hazardous(s, i, first, &f);
        int64_t since = came > begin ? came : begin, until = went && went < end ? went : end;
        if (until > since) f.pile_seconds += (double)(until - since);
        if (went >= begin && went < end) f.gone++, f.stay_seconds += (double)(went - came);
    }
    return f;
}

/* ---- a run ---- */

/* Saturated: so many that they cannot run out: 64 stops a vehicle and day. */
static double layers_needed(const sim *s, int32_t n_days)
{
    double most = 0;
    for (int32_t i = 0; i < s->options->n_arms; i++) { /* the same for all arms, whose lists are filled from the same stream */
        const tr_town *t = s->options->arms[i].town;
        double wanted = s->settings->saturated_list + 64.0 * t->morning.problem.n_vehicles * (s->settings->warm_up_days + s->settings->saturated_days);
        double per_day = (double)(t->n_piles > 0 ? t->n_piles : 1) / t->n_days, layers = wanted / (per_day * n_days) + 1;
        if (layers > most) most = layers;
    }
    return most;
}

static tr_status simulate(sim *s, tr_arena *arena, tr_err *err)
{
    const tr_replay_settings *set = s->settings;
    int32_t start = start_of(set, s->town);
    tr_replay_window(set, s->town, s->options->saturated, &s->from, &s->to);
    s->first_day = start - set->backlog_days - 1;
    int32_t n = s->to - s->first_day;
    s->offset = TR_NEW(arena, int64_t, n + 400); /* the office may look at a report after the last day */
    for (int32_t d = 0; d < n + 400; d++) s->offset[d] = tr_utc_offset(s->first_day + d);
    double rate = s->options->saturated ? layers_needed(s, n) : s->options->rate;
    tr_arrivals_make(s->town, set, s->replication, rate, s->first_day + 1, n - 1, arena, &s->stream);
    s->done = TR_NEW(arena, uint64_t, s->stream.n_arrivals + 1), s->until = TR_NEW(arena, int64_t, s->stream.n_arrivals + 1);
    s->safe = TR_NEW(arena, int64_t, s->stream.n_arrivals + 1), s->cleared = TR_NEW(arena, int64_t, s->stream.n_arrivals + 1);
    s->open = TR_NEW(arena, int32_t, s->stream.n_arrivals + 1), s->local = TR_NEW(arena, int32_t, s->town->morning.n_places + 1);
    memset(s->local, -1, (size_t)s->town->morning.n_places * sizeof *s->local);
    s->run->days = TR_NEW(arena, tr_replay_day, n + 1);
    s->run->always_work = true;
    for (int32_t day = start; day < s->to; day++) {
        if (!tr_workday(&set->workdays, day)) continue;
        if (s->options->saturated) fill_list(s, day);
        else take_reports(s, day);
        TR_TRY(work(s, day, err));
    }
    make_cases(s, arena);
    tr_figures_of(s->run, s->town, set, s->from, s->to, flow_of(s, arena), arena);
    return TR_OK;
}

/* ---- all runs, shared out ---- */

typedef struct {
    const tr_replay_settings *settings;
    const tr_replay_options *options;
    tr_arena *arena;          /* of the results; under the lock */
    tr_replay_run *runs;
    int32_t n, next, done;
    tr_status status;         /* of the first job that failed, in order of jobs */
    int32_t failed;
    tr_err err;
    pthread_mutex_t lock;
} pool;

static void keep(pool *p, int32_t job, const tr_replay_run *run)
{
    tr_replay_run *to = &p->runs[job];
    *to = *run;
    to->days = tr_arena_grow(p->arena, run->days, (size_t)run->n_days, (size_t)run->n_days + 1, sizeof *run->days);
    to->waiting = tr_arena_grow(p->arena, run->waiting, (size_t)run->n_waiting, (size_t)run->n_waiting, sizeof *run->waiting);
    const tr_town *town = p->options->arms[job % p->options->n_arms].town;
    size_t figures = (size_t)tr_groups_count(town) * TR_N_WAIT;
    to->group_figure = tr_arena_grow(p->arena, run->group_figure, figures, figures, sizeof *run->group_figure);
    size_t squares = (size_t)town->squares.n_x * (size_t)town->squares.n_y;
    if (run->places) to->places = tr_arena_grow(p->arena, run->places, squares, squares, sizeof *run->places);
    to->cases = NULL, to->n_cases = p->options->keep_cases ? run->n_cases : 0;
    if (!p->options->keep_cases) return;
    to->cases = tr_arena_grow(p->arena, run->cases, (size_t)run->n_cases, (size_t)run->n_cases + 1, sizeof *run->cases);
    for (int32_t i = 0; i < run->n_cases; i++) to->cases[i].id = tr_arena_strdup(p->arena, run->cases[i].id);
}

static void run_job(pool *p, int32_t job)
{
    tr_arena *arena = tr_arena_new();
    tr_replay_run run = {0};
    tr_err err = {0};
    const tr_arm *arm = &p->options->arms[job % p->options->n_arms];
    sim s = {.town = arm->town, .settings = p->settings, .options = p->options, .arena = arena, .run = &run,
             .rule = arm->rule, .replication = job / p->options->n_arms};
    tr_status status = simulate(&s, arena, &err);
    pthread_mutex_lock(&p->lock);
    if (!status) keep(p, job, &run);
    else if (p->failed < 0 || job < p->failed) p->failed = job, p->status = status, p->err = err;
    p->done++;
    if (p->options->progress) p->options->progress(p->options->context, p->done, p->n);
    pthread_mutex_unlock(&p->lock);
    tr_arena_free(arena);
}

static void *run_jobs(void *context)
{
    pool *p = context;
    for (;;) {
        pthread_mutex_lock(&p->lock);
        int32_t job = p->failed < 0 ? p->next++ : p->n;
        pthread_mutex_unlock(&p->lock);
        if (job >= p->n) break;
        run_job(p, job);
    }
    glp_free_env(); /* tr_solve's recombination made one for this thread */
    return NULL;
}

tr_status tr_replay(const tr_replay_settings *settings, const tr_replay_options *options, tr_arena *arena,
                    tr_replay_run **runs, tr_err *err)
{
    pool p = {.settings = settings, .options = options, .arena = arena, .failed = -1,
              .n = settings->replications * options->n_arms, .lock = PTHREAD_MUTEX_INITIALIZER};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int32_t wanted = options->threads > 0 ? options->threads : cores > 0 ? (int32_t)cores : 1, made = 0;
    pthread_t threads[MOST_THREADS];
    if (wanted > MOST_THREADS) wanted = MOST_THREADS;
    p.runs = TR_NEW(arena, tr_replay_run, p.n + 1);
    while (made < wanted - 1 && pthread_create(&threads[made], NULL, run_jobs, &p) == 0) made++;
    run_jobs(&p);
    for (int32_t i = 0; i < made; i++) pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&p.lock);
    *runs = p.runs;
    return p.failed < 0 ? TR_OK
                        : tr_fail(err, p.status, "replication %d, %s: %s", p.failed / options->n_arms + 1,
                                  options->arms[p.failed % options->n_arms].label, p.err.text);
}
