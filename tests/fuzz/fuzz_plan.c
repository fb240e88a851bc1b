/* fuzz_plan.c -- plan.json, and what the referee and the outcomes' judge make of one that could be read.
 *
 * TR_FUZZ_DAY is a folder with the plan.json and travel.json of a day; the plan under test lies
 * beside that travel.json, whose hash it names.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "outputs.h"

#include <stdio.h>
#include <stdlib.h>

static const char *write_plan(const uint8_t *data, size_t size, tr_arena *arena)
{
    const char *folder = getenv("TR_FUZZ_DAY");
    const char *path = tr_arena_printf(arena, "%s/fuzz.plan", folder ? folder : ".");
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) {
        perror(path);
        exit(2);
    }
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_morning morning = {.arena = arena};
    tr_verdict verdict;
    tr_status status = tr_plan_judge(write_plan(data, size, arena), arena, &morning, &verdict, &diag);
    if ((status != TR_OK) != (diag.n_errors > 0)) abort(); /* a fault that is not told */
    tr_arena_free(arena);
    return 0;
}
