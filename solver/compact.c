/* compact.c -- sets and columns of the compact model: see compact.h; the rows are in compact_rows.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compact.h"
#include "compact_model.h"
#include "lp_text.h"

#include <math.h>
#include <stdlib.h>

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
        return level == 1 ? fmax((double)y->severity[s->hazard], 1) * (1 + fmin(age, (double)y->hazard_age_cap)) : 0;
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

static bool fits(const tr_problem *p, int v, int j, int slot) /* rules 2, 3 and 6 for this stop alone */
{
    const tr_stop *s = &p->stops[j];
    const tr_vehicle *w = &p->vehicles[v];
    if (slot >= w->n_compartments || s->leave || (s->pin >= 0 && s->pin != v)) return false;
    const tr_compartment *body = &w->compartments[slot];
    return !(s->certs & ~w->certs) && !(s->equipment & ~w->equipment) && body->streams >> s->stream & 1 &&
           s->kg <= body->kg && s->kg <= w->payload_kg && s->litres <= body->litres;
}

/* ---- columns ---- */

static int column(tr_compact *m, double low, double high, double pence)
{
    int c = glp_add_cols(m->lp, 1);
    glp_set_col_bnds(m->lp, c, low < high ? GLP_DB : GLP_FX, low, high);
    if (m->level == 3) glp_set_obj_coef(m->lp, c, pence);
    return c;
}

static int binary(tr_compact *m, double pence)
{
    int c = column(m, 0, 1, pence);
    glp_set_col_kind(m->lp, c, GLP_BV);
    return c;
}

__attribute__((format(printf, 3, 4))) static int named(const tr_compact *m, int c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    glp_set_col_name(m->lp, c, tr_arena_vprintf(m->arena, format, args));
    va_end(args);
    return c;
}

int tr_compact_in(const tr_compact *m, int v, int j, int slot)
{
    return m->in[(v * m->n + j) * m->n_slots + slot];
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
        for (int c = 0; c < p->vehicles[v].n_compartments; c++) met |= p->vehicles[v].compartments[c].start_streams;
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
        if (body->start_kg > body->kg || body->start_litres > body->litres || body->start_streams & ~body->streams)
            return false;
        for (int a = 0; a < p->n_streams; a++)
            for (int b = 0; b < a; b++)
                if (body->start_streams >> a & body->start_streams >> b & 1 && !same_group(p, a, b)) return false;
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
            double room = fmin(body->kg, w->payload_kg), kg = all_kg + body->start_kg, l = all_litres + body->start_litres;
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

static void find_spans(const tr_compact *m, tr_node *node, const tr_window *spans, int n, double latest, double early)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int v = 0; v < m->p->n_vehicles; v++) {
        if (!m->vehicles[v].usable) continue;
        low = fmin(low, (double)m->p->vehicles[v].start_s);
        high = fmax(high, m->vehicles[v].latest);
    }
    node->spans = TR_NEW(m->arena, tr_window, n + 1);
    for (int k = 0; k < n; k++) {
        double from = fmax(low, (double)spans[k].start_s), to = fmin(fmin(high, latest), (double)spans[k].end_s - early);
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
    *node = (tr_node){.kind = kind, .stop = -1, .site = -1, .vehicle = v, .owner = m->n_nodes++, .n_spans = 1};
    node->place = kind == TR_NODE_START ? w->start_place : w->end_place;
    node->name = tr_arena_printf(m->arena, "%s.%s", kind == TR_NODE_START ? "start" : "end", m->vehicle_names[v]);
    node->spans = TR_NEW(m->arena, tr_window, 1);
    node->spans[0] = (tr_window){w->start_s, (int64_t)fmax((double)w->start_s, m->vehicles[v].latest)};
}

static void add_site_node(tr_compact *m, int z, int owner)
{
    const tr_site *site = &m->p->sites[z];
    tr_node *node = &m->nodes[m->n_nodes++];
    *node = (tr_node){.kind = TR_NODE_SITE, .stop = -1, .site = z, .vehicle = m->nodes[owner].vehicle, .owner = owner};
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

/* ---- arcs ---- */

static bool rides(const tr_compact *m, int v, const tr_node *a)
{
    const tr_node *owner = &m->nodes[a->owner];
    if (!m->vehicles[v].usable || !a->n_spans) return false;
    if (owner->kind != TR_NODE_STOP) return owner->vehicle == v;
    for (int c = 0; c < m->n_slots; c++)
        if (fits(m->p, v, owner->stop, c)) return true;
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
    const tr_stop *s = a->kind == TR_NODE_STOP ? &p->stops[a->stop] : NULL, *t = b->kind == TR_NODE_STOP ? &p->stops[b->stop] : NULL;
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
    if (!rides(m, v, a) || !rides(m, v, b) || !may_follow(m, v, a, b)) return false;
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
    for (int a = 0; a < m->n_nodes; a++) {
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

/* ---- all columns ---- */

static const char *end_name(const tr_node *node)
{
    return node->kind == TR_NODE_START ? "start" : node->kind == TR_NODE_END ? "end" : node->name;
}

static void add_arc_columns(tr_compact *m)
{
    for (int k = 0; k < m->n_arcs; k++) {
        tr_compact_arc *a = &m->arcs[k];
        const tr_vehicle *w = &m->p->vehicles[a->vehicle];
        const tr_node *from = &m->nodes[a->from], *to = &m->nodes[a->to];
        bool first = from->kind == TR_NODE_START;
        double pence = a->leg_m * (double)w->pence_per_km / 1000 + (first ? (double)w->fixed_pence : 0);
        /* start.Cage_1@T1 is called start@T1 where the vehicle is named anyway */
        const char *f = end_name(from), *t = end_name(to);
        if (from->kind == TR_NODE_SITE && from->vehicle >= 0) f = tr_arena_printf(m->arena, "start@%s", m->site_names[from->site]);
        if (to->kind == TR_NODE_SITE && to->vehicle >= 0) t = tr_arena_printf(m->arena, "start@%s", m->site_names[to->site]);
        a->x = named(m, binary(m, pence), "x(%s,%s,%s)", m->vehicle_names[a->vehicle], f, t);
    }
}

static void add_stop_columns(tr_compact *m, int j)
{
    const tr_problem *p = m->p;
    const tr_node *node = &m->nodes[j];
    const char *name = m->stop_names[j];
    double rate = (double)p->policy.pence_per_hazard_minute / 60;
    m->left[j] = named(m, column(m, 0, 1, 0), "left(%s)", name);
    glp_set_obj_coef(m->lp, m->left[j], tr_compact_weight(p, &p->stops[j], m->level));
    for (int v = 0; v < p->n_vehicles; v++)
        for (int c = 0; c < m->n_slots && rides(m, v, node); c++)
            if (fits(p, v, j, c))
                m->in[(v * m->n + j) * m->n_slots + c] = named(m, binary(m, 0), "in(%s,%s,%d)", m->vehicle_names[v], name, c + 1);
    if (!tr_compact_hazardous(p, &p->stops[j]) || rate == 0 || !node->n_spans) return;
    double most = (double)(node->spans[node->n_spans - 1].end_s - p->policy.day_start_s) + node->stay_s;
    m->hazard[j] = named(m, column(m, 0, fmax(0, most), rate), "hazard(%s)", name);
}

static void add_load_columns(tr_compact *m, tr_node *node)
{
    const tr_problem *p = m->p;
    const tr_vehicle *w = node->kind == TR_NODE_START ? &p->vehicles[node->vehicle] : NULL;
    double fee = node->kind == TR_NODE_SITE ? (double)p->sites[node->site].gate_fee_pence_per_tonne / 1000 : 0;
    node->kg = TR_NEW(m->arena, int, m->n_slots);
    node->litres = TR_NEW(m->arena, int, m->n_slots);
    node->tip = TR_NEW(m->arena, int, m->n_slots);
    node->gone = TR_NEW(m->arena, int, m->n_slots);
    node->aboard = TR_NEW(m->arena, int, m->n_slots * m->n_kinds);
    for (int c = 0; c < m->n_slots; c++) {
        const tr_compartment *body = w && c < w->n_compartments ? &w->compartments[c] : NULL;
        double kg = body ? body->start_kg : 0, litres = body ? body->start_litres : 0;
        if (m->kg) node->kg[c] = named(m, column(m, kg, w ? kg : m->most_kg[c], 0), "kg(%s,%d)", node->name, c + 1);
        if (m->litres)
            node->litres[c] = named(m, column(m, litres, w ? litres : m->most_litres[c], 0), "litres(%s,%d)", node->name, c + 1);
        if (node->kind == TR_NODE_SITE) node->tip[c] = named(m, binary(m, 0), "tip(%s,%d)", node->name, c + 1);
        if (fee > 0) node->gone[c] = named(m, column(m, 0, m->most_kg[c], fee), "gone(%s,%d)", node->name, c + 1);
        for (int k = 0; k < m->n_kinds; k++) {
            bool on = body && body->start_streams & m->kinds[k].streams;
            node->aboard[c * m->n_kinds + k] =
                named(m, column(m, on, w ? on : 1, 0), "aboard(%s,%d,%s)", node->name, c + 1, m->kinds[k].name);
        }
    }
}

/* Is there a leg from here that takes no time, or one to here from such a place? */
static bool timeless(const tr_compact *m, const tr_node *node)
{
    for (int k = node->first_out; k < node->first_out + node->n_out; k++)
        if (node->stay_s + m->arcs[k].leg_s == 0 && m->nodes[m->arcs[k].to].kind != TR_NODE_END) return true;
    for (int k = node->first_in; k < node->first_in + node->n_in; k++) {
        const tr_compact_arc *a = &m->arcs[m->by_end[k]];
        if (m->nodes[a->from].stay_s + a->leg_s == 0 && m->nodes[a->from].kind != TR_NODE_START) return true;
    }
    return false;
}

static void add_node_columns(tr_compact *m, tr_node *node)
{
    if (!node->n_in && !node->n_out) return;
    if (node->kind != TR_NODE_START && node->kind != TR_NODE_END) {
        if (timeless(m, node)) node->rank = named(m, column(m, 0, m->n_nodes, 0), "rank(%s)", node->name);
        double low = (double)node->spans[0].start_s, high = (double)node->spans[node->n_spans - 1].end_s;
        node->at = named(m, column(m, low, high, 0), "at(%s)", node->name);
        node->span = TR_NEW(m->arena, int, node->n_spans);
        for (int k = 0; k < node->n_spans && node->n_spans > 1; k++)
            node->span[k] = named(m, binary(m, 0), "opens(%s,%d)", node->name, k + 1);
    }
    bool wtr = false, eu = false;
    for (int v = 0; v < m->p->n_vehicles; v++)
        if (rides(m, v, node)) wtr |= m->vehicles[v].wtr, eu |= m->vehicles[v].eu;
    double fixed = node->kind == TR_NODE_START;
    if (wtr) node->work = named(m, column(m, 0, fixed ? 0 : TR_SPELL_S, 0), "work(%s)", node->name);
    if (eu) node->driven = named(m, column(m, 0, fixed ? 0 : TR_EU_SPELL_S, 0), "driven(%s)", node->name);
    if (node->kind != TR_NODE_END) add_load_columns(m, node);
}

static void add_vehicle_columns(tr_compact *m, int v)
{
    const tr_vehicle *w = &m->p->vehicles[v];
    tr_compact_vehicle *d = &m->vehicles[v];
    const char *name = m->vehicle_names[v];
    double early = (double)w->start_s, shift = fmax(0, (double)(w->end_s - w->start_s)), over = (double)w->max_overtime_s;
    if (!d->usable) return;
    d->leave = named(m, column(m, early, d->latest, 0), "leave(%s)", name);
    d->back = named(m, column(m, early, d->latest, 0), "back(%s)", name);
    d->regular = named(m, column(m, 0, shift, (double)w->pence_per_hour / 3600), "regular(%s)", name);
    m->nodes[d->start].at = d->leave;
    m->nodes[d->end].at = d->back;
    if (over > 0) {
        d->over = named(m, column(m, 0, over, (double)w->pence_per_overtime_hour / 3600), "over(%s)", name);
        d->late = named(m, binary(m, 0), "late(%s)", name);
        d->after = named(m, binary(m, 0), "after(%s)", name);
    }
    if (d->wtr) {
        d->long6 = named(m, binary(m, 0), "long6(%s)", name);
        d->long9 = named(m, binary(m, 0), "long9(%s)", name);
    }
    for (int i = 0; i < m->n_nodes && (d->wtr || d->eu); i++) {
        const tr_node *node = &m->nodes[i];
        int cell = v * m->n_nodes + i;
        if (node->kind == TR_NODE_END || !rides(m, v, node) || !node->n_out) continue;
        m->pause[cell] = named(m, column(m, 0, TR_FULL_S, 0), "pause(%s,%s)", name, end_name(node));
        m->rest[cell] = named(m, binary(m, 0), "rest(%s,%s)", name, end_name(node));
        if (d->eu) m->rest45[cell] = named(m, binary(m, 0), "rest45(%s,%s)", name, end_name(node));
    }
}

static void add_columns(tr_compact *m)
{
    int cells = m->p->n_vehicles * m->n_nodes + 1;
    m->left = TR_NEW(m->arena, int, m->n + 1);
    m->hazard = TR_NEW(m->arena, int, m->n + 1);
    m->in = TR_NEW(m->arena, int, m->p->n_vehicles * m->n * m->n_slots + 1);
    m->pause = TR_NEW(m->arena, int, cells);
    m->rest = TR_NEW(m->arena, int, cells);
    m->rest45 = TR_NEW(m->arena, int, cells);
    for (int j = 0; j < m->n; j++) add_stop_columns(m, j);
    add_arc_columns(m);
    for (int i = 0; i < m->n_nodes; i++) add_node_columns(m, &m->nodes[i]);
    for (int v = 0; v < m->p->n_vehicles; v++) add_vehicle_columns(m, v);
}

/* ---- the whole ---- */

static tr_compact find_sets(const tr_problem *problem, tr_arena *arena)
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

tr_status tr_compact_can(const tr_problem *p, tr_err *err)
{
    if (!p->n_stops) return tr_fail(err, TR_EINPUT, "no compact model: there is no stop");
    for (int h = 0; h < 24; h++)
        if (p->policy.speed_by_hour[h] && p->policy.speed_by_hour[h] != 1000)
            return tr_fail(err, TR_EINPUT, "no compact model: speeds change with the hour (%d permille at %d:00)",
                           p->policy.speed_by_hour[h], h);
    for (int v = 0; v < p->n_vehicles; v++)
        if (p->vehicles[v].n_frozen)
            return tr_fail(err, TR_EINPUT, "no compact model: vehicle %s has visits already done", p->vehicles[v].id);
    double legs = (double)(p->n_stops + p->n_vehicles) * p->n_vehicles * (p->n_stops + p->n_sites) * (1 + p->n_sites);
    if (legs > 100.0 * TR_COMPACT_ARCS) return tr_fail(err, TR_EINPUT, "no compact model: about %.0f legs, more than %d", legs, TR_COMPACT_ARCS);
    tr_arena *scratch = tr_arena_new();
    int n_arcs = find_sets(p, scratch).n_arcs;
    tr_arena_free(scratch);
    if (n_arcs <= TR_COMPACT_ARCS) return TR_OK;
    return tr_fail(err, TR_EINPUT, "no compact model: %d legs, more than %d", n_arcs, TR_COMPACT_ARCS);
}

glp_prob *tr_compact_new(const tr_problem *problem, int32_t level, const tr_goal *held)
{
    static const char *const names[] = {"", "hazard_left", "due_left", "cost_pence"};
    tr_arena *scratch = tr_arena_new();
    tr_compact m = find_sets(problem, scratch);
    m.level = level;
    m.lp = glp_create_prob();
    glp_set_prob_name(m.lp, "compact");
    glp_set_obj_name(m.lp, names[level]);
    glp_set_obj_dir(m.lp, GLP_MIN);
    add_columns(&m);
    tr_compact_rows(&m, held);
    tr_arena_free(scratch);
    return m.lp;
}

static const char *head(const tr_problem *p, int32_t level, const tr_goal *held, tr_arena *arena)
{
    static const char *const levels[] = {"", "hazard left", "due work left", "cost in pence"};
    const char *above = level == 1 ? "none"
                        : level == 2
                            ? tr_arena_printf(arena, "hazard left <= %lld", (long long)held->hazard_left)
                            : tr_arena_printf(arena, "hazard left <= %lld, due work left <= %lld",
                                              (long long)held->hazard_left, (long long)held->due_left);
    return tr_arena_printf(arena,
                           "The compact model of a morning, written by tiprun " TR_VERSION ": docs/model.md, \"The compact model\".\n"
                           "Level %d of 3: %s.  Levels above, held: %s.\n"
                           "%d stops, %d vehicles, %d sites.\n"
                           "\n"
                           "x(v,a,b)     vehicle v goes from visit a to visit b; a and b are a stop, start, end, or\n"
                           "             STOP@SITE: the site, in the gap after that stop (start@SITE: after the start)\n"
                           "in(v,j,c)    stop j rides on v in its compartment c (by number); left(j): it is left\n"
                           "at(a)        second of the day at which service or turnaround begins; leave(v), back(v)\n"
                           "opens(a,k)   it begins in the k-th window or opening period that can be met\n"
                           "kg, litres, aboard(a,c,kind)   in compartment c after visit a\n"
                           "tip(a,c)     site visit a empties c; gone(a,c): kg that pay the gate fee\n"
                           "pause(v,a)   seconds of break after a; rest: it counts (15 min); rest45: 45 min\n"
                           "work(a), driven(a)   seconds since the last such break; long6, long9: over 6 h, 9 h of work\n"
                           "regular, over(v)   paid seconds; late: there is overtime; after: v leaves after its shift's end\n"
                           "hazard(j)    seconds from day_start until hazardous stop j is safe\n"
                           "\n"
                           "Not exactly as the rules have it:\n"
                           "- the cost is the sum before its terms are rounded, each once for each route: within 2.5 pence a vehicle;\n"
                           "- no site is visited twice in one gap (it could only be a way point the second time);\n"
                           "- seconds may be fractions; breaks are of 15 to 45 minutes (others change nothing).\n",
                           level, levels[level], above, p->n_stops, p->n_vehicles, p->n_sites);
}

const char *tr_compact_text(const tr_problem *problem, int32_t level, const tr_goal *held, tr_arena *arena)
{
    glp_prob *lp = tr_compact_new(problem, level, held);
    const char *text = tr_lp_text(lp, head(problem, level, held, arena), arena);
    glp_delete_prob(lp);
    return text;
}
