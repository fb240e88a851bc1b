/* compact_sets.c -- the sets of the compact model: nodes, legs, kinds of waste, and what can bind at all.
 *
 * What two visits alone forbid is left out here, so that no row has to forbid it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compact_model.h"
#include "lp_text.h"

#include <math.h>

/* ---- what the problem says ---- */

bool tr_compact_hazardous(const tr_problem *p, const tr_stop *s)
{
    return s->hazard >= p->policy.hazardous_rank;
}

bool tr_compact_first(const tr_problem *p, int v, int j)
{
    const tr_stop *s = &p->stops[j];
    bool exempt = s->n_windows && s->windows[0].start_s - p->vehicles[v].start_s > p->policy.exempt_after_s;
    return p->policy.hazard_policy == TR_HAZARD_FIRST && tr_compact_hazardous(p, s) && !exempt;
}

double tr_compact_weight(const tr_problem *p, const tr_stop *s, int level)
{
    const tr_policy *y = &p->policy;
    double age = fmax(0, p->day - s->reported_day), late = p->day - s->due_day;
    if (tr_compact_hazardous(p, s))
        return level == 1
                   ? fmax((double)y->severity[s->hazard], 1) * (1 + fmin(age, (double)y->hazard_age_cap))
                   : 0;
    if (late > 0) return level == 2 ? (double)y->overdue_weight + fmin(late, (double)y->overdue_cap) : 0;
    if (late == 0) return level == 2 ? (double)y->due_today_weight : 0;
    return level == 3 ? (double)y->pence_left + (double)y->pence_left_per_day * age : 0;
}

static bool leg(const tr_problem *p, const tr_vehicle *v, int from, int to, tr_compact_arc *arc)
{
    const tr_travel_matrix *t = &p->travel[v->profile];
    int64_t cell = (int64_t)from * p->n_places + to;
    if (t->seconds[cell] == TR_NO_ROAD) return false;
    arc->leg_s = (double)((1000 * (int64_t)t->seconds[cell] + v->speed_permille / 2) / v->speed_permille);
    arc->leg_m = t->metres[cell];
    return true;
}

static bool same_group(const tr_problem *p, int a, int b)
{
    const tr_stream *s = &p->streams[a], *t = &p->streams[b];
    return a == b || (s->segregation == t->segregation && !s->hazardous && !t->hazardous);
}

bool tr_compact_fits(const tr_problem *p, int v, int j, int slot) /* rules 2, 3 and 6 for this stop alone */
{
    const tr_stop *s = &p->stops[j];
    const tr_vehicle *w = &p->vehicles[v];
    if (slot >= w->n_compartments || s->leave || (s->pin >= 0 && s->pin != v)) return false;
    const tr_compartment *body = &w->compartments[slot];
    return !(s->certs & ~w->certs) && !(s->equipment & ~w->equipment) && body->streams >> s->stream & 1 &&
           s->kg <= body->kg && s->kg <= w->payload_kg && s->litres <= body->litres;
}

/* ---- sets ---- */

static void find_names(tr_compact *m)
{
    const tr_problem *p = m->p;
    int most = 2 + p->n_stops + p->n_sites + p->n_vehicles;
    const char **ids = TR_NEW(m->arena, const char *, most);
    ids[0] = "start"; /* so that no stop is called that */
    ids[1] = "end";
    for (int j = 0; j < p->n_stops; j++) ids[2 + j] = p->stops[j].id;
    m->stop_names = tr_lp_names(ids, 2 + p->n_stops, m->arena) + 2;
    for (int z = 0; z < p->n_sites; z++) ids[z] = p->sites[z].id;
    m->site_names = tr_lp_names(ids, p->n_sites, m->arena);
    for (int v = 0; v < p->n_vehicles; v++) ids[v] = p->vehicles[v].id;
    m->vehicle_names = tr_lp_names(ids, p->n_vehicles, m->arena);
}

static bool alike(const tr_problem *p, int a, int b) /* to every rule but what a compartment is made for */
{
    if (!same_group(p, a, b) || p->streams[a].hazardous != p->streams[b].hazardous) return false;
    for (int z = 0; z < p->n_sites; z++)
        if ((p->sites[z].streams >> a & 1) != (p->sites[z].streams >> b & 1)) return false;
    return true;
}

static void find_kinds(tr_compact *m)
{
    const tr_problem *p = m->p;
    const char **names = TR_NEW(m->arena, const char *, p->n_streams + 1);
    tr_mask met = 0;
    for (int j = 0; j < p->n_stops; j++) met |= (tr_mask)1 << p->stops[j].stream;
    for (int v = 0; v < p->n_vehicles; v++)
        for (int c = 0; c < p->vehicles[v].n_compartments; c++)
            met |= p->vehicles[v].compartments[c].start_streams;
    m->kinds = TR_NEW(m->arena, tr_kind, p->n_streams + 1);
    for (int s = 0; s < p->n_streams; s++) {
        int k = 0;
        if (!(met >> s & 1)) continue;
        while (k < m->n_kinds && !alike(p, m->kinds[k].stream, s)) k++;
        if (k == m->n_kinds) {
            names[m->n_kinds++] = p->streams[s].name;
            m->kinds[k] = (tr_kind){.stream = s, .hazardous = p->streams[s].hazardous};
        }
        m->kinds[k].streams |= (tr_mask)1 << s;
        for (int z = 0; z < p->n_sites; z++) m->kinds[k].picky |= !(p->sites[z].streams >> s & 1);
    }
    names = tr_lp_names(names, m->n_kinds, m->arena);
    for (int k = 0; k < m->n_kinds; k++) m->kinds[k].name = names[k];
}

static bool start_load_holds(const tr_problem *p, const tr_vehicle *v) /* rules 2 and 3 at departure */
{
    int64_t kg = 0;
    for (int c = 0; c < v->n_compartments; c++) {
        const tr_compartment *body = &v->compartments[c];
        kg += body->start_kg;
        if (body->start_kg > body->kg || body->start_litres > body->litres ||
            body->start_streams & ~body->streams)
            return false;
        for (int a = 0; a < p->n_streams; a++)
            for (int b = 0; b < a; b++)
                if (body->start_streams >> a & body->start_streams >> b & 1 && !same_group(p, a, b))
                    return false;
    }
    return kg <= v->payload_kg;
}

static void find_vehicles(tr_compact *m)
{
    static const double duty[] = {11 * 3600, 13 * 3600, HUGE_VAL}, drive[] = {10 * 3600, 9 * 3600, HUGE_VAL};
    const tr_problem *p = m->p;
    m->vehicles = TR_NEW(m->arena, tr_compact_vehicle, p->n_vehicles + 1);
    for (int v = 0; v < p->n_vehicles; v++) {
        const tr_vehicle *w = &p->vehicles[v];
        tr_compact_vehicle *d = &m->vehicles[v];
        d->latest = (double)(w->end_s + w->max_overtime_s);
        double span = fmin(d->latest - (double)w->start_s, duty[w->hours_rule]);
        d->duty = duty[w->hours_rule], d->drive = drive[w->hours_rule];
        d->usable = w->available && span >= 0 && start_load_holds(p, w);
        d->wtr = w->wtr && span > TR_SPELL_S;
        d->eu = w->hours_rule == TR_HOURS_EU && span > TR_EU_SPELL_S;
        for (int c = 0; c < w->n_compartments; c++)
            for (int s = 0; s < p->n_streams; s++)
                if (w->compartments[c].start_streams >> s & 1)
                    d->owed |= w->available && (p->streams[s].hazardous || !w->may_park_loaded);
        if (w->n_compartments > m->n_slots) m->n_slots = w->n_compartments;
    }
}

/* How much can be on board, and whether that can ever be too much. */
static void find_loads(tr_compact *m)
{
    const tr_problem *p = m->p;
    double all_kg = 0, all_litres = 0, dear = 0, cheap = HUGE_VAL;
    bool parks = false;
    m->most_kg = TR_NEW(m->arena, double, m->n_slots + 1);
    m->most_litres = TR_NEW(m->arena, double, m->n_slots + 1);
    for (int j = 0; j < p->n_stops; j++) all_kg += p->stops[j].kg, all_litres += p->stops[j].litres;
    for (int z = 0; z < p->n_sites; z++) {
        dear = fmax(dear, (double)p->sites[z].gate_fee_pence_per_tonne);
        cheap = fmin(cheap, (double)p->sites[z].gate_fee_pence_per_tonne);
    }
    for (int v = 0; v < p->n_vehicles; v++) {
        const tr_vehicle *w = &p->vehicles[v];
        double start_kg = 0;
        for (int c = 0; c < w->n_compartments; c++) start_kg += w->compartments[c].start_kg;
        for (int c = 0; c < w->n_compartments; c++) {
            const tr_compartment *body = &w->compartments[c];
            double room = fmin(body->kg, w->payload_kg), kg = all_kg + body->start_kg,
                   l = all_litres + body->start_litres;
            m->kg |= kg > room || all_kg + start_kg > w->payload_kg;
            m->litres |= l > body->litres;
            m->most_kg[c] = fmax(m->most_kg[c], fmin(room, kg));
            m->most_litres[c] = fmax(m->most_litres[c], fmin(body->litres, l));
        }
        parks |= w->may_park_loaded;
    }
    m->kg |= dear > 0;
    m->exact = dear > 0 && (dear > cheap || parks);
}

static void find_spans(const tr_compact *m, tr_node *node, const tr_window *spans, int n, double latest,
                       double early)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int v = 0; v < m->p->n_vehicles; v++) {
        if (!m->vehicles[v].usable) continue;
        low = fmin(low, (double)m->p->vehicles[v].start_s);
        high = fmax(high, m->vehicles[v].latest);
    }
    node->spans = TR_NEW(m->arena, tr_window, n + 1);
    for (int k = 0; k < n; k++) {
        double from = fmax(low, (double)spans[k].start_s),
               to = fmin(fmin(high, latest), (double)spans[k].end_s - early);
        if (from <= to) node->spans[node->n_spans++] = (tr_window){(int64_t)from, (int64_t)to};
    }
}

static void add_stop_node(tr_compact *m, int j)
{
    static const tr_window any = {INT64_MIN / 2, INT64_MAX / 2};
    const tr_problem *p = m->p;
    const tr_stop *s = &p->stops[j];
    bool deadline = p->policy.hazard_policy == TR_HAZARD_DEADLINE && tr_compact_hazardous(p, s);
    double latest = deadline ? (double)(p->policy.day_start_s + p->policy.hazard_latest_s) : HUGE_VAL;
    tr_node *node = &m->nodes[m->n_nodes];
    *node = (tr_node){.kind = TR_NODE_STOP, .stop = j, .site = -1, .vehicle = -1, .owner = m->n_nodes++};
    node->place = s->place;
    node->stay_s = (double)s->service_s;
    node->name = m->stop_names[j];
    find_spans(m, node, s->n_windows ? s->windows : &any, s->n_windows ? s->n_windows : 1, latest, 0);
}

static void add_end_node(tr_compact *m, int v, tr_node_kind kind)
{
    const tr_vehicle *w = &m->p->vehicles[v];
    tr_node *node = &m->nodes[m->n_nodes];
    *node =
        (tr_node){.kind = kind, .stop = -1, .site = -1, .vehicle = v, .owner = m->n_nodes++, .n_spans = 1};
    node->place = kind == TR_NODE_START ? w->start_place : w->end_place;
    node->name =
        tr_arena_printf(m->arena, "%s.%s", kind == TR_NODE_START ? "start" : "end", m->vehicle_names[v]);
    node->spans = TR_NEW(m->arena, tr_window, 1);
    node->spans[0] = (tr_window){w->start_s, (int64_t)fmax((double)w->start_s, m->vehicles[v].latest)};
}

static void add_site_node(tr_compact *m, int z, int owner)
{
    const tr_site *site = &m->p->sites[z];
    tr_node *node = &m->nodes[m->n_nodes++];
    *node = (tr_node){
        .kind = TR_NODE_SITE, .stop = -1, .site = z, .vehicle = m->nodes[owner].vehicle, .owner = owner};
    node->place = site->place;
    node->stay_s = (double)site->turnaround_s;
    node->name = tr_arena_printf(m->arena, "%s@%s", m->nodes[owner].name, m->site_names[z]);
    find_spans(m, node, site->opening, site->n_opening, HUGE_VAL, (double)site->turnaround_s);
}

static void add_nodes(tr_compact *m)
{
    const tr_problem *p = m->p;
    m->nodes = TR_NEW(m->arena, tr_node, (p->n_stops + p->n_vehicles) * (1 + p->n_sites) + p->n_vehicles + 1);
    for (int j = 0; j < p->n_stops; j++) add_stop_node(m, j);
    for (int v = 0; v < p->n_vehicles; v++) {
        m->vehicles[v].start = m->n_nodes;
        add_end_node(m, v, TR_NODE_START);
    }
    int owners = m->n_nodes;
    for (int v = 0; v < p->n_vehicles; v++) {
        m->vehicles[v].end = m->n_nodes;
        add_end_node(m, v, TR_NODE_END);
    }
    for (int i = 0; i < owners; i++)
        for (int z = 0; z < p->n_sites; z++) add_site_node(m, z, i);
}

/* ---- legs ---- */

bool tr_compact_rides(const tr_compact *m, int v, const tr_node *a)
{
    const tr_node *owner = &m->nodes[a->owner];
    if (!m->vehicles[v].usable || !a->n_spans) return false;
    if (owner->kind != TR_NODE_STOP) return owner->vehicle == v;
    for (int c = 0; c < m->n_slots; c++)
        if (tr_compact_fits(m->p, v, owner->stop, c)) return true;
    return false;
}

/* Does the plan's form allow b after a?  A gap has each site once. */
static bool follows(const tr_compact *m, const tr_node *a, const tr_node *b)
{
    (void)m;
    if (a->kind == TR_NODE_END || b->kind == TR_NODE_START) return false;
    if (b->kind == TR_NODE_SITE) return a->owner == b->owner && a->site != b->site;
    if (b->kind == TR_NODE_END) return a->kind != TR_NODE_START;
    return a->owner != b->owner;
}

/* Rules that look at a and b alone. */
static bool may_follow(const tr_compact *m, int v, const tr_node *a, const tr_node *b)
{
    const tr_problem *p = m->p;
    const tr_vehicle *w = &p->vehicles[v];
    const tr_stop *s = a->kind == TR_NODE_STOP ? &p->stops[a->stop] : NULL,
                  *t = b->kind == TR_NODE_STOP ? &p->stops[b->stop] : NULL;
    if (s && b->kind == TR_NODE_END) return w->may_park_loaded && !p->streams[s->stream].hazardous;
    if (!s || !t) return true;
    if (w->n_compartments == 1 && !same_group(p, s->stream, t->stream)) return false;
    return tr_compact_hazardous(p, s) || !tr_compact_first(p, v, b->stop);
}

static bool arc_new(const tr_compact *m, int v, int from, int to, tr_compact_arc *arc)
{
    const tr_vehicle *w = &m->p->vehicles[v];
    const tr_node *a = &m->nodes[from], *b = &m->nodes[to];
    *arc = (tr_compact_arc){.vehicle = v, .from = from, .to = to};
    if (!tr_compact_rides(m, v, a) || !tr_compact_rides(m, v, b) || !may_follow(m, v, a, b)) return false;
    if (!leg(m->p, w, a->place, b->place, arc)) return false;
    double early = fmax((double)a->spans[0].start_s, (double)w->start_s) + a->stay_s + arc->leg_s;
    return early <= fmin((double)b->spans[b->n_spans - 1].end_s, m->vehicles[v].latest);
}

static void add_arc(tr_compact *m, const tr_compact_arc *arc, int *room)
{
    if (m->n_arcs == *room) {
        *room = 2 * *room + 1000;
        m->arcs = tr_arena_grow(m->arena, m->arcs, (size_t)m->n_arcs, (size_t)*room, sizeof *m->arcs);
        m->pairs = tr_arena_grow(m->arena, m->pairs, (size_t)m->n_pairs, (size_t)*room, sizeof *m->pairs);
    }
    tr_pair *last = m->n_pairs ? &m->pairs[m->n_pairs - 1] : NULL;
    if (!last || last->from != arc->from || last->to != arc->to) {
        last = &m->pairs[m->n_pairs++];
        *last = (tr_pair){arc->from, arc->to, m->n_arcs, 0};
    }
    last->n++;
    m->arcs[m->n_arcs++] = *arc;
}

static void find_arcs(tr_compact *m)
{
    int room = 0;
    tr_compact_arc arc;
    for (int a = 0; a < m->n_nodes && m->n_arcs <= TR_COMPACT_ARCS; a++) { /* one more is too many */
        m->nodes[a].first_out = m->n_arcs;
        for (int b = 0; b < m->n_nodes; b++)
            for (int v = 0; v < m->p->n_vehicles && follows(m, &m->nodes[a], &m->nodes[b]); v++)
                if (arc_new(m, v, a, b, &arc)) add_arc(m, &arc, &room);
        m->nodes[a].n_out = m->n_arcs - m->nodes[a].first_out;
    }
    m->by_end = TR_NEW(m->arena, int, m->n_arcs + 1);
    int *next = TR_NEW(m->arena, int, m->n_nodes + 1);
    for (int k = 0; k < m->n_arcs; k++) m->nodes[m->arcs[k].to].n_in++;
    for (int b = 0, sum = 0; b < m->n_nodes; sum += m->nodes[b++].n_in) next[b] = m->nodes[b].first_in = sum;
    for (int k = 0; k < m->n_arcs; k++) m->by_end[next[m->arcs[k].to]++] = k;
}

tr_compact tr_compact_sets(const tr_problem *problem, tr_arena *arena)
{
    tr_compact m = {.p = problem, .arena = arena, .n = problem->n_stops};
    find_names(&m);
    find_kinds(&m);
    find_vehicles(&m);
    find_loads(&m);
    add_nodes(&m);
    find_arcs(&m);
    return m;
}
