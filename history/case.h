/* case.h -- a fly-tip from its report to its end: what histories hold and simulations make.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CASE_H
#define TR_CASE_H
#include "arena.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum { TR_CASE_OPEN, TR_CASE_CLEARED, TR_CASE_DUPLICATE, TR_CASE_TRANSFERRED } tr_case_end; /* open: censored at until_s */

typedef struct {
    const char *id;
    int64_t reported_s, until_s; /* Unix seconds; until_s: cleared, merged, passed on, or last seen open */
    tr_case_end end;
    const char *waste_type, *size, *ward; /* NULL = not known */
    int8_t hazardous;            /* 1, 0, -1 = not known */
    double work_s;               /* seconds of service it asks for; 0 = not known */
    double lat, lon;             /* NAN = not located */
    bool drawn;                  /* its size or type was drawn, not reported */
} tr_case;
#endif
