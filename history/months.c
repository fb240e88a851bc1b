/* months.c -- see months.h.
 *
 * Silence: at the rate of its own reports, a category that is silent for so long would have sent at least SILENT of them.
 * (For a Poisson stream that has a chance of e^-SILENT; streams are burstier, so SILENT is chosen high.)  A jump: a whole
 * month against the mean of the three before it, as far apart as JUMP standard deviations and as a factor of FACTOR.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "months.h"
#include "inputs.h"
#include "calendar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, LEAST = 20, SILENT = 15, SILENT_DAYS = 14, MOST_FINDINGS = 40 };
static const double JUMP = 6, FACTOR = 2;

static int32_t month_of(int64_t unix_s)
{
    char text[11];
    int year = 0, month = 1;
    tr_day_print(tr_local_day(unix_s), text);
    sscanf(text, "%d-%d", &year, &month);
    return 12 * year + month - 1;
}

const char *tr_month_text(int32_t month, tr_arena *arena)
{
    return tr_arena_printf(arena, "%04d-%02d", month / 12, month % 12 + 1);
}

static const char *category_of(const tr_case *c)
{
    return c->waste_type ? c->waste_type : "not known";
}

/* ---- categories ---- */

typedef struct {
    const char *name;
    int32_t n;
} category;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const category *)a)->name, ((const category *)b)->name);
}

static int by_count(const void *a, const void *b)
{
    const category *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : strcmp(x->name, y->name);
}

static category *categories_of(const tr_case *cases, int32_t n, int32_t *n_categories, tr_arena *arena)
{
    category *all = TR_NEW(arena, category, n + 1);
    for (int32_t i = 0; i < n; i++) all[i] = (category){category_of(&cases[i]), 1};
    qsort(all, (size_t)n, sizeof *all, by_name);
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++) {
        if (kept && strcmp(all[kept - 1].name, all[i].name) == 0)
            all[kept - 1].n++;
        else
            all[kept++] = all[i];
    }
    qsort(all, (size_t)kept, sizeof *all, by_count);
    *n_categories = kept;
    return all;
}

/* ---- findings ---- */

typedef struct {
    tr_months *months;
    tr_feed_finding *findings;
    tr_arena *arena;
    int64_t from_s, to_s;
} finder;

static void found(finder *f, int32_t first_day, int32_t last_day, const char *text)
{
    if (f->months->n_findings < MOST_FINDINGS) f->findings[f->months->n_findings++] = (tr_feed_finding){text, first_day, last_day};
}

static const char *day_text(const finder *f, int64_t unix_s)
{
    char text[11];
    tr_day_print(tr_local_day(unix_s), text);
    return tr_arena_strdup(f->arena, text);
}

/* The times of one category, or of all (name NULL), ascending. */
static int32_t times_of(const char *name, const tr_case *cases, int32_t n, int64_t *times)
{
    int32_t k = 0;
    for (int32_t i = 0; i < n; i++)
        if (!name || strcmp(category_of(&cases[i]), name) == 0) times[k++] = cases[i].reported_s;
    return k;
}

static void find_silence(finder *f, const char *name, const int64_t *times, int32_t n)
{
    double span = (double)(times[n - 1] - times[0]) / DAY_S, rate = span > 0 ? n / span : 0;
    double before = (double)(times[0] - f->from_s) / DAY_S, after = (double)(f->to_s - times[n - 1]) / DAY_S;
    int32_t widest = 1;
    for (int32_t i = 2; i < n; i++)
        if (times[i] - times[i - 1] > times[widest] - times[widest - 1]) widest = i;
    double gap = (double)(times[widest] - times[widest - 1]) / DAY_S;
    if (rate * before >= SILENT && before >= SILENT_DAYS)
        found(f, tr_local_day(times[0]), tr_local_day(times[0]),
              tr_arena_printf(f->arena, "%s: begins only on %s, %.0f days into the record", name,
                                 day_text(f, times[0]), before));
    if (rate * after >= SILENT && after >= SILENT_DAYS)
        found(f, tr_local_day(times[n - 1]), tr_local_day(times[n - 1]),
              tr_arena_printf(
                     f->arena,
                     "%s: stops on %s; %d reports until then, %.1f a day, and none in the %.0f days after",
                     name, day_text(f, times[n - 1]), n, rate, after));
    if (rate * gap >= SILENT && gap >= SILENT_DAYS)
        found(f, tr_local_day(times[widest - 1]) + 1, tr_local_day(times[widest]) - 1,
              tr_arena_printf(f->arena, "%s: no report from %s to %s, at %.1f a day otherwise", name,
                              day_text(f, times[widest - 1]), day_text(f, times[widest]), n / (span - gap)));
}

static int32_t first_of(int32_t month)
{
    char text[24];
    int32_t day = 0;
    snprintf(text, sizeof text, "%04d-%02d-01", (int)(month / 12), (int)(month % 12 + 1));
    tr_day_parse(text, &day);
    return day;
}

static void find_jumps(finder *f, const char *name, const int32_t *counts)
{
    for (int32_t m = 4; m < f->months->n_months - 1; m++) { /* the first and the last month may be cut */
        double mean = (counts[m - 1] + counts[m - 2] + counts[m - 3]) / 3.0;
        double spread = sqrt(fmax(mean + mean / 3, 1)), off = counts[m] - mean;
        if (fabs(off) < JUMP * spread || (counts[m] < FACTOR * mean && FACTOR * counts[m] > mean)) continue;
        int32_t month = f->months->first_month + m;
        found(f, first_of(month), first_of(month + 1) - 1,
              tr_arena_printf(f->arena, "%s: %d reports in %s, after %.0f a month in the three before",
                                 name, counts[m], tr_month_text(month, f->arena), mean));
    }
}

static void find(finder *f, const tr_case *cases, int32_t n)
{
    tr_months *m = f->months;
    int64_t *times = TR_NEW(f->arena, int64_t, n + 1);
    int32_t *all = TR_NEW(f->arena, int32_t, m->n_months + 1);
    for (int32_t c = 0; c < m->n_categories; c++)
        for (int32_t k = 0; k < m->n_months; k++)
            all[k] += m->counts[(size_t)c * (size_t)m->n_months + (size_t)k];
    for (int32_t c = -1; c < m->n_categories; c++) {
        if (c == 0 && m->n_categories == 1) break; /* told as all */
        const char *name = c < 0 ? "all reports" : m->categories[c];
        int32_t k = times_of(c < 0 ? NULL : name, cases, n, times);
        if (k < LEAST) continue;
        find_silence(f, name, times, k);
        find_jumps(f, name, c < 0 ? all : &m->counts[(size_t)c * (size_t)m->n_months]);
    }
}

/* ---- counts ---- */

tr_months tr_months_count(const tr_case *cases, int32_t n, int64_t from_s, int64_t to_s, tr_arena *arena)
{
    tr_months m = {0};
    if (n == 0) return m;
    category *categories = categories_of(cases, n, &m.n_categories, arena);
    m.first_month = month_of(from_s);
    m.n_months = month_of(to_s) - m.first_month + 1;
    int32_t *counts = TR_NEW(arena, int32_t, (size_t)m.n_categories * (size_t)m.n_months);
    const char **names = TR_NEW(arena, const char *, m.n_categories);
    tr_feed_finding *findings = TR_NEW(arena, tr_feed_finding, MOST_FINDINGS);
    for (int32_t c = 0; c < m.n_categories; c++) names[c] = categories[c].name;
    for (int32_t i = 0; i < n; i++) {
        int32_t c = 0, k = month_of(cases[i].reported_s) - m.first_month;
        while (strcmp(names[c], category_of(&cases[i])) != 0) c++;
        counts[(size_t)c * (size_t)m.n_months + (size_t)k]++;
    }
    m.categories = names, m.counts = counts, m.findings = findings;
    finder f = {&m, findings, arena, from_s, to_s};
    find(&f, cases, n);
    return m;
}
