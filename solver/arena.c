/* arena.c -- see arena.h.  Blocks double up to a mebibyte; a larger request gets its own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

enum { ALIGN = alignof(max_align_t), RED = 16, FIRST = 16 * 1024, LARGEST = 1024 * 1024 };

typedef struct block {
    struct block *next;
    size_t size, used; /* of bytes[] */
    alignas(max_align_t) unsigned char bytes[];
} block;

struct tr_arena {
    block *blocks; /* newest first; allocation goes to the first */
    size_t step;   /* size of the next ordinary block */
};

static void *must(void *p, size_t size)
{
    if (p) return p;
    fprintf(stderr, "tiprun: out of memory (%zu bytes asked)\n", size);
    exit(1);
}

tr_arena *tr_arena_new(void)
{
    tr_arena *a = must(calloc(1, sizeof *a), sizeof *a);
    a->step = FIRST;
    return a;
}

void tr_arena_free(tr_arena *a)
{
    if (!a) return;
    for (block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        ASAN_UNPOISON_MEMORY_REGION(b->bytes, b->size);
        free(b);
    }
    free(a);
}

void *tr_arena_alloc(tr_arena *a, size_t count, size_t size)
{
    if (size && count > (SIZE_MAX / 2 - ALIGN - RED) / size) must(NULL, SIZE_MAX);
    size_t want = count * size, room = (want + RED + ALIGN - 1) / ALIGN * ALIGN;
    block *b = a->blocks;
    if (!b || b->size - b->used < room) {
        size_t n = room > a->step ? room : a->step;
        if (a->step < LARGEST) a->step *= 2;
        block *fresh = must(calloc(1, sizeof *fresh + n), n);
        fresh->size = n;
        ASAN_POISON_MEMORY_REGION(fresh->bytes, n);
        if (b && room > LARGEST / 4 && b->size - b->used > room / 8) { /* keep filling the old one */
            fresh->next = b->next;
            b->next = fresh;
        } else {
            fresh->next = b;
            a->blocks = fresh;
        }
        b = fresh;
    }
    void *p = b->bytes + b->used;
    b->used += room;
    ASAN_UNPOISON_MEMORY_REGION(p, want);
    return p;
}

void *tr_arena_grow(tr_arena *a, const void *old, size_t old_count, size_t new_count, size_t size)
{
    void *p = tr_arena_alloc(a, new_count, size);
    if (old && old_count) memcpy(p, old, (old_count < new_count ? old_count : new_count) * size);
    return p;
}

char *tr_arena_strndup(tr_arena *a, const char *text, size_t length)
{
    char *p = tr_arena_alloc(a, length + 1, 1);
    memcpy(p, text, length);
    return p;
}

char *tr_arena_strdup(tr_arena *a, const char *text)
{
    return text ? tr_arena_strndup(a, text, strlen(text)) : NULL;
}

char *tr_arena_vprintf(tr_arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0) n = 0;
    char *p = tr_arena_alloc(a, (size_t)n + 1, 1);
    vsnprintf(p, (size_t)n + 1, format, args);
    return p;
}

char *tr_arena_printf(tr_arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *p = tr_arena_vprintf(a, format, args);
    va_end(args);
    return p;
}
