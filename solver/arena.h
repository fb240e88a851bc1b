/* arena.h -- one block of memory a lifetime: allocate in a line, free all at once.
 *
 * Memory is zeroed, aligned for any type, and never NULL: exhaustion (of the
 * machine, or of an overflowing count) prints one line and ends the program
 * with status 1.  Nothing is freed singly.  Not for sharing between threads.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_ARENA_H
#define TR_ARENA_H
#include <stdarg.h>
#include <stddef.h>

typedef struct tr_arena tr_arena;

tr_arena *tr_arena_new(void);            /* caller frees with tr_arena_free */
void tr_arena_free(tr_arena *arena);     /* accepts NULL */
void *tr_arena_alloc(tr_arena *arena, size_t count, size_t size); /* zeroed, never NULL */
char *tr_arena_strdup(tr_arena *arena, const char *text);         /* NULL gives NULL */
char *tr_arena_strndup(tr_arena *arena, const char *text, size_t length);
char *tr_arena_printf(tr_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *tr_arena_vprintf(tr_arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* a copy of `old` (old_count elements, may be NULL) with room for new_count */
void *tr_arena_grow(tr_arena *arena, const void *old, size_t old_count, size_t new_count, size_t size);

#define TR_NEW(arena, T, n) ((T *)tr_arena_alloc((arena), (size_t)(n), sizeof(T)))

#endif
