/* fuzz_mapping.c -- mapping of a feed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    int fd = fuzz_file(data, size, path);
    fuzz_morning(&(tr_input_files){.mapping = path});
    close(fd);
    return 0;
}
