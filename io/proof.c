/* proof.c -- how good the plan is, in figures and in words that a manager understands.
 *
 * A bound that was not proven is never told as one; "proven" is said only where value and bound are equal.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "writers.h"

tr_proof tr_day_proof(const tr_day *day, int32_t level)
{
    const tr_goal *goal = &day->plan->goal;
    const int64_t values[3] = {goal->hazard_left, goal->due_left, goal->cost_pence};
    tr_proof p = {.value = values[level], .note = "no bound"};
    if (p.value == 0) {
        p.known = true, p.note = "proven: no plan can be below 0";
    } else if (day->certificate && day->certificate->level[level].known) {
        const tr_level_proof *l = &day->certificate->level[level];
        p.known = true, p.bound = l->bound, p.note = l->how ? l->how : "", p.relaxed = l->relaxed;
    }
    p.gap = p.known ? p.value - p.bound : 0;
    p.proven = p.known && p.gap <= 0;
    if (level == 2 && p.known && p.value > 0) {
        int64_t avoidable = p.value - tr_unavoidable_pence(&day->morning->problem, day->plan);
        p.percent = 100.0 * (double)p.gap / (double)p.value;
        p.percent_avoidable = avoidable > 0 ? 100.0 * (double)p.gap / (double)avoidable : p.percent;
    }
    return p;
}

/* The least that serving and tipping the stop costs anybody. */
static int64_t least_service(const tr_problem *p, const tr_stop *s)
{
    int64_t least = INT64_MAX, fee = INT64_MAX;
    for (int32_t z = 0; z < p->n_sites; z++)
        if ((p->sites[z].streams >> s->stream & 1) && p->sites[z].gate_fee_pence_per_tonne < fee)
            fee = p->sites[z].gate_fee_pence_per_tonne;
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        const tr_vehicle *w = &p->vehicles[v];
        if (!w->available) continue;
        int64_t rate = w->max_overtime_s > 0 && w->pence_per_overtime_hour < w->pence_per_hour ? w->pence_per_overtime_hour
                                                                                                : w->pence_per_hour;
        int64_t pence = s->service_s * rate / 3600;
        if (w->may_park_loaded && !p->streams[s->stream].hazardous) fee = 0;
        if (pence < least) least = pence;
    }
    if (least == INT64_MAX) least = 0;
    return least + (fee == INT64_MAX ? 0 : s->kg * fee / 1000);
}

int64_t tr_unavoidable_pence(const tr_problem *p, const tr_plan *plan)
{
    int64_t sum = 0, fixed = INT64_MAX;
    bool out = false;
    for (int32_t i = 0; i < p->n_stops; i++) {
        const tr_stop *s = &p->stops[i];
        bool hazardous = s->hazard >= p->policy.hazardous_rank;
        bool due = !hazardous && (s->due_day < p->day || (s->due_day == p->day && p->policy.due_today_weight > 0));
        bool later = !hazardous && s->due_day > p->day; /* it may be left at a price of level 3 */
        if ((hazardous && plan->goal.hazard_left == 0) || (due && plan->goal.due_left == 0)) {
            sum += least_service(p, s);
            out = true;
        } else if (later) {
            int64_t age = p->day > s->reported_day ? p->day - s->reported_day : 0;
            int64_t left = p->policy.pence_left + p->policy.pence_left_per_day * age, served = least_service(p, s);
            sum += left < served ? left : served;
        }
    }
    for (int32_t v = 0; v < p->n_vehicles; v++)
        if (p->vehicles[v].available && p->vehicles[v].fixed_pence < fixed) fixed = p->vehicles[v].fixed_pence;
    return sum + (out && fixed < INT64_MAX ? fixed : 0);
}

/* ---- words ---- */

static const char *points(int64_t n, tr_arena *arena)
{
    return tr_arena_printf(arena, "%lld %s", (long long)n, n == 1 ? "point" : "points");
}

/* "; the bound leaves aside ..." */
static const char *aside(const tr_proof *p, tr_arena *arena)
{
    return p->relaxed && !p->proven ? tr_arena_printf(arena, " (the bound leaves aside: %s)", p->relaxed) : "";
}

/* Stops of the level, and how many of them are left. */
static void count_stops(const tr_day *day, int32_t level, int32_t *all, int32_t *left)
{
    const tr_problem *p = &day->morning->problem;
    *all = *left = 0;
    for (int32_t i = 0; i < p->n_stops; i++) {
        bool hazardous = tr_stop_is_hazardous(p, i), due = !hazardous && p->stops[i].due_day <= p->day;
        if (level == 0 ? hazardous : due) ++*all;
    }
    for (int32_t i = 0; i < day->plan->n_left; i++) {
        int32_t s = day->plan->left[i];
        bool hazardous = tr_stop_is_hazardous(p, s), due = !hazardous && p->stops[s].due_day <= p->day;
        if (level == 0 ? hazardous : due) ++*left;
    }
}

static char *items_sentence(const tr_day *day, int32_t level, const char *what, tr_arena *arena)
{
    tr_proof p = tr_day_proof(day, level);
    int32_t all, left;
    count_stops(day, level, &all, &left);
    const char *items = tr_arena_printf(arena, "%s item%s", what, all == 1 ? "" : "s");
    if (all == 0) return tr_arena_printf(arena, "There is no %s item today.", what);
    if (p.value == 0 && all == 1) return tr_arena_printf(arena, "The one %s is cleared: proven best.", items);
    if (p.value == 0) return tr_arena_printf(arena, "All %d %s are cleared: proven best.", all, items);
    const char *head = tr_arena_printf(arena, "%d of %d %s %s left (%s)", left, all, items, left == 1 ? "is" : "are", points(p.value, arena));
    const char *than = level == 0 ? "" : " without leaving more hazard";
    if (!p.known) return tr_arena_printf(arena, "%s: no bound.", head);
    if (p.proven) return tr_arena_printf(arena, "%s: proven that no plan leaves less%s.", head, than);
    return tr_arena_printf(arena, "%s: proven that no plan leaves less than %s%s%s.", head, points(p.bound, arena), than, aside(&p, arena));
}

static char *cost_sentence(const tr_day *day, tr_arena *arena)
{
    tr_proof p = tr_day_proof(day, 2);
    const char *head = tr_arena_printf(arena, "Cost GBP %s", tr_pounds_text(p.value, arena));
    if (!p.known) return tr_arena_printf(arena, "%s: no bound.", head);
    if (p.proven) return tr_arena_printf(arena, "%s: proven that no plan that leaves no more costs less.", head);
    int64_t all = (int64_t)(p.percent * 100 + 0.5), part = (int64_t)(p.percent_avoidable * 100 + 0.5);
    if (p.gap > 0 && all == 0) all = 1;
    if (p.gap > 0 && part == 0) part = 1;
    return tr_arena_printf(arena, "%s: within %s %% of the best possible, GBP %s at least (%s %% of what planning can save)%s.", head,
                           tr_pounds_text(all, arena), tr_pounds_text(p.bound, arena), tr_pounds_text(part, arena), aside(&p, arena));
}

char *tr_proof_sentence(const tr_day *day, int32_t level, tr_arena *arena)
{
    return level == 2 ? cost_sentence(day, arena) : items_sentence(day, level, level == 0 ? "hazardous" : "due", arena);
}

char *tr_raise_sentence(const tr_day *day, const tr_raise *raise, tr_arena *arena)
{
    const tr_goal *now = &day->plan->goal, *then = &raise->goal;
    int64_t hazard = now->hazard_left - then->hazard_left, due = now->due_left - then->due_left;
    int64_t pence = now->cost_pence - then->cost_pence;
    char *text = tr_arena_printf(arena, "%s:", raise->text);
    if (hazard > 0)
        text = then->hazard_left == 0 ? tr_arena_printf(arena, "%s no hazardous waste left,", text)
                                      : tr_arena_printf(arena, "%s hazard left %lld instead of %s,", text, (long long)then->hazard_left,
                                                        points(now->hazard_left, arena));
    if (due != 0)
        text = then->due_left == 0 ? tr_arena_printf(arena, "%s no due work left,", text)
                                   : tr_arena_printf(arena, "%s due work left %lld instead of %s,", text, (long long)then->due_left,
                                                     points(now->due_left, arena));
    return tr_arena_printf(arena, "%s GBP %s %s", text, tr_pounds_text(pence < 0 ? -pence : pence, arena), pence < 0 ? "more" : "less");
}
