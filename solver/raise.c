/* raise.c -- what would make a better day: one thing more, and the morning planned again with it.
 *
 * A candidate is the morning with one limit relaxed: a vehicle more of a kind that there is, a vehicle that is out of
 * service today, a certificate for a crew that lacks it, an hour more of a shift, an hour more of a site.  The
 * duals of the lowest level that is not yet at 0 tell which to try first: what one route more of a class would win
 * (`vehicle_least`), and what the stops are worth that a certificate or a longer day could serve (`stop_dual`).
 * Duals hold only for small changes and say nothing of whole numbers, so each is confirmed by planning again, from
 * the plan.  A better plan alone is no proof: more search may find one without the thing.  So the unchanged morning is
 * planned again too, with the same effort, and only what beats that is told.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR = 3600, DAY_END = 24 * HOUR };

typedef struct {
    enum { MORE_VEHICLE, BACK_IN_SERVICE, CERTIFICATE, LONGER_SHIFT, OPEN_LATER, OPEN_EARLIER } kind;
    int32_t vehicle, site, cert; /* -1 = none */
    int64_t score;               /* 1/TR_MONEY of the level that the duals are of */
} candidate;

typedef struct {
    const tr_problem *p;
    const tr_plan *plan;
    const tr_level_proof *proof; /* whose duals rank; NULL = none */
    tr_arena *arena;
    bool *left;                  /* [n_stops] */
    uint64_t seed;
    int64_t iterations;
    const volatile sig_atomic_t *stop;
    candidate *list;
    int32_t n, room;
} raising;

/* ---- ranking ---- */

/* The first level that could be better and has duals. */
static const tr_level_proof *ranking_proof(const tr_plan *plan, const tr_certificate *c)
{
    const int64_t value[3] = {plan->goal.hazard_left, plan->goal.due_left, plan->goal.cost_pence};
    for (int32_t k = 0; c && k < 3; k++)
        if (value[k] > 0 && c->level[k].stop_dual) return &c->level[k];
    return NULL;
}

/* What serving the stop is worth: its dual, or, where there is none, what leaving it costs if it is left. */
static int64_t worth(const raising *r, int32_t stop)
{
    if (r->proof) return r->proof->stop_dual[stop] > 0 ? r->proof->stop_dual[stop] : 0;
    tr_goal g = tr_goal_left(r->p, stop);
    return r->left[stop] ? (g.hazard_left * 10000 + g.due_left * 10 + g.cost_pence / 1000 + 1) * TR_MONEY : 0;
}

static bool may_carry(const tr_vehicle *v, const tr_stop *s)
{
    for (int32_t c = 0; c < v->n_compartments; c++)
        if ((v->compartments[c].streams >> s->stream & 1) && s->kg <= v->compartments[c].kg && s->litres <= v->compartments[c].litres)
            return true;
    return false;
}

/* Whether the vehicle, were it here with the certificates of `certs` too, could take the stop. */
static bool could_take(const raising *r, const tr_vehicle *v, tr_mask certs, int32_t stop)
{
    const tr_stop *s = &r->p->stops[stop];
    return !s->leave && s->pin < 0 && may_carry(v, s) && !(s->certs & ~(v->certs | certs)) && !(s->equipment & ~v->equipment);
}

/* What a vehicle with more time could take on: the worth of stops left that it may serve. */
static int64_t worth_left(const raising *r, const tr_vehicle *v, tr_mask certs)
{
    int64_t sum = 0;
    for (int32_t s = 0; s < r->p->n_stops; s++)
        if (r->left[s] && could_take(r, v, certs, s)) sum += worth(r, s);
    return sum;
}

static void add(raising *r, candidate c)
{
    if (c.score <= 0) return;
    if (r->n == r->room) {
        int32_t more = r->room ? 2 * r->room : 32;
        r->list = tr_arena_grow(r->arena, r->list, (size_t)r->n, (size_t)more, sizeof *r->list);
        r->room = more;
    }
    r->list[r->n++] = c;
}

/* ---- candidates ---- */

static bool same_kind(const tr_vehicle *a, const tr_vehicle *b)
{
    if (a->n_compartments != b->n_compartments || a->payload_kg != b->payload_kg || a->certs != b->certs ||
        a->equipment != b->equipment || a->start_s != b->start_s || a->end_s != b->end_s ||
        a->max_overtime_s != b->max_overtime_s || a->start_place != b->start_place || a->end_place != b->end_place ||
        a->profile != b->profile || a->speed_permille != b->speed_permille || a->available != b->available)
        return false;
    for (int32_t c = 0; c < a->n_compartments; c++)
        if (a->compartments[c].kg != b->compartments[c].kg || a->compartments[c].litres != b->compartments[c].litres ||
            a->compartments[c].streams != b->compartments[c].streams)
            return false;
    return true;
}

/* The first of its kind speaks for all of them. */
static bool speaks(const tr_problem *p, int32_t vehicle)
{
    for (int32_t v = 0; v < vehicle; v++)
        if (same_kind(&p->vehicles[v], &p->vehicles[vehicle])) return false;
    return true;
}

static void add_vehicles(raising *r)
{
    for (int32_t v = 0; v < r->p->n_vehicles; v++) {
        const tr_vehicle *w = &r->p->vehicles[v];
        if (!speaks(r->p, v)) continue;
        int64_t route = r->proof ? -r->proof->vehicle_least[v] : 0;
        if (!w->available) {
            add(r, (candidate){BACK_IN_SERVICE, v, -1, -1, worth_left(r, w, 0)});
            continue;
        }
        int64_t more = worth_left(r, w, 0);
        add(r, (candidate){MORE_VEHICLE, v, -1, -1, route > more ? route : more});
        int64_t span = w->end_s - w->start_s;
        if (more > 0 && span > 0 && w->n_frozen == 0) add(r, (candidate){LONGER_SHIFT, v, -1, -1, more / (1 + span / HOUR) + 1});
    }
}

static void add_certificates(raising *r)
{
    for (int32_t v = 0; v < r->p->n_vehicles; v++) {
        const tr_vehicle *w = &r->p->vehicles[v];
        if (!w->available || !speaks(r->p, v)) continue;
        for (int32_t bit = 0; bit < 64; bit++) {
            tr_mask cert = (tr_mask)1 << bit;
            int64_t sum = 0;
            if (w->certs & cert) continue;
            for (int32_t s = 0; s < r->p->n_stops; s++)
                if ((r->p->stops[s].certs & cert) && could_take(r, w, cert, s)) sum += worth(r, s);
            add(r, (candidate){CERTIFICATE, v, -1, bit, sum});
        }
    }
}

static void add_openings(raising *r)
{
    for (int32_t z = 0; z < r->p->n_sites; z++) {
        const tr_site *site = &r->p->sites[z];
        int64_t sum = 0;
        if (site->n_opening == 0) continue;
        for (int32_t s = 0; s < r->p->n_stops; s++)
            if (site->streams >> r->p->stops[s].stream & 1) sum += r->left[s] ? worth(r, s) : worth(r, s) / 50;
        int64_t hours = 0;
        for (int32_t k = 0; k < site->n_opening; k++) hours += (site->opening[k].end_s - site->opening[k].start_s) / HOUR;
        if (site->opening[site->n_opening - 1].end_s < DAY_END) add(r, (candidate){OPEN_LATER, -1, z, -1, sum / (1 + hours)});
        if (site->opening[0].start_s >= HOUR) add(r, (candidate){OPEN_EARLIER, -1, z, -1, sum / (2 + hours)});
    }
}

static int by_score(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->vehicle != y->vehicle) return x->vehicle < y->vehicle ? -1 : 1;
    if (x->site != y->site) return x->site < y->site ? -1 : 1;
    return (x->cert > y->cert) - (x->cert < y->cert);
}

/* ---- planning again ---- */

typedef struct { /* the morning with one thing more, and the plan in its terms */
    tr_problem p;
    tr_plan plan;
} relaxed;

static tr_vehicle *own_vehicles(const raising *r, relaxed *x, int32_t more)
{
    size_t n = (size_t)r->p->n_vehicles;
    tr_vehicle *v = tr_arena_grow(r->arena, r->p->vehicles, n, n + (size_t)more + 1, sizeof *v);
    x->p.vehicles = v;
    return v;
}

static void add_a_vehicle(const raising *r, relaxed *x, int32_t like)
{
    int32_t n = r->p->n_vehicles;
    tr_vehicle *v = own_vehicles(r, x, 1);
    v[n] = v[like];
    v[n].n_frozen = 0, v[n].frozen = NULL;
    for (int32_t c = 0; c < v[n].n_compartments; c++)
        v[n].compartments[c].start_kg = v[n].compartments[c].start_litres = 0, v[n].compartments[c].start_streams = 0;
    x->p.n_vehicles = n + 1;
    x->plan.routes = tr_arena_grow(r->arena, r->plan->routes, (size_t)n, (size_t)n + 1, sizeof *x->plan.routes);
    x->plan.routes[n] = (tr_route){.vehicle = n};
    x->plan.n_routes = n + 1;
}

static void open_longer(const raising *r, relaxed *x, const candidate *c)
{
    const tr_site *old = &r->p->sites[c->site];
    size_t n = (size_t)old->n_opening;
    tr_site *sites = tr_arena_grow(r->arena, r->p->sites, (size_t)r->p->n_sites, (size_t)r->p->n_sites + 1, sizeof *sites);
    tr_window *opening = tr_arena_grow(r->arena, old->opening, n, n + 1, sizeof *opening);
    if (c->kind == OPEN_LATER) opening[n - 1].end_s += HOUR;
    else opening[0].start_s -= HOUR;
    sites[c->site].opening = opening;
    x->p.sites = sites;
}

static relaxed relax(const raising *r, const candidate *c)
{
    relaxed x = {*r->p, *r->plan};
    switch (c->kind) {
    case MORE_VEHICLE: add_a_vehicle(r, &x, c->vehicle); break;
    case BACK_IN_SERVICE: own_vehicles(r, &x, 0)[c->vehicle].available = true; break;
    case CERTIFICATE: own_vehicles(r, &x, 0)[c->vehicle].certs |= (tr_mask)1 << c->cert; break;
    case LONGER_SHIFT: own_vehicles(r, &x, 0)[c->vehicle].end_s += HOUR; break;
    case OPEN_LATER:
    case OPEN_EARLIER: open_longer(r, &x, c); break;
    }
    return x;
}

static const char *hm(const raising *r, int64_t seconds)
{
    return tr_arena_printf(r->arena, "%02d:%02d", (int)(seconds / HOUR), (int)(seconds / 60 % 60));
}

static void tell(const raising *r, const candidate *c, tr_raise *out)
{
    const tr_vehicle *v = c->vehicle >= 0 ? &r->p->vehicles[c->vehicle] : NULL;
    const tr_site *z = c->site >= 0 ? &r->p->sites[c->site] : NULL;
    out->vehicle = c->vehicle, out->site = c->site;
    switch (c->kind) {
    case MORE_VEHICLE:
        out->code = "vehicle";
        out->text = tr_arena_printf(r->arena, "one more vehicle like %s, with its crew", v->id);
        break;
    case BACK_IN_SERVICE:
        out->code = "available";
        out->text = tr_arena_printf(r->arena, "%s, which is not available today", v->id);
        break;
    case CERTIFICATE:
        out->code = "certificate";
        out->text = r->p->cert_names && r->p->cert_names[c->cert]
                        ? tr_arena_printf(r->arena, "the certificate %s for %s", r->p->cert_names[c->cert], v->id)
                        : tr_arena_printf(r->arena, "certificate %d for %s", (int)c->cert, v->id);
        break;
    case LONGER_SHIFT:
        out->code = "shift";
        out->text = tr_arena_printf(r->arena, "an hour more for %s (to %s)", v->id, hm(r, v->end_s + HOUR));
        break;
    case OPEN_LATER:
        out->code = "opening";
        out->text = tr_arena_printf(r->arena, "%s open an hour longer (to %s)", z->id, hm(r, z->opening[z->n_opening - 1].end_s + HOUR));
        break;
    case OPEN_EARLIER:
        out->code = "opening";
        out->text = tr_arena_printf(r->arena, "%s open an hour earlier (from %s)", z->id, hm(r, z->opening[0].start_s - HOUR));
        break;
    }
}

static int by_goal(const void *a, const void *b)
{
    return tr_goal_compare(&((const tr_raise *)a)->goal, &((const tr_raise *)b)->goal);
}

/* The goal of the plan found for the relaxed morning; the referee has the last word here too. */
static tr_goal plan_again(const raising *r, const relaxed *x)
{
    tr_arena *scratch = tr_arena_new();
    tr_plan plan;
    tr_verdict verdict;
    tr_goal goal = r->plan->goal;
    const tr_solve_options options = {.seed = r->seed, .iterations = r->iterations, .threads = 1, .stop = r->stop, .from = &x->plan};
    if (tr_solve(&x->p, &options, scratch, &plan, NULL, NULL) == TR_OK && tr_referee(&x->p, &plan, scratch, &verdict))
        goal = plan.goal;
    tr_arena_free(scratch);
    return goal;
}

/* The best that is known of the morning as it is. */
static tr_goal unchanged(const raising *r, const tr_certificate *certificate)
{
    bool proven = certificate != NULL;
    for (int32_t k = 0; proven && k < 3; k++) proven = certificate->level[k].known && certificate->level[k].bound >= certificate->level[k].value;
    if (proven) return r->plan->goal;
    const relaxed same = {*r->p, *r->plan};
    tr_goal goal = plan_again(r, &same);
    return tr_goal_compare(&goal, &r->plan->goal) < 0 ? goal : r->plan->goal;
}

int32_t tr_raises(const tr_problem *problem, const tr_plan *plan, const tr_certificate *certificate, uint64_t seed,
                  int64_t iterations, int32_t tries, int32_t most, const volatile sig_atomic_t *stop, tr_arena *arena,
                  tr_raise **raises)
{
    raising r = {.p = problem, .plan = plan, .proof = ranking_proof(plan, certificate), .arena = arena, .seed = seed,
                 .iterations = iterations, .stop = stop, .left = TR_NEW(arena, bool, problem->n_stops + 1)};
    for (int32_t i = 0; i < plan->n_left; i++) r.left[plan->left[i]] = true;
    add_vehicles(&r);
    add_certificates(&r);
    add_openings(&r);
    if (r.n > 1) qsort(r.list, (size_t)r.n, sizeof *r.list, by_score);
    if (tries > r.n) tries = r.n;
    *raises = TR_NEW(arena, tr_raise, (tries > 0 ? tries : 0) + 1);
    if (tries <= 0) return 0;
    int32_t n = 0;
    tr_goal best = unchanged(&r, certificate);
    for (int32_t i = 0; i < tries && !(stop && *stop); i++) {
        const relaxed x = relax(&r, &r.list[i]);
        tr_goal goal = plan_again(&r, &x);
        if (tr_goal_compare(&goal, &best) >= 0) continue;
        tell(&r, &r.list[i], &(*raises)[n]);
        (*raises)[n++].goal = goal;
    }
    if (n > 1) qsort(*raises, (size_t)n, sizeof **raises, by_goal);
    return n < most ? n : most;
}
