/* fuzz_rerun.c -- rerun.json: no file that it does not name with a hash is taken, and what lies beside it lies beside it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "rerun.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_rerun rerun;
    int fd = fuzz_file(data, size, path);
    tr_rerun_read(path, arena, &rerun, &diag);
    if (!diag.n_errors) {
        if (rerun.n_reports < 1 || rerun.n_fleets < 1 || rerun.n_fleets > TR_MOST_FLEETS || !rerun.source) abort();
        for (int32_t i = 0; i < rerun.n_fleets; i++)
            if (!rerun.fleets[i].path || strlen(rerun.fleets[i].sha256) != 64) abort();
        if (!*tr_rerun_json(&rerun, arena)) abort();
    }
    tr_arena_free(arena);
    close(fd);
    return 0;
}
