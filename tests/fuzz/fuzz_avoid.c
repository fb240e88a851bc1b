/* fuzz_avoid.c -- avoid.json.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    int fd = fuzz_file(data, size, path);
    fuzz_morning(&(tr_input_files){.avoid = (const char *const[]){path}, .n_avoid = 1});
    close(fd);
    return 0;
}
