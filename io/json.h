/* json.h -- strict reading of our JSON files: every fault with its path, the nearest known word, no stop
 * at the first.
 *
 * A tr_json is a place in a document: value, and the way to it for messages.  It lives on the stack and
 * points to its parent, which must outlive it.  A getter of an absent value (value NULL) gives the
 * fallback in silence; one of a wrong value adds a fault and gives the fallback.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_JSON_H
#define TR_JSON_H
#include "diag.h"

#include <jansson.h>

typedef struct tr_json {
    json_t *value; /* borrowed; NULL = absent */
    tr_diag *diag;
    const char *file;
    const struct tr_json *parent; /* NULL = the whole document */
    const char *key;              /* in the parent object, or NULL: then index */
    size_t index;
} tr_json;

/* The bytes of a file ("-" = standard input), NUL added, at most 64 MB and valid UTF-8 without a byte order
 * mark.  A fault is in diag; NULL.  In the given arena. */
char *tr_file_read(const char *path, tr_arena *arena, tr_diag *diag, size_t *length);

/* Offset of the first byte that is no UTF-8, or length. */
size_t tr_utf8_valid(const char *text, size_t length);
/* A copy in which control characters are blanks and what is no UTF-8 is '?', for what goes into files. */
char *tr_text_clean(tr_arena *arena, const char *text);
/* The same, of at most `most` bytes, cut between characters. */
char *tr_text_short(tr_arena *arena, const char *text, size_t most);

/* The document; caller frees with json_decref.  NULL: the fault, with line and column, is in diag. */
json_t *tr_json_parse(const char *text, size_t length, const char *path, tr_diag *diag);
json_t *tr_json_file(const char *path, tr_diag *diag);

tr_json tr_json_root(json_t *value, const char *path, tr_diag *diag);
tr_json tr_json_at(const tr_json *object, const char *key);   /* absent: value NULL */
tr_json tr_json_need(const tr_json *object, const char *key); /* absent: a fault */
tr_json tr_json_item(const tr_json *array, size_t i);
void tr_json_fault(const tr_json *at, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool tr_json_is_object(const tr_json *at); /* absent or not an object: false, the latter with a fault */
size_t tr_json_length(const tr_json *at);  /* of an array; absent 0, not an array 0 with a fault */
/* A fault for each key that is not known, with the nearest known one. */
void tr_json_keys(const tr_json *object, const char *const *known, int32_t n_known);

const char *tr_json_text(tr_json at, const char *fallback); /* copied into diag's arena */
int64_t tr_json_int(tr_json at, int64_t fallback, int64_t min, int64_t max);
double tr_json_number(tr_json at, double fallback, double min, double max);
bool tr_json_bool(tr_json at, bool fallback);
int64_t tr_json_clock(tr_json at, int64_t fallback); /* "06:00" in seconds */
int64_t tr_json_minutes(tr_json at, int64_t fallback_s,
                        int64_t max_min); /* a number of minutes, in seconds */
int32_t tr_json_word(tr_json at, const char *const *known, int32_t n, const char *kind, int32_t fallback);
/* An array of known words, or "all", as a mask by their index. */
uint64_t tr_json_words(tr_json at, const char *const *known, int32_t n, const char *kind);
/* [["07:30", "15:30"], ...] or ["07:30-15:30", ...], tidied; *n windows in diag's arena. */
struct tr_window_list {
    int32_t n;
    tr_window *windows;
};
struct tr_window_list tr_json_windows(tr_json at);
/* Litres of "litres", or of "m3" x 1000, rounded; both at once is a fault. */
int64_t tr_json_litres(const tr_json *object, int64_t fallback, int64_t max);
/* lat and lon of the object; false with faults if they are no place on earth. */
bool tr_json_place(const tr_json *object, double *lat, double *lon);

#endif
