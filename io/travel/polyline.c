/* polyline.c -- see polyline.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "polyline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 7 }; /* characters of one difference: 360 degrees in millionths need 30 bits */

static char *put(char *at, int64_t difference)
{
    uint64_t bits = (uint64_t)difference << 1;
    if (difference < 0) bits = ~bits;
    for (; bits >= 32; bits >>= 5) *at++ = (char)((bits & 31) + 32 + 63);
    *at++ = (char)(bits + 63);
    return at;
}

char *tr_polyline_encode(tr_arena *arena, int32_t n_points, const double *lon_lat)
{
    char *text = TR_NEW(arena, char, (size_t)n_points * 2 * LONGEST + 1), *at = text;
    int64_t lat = 0, lon = 0;
    for (int32_t i = 0; i < n_points; i++) {
        int64_t next_lon = llround(lon_lat[2 * i] * 1e6), next_lat = llround(lon_lat[2 * i + 1] * 1e6);
        at = put(at, next_lat - lat);
        at = put(at, next_lon - lon);
        lat = next_lat;
        lon = next_lon;
    }
    return text;
}

static bool get(const char **at, int64_t *value)
{
    uint64_t bits = 0;
    for (int shift = 0; shift < 5 * LONGEST; shift += 5) {
        int c = (unsigned char)*(*at) - 63;
        if (c < 0 || c > 63) return false; /* the end of the text too */
        ++*at;
        bits |= (uint64_t)(c & 31) << shift;
        if (c < 32) {
            *value += bits & 1 ? ~(int64_t)(bits >> 1) : (int64_t)(bits >> 1);
            return true;
        }
    }
    return false;
}

bool tr_polyline_decode(tr_arena *arena, const char *text, int32_t *n_points, const double **lon_lat)
{
    size_t length = strlen(text), n = 0;
    if (length > INT32_MAX) return false;
    double *points = TR_NEW(arena, double, length); /* a number takes a character at least */
    int64_t lat = 0, lon = 0;
    while (*text) {
        if (!get(&text, &lat) || !get(&text, &lon)) return false;
        if (llabs(lat) > 90000000 || llabs(lon) > 180000000) return false;
        points[n++] = (double)lon / 1e6;
        points[n++] = (double)lat / 1e6;
    }
    *n_points = (int32_t)(n / 2);
    *lon_lat = points;
    return true;
}
