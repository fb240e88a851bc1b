/* fuzz_records.c -- plan-against-actual records, and the fit to those without a fault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit.h"
#include "fuzz.h"
#include "readers.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    int fd = fuzz_file(data, size, path);
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_morning morning = {.arena = arena};
    tr_fit_records records;
    tr_fit_judged judged;
    tr_fit fit;
    tr_policy_defaults(&morning);
    if (tr_fit_records_read(path, arena, &diag, &records, NULL) == TR_OK && records.n) {
        int32_t crew = tr_fit_crew(&morning, &records);
        tr_fit_tables(&morning, records.records, records.n, crew, arena, &fit);
        for (int32_t c = 0; c < fit.n_service; c++)
            if (!isfinite(fit.service[c].fit.mu) || !(fit.service[c].fit.spread > 0)) abort();
        tr_fit_judge(&morning, &records, crew, TR_FIT_SERVICE, arena, &judged);
    }
    tr_arena_free(arena);
    close(fd);
    return 0;
}
