/* shift.c -- see shift.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "shift.h"

typedef struct {
    const tr_model *m;
    const tr_vehicle *v;
    const tr_model_vehicle *d;
    const tr_route *route;
    const tr_legs *g;
    int64_t now, metres, fee_kgp;   /* second of the day; driven; kg x pence per tonne */
    int32_t place;
    bool out;                       /* has made a stop or a disposal visit */
    tr_mask on_board[TR_MAX_COMPARTMENTS];
    int64_t kg[TR_MAX_COMPARTMENTS];
} crew;

static int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void drive(crew *c, int32_t to)
{
    size_t cell = (size_t)c->place * (size_t)c->m->n_places + (size_t)to;
    c->now += c->m->hourly ? tr_leg_seconds(c->g, tr_leg_base(c->m, c->g, cell), (int32_t)c->now) : c->g->seconds[cell];
    c->metres += c->g->metres[cell];
    c->place = to;
}

/* When something that takes so long may begin; false if it no longer can today. */
static bool wait_for(crew *c, const tr_window *w, int32_t n, int64_t stay)
{
    for (int32_t i = 0; i < n; i++)
        if (max64(c->now, w[i].start_s) + stay <= w[i].end_s) {
            c->now = max64(c->now, w[i].start_s);
            return true;
        }
    return false;
}

/* True if the site would empty something. */
static bool needed(const crew *c, const tr_site *site)
{
    for (int32_t k = 0; k < c->v->n_compartments; k++)
        if (c->on_board[k] && !(c->on_board[k] & ~site->streams)) return true;
    return false;
}

static void empty(crew *c, const tr_site *site)
{
    for (int32_t k = 0; k < c->v->n_compartments; k++) {
        if (c->on_board[k] & ~site->streams) continue;
        c->fee_kgp += c->kg[k] * site->gate_fee_pence_per_tonne;
        c->on_board[k] = 0, c->kg[k] = 0;
    }
}

/* A disposal visit if it is needed; false if the site is shut by then. */
static bool tip(crew *c, const tr_site *site)
{
    if (!needed(c, site)) return true;
    drive(c, site->place);
    bool open = wait_for(c, site->opening, site->n_opening, site->turnaround_s);
    c->now += site->turnaround_s;
    c->out = true;
    empty(c, site);
    return open;
}

static bool serve(crew *c, const tr_visit *x, int64_t service_s)
{
    const tr_stop *s = &c->m->problem->stops[x->ref];
    drive(c, x->place);
    if (s->n_windows && !wait_for(c, s->windows, s->n_windows, 0)) return false;
    c->now += service_s;
    c->on_board[x->compartment] |= (tr_mask)1 << s->stream;
    c->kg[x->compartment] += s->kg;
    c->out = true;
    return true;
}

/* Would the crew be home in time if it made stop k with the planned service, and no stop after it? */
static bool worth_it(crew c, int32_t k)
{
    const tr_visit *x = &c.route->visits[k];
    if (!serve(&c, x, c.m->problem->stops[x->ref].service_s)) return false;
    for (int32_t i = k + 1; i < c.route->n_visits; i++) {
        x = &c.route->visits[i];
        if (x->kind == TR_VISIT_BREAK) c.now += x->departure_s - x->start_s;
        if (x->kind == TR_VISIT_DISPOSAL && !tip(&c, &c.m->problem->sites[x->ref])) return false;
    }
    drive(&c, c.d->end_place);
    return c.now <= c.d->back_by;
}

static int64_t half_up(int64_t value, int64_t by)
{
    return (value + by / 2) / by;
}

static void pay(const crew *c, int64_t left, tr_shift *sum)
{
    const tr_vehicle *v = c->v;
    int64_t end = max64(v->end_s, left), paid = c->now < end ? c->now - left : end - left, over = max64(0, c->now - end);
    sum->metres += c->metres, sum->duty_s += c->now - left, sum->overtime_s += over;
    sum->cost_pence += v->fixed_pence + half_up(c->metres * v->pence_per_km, 1000) + half_up(paid * v->pence_per_hour, 3600) +
                       half_up(over * v->pence_per_overtime_hour, 3600) + half_up(c->fee_kgp, 1000);
}

void tr_shift_drive(const tr_model *m, const tr_route *route, const int64_t *service_s, int64_t *cleared_s, tr_shift *sum)
{
    if (route->n_visits < 2) return;
    const tr_problem *p = m->problem;
    crew c = {.m = m, .v = &p->vehicles[route->vehicle], .d = &m->vehicles[route->vehicle], .route = route};
    int64_t left = route->visits[0].departure_s;
    c.g = &m->legs[c.d->legs], c.now = left, c.place = c.v->start_place;
    for (int32_t k = 0; k < c.v->n_compartments; k++)
        c.on_board[k] = c.v->compartments[k].start_streams, c.kg[k] = c.v->compartments[k].start_kg;
    for (int32_t k = 1; k < route->n_visits - 1; k++) {
        const tr_visit *x = &route->visits[k];
        if (x->kind == TR_VISIT_BREAK) c.now += x->departure_s - x->start_s;
        if (x->kind == TR_VISIT_DISPOSAL && !tip(&c, &p->sites[x->ref])) sum->late_tips++;
        if (x->kind != TR_VISIT_STOP) continue;
        if (!worth_it(c, k)) {
            sum->brought_back++;
            continue;
        }
        serve(&c, x, service_s[x->ref]);
        cleared_s[x->ref] = c.now;
        sum->served++, sum->service_s += service_s[x->ref], sum->planned_s += p->stops[x->ref].service_s;
    }
    if (!c.out) return;
    drive(&c, c.d->end_place);
    pay(&c, left, sum);
}
