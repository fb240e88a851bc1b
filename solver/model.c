/* model.c -- see model.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model.h"

#include <string.h>

enum { HOUR = 3600 };

static int32_t clamp_time(int64_t t)
{
    return t < -TR_LATEST ? -TR_LATEST : t > TR_LATEST ? TR_LATEST : (int32_t)t;
}

tr_goal tr_goal_left(const tr_problem *p, int32_t stop)
{
    const tr_stop *s = &p->stops[stop];
    const tr_policy *y = &p->policy;
    int64_t age = p->day > s->reported_day ? p->day - s->reported_day : 0;
    int64_t overdue = p->day - s->due_day;
    if (s->hazard >= y->hazardous_rank) {
        int64_t severity = y->severity[s->hazard] ? y->severity[s->hazard] : 1;
        return (tr_goal){severity * (1 + (age < y->hazard_age_cap ? age : y->hazard_age_cap)), 0, 0};
    }
    if (overdue > 0)
        return (tr_goal){0, y->overdue_weight + (overdue < y->overdue_cap ? overdue : y->overdue_cap), 0};
    if (overdue == 0 && y->due_today_weight) return (tr_goal){0, y->due_today_weight, 0};
    if (overdue == 0) return (tr_goal){0, 0, 0};
    return (tr_goal){0, 0, y->pence_left + y->pence_left_per_day * age};
}

void tr_plan_sum(const tr_problem *p, tr_arena *arena, tr_plan *plan)
{
    bool *routed = TR_NEW(arena, bool, p->n_stops + 1);
    plan->left = TR_NEW(arena, int32_t, p->n_stops + 1), plan->n_left = 0;
    plan->goal = (tr_goal){0}, plan->left_pence = 0;
    for (int32_t v = 0; v < plan->n_routes; v++) {
        const tr_route *r = &plan->routes[v];
        plan->goal.cost_pence += tr_cost_pence(&r->cost);
        for (int32_t i = 0; i < r->n_visits; i++)
            if (r->visits[i].kind == TR_VISIT_STOP) routed[r->visits[i].ref] = true;
    }
    for (int32_t s = 0; s < p->n_stops; s++) {
        if (routed[s]) continue;
        tr_goal g = tr_goal_left(p, s);
        plan->left[plan->n_left++] = s;
        plan->goal.hazard_left += g.hazard_left, plan->goal.due_left += g.due_left;
        plan->goal.cost_pence += g.cost_pence, plan->left_pence += g.cost_pence;
    }
}

/* ---- legs ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Half a second after `arrive` is the first moment that would be rounded up beyond it, so the way back
 * begins there, in half seconds; what the last division lost is put right against the leg itself. */
int32_t tr_leg_leave(const tr_legs *g, int32_t base, int32_t arrive)
{
    int64_t rest = 2000000 * (int64_t)base, at = 2 * (int64_t)arrive + 1;
    if (rest == 0) return arrive;
    for (int64_t hour = floor_div(at, 2 * HOUR);; hour--) {
        int64_t rate = tr_rate_at(g, hour), now = (at - hour * 2 * HOUR) * rate;
        if (rest <= now) {
            at -= rest / rate;
            break;
        }
        rest -= now, at = hour * 2 * HOUR;
        if (arrive - at / 2 > TR_FAR) return -TR_FAR;
    }
    int32_t leave = (int32_t)floor_div(at, 2);
    while (leave + tr_leg_seconds(g, base, leave) > arrive) leave--;
    while (leave < arrive && leave + 1 + tr_leg_seconds(g, base, leave + 1) <= arrive) leave++;
    return leave;
}

/* The most that a second does in any hour that some shift touches. */
static int64_t fastest(const tr_problem *p, const tr_legs *g)
{
    int64_t most = 0;
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        const tr_vehicle *w = &p->vehicles[v];
        int64_t last = floor_div(w->end_s + w->max_overtime_s, HOUR), first = floor_div(w->start_s, HOUR);
        if (w->n_frozen > 0) first = floor_div(w->frozen[0].departure_s, HOUR);
        for (int64_t h = first; h <= last && h < first + 24; h++)
            if (tr_rate_at(g, h) > most) most = tr_rate_at(g, h);
    }
    return most > 0 ? most : 1000 * (int64_t)g->speed_permille;
}

static int32_t legs_of(tr_model *m, const tr_problem *p, int32_t profile, int32_t permille, tr_arena *arena)
{
    for (int32_t i = 0; i < m->n_legs; i++)
        if (m->legs[i].profile == profile && m->legs[i].speed_permille == permille) return i;
    int32_t n = m->n_places;
    size_t cells = (size_t)n * (size_t)n;
    tr_legs *g = &m->legs[m->n_legs];
    *g = (tr_legs){profile, permille, TR_NEW(arena, int32_t, cells), TR_NEW(arena, int32_t, cells),
                   TR_NEW(arena, int32_t, cells), TR_NEW(arena, int32_t, cells), {0}};
    const tr_travel_matrix *t = &p->travel[profile];
    for (int32_t h = 0; h < 24; h++)
        g->rate[h] = (int64_t)permille * (p->policy.speed_by_hour[h] > 0 ? p->policy.speed_by_hour[h] : 1000);
    int64_t rate = m->hourly ? fastest(p, g) : 0;
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++) {
            size_t a = (size_t)i * (size_t)n + (size_t)j, b = (size_t)j * (size_t)n + (size_t)i;
            bool road = t->seconds[a] >= 0 && t->metres[a] >= 0;
            int64_t s = road ? (1000 * (int64_t)t->seconds[a] + permille / 2) / permille : TR_FAR;
            if (road && m->hourly) s = (2000000 * (int64_t)t->seconds[a] + rate) / (2 * rate);
            g->seconds[a] = g->seconds_to[b] = s > TR_FAR ? TR_FAR : (int32_t)s;
            g->metres[a] = g->metres_to[b] = road ? t->metres[a] : 0;
        }
    return m->n_legs++;
}

static void stop_fill(tr_model *m, int32_t i, tr_arena *arena)
{
    const tr_problem *p = m->problem;
    const tr_stop *s = &p->stops[i];
    tr_model_stop *d = &m->stops[i];
    d->place = s->place, d->stream = s->stream, d->kg = s->kg, d->litres = s->litres;
    d->service = clamp_time(s->service_s);
    d->hazardous = s->hazard >= p->policy.hazardous_rank;
    d->left = tr_goal_left(p, i);
    int64_t latest = TR_LATEST;
    if (d->hazardous && p->policy.hazard_policy == TR_HAZARD_DEADLINE)
        latest = p->policy.day_start_s + p->policy.hazard_latest_s;
    tr_window *w = TR_NEW(arena, tr_window, s->n_windows > 0 ? s->n_windows : 1);
    if (s->n_windows <= 0) w[d->n_windows++] = (tr_window){-TR_LATEST, clamp_time(latest)};
    for (int32_t k = 0; k < s->n_windows; k++) {
        int64_t end = s->windows[k].end_s < latest ? s->windows[k].end_s : latest;
        if (s->windows[k].start_s <= end)
            w[d->n_windows++] = (tr_window){clamp_time(s->windows[k].start_s), clamp_time(end)};
    }
    d->windows = w;
}

/* The vehicle's state after its frozen visits (docs/rules.md, "Frozen visits"). */
static void run_frozen(const tr_model *m, const tr_vehicle *v, tr_model_vehicle *d)
{
    const tr_problem *p = m->problem;
    const tr_visit *f = v->frozen;
    d->leave_min = d->leave_max = clamp_time(f[0].departure_s);
    for (int32_t i = 1; i < v->n_frozen; i++) {
        int32_t spent = clamp_time(f[i].departure_s - f[i].start_s), drive = clamp_time(f[i].drive_s);
        d->place = f[i].place;
        d->drive += drive, d->drive_since_break += drive;
        d->work += drive, d->work_since_break += drive;
        d->metres += f[i].dist_m;
        if (f[i].kind == TR_VISIT_BREAK) {
            if (spent >= 900) d->work_since_break = 0, d->breaks += spent;
            if (spent >= 2700) d->drive_since_break = 0;
            continue;
        }
        d->work += spent, d->work_since_break += spent;
        d->used = true;
        if (f[i].kind == TR_VISIT_STOP) {
            const tr_stop *s = &p->stops[f[i].ref];
            int32_t c = f[i].compartment;
            d->kg[c] += s->kg, d->litres[c] += s->litres;
            d->streams[c] |= (tr_mask)1 << s->stream;
            int64_t h = f[i].departure_s - p->policy.day_start_s;
            if (m->stops[f[i].ref].hazardous && h > 0) d->hazard_s += h;
        } else {
            const tr_site *s = &p->sites[f[i].ref];
            for (int32_t c = 0; c < v->n_compartments; c++) {
                if (d->streams[c] & ~s->streams) continue;
                d->fees_kgp += d->kg[c] * s->gate_fee_pence_per_tonne;
                d->kg[c] = d->litres[c] = 0, d->streams[c] = 0;
            }
        }
    }
    d->ready = clamp_time(f[v->n_frozen - 1].departure_s);
    d->lag = d->ready - d->leave_min;
}

static void vehicle_can(tr_model *m, int32_t i, tr_arena *arena)
{
    const tr_problem *p = m->problem;
    const tr_vehicle *v = &p->vehicles[i];
    tr_model_vehicle *d = &m->vehicles[i];
    size_t words = (size_t)m->n_stops / 64 + 1;
    d->can = TR_NEW(arena, uint64_t, words);
    d->exempt = TR_NEW(arena, uint64_t, words);
    for (int32_t s = 0; s < m->n_stops; s++) {
        const tr_stop *t = &p->stops[s];
        bool fits = false;
        for (int32_t c = 0; c < v->n_compartments; c++)
            fits |= (v->compartments[c].streams >> t->stream & 1) && t->kg <= v->compartments[c].kg &&
                    t->litres <= v->compartments[c].litres && t->kg <= v->payload_kg;
        if (fits && v->available && !t->leave && (t->certs & ~v->certs) == 0 &&
            (t->equipment & ~v->equipment) == 0 && (t->pin < 0 || t->pin == i) &&
            m->stops[s].n_windows > 0 && !tr_bit(m->frozen, s))
            tr_bit_set(d->can, s);
        bool first = p->policy.hazard_policy == TR_HAZARD_FIRST;
        if (!first || (t->n_windows > 0 && t->windows[0].start_s > v->start_s + p->policy.exempt_after_s))
            tr_bit_set(d->exempt, s);
    }
}

static void vehicle_fill(tr_model *m, int32_t i, tr_arena *arena)
{
    const tr_problem *p = m->problem;
    const tr_vehicle *v = &p->vehicles[i];
    tr_model_vehicle *d = &m->vehicles[i];
    d->usable = v->available;
    d->legs = legs_of(m, p, v->profile, v->speed_permille, arena);
    d->place = v->start_place, d->end_place = v->end_place;
    d->shift_end = clamp_time(v->end_s);
    d->back_by = clamp_time(v->end_s + v->max_overtime_s);
    d->leave_min = d->ready = clamp_time(v->start_s);
    d->leave_max = d->back_by;
    for (int32_t c = 0; c < v->n_compartments; c++) {
        d->kg[c] = v->compartments[c].start_kg, d->litres[c] = v->compartments[c].start_litres;
        d->streams[c] = v->compartments[c].start_streams;
    }
    if (v->n_frozen > 0) run_frozen(m, v, d);
    d->duty_max = v->hours_rule == TR_HOURS_NONE ? TR_LATEST : v->hours_rule == TR_HOURS_EU ? 13 * 3600 : 11 * 3600;
    d->drive_max = v->hours_rule == TR_HOURS_NONE ? TR_LATEST : v->hours_rule == TR_HOURS_EU ? 9 * 3600 : 10 * 3600;
    d->wtr = v->wtr, d->eu = v->hours_rule == TR_HOURS_EU;
    int32_t span = d->back_by - d->leave_min;
    d->may_need_break = (d->wtr && span > 6 * 3600) || (d->eu && span > 4 * 3600 + 1800);
    for (int32_t s = 0; s < p->n_streams; s++)
        if (v->may_park_loaded && !p->streams[s].hazardous) d->park_streams |= (tr_mask)1 << s;
    bool owed = false;
    for (int32_t c = 0; c < v->n_compartments; c++) owed |= (d->streams[c] & ~d->park_streams) != 0;
    d->departs = v->available && (v->n_frozen > 0 || owed);
    vehicle_can(m, i, arena);
    bool hazard = false;
    for (int32_t s = 0; s < m->n_stops; s++) hazard |= m->stops[s].hazardous;
    d->plain = v->n_compartments == 1 && !v->n_frozen && p->n_sites == 0 && !hazard && !d->departs &&
               v->pence_per_hour == 0 && v->pence_per_overtime_hour == 0 && v->hours_rule == TR_HOURS_NONE &&
               !v->wtr && !m->hourly && v->may_park_loaded && p->n_streams == 1 && !d->streams[0];
    for (int32_t s = 0; s < m->n_stops && d->plain; s++) d->plain = m->stops[s].n_windows <= 1;
}

static bool same_class(const tr_model *m, int32_t a, int32_t b)
{
    const tr_vehicle *v = &m->problem->vehicles[a], *w = &m->problem->vehicles[b];
    if (!v->available || !w->available || v->n_frozen || w->n_frozen) return false;
    if (v->n_compartments != w->n_compartments || v->payload_kg != w->payload_kg || v->certs != w->certs ||
        v->equipment != w->equipment || v->start_s != w->start_s || v->end_s != w->end_s ||
        v->max_overtime_s != w->max_overtime_s || v->hours_rule != w->hours_rule || v->wtr != w->wtr ||
        v->may_park_loaded != w->may_park_loaded || v->start_place != w->start_place ||
        v->end_place != w->end_place || v->profile != w->profile || v->speed_permille != w->speed_permille ||
        v->fixed_pence != w->fixed_pence || v->pence_per_km != w->pence_per_km ||
        v->pence_per_hour != w->pence_per_hour || v->pence_per_overtime_hour != w->pence_per_overtime_hour)
        return false;
    for (int32_t c = 0; c < v->n_compartments; c++) {
        const tr_compartment *x = &v->compartments[c], *y = &w->compartments[c];
        if (x->kg != y->kg || x->litres != y->litres || x->streams != y->streams ||
            x->start_kg != y->start_kg || x->start_litres != y->start_litres ||
            x->start_streams != y->start_streams)
            return false;
    }
    return memcmp(m->vehicles[a].can, m->vehicles[b].can, ((size_t)m->n_stops / 64 + 1) * 8) == 0;
}

/* Mean cost of the legs between each stop and its three nearest: the scale of the temperature. */
static int64_t typical_leg(const tr_model *m)
{
    int64_t sum = 0, count = 0;
    for (int32_t v = 0; v < m->n_vehicles; v++) {
        if (!m->vehicles[v].usable || (v > 0 && m->vehicles[v].cls != v)) continue;
        const tr_vehicle *w = &m->problem->vehicles[v];
        const tr_legs *g = &m->legs[m->vehicles[v].legs];
        for (int32_t i = 0; i < m->n_stops; i++) {
            int64_t best[3] = {INT64_MAX, INT64_MAX, INT64_MAX};
            for (int32_t j = 0; j < m->n_stops; j++) {
                size_t a = (size_t)m->stops[i].place * (size_t)m->n_places + (size_t)m->stops[j].place;
                if (i == j || g->seconds[a] >= TR_FAR) continue;
                int64_t c = (int64_t)g->metres[a] * w->pence_per_km * 18 + (int64_t)g->seconds[a] * w->pence_per_hour * 5;
                for (int k = 0; k < 3; k++)
                    if (c < best[k]) {
                        int64_t t = best[k];
                        best[k] = c, c = t;
                    }
            }
            for (int k = 0; k < 3; k++)
                if (best[k] < INT64_MAX) sum += best[k], count++;
        }
    }
    return count && sum ? sum / count : 100 * TR_MONEY;
}

/* More than any one route is likely to cost: a stop left at level 2 must weigh as much. */
static int64_t dear_route(const tr_model *m)
{
    int64_t dearest = 0;
    for (int32_t v = 0; v < m->n_vehicles; v++) {
        const tr_model_vehicle *d = &m->vehicles[v];
        const tr_vehicle *w = &m->problem->vehicles[v];
        if (!d->usable) continue;
        int64_t far = 0, span = d->back_by - d->leave_min, n = m->n_places;
        for (int64_t i = 0; i < n * n; i++)
            if (m->legs[d->legs].metres[i] > far) far = m->legs[d->legs].metres[i];
        int64_t cost = 4 * far * w->pence_per_km * 18 + w->fixed_pence * TR_MONEY +
                       (span < 16 * 3600 ? span : 16 * 3600) * w->pence_per_hour * 5;
        if (cost > dearest) dearest = cost;
    }
    return dearest;
}

tr_model *tr_model_new(const tr_problem *p, tr_arena *arena)
{
    tr_model *m = TR_NEW(arena, tr_model, 1);
    m->problem = p;
    m->n_stops = p->n_stops, m->n_places = p->n_places, m->n_vehicles = p->n_vehicles, m->n_sites = p->n_sites;
    m->legs = TR_NEW(arena, tr_legs, p->n_vehicles > 0 ? p->n_vehicles : 1);
    m->stops = TR_NEW(arena, tr_model_stop, p->n_stops + 1);
    m->vehicles = TR_NEW(arena, tr_model_vehicle, p->n_vehicles + 1);
    m->frozen = TR_NEW(arena, uint64_t, p->n_stops / 64 + 1);
    m->same_group = TR_NEW(arena, tr_mask, p->n_streams + 1);
    for (int32_t a = 0; a < p->n_streams; a++)
        for (int32_t b = 0; b < p->n_streams; b++)
            if (a == b || (p->streams[a].segregation == p->streams[b].segregation &&
                           !p->streams[a].hazardous && !p->streams[b].hazardous))
                m->same_group[a] |= (tr_mask)1 << b;
    for (int32_t i = 0; i < p->n_vehicles; i++)
        for (int32_t k = 0; k < p->vehicles[i].n_frozen; k++)
            if (p->vehicles[i].frozen[k].kind == TR_VISIT_STOP) tr_bit_set(m->frozen, p->vehicles[i].frozen[k].ref);
    for (int32_t i = 0; i < p->n_stops; i++) stop_fill(m, i, arena);
    m->hourly = tr_speed_changes(&p->policy);
    m->plain = !m->hourly;
    for (int32_t i = 0; i < p->n_vehicles; i++) {
        vehicle_fill(m, i, arena);
        m->vehicles[i].cls = i;
        for (int32_t k = 0; k < i; k++)
            if (m->vehicles[k].cls == k && same_class(m, k, i)) {
                m->vehicles[i].cls = k;
                break;
            }
        m->n_classes += m->vehicles[i].cls == i;
        m->plain &= m->vehicles[i].plain || !m->vehicles[i].usable;
    }
    m->unit_leg = typical_leg(m);
    int64_t due = 0;
    for (int32_t i = 0; i < p->n_stops; i++) due += m->stops[i].left.due_left;
    int64_t dear = dear_route(m);
    m->weight_due = dear / 60 > m->unit_leg ? dear / 60 : m->unit_leg;
    m->weight_hazard = m->weight_due * (due > 2000 ? 2000 : due);
    if (m->weight_hazard < 2 * dear) m->weight_hazard = 2 * dear + m->unit_leg;
    for (int32_t i = 0; i < p->n_stops; i++) {
        tr_goal g = m->stops[i].left;
        m->stops[i].weight = g.hazard_left * m->weight_hazard + g.due_left * m->weight_due + g.cost_pence * TR_MONEY;
    }
    return m;
}
