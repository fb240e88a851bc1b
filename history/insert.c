/* insert.c -- see insert.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "insert.h"
#include "dispatch.h"
#include "place.h"

#include <string.h>

enum { TRIES = 3 };

typedef struct {
    const tr_problem *p;
    const tr_model *m;       /* of the whole day: nobody has left */
    tr_arena *arena;         /* until the evening */
    tr_crew *crews;          /* [n_vehicles] */
    tr_route *routes;        /* [n_vehicles] as they are changed */
    const int64_t *service_s;
    int64_t *cleared_s;
    tr_shift *sum;
} afternoon;

typedef struct { /* the board at the time of a report */
    tr_problem problem;      /* what is known by then; vehicles out with their frozen visits, the others not available */
    tr_vehicle *vehicles;
    tr_model *m;
    tr_rt **rest;            /* [n_vehicles] routes after the frozen visits; NULL = takes nothing */
    tr_rt *trial, *best;
} board;

/* ---- how things stand ---- */

/* The visits begun.  The one at hand ends as reckoned: when it really will, nobody knows. */
static const tr_visit *frozen_of(const tr_crew *c, const tr_problem *p, int64_t now, tr_arena *arena)
{
    tr_visit *f = TR_NEW(arena, tr_visit, c->n_done);
    memcpy(f, c->done, (size_t)c->n_done * sizeof *f);
    tr_visit *last = &f[c->n_done - 1];
    if (last->kind == TR_VISIT_STOP) {
        int64_t planned = last->start_s + p->stops[last->ref].service_s;
        last->departure_s = planned > now ? planned : now;
    }
    return f;
}

/* What lies before the crew; NULL if it no longer holds. */
static tr_rt *rest_of(const board *b, const tr_crew *c, tr_arena *arena)
{
    int32_t n = c->route->n_visits - 1 - c->next;
    tr_rt *r = tr_rt_new(b->m, n + 8, arena);
    r->vehicle = c->route->vehicle;
    for (int32_t i = 0; i < n; i++) {
        r->items[i] = tr_item_of(b->m, &c->route->visits[c->next + i]);
        r->n_stops += r->items[i].kind == TR_ITEM_STOP;
    }
    r->n = n;
    return tr_rt_update(b->m, r) ? r : NULL;
}

static board *board_at(const afternoon *a, int64_t now, int32_t n_stops, tr_arena *arena)
{
    board *b = TR_NEW(arena, board, 1);
    b->problem = *a->p;
    int32_t nv = a->p->n_vehicles;
    b->vehicles = TR_NEW(arena, tr_vehicle, nv + 1), b->rest = TR_NEW(arena, tr_rt *, nv + 1);
    b->problem.vehicles = b->vehicles, b->problem.n_stops = n_stops;
    for (int32_t v = 0; v < nv; v++) {
        b->vehicles[v] = a->p->vehicles[v];
        if (a->crews[v].home) b->vehicles[v].available = false;
        else b->vehicles[v].frozen = frozen_of(&a->crews[v], a->p, now, arena), b->vehicles[v].n_frozen = a->crews[v].n_done;
    }
    b->m = tr_model_new(&b->problem, arena);
    b->trial = tr_rt_new(b->m, 32, arena), b->best = tr_rt_new(b->m, 32, arena);
    for (int32_t v = 0; v < nv; v++)
        if (!a->crews[v].home) b->rest[v] = rest_of(b, &a->crews[v], arena);
    return b;
}

/* ---- where the stop goes ---- */

static bool may_take(const board *b, int32_t v, int32_t stop, int32_t only)
{
    return b->rest[v] && (only < 0 || v == only) && tr_bit(b->m->vehicles[v].can, stop);
}

/* By quick checks, tips and breaks staying where they are.  *blocked: loads or breaks were in the way. */
static bool find_quickly(board *b, int32_t stop, int32_t only, tr_arena *arena, bool *blocked)
{
    tr_insertion best = {.delta = INT64_MAX};
    int32_t at = -1;
    for (int32_t with_disposal = 0; with_disposal < 2 && at < 0; with_disposal++)
        for (int32_t v = 0; v < b->problem.n_vehicles; v++) {
            int64_t before = best.delta;
            if (may_take(b, v, stop, only)) tr_rt_find(b->m, b->rest[v], stop, NULL, with_disposal, &best, blocked);
            if (best.delta < before) at = v;
        }
    if (at < 0) return false;
    tr_rt_reserve(b->m, b->best, b->rest[at]->n + 8, arena);
    tr_rt_copy(b->m, b->best, b->rest[at]);
    tr_rt_insert(b->best, &best);
    bool holds = tr_rt_update(b->m, b->best);
    *blocked |= !holds;
    return holds;
}

/* By exact placement: tips and breaks of the rest are chosen anew. */
static bool find_closely(board *b, int32_t stop, int32_t only, tr_arena *arena)
{
    tr_placer *placer = tr_placer_new(b->m, arena);
    int32_t *order = TR_NEW(arena, int32_t, b->problem.n_stops + 1);
    int64_t least = INT64_MAX;
    for (int32_t v = 0; v < b->problem.n_vehicles; v++) {
        if (!may_take(b, v, stop, only)) continue;
        int32_t n = tr_rt_stops(b->rest[v], order);
        if (!tr_place_with(placer, v, n, order, stop, TRIES, arena, b->trial) || b->trial->cost - b->rest[v]->cost >= least) continue;
        least = b->trial->cost - b->rest[v]->cost;
        tr_rt *swap = b->best;
        b->best = b->trial, b->trial = swap;
    }
    return least < INT64_MAX;
}

/* ---- the referee ---- */

/* The route by itself, the other crews being none of its business: nothing of them has changed. */
static tr_status judge(board *b, const tr_route *route, tr_arena *arena, tr_err *err)
{
    tr_problem *p = &b->problem;
    tr_plan plan = {.n_routes = p->n_vehicles, .routes = TR_NEW(arena, tr_route, p->n_vehicles + 1)};
    tr_verdict verdict;
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        plan.routes[v].vehicle = v;
        if (v != route->vehicle) b->vehicles[v].available = false, b->vehicles[v].n_frozen = 0;
    }
    plan.routes[route->vehicle] = *route;
    tr_plan_sum(p, arena, &plan);
    if (tr_referee(p, &plan, arena, &verdict)) return TR_OK;
    return tr_fail(err, TR_EINTERNAL, "the referee rejects a route with an insertion: %s",
                   verdict.n_findings ? verdict.findings[0].text : "its figures are wrong");
}

/* ---- the day ---- */

/* The crew's new orders; what it has begun comes first in them. */
static void give(afternoon *a, const tr_route *route)
{
    tr_crew *c = &a->crews[route->vehicle];
    tr_visit *done = TR_NEW(a->arena, tr_visit, route->n_visits);
    memcpy(done, c->done, (size_t)c->n_done * sizeof *done);
    a->routes[route->vehicle] = *route;
    c->route = &a->routes[route->vehicle], c->next = c->n_done, c->done = done;
}

static void drive_until(afternoon *a, int64_t until)
{
    for (int32_t v = 0; v < a->p->n_vehicles; v++) tr_crew_drive(&a->crews[v], until, a->service_s, a->cleared_s, a->sum);
}

static bool all_home(const afternoon *a)
{
    for (int32_t v = 0; v < a->p->n_vehicles; v++)
        if (!a->crews[v].home) return false;
    return true;
}

/* The stop is reported now; the problem knows the stops up to it. */
static tr_status report(afternoon *a, int32_t stop, int64_t now, int32_t only, bool *inserted, tr_err *err)
{
    tr_arena *scratch = tr_arena_new();
    tr_status status = TR_OK;
    board *b = board_at(a, now, stop + 1, scratch);
    bool blocked = false;
    *inserted = find_quickly(b, stop, only, scratch, &blocked) || (blocked && find_closely(b, stop, only, scratch));
    if (*inserted) {
        tr_route route;
        tr_rt_write(b->m, b->best, a->arena, &route);
        status = judge(b, &route, scratch, err);
        give(a, &route);
    }
    tr_arena_free(scratch);
    return status;
}

static afternoon leave_depots(const tr_problem *p, const tr_plan *plan, tr_arena *arena)
{
    afternoon a = {.p = p, .m = tr_model_new(p, arena), .arena = arena};
    a.crews = TR_NEW(arena, tr_crew, p->n_vehicles + 1), a.routes = TR_NEW(arena, tr_route, p->n_vehicles + 1);
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        a.routes[v] = plan->routes[v];
        a.crews[v] = tr_crew_new(a.m, &a.routes[v], TR_NEW(arena, tr_visit, a.routes[v].n_visits + 1));
    }
    return a;
}

tr_status tr_insert_drive(const tr_problem *p, const tr_plan *plan, const tr_coming *coming, const int64_t *service_s,
                          int64_t *cleared_s, tr_shift *sum, tr_err *err)
{
    tr_arena *arena = tr_arena_new();
    afternoon a = leave_depots(p, plan, arena);
    a.service_s = service_s, a.cleared_s = cleared_s, a.sum = sum;
    tr_status status = TR_OK;
    for (int32_t i = 0; i < coming->n && !status; i++) {
        int32_t stop = p->n_stops - coming->n + i, only = -1;
        coming->inserted[i] = false;
        drive_until(&a, coming->second[i]);
        if (all_home(&a)) continue;
        if (coming->patch) only = tr_patch_crew(a.m, coming->patch[stop], stop);
        if (coming->patch && only < 0) continue;
        status = report(&a, stop, coming->second[i], only, &coming->inserted[i], err);
    }
    drive_until(&a, INT64_MAX);
    tr_arena_free(arena);
    return status;
}
