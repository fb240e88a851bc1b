/* audit.c -- recomputes what the duals of a certificate prove: docs/model.md, "The certificate".
 *
 * For each level with duals: are they of the right shape and sign, has each vehicle no route of less
 * reduced cost than claimed (audit_label.c), and does
 *
 *   L = sum pi + mu1 H + mu2 D + sum sigma + sum tau + sum over vehicles of the least claimed
 *       + sum over stops of min(0, w - pi - mu1 w1 - mu2 w2 - those tau that the stop excuses)
 *
 * reach the bound: ceil(L / units).  H and D are the plan's own values, as the referee recomputes them; sigma are the duals
 * of cuts, tau those of entries.
 *
 * A bound of level 3 over trips is judged besides (audit_trips.c).
 *
 * Guarantees: exact integers throughout; no code of the search or of pricing; any content of the
 * certificate is safe (its arrays must be as long as the header says).  A level is not confirmed if
 * following all its routes would take too many labels.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

#include <inttypes.h>
#include <string.h>

typedef struct {
    const tr_problem *problem;
    const tr_certificate *certificate;
    tr_arena *arena;
    tr_goal goal;    /* the plan's, recomputed */
    bool *frozen;    /* [n_stops] no part of any level */
    bool wrong;      /* a claim does not hold, or cannot be read */
    const char *why; /* what is wrong or could not be followed, a line each; NULL = nothing */
} court;

static void add_line(court *c, const char *text)
{
    c->why = c->why ? tr_arena_printf(c->arena, "%s\n%s", c->why, text) : text;
}

static void __attribute__((format(printf, 3, 4))) fault(court *c, int32_t level, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = tr_arena_vprintf(c->arena, format, args);
    va_end(args);
    c->wrong = true;
    add_line(c, tr_arena_printf(c->arena, "level %d: %s", (int)level + 1, text));
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- what a stop left weighs: docs/model.md, "Goal" ---- */

void tr_audit_weigh(const tr_problem *p, const tr_stop *s, int64_t weight[3])
{
    const tr_policy *y = &p->policy;
    int64_t age = most(0, (int64_t)p->day - s->reported_day), late = (int64_t)p->day - s->due_day;
    weight[0] = weight[1] = weight[2] = 0;
    if (s->hazard >= y->hazardous_rank) {
        int64_t severity = s->hazard >= 0 && s->hazard < 4 ? y->severity[s->hazard] : 0;
        weight[0] = (severity ? severity : 1) * (1 + least(age, y->hazard_age_cap));
    } else if (late > 0) {
        weight[1] = y->overdue_weight + least(late, y->overdue_cap);
    } else if (late == 0) {
        weight[1] = y->due_today_weight;
    } else {
        weight[2] = y->pence_left + y->pence_left_per_day * age;
    }
}

/* ---- shapes and signs ---- */

bool tr_audit_in_reach(int64_t dual)
{
    return dual >= -TR_AUDIT_MOST && dual <= TR_AUDIT_MOST;
}

static bool judge_near(court *c, int32_t level)
{
    const tr_certificate *t = c->certificate;
    int64_t n = (int64_t)c->problem->n_stops * t->n_near;
    if (t->n_near < 0 || t->n_near > c->problem->n_stops || (t->n_near > 0 && !t->near)) {
        fault(c, level, "%d stops are remembered at each stop, it must be 0 to %d", (int)t->n_near, (int)c->problem->n_stops);
        return false;
    }
    for (int64_t k = 0; k < n; k++) {
        if (t->near[k] >= -1 && t->near[k] < c->problem->n_stops) continue;
        fault(c, level, "stop index %d is remembered, the last is %d", (int)t->near[k], (int)c->problem->n_stops - 1);
        return false;
    }
    return true;
}

static bool judge_cut(court *c, int32_t level, int32_t k, int64_t *sum)
{
    const tr_cut *cut = &c->certificate->level[level].cuts[k];
    const int32_t *s = cut->stops;
    if (cut->dual > 0 || cut->dual < -TR_AUDIT_MOST) {
        fault(c, level, "cut %d has dual %" PRId64 ", it must be -%" PRId64 " to 0", (int)k, cut->dual, TR_AUDIT_MOST);
        return false;
    }
    for (int32_t m = 0; m < 3; m++)
        if (s[m] < 0 || s[m] >= c->problem->n_stops || c->frozen[s[m]] || s[m] == s[(m + 1) % 3]) {
            fault(c, level, "cut %d is over stop indices %d, %d and %d: three stops yet to be planned are needed", (int)k,
                  (int)s[0], (int)s[1], (int)s[2]);
            return false;
        }
    *sum += cut->dual;
    if (*sum >= -TR_AUDIT_MOST) return true;
    fault(c, level, "the duals of the cuts add up to less than -%" PRId64, TR_AUDIT_MOST);
    return false;
}

static bool in_set(const court *c, const tr_entry *e, int32_t stop)
{
    return stop >= 0 && stop < c->problem->n_stops && e->set[stop / 64] >> stop % 64 & 1;
}

/* Stops that are frozen may be in the set: no route enters it by them. */
static bool judge_entry(court *c, int32_t level, int32_t k, int64_t *sum)
{
    const tr_entry *e = &c->certificate->level[level].entries[k];
    bool empty = true;
    if (e->dual < 0 || e->dual > TR_AUDIT_MOST) {
        fault(c, level, "entry %d has dual %" PRId64 ", it must be 0 to %" PRId64, (int)k, e->dual, TR_AUDIT_MOST);
        return false;
    }
    for (int32_t s = 0; e->set && s < c->problem->n_stops; s++) empty = empty && !in_set(c, e, s);
    if (empty) {
        fault(c, level, "entry %d has a set without stops", (int)k);
        return false;
    }
    if (!in_set(c, e, e->stop) || c->frozen[e->stop]) {
        fault(c, level, "entry %d is excused where stop index %d is left: a stop of its set yet to be planned is needed", (int)k,
              (int)e->stop);
        return false;
    }
    *sum += e->dual;
    if (*sum <= TR_AUDIT_MOST) return true;
    fault(c, level, "the duals of the entries add up to more than %" PRId64, TR_AUDIT_MOST);
    return false;
}

static bool judge_duals(court *c, int32_t level)
{
    const tr_level_proof *t = &c->certificate->level[level];
    int64_t cuts = 0, entries = 0;
    const char *missing = NULL;
    if (t->n_entries < 0 || (t->n_entries > 0 && !t->entries)) missing = "entries are told of and none given";
    if (t->n_cuts < 0 || (t->n_cuts > 0 && !t->cuts)) missing = "cuts are told of and none given";
    if (!t->vehicle_least) missing = "the vehicles' least reduced costs are missing";
    if (missing) {
        fault(c, level, "%s", missing);
        return false;
    }
    for (int32_t s = 0; s < c->problem->n_stops; s++)
        if (!tr_audit_in_reach(t->stop_dual[s])) {
            fault(c, level, "stop %s has dual %" PRId64 ", it must be within %" PRId64, c->problem->stops[s].id, t->stop_dual[s],
                  TR_AUDIT_MOST);
            return false;
        }
    for (int32_t k = 0; k < 2; k++)
        if (t->level_dual[k] > 0 || !tr_audit_in_reach(t->level_dual[k]) || (k >= level && t->level_dual[k])) {
            fault(c, level, "the dual of level %d is %" PRId64 ", it must be %s", (int)k + 1, t->level_dual[k],
                  k >= level ? "0" : "0 or below");
            return false;
        }
    for (int32_t k = 0; k < t->n_cuts; k++)
        if (!judge_cut(c, level, k, &cuts)) return false;
    for (int32_t k = 0; k < t->n_entries; k++)
        if (!judge_entry(c, level, k, &entries)) return false;
    return judge_near(c, level);
}

/* ---- vehicles ---- */

static bool same_bodies(const tr_vehicle *a, const tr_vehicle *b)
{
    if (a->n_compartments != b->n_compartments) return false;
    for (int32_t c = 0; c < a->n_compartments; c++) {
        const tr_compartment *x = &a->compartments[c], *y = &b->compartments[c];
        if (x->kg != y->kg || x->litres != y->litres || x->streams != y->streams || x->start_kg != y->start_kg ||
            x->start_litres != y->start_litres || x->start_streams != y->start_streams)
            return false;
    }
    return true;
}

bool tr_audit_alike(const tr_problem *p, int32_t i, int32_t j)
{
    const tr_vehicle *a = &p->vehicles[i], *b = &p->vehicles[j];
    for (int32_t s = 0; s < p->n_stops; s++)
        if (p->stops[s].pin == i || p->stops[s].pin == j) return false;
    return !a->n_frozen && !b->n_frozen && a->available == b->available && same_bodies(a, b) &&
           a->payload_kg == b->payload_kg && a->certs == b->certs && a->equipment == b->equipment && a->start_s == b->start_s &&
           a->end_s == b->end_s && a->max_overtime_s == b->max_overtime_s && a->hours_rule == b->hours_rule && a->wtr == b->wtr &&
           a->may_park_loaded == b->may_park_loaded && a->start_place == b->start_place && a->end_place == b->end_place &&
           a->profile == b->profile && a->speed_permille == b->speed_permille && a->fixed_pence == b->fixed_pence &&
           a->pence_per_km == b->pence_per_km && a->pence_per_hour == b->pence_per_hour &&
           a->pence_per_overtime_hour == b->pence_per_overtime_hour;
}

const char *tr_audit_stops_text(const tr_problem *problem, const tr_audit_found *found, tr_arena *arena)
{
    const char *text = found->n_stops ? "" : " no stop";
    for (int32_t i = 0; i < found->n_stops; i++)
        text = tr_arena_printf(arena, "%s%s %s", text, i ? "," : "", problem->stops[found->stops[i]].id);
    return text;
}

static bool judge_vehicle(court *c, int32_t level, int32_t v, tr_audit_found *found)
{
    const tr_level_proof *t = &c->certificate->level[level];
    const char *id = c->problem->vehicles[v].id;
    tr_audit_prices prices = {.pence = level == 2,
                              .stop_dual = t->stop_dual,
                              .n_cuts = t->n_cuts,
                              .cuts = t->cuts,
                              .n_entries = t->n_entries,
                              .entries = t->entries,
                              .n_near = c->certificate->n_near,
                              .near = c->certificate->near};
    for (int32_t i = 0; i < v; i++)
        if (found[i].complete && t->vehicle_least[v] <= found[i].least && tr_audit_alike(c->problem, i, v)) {
            found[v] = found[i];
            return true;
        }
    tr_audit_least(c->problem, v, &prices, t->vehicle_least[v], c->arena, &found[v]);
    if (!found[v].complete)
        add_line(c, tr_arena_printf(c->arena, "level %d: vehicle %s: given up after %" PRId64 " labels, the routes below %" PRId64 " are too many to follow",
                                    (int)level + 1, id, found[v].labels, t->vehicle_least[v]));
    else if (found[v].least < t->vehicle_least[v])
        fault(c, level, "vehicle %s: a route has reduced cost %" PRId64 ", claimed are %" PRId64 " or more (it serves%s)", id,
              found[v].least, t->vehicle_least[v], tr_audit_stops_text(c->problem, &found[v], c->arena));
    return found[v].complete && found[v].least >= t->vehicle_least[v];
}

static bool judge_vehicles(court *c, int32_t level)
{
    tr_audit_found *found = TR_NEW(c->arena, tr_audit_found, c->problem->n_vehicles + 1);
    bool good = true;
    for (int32_t v = 0; v < c->problem->n_vehicles; v++) {
        if (tr_audit_in_reach(c->certificate->level[level].vehicle_least[v])) {
            good = judge_vehicle(c, level, v, found) && good;
            continue;
        }
        fault(c, level, "vehicle %s: least reduced cost %" PRId64 ", it must be within %" PRId64, c->problem->vehicles[v].id,
              c->certificate->level[level].vehicle_least[v], TR_AUDIT_MOST);
        good = false;
    }
    return good;
}

/* ---- the bound ---- */

/* L, given that the vehicles' claims hold. */
static __int128 lagrangian(const court *c, int32_t level)
{
    const tr_level_proof *t = &c->certificate->level[level];
    __int128 sum = (__int128)t->level_dual[0] * c->goal.hazard_left + (__int128)t->level_dual[1] * c->goal.due_left;
    for (int32_t k = 0; k < t->n_cuts; k++) sum += t->cuts[k].dual;
    for (int32_t k = 0; k < t->n_entries; k++) sum += t->entries[k].dual;
    for (int32_t v = 0; v < c->problem->n_vehicles; v++) sum += t->vehicle_least[v];
    for (int32_t s = 0; s < c->problem->n_stops; s++) {
        int64_t weight[3];
        if (c->frozen[s]) continue;
        tr_audit_weigh(c->problem, &c->problem->stops[s], weight);
        __int128 left = (__int128)weight[level] * TR_AUDIT_UNITS - t->stop_dual[s] - (__int128)t->level_dual[0] * weight[0] -
                        (__int128)t->level_dual[1] * weight[1];
        for (int32_t k = 0; k < t->n_entries; k++)
            if (t->entries[k].stop == s) left -= t->entries[k].dual;
        sum += t->stop_dual[s] + (left < 0 ? left : 0);
    }
    return sum;
}

int64_t tr_audit_proven(__int128 sum)
{
    __int128 whole = sum <= 0 ? 0 : (sum + TR_AUDIT_UNITS - 1) / TR_AUDIT_UNITS;
    return whole > INT64_MAX ? INT64_MAX : (int64_t)whole;
}

static void judge_trips(court *c)
{
    const tr_level_proof *t = &c->certificate->level[2];
    const char *why = NULL;
    if (t->known && t->trips->bound > t->bound)
        fault(c, 2, "the bound over trips %" PRId64 " is above the bound %" PRId64, t->trips->bound, t->bound);
    bool given_up;
    if (tr_audit_trips(c->problem, &c->goal, t->trips, c->arena, &why, &given_up)) return;
    c->wrong = c->wrong || !given_up;
    add_line(c, why);
}

static void judge_level(court *c, int32_t level)
{
    const tr_level_proof *t = &c->certificate->level[level];
    const int64_t values[] = {c->goal.hazard_left, c->goal.due_left, c->goal.cost_pence};
    if (t->value != values[level])
        fault(c, level, "value %" PRId64 ", the plan's is %" PRId64, t->value, values[level]);
    if (t->known && t->bound > t->value) fault(c, level, "bound %" PRId64 " is above the value %" PRId64, t->bound, t->value);
    if (t->known && t->dual_bound > t->bound)
        fault(c, level, "the duals' bound %" PRId64 " is above the bound %" PRId64, t->dual_bound, t->bound);
    if (level == 2 && t->trips) judge_trips(c);
    if (t->dual_bound <= 0 && !t->stop_dual) return;
    if (!t->stop_dual) {
        fault(c, level, "bound %" PRId64 " is claimed of duals, and none are given", t->dual_bound);
        return;
    }
    if (!judge_duals(c, level) || !judge_vehicles(c, level)) return;
    int64_t reached = tr_audit_proven(lagrangian(c, level));
    if (reached < t->dual_bound)
        fault(c, level, "the duals prove %" PRId64 ", claimed are %" PRId64, reached, t->dual_bound);
}

bool tr_audit(const tr_problem *problem, const tr_plan *plan, const tr_certificate *certificate, tr_arena *arena, const char **why,
              bool *given_up)
{
    bool unasked;
    if (!given_up) given_up = &unasked;
    *given_up = false;
    court c = {.problem = problem, .certificate = certificate, .arena = arena};
    tr_verdict verdict;
    tr_referee(problem, plan, arena, &verdict); /* for its figures; to judge the plan is not the question */
    c.goal = verdict.goal;
    c.frozen = TR_NEW(arena, bool, problem->n_stops + 1);
    for (int32_t v = 0; v < problem->n_vehicles; v++)
        for (int32_t k = 0; k < problem->vehicles[v].n_frozen; k++) {
            const tr_visit *f = &problem->vehicles[v].frozen[k];
            if (f->kind == TR_VISIT_STOP && f->ref >= 0 && f->ref < problem->n_stops) c.frozen[f->ref] = true;
        }
    if (!tr_audit_fits(problem)) {
        *why = "the morning's amounts are too large to be audited";
        return false;
    }
    for (int32_t level = 0; level < 3; level++) judge_level(&c, level);
    *why = c.why;
    *given_up = c.why && !c.wrong;
    return !c.why;
}
