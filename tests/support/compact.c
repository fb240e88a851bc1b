/* compact.c -- see compact.h.
 *
 * x[v][i][j][m] = 1: vehicle v goes from i (a stop, or the start) to j (a stop, or the end), straight
 * (m = 0) or by site m - 1, where it tips.  With one compartment a tip empties all, so:
 *   loads     kg_j >= kg_i + own on straight arcs, >= own after a tip; the same for litres
 *   streams   straight arcs join stops of one group only; aboard_i,s carries each stream along, and bars
 *             a tip at a site that does not take it
 *   times     T_j start of service, U_i start of the turnaround in the gap after i, L_v leaving, B_v back:
 *             T_j >= T_i + service + leg - M (1 - x), and so on; M from the bounds of both
 *   rule 9    T_a >= T_h + service_h - M (2 - on_v,h - on_v,a), h bound to come before a
 *   cost      B_v = P_v + O_v, regular hours and overtime: O_v only if z_v, and then P_v = end of shift
 * Levels 1 and 2 are solved first, as one sum with weights that keep them apart; then the cost.
 * Variables are found by name-free arithmetic on a table of columns, all made in `add_columns`.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compact.h"

#include <glpk.h>
#include <math.h>
#include <string.h>

enum { STOPS = 5, VEHICLES = 2, SITES = 2, NODES = STOPS + 1, MODES = SITES + 1, STREAMS = 8 };
enum { DAY = 24 * 3600 };

typedef struct {
    const tr_problem *p;
    glp_prob *mip;
    int n;                                /* stops; node n is the start as i, the end as j */
    int x[VEHICLES][NODES][NODES][MODES]; /* columns; 0 = there is none */
    int start[STOPS], tip[STOPS], kg[STOPS], litres[STOPS], aboard[STOPS][STREAMS], fee[STOPS], hazard[STOPS];
    int leave[VEHICLES], back[VEHICLES], regular[VEHICLES], over[VEHICLES], late[VEHICLES];
    double cost_of[1 + 2000]; /* level 3, by column */
} model;

typedef struct { /* a row in the making: sum of factor x column */
    int n, column[1 + 500];
    double factor[1 + 500];
} row;

static void add(row *r, int column, double factor)
{
    if (!column) return;
    for (int k = 1; k <= r->n; k++)
        if (r->column[k] == column) {
            r->factor[k] += factor;
            return;
        }
    r->column[++r->n] = column;
    r->factor[r->n] = factor;
}

static void at_least(model *m, const row *r, double bound)
{
    int i = glp_add_rows(m->mip, 1);
    glp_set_row_bnds(m->mip, i, GLP_LO, bound, 0);
    glp_set_mat_row(m->mip, i, r->n, r->column, r->factor);
}

static void at_most(model *m, const row *r, double bound)
{
    int i = glp_add_rows(m->mip, 1);
    glp_set_row_bnds(m->mip, i, GLP_UP, 0, bound);
    glp_set_mat_row(m->mip, i, r->n, r->column, r->factor);
}

static int column(model *m, bool binary, double low, double high, double cost)
{
    int c = glp_add_cols(m->mip, 1);
    if (binary)
        glp_set_col_kind(m->mip, c, GLP_BV);
    else if (low < high)
        glp_set_col_bnds(m->mip, c, GLP_DB, low, high);
    else
        glp_set_col_bnds(m->mip, c, GLP_FX, low, low);
    m->cost_of[c] = cost;
    return c;
}

static double low(const model *m, int c)
{
    return glp_get_col_lb(m->mip, c);
}

static double high(const model *m, int c)
{
    return glp_get_col_ub(m->mip, c);
}

/* ---- what the problem says ---- */

static bool hazardous(const tr_problem *p, const tr_stop *s)
{
    return s->hazard >= p->policy.hazardous_rank;
}

static bool leg(const tr_problem *p, const tr_vehicle *v, int from, int to, double *seconds, double *metres)
{
    const tr_travel_matrix *t = &p->travel[v->profile];
    int cell = from * p->n_places + to;
    if (t->seconds[cell] == TR_NO_ROAD) return false;
    *seconds = (double)((1000 * (int64_t)t->seconds[cell] + v->speed_permille / 2) / v->speed_permille);
    *metres = t->metres[cell];
    return true;
}

static bool may_ride(const tr_problem *p, int v, int j)
{
    const tr_stop *s = &p->stops[j];
    const tr_vehicle *w = &p->vehicles[v];
    const tr_compartment *body = &w->compartments[0];
    return w->available && !s->leave && (s->pin < 0 || s->pin == v) && !(s->certs & ~w->certs) &&
           !(s->equipment & ~w->equipment) && body->streams >> s->stream & 1 && s->kg <= body->kg &&
           s->kg <= w->payload_kg && s->litres <= body->litres;
}

static bool bound_first(const tr_problem *p, int v, int j) /* rule 9 */
{
    const tr_stop *s = &p->stops[j];
    bool exempt = s->n_windows && s->windows[0].start_s - p->vehicles[v].start_s > p->policy.exempt_after_s;
    return p->policy.hazard_policy == TR_HAZARD_FIRST && hazardous(p, s) && !exempt;
}

static double left_level12(const tr_problem *p, const tr_stop *s)
{
    double age = p->day > s->reported_day ? p->day - s->reported_day : 0, late = p->day - s->due_day;
    double severity = (double)p->policy.severity[s->hazard];
    if (hazardous(p, s)) return 1e4 * fmax(severity, 1) * (1 + fmin(age, (double)p->policy.hazard_age_cap));
    if (late > 0) return (double)p->policy.overdue_weight + fmin(late, (double)p->policy.overdue_cap);
    return late < 0 ? 0 : (double)p->policy.due_today_weight;
}

static double left_pence(const tr_problem *p, const tr_stop *s)
{
    double age = p->day > s->reported_day ? p->day - s->reported_day : 0;
    if (left_level12(p, s) > 0) return 0;
    return (double)p->policy.pence_left + (double)p->policy.pence_left_per_day * age;
}

bool tr_compact_can(const tr_problem *p)
{
    if (p->n_stops > STOPS || p->n_vehicles > VEHICLES || p->n_sites > SITES || p->n_streams > STREAMS)
        return false;
    if (p->n_stops == STOPS && p->n_vehicles * p->n_sites > 2) return false; /* too slow for a test */
    for (int v = 0; v < p->n_vehicles; v++) {
        const tr_vehicle *w = &p->vehicles[v];
        if (w->n_compartments != 1 || w->n_frozen || w->compartments[0].start_streams || w->wtr ||
            w->hours_rule != TR_HOURS_NONE)
            return false;
    }
    for (int h = 0; h < 24; h++)
        if (p->policy.speed_by_hour[h] != 0 && p->policy.speed_by_hour[h] != 1000) return false;
    for (int j = 0; j < p->n_stops; j++)
        if (p->stops[j].n_windows > 1) return false;
    for (int s = 0; s < p->n_sites; s++)
        if (p->sites[s].n_opening > 1) return false;
    return true;
}

/* ---- columns ---- */

/* One way from i to j by mode k, if the rules that look at i and j alone allow it. */
static void add_arc(model *m, int v, int i, int j, int k)
{
    const tr_problem *p = m->p;
    const tr_vehicle *w = &p->vehicles[v];
    const tr_stop *a = i < m->n ? &p->stops[i] : NULL, *b = j < m->n ? &p->stops[j] : NULL;
    const tr_site *site = k ? &p->sites[k - 1] : NULL;
    int from = a ? a->place : w->start_place, to = b ? b->place : w->end_place;
    double s1, m1, s2 = 0, m2 = 0;
    if (i == j || (a && !may_ride(p, v, i)) || (b && !may_ride(p, v, j)) || (!a && site)) return;
    if (site && (!(site->streams >> a->stream & 1) || !site->n_opening)) return;
    if (a && b && !site && p->streams[a->stream].segregation != p->streams[b->stream].segregation) return;
    if (!b && !site && (!w->may_park_loaded || p->streams[a->stream].hazardous)) return;
    if (a && b && !hazardous(p, a) && bound_first(p, v, j)) return;
    if (!leg(p, w, from, site ? site->place : to, &s1, &m1)) return;
    if (site && !leg(p, w, site->place, to, &s2, &m2)) return;
    double pence = (m1 + m2) * (double)w->pence_per_km / 1000;
    m->x[v][i][j][k] = column(m, true, 0, 1, pence + (a ? 0 : (double)w->fixed_pence));
}

static void add_stop_columns(model *m, int j)
{
    const tr_problem *p = m->p;
    const tr_stop *s = &p->stops[j];
    double from = s->n_windows ? (double)s->windows[0].start_s : 0;
    double to = s->n_windows ? (double)s->windows[0].end_s : DAY;
    if (p->policy.hazard_policy == TR_HAZARD_DEADLINE && hazardous(p, s))
        to = fmin(to, (double)(p->policy.day_start_s + p->policy.hazard_latest_s));
    m->start[j] = column(m, false, from, fmax(from, to), 0);
    if (to < from) glp_set_col_bnds(m->mip, m->start[j], GLP_FX, from, from); /* barred in add_once */
    m->tip[j] = column(m, false, 0, DAY, 0);
    m->kg[j] = column(m, false, s->kg, 20000, 0);
    m->litres[j] = column(m, false, s->litres, 50000, 0);
    m->fee[j] = column(m, false, 0, 1e6, 1);
    for (int k = 0; k < p->n_streams; k++) m->aboard[j][k] = column(m, false, k == s->stream, 1, 0);
    if (hazardous(p, s))
        m->hazard[j] = column(m, false, 0, 2 * DAY, (double)p->policy.pence_per_hazard_minute / 60);
}

static void add_vehicle_columns(model *m, int v)
{
    const tr_vehicle *w = &m->p->vehicles[v];
    double latest = (double)(w->end_s + w->max_overtime_s), hour = (double)w->pence_per_hour / 3600;
    m->leave[v] = column(m, false, (double)w->start_s, (double)w->end_s, -hour);
    m->back[v] = column(m, false, (double)w->start_s, latest, 0);
    m->regular[v] = column(m, false, (double)w->start_s, (double)w->end_s, hour);
    m->over[v] = column(m, false, 0, (double)w->max_overtime_s, (double)w->pence_per_overtime_hour / 3600);
    m->late[v] = column(m, true, 0, 1, 0);
}

static void add_columns(model *m)
{
    for (int v = 0; v < m->p->n_vehicles; v++)
        for (int i = 0; i <= m->n; i++)
            for (int j = 0; j <= m->n; j++)
                for (int k = 0; k <= m->p->n_sites; k++) add_arc(m, v, i, j, k);
    for (int j = 0; j < m->n; j++) add_stop_columns(m, j);
    for (int v = 0; v < m->p->n_vehicles; v++) add_vehicle_columns(m, v);
}

/* ---- rows ---- */

/* factor x (the arcs of vehicle v from i to j by k), -1 = any of them */
static void add_arcs(const model *m, row *r, int v, int i, int j, int k, double factor)
{
    for (int a = 0; a < VEHICLES; a++)
        for (int b = 0; b < NODES; b++)
            for (int c = 0; c < NODES; c++)
                for (int d = 0; d < MODES; d++)
                    if ((v < 0 || v == a) && (i < 0 || i == b) && (j < 0 || j == c) && (k < 0 || k == d))
                        add(r, m->x[a][b][c][d], factor);
}

static void add_once(model *m)
{
    for (int j = 0; j < m->n; j++) {
        const tr_problem *p = m->p;
        const tr_stop *s = &p->stops[j];
        bool barred = p->policy.hazard_policy == TR_HAZARD_DEADLINE && hazardous(p, s) && s->n_windows &&
                      s->windows[0].start_s > p->policy.day_start_s + p->policy.hazard_latest_s;
        row once = {0};
        add_arcs(m, &once, -1, -1, j, -1, 1);
        at_most(m, &once, barred ? 0 : 1);
        for (int v = 0; v < p->n_vehicles; v++) {
            row flow = {0};
            add_arcs(m, &flow, v, -1, j, -1, 1);
            add_arcs(m, &flow, v, j, -1, -1, -1);
            at_most(m, &flow, 0);
            at_least(m, &flow, 0);
        }
    }
    for (int v = 0; v < m->p->n_vehicles; v++) {
        row out = {0};
        add_arcs(m, &out, v, m->n, -1, -1, 1);
        at_most(m, &out, 1);
    }
}

/* later >= earlier + gap if the row's binaries (each 1 of `needed`) are all on */
static void precede(model *m, int earlier, int later, double gap, row on, int needed)
{
    double big = fmax(0, high(m, earlier) + gap - low(m, later));
    row r = on;
    for (int k = 1; k <= r.n; k++) r.factor[k] *= -big;
    add(&r, later, 1);
    add(&r, earlier, -1);
    at_least(m, &r, gap - big * needed);
}

static void add_arc_times(model *m, int v, int i, int j, int k)
{
    const tr_problem *p = m->p;
    const tr_vehicle *w = &p->vehicles[v];
    const tr_site *site = k ? &p->sites[k - 1] : NULL;
    int from = i < m->n ? p->stops[i].place : w->start_place;
    int to = j < m->n ? p->stops[j].place : w->end_place;
    int earlier = i < m->n ? m->start[i] : m->leave[v], later = j < m->n ? m->start[j] : m->back[v];
    double service = i < m->n ? (double)p->stops[i].service_s : 0, seconds = 0, metres;
    row on = {0};
    add(&on, m->x[v][i][j][k], 1);
    if (!on.n) return;
    if (site) {
        leg(p, w, from, site->place, &seconds, &metres);
        precede(m, earlier, m->tip[i], service + seconds, on, 1);
        leg(p, w, site->place, to, &seconds, &metres);
        precede(m, m->tip[i], later, (double)site->turnaround_s + seconds, on, 1);
    } else {
        leg(p, w, from, to, &seconds, &metres);
        precede(m, earlier, later, service + seconds, on, 1);
    }
}

static void add_opening(model *m, int i, int k)
{
    const tr_site *site = &m->p->sites[k - 1];
    row opens = {0}, closes = {0};
    add_arcs(m, &opens, -1, i, -1, k, 1);
    if (!opens.n) return;
    double latest = (double)(site->opening[0].end_s - site->turnaround_s);
    if (latest < (double)site->opening[0].start_s) {
        at_most(m, &opens, 0);
        return;
    }
    row when = opens;
    for (int a = 1; a <= when.n; a++) when.factor[a] = -(double)site->opening[0].start_s;
    add(&when, m->tip[i], 1);
    at_least(m, &when, 0);
    if (latest >= DAY) return;
    closes = opens;
    for (int a = 1; a <= closes.n; a++) closes.factor[a] = DAY - latest;
    add(&closes, m->tip[i], 1);
    at_most(m, &closes, DAY);
}

static void add_carry(model *m, int i, int j)
{
    row on = {0};
    add_arcs(m, &on, -1, i, j, 0, 1);
    if (!on.n) return;
    precede(m, m->kg[i], m->kg[j], m->p->stops[j].kg, on, 1);
    precede(m, m->litres[i], m->litres[j], m->p->stops[j].litres, on, 1);
    for (int s = 0; s < m->p->n_streams; s++) precede(m, m->aboard[i][s], m->aboard[j][s], 0, on, 1);
}

static void add_limits(model *m, int v, int j)
{
    const tr_vehicle *w = &m->p->vehicles[v];
    double kg = fmin(w->compartments[0].kg, w->payload_kg), litres = w->compartments[0].litres;
    row on = {0};
    add_arcs(m, &on, v, -1, j, -1, 1);
    if (!on.n) return;
    row r = on;
    for (int k = 1; k <= r.n; k++) r.factor[k] = fmax(0, high(m, m->kg[j]) - kg);
    add(&r, m->kg[j], 1);
    at_most(m, &r, high(m, m->kg[j]) + fmax(0, kg - high(m, m->kg[j])));
    r = on;
    for (int k = 1; k <= r.n; k++) r.factor[k] = fmax(0, high(m, m->litres[j]) - litres);
    add(&r, m->litres[j], 1);
    at_most(m, &r, high(m, m->litres[j]) + fmax(0, litres - high(m, m->litres[j])));
}

static void add_tip(model *m, int i, int k)
{
    const tr_site *site = &m->p->sites[k - 1];
    row on = {0};
    add_arcs(m, &on, -1, i, -1, k, 1);
    if (!on.n) return;
    for (int s = 0; s < m->p->n_streams; s++) {
        if (site->streams >> s & 1) continue;
        row r = on;
        add(&r, m->aboard[i][s], 1);
        at_most(m, &r, 1);
    }
    double rate = (double)site->gate_fee_pence_per_tonne / 1000, big = rate * high(m, m->kg[i]);
    row r = on;
    for (int a = 1; a <= r.n; a++) r.factor[a] = -big;
    add(&r, m->fee[i], 1);
    add(&r, m->kg[i], -rate);
    at_least(m, &r, -big);
}

static void add_hazards(model *m)
{
    const tr_problem *p = m->p;
    for (int h = 0; h < m->n; h++) {
        if (!hazardous(p, &p->stops[h])) continue;
        row r = {0};
        double gap = (double)(p->stops[h].service_s - p->policy.day_start_s);
        double big = high(m, m->start[h]) + gap;
        add_arcs(m, &r, -1, -1, h, -1, -fmax(0, big));
        add(&r, m->hazard[h], 1);
        add(&r, m->start[h], -1);
        at_least(m, &r, gap - fmax(0, big));
        for (int v = 0; v < p->n_vehicles; v++)
            for (int a = 0; a < m->n && bound_first(p, v, h); a++) {
                row both = {0};
                if (hazardous(p, &p->stops[a])) continue;
                add_arcs(m, &both, v, -1, a, -1, 1);
                add_arcs(m, &both, v, -1, h, -1, 1);
                precede(m, m->start[h], m->start[a], (double)p->stops[h].service_s, both, 2);
            }
    }
}

static void add_pay(model *m, int v)
{
    const tr_vehicle *w = &m->p->vehicles[v];
    row split = {0}, only = {0}, full = {0}, idle = {0};
    add(&split, m->regular[v], 1);
    add(&split, m->over[v], 1);
    add(&split, m->back[v], -1);
    at_least(m, &split, 0);
    add(&only, m->over[v], 1);
    add(&only, m->late[v], -(double)w->max_overtime_s);
    at_most(m, &only, 0);
    add(&full, m->regular[v], 1);
    add(&full, m->late[v], -(double)(w->end_s - w->start_s));
    at_least(m, &full, (double)w->start_s);
    add(&idle, m->regular[v], 1); /* regular hours are never negative */
    add(&idle, m->leave[v], -1);
    at_least(m, &idle, 0);
}

static void add_rows(model *m)
{
    add_once(m);
    for (int i = 0; i <= m->n; i++)
        for (int j = 0; j <= m->n; j++)
            for (int v = 0; v < m->p->n_vehicles; v++)
                for (int k = 0; k <= m->p->n_sites; k++) add_arc_times(m, v, i, j, k);
    for (int i = 0; i < m->n; i++) {
        for (int k = 1; k <= m->p->n_sites; k++) {
            add_opening(m, i, k);
            add_tip(m, i, k);
        }
        for (int j = 0; j < m->n; j++)
            if (i != j) add_carry(m, i, j);
        for (int v = 0; v < m->p->n_vehicles; v++) add_limits(m, v, i);
    }
    add_hazards(m);
    for (int v = 0; v < m->p->n_vehicles; v++) add_pay(m, v);
}

/* ---- solving ---- */

static bool minimise(model *m, double *value)
{
    glp_iocp parm;
    glp_init_iocp(&parm);
    parm.msg_lev = GLP_MSG_OFF;
    parm.presolve = GLP_ON;
    parm.tol_int = 1e-6;
    parm.tm_lim = 5000; /* a safety net: it fails the test */
    if (glp_intopt(m->mip, &parm) || glp_mip_status(m->mip) != GLP_OPT) return false;
    *value = glp_mip_obj_val(m->mip);
    return true;
}

static bool solve(model *m, tr_goal *goal)
{
    row left = {0};
    double constant = 0, pence = 0, level12, cost;
    for (int j = 0; j < m->n; j++) {
        double weight = left_level12(m->p, &m->p->stops[j]), price = left_pence(m->p, &m->p->stops[j]);
        add_arcs(m, &left, -1, -1, j, -1, -weight);
        constant += weight;
        pence += price;
        for (int v = 0; v < VEHICLES; v++)
            for (int i = 0; i < NODES; i++)
                for (int k = 0; k < MODES; k++)
                    if (m->x[v][i][j][k]) m->cost_of[m->x[v][i][j][k]] -= price;
    }
    for (int k = 1; k <= left.n; k++) glp_set_obj_coef(m->mip, left.column[k], left.factor[k]);
    if (!minimise(m, &level12)) return false;
    level12 = round(level12);
    if (left.n) at_most(m, &left, level12 + 0.5);
    for (int c = 1; c <= glp_get_num_cols(m->mip); c++) glp_set_obj_coef(m->mip, c, m->cost_of[c]);
    if (!minimise(m, &cost)) return false;
    level12 += constant;
    goal->hazard_left = (int64_t)floor(level12 / 1e4);
    goal->due_left = (int64_t)level12 - 10000 * goal->hazard_left;
    goal->cost_pence = (int64_t)round(cost + pence);
    return true;
}

bool tr_compact_solve(const tr_problem *problem, tr_goal *goal)
{
    model *m = &(model){.p = problem, .n = problem->n_stops};
    glp_term_out(GLP_OFF);
    m->mip = glp_create_prob();
    glp_set_obj_dir(m->mip, GLP_MIN);
    add_columns(m);
    add_rows(m);
    bool solved = solve(m, goal);
    glp_delete_prob(m->mip);
    return solved;
}
