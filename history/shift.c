/* shift.c -- see shift.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "shift.h"

typedef struct {
    int64_t seconds, metres;
} leg;

static int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static const tr_vehicle *vehicle_of(const tr_crew *c)
{
    return &c->m->problem->vehicles[c->route->vehicle];
}

static leg drive(tr_crew *c, int32_t to)
{
    const tr_legs *g = &c->m->legs[c->m->vehicles[c->route->vehicle].legs];
    size_t cell = (size_t)c->place * (size_t)c->m->n_places + (size_t)to;
    leg l = {c->m->hourly ? tr_leg_seconds(g, tr_leg_base(c->m, g, cell), (int32_t)c->now) : g->seconds[cell], g->metres[cell]};
    c->now += l.seconds, c->metres += l.metres, c->place = to;
    return l;
}

/* The visit that lasted stay_s until now. */
static void note(tr_crew *c, const tr_visit *x, leg l, int64_t stay_s)
{
    if (!c->done) return;
    tr_visit *to = &c->done[c->n_done];
    *to = (tr_visit){.kind = x->kind, .ref = x->ref, .compartment = x->compartment, .place = c->place, .drive_s = l.seconds,
                     .dist_m = l.metres, .start_s = c->now - stay_s, .departure_s = c->now};
    to->arrival_s = c->n_done++ ? to[-1].departure_s + l.seconds : c->now;
}

/* When something that takes so long may begin; false if it no longer can today. */
static bool wait_for(tr_crew *c, const tr_window *w, int32_t n, int64_t stay)
{
    for (int32_t i = 0; i < n; i++)
        if (max64(c->now, w[i].start_s) + stay <= w[i].end_s) {
            c->now = max64(c->now, w[i].start_s);
            return true;
        }
    return false;
}

/* True if the site would empty something. */
static bool needed(const tr_crew *c, const tr_site *site)
{
    for (int32_t k = 0; k < vehicle_of(c)->n_compartments; k++)
        if (c->on_board[k] && !(c->on_board[k] & ~site->streams)) return true;
    return false;
}

static void empty(tr_crew *c, const tr_site *site)
{
    for (int32_t k = 0; k < vehicle_of(c)->n_compartments; k++) {
        if (c->on_board[k] & ~site->streams) continue;
        c->fee_kgp += c->kg[k] * site->gate_fee_pence_per_tonne;
        c->on_board[k] = 0, c->kg[k] = 0;
    }
}

/* A disposal visit if it is needed; false if the site is shut by then. */
static bool tip(tr_crew *c, const tr_visit *x)
{
    const tr_site *site = &c->m->problem->sites[x->ref];
    if (!needed(c, site)) return true;
    leg l = drive(c, site->place);
    bool open = wait_for(c, site->opening, site->n_opening, site->turnaround_s);
    c->now += site->turnaround_s;
    c->out = true;
    empty(c, site);
    note(c, x, l, site->turnaround_s);
    return open;
}

static bool serve(tr_crew *c, const tr_visit *x, int64_t service_s)
{
    const tr_stop *s = &c->m->problem->stops[x->ref];
    leg l = drive(c, x->place);
    if (s->n_windows && !wait_for(c, s->windows, s->n_windows, 0)) return false;
    c->now += service_s;
    c->on_board[x->compartment] |= (tr_mask)1 << s->stream;
    c->kg[x->compartment] += s->kg;
    c->out = true;
    note(c, x, l, service_s);
    return true;
}

static void rest(tr_crew *c, const tr_visit *x)
{
    c->now += x->departure_s - x->start_s;
    note(c, x, (leg){0, 0}, x->departure_s - x->start_s);
}

/* Would the crew be home in time if it made visit k, a stop, with the planned service, and no stop after it? */
static bool worth_it(tr_crew c, int32_t k)
{
    const tr_visit *x = &c.route->visits[k];
    const tr_model_vehicle *d = &c.m->vehicles[c.route->vehicle];
    c.done = NULL;
    if (!serve(&c, x, c.m->problem->stops[x->ref].service_s)) return false;
    for (int32_t i = k + 1; i < c.route->n_visits; i++) {
        x = &c.route->visits[i];
        if (x->kind == TR_VISIT_BREAK) rest(&c, x);
        if (x->kind == TR_VISIT_DISPOSAL && !tip(&c, x)) return false;
    }
    drive(&c, d->end_place);
    return c.now <= d->back_by;
}

static int64_t half_up(int64_t value, int64_t by)
{
    return (value + by / 2) / by;
}

static void pay(const tr_crew *c, tr_shift *sum)
{
    const tr_vehicle *v = vehicle_of(c);
    int64_t left = c->route->visits[0].departure_s, end = max64(v->end_s, left);
    int64_t paid = c->now < end ? c->now - left : end - left, over = max64(0, c->now - end);
    sum->metres += c->metres, sum->duty_s += c->now - left, sum->overtime_s += over;
    sum->cost_pence += v->fixed_pence + half_up(c->metres * v->pence_per_km, 1000) + half_up(paid * v->pence_per_hour, 3600) +
                       half_up(over * v->pence_per_overtime_hour, 3600) + half_up(c->fee_kgp, 1000);
}

static void go_home(tr_crew *c, tr_shift *sum)
{
    c->home = true;
    if (!c->out) return;
    drive(c, c->m->vehicles[c->route->vehicle].end_place);
    pay(c, sum);
}

tr_crew tr_crew_new(const tr_model *m, const tr_route *route, tr_visit *done)
{
    tr_crew c = {.m = m, .route = route, .next = 1, .home = route->n_visits < 2, .done = done};
    const tr_vehicle *v = vehicle_of(&c);
    c.place = v->start_place;
    for (int32_t k = 0; k < v->n_compartments; k++)
        c.on_board[k] = v->compartments[k].start_streams, c.kg[k] = v->compartments[k].start_kg;
    if (c.home) return c;
    c.now = route->visits[0].departure_s;
    note(&c, &route->visits[0], (leg){0, 0}, 0);
    return c;
}

void tr_crew_drive(tr_crew *c, int64_t until, const int64_t *service_s, int64_t *cleared_s, tr_shift *sum)
{
    const tr_problem *p = c->m->problem;
    while (!c->home && c->now <= until) {
        int32_t k = c->next++;
        const tr_visit *x = &c->route->visits[k];
        if (k == c->route->n_visits - 1) go_home(c, sum);
        else if (x->kind == TR_VISIT_BREAK) rest(c, x);
        else if (x->kind == TR_VISIT_DISPOSAL) sum->late_tips += !tip(c, x);
        else if (!worth_it(*c, k)) sum->brought_back++;
        else {
            serve(c, x, service_s[x->ref]);
            cleared_s[x->ref] = c->now;
            sum->served++, sum->service_s += service_s[x->ref], sum->planned_s += p->stops[x->ref].service_s;
        }
    }
}

void tr_shift_drive(const tr_model *m, const tr_route *route, const int64_t *service_s, int64_t *cleared_s, tr_shift *sum)
{
    tr_crew c = tr_crew_new(m, route, NULL);
    tr_crew_drive(&c, INT64_MAX, service_s, cleared_s, sum);
}
