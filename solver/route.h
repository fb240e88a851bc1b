/* route.h -- one vehicle's route in the search: its items, and what makes an insertion check O(1).
 *
 * Items are stops, disposal visits and breaks; nodes are the start (0), the items (1..n) and the end
 * (n + 1).  tr_route_update derives from the items, forwards, the start of each node as a function of
 * the time of leaving d: start(d) = max(early, d + lag), and backwards the latest start and the end as
 * a function of the start: end(s) = max(tail_end, s + tail).  Loads are kept per gap (the place after
 * a node) and compartment as the sum at the next emptying, so that one comparison tells whether a
 * stop still fits anywhere in its trip.  After Savelsbergh 1985/1992 (forward slack) and Vidal et al.
 * 2013 (concatenation).  Where the speed changes with the hour these are hourly.h's.  Not here: where disposal visits are best (place.c).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_ROUTE_H
#define TR_ROUTE_H
#include "model.h"

typedef enum { TR_ITEM_STOP, TR_ITEM_DISPOSAL, TR_ITEM_BREAK } tr_item_kind;

typedef struct {
    int32_t kind, ref; /* stop index, site index, or seconds of the break */
    int32_t comp;      /* of a stop */
    int32_t window;    /* index of the stop's window or the site's opening period */
} tr_item;

typedef struct { /* the trip of one compartment that a gap belongs to */
    int32_t kg, litres;          /* on board when the trip ends */
    int32_t kg_here, litres_here; /* on board in this gap */
    int32_t room_kg;             /* payload left at the fullest moment from here to the trip's end */
    tr_mask streams, streams_here, streams_after; /* of the trip; loaded up to here; loaded after */
    tr_mask accepted;            /* streams that the end of the trip takes */
} tr_trip;

typedef struct {
    int32_t vehicle, n, n_stops, capacity; /* items used, stops among them, items that fit */
    tr_item *items;       /* [capacity] */
    /* nodes [capacity + 2] */
    int32_t *place, *early, *lag, *latest, *tail, *tail_end, *leave_max, *spent;
    int32_t *drive_to, *work_to;    /* since the last break, at departure */
    int32_t *drive_from, *work_from; /* after departure until the next break */
    int32_t *hazards_after;         /* hazardous stops behind this gap */
    int32_t *hazard_node;           /* nodes of the hazardous stops */
    int32_t *start, *leg, *open, *close, *base; /* hourly: at the chosen time of leaving; windows; tr_leg_base */
    tr_trip *trips;       /* [(capacity + 2) * n_compartments], plain: unused */
    int32_t drive, work, breaks;
    int64_t metres, fees_kgp, hazard_s;
    int32_t leave, back;  /* the chosen time of leaving, and of being back */
    int32_t load_kg, load_litres;   /* plain */
    int32_t last_first, first_other; /* rule 9: gaps a stop may go into: other >= last_first, hazardous < first_other */
    int64_t cost_exact;   /* TR_MONEY, not rounded */
    int64_t cost;         /* pence, each term rounded as the referee does */
    bool used;
} tr_rt;

tr_rt *tr_rt_new(const tr_model *model, int32_t capacity, tr_arena *arena);
void tr_rt_copy(const tr_model *model, tr_rt *to, const tr_rt *from); /* items only: update after it */
void tr_rt_reserve(const tr_model *model, tr_rt *route, int32_t items, tr_arena *arena);

/* The item of a plan's visit to a stop, to a site or of a break, in the window or opening period that the visit had. */
tr_item tr_item_of(const tr_model *model, const tr_visit *visit);

/* Derives everything from items.  False if the items break a rule; the route is then not usable. */
bool tr_rt_update(const tr_model *model, tr_rt *route);

typedef struct {
    int64_t delta;        /* TR_MONEY; INT64_MAX = none */
    int32_t gap;          /* after which node */
    int32_t n_items;      /* 1..3 items to put there, in order */
    tr_item items[3];
} tr_insertion;

/* The cheapest way to put the stop into the route by O(1) checks, if it is cheaper than *best: alone (or with
 * a break after it); or, with_disposal, where the trip has no room for it, with a disposal visit before or
 * after it.  blink: bit string source, NULL = look at all gaps.  *blocked is set when time would have allowed
 * a gap but load, streams or a break rule did not. */
void tr_rt_find(const tr_model *model, const tr_rt *route, int32_t stop, uint64_t *blink, bool with_disposal,
                tr_insertion *best, bool *blocked);

void tr_rt_insert(tr_rt *route, const tr_insertion *insertion);
void tr_rt_erase(tr_rt *route, int32_t item); /* 0-based item; stops counted */

/* The stops of the route in order into out[n_stops]; how many they are. */
int32_t tr_rt_stops(const tr_rt *route, int32_t *out);

/* The route as the plan shows it. */
void tr_rt_write(const tr_model *model, const tr_rt *route, tr_arena *arena, tr_route *out);

/* Where an item is (a break: at `before`), how long it stays, and from when to when it may start; false if never. */
int32_t tr_item_place(const tr_model *model, const tr_item *item, int32_t before);
int32_t tr_item_spent(const tr_model *model, const tr_item *item);
bool tr_item_window(const tr_model *model, const tr_item *item, int32_t *open, int32_t *close);

static inline uint64_t tr_random(uint64_t *state) /* splitmix64 (Steele, Lea, Flood 2014) */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

#endif
