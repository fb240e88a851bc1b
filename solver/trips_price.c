/* trips_price.c -- trips of one class of vehicles to one node, priced: labels forwards, held to what is left at best.
 * See trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sides.h"
#include "trips_inner.h"

#include <stdlib.h>
#include <string.h>

enum {
    STAY = 8,             /* in heuristics: times `beam`, labels at a stop */
    FOUND = 400, TOLD = 30, /* trips noted, told */
    REMEMBERED = 4,       /* stops near, looking ahead well */
    LEAST = 500,          /* units below 0 from which a trip is told: less is rounding */
    LOOK = 4096,          /* labels between looks at the clock */
    MOST = 3000000        /* labels of a call: some 300 MB */
};

typedef struct {
    int64_t cost, fees;
    uint64_t memory[TRIP_WORDS], half; /* half: cuts that an odd number of its stops is in */
    tr_mask group[TRIP_BOXES]; /* streams that may go with what is on board; 0 = nothing is */
    int32_t kg[TRIP_BOXES], litres[TRIP_BOXES];
    int32_t parent, from;
    int16_t node, n, many; /* stops; those of them that take a level more */
    uint8_t from_state, state;
    bool beaten;
} label;

enum { FOLD = 28 /* stops */ };

typedef struct { /* labels of a node by cost: see sides.h */
    int64_t *cost;
    uint32_t *word;       /* stops remembered, by number modulo FOLD, and above them the state: of one that beats another they are all among the other's */
    int32_t *litres, *kg, *label;
    int32_t n, room;
} shelf;

typedef struct {
    trip_ahead a;         /* of the trips that are looked for */
    const trip_day *well; /* a better look ahead; NULL = there is none */
    const trip_class *c;
    const tr_full *g;
    const trip_prices *u;
    int32_t to, beam;
    const bool *many;     /* [ns] of the table that is looked up */
    uint64_t *cuts_of;    /* [ns] cuts that hold the stop */
    label *labels;
    int32_t n, room;
    shelf *of;            /* [n] by node */
    int32_t *counted;     /* [n] labels of a length that went on from there */
    int64_t least;        /* reduced cost a stop */
    int64_t (*found)[2];  /* [n_found] of trips: reduced cost, label */
    int32_t n_found;
} pricer;

static void set_up(pricer *p, tr_arena *scratch)
{
    const tr_full *g = p->g;
    p->cuts_of = trip_cuts_of(p->c, p->u, scratch);
    p->of = TR_NEW(scratch, shelf, g->n + 1), p->counted = TR_NEW(scratch, int32_t, g->n + 1);
    p->found = tr_arena_alloc(scratch, FOUND, sizeof *p->found);
}

static uint32_t core_of(const trip_day *d, const uint64_t *memory)
{
    uint32_t core = 0;
    for (int w = 0; w < TRIP_WORDS; w++)
        for (uint64_t m = memory[w] & d->core_set[w]; m; m &= m - 1) core |= 1u << d->core_of[64 * w + __builtin_ctzll(m)];
    return core;
}

static int64_t at_best(const pricer *p, const label *x)
{
    if (x->node >= p->g->ns) return INT64_MIN / 4;
    const int32_t kg = x->kg[0] + x->kg[1], litres = x->litres[0] + x->litres[1];
    if (!p->well) return trip_at_best(&p->a, x->node, kg, litres, x->many, x->memory);
    const int32_t level = trip_level(&p->well->end[0], kg, litres, x->many);
    return trip_day_at_best(p->well, 0, x->node, level, trip_kept(p->c, x->state) > 0, core_of(p->well, x->memory), x->memory);
}

/* Whatever follows b may follow a, and costs no less then. */
static bool beats(const pricer *p, const label *a, const label *b)
{
    for (int w = 0; w < TRIP_WORDS; w++)
        if (a->memory[w] & ~b->memory[w]) return false;
    if ((a->state & ~b->state) || a->many > b->many || (p->beam <= 0 && a->n > b->n)) return false; /* the least is one a stop */
    for (int32_t k = 0; k < p->c->n_boxes; k++)
        if (a->kg[k] > b->kg[k] || a->litres[k] > b->litres[k] || (a->group[k] && a->group[k] != b->group[k])) return false;
    return !(a->half & ~b->half) || a->cost + trip_cuts_cost(p->u, a->half & ~b->half) <= b->cost;
}

static uint32_t word_of(const label *x)
{
    uint64_t fold = 0;
    for (int w = 0; w < TRIP_WORDS; w++)
        for (uint64_t m = x->memory[w]; m; m &= m - 1) fold |= (uint64_t)1 << (64 * w + __builtin_ctzll(m)) % FOLD;
    return (uint32_t)fold | (uint32_t)x->state << FOLD;
}

/* The first of the labels from `at` on, before `end`, that beats x; end if none does.  The lists have TR_SIDE places more. */
static int32_t first_better(const pricer *p, const shelf *s, int32_t at, int32_t end, const label *x, uint32_t word)
{
    for (; at < end; at += TR_SIDE)
        for (uint32_t may = tr_side_within(s->word + at, s->litres + at, s->kg + at, word, x->litres[0], x->kg[0]); may; may &= may - 1) {
            const int32_t k = at + __builtin_ctz(may);
            if (k < end && beats(p, &p->labels[s->label[k]], x)) return k;
        }
    return end;
}

static int32_t first_worse(const pricer *p, const shelf *s, int32_t at, const label *x, uint32_t word)
{
    for (; at < s->n; at += TR_SIDE)
        for (uint32_t may = tr_side_around(s->word + at, s->litres + at, s->kg + at, word, x->litres[0], x->kg[0]); may; may &= may - 1) {
            const int32_t k = at + __builtin_ctz(may);
            if (k < s->n && beats(p, x, &p->labels[s->label[k]])) return k;
        }
    return s->n;
}

static void put(shelf *s, int32_t to, int32_t from)
{
    s->cost[to] = s->cost[from], s->word[to] = s->word[from], s->litres[to] = s->litres[from], s->kg[to] = s->kg[from], s->label[to] = s->label[from];
}

/* Takes those that x beats off the shelf, from `at` on. */
static void clear_worse(pricer *p, shelf *s, int32_t at, const label *x, uint32_t word)
{
    int32_t worse = first_worse(p, s, at, x, word), to = worse;
    while (worse < s->n) {
        p->labels[s->label[worse]].beaten = true;
        const int32_t next = first_worse(p, s, worse + 1, x, word);
        for (int32_t k = worse + 1; k < next; k++) put(s, to++, k);
        worse = next;
    }
    s->n = to;
}

static void *grown(void *list, int32_t n, size_t size)
{
    void *more = realloc(list, (size_t)n * size);
    if (!more) abort();
    return more;
}

static void move_on(int32_t *list, int32_t at, int32_t n)
{
    memmove(list + at + 1, list + at, (size_t)(n - at) * sizeof *list);
}

static void insert(shelf *s, int32_t at, const label *x, uint32_t word, int32_t number)
{
    if (s->n == s->room) {
        const int32_t n = s->room = s->room ? 2 * s->room : 16;
        s->cost = grown(s->cost, n, sizeof *s->cost), s->word = grown(s->word, n + TR_SIDE, sizeof *s->word);
        s->litres = grown(s->litres, n + TR_SIDE, sizeof *s->litres), s->kg = grown(s->kg, n + TR_SIDE, sizeof *s->kg);
        s->label = grown(s->label, n, sizeof *s->label);
        for (int32_t k = s->n; k < n + TR_SIDE; k++) s->word[k] = 0, s->litres[k] = s->kg[k] = 0;
    }
    memmove(s->cost + at + 1, s->cost + at, (size_t)(s->n - at) * sizeof *s->cost);
    memmove(s->word + at + 1, s->word + at, (size_t)(s->n - at) * sizeof *s->word);
    move_on(s->litres, at, s->n), move_on(s->kg, at, s->n), move_on(s->label, at, s->n);
    s->cost[at] = x->cost, s->word[at] = word, s->litres[at] = x->litres[0], s->kg[at] = x->kg[0], s->label[at] = number;
    s->n++;
}

/* How many of the shelf cost no more. */
static int32_t no_dearer(const shelf *s, int64_t cost)
{
    int32_t low = 0, high = s->n;
    while (low < high) {
        const int32_t mid = (low + high) / 2;
        if (s->cost[mid] <= cost) low = mid + 1;
        else high = mid;
    }
    return low;
}

/* Keeps labels[n] unless it is beaten or leads to nothing. */
static void keep(pricer *p, int64_t *work)
{
    label *x = &p->labels[p->n];
    if (x->cost + at_best(p, x) >= 0) return; /* no trip of it is below 0 */
    shelf *s = &p->of[x->node];
    const uint32_t word = word_of(x);
    const int32_t n = s->n, at = no_dearer(s, x->cost), better = first_better(p, s, 0, at, x, word);
    *work -= better / 256;
    if (better < at || (p->beam > 0 && at >= p->beam * STAY)) return;
    clear_worse(p, s, at, x, word);
    *work -= 1 + (n - at) / 256;
    insert(s, at, x, word, p->n);
    p->n++;
}

static label *fresh(pricer *p)
{
    if (p->n + 1 >= p->room) {
        p->room = p->room ? 2 * p->room : 4096;
        p->labels = realloc(p->labels, (size_t)p->room * sizeof *p->labels);
        if (!p->labels) abort();
    }
    return &p->labels[p->n];
}

static void load(const pricer *p, label *x, int32_t box, const tr_model_stop *s)
{
    x->kg[box] += s->kg, x->litres[box] += s->litres, x->group[box] = p->g->m->same_group[s->stream];
    if (box > 0) x->state = (uint8_t)trip_loads(p->c, x->state, (tr_mask)1 << s->stream);
}

/* From a label, or from a node with what is on board there, to a stop: into each compartment that takes it. */
static void go(pricer *p, const label *before, int32_t parent, int64_t cost, int32_t stop, int64_t *work)
{
    const tr_model_stop *s = trip_stop(&p->a, stop);
    if (trip_is_late(p->c, before->state, stop)) return;
    for (int32_t b = 0; b < p->c->n_boxes; b++) {
        if (!p->a.may[b][stop] || before->kg[b] + s->kg > p->c->room_kg[b] || before->litres[b] + s->litres > p->c->room[b]) continue;
        if (s->kg + before->kg[0] + before->kg[1] > p->g->payload) continue;
        if (before->group[b] && !(before->group[b] >> s->stream & 1)) continue;
        label *x = fresh(p);
        *x = *before, x->beaten = false;
        x->cost = cost + trip_fee(&p->a, stop, b), x->fees += trip_fee(&p->a, stop, b), x->node = (int16_t)stop, x->n++, x->many += p->many[stop], x->parent = parent;
        x->state = (uint8_t)trip_serves(p->c, x->state, stop);
        if (b == 0 || p->c->follows) load(p, x, b, s);
        for (int w = 0; w < TRIP_WORDS; w++) x->memory[w] &= p->c->near[stop][w];
        x->memory[stop >> 6] |= (uint64_t)1 << (stop & 63);
        if (p->cuts_of[stop]) x->cost += trip_cuts_cost(p->u, x->half & p->cuts_of[stop]), x->half ^= p->cuts_of[stop];
        keep(p, work);
    }
}

/* What is got for ending the trip after the label, and the state then; false if it may not end there. */
static bool may_end(const pricer *p, const label *x, int32_t *state, int64_t *got)
{
    const tr_full *g = p->g;
    const bool end = p->to == g->end;
    *state = trip_cleaned(p->c, x->state, trip_taken_at(p->c, p->to));
    *got = end ? 0 : p->u->reach[*state][p->to];
    return !end || trip_kept(p->c, *state) == 0;
}

/* To a site on the way, where all but the largest compartment are emptied. */
static void empty_others(pricer *p, const label *before, int32_t parent, int64_t *work)
{
    const tr_full *g = p->g;
    for (int32_t w = g->ns; w < g->n; w++) {
        const int32_t state = trip_cleaned(p->c, before->state, trip_taken_at(p->c, w));
        if (state == before->state) continue;
        label *x = fresh(p);
        *x = *before, x->beaten = false;
        x->cost += trip_road(p->c, p->u, before->node, w), x->node = (int16_t)w, x->parent = parent, x->kg[1] = x->litres[1] = 0, x->group[1] = 0, x->state = (uint8_t)state;
        if (x->cost < INT64_MAX / 8) keep(p, work);
    }
}

static void begin(pricer *p, int64_t *work)
{
    const tr_full *g = p->g;
    label empty = {.parent = -1, .node = -1}, loaded = empty;
    bool start = true;
    for (int32_t b = 0; b < g->kc; b++) {
        const int32_t in = b != p->c->main;
        const tr_mask streams = p->c->d->streams[b];
        if (in == 0) start = !(streams & ~p->a.takes);
        if (in > 0 && !p->c->follows) continue;
        loaded.kg[in] += p->c->d->kg[b], loaded.litres[in] += p->c->d->litres[b];
        if (streams) loaded.group[in] = g->m->same_group[__builtin_ctzll(streams)];
    }
    loaded.from = g->start, loaded.from_state = loaded.state = (uint8_t)p->c->start_state;
    for (int32_t j = 0; j < g->ns; j++) {
        for (int32_t w = g->ns; w < g->n; w++) {
            for (int32_t k = 0; k < p->c->n_states; k++) {
                int64_t cost = p->a.arc[w * g->stride + j] - p->u->leave[k][w] + trip_once(p->c, p->u, w, p->to);
                const int32_t kept = trip_kept(p->c, k);
                if (p->c->group[kept] == 0) continue; /* no such load */
                empty.group[1] = kept ? p->c->group[kept] : 0;
                empty.from = w, empty.from_state = empty.state = (uint8_t)k;
                if (cost < INT64_MAX / 8) go(p, &empty, -1, cost, j, work);
            }
        }
        int64_t first = p->a.arc[g->start * g->stride + j] - p->u->leave[p->c->start_state][g->start] + trip_once(p->c, p->u, g->start, p->to);
        if (start && first < INT64_MAX / 8) go(p, &loaded, -1, first, j, work);
    }
}

static int by_cost(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : x[1] < y[1] ? -1 : x[1] > y[1];
}

/* What the trip costs if it ends after the label, if it may. */
static void note(pricer *p, const label *x, int32_t number)
{
    int32_t state;
    int64_t got;
    if (!may_end(p, x, &state, &got)) return;
    const int64_t whole = x->cost + p->a.last[x->node] - got;
    if (whole < 0) p->least = whole / x->n - 1 < p->least ? whole / x->n - 1 : p->least;
    if (whole >= -LEAST) return;
    if (p->n_found == FOUND) {
        qsort(p->found, FOUND, sizeof *p->found, by_cost);
        p->n_found = FOUND / 2;
    }
    p->found[p->n_found][0] = whole, p->found[p->n_found++][1] = number;
}

static void tell(const pricer *p, int32_t at, trip_sink *sink, void *context)
{
    const tr_full *g = p->g;
    int32_t stops[TRIP_LONG], n = p->labels[at].n, node = p->to;
    const label *end = &p->labels[at];
    trip t = {.c = p->c, .from = end->from, .to = p->to, .from_state = end->from_state, .n = n, .stops = stops, .cost = end->fees};
    for (int32_t k = at;; k = p->labels[k].parent) {
        int32_t before = k >= 0 ? p->labels[k].node : t.from;
        size_t cell = (size_t)before * (size_t)g->stride + (size_t)node;
        t.cost += g->met[cell] * g->a, t.seconds += g->sec[cell] + g->nodes[node].stay;
        node = before;
        if (k < 0) break;
        if (node < g->ns) stops[--n] = g->nodes[node].ref, t.cost += p->c->stop_cost[node];
    }
    int64_t got;
    may_end(p, end, &t.to_state, &got);
    sink(context, &t);
}

/* All labels, anew; false if there are more than `most`, or *work ran out or `enough` said so. */
static bool label_all(pricer *p, int32_t most, bool (*enough)(void *context), void *context, int64_t *work)
{
    const int32_t n = p->g->n, s = p->g->stride;
    int32_t length = 0;
    for (int32_t j = 0; j < n; j++) p->of[j].n = 0;
    p->n = p->n_found = 0, p->least = 0;
    memset(p->counted, 0, (size_t)n * sizeof *p->counted);
    begin(p, work);
    for (int32_t i = 0; i < p->n && *work > 0; i++) {
        label x = p->labels[i];
        if (p->n > most || (i % LOOK == LOOK - 1 && enough(context))) return false;
        if (x.beaten) continue;
        if (x.n > length) length = x.n, memset(p->counted, 0, (size_t)n * sizeof *p->counted);
        note(p, &x, i);
        if ((p->beam > 0 && p->counted[x.node]++ >= p->beam) || x.n == TRIP_LONG) continue;
        if (x.node < p->g->ns && trip_kept(p->c, x.state)) empty_others(p, &x, i, work);
        for (int32_t j = 0; j < p->g->ns; j++) {
            if (x.memory[j >> 6] >> (j & 63) & 1) continue;
            int64_t arc = p->a.arc[x.node * s + j];
            if (arc < INT64_MAX / 8) go(p, &x, i, x.cost + arc, j, work);
        }
    }
    return *work > 0;
}

int64_t trip_price(const trip_class *c, const trip_prices *u, int32_t to, tr_mask group, int32_t beam, trip_sink *sink,
                   bool (*enough)(void *context), void *context, int64_t *work)
{
    static const struct {
        int32_t labels;   /* at most, if there is more that can be done */
        int64_t steps;    /* of looking ahead well; 0 = as ever */
    } by[] = {{8000, 0}, {40000, 100000000}, {150000, 1000000000}, {MOST, 2000000000}};
    enum { EFFORTS = sizeof by / sizeof *by };
    tr_arena *scratch = tr_arena_new();
    pricer p = {.c = c, .g = c->graph, .u = u, .to = to, .beam = beam};
    trip_look_ahead(&p.a, c, u, to, group, beam > 0, scratch);
    set_up(&p, scratch);
    trip_day *well = TR_NEW(scratch, trip_day, 1);
    bool whole = false, can_more = true;
    for (int e = beam >= TRIP_BEAM_WELL || beam == TRIP_ALL_WELL; e < EFFORTS && can_more && !whole && *work > 0 && !enough(context); e++) {
        tr_arena *arena = tr_arena_new();
        p.well = by[e].steps > 0 ? well : NULL;
        can_more = (!p.well || trip_look_well(well, &p.a, beam == TRIP_ALL_WELL ? 0 : REMEMBERED, by[e].steps, arena)) && beam <= 0;
        p.many = p.well ? well->end[0].many : p.a.many;
        whole = label_all(&p, can_more ? by[e].labels : MOST, enough, context, work);
        tr_arena_free(arena);
    }
    qsort(p.found, (size_t)p.n_found, sizeof *p.found, by_cost);
    for (int32_t k = 0; k < p.n_found && k < TOLD && whole; k++) tell(&p, (int32_t)p.found[k][1], sink, context);
    for (int32_t j = 0; j < p.g->n; j++) free(p.of[j].cost), free(p.of[j].word), free(p.of[j].litres), free(p.of[j].kg), free(p.of[j].label);
    free(p.labels);
    tr_arena_free(scratch);
    return whole ? p.least : INT64_MIN;
}
