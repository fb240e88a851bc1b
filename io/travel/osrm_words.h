/* osrm_words.h -- a step of an OSRM route as a sentence for the crew.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_OSRM_WORDS_H
#define TR_OSRM_WORDS_H
#include "arena.h"

#include <jansson.h>

/* "turn left into High Street, 250 m"; step: an element of legs[].steps.  In the arena, never NULL. */
const char *tr_osrm_step_words(tr_arena *arena, const json_t *step);

#endif
