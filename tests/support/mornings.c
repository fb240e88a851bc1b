/* mornings.c -- random small problems: see mornings.h.
 *
 * Places lie on a square, minutes apart; every leg has its own noise, so travel is neither
 * symmetric nor metric.  Limits are drawn about the size at which they begin to bind.
 * A vehicle that starts loaded, or has frozen visits, always has an open site to tip at and a
 * road to it, so that every problem has a plan.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "mornings.h"
#include "support.h"

#include <assert.h>

enum { GENERAL, BAGS, POPS, ASBESTOS, CLINICAL, N_STREAMS };
enum { MINUTE = 60, HOUR = 3600, LOOSE = 100000, TODAY = 20000 };

static const tr_stream streams[N_STREAMS] = {
    {"general", "20 03 01", false, 0},  {"bags", "20 03 01", false, 0},     {"pops", "20 03 07", false, 1},
    {"asbestos", "17 06 05*", true, 2}, {"clinical", "18 01 03*", true, 3},
};

typedef struct {
    uint64_t state;
    const tr_morning_options *options;
    tr_arena *arena;
    tr_problem *problem;
    int32_t day_s, day_e; /* the shift */
    int32_t scale_s;      /* side of the square */
} draw;

/* ---- randomness ---- */

static int32_t between(draw *d, int32_t least, int32_t most) /* both included */
{
    return (int32_t)tr_between(&d->state, least, most);
}

static bool chance(draw *d, int32_t percent)
{
    return between(d, 0, 99) < percent;
}

static bool has(const draw *d, tr_rule rule)
{
    return d->options->rules >> rule & 1;
}

static bool extra(const draw *d, uint32_t bit)
{
    return d->options->extras & bit;
}

/* ---- places ---- */

static int32_t distance(int32_t dx, int32_t dy) /* octagonal: no floating point */
{
    int32_t a = dx < 0 ? -dx : dx, b = dy < 0 ? -dy : dy;
    return a > b ? a + b * 2 / 5 : b + a * 2 / 5;
}

static void draw_travel(draw *d, int32_t n_fixed)
{
    tr_problem *p = d->problem;
    int32_t n = p->n_places, *xy = TR_NEW(d->arena, int32_t, 2 * n);
    int32_t *seconds = TR_NEW(d->arena, int32_t, n * n), *metres = TR_NEW(d->arena, int32_t, n * n);
    tr_travel_matrix *matrix = TR_NEW(d->arena, tr_travel_matrix, 1);
    for (int32_t i = 0; i < 2 * n; i++) xy[i] = between(d, 0, d->scale_s);
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++) {
            int32_t far = distance(xy[2 * i] - xy[2 * j], xy[2 * i + 1] - xy[2 * j + 1]);
            bool road = i < n_fixed || j < n_fixed || !has(d, TR_RULE_ROADS) || !chance(d, 25);
            if (i == j) continue;
            seconds[i * n + j] = road ? MINUTE + far * between(d, 80, 130) / 100 : TR_NO_ROAD;
            metres[i * n + j] = road ? seconds[i * n + j] * between(d, 7, 14) : TR_NO_ROAD;
        }
    *matrix = (tr_travel_matrix){.profile = "lorry", .seconds = seconds, .metres = metres};
    p->travel = matrix;
    p->n_profiles = 1;
}

/* A span in the shift, `least` to `most` seconds long. */
static tr_window span(draw *d, int32_t least, int32_t most)
{
    int32_t start = between(d, d->day_s - HOUR, d->day_e - HOUR), length = between(d, least, most);
    return (tr_window){start, start + length};
}

/* One span, or two: ascending, apart. */
static const tr_window *spans(draw *d, int32_t least, int32_t most, int32_t *n)
{
    tr_window *w = TR_NEW(d->arena, tr_window, 2), a = span(d, least, most), b = span(d, least, most);
    w[0] = a;
    *n = 1;
    if (!extra(d, TR_EXTRA_WINDOWS) || chance(d, 30)) return w;
    w[0] = a.start_s < b.start_s ? a : b;
    w[1] = a.start_s < b.start_s ? b : a;
    if (w[1].start_s > w[0].end_s + 1) *n = 2;
    return w;
}

/* ---- stops ---- */

static int32_t draw_stream(draw *d)
{
    static const int32_t mix[] = {GENERAL, GENERAL, GENERAL, BAGS, POPS, POPS, ASBESTOS, ASBESTOS, CLINICAL};
    if (!has(d, TR_RULE_SEGREGATION)) return chance(d, 70) ? GENERAL : BAGS;
    return mix[between(d, 0, (int32_t)(sizeof mix / sizeof *mix) - 1)];
}

static void draw_when(draw *d, tr_stop *s)
{
    bool late = extra(d, TR_EXTRA_EXEMPT) && s->hazard >= 2 && chance(d, 50);
    if (has(d, TR_RULE_WINDOWS) && chance(d, 60))
        s->windows = spans(d, 10 * MINUTE, 100 * MINUTE, &s->n_windows);
    if (!late) return;
    tr_window *w = TR_NEW(d->arena, tr_window, 1);
    w->start_s = d->day_s + between(d, 55, 130) * MINUTE;
    w->end_s = w->start_s + between(d, 30, 300) * MINUTE;
    s->windows = w;
    s->n_windows = 1;
}

static void draw_stop(draw *d, tr_stop *s, int32_t i, int32_t place, bool long_work)
{
    static const int32_t rank[N_STREAMS] = {0, 0, 0, 2, 3};
    int32_t due = between(d, 0, 9);
    s->id = tr_arena_printf(d->arena, "R-%d", i + 1);
    s->place = place;
    s->stream = draw_stream(d);
    s->hazard = rank[s->stream];
    if (!s->hazard && chance(d, has(d, TR_RULE_SEGREGATION) ? 8 : 30)) s->hazard = between(d, 1, 3);
    s->kg = chance(d, 5) ? 0 : between(d, 5, 90) * 10;
    s->litres = chance(d, 5) ? 0 : between(d, 2, 40) * 100;
    s->service_s = between(d, 4, 35) * MINUTE + between(d, 0, 59);
    if (extra(d, TR_EXTRA_HOURS)) s->service_s /= 4;
    if (has(d, TR_RULE_HOURS))
        s->service_s = between(d, 100, 240) * MINUTE;
    else if (long_work)
        s->service_s = between(d, 30, 150) * MINUTE;
    if (has(d, TR_RULE_CERTS) && chance(d, 40)) s->certs = (tr_mask)1 << between(d, 0, 1);
    if (has(d, TR_RULE_EQUIPMENT) && chance(d, 40)) s->equipment = (tr_mask)between(d, 1, 3);
    draw_when(d, s);
    s->reported_day = TODAY - between(d, 0, 40);
    s->due_day = due < 3 ? TODAY - between(d, 1, 9) : due < 5 ? TODAY : TODAY + between(d, 1, 5);
    s->pin = has(d, TR_RULE_PIN) && chance(d, 35) ? between(d, 0, d->options->n_vehicles - 1) : -1;
    s->leave = has(d, TR_RULE_LEAVE) && chance(d, 20);
}

/* ---- sites and vehicles ---- */

static void draw_site(draw *d, tr_site *s, int32_t i, int32_t place, bool safe)
{
    const tr_mask all = ((tr_mask)1 << N_STREAMS) - 1;
    tr_window *day = TR_NEW(d->arena, tr_window, 1);
    *day = (tr_window){0, 24 * HOUR};
    s->id = tr_arena_printf(d->arena, "S-%d", i + 1);
    s->place = place;
    s->streams = all;
    if (has(d, TR_RULE_SITE_STREAMS) && !safe)
        for (int32_t k = 0; k < N_STREAMS; k++)
            if (chance(d, 35)) s->streams &= ~((tr_mask)1 << k);
    s->opening = day;
    s->n_opening = 1;
    if (has(d, TR_RULE_OPENING) && !safe) s->opening = spans(d, 40 * MINUTE, 240 * MINUTE, &s->n_opening);
    s->turnaround_s = between(d, 5, 25) * MINUTE;
    if (extra(d, TR_EXTRA_HOURS)) s->turnaround_s /= 3;
    s->gate_fee_pence_per_tonne = extra(d, TR_EXTRA_FEES) ? between(d, 0, 12) * 1000 : 0;
}

/* A limit about the size at which `total` needs one to three runs. */
static int32_t limit(draw *d, bool tight, int32_t total)
{
    return tight ? total * between(d, 28, 75) / 100 + 1 : LOOSE;
}

static void draw_bodies(draw *d, tr_vehicle *v, int32_t kg, int32_t litres)
{
    v->n_compartments = extra(d, TR_EXTRA_BODIES) && chance(d, 70) ? 2 : 1;
    for (int32_t c = 0; c < v->n_compartments; c++) {
        tr_compartment *body = &v->compartments[c];
        body->id = c ? "cage" : "body";
        body->kg = limit(d, has(d, TR_RULE_KG), kg) / v->n_compartments;
        body->litres = limit(d, has(d, TR_RULE_LITRES), litres) / v->n_compartments;
        body->streams = ((tr_mask)1 << N_STREAMS) - 1;
        if (!has(d, TR_RULE_CARRIED)) continue;
        for (int32_t k = 0; k < N_STREAMS; k++)
            if (chance(d, 30)) body->streams &= ~((tr_mask)1 << k);
    }
    v->payload_kg = limit(d, has(d, TR_RULE_PAYLOAD), kg);
}

/* Something on board from the day before: one stream that the body may carry, in part of its room. */
static void draw_start_load(draw *d, tr_vehicle *v)
{
    tr_compartment *body = &v->compartments[between(d, 0, v->n_compartments - 1)];
    int32_t stream = between(d, 0, has(d, TR_RULE_SEGREGATION) ? N_STREAMS - 1 : BAGS);
    int32_t room = body->kg < v->payload_kg ? body->kg : v->payload_kg;
    if (!(body->streams >> stream & 1)) return;
    body->start_streams = (tr_mask)1 << stream;
    body->start_kg = (room < 800 ? room : 800) * between(d, 30, 90) / 100;
    body->start_litres = (body->litres < 3000 ? body->litres : 3000) * between(d, 30, 90) / 100;
}

static void draw_costs(draw *d, tr_vehicle *v)
{
    v->fixed_pence = between(d, 0, 6) * 1000;
    v->pence_per_km = between(d, 20, 150);
    v->pence_per_hour = between(d, 800, 4000);
    v->pence_per_overtime_hour = v->pence_per_hour * between(d, 60, 180) / 100;
}

static void draw_vehicle(draw *d, tr_vehicle *v, int32_t i, int32_t end_place, int32_t kg, int32_t litres)
{
    v->id = tr_arena_printf(d->arena, "V-%d", i + 1);
    v->available = i == 0 || !chance(d, 4);
    draw_bodies(d, v, kg, litres);
    v->certs = has(d, TR_RULE_CERTS) ? (tr_mask)between(d, 0, 3) : 3;
    v->equipment = has(d, TR_RULE_EQUIPMENT) ? (tr_mask)between(d, 0, 3) : 3;
    v->start_s = d->day_s + (i ? between(d, 0, 4) * 15 * MINUTE : 0);
    v->end_s = has(d, TR_RULE_SHIFT) ? d->day_e : d->day_s + 15 * HOUR;
    v->max_overtime_s = extra(d, TR_EXTRA_OVERTIME) ? between(d, 10, 90) * MINUTE : 0;
    if (extra(d, TR_EXTRA_HOURS)) v->max_overtime_s /= 3;
    if (!has(d, TR_RULE_SHIFT) && extra(d, TR_EXTRA_OVERTIME)) { /* priced, but no limit */
        v->end_s = d->day_e;
        v->max_overtime_s = 15 * HOUR;
    }
    v->hours_rule = has(d, TR_RULE_EU)      ? TR_HOURS_EU
                    : has(d, TR_RULE_HOURS) ? TR_HOURS_GB_DOMESTIC
                                            : TR_HOURS_NONE;
    v->wtr = has(d, TR_RULE_WTR);
    v->may_park_loaded = extra(d, TR_EXTRA_PARK) && chance(d, 60);
    v->end_place = end_place;
    v->speed_permille = extra(d, TR_EXTRA_SPEED) ? between(d, 600, 1300) : 1000;
    draw_costs(d, v);
    if (v->available && has(d, TR_RULE_START_LOAD) && chance(d, 80)) draw_start_load(d, v);
}

/* ---- the part of a day that is done ---- */

static bool may_freeze(const tr_vehicle *v, int32_t i, const tr_stop *s)
{
    const tr_compartment *body = &v->compartments[0];
    return !s->leave && (s->pin < 0 || s->pin == i) && !(s->certs & ~v->certs) &&
           !(s->equipment & ~v->equipment) && body->streams >> s->stream & 1 && !body->start_streams &&
           s->kg <= body->kg && s->litres <= body->litres && s->kg <= v->payload_kg;
}

static tr_visit *freeze(draw *d, tr_visit *at, tr_visit_kind kind, int32_t ref, int32_t place, int64_t stay_s)
{
    const tr_problem *p = d->problem;
    int64_t cell = (int64_t)at->place * p->n_places + place;
    tr_visit v = {.kind = kind, .ref = ref, .compartment = kind == TR_VISIT_STOP ? 0 : -1, .place = place};
    if (kind != TR_VISIT_BREAK) {
        v.drive_s = p->travel->seconds[cell] * between(d, 90, 130) / 100; /* as it was driven */
        v.dist_m = p->travel->metres[cell];
    }
    v.arrival_s = at->departure_s + v.drive_s;
    v.start_s = v.arrival_s + (kind == TR_VISIT_BREAK ? 0 : between(d, 0, 5) * MINUTE);
    v.departure_s = v.start_s + stay_s;
    *++at = v;
    return at;
}

static void draw_frozen(draw *d, tr_vehicle *v, int32_t i)
{
    const tr_problem *p = d->problem;
    const tr_site *tip = &p->sites[0];
    tr_visit *visits = TR_NEW(d->arena, tr_visit, 4), *at = visits;
    int64_t left = v->start_s + between(d, 0, 20) * MINUTE;
    *at = (tr_visit){.kind = TR_VISIT_START,
                     .ref = -1,
                     .compartment = -1,
                     .place = v->start_place,
                     .arrival_s = left,
                     .start_s = left,
                     .departure_s = left};
    for (int32_t j = 0; j < p->n_stops && at == visits; j++)
        if (may_freeze(v, i, &p->stops[j]) && chance(d, 70))
            at = freeze(d, at, TR_VISIT_STOP, j, p->stops[j].place, p->stops[j].service_s);
    if (at > visits && chance(d, 40))
        at = freeze(d, at, TR_VISIT_BREAK, -1, at->place, between(d, 5, 46) * MINUTE);
    if (at > visits && chance(d, 40)) at = freeze(d, at, TR_VISIT_DISPOSAL, 0, tip->place, tip->turnaround_s);
    v->frozen = visits;
    v->n_frozen = (int32_t)(at - visits) + 1;
    for (int32_t k = 0; k < v->n_frozen; k++) {
        const tr_visit *f = k && visits[k].kind == TR_VISIT_STOP ? &visits[k] : NULL;
        bool emptied = visits[k].kind == TR_VISIT_DISPOSAL;
        for (int32_t c = 0; c < v->n_compartments; c++) {
            int32_t kg = k ? visits[k - 1].kg[c] : v->compartments[c].start_kg;
            int32_t litres = k ? visits[k - 1].litres[c] : v->compartments[c].start_litres;
            visits[k].kg[c] = emptied ? 0 : kg + (f && c == 0 ? p->stops[f->ref].kg : 0);
            visits[k].litres[c] = emptied ? 0 : litres + (f && c == 0 ? p->stops[f->ref].litres : 0);
        }
    }
}

/* ---- the whole ---- */

static void draw_policy(draw *d)
{
    tr_policy *y = &d->problem->policy;
    *y = tr_policy_default();
    y->hazard_policy = has(d, TR_RULE_HAZARD_FIRST) ? TR_HAZARD_FIRST
                       : has(d, TR_RULE_DEADLINE)   ? TR_HAZARD_DEADLINE
                                                    : TR_HAZARD_WEIGHTED;
    y->hazard_latest_s = between(d, 100, 240) * MINUTE;
    y->pence_per_hazard_minute = !extra(d, TR_EXTRA_HAZARD_PENCE) ? 0 : chance(d, 60) ? 5 : between(d, 1, 60);
    if (chance(d, 20)) y->pence_left = between(d, 5, 60) * 100;
}

/* Around the shift slow, plain and fast hours take turns, in this order or the other; elsewhere they do not. */
static void draw_hours(draw *d)
{
    int32_t *by_hour = d->problem->policy.speed_by_hour, first = d->day_s / HOUR - 1;
    int32_t turn = between(d, 0, 2), step = between(d, 1, 2);
    for (int32_t h = first; h < first + 7; h++, turn = (turn + step) % 3)
        by_hour[h] = turn == 0   ? between(d, 400, 950)
                     : turn == 1 ? between(d, 1050, 1800)
                                 : between(d, 0, 1) * 1000; /* 0 is 1000 */
}

/* How long the day is: it is long where rules on hours are to bind. */
static bool draw_day(draw *d)
{
    bool long_work = has(d, TR_RULE_WTR) || has(d, TR_RULE_HOURS);
    d->day_s = between(d, 24, 32) * 15 * MINUTE;
    d->scale_s = between(d, 8, 25) * MINUTE;
    d->day_e = d->day_s + between(d, 20, 45) * d->options->n_stops * MINUTE + HOUR;
    if (has(d, TR_RULE_EU) || (long_work && chance(d, 30))) d->scale_s = between(d, 50, 110) * MINUTE;
    if (has(d, TR_RULE_EU) || long_work) d->day_e = d->day_s + between(d, 8 * 60, 14 * 60) * MINUTE;
    if (has(d, TR_RULE_HOURS)) d->day_e = d->day_s + between(d, 12 * 60, 15 * 60) * MINUTE;
    if (extra(d, TR_EXTRA_HOURS)) {
        d->scale_s = between(d, 4, 15) * MINUTE;
        d->day_e = d->day_s + between(d, 15, 30) * d->options->n_stops * MINUTE + HOUR / 2;
    }
    return long_work;
}

void tr_random_morning(uint64_t seed, const tr_morning_options *o, tr_arena *arena, tr_problem *p)
{
    draw d = {.state = seed, .options = o, .arena = arena, .problem = p};
    bool safe = o->rules >> TR_RULE_START_LOAD & 1 || o->rules >> TR_RULE_FROZEN & 1;
    int32_t kg = 0, litres = 0, n_depots;
    assert(o->n_stops <= 14 && o->n_vehicles <= 3 && o->n_sites <= 2);
    *p = (tr_problem){.day = TODAY,
                      .n_streams = N_STREAMS,
                      .n_stops = o->n_stops,
                      .n_vehicles = o->n_vehicles,
                      .n_sites = o->n_sites,
                      .streams = streams};
    tr_stop *stops = TR_NEW(arena, tr_stop, o->n_stops + 1);
    tr_site *sites = TR_NEW(arena, tr_site, o->n_sites + 1);
    tr_vehicle *vehicles = TR_NEW(arena, tr_vehicle, o->n_vehicles + 1);
    p->stops = stops;
    p->sites = sites;
    p->vehicles = vehicles;
    bool long_work = draw_day(&d);
    draw_policy(&d);
    if (extra(&d, TR_EXTRA_HOURS)) draw_hours(&d);
    n_depots = chance(&d, 20) ? 2 : 1;
    p->n_places = n_depots + o->n_sites;
    for (int32_t s = 0; s < o->n_sites; s++) draw_site(&d, &sites[s], s, n_depots + s, safe && s == 0);
    if (o->n_sites == 2 && chance(&d, 10)) sites[1].place = 0; /* the depot takes waste too */
    for (int32_t j = 0; j < o->n_stops; j++) {
        bool same_place = j && chance(&d, 10);
        draw_stop(&d, &stops[j], j, same_place ? stops[j - 1].place : p->n_places++, long_work);
        kg += stops[j].kg;
        litres += stops[j].litres;
    }
    for (int32_t v = 0; v < o->n_vehicles; v++) draw_vehicle(&d, &vehicles[v], v, n_depots - 1, kg, litres);
    draw_travel(&d, n_depots + 1);
    if (has(&d, TR_RULE_FROZEN)) draw_frozen(&d, &vehicles[0], 0);
}

/* ---- the standard population ---- */

/* One morning in five is plain; the others mix everything. */
tr_morning_options tr_standard_options(int32_t i)
{
    draw d = {.state = 0x7469707275ull * 1000003 + (uint64_t)i};
    bool plain = i % 5 == 0;
    tr_morning_options o = {.n_stops = plain ? between(&d, 3, 5) : between(&d, 4, 7),
                            .n_vehicles = chance(&d, 30) ? 1 : 2,
                            .n_sites = chance(&d, 40) ? 1 : 2};
    for (int32_t r = 0; r < TR_N_RULES; r++)
        if (chance(&d, 33)) o.rules |= 1u << r;
    for (int32_t e = 0; e < 8; e++)
        if (chance(&d, 40)) o.extras |= 1u << e;
    const uint32_t hours = 1u << TR_RULE_HOURS | 1u << TR_RULE_EU | 1u << TR_RULE_WTR;
    if (plain || !chance(&d, 70)) o.rules &= ~hours;
    if (o.rules >> TR_RULE_EU & 1) o.rules &= ~(1u << TR_RULE_HOURS); /* a vehicle has one of the two */
    if (o.rules & hours && o.n_stops > 5) o.n_stops -= 2;             /* breaks multiply the routes */
    if (o.rules & hours && o.n_stops > 4) o.extras &= ~(uint32_t)TR_EXTRA_BODIES;
    if (plain || !chance(&d, 50)) o.rules &= ~(1u << TR_RULE_FROZEN | 1u << TR_RULE_START_LOAD);
    if (plain) o.extras &= ~(uint32_t)(TR_EXTRA_BODIES | TR_EXTRA_WINDOWS);
    return o;
}

void tr_standard_morning(int32_t i, tr_arena *arena, tr_problem *problem)
{
    tr_morning_options options = tr_standard_options(i);
    tr_random_morning(0x6d6f726e696e67ull + (uint64_t)i * 7919, &options, arena, problem);
}

/* ---- the hourly population ---- */

tr_morning_options tr_hourly_options(int32_t i)
{
    draw d = {.state = 0x686f75726c79ull * 1000003 + (uint64_t)i};
    tr_morning_options o = {.n_stops = between(&d, 3, 6),
                            .n_vehicles = chance(&d, 40) ? 1 : 2,
                            .n_sites = chance(&d, 50) ? 1 : 2};
    for (int32_t r = 0; r < TR_N_RULES; r++)
        if (chance(&d, 30)) o.rules |= 1u << r;
    for (int32_t e = 0; e < 8; e++)
        if (chance(&d, 40)) o.extras |= 1u << e;
    o.rules &= ~(1u << TR_RULE_HOURS | 1u << TR_RULE_EU | 1u << TR_RULE_WTR);
    if (!chance(&d, 30)) o.rules &= ~(1u << TR_RULE_FROZEN | 1u << TR_RULE_START_LOAD);
    o.rules |= 1u << TR_RULE_SHIFT;
    o.extras |= TR_EXTRA_HOURS;
    return o;
}

void tr_hourly_morning(int32_t i, tr_arena *arena, tr_problem *problem)
{
    tr_morning_options options = tr_hourly_options(i);
    tr_random_morning(0x686f757273ull + (uint64_t)i * 7919, &options, arena, problem);
}

/* ---- without a rule ---- */

static const char *const names[TR_N_RULES] = {
    "kg",       "litres",     "payload",      "carried",   "segregation", "site_streams",
    "opening",  "same_shift", "certificates", "equipment", "pin",         "leave",
    "windows",  "shift",      "hours",        "eu",        "wtr",         "hazard_first",
    "deadline", "start_load", "frozen",       "roads",
};

const char *tr_rule_name(tr_rule rule)
{
    return rule < TR_N_RULES ? names[rule] : "none";
}

static tr_stop *without_for_stops(const tr_problem *p, tr_rule rule, tr_arena *arena)
{
    static const tr_window any = {0, 2 * 24 * HOUR};
    size_t n = (size_t)p->n_stops;
    tr_stop *stops = tr_arena_grow(arena, p->stops, n, n + 1, sizeof *stops);
    for (int32_t j = 0; j < p->n_stops; j++) {
        tr_stop *s = &stops[j];
        if (rule == TR_RULE_CERTS) s->certs = 0;
        if (rule == TR_RULE_EQUIPMENT) s->equipment = 0;
        if (rule == TR_RULE_PIN) s->pin = -1;
        if (rule == TR_RULE_LEAVE) s->leave = false;
        if (rule != TR_RULE_WINDOWS || !s->n_windows) continue;
        if (s->hazard >= p->policy.hazardous_rank) { /* keep the opening: rule 9 exempts by it */
            tr_window *w = TR_NEW(arena, tr_window, 1);
            *w = (tr_window){s->windows[0].start_s, any.end_s};
            s->windows = w;
            s->n_windows = 1;
        } else {
            s->n_windows = 0;
        }
    }
    return stops;
}

static void without_for_body(tr_compartment *body, tr_rule rule)
{
    if (rule == TR_RULE_KG) body->kg = 10 * LOOSE;
    if (rule == TR_RULE_LITRES) body->litres = 10 * LOOSE;
    if (rule == TR_RULE_CARRIED) body->streams = ~(tr_mask)0;
    if (rule == TR_RULE_START_LOAD) {
        body->start_kg = body->start_litres = 0;
        body->start_streams = 0;
    }
}

static tr_vehicle *without_for_vehicles(const tr_problem *p, tr_rule rule, tr_arena *arena)
{
    size_t n = (size_t)p->n_vehicles;
    tr_vehicle *vehicles = tr_arena_grow(arena, p->vehicles, n, n + 1, sizeof *vehicles);
    for (int32_t i = 0; i < p->n_vehicles; i++) {
        tr_vehicle *v = &vehicles[i];
        for (int32_t c = 0; c < v->n_compartments; c++) without_for_body(&v->compartments[c], rule);
        if (rule == TR_RULE_PAYLOAD) v->payload_kg = 10 * LOOSE;
        if (rule == TR_RULE_SAME_SHIFT) v->may_park_loaded = true;
        if (rule == TR_RULE_SHIFT) v->max_overtime_s += 24 * HOUR;
        if (rule == TR_RULE_HOURS && v->hours_rule == TR_HOURS_GB_DOMESTIC) v->hours_rule = TR_HOURS_NONE;
        if (rule == TR_RULE_EU && v->hours_rule == TR_HOURS_EU) v->hours_rule = TR_HOURS_NONE;
        if (rule == TR_RULE_WTR) v->wtr = false;
        if (rule == TR_RULE_FROZEN) v->n_frozen = 0;
    }
    return vehicles;
}

static tr_site *without_for_sites(const tr_problem *p, tr_rule rule, tr_arena *arena)
{
    static const tr_window always = {0, 3 * 24 * HOUR};
    size_t n = (size_t)p->n_sites;
    tr_site *sites = tr_arena_grow(arena, p->sites, n, n + 1, sizeof *sites);
    for (int32_t s = 0; s < p->n_sites; s++) {
        if (rule == TR_RULE_SITE_STREAMS) sites[s].streams = ~(tr_mask)0;
        if (rule == TR_RULE_OPENING) {
            sites[s].opening = &always;
            sites[s].n_opening = 1;
        }
    }
    return sites;
}

static tr_stream *without_for_streams(const tr_problem *p, tr_rule rule, tr_arena *arena)
{
    size_t n = (size_t)p->n_streams;
    tr_stream *all = tr_arena_grow(arena, p->streams, n, n + 1, sizeof *all);
    for (int32_t s = 0; s < p->n_streams; s++) {
        if (rule == TR_RULE_SEGREGATION) all[s].segregation = 0;
        if (rule == TR_RULE_SAME_SHIFT) all[s].hazardous = false;
    }
    return all;
}

/* A road wherever there is none, of the mean length. */
static tr_travel_matrix *without_for_travel(const tr_problem *p, tr_arena *arena)
{
    tr_travel_matrix *all = TR_NEW(arena, tr_travel_matrix, p->n_profiles);
    size_t cells = (size_t)p->n_places * (size_t)p->n_places;
    for (int32_t k = 0; k < p->n_profiles; k++) {
        int32_t *seconds = tr_arena_grow(arena, p->travel[k].seconds, cells, cells, sizeof *seconds);
        int32_t *metres = tr_arena_grow(arena, p->travel[k].metres, cells, cells, sizeof *metres);
        int64_t sum_s = 0, sum_m = 0, n = 1;
        for (size_t c = 0; c < cells; c++) {
            if (seconds[c] <= 0) continue;
            sum_s += seconds[c];
            sum_m += metres[c];
            n++;
        }
        for (size_t c = 0; c < cells; c++) {
            if (seconds[c] != TR_NO_ROAD) continue;
            seconds[c] = (int32_t)(sum_s / n);
            metres[c] = (int32_t)(sum_m / n);
        }
        all[k] = p->travel[k];
        all[k].seconds = seconds;
        all[k].metres = metres;
    }
    return all;
}

tr_problem tr_problem_without_rule(const tr_problem *problem, tr_rule rule, tr_arena *arena)
{
    tr_problem p = *problem;
    p.stops = without_for_stops(problem, rule, arena);
    p.vehicles = without_for_vehicles(problem, rule, arena);
    p.sites = without_for_sites(problem, rule, arena);
    p.streams = without_for_streams(problem, rule, arena);
    if (rule == TR_RULE_ROADS) p.travel = without_for_travel(problem, arena);
    if ((rule == TR_RULE_HAZARD_FIRST && p.policy.hazard_policy == TR_HAZARD_FIRST) ||
        (rule == TR_RULE_DEADLINE && p.policy.hazard_policy == TR_HAZARD_DEADLINE))
        p.policy.hazard_policy = TR_HAZARD_WEIGHTED;
    return p;
}
