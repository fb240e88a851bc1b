/* cells_text.c -- see cells_text.h; the grammar is that of RFC 8259.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cells_text.h"
#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *at, *end;
} cursor;

static void blanks(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\r' || *c->at == '\t')) c->at++;
}

static bool sign(cursor *c, char wanted)
{
    blanks(c);
    if (c->at == c->end || *c->at != wanted) return false;
    c->at++;
    return true;
}

static bool string(cursor *c) /* over it */
{
    if (!sign(c, '"')) return false;
    for (; c->at < c->end && *c->at != '"'; c->at++)
        if (*c->at == '\\') c->at++;
    if (c->at >= c->end) return false;
    c->at++;
    return true;
}

static bool value(cursor *c) /* over it, whatever it is; its inside is not judged */
{
    blanks(c);
    for (long depth = 0; c->at < c->end;) {
        char next = *c->at;
        if (next == '"') {
            if (!string(c)) return false;
        } else if (next == '[' || next == '{') {
            depth++, c->at++;
        } else if (next == ']' || next == '}') {
            if (depth == 0) return true;
            depth--, c->at++;
        } else if (next == ',' && depth == 0) {
            return true;
        } else {
            c->at++;
        }
        if (depth == 0 && (next == '"' || next == ']' || next == '}')) return true;
    }
    return false;
}

/* To the value of a key of the top object. */
static bool find(cursor *c, const char *key)
{
    size_t length = strlen(key);
    if (!sign(c, '{')) return false;
    do {
        blanks(c);
        const char *begin = c->at;
        if (!string(c)) return false;
        bool found = (size_t)(c->at - begin) == length + 2 && !memcmp(begin + 1, key, length);
        if (!sign(c, ':')) return false;
        blanks(c);
        if (found) return true;
        if (!value(c)) return false;
    } while (sign(c, ','));
    return false;
}

static bool digits(cursor *c)
{
    const char *begin = c->at;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') c->at++;
    return c->at > begin;
}

/* Over a JSON number; its value.  Up to 15 digits it is exact to the last bit that matters: whole / power of 10. */
static bool number(cursor *c, double *value)
{
    static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *begin = c->at;
    bool minus = c->at < c->end && *c->at == '-';
    if (minus) c->at++;
    const char *whole = c->at, *fraction = NULL;
    if (!digits(c) || (*whole == '0' && c->at - whole > 1)) return false;
    const char *last = c->at;
    if (c->at < c->end && *c->at == '.') {
        fraction = ++c->at;
        if (!digits(c)) return false;
        last = c->at;
    }
    bool exponent = c->at < c->end && (*c->at == 'e' || *c->at == 'E');
    if (exponent) {
        c->at++;
        if (c->at < c->end && (*c->at == '+' || *c->at == '-')) c->at++;
        if (!digits(c)) return false;
    }
    if (exponent || last - whole > 15) { /* rare: the library may have it; the program keeps the C locale */
        char text[64];
        size_t n = (size_t)(c->at - begin);
        if (n >= sizeof text) return false;
        memcpy(text, begin, n);
        text[n] = '\0';
        *value = strtod(text, NULL);
        return true;
    }
    int64_t sum = 0;
    for (const char *p = whole; p < last; p++)
        if (*p != '.') sum = 10 * sum + (*p - '0');
    double size = (double)sum / power[fraction ? last - fraction : 0];
    *value = minus ? -size : size;
    return true;
}

static bool cell(cursor *c, int32_t limit, int32_t *out)
{
    double v;
    blanks(c);
    *out = -1; /* TR_NO_ROAD */
    if (c->end - c->at >= 4 && !memcmp(c->at, "null", 4)) {
        c->at += 4;
        return true;
    }
    if (!number(c, &v)) return false;
    if (v < 0 && v > -1) v = 0; /* a real server says -0.5 m between two places that it puts within a metre */
    if (!(v >= 0 && v <= limit)) return false;
    *out = (int32_t)(v + 0.5);
    return true;
}

static void say_cell(tr_cells_text *r, cursor c, const char *key, int32_t i, int32_t j, int32_t limit)
{
    const char *begin = c.at;
    value(&c);
    size_t n = (size_t)(c.at - begin);
    snprintf(r->fault, sizeof r->fault, "%s[%d][%d] is %.40s, not null or a number within 0 to %d", key, i, j,
             tr_quote(begin, n > 40 ? 40 : n).text, limit);
}

static void row(tr_cells_text *r, cursor *c, const char *key, int32_t i, int32_t n_columns, int32_t limit, int32_t *cells)
{
    int32_t n = 0;
    if (!sign(c, '[')) {
        snprintf(r->fault, sizeof r->fault, "%s[%d] is no list of cells", key, i);
        return;
    }
    blanks(c);
    if (c->at < c->end && *c->at == ']') {
        c->at++;
        snprintf(r->fault, sizeof r->fault, "%s[%d] has 0 cells, not %d", key, i, n_columns);
        return;
    }
    do {
        int32_t one;
        blanks(c);
        cursor here = *c;
        if (!cell(c, limit, n < n_columns ? &cells[n] : &one)) {
            say_cell(r, here, key, i, n, limit);
            return;
        }
        n++;
    } while (sign(c, ','));
    if (!sign(c, ']')) say_cell(r, *c, key, i, n - 1, limit);
    else if (n != n_columns) snprintf(r->fault, sizeof r->fault, "%s[%d] has %d cells, not %d", key, i, n, n_columns);
}

/* c stands at the opening bracket, end is behind the closing one. */
static void rows(tr_cells_text *r, cursor c, const char *end, const char *key, int32_t n_rows, int32_t n_columns,
                 int32_t limit, int32_t *cells)
{
    int32_t n = 0;
    c.at++; /* '[' */
    blanks(&c);
    bool none = c.at < c.end && *c.at == ']';
    if (!none) do {
            if (n < n_rows) row(r, &c, key, n, n_columns, limit, cells + (size_t)n * (size_t)n_columns);
            else if (!value(&c)) break;
            n++;
        } while (!*r->fault && sign(&c, ','));
    if (*r->fault) return;
    if (n != n_rows) snprintf(r->fault, sizeof r->fault, "%s has %d rows, not %d", key, n, n_rows);
    else if (!sign(&c, ']') || c.at != end) snprintf(r->fault, sizeof r->fault, "%s is no list of rows", key);
}

tr_cells_text tr_cells_take(char *text, size_t length, const char *key, int32_t n_rows, int32_t n_columns,
                            int32_t limit, int32_t *cells)
{
    tr_cells_text r = {0};
    cursor c = {text, text + length};
    if (!find(&c, key) || c.at == c.end || *c.at != '[') return r;
    char *begin = text + (c.at - text);
    cursor over = c;
    if (!value(&over)) return r; /* cut off: the library says where */
    r.there = true;
    rows(&r, c, over.at, key, n_rows, n_columns, limit, cells);
    memset(begin, ' ', (size_t)(over.at - begin));
    *begin = '0';
    return r;
}
