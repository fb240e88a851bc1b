/* page_sweep.h -- what a simulation found, as one self-contained HTML page: replay.html.
 *
 * The page needs no network and no script, prints on A4 and holds no clock: the same sweep, the same bytes.  What it says in words
 * it says with an interval and n, of what is worse under tiprun as of what is better; figures are those of replay.json.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PAGE_SWEEP_H
#define TR_PAGE_SWEEP_H
#include "rerun.h"
#include "sweep.h"

#include <stdio.h>

/* In the arena.  Of `rerun` names, hashes and where road times came from are told. */
const char *tr_sweep_html(const tr_sweep *sweep, const tr_rerun *rerun, tr_arena *arena);

/* ---- its parts ---- */

typedef struct {
    FILE *out;
    tr_arena *arena;
    const tr_sweep *w;
    const tr_rerun *rerun;
    int32_t load;      /* that words and charts speak of: up to 100 %, where the control's mean is nearest to 10 days; -1 = none */
    int32_t saturated; /* load whose list is never empty; -1 = none */
    int32_t control;   /* arm: oldest first on the first fleet; -1 = none */
    int32_t subject;   /* arm compared with it: tiprun on the first fleet, else the last other rule there; -1 = none */
} tr_sweep_page;

void tr_sweep_page_head(const tr_sweep_page *p);
void tr_sweep_page_table(const tr_sweep_page *p); /* of the headline's load */
void tr_sweep_page_charts(const tr_sweep_page *p);
void tr_sweep_page_groups(const tr_sweep_page *p);
void tr_sweep_page_places(const tr_sweep_page *p);
void tr_sweep_page_fleets(const tr_sweep_page *p); /* nothing of one fleet */
void tr_sweep_page_method(const tr_sweep_page *p);
void tr_sweep_page_recorded(const tr_sweep_page *p); /* the report files as a history: traps, feed, times as context */
void tr_sweep_page_loads(const tr_sweep_page *p);  /* tables of all loads */

/* ---- words that they share ---- */

typedef enum { TR_NOT_TOLD_APART, TR_IN_FAVOUR, TR_AGAINST } tr_apart;

typedef struct { /* a figure that rules are compared by */
    tr_figure figure;
    const char *what, *unit;
    double scale;  /* printed = figure x scale */
    int decimals;
    int good;      /* -1: less of it is good; 1: more of it */
} tr_compared;
enum { TR_N_COMPARED = 15 };
extern const tr_compared tr_compared_figures[TR_N_COMPARED];
const tr_compared *tr_compared_of(tr_figure figure);

/* Apart from 0 by Student's and by the BCa interval, and on which side. */
tr_apart tr_judge(tr_summary difference, int good);
/* The load has the figure: times have means up to 100 % only. */
bool tr_sweep_tells(const tr_sweep *sweep, int32_t load, tr_figure figure);

const char *tr_rule_words(tr_dispatch_rule rule);                       /* "oldest first" */
const char *tr_arm_words(const tr_sweep_page *p, int32_t arm);          /* the same; of several fleets with the fleet's name */
const char *tr_load_words(const tr_sweep_page *p, int32_t load);        /* "95 % of what oldest first can clear" */
const char *tr_number_words(double value, int decimals, tr_arena *arena); /* "−0.30", with a minus as wide as a plus */
const char *tr_range_words(tr_interval i, double scale, int decimals, tr_arena *arena); /* "6.10 to 8.80" */
const char *tr_signed_words(double value, int decimals, tr_arena *arena);               /* "+0.30" */
const char *tr_signed_range_words(tr_interval i, double scale, int decimals, tr_arena *arena);
/* "7.40 days less (95 % interval 6.10 to 8.80, 30 streams)", and whether that is apart from chance. */
const char *tr_difference_words(tr_summary difference, const tr_compared *c, const char *less, const char *more, tr_arena *arena);

#endif
