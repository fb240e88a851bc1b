/* sides.c -- see sides.h.  Compilers make these loops a few steps over vectors, if they are functions of their own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sides.h"

static const uint32_t bit[TR_SIDE] = {1u << 0, 1u << 1, 1u << 2,  1u << 3,  1u << 4,  1u << 5,  1u << 6,  1u << 7,
                                      1u << 8, 1u << 9, 1u << 10, 1u << 11, 1u << 12, 1u << 13, 1u << 14, 1u << 15};

uint32_t tr_side_within(const uint32_t *word, const int32_t *a, const int32_t *b, uint32_t of, int32_t a_of, int32_t b_of)
{
    uint32_t bits = 0;
    for (int k = 0; k < TR_SIDE; k++) bits |= -((uint32_t)((word[k] & ~of) == 0) & (uint32_t)(a[k] <= a_of) & (uint32_t)(b[k] <= b_of)) & bit[k];
    return bits;
}

uint32_t tr_side_around(const uint32_t *word, const int32_t *a, const int32_t *b, uint32_t of, int32_t a_of, int32_t b_of)
{
    uint32_t bits = 0;
    for (int k = 0; k < TR_SIDE; k++) bits |= -((uint32_t)((of & ~word[k]) == 0) & (uint32_t)(a_of <= a[k]) & (uint32_t)(b_of <= b[k])) & bit[k];
    return bits;
}
