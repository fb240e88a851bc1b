/* explain.c -- why a stop was left, what a stop costs, and what the depot would do by hand; all by trying.
 *
 * A stop that does not fit alone on an empty fleet is tried again on a small copy of the problem (the
 * stop, the vehicles, the sites) with one rule taken away, in a fixed order; the first rule that frees it
 * is the reason.  Otherwise it is put into each route in turn and the lightest stops that must make
 * room for it are looked for.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a problem of one stop ---- */

typedef struct {
    tr_problem p;
    tr_stop stop;
    tr_vehicle *vehicles;
    tr_site *sites;
    tr_stream *streams;
    tr_travel_matrix *travel;
} alone;

static const tr_window whole_day = {-TR_LATEST / 2, TR_LATEST / 2};

/* The places of the stop, the vehicles and the sites, renumbered. */
static alone alone_new(const tr_problem *p, int32_t stop, tr_arena *arena)
{
    alone a = {.p = *p, .stop = p->stops[stop]};
    int32_t n = 1 + 2 * p->n_vehicles + p->n_sites, *at = TR_NEW(arena, int32_t, n);
    a.vehicles = tr_arena_grow(arena, p->vehicles, (size_t)p->n_vehicles, (size_t)p->n_vehicles + 1, sizeof *a.vehicles);
    a.sites = tr_arena_grow(arena, p->sites, (size_t)p->n_sites, (size_t)p->n_sites + 1, sizeof *a.sites);
    a.streams = tr_arena_grow(arena, p->streams, (size_t)p->n_streams, (size_t)p->n_streams + 1, sizeof *a.streams);
    at[0] = a.stop.place, a.stop.place = 0;
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        tr_vehicle *w = &a.vehicles[v];
        at[1 + 2 * v] = w->start_place, at[2 + 2 * v] = w->end_place;
        w->start_place = 1 + 2 * v, w->end_place = 2 + 2 * v;
        w->n_frozen = 0, w->frozen = NULL; /* an empty fleet */
        for (int32_t c = 0; c < w->n_compartments; c++)
            w->compartments[c].start_kg = w->compartments[c].start_litres = 0, w->compartments[c].start_streams = 0;
    }
    for (int32_t z = 0; z < p->n_sites; z++) at[1 + 2 * p->n_vehicles + z] = a.sites[z].place, a.sites[z].place = 1 + 2 * p->n_vehicles + z;
    a.travel = TR_NEW(arena, tr_travel_matrix, p->n_profiles + 1);
    for (int32_t k = 0; k < p->n_profiles; k++) {
        int32_t *s = TR_NEW(arena, int32_t, n * n), *m = TR_NEW(arena, int32_t, n * n);
        for (int32_t i = 0; i < n; i++)
            for (int32_t j = 0; j < n; j++) {
                size_t cell = (size_t)at[i] * (size_t)p->n_places + (size_t)at[j];
                s[i * n + j] = p->travel[k].seconds[cell], m[i * n + j] = p->travel[k].metres[cell];
            }
        a.travel[k] = (tr_travel_matrix){p->travel[k].profile, s, m, NULL};
    }
    a.p.n_places = n, a.p.n_stops = 1;
    return a;
}

/* The best vehicle and route for the stop alone; false if none. */
static bool alone_route(alone *a, tr_arena *arena, tr_route *route)
{
    bool found = false;
    tr_arena *scratch = tr_arena_new();
    a->p.stops = &a->stop, a->p.vehicles = a->vehicles, a->p.sites = a->sites, a->p.streams = a->streams, a->p.travel = a->travel;
    tr_model *m = tr_model_new(&a->p, scratch);
    tr_placer *placer = tr_placer_new(m, scratch);
    tr_rt *r = tr_rt_new(m, 16, scratch), *best = tr_rt_new(m, 16, scratch);
    for (int32_t v = 0; v < a->p.n_vehicles; v++) {
        int32_t one = 0;
        if (!m->vehicles[v].usable || !tr_place(placer, v, 1, &one, scratch, r)) continue;
        if (found && r->cost >= best->cost) continue;
        found = true;
        tr_rt_reserve(m, best, r->n + 4, scratch);
        tr_rt_copy(m, best, r);
        tr_rt_update(m, best);
    }
    if (found && route) tr_rt_write(m, best, arena, route);
    tr_arena_free(scratch);
    return found;
}

/* ---- rules to take away, in the order in which they make the best reason ---- */

static void no_certs(alone *a)
{
    a->stop.certs = 0;
}
static void no_equipment(alone *a)
{
    a->stop.equipment = 0;
}
static void no_pin(alone *a)
{
    a->stop.pin = -1;
}
static void all_on(alone *a)
{
    for (int32_t v = 0; v < a->p.n_vehicles; v++) a->vehicles[v].available = true;
}
static void any_compartment(alone *a)
{
    for (int32_t v = 0; v < a->p.n_vehicles; v++)
        for (int32_t c = 0; c < a->vehicles[v].n_compartments; c++) a->vehicles[v].compartments[c].streams = ~(tr_mask)0;
}
static void any_capacity(alone *a)
{
    a->stop.kg = a->stop.litres = 0;
}
static void any_site(alone *a)
{
    for (int32_t z = 0; z < a->p.n_sites; z++) a->sites[z].streams = ~(tr_mask)0;
}
static void no_window(alone *a)
{
    a->stop.n_windows = 0;
}
static void sites_open(alone *a)
{
    for (int32_t z = 0; z < a->p.n_sites; z++) a->sites[z].n_opening = 1, a->sites[z].opening = &whole_day;
}
static void long_shift(alone *a)
{
    for (int32_t v = 0; v < a->p.n_vehicles; v++) a->vehicles[v].max_overtime_s = TR_LATEST / 4;
}
static void no_hours(alone *a)
{
    for (int32_t v = 0; v < a->p.n_vehicles; v++) a->vehicles[v].hours_rule = TR_HOURS_NONE, a->vehicles[v].wtr = false;
}
static void no_policy(alone *a)
{
    a->p.policy.hazard_policy = TR_HAZARD_WEIGHTED;
}
static void roads(alone *a)
{
    for (int32_t k = 0; k < a->p.n_profiles; k++)
        for (int32_t i = 0; i < a->p.n_places * a->p.n_places; i++)
            if (a->travel[k].seconds[i] < 0 || a->travel[k].metres[i] < 0)
                ((int32_t *)a->travel[k].seconds)[i] = ((int32_t *)a->travel[k].metres)[i] = 1;
}

static const struct {
    const char *code, *noun; /* noun: for "several" */
    void (*relax)(alone *);
} rules[] = {
    {"no_road", "roads", roads},
    {"certificate", "certificates", no_certs},
    {"equipment", "equipment", no_equipment},
    {"stream", "compartments for its stream", any_compartment},
    {"capacity", "load", any_capacity},
    {"pin", "the vehicle it is pinned to", no_pin},
    {"off", "vehicles that are off today", all_on},
    {"window", "its time window", no_window},
    {"hazard_policy", "the latest time for hazardous items", no_policy},
    {"site_hours", "opening hours of the sites", sites_open},
    {"site_stream", "a site for its stream", any_site},
    {"shift", "the length of the shift", long_shift},
    {"hours", "the rules on hours and breaks", no_hours},
};
enum { N_RULES = sizeof rules / sizeof *rules };

/* ---- words ---- */

static const char *clock_text(int64_t s, tr_arena *arena)
{
    return tr_arena_printf(arena, "%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60));
}

static const char *names_text(tr_mask bits, const char *const *names, tr_arena *arena)
{
    const char *text = "";
    for (int32_t b = 0; b < 64; b++) {
        if (!(bits >> b & 1)) continue;
        const char *name = names && names[b] ? names[b] : tr_arena_printf(arena, "no. %d", b);
        text = *text ? tr_arena_printf(arena, "%s and %s", text, name) : name;
    }
    return text;
}

static const char *windows_text(const tr_stop *s, tr_arena *arena)
{
    const char *text = "";
    for (int32_t k = 0; k < s->n_windows; k++)
        text = tr_arena_printf(arena, "%s%s%s-%s", text, k ? ", " : "", clock_text(s->windows[k].start_s, arena),
                               clock_text(s->windows[k].end_s, arena));
    return text;
}

/* Of the vehicles on shift: which half is missing, the best one that lacks least. */
static const char *cert_text(const tr_problem *p, const tr_stop *s, tr_arena *arena)
{
    tr_mask missing = s->certs;
    for (int32_t v = 0; v < p->n_vehicles; v++)
        if (p->vehicles[v].available && __builtin_popcountll(s->certs & ~p->vehicles[v].certs) < __builtin_popcountll(missing))
            missing = s->certs & ~p->vehicles[v].certs;
    if (!missing) missing = s->certs; /* certified, but on a vehicle that cannot for another reason */
    return tr_arena_printf(arena, "no vehicle on shift that could take it is certified for %s",
                           names_text(missing, p->cert_names, arena));
}

static const char *site_hours_text(const tr_problem *p, const tr_route *r, const tr_stop *s, tr_arena *arena)
{
    int32_t takers = 0, site = -1;
    int64_t arrival = -1;
    for (int32_t z = 0; z < p->n_sites; z++) takers += p->sites[z].streams >> s->stream & 1;
    for (int32_t i = 0; i < r->n_visits; i++)
        if (r->visits[i].kind == TR_VISIT_DISPOSAL) site = r->visits[i].ref, arrival = r->visits[i].arrival_s;
    if (site < 0) return "the opening hours of the sites do not allow it";
    const tr_site *z = &p->sites[site];
    if (z->n_opening == 0)
        return tr_arena_printf(arena, takers == 1 ? "the only site that takes it, %s, is closed today"
                                                  : "every site that takes it is closed today, %s among them", z->id);
    int64_t close = z->opening[z->n_opening - 1].end_s;
    return tr_arena_printf(arena, "%s, %s, closes at %s; earliest arrival %s, and the turnaround takes %lld min",
                           takers == 1 ? "the only site that takes it" : "the best site that takes it", z->id,
                           clock_text(close, arena), clock_text(arrival, arena), (long long)(z->turnaround_s / 60));
}

static int64_t stop_start(const tr_route *r)
{
    for (int32_t i = 0; i < r->n_visits; i++)
        if (r->visits[i].kind == TR_VISIT_STOP) return r->visits[i].start_s;
    return -1;
}

static const char *rule_text(const tr_problem *p, int32_t rule, int32_t stop, const tr_route *r, tr_arena *arena)
{
    const tr_stop *s = &p->stops[stop];
    const char *code = rules[rule].code, *vehicle = r->vehicle >= 0 ? p->vehicles[r->vehicle].id : "?";
    const char *stream = p->streams[s->stream].name;
    if (!strcmp(code, "no_road")) return "no road";
    if (!strcmp(code, "certificate")) return cert_text(p, s, arena);
    if (!strcmp(code, "equipment"))
        return tr_arena_printf(arena, "no vehicle on shift that could take it has %s", names_text(s->equipment, p->equipment_names, arena));
    if (!strcmp(code, "stream")) return tr_arena_printf(arena, "no vehicle on shift has a compartment for %s", stream);
    if (!strcmp(code, "site_stream")) return tr_arena_printf(arena, "no site takes %s", stream);
    if (!strcmp(code, "capacity"))
        return tr_arena_printf(arena, "no vehicle on shift that could take it holds %d kg and %d litres", s->kg, s->litres);
    if (!strcmp(code, "pin") && !p->vehicles[s->pin].available)
        return tr_arena_printf(arena, "it is pinned to %s, which is off today; %s could take it", p->vehicles[s->pin].id, vehicle);
    if (!strcmp(code, "pin"))
        return tr_arena_printf(arena, "it is pinned to %s, which cannot take it; %s could", p->vehicles[s->pin].id, vehicle);
    if (!strcmp(code, "off")) return tr_arena_printf(arena, "only a vehicle that is off today could take it: %s", vehicle);
    if (!strcmp(code, "window"))
        return tr_arena_printf(arena, "its window %s cannot be met: earliest start %s", windows_text(s, arena), clock_text(stop_start(r), arena));
    if (!strcmp(code, "hazard_policy"))
        return tr_arena_printf(arena, "it cannot be started by %s, as hazardous items must: earliest start %s",
                               clock_text(p->policy.day_start_s + p->policy.hazard_latest_s, arena), clock_text(stop_start(r), arena));
    if (!strcmp(code, "site_hours")) return site_hours_text(p, r, s, arena);
    if (!strcmp(code, "shift")) {
        const tr_vehicle *v = &p->vehicles[r->vehicle];
        return tr_arena_printf(arena, "no shift is long enough: %s would be back at %s, its day ends at %s", vehicle,
                               clock_text(r->visits[r->n_visits - 1].arrival_s, arena), clock_text(v->end_s + v->max_overtime_s, arena));
    }
    return "the rules on driving time, duty and breaks do not allow it, even alone";
}

/* ---- the reason of a stop that does not fit even alone ---- */

static void explain_alone(const tr_problem *p, int32_t stop, tr_arena *arena, tr_reason *out)
{
    tr_arena *scratch = tr_arena_new();
    tr_route route = {.vehicle = -1};
    for (int32_t k = 0; k < N_RULES; k++) {
        alone a = alone_new(p, stop, scratch);
        rules[k].relax(&a);
        if (!alone_route(&a, arena, &route)) continue;
        out->code = rules[k].code, out->text = rule_text(p, k, stop, &route, arena);
        tr_arena_free(scratch);
        return;
    }
    bool gone[N_RULES]; /* all away, then put back each one that is not needed */
    for (int32_t k = 0; k < N_RULES; k++) gone[k] = true;
    for (int32_t k = N_RULES - 1; k >= 0; k--) {
        alone a = alone_new(p, stop, scratch);
        gone[k] = false;
        for (int32_t j = 0; j < N_RULES; j++)
            if (gone[j]) rules[j].relax(&a);
        gone[k] = !alone_route(&a, arena, NULL);
    }
    const char *text = "";
    for (int32_t k = 0; k < N_RULES; k++)
        if (gone[k]) text = tr_arena_printf(arena, "%s%s%s", text, *text ? ", " : "", rules[k].noun);
    out->code = "several";
    out->text = tr_arena_printf(arena, "several rules together: %s", *text ? text : "no vehicle on shift");
    tr_arena_free(scratch);
}

/* ---- the reason of a stop that would cost others their place ---- */

typedef struct {
    const tr_problem *p;
    tr_model *m;
    tr_placer *placer;
    tr_arena *scratch;
    tr_rt *r;
    int32_t *order, *trial;
} prober;

static prober prober_new(const tr_problem *p)
{
    prober b = {.p = p, .scratch = tr_arena_new()};
    b.m = tr_model_new(p, b.scratch);
    b.placer = tr_placer_new(b.m, b.scratch);
    b.r = tr_rt_new(b.m, 64, b.scratch);
    b.order = TR_NEW(b.scratch, int32_t, p->n_stops + 2), b.trial = TR_NEW(b.scratch, int32_t, p->n_stops + 2);
    return b;
}

/* The stops of a route that are not frozen, in order. */
static int32_t free_stops(const prober *b, const tr_route *route, int32_t *out)
{
    int32_t n = 0;
    for (int32_t i = 0; i < route->n_visits; i++)
        if (route->visits[i].kind == TR_VISIT_STOP && !tr_bit(b->m->frozen, route->visits[i].ref)) out[n++] = route->visits[i].ref;
    return n;
}

static bool put_in(const prober *b, int32_t vehicle, int32_t n, const int32_t *order, int32_t stop, int32_t tries,
                   int64_t *cost)
{
    bool found = tr_place_with(b->placer, vehicle, n, order, stop, tries, b->scratch, b->r);
    if (found) *cost = b->r->cost;
    return found;
}

static int by_weight(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : x[1] < y[1] ? -1 : x[1] > y[1];
}

/* The lightest set of this route's stops that must go: one if one is enough, else the lightest first,
 * each put back that need not go.  Returns its weight, INT64_MAX if the vehicle cannot take the stop. */
static int64_t displaced(const prober *b, const tr_route *route, int32_t stop, int32_t *out, int32_t *n_out)
{
    int32_t v = route->vehicle, n = free_stops(b, route, b->order), *rest = TR_NEW(b->scratch, int32_t, n + 1);
    int64_t(*pairs)[2] = tr_arena_alloc(b->scratch, (size_t)n + 1, sizeof *pairs), cost;
    bool *gone = TR_NEW(b->scratch, bool, n + 1);
    if (!tr_bit(b->m->vehicles[v].can, stop)) return INT64_MAX;
    for (int32_t i = 0; i < n; i++) pairs[i][0] = b->m->stops[b->order[i]].weight, pairs[i][1] = i;
    qsort(pairs, (size_t)n, sizeof *pairs, by_weight);
    for (int32_t k = 0; k < n; k++) { /* one alone */
        int32_t m = 0;
        for (int32_t i = 0; i < n; i++)
            if (i != pairs[k][1]) rest[m++] = b->order[i];
        if (!put_in(b, v, m, rest, stop, 1, &cost)) continue;
        out[0] = b->order[pairs[k][1]], *n_out = 1;
        return pairs[k][0];
    }
    for (int32_t pass = 0; pass < 2; pass++)
        for (int32_t k = pass ? n - 1 : 0; pass ? k >= 0 : k < n; k += pass ? -1 : 1) {
            bool before = gone[pairs[k][1]];
            if (pass && !before) continue;
            gone[pairs[k][1]] = !pass;
            int32_t m = 0;
            for (int32_t i = 0; i < n; i++)
                if (!gone[i]) rest[m++] = b->order[i];
            bool fits = put_in(b, v, m, rest, stop, 1, &cost);
            if (!pass && fits) break;
            if (pass && !fits) gone[pairs[k][1]] = true;
        }
    int64_t weight = 0;
    int32_t m = 0;
    for (int32_t i = 0; i < n; i++) {
        if (gone[i]) out[m++] = b->order[i], weight += b->m->stops[b->order[i]].weight;
        else rest[i - m] = b->order[i];
    }
    *n_out = m;
    return m > 0 && put_in(b, v, n - m, rest, stop, 1, &cost) ? weight : INT64_MAX;
}

static const char *weight_text(const tr_problem *p, int32_t stop)
{
    tr_goal g = {0, 0, 0};
    if (p->stops[stop].hazard >= p->policy.hazardous_rank) g.hazard_left = 1;
    else if (p->stops[stop].due_day < p->day) g.due_left = 2;
    else if (p->stops[stop].due_day == p->day) g.due_left = 1;
    return g.hazard_left ? "hazardous" : g.due_left == 2 ? "overdue" : g.due_left == 1 ? "due today" : "not yet due";
}

/* "R-1042 (overdue), R-1077 and R-1080 (both not yet due)": named once for each weight, at most five by id. */
static const char *displaced_text(const tr_problem *p, const int32_t *set, int32_t n, tr_arena *arena)
{
    static const char *const weights[] = {"hazardous", "overdue", "due today", "not yet due"};
    const char *text = "";
    for (int w = 0; w < 4; w++) {
        const char *names = "";
        int32_t count = 0, total = 0;
        for (int32_t i = 0; i < n; i++) total += strcmp(weight_text(p, set[i]), weights[w]) == 0;
        for (int32_t i = 0; i < n; i++) {
            if (strcmp(weight_text(p, set[i]), weights[w]) != 0 || ++count > 5) continue;
            names = tr_arena_printf(arena, "%s%s%s", names, count == 1 ? "" : count == total ? " and " : ", ", p->stops[set[i]].id);
        }
        if (total > 5) names = tr_arena_printf(arena, "%s and %d more", names, total - 5);
        if (total > 0) text = tr_arena_printf(arena, "%s%s%s (%s)", text, *text ? ", " : "", names, weights[w]);
    }
    return text;
}

static void explain_displaced(const prober *b, const tr_plan *plan, int32_t stop, tr_arena *arena, tr_reason *out)
{
    int32_t *set = TR_NEW(arena, int32_t, b->p->n_stops + 1), *best = TR_NEW(arena, int32_t, b->p->n_stops + 1), n_best = 0;
    int64_t lightest = INT64_MAX, least = INT64_MAX;
    for (int32_t i = 0; i < plan->n_routes; i++) {
        const tr_route *route = &plan->routes[i];
        int32_t v = route->vehicle, n = free_stops(b, route, b->order), n_set = 0;
        if (!tr_bit(b->m->vehicles[v].can, stop)) continue;
        int64_t cost, now = tr_cost_pence(&route->cost);
        if (put_in(b, v, n, b->order, stop, 3, &cost)) {
            if (cost - now < least) least = cost - now;
            continue;
        }
        int64_t w = displaced(b, route, stop, set, &n_set);
        if (w >= lightest) continue;
        lightest = w, n_best = n_set;
        memcpy(best, set, (size_t)n_set * sizeof *set);
    }
    if (least < INT64_MAX) {
        out->code = "not_worth";
        out->text = tr_arena_printf(arena, "going there today would cost %lld.%02lld GBP more; leaving it counts %lld.%02lld GBP (it is %s)",
                                    (long long)(least / 100), (long long)(least % 100),
                                    (long long)(b->m->stops[stop].left.cost_pence / 100), (long long)(b->m->stops[stop].left.cost_pence % 100),
                                    weight_text(b->p, stop));
        return;
    }
    out->code = "displaces", out->n_displaces = n_best, out->displaces = best;
    const char *text = displaced_text(b->p, best, n_best, arena);
    bool more = lightest > b->m->stops[stop].weight;
    out->text = n_best ? tr_arena_printf(arena, "would cost %s %s place, which %s %s", text, n_best == 1 ? "its" : "their",
                                         n_best == 1 ? "weighs" : "weigh", more ? "more" : "as much or costs more to leave")
                       : "there is no room for it on any route as they stand";
}

tr_status tr_explain(const tr_problem *p, const tr_plan *plan, tr_arena *arena, tr_reason **reasons, tr_err *err)
{
    (void)err;
    prober b = prober_new(p);
    tr_reason *out = TR_NEW(arena, tr_reason, plan->n_left + 1);
    for (int32_t i = 0; i < plan->n_left; i++) {
        int32_t s = plan->left[i];
        out[i].stop = s;
        if (p->stops[s].leave) {
            out[i].code = "by_hand", out[i].text = "left today by order";
            continue;
        }
        tr_arena *scratch = tr_arena_new();
        alone a = alone_new(p, s, scratch);
        if (alone_route(&a, scratch, NULL)) explain_displaced(&b, plan, s, arena, &out[i]);
        else explain_alone(p, s, arena, &out[i]);
        tr_arena_free(scratch);
    }
    tr_arena_free(b.scratch);
    *reasons = out;
    return TR_OK;
}

void tr_savings(const tr_problem *p, const tr_plan *plan, tr_arena *arena, int64_t *saving)
{
    (void)arena;
    prober b = prober_new(p);
    memset(saving, 0, (size_t)p->n_stops * sizeof *saving);
    for (int32_t k = 0; k < plan->n_routes; k++) {
        const tr_route *route = &plan->routes[k];
        int32_t n = free_stops(&b, route, b.order);
        for (int32_t i = 0; i < n; i++) {
            memcpy(b.trial, b.order, (size_t)i * sizeof *b.order);
            memcpy(b.trial + i, b.order + i + 1, (size_t)(n - i - 1) * sizeof *b.order);
            if (!tr_place(b.placer, route->vehicle, n - 1, b.trial, b.scratch, b.r)) continue;
            saving[b.order[i]] = tr_cost_pence(&route->cost) - b.r->cost;
        }
    }
    tr_arena_free(b.scratch);
}

/* ---- by hand ---- */

enum { FULL = 4 }; /* a crew's list is closed after so many stops in a row that it cannot take */

void tr_by_hand(const tr_problem *problem, tr_arena *arena, tr_plan *plan)
{
    tr_problem p = *problem;
    p.policy.hazard_policy = TR_HAZARD_WEIGHTED;
    prober b = prober_new(&p);
    int64_t(*age)[2] = tr_arena_alloc(b.scratch, (size_t)p.n_stops + 1, sizeof *age);
    int32_t **lists = TR_NEW(b.scratch, int32_t *, p.n_vehicles + 1), *count = TR_NEW(b.scratch, int32_t, p.n_vehicles + 1);
    *plan = (tr_plan){.n_routes = p.n_vehicles, .routes = TR_NEW(arena, tr_route, p.n_vehicles + 1)};
    for (int32_t v = 0; v < p.n_vehicles; v++) lists[v] = TR_NEW(b.scratch, int32_t, p.n_stops + 1);
    for (int32_t s = 0; s < p.n_stops; s++) age[s][0] = p.stops[s].reported_day, age[s][1] = s;
    qsort(age, (size_t)p.n_stops, sizeof *age, by_weight);
    int32_t turn = 0, *refused = TR_NEW(b.scratch, int32_t, p.n_vehicles + 1);
    for (int32_t k = 0; k < p.n_stops; k++) {
        int32_t s = (int32_t)age[k][1];
        if (tr_bit(b.m->frozen, s)) continue;
        for (int32_t tried = 0; tried < p.n_vehicles; tried++) {
            int32_t v = (turn + tried) % p.n_vehicles;
            if (!b.m->vehicles[v].usable || refused[v] >= FULL || !tr_bit(b.m->vehicles[v].can, s)) continue;
            lists[v][count[v]] = s;
            refused[v]++;
            if (tr_place(b.placer, v, count[v] + 1, lists[v], b.scratch, b.r)) {
                count[v]++, turn = (v + 1) % p.n_vehicles, refused[v] = 0;
                break;
            }
        }
    }
    for (int32_t v = 0; v < p.n_vehicles; v++) {
        plan->routes[v].vehicle = v;
        if (!b.m->vehicles[v].usable || !tr_place(b.placer, v, count[v], lists[v], b.scratch, b.r)) continue;
        tr_rt_write(b.m, b.r, arena, &plan->routes[v]);
    }
    tr_plan_sum(&p, arena, plan);
    tr_arena_free(b.scratch);
}
