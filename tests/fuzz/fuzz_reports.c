/* fuzz_reports.c -- report feeds: CSV, JSON, GeoJSON.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    const char *const paths[] = {path};
    int fd = fuzz_file(data, size, path);
    fuzz_morning(&(tr_input_files){.reports = paths, .n_reports = 1});
    close(fd);
    return 0;
}
