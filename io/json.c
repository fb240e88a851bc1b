/* json.c -- see json.h.  Over jansson; duplicates of a key are refused, numbers that are not finite too.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "json.h"

#include "calendar.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST = 64 * 1024 * 1024, BLOCK = 64 * 1024 };

/* ---- files ---- */

size_t tr_utf8_valid(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;
    for (size_t i = 0; i < length;) {
        int more = s[i] < 0x80                    ? 0
                   : s[i] >= 0xC2 && s[i] <= 0xDF ? 1
                   : (s[i] & 0xF0) == 0xE0        ? 2
                   : s[i] >= 0xF0 && s[i] <= 0xF4 ? 3
                                                  : -1;
        if (more < 0 || length - i <= (size_t)more) return i;
        for (int k = 1; k <= more; k++)
            if ((s[i + (size_t)k] & 0xC0) != 0x80) return i;
        bool overlong = (s[i] == 0xE0 && s[i + 1] < 0xA0) || (s[i] == 0xF0 && s[i + 1] < 0x90);
        bool beyond = (s[i] == 0xED && s[i + 1] >= 0xA0) || (s[i] == 0xF4 && s[i + 1] >= 0x90);
        if (overlong || beyond) return i;
        i += (size_t)more + 1;
    }
    return length;
}

char *tr_text_clean(tr_arena *arena, const char *text)
{
    char *copy = tr_arena_strdup(arena, text);
    size_t length = strlen(copy);
    for (size_t bad = 0; (bad += tr_utf8_valid(copy + bad, length - bad)) < length;) copy[bad] = '?';
    for (unsigned char *p = (unsigned char *)copy; *p; p++) {
        if (*p < 0x20 || *p == 0x7f) *p = ' ';
        if (*p == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0) p[0] = p[1] = ' ';         /* C1 controls */
        if (*p == 0xEF && p[1] == 0xBF && p[2] >= 0xBE) p[0] = p[1] = p[2] = ' '; /* no XML characters */
    }
    return copy;
}

char *tr_text_short(tr_arena *arena, const char *text, size_t most)
{
    size_t n = strnlen(text, most + 1);
    if (n <= most) return tr_text_clean(arena, text);
    for (n = most; n && ((unsigned char)text[n] & 0xC0) == 0x80;) n--;
    return tr_text_clean(arena, tr_arena_strndup(arena, text, n));
}

/* All of the stream, or NULL if it is longer than LARGEST or fails (errno). */
static char *read_all(FILE *file, tr_arena *arena, size_t expected, size_t *length)
{
    size_t capacity = expected + BLOCK, n = 0;
    char *bytes = TR_NEW(arena, char, capacity + 1);
    for (;;) {
        n += fread(bytes + n, 1, capacity - n, file);
        if (ferror(file)) return NULL;
        if (n > LARGEST) {
            errno = EFBIG;
            return NULL;
        }
        if (n < capacity) break;
        bytes = tr_arena_grow(arena, bytes, n, 2 * capacity + 1, 1);
        capacity *= 2;
    }
    bytes[n] = 0;
    *length = n;
    return bytes;
}

char *tr_file_read(const char *path, tr_arena *arena, tr_diag *diag, size_t *length)
{
    bool standard = strcmp(path, "-") == 0;
    struct stat info;
    errno = 0;
    FILE *file = standard ? stdin : fopen(path, "rb");
    if (!file || fstat(fileno(file), &info)) {
        tr_diag_add(diag, TR_ERROR, path, "", "cannot be opened: %s", strerror(errno));
        if (file && !standard) fclose(file);
        return NULL;
    }
    char *bytes = NULL;
    size_t expected = S_ISREG(info.st_mode) && info.st_size > 0 ? (size_t)info.st_size : 0;
    if (S_ISDIR(info.st_mode))
        errno = EISDIR;
    else if (expected > LARGEST)
        errno = EFBIG;
    else
        bytes = read_all(file, arena, expected, length);
    if (!bytes && errno == EFBIG)
        tr_diag_add(diag, TR_ERROR, path, "", "is larger than %d MB; split it", LARGEST / 1024 / 1024);
    else if (!bytes)
        tr_diag_add(diag, TR_ERROR, path, "", "cannot be read: %s", strerror(errno));
    if (!standard) fclose(file);
    if (!bytes) return NULL;
    if (*length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        *length -= 3;
    }
    size_t bad = tr_utf8_valid(bytes, *length);
    if (bad == *length) return bytes;
    tr_diag_add(diag, TR_ERROR, path, "", "is not UTF-8: byte 0x%02x at offset %zu; save it as UTF-8",
                (unsigned char)bytes[bad], bad);
    return NULL;
}

json_t *tr_json_parse(const char *text, size_t length, const char *path, tr_diag *diag)
{
    json_error_t error;
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (value) return value;
    char where[60];
    snprintf(where, sizeof where, "line %d, column %d", error.line, error.column);
    if (length == 0)
        tr_diag_add(diag, TR_ERROR, path, "", "is empty; expected JSON");
    else
        tr_diag_add(diag, TR_ERROR, path, where, "is not valid JSON: %s", error.text);
    return NULL;
}

json_t *tr_json_file(const char *path, tr_diag *diag)
{
    size_t length;
    tr_arena *scratch = tr_arena_new();
    char *text = tr_file_read(path, scratch, diag, &length);
    json_t *value = text ? tr_json_parse(text, length, path, diag) : NULL;
    tr_arena_free(scratch);
    return value;
}

/* ---- places ---- */

tr_json tr_json_root(json_t *value, const char *path, tr_diag *diag)
{
    return (tr_json){.value = value, .diag = diag, .file = path};
}

tr_json tr_json_at(const tr_json *object, const char *key)
{
    json_t *value = json_is_object(object->value) ? json_object_get(object->value, key) : NULL;
    return (tr_json){
        .value = value, .diag = object->diag, .file = object->file, .parent = object, .key = key};
}

tr_json tr_json_need(const tr_json *object, const char *key)
{
    tr_json at = tr_json_at(object, key);
    if (!at.value && json_is_object(object->value)) tr_json_fault(&at, "is missing");
    return at;
}

tr_json tr_json_item(const tr_json *array, size_t i)
{
    return (tr_json){.value = json_array_get(array->value, i),
                     .diag = array->diag,
                     .file = array->file,
                     .parent = array,
                     .index = i};
}

static char *path_of(const tr_json *at, tr_arena *arena)
{
    if (!at->parent) return tr_arena_strdup(arena, "");
    char *up = path_of(at->parent, arena);
    if (!at->key) return tr_arena_printf(arena, "%s[%zu]", up, at->index);
    return tr_arena_printf(arena, "%s%s%s", up, *up ? "." : "", at->key);
}

void tr_json_fault(const tr_json *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = tr_arena_vprintf(at->diag->arena, format, args);
    va_end(args);
    tr_diag_add(at->diag, TR_ERROR, at->file, path_of(at, at->diag->arena), "%s", text);
}

static const char *kind_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "text";
    case JSON_INTEGER:
        return "a number";
    case JSON_REAL:
        return "a number";
    case JSON_NULL:
        return "null";
    default:
        return "true or false";
    }
}

bool tr_json_is_object(const tr_json *at)
{
    if (!at->value) return false;
    if (json_is_object(at->value)) return true;
    tr_json_fault(at, "is %s; expected an object", kind_of(at->value));
    return false;
}

size_t tr_json_length(const tr_json *at)
{
    if (!at->value) return 0;
    if (json_is_array(at->value)) return json_array_size(at->value);
    tr_json_fault(at, "is %s; expected an array", kind_of(at->value));
    return 0;
}

/* "a, b, c" */
static char *listed(const char *const *known, int32_t n, tr_arena *arena)
{
    char *text = tr_arena_strdup(arena, "");
    for (int32_t i = 0; i < n; i++) text = tr_arena_printf(arena, "%s%s%s", text, i ? ", " : "", known[i]);
    return text;
}

static void unknown(const tr_json *at, const char *kind, const char *word, const char *const *known,
                    int32_t n)
{
    const char *near = tr_nearest_word(word, known, n);
    if (near)
        tr_json_fault(at, "unknown %s \"%s\"; did you mean \"%s\"?", kind, word, near);
    else
        tr_json_fault(at, "unknown %s \"%s\" (known: %s)", kind, word, listed(known, n, at->diag->arena));
}

void tr_json_keys(const tr_json *object, const char *const *known, int32_t n_known)
{
    const char *key;
    json_t *value;
    json_object_foreach(object->value, key, value)
    {
        int32_t i = 0;
        while (i < n_known && strcmp(key, known[i])) i++;
        if (i < n_known) continue;
        tr_json at = tr_json_at(object, key);
        unknown(&at, "key", key, known, n_known);
    }
}

/* ---- values ---- */

const char *tr_json_text(tr_json at, const char *fallback)
{
    if (!at.value) return fallback;
    if (!json_is_string(at.value)) {
        tr_json_fault(&at, "is %s; expected text", kind_of(at.value));
        return fallback;
    }
    return tr_text_clean(at.diag->arena, json_string_value(at.value));
}

int64_t tr_json_int(tr_json at, int64_t fallback, int64_t min, int64_t max)
{
    if (!at.value) return fallback;
    if (!json_is_number(at.value)) {
        tr_json_fault(&at, "is %s; expected a whole number", kind_of(at.value));
        return fallback;
    }
    double value = json_number_value(at.value);
    if (json_is_real(at.value) && (value != floor(value) || fabs(value) > 9e15)) {
        tr_json_fault(&at, "%g is no whole number", value);
        return fallback;
    }
    int64_t whole = json_is_integer(at.value) ? json_integer_value(at.value) : (int64_t)value;
    if (whole >= min && whole <= max) return whole;
    tr_json_fault(&at, "%lld is out of range; expected %lld to %lld", (long long)whole, (long long)min,
                  (long long)max);
    return fallback;
}

double tr_json_number(tr_json at, double fallback, double min, double max)
{
    if (!at.value) return fallback;
    if (!json_is_number(at.value)) {
        tr_json_fault(&at, "is %s; expected a number", kind_of(at.value));
        return fallback;
    }
    double value = json_number_value(at.value);
    if (value >= min && value <= max) return value;
    tr_json_fault(&at, "%.10g is out of range; expected %.10g to %.10g", value, min, max);
    return fallback;
}

bool tr_json_bool(tr_json at, bool fallback)
{
    if (!at.value) return fallback;
    if (json_is_boolean(at.value)) return json_is_true(at.value);
    tr_json_fault(&at, "is %s; expected true or false", kind_of(at.value));
    return fallback;
}

int64_t tr_json_clock(tr_json at, int64_t fallback)
{
    int64_t seconds;
    const char *text = tr_json_text(at, NULL);
    if (!text) return fallback;
    if (tr_clock_parse(text, &seconds)) return seconds;
    tr_json_fault(&at, "\"%s\" is no time of day; expected HH:MM, such as \"06:00\"", text);
    return fallback;
}

int64_t tr_json_minutes(tr_json at, int64_t fallback_s, int64_t max_min)
{
    return llround(60 * tr_json_number(at, (double)fallback_s / 60, 0, (double)max_min));
}

int32_t tr_json_word(tr_json at, const char *const *known, int32_t n, const char *kind, int32_t fallback)
{
    const char *text = tr_json_text(at, NULL);
    if (!text) return fallback;
    for (int32_t i = 0; i < n; i++)
        if (strcmp(text, known[i]) == 0) return i;
    unknown(&at, kind, text, known, n);
    return fallback;
}

uint64_t tr_json_words(tr_json at, const char *const *known, int32_t n, const char *kind)
{
    uint64_t mask = 0;
    if (json_is_string(at.value) && strcmp(json_string_value(at.value), "all") == 0)
        return n < 64 ? ((uint64_t)1 << n) - 1 : ~(uint64_t)0;
    for (size_t i = 0, length = tr_json_length(&at); i < length; i++) {
        int32_t word = tr_json_word(tr_json_item(&at, i), known, n, kind, -1);
        if (word >= 0) mask |= (uint64_t)1 << word;
    }
    return mask;
}

static bool window_of(const tr_json *at, tr_window *window)
{
    if (json_is_string(at->value)) {
        if (tr_window_parse(json_string_value(at->value), window)) return true;
        tr_json_fault(at, "\"%s\" is no period; expected \"HH:MM-HH:MM\" that ends after it starts",
                      json_string_value(at->value));
        return false;
    }
    size_t n = tr_json_length(at);
    if (n != 2) {
        if (json_is_array(at->value)) tr_json_fault(at, "has %zu items; expected start and end", n);
        return false;
    }
    window->start_s = tr_json_clock(tr_json_item(at, 0), -1);
    window->end_s = tr_json_clock(tr_json_item(at, 1), -1);
    if (window->start_s < 0 || window->end_s < 0) return false;
    if (window->end_s >= window->start_s) return true;
    char start[9], end[9];
    tr_clock_print(window->start_s, start);
    tr_clock_print(window->end_s, end);
    tr_json_fault(at, "ends %s before it starts %s", end, start);
    return false;
}

struct tr_window_list tr_json_windows(tr_json at)
{
    size_t length = tr_json_length(&at);
    struct tr_window_list list = {.windows = length ? TR_NEW(at.diag->arena, tr_window, length) : NULL};
    for (size_t i = 0; i < length; i++) {
        tr_json item = tr_json_item(&at, i);
        if (window_of(&item, &list.windows[list.n])) list.n++;
    }
    list.n = tr_windows_tidy(list.windows, list.n);
    return list;
}

int64_t tr_json_litres(const tr_json *object, int64_t fallback, int64_t max)
{
    tr_json litres = tr_json_at(object, "litres"), m3 = tr_json_at(object, "m3");
    if (litres.value && m3.value) tr_json_fault(&m3, "stands beside litres; give one of the two");
    if (litres.value) return tr_json_int(litres, fallback, 0, max);
    return llround(1000 * tr_json_number(m3, (double)fallback / 1000, 0, (double)max / 1000));
}

bool tr_json_place(const tr_json *object, double *lat, double *lon)
{
    tr_json at_lat = tr_json_need(object, "lat"), at_lon = tr_json_need(object, "lon");
    *lat = tr_json_number(at_lat, NAN, -90, 90);
    *lon = tr_json_number(at_lon, NAN, -180, 180);
    return !isnan(*lat) && !isnan(*lon);
}
