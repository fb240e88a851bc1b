/* replay.h -- day by day: a stream of reports under a rule, until the last day; and all replications under all arms.
 *
 * A morning's list holds what was reported before the day began and is not cleared; what comes during the day waits for the next
 * working morning, or, with settings->insert, is put into a route under way if one can take it (insert.h).  Reports that triage
 * does not give to crews end on the first working morning after them (transferred), and so do reports of a pile that is known
 * (duplicate).  A pile is cleared when the last of its stops is.  Measured are the piles reported from the first measured day
 * on; those of backlog and warm-up were there before.
 *
 * Everything follows from settings, town and rate: threads only share out the work.  Each plan has passed the referee.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_REPLAY_H
#define TR_REPLAY_H
#include "case.h"
#include "shift.h"
#include "stream.h"

typedef enum { /* figures of one run, of one replication under one rule; names and units in tr_figures[] */
    /* of any set of its piles (waits.h), so groups have them, too */
    TR_FIG_CASES, TR_FIG_OPEN, TR_FIG_MEAN, TR_FIG_MEDIAN, TR_FIG_P90, TR_FIG_WORK_MEAN, TR_FIG_OLDEST,
    TR_FIG_WORKING_MEAN, TR_FIG_WORKING_MEDIAN, TR_FIG_WORKING_P90, TR_FIG_WORKING_WORK_MEAN, TR_FIG_WORKING_OLDEST,
    TR_FIG_IN_TARGET, TR_FIG_DRAWN, TR_FIG_SAME_DAY, TR_N_WAIT,
    /* of the run as a whole */
    TR_FIG_HAZARDOUS = TR_N_WAIT, TR_FIG_HAZARDOUS_FIRST_DAY, TR_FIG_HAZARDOUS_HOURS, TR_FIG_ASBESTOS_HOURS,
    TR_FIG_QUEUE, TR_FIG_QUEUE_GROWTH, TR_FIG_CLEARED, TR_FIG_WORK_PER_HOUR,
    TR_FIG_KM, TR_FIG_HOURS, TR_FIG_OVERTIME, TR_FIG_POUNDS, TR_FIG_CO2, TR_FIG_KM_PER_CASE, TR_FIG_HOURS_PER_CASE,
    TR_FIG_OVERTIME_PER_CASE, TR_FIG_POUNDS_PER_CASE, TR_FIG_CO2_PER_CASE, TR_FIG_BROUGHT_BACK, TR_FIG_LATE_TIPS,
    TR_FIG_INSERTED,
    TR_FIG_LITTLE_L, TR_FIG_LITTLE_LAMBDA_W, TR_FIG_LITTLE_GAP, TR_N_FIGURES
} tr_figure;
typedef struct {
    const char *name, *unit, *what;
} tr_figure_info;
extern const tr_figure_info tr_figures[TR_N_FIGURES];

typedef struct { /* one working day of a run */
    int32_t day;                 /* days since 1970-01-01 */
    int32_t queue;               /* piles open in the morning, before crews go out */
    int64_t queue_work_s;        /* and their planned service */
    int32_t cleared;             /* piles */
    int32_t inserted;            /* piles reported while crews were out of which some stop was put into a route */
    tr_shift shift;
} tr_replay_day;

typedef struct { /* of one square of a map (places.h) */
    int32_t n;                   /* piles */
    double days;                 /* their clear-up times up to the horizon, summed */
} tr_place_sum;

typedef struct { /* one replication under one arm */
    double figure[TR_N_FIGURES]; /* NAN where it has no value */
    int32_t n_days;
    tr_replay_day *days;         /* warm-up included */
    int32_t n_cases;
    tr_case *cases;              /* measured reports, in order of reporting, duplicates behind; NULL: not kept */
    double *group_figure;        /* of its groups (groups.h) */
    tr_place_sum *places;        /* of the squares of its town; NULL: it has none */
    int32_t n_waiting;
    double *waiting;             /* [n_waiting] share of piles not cleared 0, 1, .. days after their report (curves.h) */
    bool always_work;            /* the list was never shorter than it was to be (saturated runs) */
} tr_replay_run;

typedef struct {
    double rate;                 /* times the record's own */
    bool saturated;              /* the list is filled up each morning instead */
    bool keep_cases;
    int32_t threads;             /* 0 = as many as the machine has */
    const tr_arm *arms;          /* all on the same record */
    int32_t n_arms;
    void (*progress)(void *context, int32_t done, int32_t of); /* from any thread, one at a time; NULL allowed */
    void *context;
} tr_replay_options;

/* runs[replication * n_arms + arm], in the arena.  TR_EINTERNAL: a plan was rejected, or its search failed. */
tr_status tr_replay(const tr_replay_settings *settings, const tr_replay_options *options, tr_arena *arena,
                    tr_replay_run **runs, tr_err *err);

/* The first measured day, and the day after the last one. */
void tr_replay_window(const tr_replay_settings *settings, const tr_town *town, bool saturated, int32_t *from, int32_t *to);

/* That of restricted means: the settings', but no more than half of the days measured, so that the data reach it. */
int32_t tr_replay_horizon(const tr_replay_settings *settings, int32_t from, int32_t to);
/* That of the working-day clock: five sevenths of it, at least 1. */
int32_t tr_replay_working_horizon(const tr_replay_settings *settings, int32_t from, int32_t to);

#endif
