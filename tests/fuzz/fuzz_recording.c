/* fuzz_recording.c -- recorded travel.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "travel.h"

#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_err err = {0};
    tr_travel *travel = NULL;
    int fd = fuzz_file(data, size, path);
    tr_status status = tr_travel_open_recording(path, &diag, &travel, &err);
    if (status && !diag.n_errors && !err.text[0]) abort(); /* a fault that is not told */
    tr_travel_close(travel);
    tr_arena_free(arena);
    close(fd);
    return 0;
}
