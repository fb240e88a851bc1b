/* lp_mornings.c -- writes the compact model of random mornings, and their optimum by brute force, for lp_solvers.py.
 *
 *   lp_mornings DIR FIRST COUNT [STOPS]   morning FIRST, FIRST + 1, ... until COUNT can be put that way
 *
 * DIR/N-1.lp to N-3.lp: the levels, each with the optimum held above it; DIR/optima.csv: a row each morning
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "brute.h"
#include "compact.h"
#include "mornings.h"
#include "write_file.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    tr_err err;
    if (argc < 4) return 2;
    int first = atoi(argv[2]), count = atoi(argv[3]), done = 0;
    for (int i = first; done < count && i < TR_STANDARD_MORNINGS; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem problem;
        tr_plan plan;
        tr_standard_morning(i, arena, &problem);
        if (tr_compact_can(&problem, &err) == TR_OK && tr_brute(&problem, arena, &plan)) {
            for (int level = 1; level <= 3; level++) {
                const char *path = tr_arena_printf(arena, "%s/%d-%d.lp", argv[1], i, level);
                if (tr_file_write_text(path, tr_compact_text(&problem, level, &plan.goal, arena), &err)) {
                    fprintf(stderr, "%s\n", err.text);
                    return 1;
                }
            }
            tr_morning_options o = tr_standard_options(i);
            printf("%d,%lld,%lld,%lld,%d,%d,%d,%d,%x,%x\n", i, (long long)plan.goal.hazard_left, (long long)plan.goal.due_left, (long long)plan.goal.cost_pence, problem.n_vehicles, problem.n_stops, problem.n_sites, 0, o.rules, o.extras);
            done++;
        }
        tr_arena_free(arena);
    }
    return 0;
}
