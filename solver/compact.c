/* compact.c -- columns of the compact model, and its text: see compact.h.  Sets are in compact_sets.c, rows in
 * compact_rows.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compact.h"
#include "compact_model.h"
#include "lp_text.h"

#include <math.h>

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
        if (from->kind == TR_NODE_SITE && from->vehicle >= 0)
            f = tr_arena_printf(m->arena, "start@%s", m->site_names[from->site]);
        if (to->kind == TR_NODE_SITE && to->vehicle >= 0)
            t = tr_arena_printf(m->arena, "start@%s", m->site_names[to->site]);
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
        for (int c = 0; c < m->n_slots && tr_compact_rides(m, v, node); c++)
            if (tr_compact_fits(p, v, j, c))
                m->in[(v * m->n + j) * m->n_slots + c] =
                    named(m, binary(m, 0), "in(%s,%s,%d)", m->vehicle_names[v], name, c + 1);
    if (!tr_compact_hazardous(p, &p->stops[j]) || rate == 0 || !node->n_spans) return;
    double most = (double)(node->spans[node->n_spans - 1].end_s - p->policy.day_start_s) + node->stay_s;
    m->hazard[j] = named(m, column(m, 0, fmax(0, most), rate), "hazard(%s)", name);
}

static void add_load_columns(tr_compact *m, tr_node *node)
{
    const tr_problem *p = m->p;
    const tr_vehicle *w = node->kind == TR_NODE_START ? &p->vehicles[node->vehicle] : NULL;
    double fee =
        node->kind == TR_NODE_SITE ? (double)p->sites[node->site].gate_fee_pence_per_tonne / 1000 : 0;
    node->kg = TR_NEW(m->arena, int, m->n_slots);
    node->litres = TR_NEW(m->arena, int, m->n_slots);
    node->tip = TR_NEW(m->arena, int, m->n_slots);
    node->gone = TR_NEW(m->arena, int, m->n_slots);
    node->aboard = TR_NEW(m->arena, int, m->n_slots * m->n_kinds);
    for (int c = 0; c < m->n_slots; c++) {
        const tr_compartment *body = w && c < w->n_compartments ? &w->compartments[c] : NULL;
        double kg = body ? body->start_kg : 0, litres = body ? body->start_litres : 0;
        if (m->kg)
            node->kg[c] = named(m, column(m, kg, w ? kg : m->most_kg[c], 0), "kg(%s,%d)", node->name, c + 1);
        if (m->litres)
            node->litres[c] = named(m, column(m, litres, w ? litres : m->most_litres[c], 0), "litres(%s,%d)",
                                    node->name, c + 1);
        if (node->kind == TR_NODE_SITE)
            node->tip[c] = named(m, binary(m, 0), "tip(%s,%d)", node->name, c + 1);
        if (fee > 0)
            node->gone[c] = named(m, column(m, 0, m->most_kg[c], fee), "gone(%s,%d)", node->name, c + 1);
        for (int k = 0; k < m->n_kinds; k++) {
            bool on = body && body->start_streams & m->kinds[k].streams;
            node->aboard[c * m->n_kinds + k] = named(m, column(m, on, w ? on : 1, 0), "aboard(%s,%d,%s)",
                                                     node->name, c + 1, m->kinds[k].name);
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
        if (tr_compact_rides(m, v, node)) wtr |= m->vehicles[v].wtr, eu |= m->vehicles[v].eu;
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
    double early = (double)w->start_s, shift = fmax(0, (double)(w->end_s - w->start_s)),
           over = (double)w->max_overtime_s;
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
        if (node->kind == TR_NODE_END || !tr_compact_rides(m, v, node) || !node->n_out) continue;
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

tr_status tr_compact_can(const tr_problem *p, tr_err *err)
{
    if (!p->n_stops) return tr_fail(err, TR_EINPUT, "no compact model: there is no stop");
    for (int h = 0; h < 24; h++)
        if (p->policy.speed_by_hour[h] && p->policy.speed_by_hour[h] != 1000)
            return tr_fail(err, TR_EINPUT,
                           "no compact model: speeds change with the hour (%d permille at %d:00)",
                           p->policy.speed_by_hour[h], h);
    for (int v = 0; v < p->n_vehicles; v++)
        if (p->vehicles[v].n_frozen)
            return tr_fail(err, TR_EINPUT, "no compact model: vehicle %s has visits already done",
                           p->vehicles[v].id);
    tr_arena *scratch = tr_arena_new();
    int n_arcs = tr_compact_sets(p, scratch).n_arcs;
    tr_arena_free(scratch);
    if (n_arcs <= TR_COMPACT_ARCS) return TR_OK;
    return tr_fail(err, TR_EINPUT, "no compact model: %d stops, %d vehicles and %d sites make more than %d legs",
                   (int)p->n_stops, (int)p->n_vehicles, (int)p->n_sites, TR_COMPACT_ARCS);
}

glp_prob *tr_compact_new(const tr_problem *problem, int32_t level, const tr_goal *held)
{
    static const char *const names[] = {"", "hazard_left", "due_left", "cost_pence"};
    tr_arena *scratch = tr_arena_new();
    tr_compact m = tr_compact_sets(problem, scratch);
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
    return tr_arena_printf(
        arena,
        "The compact model of a morning, written by tiprun " TR_VERSION
        ": docs/model.md, \"The compact model\".\n"
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
        "- the cost is the sum before its terms are rounded, each once for each route: within 2.5 pence a "
        "vehicle;\n"
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
