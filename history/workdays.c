/* workdays.c -- see workdays.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "workdays.h"
#include "calendar.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, MOST = 10000 };

static int ascending(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Adds the day of one line, if it has one. */
static void take_line(const char *line, int32_t number, tr_workdays *w, int32_t *days, tr_diag *diag)
{
    char where[40];
    line += strspn(line, " \t");
    size_t n = strcspn(line, " \t,;\r");
    const char *word = tr_arena_strndup(diag->arena, line, n);
    if (!n || *line == '#') return;
    snprintf(where, sizeof where, "line %d", number);
    if (w->n == MOST)
        tr_diag_add(diag, TR_ERROR, w->file, where, "more than %d holidays", MOST);
    else if (!tr_day_parse(word, &days[w->n]))
        tr_diag_add(diag, TR_ERROR, w->file, where, "\"%.60s\" is no date; expected YYYY-MM-DD", word);
    else
        w->n++;
}

tr_workdays tr_workdays_read(const char *path, tr_diag *diag)
{
    size_t length;
    tr_workdays w = {.kind = TR_HOLIDAYS_FILE, .file = path};
    char *text = tr_file_read(path, diag->arena, diag, &length);
    if (!text) return w;
    int32_t *days = TR_NEW(diag->arena, int32_t, MOST), before = diag->n_errors, line = 0;
    for (char *rest = text, *one; (one = strsep(&rest, "\n")) != NULL && diag->n_errors - before < 20;)
        take_line(one, ++line, &w, days, diag);
    if (!w.n && diag->n_errors == before)
        tr_diag_add(diag, TR_ERROR, path, "", "names no holiday; expected one YYYY-MM-DD a line");
    qsort(days, (size_t)w.n, sizeof *days, ascending);
    w.days = days;
    return w;
}

bool tr_workday(const tr_workdays *w, int32_t day)
{
    if (w->kind == TR_HOLIDAYS_ENGLAND) return tr_working_day(day);
    if (tr_weekday(day) > 4) return false;
    return !w->n || !bsearch(&day, w->days, (size_t)w->n, sizeof day, ascending);
}

const char *tr_workdays_words(const tr_workdays *w, tr_arena *arena)
{
    if (w->kind == TR_HOLIDAYS_ENGLAND)
        return "Monday to Friday without the bank holidays of England and Wales";
    if (w->kind == TR_HOLIDAYS_NONE) return "Monday to Friday, no holidays known (--holidays names some)";
    const char *base = strrchr(w->file, '/');
    return tr_arena_printf(arena, "Monday to Friday without the %d holidays of %s", w->n,
                           base ? base + 1 : w->file);
}

/* ---- the clock ---- */

tr_working_clock tr_working_clock_make(const tr_workdays *w, int64_t from_s, int64_t to_s, tr_arena *arena)
{
    tr_working_clock clock = {.first_day = tr_local_day(from_s)};
    clock.n_days = tr_local_day(to_s) - clock.first_day + 1;
    int32_t *gone = TR_NEW(arena, int32_t, clock.n_days + 1);
    int64_t *midnight = TR_NEW(arena, int64_t, clock.n_days + 1);
    for (int32_t i = 0; i <= clock.n_days; i++) {
        midnight[i] = (int64_t)(clock.first_day + i) * DAY_S - tr_utc_offset(clock.first_day + i);
        if (i < clock.n_days) gone[i + 1] = gone[i] + tr_workday(w, clock.first_day + i);
    }
    clock.gone = gone, clock.midnight = midnight;
    return clock;
}

double tr_working_clock_at(const tr_working_clock *clock, int64_t unix_s)
{
    int32_t i = tr_local_day(unix_s) - clock->first_day;
    if (i < 0) return 0;
    if (i >= clock->n_days) return clock->gone[clock->n_days];
    double part =
        (double)(unix_s - clock->midnight[i]) / (double)(clock->midnight[i + 1] - clock->midnight[i]);
    return clock->gone[i] + (clock->gone[i + 1] - clock->gone[i]) * part;
}
