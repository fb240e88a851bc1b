/* json_text.h -- JSON values as text that people can read and machines can compare.
 *
 * Keys stay in the order in which they were set, a value that fits stays on one line, a number is
 * printed with the fewest digits that read back to the same double: equal values, equal bytes,
 * whatever the locale.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_JSON_TEXT_H
#define TR_JSON_TEXT_H
#include "arena.h"

#include <jansson.h>

json_t *tr_json_string(const char *text); /* a string; null for NULL; bytes that are no UTF-8 become "?" */
char *tr_json_print(const json_t *value, tr_arena *arena);  /* ends with a newline */
char *tr_json_script(const json_t *value, tr_arena *arena); /* on one line, safe inside a <script> */

#endif
