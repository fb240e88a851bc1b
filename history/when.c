/* when.c -- see when.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "when.h"
#include "calendar.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { DAY_S = 86400 };

/* One or two digits. */
static bool pair(const char **text, int *value)
{
    int n = 0;
    for (*value = 0; n < 2 && isdigit((unsigned char)**text); n++) *value = 10 * *value + (*(*text)++ - '0');
    return n > 0;
}

/* "16/04/2018": its three numbers as they stand. */
static bool parted_day(const char **text, int *first, int *second, int *year)
{
    const char *at = *text;
    if (!pair(&at, first) || !*at || !strchr("/.-", *at)) return false;
    char mark = *at++;
    if (!pair(&at, second) || *at++ != mark) return false;
    for (int i = *year = 0; i < 4; i++, at++) {
        if (!isdigit((unsigned char)*at)) return false;
        *year = 10 * *year + (*at - '0');
    }
    *text = at;
    return true;
}

void tr_when_orders(const char *text, bool *day_first, bool *month_first)
{
    int a, b, year;
    bool parted = parted_day(&text, &a, &b, &year);
    *day_first = parted && b >= 1 && b <= 12 && a >= 1 && a <= 31;
    *month_first = parted && a >= 1 && a <= 12 && b >= 1 && b <= 31;
}

static bool iso_day(const char **text, int32_t *day)
{
    char word[11];
    if (strnlen(*text, 10) < 10) return false;
    memcpy(word, *text, 10);
    word[10] = 0;
    *text += 10;
    return tr_day_parse(word, day);
}

static bool any_day(const char **text, tr_date_order order, int32_t *day)
{
    int a, b, year;
    char word[40];
    const char *at = *text;
    if (!parted_day(&at, &a, &b, &year)) return iso_day(text, day);
    if (order == TR_DATES_UNKNOWN) return false;
    bool day_first = order == TR_DATES_DAY_FIRST;
    snprintf(word, sizeof word, "%04d-%02d-%02d", year, day_first ? b : a, day_first ? a : b);
    *text = at;
    return tr_day_parse(word, day);
}

/* "17:30", "5:30:13 AM", "05:30:13.250": seconds of the day. */
static bool clock_of_day(const char **text, int64_t *seconds)
{
    int h, m, s = 0;
    if (!pair(text, &h) || *(*text)++ != ':' || !pair(text, &m)) return false;
    if (**text == ':') {
        ++*text;
        if (!pair(text, &s)) return false;
        if (**text == '.')
            for (++*text; isdigit((unsigned char)**text);) ++*text;
    }
    while (**text == ' ') ++*text;
    bool am = strncasecmp(*text, "am", 2) == 0, pm = strncasecmp(*text, "pm", 2) == 0;
    if (am || pm) {
        if (h < 1 || h > 12) return false;
        h = h % 12 + (pm ? 12 : 0);
        *text += 2;
    }
    *seconds = h * 3600 + m * 60 + s;
    return h < 24 && m < 60 && s < 60;
}

/* Unix seconds of a wall clock under an assumed summer time or not; false if the clock never shows that. */
static bool reading(int32_t day, int64_t seconds, int summer, int64_t *unix_s)
{
    char text[11];
    struct tm wall = {.tm_isdst = summer}, back;
    tr_day_print(day, text);
    if (sscanf(text, "%d-%d-%d", &wall.tm_year, &wall.tm_mon, &wall.tm_mday) != 3) return false;
    wall.tm_year -= 1900, wall.tm_mon -= 1;
    wall.tm_hour = (int)(seconds / 3600), wall.tm_min = (int)(seconds / 60 % 60),
    wall.tm_sec = (int)(seconds % 60);
    struct tm asked = wall;
    time_t t = mktime(&wall);
    *unix_s = t;
    return localtime_r(&t, &back) && back.tm_mday == asked.tm_mday && back.tm_hour == asked.tm_hour &&
           back.tm_min == asked.tm_min;
}

static void by_wall_clock(int32_t day, int64_t seconds, tr_when *when)
{
    int64_t summer, winter;
    bool in_summer = reading(day, seconds, 1, &summer), in_winter = reading(day, seconds, 0, &winter);
    if (!in_summer && !in_winter) {
        when->wall = TR_WALL_NEVER;
        when->unix_s = when->later_s = winter;
        return;
    }
    when->unix_s = in_summer ? summer : winter;
    when->later_s = in_winter ? winter : summer;
    if (when->later_s < when->unix_s) { /* zones whose "summer" is the other way round */
        int64_t swap = when->unix_s;
        when->unix_s = when->later_s, when->later_s = swap;
    }
    when->wall = when->later_s > when->unix_s ? TR_WALL_TWICE : TR_WALL_ONCE;
}

bool tr_when_parse(const char *text, tr_date_order order, tr_when *when)
{
    const char *at = text;
    int32_t day;
    int64_t seconds = 0;
    tr_when found = {0};
    if (!any_day(&at, order, &day)) return false;
    bool day_only = !*at;
    if (!day_only) {
        if (*at != 'T' && *at != 't' && *at != ' ') return false;
        while (*at == ' ' || *at == 'T' || *at == 't') at++;
        if (!clock_of_day(&at, &seconds)) return false;
    }
    if (*at) { /* a zone: for the calendar to read, whole */
        if (!tr_time_parse(text, &found.unix_s)) return false;
        found.later_s = found.unix_s;
    } else {
        by_wall_clock(day, seconds, &found);
    }
    found.day_only = day_only || seconds == 0 || found.unix_s % DAY_S == 0;
    *when = found;
    return true;
}
