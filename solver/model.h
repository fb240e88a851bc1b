/* model.h -- the problem as the search wants it: legs by vehicle, windows ready to use, weights added up.
 *
 * Built once from a tr_problem, then read-only, so that threads may share it.  Times fit int32 here:
 * a leg without a road costs TR_FAR seconds, more than any limit.  Money inside the search is exact
 * in 1/18000 of a penny (metres x pence per km / 1000 and seconds x pence per hour / 3600 both fit).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_MODEL_H
#define TR_MODEL_H
#include "tiprun.h"

enum { TR_FAR = 100000000, TR_LATEST = 90000000, TR_MONEY = 18000 };

typedef struct { /* legs of one (profile, speed): seconds and metres, rows and columns */
    int32_t profile, speed_permille;
    int32_t *seconds, *seconds_to; /* [from * n + to], [to * n + from]; hourly: never above what the leg takes
                                      within the shifts, for filters: see tr_leg_seconds */
    int32_t *metres, *metres_to;
    int64_t rate[24];              /* hourly: of a leg's 1000000 x cell, done in a second of each hour */
} tr_legs;

typedef struct {
    int32_t place, stream, kg, litres, service;
    int32_t n_windows;
    const tr_window *windows; /* at least one; under `deadline` cut at the latest start */
    bool hazardous;           /* hazard rank at or above the policy's */
    tr_goal left;             /* what leaving it adds to the goal */
    int64_t weight;           /* the same as one number of the search, in TR_MONEY */
} tr_model_stop;

typedef struct {
    int32_t legs;             /* index */
    int32_t cls;              /* vehicles of one class are interchangeable */
    bool usable;              /* available */
    bool plain;               /* only metres cost, one compartment, no sites, hours or hazard rules */
    bool departs;             /* it must go out even without stops: frozen visits or a load to deliver */
    /* state at the end of the frozen visits, or at the start */
    int32_t place;            /* where it is */
    int32_t leave_min, leave_max; /* leaving the start place: the choice; equal if it has left */
    int32_t ready, lag;       /* ready = max(ready, leave + lag) */
    int32_t drive, work, work_since_break, drive_since_break, breaks;
    int64_t metres, fees_kgp; /* driven; kg x pence per tonne paid so far */
    int64_t hazard_s;         /* hazard seconds of frozen stops */
    bool used;
    int32_t kg[TR_MAX_COMPARTMENTS], litres[TR_MAX_COMPARTMENTS];
    tr_mask streams[TR_MAX_COMPARTMENTS];
    /* limits */
    int32_t end_place, back_by, shift_end, duty_max, drive_max;
    bool wtr, eu;
    bool may_need_break;      /* its span is long enough for a break rule to bind */
    tr_mask park_streams;     /* may stay on board at the end */
    uint64_t *can;            /* [n_stops bits] stops that it may serve at all */
    uint64_t *exempt;         /* [n_stops bits] hazardous stops that rule 9 does not bind */
} tr_model_vehicle;

typedef struct {
    const tr_problem *problem;
    int32_t n_stops, n_places, n_vehicles, n_sites, n_classes;
    tr_legs *legs;
    int32_t n_legs;
    tr_model_stop *stops;
    tr_model_vehicle *vehicles;
    tr_mask *same_group;      /* [n_streams] streams of one segregation group */
    int64_t weight_due, weight_hazard; /* one unit of level 2 and 1 in TR_MONEY */
    int64_t unit_leg;         /* a typical leg's cost in TR_MONEY, for the temperature */
    bool plain;               /* every vehicle is */
    bool hourly;              /* the speed changes with the hour of the day */
    uint64_t *frozen;         /* [n_stops bits] stops of frozen visits */
} tr_model;

static inline bool tr_bit(const uint64_t *set, int32_t i)
{
    return set[i >> 6] >> (i & 63) & 1;
}
static inline void tr_bit_set(uint64_t *set, int32_t i)
{
    set[i >> 6] |= (uint64_t)1 << (i & 63);
}

/* Reads problem (kept by reference); lives in the arena. */
tr_model *tr_model_new(const tr_problem *problem, tr_arena *arena);

/* ---- hourly: legs by the hour they are driven in (docs/rules.md, "Time"; Ichoua, Gendreau, Potvin 2003) ---- */

/* The travel matrix's seconds of a cell, from * n_places + to; more than TR_FAR where no road is. */
static inline int32_t tr_leg_base(const tr_model *m, const tr_legs *g, size_t cell)
{
    return g->seconds[cell] >= TR_FAR ? INT32_MAX : m->problem->travel[g->profile].seconds[cell];
}

static inline int64_t tr_rate_at(const tr_legs *g, int64_t hour) /* hours since midnight, also before it */
{
    return g->rate[hour >= 0 ? (uint32_t)hour % 24 : 23 - (uint32_t)(-hour - 1) % 24];
}

/* The seconds that the leg takes when left at `leave`; TR_FAR where no road is.  Who leaves later is never
 * there earlier. */
static inline int32_t tr_leg_seconds(const tr_legs *g, int32_t base, int32_t leave)
{
    int32_t hour = leave / 3600 - (leave % 3600 < 0), at = leave;
    int64_t rest = 1000000 * (int64_t)base;
    if (base == INT32_MAX) return TR_FAR;
    for (;; hour++) {
        int64_t rate = tr_rate_at(g, hour), now = ((hour + 1) * 3600 - at) * rate;
        if (rest <= now) return at - leave + (int32_t)((uint64_t)(2 * rest + rate) / (uint64_t)(2 * rate));
        rest -= now, at = (hour + 1) * 3600;
        if (at - leave > TR_FAR) return TR_FAR;
    }
}

/* Its inverse: the latest departure that is there by `arrive`; the leg has a road. */
int32_t tr_leg_leave(const tr_legs *legs, int32_t base, int32_t arrive);

/* What leaving one stop adds to the goal (docs/rules.md). */
tr_goal tr_goal_left(const tr_problem *problem, int32_t stop);

/* What follows from the routes of a plan, each with its cost: the stops left, ascending, their pence, and the goal. */
void tr_plan_sum(const tr_problem *problem, tr_arena *arena, tr_plan *plan);

#endif
