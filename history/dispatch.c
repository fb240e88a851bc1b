/* dispatch.c -- see dispatch.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "dispatch.h"
#include "place.h"

#include <string.h>

enum { FULL = 4, TRIES = 3, NEAR_TRIES = 8 };

const char *const tr_dispatch_names[TR_N_DISPATCH] = {"listed", "oldest", "nearest", "zones", "routed", "tiprun", "unmerged"};

typedef struct { /* the dispatcher's board: a route a vehicle, growing */
    const tr_problem *p;
    tr_arena *arena;
    tr_model *m;
    tr_placer *placer;
    tr_rt **at, *trial;  /* [n_vehicles] */
    int32_t *order;      /* scratch */
    int32_t *crew;       /* [n_stops] vehicle, -1 = on nobody's route */
    int32_t *refused;    /* [n_vehicles] stops in a row that did not fit */
} board;

static board board_new(const tr_problem *p, tr_arena *arena)
{
    board b = {.p = p, .arena = arena, .m = tr_model_new(p, arena)};
    b.placer = tr_placer_new(b.m, arena);
    b.at = TR_NEW(arena, tr_rt *, p->n_vehicles + 1);
    b.trial = tr_rt_new(b.m, 32, arena);
    b.order = TR_NEW(arena, int32_t, p->n_stops + 1);
    b.crew = TR_NEW(arena, int32_t, p->n_stops + 1);
    b.refused = TR_NEW(arena, int32_t, p->n_vehicles + 1);
    for (int32_t s = 0; s < p->n_stops; s++) b.crew[s] = -1;
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        b.at[v] = tr_rt_new(b.m, 32, arena);
        b.at[v]->vehicle = v;
        if (!b.m->vehicles[v].usable || !tr_place(b.placer, v, 0, NULL, arena, b.at[v])) b.refused[v] = FULL;
    }
    return b;
}

static bool may_take(const board *b, int32_t v, int32_t stop)
{
    return b->refused[v] < FULL && !b->p->stops[stop].leave && tr_bit(b->m->vehicles[v].can, stop);
}

static bool anybody_free(const board *b)
{
    for (int32_t v = 0; v < b->p->n_vehicles; v++)
        if (b->refused[v] < FULL) return true;
    return false;
}

static void keep_trial(board *b, int32_t v, int32_t stop)
{
    tr_rt *swap = b->at[v];
    b->at[v] = b->trial, b->trial = swap;
    b->crew[stop] = v, b->refused[v] = 0;
}

/* At the end of the crew's route. */
static bool append(board *b, int32_t v, int32_t stop)
{
    int32_t n = tr_rt_stops(b->at[v], b->order);
    b->order[n] = stop;
    if (!tr_place(b->placer, v, n + 1, b->order, b->arena, b->trial)) return false;
    keep_trial(b, v, stop);
    return true;
}

/* Where it costs the crew least, by exact placement. */
static bool squeeze(board *b, int32_t v, int32_t stop)
{
    int32_t n = tr_rt_stops(b->at[v], b->order);
    if (!tr_place_with(b->placer, v, n, b->order, stop, TRIES, b->arena, b->trial)) return false;
    keep_trial(b, v, stop);
    return true;
}

static bool insert(board *b, int32_t v, int32_t stop, const tr_insertion *x)
{
    tr_rt_reserve(b->m, b->trial, b->at[v]->n + 8, b->arena);
    tr_rt_copy(b->m, b->trial, b->at[v]);
    tr_rt_insert(b->trial, x);
    if (!tr_rt_update(b->m, b->trial)) return false;
    keep_trial(b, v, stop);
    return true;
}

/* Into the route of the least detour among vehicles first..last. */
static bool put_cheapest(board *b, int32_t stop, int32_t first, int32_t last)
{
    tr_insertion best = {.delta = INT64_MAX};
    int32_t best_v = -1;
    bool blocked = false;
    for (int32_t with_disposal = 0; with_disposal < 2 && best_v < 0; with_disposal++)
        for (int32_t v = first; v <= last; v++) {
            int64_t before = best.delta;
            if (!may_take(b, v, stop)) continue;
            tr_rt_find(b->m, b->at[v], stop, NULL, with_disposal, &best, &blocked);
            if (best.delta < before) best_v = v;
        }
    if (best_v >= 0 && insert(b, best_v, stop, &best)) return true;
    for (int32_t v = first; v <= last; v++) /* no quick check finds room: look closely */
        if (may_take(b, v, stop)) {
            if (squeeze(b, v, stop)) return true;
            b->refused[v]++;
        }
    return false;
}

/* ---- the rules ---- */

static void deal_in_turn(board *b)
{
    int32_t turn = 0, nv = b->p->n_vehicles;
    for (int32_t s = 0; s < b->p->n_stops && anybody_free(b); s++)
        for (int32_t tried = 0; tried < nv && b->crew[s] < 0; tried++) {
            int32_t v = (turn + tried) % nv;
            if (!may_take(b, v, s)) continue;
            if (append(b, v, s)) turn = (v + 1) % nv;
            else b->refused[v]++;
        }
}

static void take_oldest(board *b)
{
    for (int32_t s = 0; s < b->p->n_stops && anybody_free(b); s++)
        if (b->crew[s] < 0) put_cheapest(b, s, 0, b->p->n_vehicles - 1);
}

int32_t tr_patch_crew(const tr_model *m, int32_t patch, int32_t stop)
{
    for (int32_t k = 0; k < m->n_vehicles; k++) {
        int32_t v = (patch + k) % m->n_vehicles;
        if (m->vehicles[v].usable && tr_bit(m->vehicles[v].can, stop)) return v;
    }
    return -1;
}

static void take_patches(board *b, const int32_t *patch)
{
    for (int32_t s = 0; s < b->p->n_stops && anybody_free(b); s++) {
        int32_t v = tr_patch_crew(b->m, patch[s], s);
        if (v >= 0) put_cheapest(b, s, v, v);
    }
}

/* The crew that would be home first of those that still look for work. */
static int32_t free_first(const board *b)
{
    int32_t first = -1;
    for (int32_t v = 0; v < b->p->n_vehicles; v++) {
        if (b->refused[v] >= FULL) continue;
        int32_t back = b->at[v]->n ? b->at[v]->back : b->m->vehicles[v].leave_min;
        int32_t least = first < 0 ? 0 : b->at[first]->n ? b->at[first]->back : b->m->vehicles[first].leave_min;
        if (first < 0 || back < least) first = v;
    }
    return first;
}

/* Drives to the nearest open stop that it can take; hazardous ones come before others (rule 9). */
static bool go_to_nearest(board *b, int32_t v)
{
    const tr_model *m = b->m;
    const tr_legs *g = &m->legs[m->vehicles[v].legs];
    int32_t n = tr_rt_stops(b->at[v], b->order), near[NEAR_TRIES], n_near = 0;
    int64_t key[NEAR_TRIES];
    size_t here = (size_t)(n ? m->stops[b->order[n - 1]].place : m->vehicles[v].place) * (size_t)m->n_places;
    for (int32_t s = 0; s < m->n_stops; s++) {
        if (b->crew[s] >= 0 || !may_take(b, v, s)) continue;
        int64_t far = g->seconds[here + (size_t)m->stops[s].place] + (m->stops[s].hazardous ? 0 : (int64_t)TR_FAR * 4);
        if (n_near == NEAR_TRIES && key[n_near - 1] <= far) continue;
        int32_t k = n_near < NEAR_TRIES ? n_near++ : NEAR_TRIES - 1;
        for (; k > 0 && key[k - 1] > far; k--) key[k] = key[k - 1], near[k] = near[k - 1];
        key[k] = far, near[k] = s;
    }
    for (int32_t k = 0; k < n_near; k++)
        if (append(b, v, near[k])) return true;
    return false;
}

static void take_nearest(board *b)
{
    for (int32_t v; (v = free_first(b)) >= 0;)
        if (!go_to_nearest(b, v)) b->refused[v] = FULL;
}

/* ---- a better order of what was chosen ---- */

static void write_plan(board *b, tr_arena *arena, tr_plan *plan)
{
    const tr_problem *p = b->p;
    *plan = (tr_plan){.n_routes = p->n_vehicles, .routes = TR_NEW(arena, tr_route, p->n_vehicles + 1)};
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        plan->routes[v].vehicle = v;
        if (b->m->vehicles[v].usable) tr_rt_write(b->m, b->at[v], arena, &plan->routes[v]);
    }
    tr_plan_sum(p, arena, plan);
}

/* The chosen stops alone, all to be served: nothing else is to be gained but time and way. */
static tr_problem chosen_only(const board *b, bool pinned, tr_arena *arena, int32_t *kept)
{
    enum { AT_ANY_PRICE = 10000000 };
    tr_problem q = *b->p;
    tr_stop *stops = TR_NEW(arena, tr_stop, q.n_stops + 1);
    q.n_stops = 0, q.stops = stops, q.policy.pence_left = AT_ANY_PRICE;
    for (int32_t s = 0; s < b->p->n_stops; s++) {
        if (b->crew[s] < 0) continue;
        kept[q.n_stops] = s;
        stops[q.n_stops] = b->p->stops[s];
        if (pinned) stops[q.n_stops].pin = b->crew[s];
        q.n_stops++;
    }
    return q;
}

/* Takes over the routes of a plan of `chosen_only`, or leaves the board as it is. */
static void take_over(board *b, const tr_plan *plan, const int32_t *kept)
{
    tr_rt **fresh = TR_NEW(b->arena, tr_rt *, b->p->n_vehicles + 1);
    for (int32_t v = 0; v < b->p->n_vehicles; v++) {
        int32_t n = 0;
        const tr_route *r = &plan->routes[v];
        fresh[v] = tr_rt_new(b->m, r->n_visits + 8, b->arena);
        fresh[v]->vehicle = v;
        for (int32_t k = 0; k < r->n_visits; k++)
            if (r->visits[k].kind == TR_VISIT_STOP) b->order[n++] = kept[r->visits[k].ref];
        if (b->m->vehicles[v].usable && !tr_place(b->placer, v, n, b->order, b->arena, fresh[v])) return;
    }
    for (int32_t v = 0; v < b->p->n_vehicles; v++) {
        b->at[v] = fresh[v];
        b->refused[v] = b->m->vehicles[v].usable ? 0 : FULL;
        for (int32_t i = 0; i < fresh[v]->n; i++)
            if (fresh[v]->items[i].kind == TR_ITEM_STOP) b->crew[fresh[v]->items[i].ref] = v;
    }
}

static tr_status improve(board *b, bool pinned, const tr_dispatch_options *o, tr_err *err)
{
    int32_t *kept = TR_NEW(b->arena, int32_t, b->p->n_stops + 1), *back = TR_NEW(b->arena, int32_t, b->p->n_stops + 1);
    tr_problem q = chosen_only(b, pinned, b->arena, kept);
    tr_plan from, plan;
    if (q.n_stops == 0 || o->order_iterations <= 0) return TR_OK;
    for (int32_t s = 0; s < q.n_stops; s++) back[kept[s]] = s;
    write_plan(b, b->arena, &from);
    from.n_left = 0;
    for (int32_t v = 0; v < from.n_routes; v++)
        for (int32_t k = 0; k < from.routes[v].n_visits; k++)
            if (from.routes[v].visits[k].kind == TR_VISIT_STOP)
                from.routes[v].visits[k].ref = back[from.routes[v].visits[k].ref];
    tr_solve_options solve = {.seed = o->seed, .iterations = o->order_iterations, .threads = 1, .from = &from};
    TR_TRY(tr_solve(&q, &solve, b->arena, &plan, NULL, err));
    if (plan.n_left == 0) take_over(b, &plan, kept);
    return TR_OK;
}

/* ---- the front door ---- */

static tr_status by_board(const tr_problem *p, tr_dispatch_rule rule, const tr_dispatch_options *o, tr_arena *arena,
                          tr_plan *plan, tr_err *err)
{
    tr_arena *scratch = tr_arena_new();
    board b = board_new(p, scratch);
    tr_status status = TR_OK;
    switch (rule) {
    case TR_DISPATCH_LISTED: deal_in_turn(&b); break;
    case TR_DISPATCH_NEAREST: take_nearest(&b); break;
    case TR_DISPATCH_ZONES: take_patches(&b, o->patch); break;
    default:
        take_oldest(&b);
        status = improve(&b, rule != TR_DISPATCH_ROUTED, o, err);
        take_oldest(&b);
    }
    if (!status) write_plan(&b, arena, plan);
    tr_arena_free(scratch);
    return status;
}

tr_status tr_dispatch(const tr_problem *p, tr_dispatch_rule rule, const tr_dispatch_options *o, tr_arena *arena,
                      tr_plan *plan, tr_err *err)
{
    tr_verdict verdict;
    tr_plan from;
    TR_TRY(by_board(p, rule == TR_DISPATCH_TIPRUN ? TR_DISPATCH_OLDEST : rule, o, arena, plan, err));
    if (rule == TR_DISPATCH_TIPRUN) {
        tr_solve_options solve = {.seed = o->seed, .iterations = o->iterations, .threads = 1, .from = &from};
        from = *plan;
        TR_TRY(tr_solve(p, &solve, arena, plan, NULL, err));
    }
    if (tr_referee(p, plan, arena, &verdict)) return TR_OK;
    return tr_fail(err, TR_EINTERNAL, "the referee rejects a morning of rule %s: %s", tr_dispatch_names[rule],
                   verdict.n_findings ? verdict.findings[0].text : "its figures are wrong");
}
