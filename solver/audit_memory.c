/* audit_memory.c -- which of the stops next to a stop were served: what bounds on what is to come remember of a route.  See audit.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

static int32_t near_of(const tr_audit_memory *y, int32_t i, int32_t k)
{
    return y->near[(size_t)i * (size_t)y->n_near + (size_t)k];
}

int32_t tr_audit_bit_at(const tr_audit_memory *y, int32_t i, int32_t stop)
{
    for (int32_t k = 0; k < y->n_near; k++)
        if (near_of(y, i, k) == stop) return k;
    return -1;
}

void tr_audit_carry_over(const tr_audit_memory *y, int32_t i, int32_t j, uint16_t *after)
{
    int32_t self = tr_audit_bit_at(y, j, i), to[TR_AUDIT_NEAR];
    for (int32_t k = 0; k < y->n_near; k++) to[k] = near_of(y, i, k) < 0 ? -1 : tr_audit_bit_at(y, j, near_of(y, i, k));
    for (int32_t m = 0; m < 1 << y->n_near; m++) {
        uint32_t set = self >= 0 ? 1u << self : 0;
        for (int32_t k = 0; k < y->n_near; k++)
            if (m >> k & 1 && to[k] >= 0) set |= 1u << to[k];
        after[m] = (uint16_t)set;
    }
}

uint32_t tr_audit_memory_at(const tr_audit_memory *y, int32_t i, tr_audit_set served)
{
    uint32_t m = 0;
    for (int32_t k = 0; k < y->n_near; k++)
        if (near_of(y, i, k) >= 0 && served >> near_of(y, i, k) & 1) m |= 1u << k;
    return m;
}
