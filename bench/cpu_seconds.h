/* cpu_seconds.h -- a clock of CPU seconds for tr_solve and tr_prove, so that what else the machine does counts for little.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CPU_SECONDS_H
#define TR_CPU_SECONDS_H
#include <time.h>

static inline double cpu_seconds(void *context) /* of the whole process, since it began */
{
    struct timespec t;
    (void)context;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
