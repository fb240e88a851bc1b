/* support.h -- cmocka with what it needs included before it, random numbers, and how long a test may go on.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TEST_SUPPORT_H
#define TR_TEST_SUPPORT_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "route.h" /* tr_random */
#include <stdlib.h>

/* Of n repeats the share that TR_TEST_SCALE (percent, 100) tells of, at least one; never more than n. */
static inline int32_t tr_scaled(int32_t n)
{
    const char *text = getenv("TR_TEST_SCALE");
    int percent = text ? atoi(text) : 100;
    return percent > 0 && percent < 100 ? n * percent / 100 + 1 : n;
}

static inline int64_t tr_between(uint64_t *state, int64_t low, int64_t high) /* both included */
{
    return low + (int64_t)(tr_random(state) % (uint64_t)(high - low + 1));
}
#endif
