/* diag.h -- gathers every fault of every input file, so that all are told at once.
 *
 * A fault names the file, the place in it ("vehicles[2].shift.end", "row 14, column lat") and the
 * value, and says what would be right.  Text: lower case, no full stop.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_DIAG_H
#define TR_DIAG_H
#include "tiprun.h"

typedef enum { TR_WARNING, TR_ERROR } tr_severity;

typedef struct {
    tr_severity severity;
    const char *file, *where, *text;
} tr_fault;

typedef struct {
    tr_arena *arena;
    int32_t n_faults, n_errors, capacity;
    tr_fault *faults; /* in the order found */
} tr_diag;

void tr_diag_add(tr_diag *diag, tr_severity severity, const char *file, const char *where,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The known word nearest to `word` (edit distance at most 1 + length / 3), or NULL. */
const char *tr_nearest_word(const char *word, const char *const *known, int32_t n_known);

#endif
