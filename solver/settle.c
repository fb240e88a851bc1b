/* settle.c -- see settle.h: the linear programme over the routes, and branch and bound.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle_parts.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ADD = 150,        /* routes that enter the programme in a round */
    LP_ROUTES = 2500, /* in it, before those far from use are taken out */
    CUT_ROUND = 60,
    CUT_MOST = 350,
    DEAR = 100,           /* times the value: a stop on no route */
    MOST_SIMPLEX = 20000, /* iterations of one solution */
    TRIES = 12            /* pairs of which the best is branched on */
};

static const double whole = 1e-6;

/* ---- the linear programme ---- */

static int row_of_cut(const settling *s, int32_t c)
{
    return s->n + 2 + c;
}

static int column_at(const settling *s, int32_t j) /* of route in[j] */
{
    return s->n + 2 + j;
}

/* Columns 1..n: a stop that is on no route; n + 1: a route too few; at a price that no plan pays. */
static void build(settling *s)
{
    glp_prob *lp = s->lp = glp_create_prob();
    glp_add_rows(lp, s->n + 1);
    glp_add_cols(lp, s->n + 1);
    for (int32_t i = 0; i <= s->n; i++) {
        int index[2] = {0, i + 1};
        double one[2] = {0, 1};
        if (i < s->n) glp_set_row_bnds(lp, i + 1, GLP_FX, 1, 1);
        glp_set_col_bnds(lp, i + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(lp, i + 1, DEAR * ((double)s->job->value + 1));
        glp_set_mat_col(lp, i + 1, 1, index, one);
    }
}

static void set_count(settling *s, int32_t least, int32_t most)
{
    if (least > most) least = most; /* such a node is not looked at */
    glp_set_row_bnds(s->lp, s->n + 1, least == most ? GLP_FX : GLP_DB, least, most);
}

static void put_in(settling *s, int32_t r)
{
    int32_t k = 0;
    int *index = s->index;
    double *value = s->value;
    for (int32_t i = s->first[r]; i < s->first[r + 1]; i++) index[++k] = s->stops[i] + 1, value[k] = 1;
    index[++k] = s->n + 1, value[k] = 1;
    for (int32_t c = 0; c < s->n_cuts; c++) {
        int32_t in = settle_coefficient(s, &s->cuts[c], r);
        if (in) index[++k] = row_of_cut(s, c), value[k] = in;
    }
    int j = glp_add_cols(s->lp, 1);
    glp_set_col_bnds(s->lp, j, GLP_LO, 0, 0);
    glp_set_obj_coef(s->lp, j, (double)s->cost[r]);
    glp_set_mat_col(s->lp, j, k, index, value);
    s->in[s->n_in++] = r;
    s->is_in[r] = true;
}

/* Takes columns out of the programme: those that `keep` does not tell. */
static void keep_in(settling *s, const bool *keep)
{
    int32_t n = 0, k = 0;
    for (int32_t j = 0; j < s->n_in; j++) {
        if (keep[j])
            s->in[n++] = s->in[j];
        else
            s->is_in[s->in[j]] = false, s->index[++k] = column_at(s, j);
    }
    if (k) glp_del_cols(s->lp, k, s->index);
    s->n_in = n;
}

static bool solve(settling *s, bool dual, int32_t limit)
{
    glp_smcp o;
    glp_init_smcp(&o);
    o.msg_lev = GLP_MSG_OFF, o.r_test = GLP_RT_FLIP, o.meth = dual ? GLP_DUALP : GLP_PRIMAL;
    o.it_lim = limit < MOST_SIMPLEX ? limit : MOST_SIMPLEX; /* it may go in circles */
    int before = glp_get_it_cnt(s->lp);
    int failed = glp_simplex(s->lp, &o);
    if (limit < MOST_SIMPLEX) {
        s->job->simplex -= glp_get_it_cnt(s->lp) - before;
        return !failed;
    }
    if (failed || glp_get_status(s->lp) != GLP_OPT) {
        glp_adv_basis(s->lp, 0);
        o.meth = GLP_PRIMAL;
        failed = glp_simplex(s->lp, &o);
    }
    s->job->simplex -= glp_get_it_cnt(s->lp) - before;
    return !failed && glp_get_status(s->lp) == GLP_OPT;
}

/* ---- pricing by inspection ---- */

static int64_t grid(double dual)
{
    return llround(dual * TR_MONEY);
}

/* Reduced costs of all routes and the bound that they prove for this node, in units. */
static __int128 price(settling *s, const node *d)
{
    __int128 sum = 0;
    for (int32_t i = 0; i < s->n; i++) sum += s->dual[i] = grid(glp_get_row_dual(s->lp, i + 1));
    int64_t count = grid(glp_get_row_dual(s->lp, s->n + 1));
    sum += (__int128)count * (count > 0 ? d->least : d->most);
    for (int32_t r = 0; r < s->n_routes; r++) {
        int64_t c = s->cost[r] * TR_MONEY - count;
        for (int32_t i = s->first[r]; i < s->first[r + 1]; i++) c -= s->dual[s->stops[i]];
        s->reduced[r] = c;
    }
    for (int32_t c = 0; c < s->n_cuts; c++) {
        int64_t dual = grid(glp_get_row_dual(s->lp, row_of_cut(s, c)));
        if (dual >= 0) continue;
        const settle_cut *k = &s->cuts[c];
        sum += (__int128)dual * k->rhs;
        for (int32_t e = 0; e < k->n; e++) s->reduced[k->routes[e]] -= dual * k->times[e];
    }
    for (int32_t r = 0; r < s->n_routes; r++)
        if (s->reduced[r] < 0 && !s->out[r]) sum += s->reduced[r];
    return sum;
}

static int by_reduced(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;
    return a[0] != b[0] ? (a[0] < b[0] ? -1 : 1) : a[1] < b[1] ? -1 : a[1] > b[1];
}

/* The most negative routes enter; returns how many. */
static int32_t enter(settling *s)
{
    int32_t n = 0;
    for (int32_t r = 0; r < s->n_routes; r++)
        if (s->reduced[r] < -TR_MONEY / 1000 && !s->out[r] && !s->is_in[r])
            s->order[n][0] = s->reduced[r], s->order[n++][1] = r;
    qsort(s->order, (size_t)n, sizeof *s->order, by_reduced);
    if (n > ADD) n = ADD;
    for (int32_t k = 0; k < n; k++) put_in(s, (int32_t)s->order[k][1]);
    return n;
}

static void thin(settling *s)
{
    if (s->n_in < LP_ROUTES) return;
    bool *keep = s->marks;
    int32_t n = 0;
    for (int32_t j = 0; j < s->n_in; j++)
        s->order[n][0] =
            glp_get_col_stat(s->lp, column_at(s, j)) == GLP_BS ? INT64_MIN : s->reduced[s->in[j]],
        s->order[n++][1] = j;
    qsort(s->order, (size_t)n, sizeof *s->order, by_reduced);
    for (int32_t k = 0; k < n; k++) keep[s->order[k][1]] = k < LP_ROUTES / 2 || s->order[k][0] == INT64_MIN;
    keep_in(s, keep);
}

typedef enum { PRUNED, OPEN, FAILED } outcome;

static bool ended(settling *s)
{
    return s->job->simplex <= 0 || (s->job->enough && s->job->enough(s->job->context));
}

static int64_t ceiling(__int128 units)
{
    return (int64_t)(units >= 0 ? (units + TR_MONEY - 1) / TR_MONEY : -(-units / TR_MONEY));
}

/* The node's programme to its optimum over all routes that are not out, or until its bound meets the value. */
static outcome relax(settling *s, node *d, bool dual)
{
    for (;;) {
        if (ended(s) || !solve(s, dual, MOST_SIMPLEX)) return FAILED;
        dual = false;
        __int128 sum = price(s, d);
        if (sum > d->units) d->units = sum;
        if (ceiling(d->units) >= s->job->value) return PRUNED;
        int32_t n = enter(s);
        if (n == 0) return OPEN;
        thin(s);
    }
}

/* ---- solutions ---- */

static double use_of(const settling *s, int32_t j)
{
    return glp_get_col_prim(s->lp, column_at(s, j));
}

/* Is the solution whole?  Then, if it holds in integers, it is the new best. */
static bool take(settling *s)
{
    int64_t cost = 0;
    int32_t n = 0, covered = 0;
    memset(s->seen, 0, (size_t)s->words * sizeof *s->seen);
    for (int32_t j = 0; j < s->n_in; j++) {
        double x = use_of(s, j);
        if (x < whole) continue;
        if (x < 1 - whole) return false;
        int32_t r = s->in[j];
        for (int32_t i = s->first[r]; i < s->first[r + 1]; i++) {
            if (tr_bit(s->seen, s->stops[i])) return false;
            tr_bit_set(s->seen, s->stops[i]), covered++;
        }
        cost += s->cost[r];
        if (n < s->job->most) s->job->chosen[n] = s->origin[r];
        n++;
    }
    if (covered < s->n || n > s->job->most) return false;
    if (cost < s->job->value) {
        s->job->value = cost, s->job->found = true, s->job->n_chosen = n;
        memcpy(s->best, s->job->chosen, (size_t)n * sizeof *s->best);
    }
    return true;
}

/* Routes that no solution below the value can hold, by the root's reduced costs, are dropped for good. */
static void drop(settling *s, const node *root)
{
    __int128 room = (__int128)(s->job->value - 1) * TR_MONEY - root->units;
    bool *keep = s->marks;
    for (int32_t j = 0; j < s->n_in; j++) keep[j] = s->reduced[s->in[j]] <= room;
    keep_in(s, keep);
    int32_t n = 0;
    for (int32_t r = 0; r < s->n_routes; r++) s->moved[r] = s->reduced[r] <= room ? n++ : -1;
    settle_compact(s, n);
    solve(s, true, MOST_SIMPLEX);
}

/* ---- cuts ---- */

static void add_cut(settling *s, const settle_cut *c)
{
    if (s->n_cuts == CUT_MOST) return;
    int32_t k = 0, row = glp_add_rows(s->lp, 1);
    for (int32_t e = 0; e < c->n; e++) s->times[c->routes[e]] = c->times[e];
    for (int32_t j = 0; j < s->n_in; j++)
        if (s->times[s->in[j]]) s->index[++k] = column_at(s, j), s->value[k] = s->times[s->in[j]];
    for (int32_t e = 0; e < c->n; e++) s->times[c->routes[e]] = 0;
    glp_set_row_bnds(s->lp, row, GLP_UP, 0, c->rhs);
    glp_set_mat_row(s->lp, row, k, s->index, s->value);
    s->cuts[s->n_cuts++] = *c;
    s->job->cuts++;
}

static void drop_slack_cuts(settling *s)
{
    int32_t n = 0, k = 0;
    for (int32_t c = 0; c < s->n_cuts; c++) {
        if (glp_get_row_stat(s->lp, row_of_cut(s, c)) == GLP_BS) {
            s->index[++k] = row_of_cut(s, c);
            free(s->cuts[c].routes), free(s->cuts[c].times);
        } else {
            s->cuts[n++] = s->cuts[c];
        }
    }
    if (k) glp_del_rows(s->lp, k, s->index);
    s->n_cuts = n;
}

static int32_t cut(settling *s)
{
    settle_cut found[CUT_ROUND];
    for (int32_t j = 0; j < s->n_in; j++) s->use[j] = use_of(s, j);
    int32_t n = settle_separate(s, found, CUT_ROUND);
    for (int32_t k = 0; k < n; k++) add_cut(s, &found[k]);
    return n;
}

static outcome cut_root(settling *s, node *root)
{
    outcome now = relax(s, root, false);
    __int128 before = root->units;
    int32_t idle = 0;
    while (now == OPEN) {
        if (take(s)) {
            now = relax(s, root, false);
            if (now == OPEN) return FAILED; /* whole, and yet the bound is below it: rounding */
            break;
        }
        drop(s, root);
        drop_slack_cuts(s);
        if (idle >= 4 || cut(s) == 0) break;
        now = relax(s, root, true);
        __int128 room = (__int128)s->job->value * TR_MONEY - before;
        idle = root->units - before < room / 50 ? idle + 1 : 0;
        before = root->units;
    }
    return now;
}

/* ---- branches ---- */

static bool excludes(const settling *s, const branch *b, int32_t r)
{
    const uint64_t *set = s->sets + (size_t)r * (size_t)s->words;
    bool i = tr_bit(set, b->i), j = tr_bit(set, b->j);
    return b->together ? i != j : i && j;
}

/* The programme becomes that of the node. */
static void enter_node(settling *s, const node *d)
{
    for (int32_t r = 0; r < s->n_routes; r++) {
        s->out[r] = false;
        for (int32_t k = 0; k < d->depth && !s->out[r]; k++) s->out[r] = excludes(s, &d->branches[k], r);
    }
    for (int32_t j = 0; j < s->n_in; j++)
        glp_set_col_bnds(s->lp, column_at(s, j), s->out[s->in[j]] ? GLP_FX : GLP_LO, 0, 0);
    set_count(s, d->least, d->most);
}

typedef struct {
    branch b;
    double off; /* from a half */
} candidate;

static int by_off(const void *x, const void *y)
{
    const candidate *a = x, *b = y;
    if (a->off < b->off - 1e-9 || a->off > b->off + 1e-9) return a->off < b->off ? -1 : 1;
    return a->b.i != b->b.i ? (a->b.i < b->b.i ? -1 : 1) : a->b.j < b->b.j ? -1 : 1;
}

static int32_t candidates(settling *s, candidate *out, int32_t most)
{
    int32_t n = 0;
    size_t stops = (size_t)s->n;
    memset(s->pair, 0, stops * stops * sizeof *s->pair);
    for (int32_t j = 0; j < s->n_in; j++) {
        double x = use_of(s, j);
        if (x < whole || x > 1 - whole) continue;
        int32_t r = s->in[j];
        for (int32_t a = s->first[r]; a < s->first[r + 1]; a++)
            for (int32_t b = a + 1; b < s->first[r + 1]; b++)
                s->pair[(size_t)s->stops[a] * stops + (size_t)s->stops[b]] += x;
    }
    candidate worst;
    for (int32_t i = 0; i < s->n; i++)
        for (int32_t j = i + 1; j < s->n; j++) { /* stops of a route ascend */
            double x = s->pair[(size_t)i * stops + (size_t)j];
            if (x < 1e-5 || x > 1 - 1e-5) continue;
            worst = (candidate){{i, j, true}, fabs(x - 0.5)};
            if (n < most) {
                out[n++] = worst;
                if (n == most) qsort(out, (size_t)n, sizeof *out, by_off);
            } else if (by_off(&worst, &out[n - 1]) < 0) {
                out[n - 1] = worst;
                for (int32_t k = n - 1; k > 0 && by_off(&out[k], &out[k - 1]) < 0; k--) {
                    candidate t = out[k];
                    out[k] = out[k - 1], out[k - 1] = t;
                }
            }
        }
    if (n < most) qsort(out, (size_t)n, sizeof *out, by_off);
    return n;
}

/* What the programme would rise to on one side of the branch, roughly: some dual simplex steps from here. */
static double look_ahead(settling *s, const branch *b, bool together)
{
    branch side = {b->i, b->j, together};
    int32_t k = 0;
    int *changed = s->index;
    for (int32_t j = 0; j < s->n_in; j++)
        if (!s->out[s->in[j]] && excludes(s, &side, s->in[j])) changed[k++] = column_at(s, j);
    for (int32_t i = 0; i < k; i++) glp_set_col_bnds(s->lp, changed[i], GLP_FX, 0, 0);
    double z = solve(s, true, 40) ? glp_get_obj_val(s->lp) : -HUGE_VAL;
    for (int32_t i = 0; i < k; i++) glp_set_col_bnds(s->lp, changed[i], GLP_LO, 0, 0);
    return z;
}

static void keep_basis(const settling *s, int *basis)
{
    int rows = glp_get_num_rows(s->lp), columns = glp_get_num_cols(s->lp);
    for (int i = 1; i <= rows; i++) basis[i] = glp_get_row_stat(s->lp, i);
    for (int j = 1; j <= columns; j++) basis[rows + j] = glp_get_col_stat(s->lp, j);
}

static void set_basis(const settling *s, const int *basis)
{
    int rows = glp_get_num_rows(s->lp), columns = glp_get_num_cols(s->lp);
    for (int i = 1; i <= rows; i++) glp_set_row_stat(s->lp, i, basis[i]);
    for (int j = 1; j <= columns; j++) glp_set_col_stat(s->lp, j, basis[rows + j]);
}

/* The pair to branch on: of a few near a half the one whose lesser side rises most. */
static bool choose(settling *s, branch *out)
{
    candidate c[TRIES];
    int32_t n = candidates(s, c, TRIES);
    if (n == 0) return false;
    double z = glp_get_obj_val(s->lp), most = -1;
    *out = c[0].b;
    int *basis =
        malloc(((size_t)glp_get_num_rows(s->lp) + (size_t)glp_get_num_cols(s->lp) + 2) * sizeof *basis);
    if (!basis) abort();
    keep_basis(s, basis);
    for (int32_t k = 0; k < n; k++) {
        double yes = fmax(look_ahead(s, &c[k].b, true) - z, 0);
        set_basis(s, basis);
        double no = fmax(look_ahead(s, &c[k].b, false) - z, 0);
        set_basis(s, basis);
        double low = yes < no ? yes : no, high = yes + no - low, score = low + 0.1 * high;
        if (score > most + 1e-9) most = score, *out = c[k].b;
    }
    free(basis);
    return true;
}

/* ---- nodes ---- */

static void node_add(settling *s, const node *d, const branch *b, int32_t least, int32_t most)
{
    if (least > most) return;
    if (s->n_nodes == s->room_nodes) {
        s->room_nodes = 2 * s->room_nodes + 64;
        s->nodes = realloc(s->nodes, (size_t)s->room_nodes * sizeof *s->nodes);
        if (!s->nodes) abort();
    }
    node *x = &s->nodes[s->n_nodes++];
    *x = (node){.units = d->units, .depth = d->depth + (b != NULL), .least = least, .most = most};
    x->branches = malloc(((size_t)x->depth + 1) * sizeof *x->branches);
    if (!x->branches) abort();
    if (d->depth) memcpy(x->branches, d->branches, (size_t)d->depth * sizeof *x->branches);
    if (b) x->branches[d->depth] = *b;
}

/* The open node of least bound, of several the deepest. */
static node node_take(settling *s)
{
    int32_t best = 0;
    for (int32_t k = 1; k < s->n_nodes; k++) {
        const node *a = &s->nodes[k], *b = &s->nodes[best];
        if (a->units < b->units || (a->units == b->units && a->depth > b->depth)) best = k;
    }
    node d = s->nodes[best];
    s->nodes[best] = s->nodes[--s->n_nodes];
    return d;
}

static void split(settling *s, const node *d)
{
    double count = 0;
    for (int32_t j = 0; j < s->n_in; j++) count += use_of(s, j);
    double low = floor(count + 1e-5);
    if (count - low > 1e-4) {
        node_add(s, d, NULL, d->least, (int32_t)low);
        node_add(s, d, NULL, (int32_t)low + 1, d->most);
        return;
    }
    branch b;
    if (!choose(s, &b)) {
        s->lost = true; /* neither whole nor split: GLPK's rounding */
        return;
    }
    for (int32_t k = 0; k < 2; k++) {
        b.together = k == 0;
        node_add(s, d, &b, d->least, d->most);
    }
}

static void look(settling *s, node *d)
{
    s->job->nodes++;
    enter_node(s, d);
    outcome now = relax(s, d, true);
    if (now == OPEN && d->depth <= 3 && !take(s) && s->n_cuts < CUT_MOST && cut(s) > 0)
        now = relax(s, d, true);
    if (now == PRUNED) return;
    if (now == FAILED) {
        s->lost = true;
        return;
    }
    if (take(s)) {
        if (ceiling(d->units) < s->job->value) s->lost = true;
        return;
    }
    split(s, d);
}

static void branch_and_bound(settling *s, const node *root)
{
    split(s, root);
    while (s->n_nodes > 0 && !s->lost && !ended(s)) {
        node d = node_take(s);
        if (ceiling(d.units) > s->job->lowest) s->job->lowest = ceiling(d.units);
        if (ceiling(d.units) < s->job->value) look(s, &d);
        free(d.branches);
    }
    s->lost |= s->n_nodes > 0;
}

bool tr_settle_run(tr_settle *job, tr_arena *arena)
{
    settling s = {.job = job};
    glp_term_out(GLP_OFF);
    job->found = false, job->n_chosen = 0, job->lowest = INT64_MIN, job->nodes = job->cuts = 0;
    job->chosen = TR_NEW(arena, int32_t, job->most + 1);
    settle_open(&s);
    build(&s);
    node root = {.units = INT64_MIN, .least = 0, .most = job->most};
    enter_node(&s, &root);
    outcome now = cut_root(&s, &root);
    job->lowest = ceiling(root.units), job->root = (double)root.units / TR_MONEY, job->left = s.n_routes;
    s.lost = now == FAILED;
    if (now == OPEN) branch_and_bound(&s, &root);
    if (!s.lost) job->lowest = job->value;
    memcpy(job->chosen, s.best, (size_t)job->n_chosen * sizeof *job->chosen);
    glp_delete_prob(s.lp);
    settle_close(&s);
    return !s.lost;
}
