/* fuzz.c -- what targets share: a file in memory for those that read by path, a whole morning.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int fuzz_file(const uint8_t *data, size_t size, char path[FUZZ_PATH])
{
    int fd = memfd_create("fuzz", 0);
    if (fd < 0) abort();
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, data + done, size - done);
        if (n <= 0) abort();
        done += (size_t)n;
    }
    snprintf(path, FUZZ_PATH, "/proc/self/fd/%d", fd);
    return fd;
}

void fuzz_morning(const tr_input_files *files)
{
    static const char *const reports[] = {TR_SOURCE_DIR "/instances/tiny/reports.csv"};
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_morning morning = {.arena = arena};
    tr_input_files all = *files;
    if (!all.n_reports) all.reports = reports, all.n_reports = 1;
    if (!all.fleet) all.fleet = TR_SOURCE_DIR "/instances/tiny/fleet.json";
    if (!all.sites) all.sites = TR_SOURCE_DIR "/instances/tiny/sites.json";
    all.day = -1;
    tr_status status = tr_inputs_read(&all, &morning, &diag);
    if ((status != TR_OK) != (diag.n_errors > 0)) abort(); /* a fault that is not told */
    if (status == TR_OK) tr_triage(&morning, &diag);
    tr_arena_free(arena);
}
