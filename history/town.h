/* town.h -- a record of reports made ready for simulations: its piles in every form, their places, the roads between them.
 *
 * A pile is the first report of something and the reports merged with it (triage's duplicates).  Triage is asked once, before
 * anything is simulated, so that all rules get the same piles and stops.  Where nobody said how large a pile is (or of
 * what, if the settings want that drawn), triage is asked for every size; a stream then draws one of these forms.
 * What a feed says of a report's fate (closed, due, pinned) is not what the morning knew, and is ignored.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TOWN_H
#define TR_TOWN_H
#include "inputs.h"
#include "settings.h"
#include "squares.h"
#include "travel.h"

enum { TR_DAY_KINDS = 8, TR_MOST_TOWN_PLACES = 8000 };

typedef struct { /* what triage makes of a pile in one size and type */
    tr_outcome_kind kind;          /* TR_LEFT: crews are to clear it */
    int32_t first_stop, n_stops;   /* in tr_town.stops */
    int32_t waste_type, size, hazard;
    bool hazardous, asbestos;      /* some stop is */
    int64_t work_s;                /* planned service of all stops */
} tr_form;

typedef struct {
    int32_t report;                /* its first, in morning.reports */
    int32_t day;                   /* of that: local days since the record's first */
    int64_t second;                /* of the local day */
    int32_t place;                 /* row of the travel matrices, -1 = no crew ever goes there */
    bool no_size, no_type;         /* to be drawn */
    bool off_road;                 /* no road near it: not used */
    int32_t first_twin, n_twins;   /* in tr_town.twins */
} tr_pile;

typedef struct { /* a report merged with a pile */
    int32_t report, days_later;    /* local days after the pile's first report */
    int64_t second;
} tr_twin;

typedef struct {
    tr_morning morning;            /* reports, fleet, sites, policy; problem.travel over all places */
    int32_t n_hubs;                /* places 0..n_hubs-1 are depots and sites */
    const tr_site *sites[TR_DAY_KINDS]; /* with the opening hours by weekday; [7]: of a bank holiday */
    int32_t first_day, n_days;     /* of the record that is used: whole weeks */
    bool unmerged;                 /* each merged report is a pile of its own, too */
    int32_t n_piles, n_twins, n_forms;
    int32_t n_firsts;              /* piles before it are first reports; pile n_firsts + k is twin k, if unmerged */
    tr_pile *piles;                /* first reports by day, then second */
    int32_t *first_of_day;         /* [n_days + 1] into piles, of first reports */
    tr_twin *twins;
    tr_form *forms;                /* [n_forms * n_piles], form = type * TR_N_SIZES + size */
    tr_stop *stops;                /* templates; days are filled in by the morning */
    int32_t n_stops;
    uint64_t *takers;              /* [n_stops] vehicles that could take it, by bit (of the first 64) */
    int32_t *patch;                /* [n_places] zones: vehicle */
    int32_t n_wards;
    const char **wards;            /* [n_wards] of the reports used, by name */
    tr_squares squares;            /* that waits are mapped by, the same for all arms; n_x = 0: none */
    struct {                       /* of the reports read */
        int32_t read, faulty, undated, unlocated, outside_dates, outside_box, after_last_week, off_road, used, duplicates, unsized, for_crews;
    } counts;                      /* for_crews: piles that crews are to clear in their likeliest form */
} tr_town;

/* Reads and triages; no travel yet.  town->morning.arena must be set; everything lives there.  So must `unmerged`: then
 * the office does not know which reports are of the same pile, and each is triaged by itself. */
tr_status tr_town_read(const tr_input_files *files, const tr_replay_settings *settings, tr_town *town, tr_diag *diag);

/* All pairs of places, once; then what lies off the road is known, and the patches of zones are cut. */
tr_status tr_town_travel(tr_town *town, const tr_replay_settings *settings, tr_travel *travel, tr_diag *diag, tr_err *err);

/* Afterwards: the pile is taken for off the road, too; and the patches without it. */
void tr_town_leave_out(tr_town *town, int32_t pile);
void tr_town_cut_patches(tr_town *town);
tr_squares tr_town_squares(const tr_town *town); /* over the places of the piles left; n_x = 0 without any */

/* The form of a pile when such a size and type were drawn; both are ignored where the report tells them. */
static inline const tr_form *tr_form_of(const tr_town *town, int32_t pile, int32_t type, int32_t size)
{
    const tr_pile *p = &town->piles[pile];
    int32_t form = (p->no_type && town->n_forms > TR_N_SIZES ? type * TR_N_SIZES : 0) + (p->no_size ? size : 0);
    return &town->forms[(int64_t)form * town->n_piles + pile];
}

#endif
