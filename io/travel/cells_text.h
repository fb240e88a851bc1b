/* cells_text.h -- the two matrices of an OSRM table, taken out of the text of an answer.
 *
 * A general JSON library spends more time on a million numbers than the server on the whole table.  So the numbers
 * are read here, strictly as JSON has them, and blanked out; what remains of the answer is left to the library.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CELLS_TEXT_H
#define TR_CELLS_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    bool there;      /* the key is there, with an array */
    char fault[200]; /* "durations[3] has 9 cells, not 10"; empty = fine */
} tr_cells_text;

/* The value of `key` at the top level of the JSON object in text[0..length-1]: n_rows rows of n_columns numbers
 * within 0..limit or null, each rounded half up into cells[n_rows * n_columns], null as TR_NO_ROAD.  A number
 * above -1 and below 0 is 0.  The matrix is overwritten by 0 and blanks, so that what remains is JSON where it was. */
tr_cells_text tr_cells_take(char *text, size_t length, const char *key, int32_t n_rows, int32_t n_columns,
                            int32_t limit, int32_t *cells);

#endif
