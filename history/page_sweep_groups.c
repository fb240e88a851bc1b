/* page_sweep_groups.c -- the groups of a simulation: mean clear-up times by waste type, size, hazard and ward, the control beside
 * tiprun, at the load of the headline.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_sweep.h"
#include "chart_marks.h"
#include "groups.h"
#include "page.h"
#include "writers.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_ROWS = 40 };

typedef struct {
    int32_t group;
    double cases;
} entry;

static int by_cases(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    return x->cases != y->cases ? (x->cases < y->cases) - (x->cases > y->cases) : (x->group > y->group) - (x->group < y->group);
}

/* The groups of a grouping that have piles, the largest first. */
static int32_t list(const tr_sweep_page *p, tr_by by, entry *entries)
{
    const tr_town *town = p->w->arms->towns[0];
    int32_t n = 0;
    for (int32_t g = 0; g < tr_groups_count(town); g++)
        if (tr_groups_label(town, g).by == by && !tr_groups_empty(p->w, p->load, p->control, g))
            entries[n++] = (entry){g, tr_groups_mean(p->w, p->load, p->control, g, TR_FIG_CASES).mean};
    qsort(entries, (size_t)n, sizeof *entries, by_cases);
    return n;
}

static void put_grouping(const tr_sweep_page *p, tr_by by, const char *title)
{
    const tr_town *town = p->w->arms->towns[0];
    const int32_t arms[2] = {p->control, p->subject};
    entry *entries = TR_NEW(p->arena, entry, tr_groups_count(town) + 1);
    int32_t all = list(p, by, entries), n = all < MOST_ROWS ? all : MOST_ROWS;
    double *mean = TR_NEW(p->arena, double, 2 * n + 1), *low = TR_NEW(p->arena, double, 2 * n + 1), *high = TR_NEW(p->arena, double, 2 * n + 1);
    const char **labels = TR_NEW(p->arena, const char *, n + 1), *names[2];
    bool few = false;
    if (all < 2) return;
    for (int k = 0; k < 2; k++) names[k] = tr_rule_words(p->w->arms->arms[arms[k]].rule);
    for (int32_t i = 0; i < n; i++) {
        int32_t g = entries[i].group;
        bool thin = tr_groups_few(p->w, p->load, p->control, g);
        few |= thin;
        labels[i] = tr_arena_printf(p->arena, "%s%s (%s)", tr_groups_label(town, g).name, thin ? " *" : "",
                                    tr_num_text(entries[i].cases, entries[i].cases < 10 ? 1 : 0).text);
        for (int k = 0; k < 2; k++) {
            tr_group_summary s = tr_groups_mean(p->w, p->load, arms[k], g, TR_FIG_MEAN);
            mean[2 * i + k] = s.n ? s.mean : NAN, low[2 * i + k] = s.t.low, high[2 * i + k] = s.t.high;
        }
    }
    const char *text = tr_arena_printf(p->arena, "Mean clear-up time by %s", title);
    fputs("<figure>", p->out);
    tr_chart_dots(p->out, &(tr_dots){text, "days", n, 2, labels, names, mean, low, high});
    fputs("<figcaption>", p->out);
    tr_html_put(p->out, text);
    fputs("; in brackets: piles a stream.", p->out);
    if (few) fprintf(p->out, " * fewer than %d piles in more than a tenth of the streams: hangs on single piles.", TR_GROUP_FEW);
    if (n < all) fprintf(p->out, " The %d largest of %d.", n, all);
    fputs("</figcaption></figure>\n", p->out);
}

void tr_sweep_page_groups(const tr_sweep_page *p)
{
    if (p->load < 0 || p->control < 0 || p->subject < 0) return;
    tr_page_heading(p->out, "By waste type, size, hazard and ward");
    tr_page_paragraph(p->out, "At %s; whiskers: 95 %% intervals over streams. Each rule by itself: differences group by group, with their intervals, and "
                      "all other figures and loads are in groups.csv. Among many groups some differ by chance alone.", tr_load_words(p, p->load));
    put_grouping(p, TR_BY_HAZARD, "hazard"), put_grouping(p, TR_BY_SIZE, "size");
    put_grouping(p, TR_BY_WASTE_TYPE, "waste type"), put_grouping(p, TR_BY_WARD, "ward");
}
