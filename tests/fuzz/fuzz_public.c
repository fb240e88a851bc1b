/* fuzz_public.c -- Solomon and VRPLIB text.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "public.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tr_arena *arena = tr_arena_new();
    tr_public instance;
    tr_err err;
    tr_public_parse("fuzz", (const char *)data, size, arena, &instance, &err);
    tr_arena_free(arena);
    return 0;
}
