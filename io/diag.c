/* diag.c -- see diag.h.  At most MOST errors and MOST warnings are kept, the rest are only counted; control
 * characters of the input never reach a message.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diag.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST = 200, LONGEST_WORD = 64, LONGEST_TEXT = 900 };

/* A terminal must not be steered by what stands in a file. */
static const char *printable(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < 0x20 || *p == 0x7f) *p = '?';
    if (strlen(text) > LONGEST_TEXT) {
        size_t end = LONGEST_TEXT - strlen("...");
        while (end && ((unsigned char)text[end] & 0xC0) == 0x80) end--; /* whole characters only */
        strcpy(text + end, "...");
    }
    return text;
}

void tr_diag_add(tr_diag *diag, tr_severity severity, const char *file, const char *where, const char *format,
                 ...)
{
    int32_t kept_errors = diag->n_errors < MOST ? diag->n_errors : MOST;
    int32_t kept = severity == TR_ERROR ? kept_errors : diag->n_faults - kept_errors;
    if (severity == TR_ERROR) diag->n_errors++;
    if (kept == MOST) return;
    if (diag->n_faults == diag->capacity) {
        int32_t capacity = diag->capacity ? 2 * diag->capacity : 16;
        diag->faults = tr_arena_grow(diag->arena, diag->faults, (size_t)diag->capacity, (size_t)capacity,
                                     sizeof *diag->faults);
        diag->capacity = capacity;
    }
    va_list args;
    va_start(args, format);
    char *text = tr_arena_vprintf(diag->arena, format, args);
    va_end(args);
    if (kept == MOST - 1)
        text = tr_arena_printf(diag->arena, "%s (the last that is listed; there may be more)", text);
    diag->faults[diag->n_faults++] = (tr_fault){
        .severity = severity,
        .file = file ? printable(tr_arena_strdup(diag->arena, file)) : "",
        .where = where ? printable(tr_arena_strdup(diag->arena, where)) : "",
        .text = printable(text),
    };
}

/* Levenshtein distance without regard to case; words longer than LONGEST_WORD are never near. */
static int distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST_WORD || m > LONGEST_WORD) return INT_MAX;
    int row[LONGEST_WORD + 1];
    for (size_t j = 0; j <= m; j++) row[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int same = strncasecmp(a + i - 1, b + j - 1, 1) == 0;
            int best = diagonal + !same;
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[m];
}

const char *tr_nearest_word(const char *word, const char *const *known, int32_t n_known)
{
    const char *nearest = NULL;
    int least = 1 + (int)(strlen(word) / 3);
    for (int32_t i = 0; i < n_known; i++) {
        int d = distance(word, known[i]);
        if (d < least || (d == least && !nearest)) {
            nearest = known[i];
            least = d;
        }
    }
    return nearest;
}
