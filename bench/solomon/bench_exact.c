/* bench_exact.c -- one public VRPTW file, or its first stops, searched and proved as `tiprun solve --exact -t SECONDS` does,
 * by a clock of CPU seconds, so that what else the machine does counts for little.  Prints a row of a Markdown table.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "../cpu_seconds.h"
#include "public.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *text)
{
    fprintf(stderr, "bench_exact: %s\n", text);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 4) return fail("FILE STOPS SECONDS are wanted");
    tr_arena *arena = tr_arena_new();
    tr_public instance;
    tr_err err;
    tr_plan plan, better;
    tr_certificate certificate;
    tr_prove_figures f = {0};
    tr_verdict verdict;
    int32_t n = atoi(argv[2]);
    double seconds = atof(argv[3]);
    if (tr_public_read(argv[1], arena, &instance, &err)) return fail(err.text);
    tr_problem problem = instance.problem;
    if (n < problem.n_stops) problem.n_stops = n;
    tr_solve_options search = {
        .seed = 1, .seconds = tr_search_seconds(&problem, seconds), .clock = cpu_seconds, .threads = 1};
    if (tr_solve(&problem, &search, arena, &plan, NULL, &err)) return fail(err.text);
    double searched = cpu_seconds(NULL);
    tr_prove_options proof = {
        .seconds = seconds - searched, .clock = cpu_seconds, .threads = 1, .figures = &f};
    if (tr_prove(&problem, &plan, &proof, arena, &better, &certificate, &err)) return fail(err.text);
    if (!tr_referee(&problem, &better, arena, &verdict)) return fail("the referee rejects the plan");
    const tr_level_proof *x = &certificate.level[2];
    const char *name = strrchr(argv[1], '/') ? strrchr(argv[1], '/') + 1 : argv[1];
    double gap = 100.0 * (double)(x->value - x->bound) / (double)x->value;
    char verdict_text[32] = "proven";
    if (gap > 0) snprintf(verdict_text, sizeof verdict_text, "gap %.3f %%", gap);
    printf("| %.*s | %d | %.1f | %.1f | %.1f | %.1f | %d | %lld | %.1f | %d | %.2f | %.2f | %.2f | %.2f | %s "
           "|\n",
           (int)strcspn(name, "."), name, problem.n_stops, (double)plan.goal.cost_pence / 10,
           (double)x->value / 10, f.root / 10, (double)x->bound / 10, f.cuts, (long long)f.columns,
           (double)f.labels / 1e6, f.listed, f.lp_s, f.price_s, f.settle_s, cpu_seconds(NULL), verdict_text);
    tr_arena_free(arena);
    return 0;
}
