/* sides.h -- which labels of a list may beat another, or be beaten by it: sixteen looked at side by side, without a branch.
 *
 * Of each label three numbers lie in arrays of their own: a word whose bits are all among those of what it beats, and two amounts that are no
 * more.  Most labels are told apart by these; the others are looked at one by one.  Arrays hold TR_SIDE places more than labels.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SIDES_H
#define TR_SIDES_H
#include <stdint.h>

enum { TR_SIDE = 16 };

/* A bit for each of them that has no bit that `of` has not, and no more of a and b. */
uint32_t tr_side_within(const uint32_t *word, const int32_t *a, const int32_t *b, uint32_t of, int32_t a_of, int32_t b_of);
/* A bit for each of them that has all bits that `of` has, and no less of a and b. */
uint32_t tr_side_around(const uint32_t *word, const int32_t *a, const int32_t *b, uint32_t of, int32_t a_of, int32_t b_of);

#endif
