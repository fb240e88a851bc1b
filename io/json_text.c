/* json_text.c -- jansson's values laid out within a width.
 *
 * Jansson prints the scalars; the layout and the choice of digits are ours, since its own dump
 * writes 51.560000000000002 for 51.56 and has only all on one line or each on its own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "json_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 110, INDENT = 2 };

typedef struct {
    tr_arena *arena;
    size_t width; /* a value of up to this many columns stays on one line */
} layout;

json_t *tr_json_string(const char *text)
{
    if (!text) return json_null();
    json_t *value = json_string(text);
    if (value) return value;
    char *copy = strdup(text);
    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c >= 0x80) *c = '?';
    value = json_string(copy ? copy : "");
    free(copy);
    return value;
}

static char *dumped(const json_t *value, size_t flags, tr_arena *arena)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | flags);
    char *kept = tr_arena_strdup(arena, text ? text : "null");
    free(text);
    return kept;
}

static char *scalar(const json_t *value, tr_arena *arena)
{
    if (!json_is_real(value)) return dumped(value, 0, arena);
    char *text = NULL;
    for (int digits = 15; digits <= 17; digits++) {
        text = dumped(value, JSON_REAL_PRECISION(digits), arena);
        json_t *again = json_loads(text, JSON_DECODE_ANY, NULL);
        bool same = json_number_value(again) == json_real_value(value);
        json_decref(again);
        if (same) break;
    }
    return text;
}

typedef struct {
    char *text;
    size_t length;
    bool flat; /* on one line */
} block;

typedef struct {
    int n;
    const char **keys; /* already quoted; NULL in an array */
    block *blocks;
    size_t length; /* of all of it on one line */
    bool flat;
} members;

static block lay_out(const layout *how, const json_t *value, size_t depth);

static void add_member(const layout *how, members *all, const char *key, const json_t *value, size_t depth)
{
    block item = lay_out(how, value, depth + 1);
    char *quoted = NULL;
    if (key) {
        json_t *word = json_string(key);
        quoted = dumped(word, 0, how->arena);
        json_decref(word);
    }
    all->keys[all->n] = quoted;
    all->blocks[all->n++] = item;
    all->length += item.length + (quoted ? strlen(quoted) + 2 : 0) + 2;
    all->flat = all->flat && item.flat;
}

static members gather(const layout *how, const json_t *value, size_t depth)
{
    size_t n = json_is_object(value) ? json_object_size(value) : json_array_size(value);
    members all = {0, TR_NEW(how->arena, const char *, n + 1), TR_NEW(how->arena, block, n + 1), 2, true};
    if (json_is_object(value)) {
        const char *key;
        json_t *item, *object = (json_t *)value; /* jansson's iterator wants it so; nothing is changed */
        json_object_foreach(object, key, item) add_member(how, &all, key, item, depth);
    } else {
        size_t i;
        const json_t *item;
        json_array_foreach(value, i, item) add_member(how, &all, NULL, item, depth);
    }
    return all;
}

static block joined(const layout *how, const members *all, const char *brackets, size_t depth)
{
    bool flat = all->n == 0 || (all->flat && depth * INDENT + all->length <= how->width);
    size_t margin = (depth + 1) * INDENT + 3; /* newline, comma, indentation */
    block out = {TR_NEW(how->arena, char, all->length + ((size_t)all->n + 1) * margin + 4), 0, flat};
    char *at = out.text;
    *at++ = brackets[0];
    for (int i = 0; i < all->n; i++) {
        if (i) *at++ = ',';
        if (flat && i) *at++ = ' ';
        if (!flat) at += sprintf(at, "\n%*s", (int)((depth + 1) * INDENT), "");
        if (all->keys[i]) at += sprintf(at, "%s: ", all->keys[i]);
        memcpy(at, all->blocks[i].text, all->blocks[i].length);
        at += all->blocks[i].length;
    }
    if (!flat) at += sprintf(at, "\n%*s", (int)(depth * INDENT), "");
    *at++ = brackets[1];
    *at = '\0';
    out.length = (size_t)(at - out.text);
    return out;
}

static block lay_out(const layout *how, const json_t *value, size_t depth)
{
    if (json_is_object(value) || json_is_array(value)) {
        members all = gather(how, value, depth);
        return joined(how, &all, json_is_object(value) ? "{}" : "[]", depth);
    }
    char *text = scalar(value, how->arena);
    return (block){text, strlen(text), true};
}

char *tr_json_print(const json_t *value, tr_arena *arena)
{
    layout how = {arena, WIDTH};
    return tr_arena_printf(arena, "%s\n", lay_out(&how, value, 0).text);
}

char *tr_json_script(const json_t *value, tr_arena *arena)
{
    layout how = {arena, SIZE_MAX};
    block plain = lay_out(&how, value, 0);
    char *out = TR_NEW(arena, char, plain.length * 6 + 1), *at = out;
    for (const char *c = plain.text; *c; c++) { /* these stand only inside strings */
        if (*c == '<' || *c == '>' || *c == '&')
            at += sprintf(at, "\\u%04x", (unsigned)*c);
        else
            *at++ = *c;
    }
    return out;
}
