/* calendar.c -- see calendar.h.  Civil dates after Howard Hinnant's day-count formula; Easter by the
 * anonymous Gregorian computus (Meeus, Astronomical Algorithms, ch. 8).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY_S = 86400, LATEST_CLOCK_S = 36 * 3600 };

/* ---- dates ---- */

static int32_t day_of(int32_t y, int m, int d)
{
    y -= m <= 2;
    int32_t era = (y >= 0 ? y : y - 399) / 400;
    int32_t yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of(int32_t day, int32_t *y, int *m, int *d)
{
    int32_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *d = doy - (153 * mp + 2) / 5 + 1;
    *m = mp < 10 ? mp + 3 : mp - 9;
    *y = yoe + era * 400 + (*m <= 2);
}

/* `n` digits at *text as a number, moving on; -1 if there are not so many. */
static int digits(const char **text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (!isdigit((unsigned char)(*text)[i])) return -1;
        value = 10 * value + ((*text)[i] - '0');
    }
    *text += n;
    return value;
}

static bool skip(const char **text, char c)
{
    if (**text != c) return false;
    (*text)++;
    return true;
}

static bool date(const char **text, int32_t *day)
{
    int y = digits(text, 4);
    if (y < 1900 || y > 2200 || !skip(text, '-')) return false;
    int m = digits(text, 2);
    if (m < 1 || m > 12 || !skip(text, '-')) return false;
    int d = digits(text, 2);
    if (d < 1 || d > 31) return false;
    *day = day_of(y, m, d);
    int32_t back_y;
    int back_m, back_d;
    date_of(*day, &back_y, &back_m, &back_d);
    return back_d == d; /* 31 April would come back as 1 May */
}

bool tr_day_parse(const char *text, int32_t *day)
{
    int32_t found;
    if (!date(&text, &found) || *text) return false;
    *day = found;
    return true;
}

void tr_day_print(int32_t day, char text[11])
{
    int32_t y;
    int m, d;
    char wide[40];
    date_of(day, &y, &m, &d);
    snprintf(wide, sizeof wide, "%04d-%02d-%02d", y, m, d);
    memcpy(text, wide, 10);
    text[10] = 0;
}

/* ---- clock ---- */

/* "HH:MM", "HH:MM:SS", "HH:MM:SS.sss"; the decimals are dropped. */
static bool clock_at(const char **text, int64_t latest, int64_t *seconds)
{
    int h = digits(text, 2);
    if (h < 0 || !skip(text, ':')) return false;
    int m = digits(text, 2), s = 0;
    if (m < 0 || m > 59) return false;
    if (skip(text, ':')) {
        s = digits(text, 2);
        if (s < 0 || s > 60) return false;
        if (skip(text, '.')) {
            if (!isdigit((unsigned char)**text)) return false;
            while (isdigit((unsigned char)**text)) (*text)++;
        }
    }
    *seconds = h * 3600 + m * 60 + s;
    return *seconds <= latest;
}

bool tr_clock_parse(const char *text, int64_t *seconds)
{
    int64_t found;
    if (!clock_at(&text, LATEST_CLOCK_S, &found) || *text) return false;
    *seconds = found;
    return true;
}

void tr_clock_print(int64_t seconds_of_day, char text[9])
{
    char wide[64];
    long long s = seconds_of_day < 0 ? 0 : seconds_of_day;
    int n = s % 60 ? snprintf(wide, sizeof wide, "%02lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60)
                   : snprintf(wide, sizeof wide, "%02lld:%02lld", s / 3600, s / 60 % 60);
    if (n > 8) n = 8;
    memcpy(text, wide, (size_t)n);
    text[n] = 0;
}

bool tr_window_parse(const char *text, tr_window *window)
{
    tr_window found;
    while (*text == ' ') text++;
    if (!clock_at(&text, LATEST_CLOCK_S, &found.start_s)) return false;
    while (*text == ' ') text++;
    if (!skip(&text, '-')) return false;
    while (*text == ' ') text++;
    if (!clock_at(&text, LATEST_CLOCK_S, &found.end_s)) return false;
    while (*text == ' ') text++;
    if (*text || found.end_s < found.start_s) return false;
    *window = found;
    return true;
}

static int by_start(const void *a, const void *b)
{
    const tr_window *x = a, *y = b;
    return (x->start_s > y->start_s) - (x->start_s < y->start_s);
}

int32_t tr_windows_tidy(tr_window *windows, int32_t n)
{
    int32_t kept = 0;
    if (n > 1) qsort(windows, (size_t)n, sizeof *windows, by_start);
    for (int32_t i = 0; i < n; i++) {
        if (kept && windows[i].start_s <= windows[kept - 1].end_s) {
            if (windows[i].end_s > windows[kept - 1].end_s) windows[kept - 1].end_s = windows[i].end_s;
        } else {
            windows[kept++] = windows[i];
        }
    }
    return kept;
}

/* ---- zones ---- */

/* The name must be one of the machine's zone files: glibc takes an unknown TZ for UTC in silence. */
static bool zone_known(const char *name)
{
    char path[300];
    const char *folder = getenv("TZDIR");
    if (!*name || *name == '/' || strstr(name, "..") || strlen(name) > 100) return false;
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("_+-/", *p)) return false;
    snprintf(path, sizeof path, "%s/%s", folder && strlen(folder) < 150 ? folder : "/usr/share/zoneinfo",
             name);
    return access(path, R_OK) == 0;
}

bool tr_zone_set(const char *name)
{
    bool known = zone_known(name);
    if (!known && strcmp(name, "Europe/London")) return false;
    setenv("TZ", known ? name : "GMT0BST,M3.5.0/1,M10.5.0", 1);
    tzset();
    return true;
}

static int64_t local_to_unix(int32_t day, int64_t seconds)
{
    int32_t y;
    int m, d;
    date_of(day, &y, &m, &d);
    struct tm local = {.tm_year = y - 1900,
                       .tm_mon = m - 1,
                       .tm_mday = d,
                       .tm_hour = (int)(seconds / 3600),
                       .tm_min = (int)(seconds / 60 % 60),
                       .tm_sec = (int)(seconds % 60),
                       .tm_isdst = -1};
    return mktime(&local);
}

/* "Z", "+01:00", "+0100", "+01" or the end of the text (then *zoned is false). */
static bool zone(const char **text, bool *zoned, int64_t *east_s)
{
    *zoned = **text != 0;
    *east_s = 0;
    if (!*zoned || skip(text, 'Z') || skip(text, 'z')) return true;
    int sign = **text == '+' ? 1 : **text == '-' ? -1 : 0;
    if (!sign) return false;
    (*text)++;
    int h = digits(text, 2), m = 0;
    if (h < 0 || h > 14) return false;
    if (**text) {
        skip(text, ':');
        m = digits(text, 2);
        if (m < 0 || m > 59) return false;
    }
    *east_s = sign * (h * 3600 + m * 60);
    return true;
}

bool tr_time_parse(const char *text, int64_t *unix_s)
{
    int32_t day;
    int64_t seconds = 0, east_s = 0;
    bool zoned = false;
    if (!date(&text, &day)) return false;
    if (*text) {
        if (!skip(&text, 'T') && !skip(&text, 't') && !skip(&text, ' ')) return false;
        if (!clock_at(&text, DAY_S, &seconds)) return false;
        skip(&text, ' ');
        if (!zone(&text, &zoned, &east_s) || *text) return false;
    }
    *unix_s = zoned ? (int64_t)day * DAY_S + seconds - east_s : local_to_unix(day, seconds);
    return true;
}

int32_t tr_local_day(int64_t unix_s)
{
    time_t t = (time_t)unix_s;
    struct tm local;
    if (!localtime_r(&t, &local)) return 0;
    return day_of(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

int64_t tr_utc_offset(int32_t day)
{
    return (int64_t)day * DAY_S - local_to_unix(day, 0);
}

/* ---- working days ---- */

int tr_weekday(int32_t day)
{
    return (int)(((int64_t)day + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

static int32_t easter_sunday(int32_t y)
{
    int32_t a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4, f = (b + 8) / 25;
    int32_t g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
    int32_t l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
    int32_t n = h + l - 7 * m + 114;
    return day_of(y, n / 31, n % 31 + 1);
}

static int32_t first_monday(int32_t y, int m)
{
    int32_t day = day_of(y, m, 1);
    return day + (7 - tr_weekday(day)) % 7;
}

static int32_t last_monday(int32_t y, int m)
{
    int32_t day = day_of(y, m, 31); /* asked for months of 31 days only */
    return day - tr_weekday(day);
}

/* Proclaimed for one year: extra days, and days that moved there (from 0 = nothing moved away). */
static const struct {
    int32_t year;
    int month, day, from_month, from_day;
} one_offs[] = {
    {1995, 5, 8, 5, 1},  {1999, 12, 31, 0, 0}, {2002, 6, 3, 0, 0},  {2002, 6, 4, 5, 27},
    {2011, 4, 29, 0, 0}, {2012, 6, 4, 5, 28},  {2012, 6, 5, 0, 0},  {2020, 5, 8, 5, 4},
    {2022, 6, 2, 5, 30}, {2022, 6, 3, 0, 0},   {2022, 9, 19, 0, 0}, {2023, 5, 8, 0, 0},
};

bool tr_bank_holiday(int32_t day)
{
    int32_t y;
    int m, d;
    date_of(day, &y, &m, &d);
    int w = tr_weekday(day);
    for (size_t i = 0; i < sizeof one_offs / sizeof *one_offs; i++) {
        if (one_offs[i].year != y) continue;
        if (one_offs[i].month == m && one_offs[i].day == d) return true;
        if (one_offs[i].from_month == m && one_offs[i].from_day == d) return false;
    }
    if (m == 1) return d == 1 || (w == 0 && (d == 2 || d == 3));
    if (m == 12) { /* the substitutes: Monday for a Saturday, and so on past the other holiday */
        return d == 25 || d == 26 || (d == 27 && (w == 0 || w == 1)) || (d == 28 && (w == 0 || w == 1));
    }
    int32_t easter = easter_sunday(y);
    return day == easter - 2 || day == easter + 1 || day == first_monday(y, 5) || day == last_monday(y, 5) ||
           day == last_monday(y, 8);
}

bool tr_working_day(int32_t day)
{
    return tr_weekday(day) < 5 && !tr_bank_holiday(day);
}

int32_t tr_add_working_days(int32_t day, int32_t n)
{
    while (n > 0)
        if (tr_working_day(++day)) n--;
    return day;
}
