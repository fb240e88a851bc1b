/* full.h -- inside the pricer for vehicles under all the rules: its graph, its labels, how they grow and meet.
 *
 * A forward label is the start of a route up to the service at a node, a backward label the rest of one from the service
 * at a node on.  Time is kept as in route.h: forwards start(d) = max(time, d + lag) for leaving at d <= slack, backwards
 * end(s) = max(slack, s + lag) for starting at s <= time.
 * Relaxed, and nowhere tightened (each makes routes more or cheaper):
 *   once      a stop may come again once it is forgotten (ng-routes)
 *   breaks    as long as the law asks for all of the work and driving, at the best moment
 *   hazard    minutes until the service of hazardous stops count from the earliest leaving
 *   emptying  a compartment need not be emptied where that is dear; the payload of two compartments is only followed
 *             backwards to the first emptying
 *   roads     a detour by a site, or by a stop that cannot pay for itself, may serve as a road
 *   rounding  a term of the cost may be half a penny less
 *   merging   where asked for: of the labels of a node and a bucket all but the best become few (full_merge.c)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_FULL_H
#define TR_FULL_H
#include "place.h"
#include "pricing.h"

enum {
    FULL_BUCKETS = 96,    /* of time, a node */
    FULL_CUTS = 128,      /* cuts with a dual */
    FULL_SAME = 1 << 18,  /* hashes of node and set, where sets are listed */
    FULL_CHUNK = 1 << 20, /* bytes allocated at a time */
    FULL_WHOLE = 40,      /* up to so many stops merging gives up no memory of visits; */
    FULL_CORE = 5,        /* with more, only that of the nearest stops stays */
    FULL_KEEP_ALL = 12    /* up to so many stops, those that cannot pay for themselves are not left out */
};

typedef struct { /* a compartment: forwards what is on board, backwards what is loaded until it is emptied */
    int32_t kg, litres;
    int64_t fee;          /* a kg of it in TR_MONEY: forwards at least to pay yet, backwards to pay */
    tr_mask streams, accepted; /* accepted: backwards, by the emptying */
} full_box;

typedef struct {
    int64_t phi;          /* no route that goes on from here costs less; lists are in this order */
    int32_t time, work;
    int64_t cost;         /* all but the duty */
    int64_t haz;          /* backwards: hazard seconds of the stops behind = haz + haz_n x start */
    int32_t haz_n;
    int32_t lag, slack;
    int32_t drive, rest;  /* seconds; rest: breaks counted in */
    int32_t kg;           /* forwards: on board; backwards: loaded until the first emptying */
    int32_t parent;       /* label; -1 = none */
    int16_t node, stop;   /* stop: forwards the last one, or the start; backwards the first, or the end */
    int8_t window, comp;  /* of the node; comp of a stop */
    uint8_t emptied;      /* compartments, at a site */
    bool phase;           /* forwards: another stop was served; backwards: a hazardous one bound to be first is behind */
    bool extended, used;
    uint64_t words[];     /* stops remembered, cuts half full, boxes */
} full_label;

typedef struct { /* what most labels are told apart by, side by side in memory */
    int64_t phi;
    uint64_t memory;      /* the first word of it */
    uint64_t waste;       /* streams and phase folded: of what beats another it is a subset */
    uint64_t takes;       /* backwards: what the emptying takes, folded */
    int32_t litres, work; /* of the first box */
    int32_t label;
} full_key;

typedef struct { /* labels of a node and a bucket, by phi */
    int32_t n, room;
    full_key *keys;
    uint32_t *word;       /* of each, for sides.h: memory and waste, folded, */
    int32_t *litres, *work; /* and these */
} full_list;

typedef struct { /* labels of one direction */
    int32_t n;            /* kept */
    full_list *lists;     /* [(n + 1) * FULL_BUCKETS] */
    int64_t *least;       /* the same: least phi ever kept there or in a bucket before */
} full_side;

typedef struct { /* a label to be merged with those of its group */
    int32_t label, group;
} full_member;

typedef struct { /* a route by its two halves */
    int64_t reduced;
    int32_t front, back;  /* labels; back -1 = ends after front */
} full_pair;

typedef struct {
    int32_t kind, ref;    /* TR_ITEM_STOP or _DISPOSAL */
    int32_t place, stay;
    int32_t n_windows;
    const tr_window *windows; /* of the start of service, the turnaround taken off */
} full_node;

struct tr_full;
typedef struct { /* what a listing of sets is held to: words of its own in each label, and a say in which labels go on */
    void *of;
    int32_t words;
    void (*start)(void *of, struct tr_full *pricer, full_label *x);
    bool (*follow)(void *of, struct tr_full *pricer, const full_label *before, full_label *x); /* false: x leads to nothing that is wanted */
    bool (*ends)(void *of, struct tr_full *pricer, const full_label *x); /* false: the route that ends after x is not wanted */
} full_guide;

typedef struct tr_full {
    const tr_model *m;
    const tr_model_vehicle *d;
    const tr_vehicle *v;
    tr_arena *arena;
    int32_t vehicle, n_near;
    const int32_t *near;
    /* nodes: stops 0..ns-1, sites, start, end */
    int32_t ns, nz, n, start, end, stride;
    int32_t room[TR_MAX_COMPARTMENTS], room_kg[TR_MAX_COMPARTMENTS], payload; /* limits of what is followed */
    tr_mask start_streams[TR_MAX_COMPARTMENTS];
    int64_t most_fee;     /* a kg */
    full_node *nodes;
    int32_t *local;       /* [n_stops] node of a stop, -1 = the vehicle cannot serve it */
    int32_t *base_sec, *base_met; /* [stride * stride] */
    int32_t *sec, *met, *drv; /* the same with detours as roads; drv: driving alone */
    uint8_t *fixed;       /* [stride * stride] arc is left out for good */
    uint8_t *skip;        /* [stride * stride] left out in this call */
    int32_t *head, *tail; /* [n] least start of service; least time from it to the end */
    tr_mask *group;       /* [n] of a stop: streams it may share a compartment with */
    tr_mask *carry;       /* [n_streams] the stream, and those of its group that are nowhere harder to get rid of */
    int64_t *prize;       /* [n] cost of visiting */
    bool *active;         /* [n] a stop: its dual and those of all sets that hold it are above 0 together */
    int32_t keep_all;     /* FULL_KEEP_ALL, or less in tests */
    int32_t nw, cw, kc, box_at; /* words of memory, words of cuts, boxes, where boxes begin */
    size_t size;          /* of a label; a chunk holds 1 << bits */
    int32_t bits;
    uint64_t *nb, *core;  /* [ns * nw] neighbourhoods; the nearest of them */
    uint64_t *cut_of;     /* [ns * 2] cuts that hold the stop */
    int64_t cut_cost[FULL_CUTS]; /* >= 0 */
    int32_t n_cuts;
    bool entered;         /* some set of stops has a dual for being entered; else the rest is 0 */
    int64_t *enter;       /* [stride * stride] the duals of sets that going from stop (or start) to stop (or end) enters: at most so much */
    int64_t *enter_most[2]; /* [stride] from a stop to any; from any to it */
    int64_t *enter_more[2]; /* [stride * stride] forwards, backwards: so much more at most may follow b than a */
    /* rates */
    int64_t a, r, over, hazard, margin; /* TR_MONEY: a metre, a second, a second of overtime on top, a hazard second; rounding */
    int64_t base_cost, fixed_cost; /* of leaving at all; of the first visit */
    bool rests, drives, duties, fees, first_rule;
    const full_guide *guide; /* NULL = none; */
    int32_t guide_at;     /* where its words begin */
    int64_t slack;        /* a label is only beaten by one that costs so much less: what rounding may make of it */
    bool elementary;      /* no stop is forgotten */
    int32_t apart;        /* of exact calls to come: narrow; 0 = nothing is merged */
    int32_t narrow;       /* now: so many labels of a node and a bucket stay as they are */
    int64_t merged;       /* labels given up by it in the last call */
    full_member *members; /* scratch, */
    int32_t room_members;
    int32_t beam;         /* heuristics: so many labels at a node may be better in cost, time and hours; 0 = any */
    int32_t effort, mid, sure; /* sure: backward labels up to this time are only kept if a forward one leads to them */
    bool complete;        /* forward labels only go where a backward one leads on to below `below` */
    uint8_t *useful;      /* [stride * stride] arcs seen in a route below `below`, under `complete` */
    /* labels */
    char **chunks;
    int32_t n_chunks, n_labels;
    full_side side[2];
    int64_t *work;
    int32_t base, width;  /* of the buckets */
    /* found */
    int64_t below, least, threshold;
    full_pair *heap;
    int32_t n_heap, room_heap;
    full_pair last;       /* best of the label at hand */
    int32_t *sets, n_sets, room_sets, most_sets; /* where they are listed: labels that end routes, each set of stops once, by hash; */
    int64_t *set_cost;    /* and what they cost */
    int32_t *same, *next, room_next; /* labels of a node and a set: [FULL_SAME] the last of each hash, [room_next] the one before it; -1 = none */
    tr_rt *rt;            /* scratch */
    tr_placer *placer;
    int32_t *path, *order, *seen; /* scratch: nodes of a route; its stops; stamps */
    int32_t stamp;
} tr_full;

static inline full_list *full_lists(const tr_full *p, int32_t side, int32_t node)
{
    return p->side[side].lists + (size_t)node * FULL_BUCKETS;
}
static inline int64_t *full_least(const tr_full *p, int32_t side, int32_t node)
{
    return p->side[side].least + (size_t)node * FULL_BUCKETS;
}

static inline full_label *full_at(const tr_full *p, int32_t i)
{
    size_t in = (size_t)i & (((size_t)1 << p->bits) - 1);
    return (full_label *)(void *)(p->chunks[i >> p->bits] + in * p->size);
}
/* The most that going from a stop to a node gives, or to a stop from one: where the node is a site, to the next stop there is. */
static inline int64_t full_enter_from(const tr_full *p, int32_t stop, int32_t node)
{
    return !p->entered ? 0 : node < p->ns || node == p->end ? p->enter[stop * p->stride + node] : p->enter_most[0][stop];
}
static inline int64_t full_enter_to(const tr_full *p, int32_t node, int32_t stop)
{
    return !p->entered ? 0 : node < p->ns || node == p->start ? p->enter[node * p->stride + stop] : p->enter_most[1][stop];
}
static inline int64_t full_enter(const tr_full *p, int32_t from, int32_t to)
{
    return p->entered ? p->enter[from * p->stride + to] : 0;
}

static inline full_box *full_boxes(const tr_full *p, const full_label *x)
{
    return (full_box *)(void *)(uintptr_t)(x->words + p->box_at);
}

/* full_graph.c: what does not change from label to label */
tr_full *tr_full_new(const tr_model *model, int32_t vehicle, int32_t n_near, const int32_t *near, tr_arena *arena);
const char *tr_full_relaxed(const tr_full *pricer); /* in its arena; NULL = nothing */
void full_prepare(tr_full *pricer, const tr_duals *duals, int32_t effort);

/* full_label.c: labels of one direction */
full_label *full_fresh(tr_full *pricer);  /* room for one label, not kept yet */
full_key full_key_of(const tr_full *pricer, const full_label *x, int32_t label);
void full_clear(tr_full *pricer, int32_t side);
void full_phi(const tr_full *pricer, int32_t side, full_label *x); /* once all else of it is known */
bool full_keep(tr_full *pricer, int32_t side); /* settles the fresh label among the others of its node */
void full_start(tr_full *pricer);
void full_grow_front(tr_full *pricer, int32_t at);
void full_grow_back(tr_full *pricer, int32_t at); /* -1: from the end */
bool full_run(tr_full *pricer, int32_t side); /* all of it, up to the middle; false if work ran out */
bool full_meet(tr_full *pricer); /* both, until they meet, joined into routes; false if work ran out */
int32_t full_bucket(const tr_full *pricer, int32_t side, int32_t time);

/* full_merge.c: those of a node and a bucket that have not grown yet become few */
void full_narrow(tr_full *pricer, int32_t side, int32_t node, int32_t bucket);

/* full_join.c: halves made whole */
void full_join(tr_full *pricer, int32_t front, int32_t to, bool late);
int64_t full_close(const tr_full *pricer, const full_label *front); /* reduced cost of ending here, INT64_MAX = not allowed */
int64_t full_pair_cost(const tr_full *pricer, const full_label *front, const full_label *back);
void full_offer(tr_full *pricer, int64_t reduced, int32_t front, int32_t back);
bool full_completes(const tr_full *pricer, int32_t front, int32_t to); /* some backward label at `to` is below `below` with it */
bool full_reached(const tr_full *pricer, int32_t node, int32_t back, int32_t time); /* some forward label there, by that time */
void full_settle_offer(tr_full *pricer); /* the best offer of a front label goes among the routes found */

/* full_route.c: a pair as a route */
bool full_stops(const tr_full *pricer, const full_pair *pair, int32_t *stops, int32_t *n); /* all of them; false if one comes twice */
int64_t full_path_least(const tr_full *pricer, int32_t at); /* pence: no route that ends after the label costs less, each term rounded; without duals */
int64_t full_exact(tr_full *pricer, const full_pair *pair); /* pence, items in pricer->rt; INT64_MAX if it does not hold */

/* full.c */
void tr_full_free(tr_full *pricer);
int64_t tr_full_price(tr_full *pricer, const tr_duals *duals, int32_t effort, int64_t below, int32_t most,
                      tr_priced_sink *sink, void *context, int64_t *work);
int64_t tr_full_fix(tr_full *pricer, const tr_duals *duals, int64_t gap, int64_t *work);
bool full_note_set(tr_full *pricer, int32_t at, int64_t reduced);
uint64_t full_hash(const tr_full *pricer, const full_label *x); /* of the stops remembered */
void tr_full_unfix(tr_full *pricer);
bool tr_full_enumerate(tr_full *pricer, const tr_duals *duals, int64_t gap, int32_t most, tr_priced_sink *sink,
                       void *context, int64_t *work);

/* All sets of stops with a route that costs less than `below` and that the guide lets pass, each once with the least cost found for it:
 * forward labels alone, without duals.  False if more than `most` or work ran out. */
bool tr_full_list(tr_full *pricer, const full_guide *guide, int64_t below, int32_t most, tr_priced_sink *sink, void *context, int64_t *work);

/* A hazardous stop before which no other is served, under that policy. */
static inline bool full_comes_first(const tr_full *p, int32_t stop)
{
    return p->m->stops[p->nodes[stop].ref].hazardous && !tr_bit(p->d->exempt, p->nodes[stop].ref);
}

/* Least seconds of breaks that so much work and driving asks for: so far, or of a whole route. */
static inline int32_t full_owed(const tr_full *p, int32_t work, int32_t drive, bool whole)
{
    if (!p->rests) return 0;
    int32_t owed = 0;
    if (p->d->wtr && work > 6 * 3600) owed = !whole ? 900 : work > 9 * 3600 ? 2700 : 1800;
    if (p->d->eu && drive + p->d->drive_since_break - p->d->drive > 4 * 3600 + 1800) owed = 2700;
    return owed;
}

#endif
