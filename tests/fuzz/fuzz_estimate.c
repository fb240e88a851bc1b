/* fuzz_estimate.c -- estimates of an area: what is read gives figures within bounds.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimate.h"
#include "fuzz.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tr_place ends[] = {{.name = "a", .lat = 53.805, .lon = -1.505},
                                    {.name = "b", .lat = 53.82, .lon = -1.5},
                                    {.name = "c", .lat = -40, .lon = 175}};
    char path[FUZZ_PATH];
    gsl_set_error_handler_off();
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_err err = {0};
    tr_estimate *estimate = NULL;
    int fd = fuzz_file(data, size, path);
    tr_status status = tr_estimate_read(path, arena, &diag, &estimate, &err);
    if (status && (!diag.n_errors || !err.text[0])) abort(); /* a fault that is not told */
    for (int i = 0; i < 3 && !status; i++)
        for (int j = 0; j < 3; j++) {
            int32_t seconds, metres;
            tr_estimate_way(estimate, "van", &ends[i], &ends[j], &seconds, &metres);
            if (seconds < 0 || seconds > TR_MAX_SECONDS || metres < 0 || metres > TR_MAX_METRES) abort();
        }
    tr_arena_free(arena);
    close(fd);
    return 0;
}
