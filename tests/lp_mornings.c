/* lp_mornings.c -- the compact model of random mornings, and their optimum by brute force, for lp_solvers.py.
 *
 *   lp_mornings DIR COUNT      writes DIR/N-1.lp to N-3.lp: the three levels of morning N, the optimum held above
 *
 * and on standard output a line of CSV each: N, vehicles, stops, the optimum's three values, the rules that the
 * morning has, and those of them known to change its optimum (names joined by a space).  The mornings are those
 * of mornings.h without frozen visits; one in eight has 8 stops on one vehicle, one in eight has days so long that
 * the limits of the drivers' hours bind.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "brute.h"
#include "compact.h"
#include "mornings.h"
#include "write_file.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ENOUGH = 4
}; /* mornings that a rule must change before it is no longer tried: brute force costs time */

static tr_morning_options choose(int32_t i)
{
    tr_morning_options o = tr_standard_options(i);
    o.rules &= ~(1u << TR_RULE_FROZEN);
    if (i % 8 == 7) {
        o.n_stops = 8;
        o.n_vehicles = 1;
        o.extras &= ~(uint32_t)TR_EXTRA_BODIES;
        o.rules &= ~(1u << TR_RULE_HOURS | 1u << TR_RULE_EU | 1u << TR_RULE_WTR);
    }
    if (i % 8 == 3) { /* gb_domestic binds only where nothing else ends the day */
        o.n_stops = 4;
        o.rules |= 1u << TR_RULE_HOURS;
        o.rules &= ~(1u << TR_RULE_EU | 1u << TR_RULE_WTR | 1u << TR_RULE_SHIFT);
        o.extras &= ~(uint32_t)TR_EXTRA_BODIES;
    }
    return o;
}

static bool matters(const tr_problem *p, tr_rule rule, const tr_goal *optimum)
{
    tr_arena *arena = tr_arena_new();
    tr_problem without = tr_problem_without_rule(p, rule, arena);
    tr_plan plan;
    bool other = tr_brute(&without, arena, &plan) && tr_goal_compare(&plan.goal, optimum) != 0;
    tr_arena_free(arena);
    return other;
}

static tr_status write_levels(const tr_problem *p, const char *directory, int32_t i, const tr_goal *optimum,
                              tr_arena *arena)
{
    for (int32_t level = 1; level <= 3; level++) {
        tr_err err;
        const char *path = tr_arena_printf(arena, "%s/%d-%d.lp", directory, (int)i, (int)level);
        if (!tr_file_write_text(path, tr_compact_text(p, level, optimum, arena), &err)) continue;
        fprintf(stderr, "lp_mornings: %s\n", err.text);
        return err.code;
    }
    return TR_OK;
}

static void tell(int32_t i, const tr_problem *p, const tr_goal *g, uint32_t rules)
{
    static int met[TR_N_RULES];
    printf("%d,%d,%d,%lld,%lld,%lld,", (int)i, (int)p->n_vehicles, (int)p->n_stops, (long long)g->hazard_left,
           (long long)g->due_left, (long long)g->cost_pence);
    for (int r = 0; r < TR_N_RULES; r++)
        if (rules >> r & 1) printf("%s ", tr_rule_name((tr_rule)r));
    printf(",");
    for (int r = 0; r < TR_N_RULES; r++) {
        if (!(rules >> r & 1) || met[r] >= ENOUGH || !matters(p, (tr_rule)r, g)) continue;
        met[r]++;
        printf("%s ", tr_rule_name((tr_rule)r));
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    int count = argc == 3 ? atoi(argv[2]) : 0, done = 0;
    if (count < 1) {
        fprintf(stderr, "usage: lp_mornings DIR COUNT\n");
        return 2;
    }
    for (int32_t i = 0; done < count; i++) {
        tr_arena *arena = tr_arena_new();
        tr_morning_options options = choose(i);
        tr_problem problem;
        tr_plan plan;
        tr_random_morning(0x636f6d70616374ull + (uint64_t)i * 7919, &options, arena, &problem);
        if (tr_compact_can(&problem, NULL) == TR_OK && tr_brute(&problem, arena, &plan)) {
            if (write_levels(&problem, argv[1], i, &plan.goal, arena)) return 1;
            tell(i, &problem, &plan.goal, options.rules | 1u << TR_RULE_SAME_SHIFT);
            done++;
        }
        tr_arena_free(arena);
    }
    return 0;
}
