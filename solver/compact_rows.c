/* compact_rows.c -- the rows of the compact model: each rule of docs/model.md once.  See compact.h.
 *
 * Big M is taken from the bounds of the columns that a row holds apart, so that it is as small as they allow.
 * A row about legs from a to b stands once for all vehicles: at most one of them drives there.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compact_model.h"

#include <math.h>

typedef struct { /* a row in the making: sum of factor x column */
    tr_compact *m;
    int n, *column, *place; /* place: of each column in the row, 0 = not in it */
    double *factor;
} row;

static row row_new(tr_compact *m)
{
    int n = glp_get_num_cols(m->lp) + 1;
    return (row){.m = m,
                 .column = TR_NEW(m->arena, int, n),
                 .place = TR_NEW(m->arena, int, n),
                 .factor = TR_NEW(m->arena, double, n)};
}

static void add(row *r, int column, double factor)
{
    if (!column || factor == 0) return;
    if (!r->place[column]) {
        r->place[column] = ++r->n;
        r->column[r->n] = column;
        r->factor[r->n] = 0;
    }
    r->factor[r->place[column]] += factor;
}

/* Adds the row as it is to the program and empties it. */
__attribute__((format(printf, 4, 5))) static void put(row *r, int type, double bound, const char *format, ...)
{
    glp_prob *lp = r->m->lp;
    for (int k = 1; k <= r->n; k++) r->place[r->column[k]] = 0;
    if (r->n) {
        va_list args;
        va_start(args, format);
        int i = glp_add_rows(lp, 1);
        glp_set_row_name(lp, i, tr_arena_vprintf(r->m->arena, format, args));
        glp_set_row_bnds(lp, i, type, bound, bound);
        glp_set_mat_row(lp, i, r->n, r->column, r->factor);
        va_end(args);
    }
    r->n = 0;
}

static double low(const tr_compact *m, int c)
{
    return glp_get_col_lb(m->lp, c);
}

static double high(const tr_compact *m, int c)
{
    return glp_get_col_ub(m->lp, c);
}

/* ---- sums that many rows have ---- */

static void add_into(row *r, int v, const tr_node *b,
                     double factor) /* legs of v (-1: of all) that end at b */
{
    const tr_compact *m = r->m;
    for (int k = b->first_in; k < b->first_in + b->n_in; k++) {
        const tr_compact_arc *a = &m->arcs[m->by_end[k]];
        if (v < 0 || a->vehicle == v) add(r, a->x, factor);
    }
}

static void add_out(row *r, int v, const tr_node *a, double factor)
{
    const tr_compact *m = r->m;
    for (int k = a->first_out; k < a->first_out + a->n_out; k++)
        if (v < 0 || m->arcs[k].vehicle == v) add(r, m->arcs[k].x, factor);
}

static void add_on(row *r, int v, const tr_node *a, double factor) /* 1 if v (-1: any) makes this visit */
{
    const tr_compact *m = r->m;
    if (a->kind == TR_NODE_START) add_out(r, v, a, factor);
    if (a->kind == TR_NODE_SITE || a->kind == TR_NODE_END) add_into(r, v, a, factor);
    for (int w = 0; w < m->p->n_vehicles && a->kind == TR_NODE_STOP; w++)
        for (int c = 0; c < m->n_slots; c++)
            if (v < 0 || w == v) add(r, tr_compact_in(m, w, a->stop, c), factor);
}

static void add_slot(row *r, int j, int slot, double factor) /* 1 if stop j is in that compartment */
{
    for (int v = 0; v < r->m->p->n_vehicles; v++) add(r, tr_compact_in(r->m, v, j, slot), factor);
}

/* factor x (leg used), and `more` x its seconds; only of vehicles that `of` allows */
static void add_pair(row *r, const tr_pair *pair, double factor, double more,
                     bool (*of)(const tr_compact_vehicle *))
{
    const tr_compact *m = r->m;
    for (int k = pair->first; k < pair->first + pair->n; k++)
        if (!of || of(&m->vehicles[m->arcs[k].vehicle]))
            add(r, m->arcs[k].x, factor + more * m->arcs[k].leg_s);
}

static void add_pauses(row *r, const int *columns, int node, double factor)
{
    for (int v = 0; v < r->m->p->n_vehicles; v++) add(r, columns[v * r->m->n_nodes + node], factor);
}

/* ---- rules 1, 6: once, and the way goes on ---- */

static void flow_rows(tr_compact *m, row *r)
{
    for (int j = 0; j < m->n; j++) {
        add_on(r, -1, &m->nodes[j], 1);
        add(r, m->left[j], 1);
        put(r, GLP_FX, 1, "once(%s)", m->stop_names[j]);
    }
    for (int v = 0; v < m->p->n_vehicles; v++) {
        const char *name = m->vehicle_names[v];
        const tr_node *start = &m->nodes[m->vehicles[v].start];
        for (int i = 0; i < m->n_nodes; i++) {
            const tr_node *a = &m->nodes[i];
            if (a->kind == TR_NODE_STOP) {
                add_into(r, v, a, 1);
                add_on(r, v, a, -1);
                put(r, GLP_FX, 0, "arrive(%s,%s)", name, a->name);
                if (a->n_in) add_out(r, v, start, 1); /* implied, but it helps a solver, as does at_work() */
                add_on(r, v, a, -1);
                put(r, GLP_LO, 0, "goes(%s,%s)", name, a->name);
            }
            if (a->kind != TR_NODE_STOP && a->kind != TR_NODE_SITE) continue;
            add_into(r, v, a, 1);
            add_out(r, v, a, -1);
            put(r, GLP_FX, 0, "depart(%s,%s)", name, a->name);
        }
        add_out(r, v, start, 1);
        put(r, m->vehicles[v].owed ? GLP_FX : GLP_UP, 1, "out(%s)", name);
    }
}

/* ---- rules 4, 7, 8: times ---- */

static void time_row(tr_compact *m, row *r, const tr_pair *pair)
{
    const tr_node *a = &m->nodes[pair->from], *b = &m->nodes[pair->to];
    double pause = 0;
    for (int v = 0; v < m->p->n_vehicles; v++)
        if (m->pause[v * m->n_nodes + pair->from]) pause = TR_FULL_S;
    double big = fmax(0, high(m, a->at) + a->stay_s + pause - low(m, b->at));
    add(r, b->at, 1);
    add(r, a->at, -1);
    add_pauses(r, m->pause, pair->from, -1);
    add_pair(r, pair, -big, -1, NULL);
    put(r, GLP_LO, a->stay_s - big, "time(%s,%s)", a->name, b->name);
}

/* Legs of no time need an order of their own, or they could close a ring. */
static void order_row(tr_compact *m, row *r, const tr_pair *pair)
{
    const tr_node *a = &m->nodes[pair->from], *b = &m->nodes[pair->to];
    if (!a->rank || !b->rank) return;
    add(r, b->rank, 1);
    add(r, a->rank, -1);
    add_pair(r, pair, -1 - m->n_nodes, 0, NULL);
    put(r, GLP_LO, -m->n_nodes, "order(%s,%s)", a->name, b->name);
}

static void span_rows(tr_compact *m, row *r, const tr_node *a)
{
    if (!a->at || a->n_spans < 2 || !a->n_in) return;
    double first = low(m, a->at), last = high(m, a->at);
    for (int k = 0; k < a->n_spans; k++) add(r, a->span[k], 1);
    add_on(r, -1, a, -1);
    put(r, GLP_FX, 0, "opens(%s)", a->name);
    add(r, a->at, 1);
    for (int k = 0; k < a->n_spans; k++) add(r, a->span[k], first - (double)a->spans[k].start_s);
    put(r, GLP_LO, first, "from(%s)", a->name);
    add(r, a->at, 1);
    for (int k = 0; k < a->n_spans; k++) add(r, a->span[k], last - (double)a->spans[k].end_s);
    put(r, GLP_UP, last, "until(%s)", a->name);
}

/* Regular hours end at the shift's end, or at once if the vehicle leaves after it; what follows is overtime. */
static void pay_rows(tr_compact *m, row *r, int v)
{
    const tr_compact_vehicle *d = &m->vehicles[v];
    const tr_vehicle *w = &m->p->vehicles[v];
    const char *name = m->vehicle_names[v];
    double end = (double)w->end_s, shift = fmax(0, (double)(w->end_s - w->start_s)),
           over = (double)w->max_overtime_s;
    add(r, d->regular, 1);
    add(r, d->over, 1);
    add(r, d->back, -1);
    add(r, d->leave, 1);
    put(r, GLP_FX, 0, "paid(%s)", name);
    if (!d->over) return;
    add(r, d->over, 1);
    add(r, d->late, -over);
    put(r, GLP_UP, 0, "over_if_late(%s)", name);
    add(r, d->regular, 1);
    add(r, d->leave, 1);
    add(r, d->late, -shift);
    put(r, GLP_LO, end - shift, "late_if_full(%s)", name);
    add(r, d->regular, 1);
    add(r, d->leave, 1);
    add(r, d->after, -over);
    put(r, GLP_UP, end, "regular_to_end(%s)", name);
    add(r, d->regular, 1);
    add(r, d->after, shift);
    put(r, GLP_UP, shift, "none_after(%s)", name);
}

static void vehicle_time_rows(tr_compact *m, row *r, int v)
{
    const tr_compact_vehicle *d = &m->vehicles[v];
    const char *name = m->vehicle_names[v];
    double span = d->latest - (double)m->p->vehicles[v].start_s;
    if (!d->leave) return;
    pay_rows(m, r, v);
    if (d->duty < span) {
        add(r, d->back, 1);
        add(r, d->leave, -1);
        put(r, GLP_UP, d->duty, "duty(%s)", name);
    }
    add(r, d->back, 1);
    add(r, d->leave, -1);
    for (int k = 0; k < m->n_arcs; k++)
        if (m->arcs[k].vehicle == v) add(r, m->arcs[k].x, -m->arcs[k].leg_s - m->nodes[m->arcs[k].to].stay_s);
    for (int i = 0; i < m->n_nodes; i++) add(r, m->pause[v * m->n_nodes + i], -1);
    put(r, GLP_LO, 0, "at_work(%s)", name);
    if (d->drive < span) {
        for (int k = 0; k < m->n_arcs; k++)
            if (m->arcs[k].vehicle == v) add(r, m->arcs[k].x, m->arcs[k].leg_s);
        put(r, GLP_UP, d->drive, "driving(%s)", name);
    }
}

/* ---- rule 8: breaks ---- */

static bool under_wtr(const tr_compact_vehicle *d)
{
    return d->wtr;
}

static bool under_eu(const tr_compact_vehicle *d)
{
    return d->eu;
}

/* What piles up along a leg until a rest takes it away: work, or driving. */
static void spell_row(tr_compact *m, row *r, const tr_pair *pair, bool driving)
{
    const tr_node *a = &m->nodes[pair->from], *b = &m->nodes[pair->to];
    int from = driving ? a->driven : a->work, to = driving ? b->driven : b->work;
    double limit = driving ? TR_EU_SPELL_S : TR_SPELL_S, stay = driving ? 0 : b->stay_s, big = limit + stay;
    bool (*of)(const tr_compact_vehicle *) = driving ? under_eu : under_wtr;
    add_pair(r, pair, -big, -1, of);
    if (!r->n) return;
    add(r, to, 1);
    add(r, from, -1);
    add_pauses(r, driving ? m->rest45 : m->rest, pair->from, limit);
    put(r, GLP_LO, stay - big, "%s(%s,%s)", driving ? "driven" : "work", a->name, b->name);
}

static void least_spell_row(tr_compact *m, row *r, const tr_node *b, bool driving)
{
    for (int k = b->first_in; k < b->first_in + b->n_in; k++) {
        const tr_compact_arc *a = &m->arcs[m->by_end[k]];
        if (driving ? m->vehicles[a->vehicle].eu : m->vehicles[a->vehicle].wtr)
            add(r, a->x, -a->leg_s - (driving ? 0 : b->stay_s));
    }
    if (!r->n) return;
    add(r, driving ? b->driven : b->work, 1);
    put(r, GLP_LO, 0, "least_%s(%s)", driving ? "driven" : "work", b->name);
}

static void pause_rows(tr_compact *m, row *r, int v, int node)
{
    int cell = v * m->n_nodes + node;
    const tr_node *a = &m->nodes[node];
    const char *name = m->vehicle_names[v];
    if (!m->pause[cell]) return;
    add(r, m->pause[cell], 1);
    add(r, m->rest[cell], -TR_FULL_S);
    put(r, GLP_UP, 0, "pause_most(%s,%s)", name, a->name);
    add(r, m->pause[cell], 1);
    add(r, m->rest[cell], -TR_QUARTER_S);
    put(r, GLP_LO, 0, "pause_least(%s,%s)", name, a->name);
    add(r, m->rest[cell], 1);
    add_on(r, v, a, -1);
    put(r, GLP_UP, 0, "pause_there(%s,%s)", name, a->name);
    if (!m->rest45[cell]) return;
    add(r, m->pause[cell], 1);
    add(r, m->rest45[cell], -TR_FULL_S);
    put(r, GLP_LO, 0, "pause_full(%s,%s)", name, a->name);
}

/* Work in all over 6 h (9 h) asks for 30 (45) min of breaks in all. */
static void long_rows(tr_compact *m, row *r, int v)
{
    const tr_compact_vehicle *d = &m->vehicles[v];
    double span = fmin(d->latest - (double)m->p->vehicles[v].start_s, d->duty);
    for (int k = 0; k < 2; k++) {
        int flag = k ? d->long9 : d->long6;
        double limit = k ? TR_LONG_S : TR_SPELL_S;
        for (int i = 0; i < m->n_arcs; i++)
            if (m->arcs[i].vehicle == v)
                add(r, m->arcs[i].x, m->arcs[i].leg_s + m->nodes[m->arcs[i].to].stay_s);
        add(r, flag, -fmax(0, span - limit));
        put(r, GLP_UP, limit, "long%d(%s)", k ? 9 : 6, m->vehicle_names[v]);
        for (int i = 0; i < m->n_nodes; i++) add(r, m->pause[v * m->n_nodes + i], 1);
        add(r, flag, k ? -2700 : -1800);
        put(r, GLP_LO, 0, "pauses%d(%s)", k ? 9 : 6, m->vehicle_names[v]);
    }
}

static void break_rows(tr_compact *m, row *r)
{
    for (int k = 0; k < m->n_pairs; k++) {
        spell_row(m, r, &m->pairs[k], false);
        spell_row(m, r, &m->pairs[k], true);
    }
    for (int i = 0; i < m->n_nodes; i++) {
        least_spell_row(m, r, &m->nodes[i], false);
        least_spell_row(m, r, &m->nodes[i], true);
    }
    for (int v = 0; v < m->p->n_vehicles; v++) {
        for (int i = 0; i < m->n_nodes; i++) pause_rows(m, r, v, i);
        if (m->vehicles[v].wtr && m->vehicles[v].leave) long_rows(m, r, v);
    }
}

/* ---- rules 2 to 5: loads ---- */

static int aboard(const tr_compact *m, const tr_node *a, int slot, int kind)
{
    return a->aboard[slot * m->n_kinds + kind];
}

typedef struct { /* kg or litres of one compartment at both ends of a leg */
    const char *name;
    int from, to, gone; /* columns; gone: what is weighed and paid for at a site, 0 = that is not known */
    double own, most;   /* own: of the stop at the end */
} amount;

/* What was on board is still there after the leg, or has been tipped. */
static void carry_amount(row *r, const tr_pair *pair, int slot, const amount *what)
{
    const tr_node *a = &r->m->nodes[pair->from], *b = &r->m->nodes[pair->to];
    add(r, what->to, 1);
    add(r, what->from, -1);
    if (what->gone)
        add(r, what->gone, 1);
    else if (b->kind == TR_NODE_SITE)
        add(r, b->tip[slot], what->most);
    if (b->kind == TR_NODE_STOP) add_slot(r, b->stop, slot, -what->own);
    add_pair(r, pair, -what->most, 0, NULL);
    put(r, GLP_LO, -what->most, "%s(%s,%s,%d)", what->name, a->name, b->name, slot + 1);
}

static void carry_kind(row *r, const tr_pair *pair, int slot, int kind)
{
    const tr_compact *m = r->m;
    const tr_node *a = &m->nodes[pair->from], *b = &m->nodes[pair->to];
    const char *name = m->kinds[kind].name;
    bool taken = b->kind == TR_NODE_SITE && m->p->sites[b->site].streams >> m->kinds[kind].stream & 1;
    bool own = b->kind == TR_NODE_STOP && m->kinds[kind].streams >> m->p->stops[b->stop].stream & 1;
    add(r, aboard(m, b, slot, kind), 1);
    add(r, aboard(m, a, slot, kind), -1);
    if (taken) add(r, b->tip[slot], 1);
    add_pair(r, pair, -1, 0, NULL);
    put(r, GLP_LO, -1, "aboard(%s,%s,%d,%s)", a->name, b->name, slot + 1, name);
    if (!m->exact || !m->kinds[kind].picky) return;
    add(r, aboard(m, b, slot, kind), 1); /* and nothing else, or it could pretend */
    add(r, aboard(m, a, slot, kind), -1);
    if (own) add_slot(r, b->stop, slot, -1);
    add_pair(r, pair, 1, 0, NULL);
    put(r, GLP_UP, 1, "only(%s,%s,%d,%s)", a->name, b->name, slot + 1, name);
}

static void carry_rows(tr_compact *m, row *r, const tr_pair *pair)
{
    const tr_node *a = &m->nodes[pair->from], *b = &m->nodes[pair->to];
    const tr_stop *s = b->kind == TR_NODE_STOP ? &m->p->stops[b->stop] : NULL;
    if (b->kind == TR_NODE_END) return;
    for (int c = 0; c < m->n_slots; c++) {
        amount kg = {"kg", a->kg[c], b->kg[c], b->gone[c], s ? s->kg : 0, m->most_kg[c]};
        amount litres = {"litres", a->litres[c], b->litres[c], 0, s ? s->litres : 0, m->most_litres[c]};
        if (m->kg) carry_amount(r, pair, c, &kg);
        if (m->litres) carry_amount(r, pair, c, &litres);
        for (int k = 0; k < m->n_kinds; k++) carry_kind(r, pair, c, k);
    }
}

/* The last leg: nothing hazardous, and nothing at all unless the vehicle may park loaded. */
static void end_rows(tr_compact *m, row *r, const tr_compact_arc *arc)
{
    const tr_vehicle *v = &m->p->vehicles[arc->vehicle];
    const tr_node *a = &m->nodes[arc->from];
    if (m->nodes[arc->to].kind != TR_NODE_END) return;
    for (int c = 0; c < v->n_compartments; c++)
        for (int k = 0; k < m->n_kinds; k++) {
            if (v->may_park_loaded && !m->kinds[k].hazardous) continue;
            add(r, arc->x, 1);
            add(r, aboard(m, a, c, k), 1);
            put(r, GLP_UP, 1, "empty(%s,%s,%d,%s)", m->vehicle_names[arc->vehicle], a->name, c + 1,
                m->kinds[k].name);
        }
}

static void limit_row(row *r, const tr_node *a, int slot, int column, const char *what)
{
    const tr_compact *m = r->m;
    bool kg = a->kg[slot] == column;
    for (int v = 0; v < m->p->n_vehicles; v++) {
        const tr_vehicle *w = &m->p->vehicles[v];
        if (slot >= w->n_compartments) continue;
        const tr_compartment *body = &w->compartments[slot];
        double room = kg ? fmin(fmin(body->kg, w->payload_kg), m->most_kg[slot])
                         : fmin(body->litres, m->most_litres[slot]);
        add_on(r, v, a, -room);
    }
    add(r, column, 1);
    put(r, GLP_UP, 0, "%s(%s,%d)", what, a->name, slot + 1);
}

static void stop_load_rows(tr_compact *m, row *r, const tr_node *a)
{
    const tr_stop *s = &m->p->stops[a->stop];
    double all = 0;
    for (int c = 0; c < m->n_slots; c++) {
        all += m->most_kg[c];
        if (m->kg) {
            limit_row(r, a, c, a->kg[c], "most_kg");
            add(r, a->kg[c], 1);
            add_slot(r, a->stop, c, -s->kg);
            put(r, GLP_LO, 0, "least_kg(%s,%d)", a->name, c + 1);
        }
        if (m->litres) {
            limit_row(r, a, c, a->litres[c], "most_litres");
            add(r, a->litres[c], 1);
            add_slot(r, a->stop, c, -s->litres);
            put(r, GLP_LO, 0, "least_litres(%s,%d)", a->name, c + 1);
        }
        for (int k = 0; k < m->n_kinds; k++) {
            bool own = m->kinds[k].streams >> s->stream & 1;
            const tr_stream *t = &m->p->streams[s->stream], *u = &m->p->streams[m->kinds[k].stream];
            bool apart = !own && (t->segregation != u->segregation || t->hazardous || u->hazardous);
            if (!own && !apart) continue;
            add(r, aboard(m, a, c, k), 1);
            add_slot(r, a->stop, c, own ? -1 : 1);
            put(r, own ? GLP_LO : GLP_UP, own ? 0 : 1, "%s(%s,%d,%s)", own ? "loads" : "apart", a->name,
                c + 1, m->kinds[k].name);
        }
    }
    if (!m->kg || m->n_slots < 2) return;
    for (int c = 0; c < m->n_slots; c++) add(r, a->kg[c], 1);
    for (int v = 0; v < m->p->n_vehicles; v++) add_on(r, v, a, -fmin(all, m->p->vehicles[v].payload_kg));
    put(r, GLP_UP, 0, "payload(%s)", a->name);
}

/* A compartment is emptied only if the site takes all in it -- and must be, where it matters which site is paid. */
static void tip_rows(tr_compact *m, row *r, const tr_node *a)
{
    const tr_site *site = &m->p->sites[a->site];
    for (int c = 0; c < m->n_slots; c++) {
        add(r, a->tip[c], 1);
        add_on(r, -1, a, -1);
        put(r, GLP_UP, 0, "tip_there(%s,%d)", a->name, c + 1);
        for (int k = 0; k < m->n_kinds; k++) {
            bool taken = site->streams >> m->kinds[k].stream & 1;
            if (taken && !(m->exact && m->kinds[k].picky)) continue;
            add(r, a->tip[c], 1);
            add(r, aboard(m, a, c, k), 1);
            put(r, GLP_UP, 1, "tip_%s(%s,%d,%s)", taken ? "all" : "none", a->name, c + 1, m->kinds[k].name);
        }
        if (m->exact) {
            add(r, a->tip[c], 1);
            add_on(r, -1, a, -1);
            for (int k = 0; k < m->n_kinds; k++)
                if (!(site->streams >> m->kinds[k].stream & 1)) add(r, aboard(m, a, c, k), 1);
            put(r, GLP_LO, 0, "tip_must(%s,%d)", a->name, c + 1);
        }
        if (!a->gone[c]) continue;
        add(r, a->gone[c], 1);
        add(r, a->tip[c], -m->most_kg[c]);
        put(r, GLP_UP, 0, "gone_if(%s,%d)", a->name, c + 1);
        add(r, a->kg[c], 1);
        add(r, a->tip[c], m->most_kg[c]);
        put(r, GLP_UP, m->most_kg[c], "gone_all(%s,%d)", a->name, c + 1);
    }
}

static void load_rows(tr_compact *m, row *r)
{
    for (int k = 0; k < m->n_pairs; k++) carry_rows(m, r, &m->pairs[k]);
    for (int k = 0; k < m->n_arcs; k++) end_rows(m, r, &m->arcs[k]);
    for (int i = 0; i < m->n_nodes; i++) {
        const tr_node *a = &m->nodes[i];
        if (!a->at || !a->aboard) continue;
        if (a->kind == TR_NODE_STOP) stop_load_rows(m, r, a);
        if (a->kind == TR_NODE_SITE) tip_rows(m, r, a);
    }
}

/* ---- rule 9, and the price of hazard ---- */

static bool may_serve(const tr_compact *m, int v, int j)
{
    for (int c = 0; c < m->n_slots; c++)
        if (tr_compact_in(m, v, j, c)) return true;
    return false;
}

/* Of a hazardous stop and another one on the same vehicle the hazardous one is done before the other begins. */
static void first_row(tr_compact *m, row *r, int v, int hazardous, int other)
{
    const tr_node *a = &m->nodes[hazardous], *b = &m->nodes[other];
    if (!may_serve(m, v, hazardous) || !may_serve(m, v, other)) return;
    double big = fmax(0, high(m, a->at) + a->stay_s - low(m, b->at));
    add(r, b->at, 1);
    add(r, a->at, -1);
    add_on(r, v, a, -big);
    add_on(r, v, b, -big);
    put(r, GLP_LO, a->stay_s - 2 * big, "first(%s,%s,%s)", m->vehicle_names[v], a->name, b->name);
}

static void hazard_rows(tr_compact *m, row *r)
{
    const tr_problem *p = m->p;
    for (int h = 0; h < m->n; h++) {
        const tr_node *a = &m->nodes[h];
        if (!a->at || !tr_compact_hazardous(p, &p->stops[h])) continue;
        if (m->hazard[h]) {
            double gap = a->stay_s - (double)p->policy.day_start_s;
            add(r, m->hazard[h], 1);
            add(r, a->at, -1);
            add(r, m->left[h], fmax(0, high(m, a->at) + gap));
            put(r, GLP_LO, gap, "hazard(%s)", a->name);
        }
        for (int v = 0; v < p->n_vehicles; v++)
            for (int o = 0; o < m->n && tr_compact_first(p, v, h); o++)
                if (m->nodes[o].at && !tr_compact_hazardous(p, &p->stops[o])) first_row(m, r, v, h, o);
    }
}

/* ---- the levels above ---- */

static void held_row(tr_compact *m, row *r, int level, int64_t value)
{
    for (int j = 0; j < m->n; j++) add(r, m->left[j], tr_compact_weight(m->p, &m->p->stops[j], level));
    put(r, GLP_UP, (double)value, "held_%s", level == 1 ? "hazard_left" : "due_left");
}

void tr_compact_rows(tr_compact *m, const tr_goal *held)
{
    row rows = row_new(m), *r = &rows;
    if (m->level > 1) held_row(m, r, 1, held->hazard_left);
    if (m->level > 2) held_row(m, r, 2, held->due_left);
    flow_rows(m, r);
    for (int k = 0; k < m->n_pairs; k++) time_row(m, r, &m->pairs[k]);
    for (int i = 0; i < m->n_nodes; i++) span_rows(m, r, &m->nodes[i]);
    for (int v = 0; v < m->p->n_vehicles; v++) vehicle_time_rows(m, r, v);
    break_rows(m, r);
    load_rows(m, r);
    hazard_rows(m, r);
    for (int k = 0; k < m->n_pairs; k++) order_row(m, r, &m->pairs[k]);
}
