/* full_label.c -- labels of the full pricer: how they grow, and which of two is not needed.  See full.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "full.h"
#include "sides.h"

#include <stdlib.h>
#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* ---- memory ---- */

full_label *full_fresh(tr_full *p)
{
    int32_t chunk = p->n_labels >> p->bits;
    if (chunk == p->n_chunks) {
        char **more = realloc(p->chunks, (size_t)(p->n_chunks + 1) * sizeof *more);
        char *block = malloc(FULL_CHUNK);
        if (!more || !block) abort();
        p->chunks = more;
        p->chunks[p->n_chunks++] = block;
    }
    return full_at(p, p->n_labels);
}

void full_clear(tr_full *p, int32_t side)
{
    for (int32_t i = 0; i < (p->n + 1) * FULL_BUCKETS; i++) p->side[side].lists[i].n = 0, p->side[side].least[i] = INT64_MAX;
    p->side[side].n = 0;
}

/* Forwards the earliest come first, backwards the latest: a label is beaten only by those of its bucket and before. */
int32_t full_bucket(const tr_full *p, int32_t side, int32_t time)
{
    int32_t b = side == 0 ? (time - p->base) / p->width : (p->d->back_by - time) / p->width;
    return b < 0 ? 0 : b >= FULL_BUCKETS ? FULL_BUCKETS - 1 : b;
}

static int64_t duty_at(const full_label *x, int32_t time)
{
    return MAX(x->lag, time - x->slack);
}

/* Least fee, a kg, that a load of these streams pays where it is emptied. */
static int64_t least_fee(const tr_full *p, tr_mask streams)
{
    int64_t least = streams & ~p->d->park_streams ? INT64_MAX : 0;
    if (!p->fees || !streams) return 0;
    for (int32_t z = 0; z < p->nz && least > 0; z++) {
        const tr_site *s = &p->m->problem->sites[z];
        if (!(streams & ~s->streams)) least = MIN(least, 18 * s->gate_fee_pence_per_tonne);
    }
    return least == INT64_MAX ? 0 : least;
}

/* phi once all else is known */
static void front_phi(const tr_full *p, full_label *y)
{
    const full_box *b = full_boxes(p, y);
    y->phi = y->cost + p->r * duty_at(y, y->time);
    if (!p->fees) return;
    for (int32_t c = 0; c < p->kc; c++) y->phi += b[c].kg * b[c].fee;
}

/* ---- dominance: every continuation of b is one of a, and costs no less with b ---- */

static bool words_inside(const tr_full *p, const full_label *a, const full_label *b)
{
    for (int32_t i = 0; i < p->nw; i++)
        if (a->words[i] & ~b->words[i]) return false;
    return true;
}

/* What cuts may still ask of a and not of b. */
static int64_t cuts_more(const tr_full *p, const full_label *a, const full_label *b)
{
    int64_t sum = 0;
    for (int32_t i = 0; i < p->cw; i++)
        for (uint64_t x = a->words[p->nw + i] & ~b->words[p->nw + i]; x; x &= x - 1)
            sum += p->cut_cost[64 * i + __builtin_ctzll(x)];
    return sum;
}

/* What entering sets may still give b and not a: only sites have labels of different stops. */
static inline int64_t entries_more(const tr_full *p, int32_t side, const full_label *a, const full_label *b)
{
    return a->stop == b->stop || !p->entered ? 0 : p->enter_more[side][a->stop * p->stride + b->stop];
}

static bool same_set(const tr_full *p, const full_label *a, const full_label *b)
{
    return memcmp(a->words, b->words, (size_t)p->nw * 8) == 0;
}

/* What a label may be to another of its node: better in all, or in cost, time and hours only. */
enum { NO, ALL, ALMOST };

static int front_beats(const tr_full *p, const full_label *a, const full_label *b)
{
    const int32_t owes = MAX(0, b->rest - a->rest), lag = a->lag + owes; /* of a break that the second has had: as if the first had it now */
    if (a->time > b->time || a->phase > b->phase || (owes > 0 && p->d->leave_min + lag > b->time)) return NO;
    if (p->rests && a->work > b->work) return NO;
    if (p->drives && a->drive > b->drive) return NO;
    int32_t at = MAX(b->time, b->lag + b->slack);
    const int64_t duty = MAX(lag, at - a->slack);
    int64_t cost = a->cost + p->r * duty + entries_more(p, 0, a, b) + p->slack;
    if (cost > b->phi || (p->duties && duty > duty_at(b, b->time))) return NO;
    if (p->effort == 0) return ALL;
    const full_box *x = full_boxes(p, a), *y = full_boxes(p, b);
    for (int32_t c = 0; c < p->kc; c++) {
        if (x[c].litres > y[c].litres || (x[c].streams & ~y[c].streams) || x[c].kg > y[c].kg) return ALMOST;
        cost += x[c].kg * y[c].fee;
        if (x[c].kg > y[c].kg && p->fees) cost += (x[c].kg - y[c].kg) * (p->most_fee - y[c].fee);
    }
    if (cost > b->phi) return ALMOST;
    if (p->effort < 2) return ALL;
    if (p->sets ? !same_set(p, a, b) : !words_inside(p, a, b)) return ALMOST;
    return p->cw == 0 || cost + cuts_more(p, a, b) <= b->phi ? ALL : ALMOST;
}

static int64_t hazard_of(const full_label *x, int32_t start)
{
    return x->haz + (int64_t)x->haz_n * start;
}

static int back_beats(const tr_full *p, const full_label *a, const full_label *b)
{
    if (a->time < b->time || a->phase > b->phase) return NO;
    if (p->rests && a->work > b->work) return NO;
    if (p->drives && a->drive > b->drive) return NO;
    int64_t later = MAX(a->lag - b->lag, a->slack - b->slack); /* so much longer at most is any duty */
    if (p->duties && later > 0) return NO;
    int64_t cost = a->cost + (later > 0 ? p->r + p->over : p->r) * later + entries_more(p, 1, a, b);
    if (cost > b->cost) return NO;
    if (p->hazard && (a->haz_n || b->haz_n)) {
        int32_t low = MAX(p->mid + 1, p->head[a->node]), high = b->time;
        int64_t more = MAX(hazard_of(a, low) - hazard_of(b, low), hazard_of(a, high) - hazard_of(b, high));
        cost += p->hazard * more;
        if (cost > b->cost) return NO;
    }
    if (p->effort == 0) return ALL;
    const full_box *x = full_boxes(p, a), *y = full_boxes(p, b);
    if (a->kg > b->kg) return ALMOST;
    for (int32_t c = 0; c < p->kc; c++) {
        if (x[c].kg > y[c].kg || x[c].litres > y[c].litres || (x[c].streams & ~y[c].streams) || (y[c].accepted & ~x[c].accepted))
            return ALMOST;
        if (x[c].fee > y[c].fee) cost += (x[c].fee - y[c].fee) * (p->v->compartments[c].kg - y[c].kg);
    }
    if (cost > b->cost) return ALMOST;
    if (p->effort < 2) return ALL;
    if (!words_inside(p, a, b)) return ALMOST;
    return p->cw == 0 || cost + cuts_more(p, a, b) <= b->cost ? ALL : ALMOST;
}

/* A subset folds into a subset. */
static uint64_t fold(tr_mask streams, int32_t c)
{
    int32_t by = 29 * c % 64;
    return by ? streams << by | streams >> (64 - by) : streams;
}

full_key full_key_of(const tr_full *p, const full_label *x, int32_t label)
{
    const full_box *b = full_boxes(p, x);
    full_key key = {x->phi, x->words[0], (uint64_t)x->phase << 63, 0, b->litres, x->work, label};
    for (int32_t c = 0; c < p->kc; c++) key.waste |= fold(b[c].streams, c), key.takes |= fold(b[c].accepted, c);
    return key;
}

/* Of what beats another the bits are among the other's. */
static uint32_t word_of(const full_key *key)
{
    const uint64_t memory = key->memory, waste = key->waste;
    const uint64_t m = memory | memory >> 20 | memory >> 40 | memory >> 60, w = waste | waste >> 12 | waste >> 24 | waste >> 36 | waste >> 48 | waste >> 60;
    return (uint32_t)(m & 0xfffff) | (uint32_t)(w & 0xfff) << 20;
}

/* The place in the list of the first label of at least phi. */
static int32_t place_in(const full_list *l, int64_t phi)
{
    int32_t low = 0, high = l->n;
    while (low < high) {
        int32_t mid = (low + high) / 2;
        if (l->keys[mid].phi < phi) low = mid + 1;
        else high = mid;
    }
    return low;
}

static void *grown(void *list, int32_t n, size_t size)
{
    void *more = realloc(list, (size_t)n * size);
    if (!more) abort();
    return more;
}

static void set_at(full_list *l, int32_t at, const full_key *key)
{
    l->keys[at] = *key, l->word[at] = word_of(key), l->litres[at] = key->litres, l->work[at] = key->work;
}

static void insert(full_list *l, int32_t at, const full_key *key)
{
    if (l->n == l->room) {
        const int32_t n = l->room = l->room ? 2 * l->room : 8;
        l->keys = grown(l->keys, n, sizeof *l->keys), l->word = grown(l->word, n + TR_SIDE, sizeof *l->word);
        l->litres = grown(l->litres, n + TR_SIDE, sizeof *l->litres), l->work = grown(l->work, n + TR_SIDE, sizeof *l->work);
        for (int32_t k = l->n; k < n + TR_SIDE; k++) l->word[k] = 0, l->litres[k] = l->work[k] = 0;
    }
    const size_t rest = (size_t)(l->n - at);
    memmove(l->keys + at + 1, l->keys + at, rest * sizeof *l->keys), memmove(l->word + at + 1, l->word + at, rest * sizeof *l->word);
    memmove(l->litres + at + 1, l->litres + at, rest * sizeof *l->litres), memmove(l->work + at + 1, l->work + at, rest * sizeof *l->work);
    l->n++;
    set_at(l, at, key);
}

/* Where sets are listed, a label is only beaten by one of the same set. */
static bool keep_of_set(tr_full *p)
{
    const int32_t at = p->n_labels;
    full_label *x = full_at(p, at);
    int32_t *link = &p->same[(full_hash(p, x) + (uint64_t)x->node * 0x9e3779b97f4a7c15u) >> 20 & (FULL_SAME - 1)], looked = 0;
    for (int32_t i = *link; i >= 0; i = p->next[i], looked++) {
        const full_label *y = full_at(p, i);
        if (y->node == x->node && front_beats(p, y, x) == ALL) return false;
    }
    if (at >= p->room_next) {
        p->room_next = MAX(2 * p->room_next, at + (1 << 16));
        p->next = realloc(p->next, (size_t)p->room_next * sizeof *p->next);
        if (!p->next) abort();
    }
    p->next[at] = *link, *link = at;
    for (link = &p->next[at]; *link >= 0;) {
        full_label *y = full_at(p, *link);
        if (y->node == x->node && front_beats(p, x, y) == ALL) y->extended = true, *link = p->next[*link];
        else link = &p->next[*link];
    }
    full_key key = {.label = at};
    full_list *list = full_lists(p, 0, x->node) + full_bucket(p, 0, x->time);
    insert(list, list->n, &key);
    x->extended = false;
    p->n_labels++;
    *p->work -= 1 + looked / 256;
    return true;
}

typedef int beating(const tr_full *, const full_label *, const full_label *);

/* The first of `end` labels of the list that beats x in all; end if none does. */
static int32_t first_better(const tr_full *p, const full_list *l, int32_t end, const full_label *x, const full_key *key, uint32_t word, beating *beats)
{
    const int32_t work = p->rests ? key->work : INT32_MAX;
    for (int32_t at = 0; at < end; at += TR_SIDE)
        for (uint32_t may = tr_side_within(l->word + at, l->litres + at, l->work + at, word, key->litres, work); may; may &= may - 1) {
            const int32_t k = at + __builtin_ctz(may);
            if (k < end && beats(p, full_at(p, l->keys[k].label), x) == ALL) return k;
        }
    return end;
}

/* Takes those that x beats in all off the list, from `at` on. */
static void clear_worse(const tr_full *p, full_list *l, int32_t at, const full_label *x, const full_key *key, uint32_t word, beating *beats)
{
    int32_t to = at;
    for (int32_t from = at; from < l->n; from += TR_SIDE) {
        const uint32_t may = p->effort == 2 ? tr_side_around(l->word + from, l->litres + from, l->work + from, word, key->litres, INT32_MIN) : UINT32_MAX;
        for (int32_t k = from; k < MIN(l->n, from + TR_SIDE) && (may || to < from); k++) {
            if (may >> (k - from) & 1 && beats(p, x, full_at(p, l->keys[k].label)) == ALL) continue;
            if (to < k) set_at(l, to, &l->keys[k]);
            to++;
        }
        if (!may && to == from) to = MIN(l->n, from + TR_SIDE);
    }
    l->n = to;
}

bool full_keep(tr_full *p, int32_t side)
{
    if (p->sets) return keep_of_set(p);
    beating *beats = side == 0 ? front_beats : back_beats;
    full_label *x = full_at(p, p->n_labels);
    int32_t at = full_bucket(p, side, x->time), looked = 0, almost = 0;
    full_list *lists = full_lists(p, side, x->node);
    int64_t *least = full_least(p, side, x->node);
    bool beaten = false;
    full_key key = full_key_of(p, x, p->n_labels);
    const uint32_t word = word_of(&key);
    for (int32_t b = at; b >= 0 && least[b] <= key.phi && !beaten; b--) {
        const full_list *l = &lists[b];
        const int32_t end = place_in(l, key.phi + 1);
        int32_t k = 0;
        if (p->effort == 2) k = first_better(p, l, end, x, &key, word, beats);
        for (; p->effort < 2 && k < end; k++) {
            const int how = beats(p, full_at(p, l->keys[k].label), x);
            almost += how == ALMOST;
            if (how == ALL) break;
        }
        beaten = k < end, looked += k + beaten;
    }
    *p->work -= looked / 256;
    if (beaten || (p->beam > 0 && almost >= p->beam)) return false;
    for (int32_t b = at; b < FULL_BUCKETS; b++) {
        full_list *l = &lists[b];
        const int32_t before = l->n;
        clear_worse(p, l, place_in(l, key.phi), x, &key, word, beats);
        p->side[side].n -= before - l->n;
    }
    x->extended = false;
    insert(&lists[at], place_in(&lists[at], key.phi), &key);
    for (int32_t b = at; b < FULL_BUCKETS && least[b] > key.phi; b++) least[b] = key.phi;
    p->n_labels++, p->side[side].n++;
    --*p->work;
    return true;
}

/* ---- what both directions do at a node ---- */

static int64_t fill_cuts(const tr_full *p, full_label *y, int32_t stop)
{
    int64_t cost = 0;
    for (int32_t i = 0; i < p->cw; i++) {
        uint64_t in = p->cut_of[2 * stop + i], *half = &y->words[p->nw + i];
        for (uint64_t x = *half & in; x; x &= x - 1) cost += p->cut_cost[64 * i + __builtin_ctzll(x)];
        *half ^= in;
    }
    return cost;
}

static bool remembered(const full_label *x, int32_t stop)
{
    return x->words[stop >> 6] >> (stop & 63) & 1;
}

static void remember(const tr_full *p, full_label *y, int32_t stop)
{
    const uint64_t *nb = p->nb + (size_t)stop * (size_t)p->nw;
    if (!p->elementary && p->effort > 0) /* else nothing is forgotten: the first heuristic looks for routes */
        for (int32_t i = 0; i < p->nw; i++) y->words[i] &= nb[i];
    y->words[stop >> 6] |= (uint64_t)1 << (stop & 63);
}

/* ---- forwards ---- */

/* y = x gone on to the start of service at node `to`; false if no rule allows that. */
static bool front_step(const tr_full *p, const full_label *x, int32_t to, const tr_window *w, full_label *y)
{
    size_t cell = (size_t)x->node * (size_t)p->stride + (size_t)to;
    int32_t leg = p->sec[cell], stay = p->nodes[to].stay, before = p->nodes[x->node].stay;
    memcpy(y, x, p->size);
    y->lag = x->lag + before + leg;
    int32_t time = x->time + before + leg;
    y->work = x->work + leg + stay, y->drive = x->drive + p->drv[cell];
    int32_t owed = full_owed(p, y->work, y->drive, false);
    if (owed > x->rest) {
        y->lag += owed - x->rest, y->rest = owed;
        time = MAX(time, p->d->leave_min + y->lag);
    }
    if (time > w->end_s) return false;
    y->time = (int32_t)MAX(time, w->start_s);
    y->slack = (int32_t)MIN(x->slack, w->end_s - y->lag);
    if (y->time + p->tail[to] > p->d->back_by || y->lag + p->tail[to] > p->d->duty_max || y->drive > p->d->drive_max)
        return false;
    y->node = (int16_t)to;
    y->cost = x->cost + p->met[cell] * p->a + p->prize[to];
    if (to < p->ns) y->cost -= full_enter(p, x->stop, to), y->stop = (int16_t)to;
    if (!x->used) y->cost += p->fixed_cost, y->used = true;
    return true;
}

static bool fits(const tr_full *p, const full_label *x, int32_t stop, int32_t c)
{
    const tr_model_stop *s = &p->m->stops[p->nodes[stop].ref];
    const tr_compartment *box = &p->v->compartments[c];
    const full_box *b = &full_boxes(p, x)[c];
    return (box->streams >> s->stream & 1) && !(b->streams & ~p->group[stop]) && b->kg + s->kg <= p->room_kg[c] &&
           b->litres + s->litres <= p->room[c];
}

/* late: it was there, a break counted in, only after the middle.  Once for each of both is enough. */
static void join_once(tr_full *p, int32_t at, int32_t to, bool late, int32_t *joined)
{
    if (*joined < 1 + late) full_join(p, at, to, late);
    *joined = MAX(*joined, 1 + late);
}

static void front_to_stop(tr_full *p, int32_t at, int32_t stop)
{
    const full_node *node = &p->nodes[stop];
    const tr_model_stop *s = &p->m->stops[node->ref];
    const full_label *x = full_at(p, at);
    if (remembered(x, stop) || (x->phase && full_comes_first(p, stop)) || x->kg + s->kg > p->payload) return;
    int32_t joined = 0;
    for (int32_t c = 0; c < p->kc; c++) {
        if (!fits(p, x, stop, c)) continue;
        for (int32_t w = 0; w < node->n_windows; w++) {
            full_label *y = full_fresh(p);
            x = full_at(p, at);
            if (!front_step(p, x, stop, &node->windows[w], y)) continue;
            if (y->time > p->mid) { /* the other half begins there */
                join_once(p, at, stop, y->time > node->windows[w].start_s, &joined);
                continue;
            }
            y->parent = at, y->window = (int8_t)w, y->comp = (int8_t)c, y->emptied = 0;
            y->phase |= !s->hazardous && p->first_rule;
            full_box *b = &full_boxes(p, y)[c];
            b->kg += s->kg, b->litres += s->litres, b->streams |= p->carry[s->stream];
            y->kg += s->kg;
            if (p->fees) b->fee = least_fee(p, b->streams);
            if (s->hazardous && p->hazard)
                y->cost += p->hazard * MAX(0, (int64_t)y->time + s->service - p->m->problem->policy.day_start_s);
            if (p->cw) y->cost += fill_cuts(p, y, stop);
            remember(p, y, stop);
            front_phi(p, y);
            if (!p->guide || p->guide->follow(p->guide->of, p, x, y)) full_keep(p, 0);
        }
    }
}

/* All that the site takes is emptied; or, where another site takes it for less, a part of it. */
static void front_to_site(tr_full *p, int32_t at, int32_t site)
{
    const full_node *node = &p->nodes[site];
    const tr_site *s = &p->m->problem->sites[node->ref];
    const full_label *x = full_at(p, at);
    uint32_t takes = 0, dear = 0;
    for (int32_t c = 0; c < p->kc; c++) {
        const full_box *b = &full_boxes(p, x)[c];
        if (!b->streams || (b->streams & ~s->streams)) continue;
        takes |= 1u << c;
        if (p->fees && b->kg > 0 && b->fee < 18 * s->gate_fee_pence_per_tonne) dear |= 1u << c;
    }
    if (!takes) return;
    int32_t joined = 0;
    for (uint32_t kept = 0;; kept = (kept - dear) & dear) { /* subsets of dear */
        for (int32_t w = 0; w < node->n_windows && kept != takes; w++) {
            full_label *y = full_fresh(p);
            x = full_at(p, at);
            if (!front_step(p, x, site, &node->windows[w], y)) continue;
            if (y->time > p->mid) {
                join_once(p, at, site, y->time > node->windows[w].start_s, &joined);
                continue;
            }
            y->parent = at, y->window = (int8_t)w, y->comp = -1, y->emptied = (uint8_t)(takes & ~kept);
            for (int32_t c = 0; c < p->kc; c++) {
                full_box *b = &full_boxes(p, y)[c];
                if (!(y->emptied >> c & 1)) continue;
                if (p->fees) y->cost += b->kg * 18 * s->gate_fee_pence_per_tonne;
                y->kg -= b->kg;
                b->kg = b->litres = 0, b->streams = 0, b->fee = 0;
            }
            front_phi(p, y);
            if (!p->guide || p->guide->follow(p->guide->of, p, x, y)) full_keep(p, 0);
        }
        if (kept == dear) break;
    }
}

void full_grow_front(tr_full *p, int32_t at)
{
    int32_t from = full_at(p, at)->node;
    p->last = (full_pair){INT64_MAX, -1, -1};
    for (int32_t j = 0; j < p->n; j++) {
        size_t cell = (size_t)from * (size_t)p->stride + (size_t)j;
        if (j == from || !p->active[j] || p->skip[cell] || p->sec[cell] >= TR_FAR) continue;
        if (p->complete && !full_completes(p, at, j)) continue;
        if (p->complete) p->useful[cell] = 1;
        if (j < p->ns) front_to_stop(p, at, j);
        else front_to_site(p, at, j);
    }
    int64_t reduced = full_close(p, full_at(p, at));
    if (reduced < p->below && (!p->guide || p->guide->ends(p->guide->of, p, full_at(p, at)))) {
        p->useful[(size_t)from * (size_t)p->stride + (size_t)p->end] = 1;
        if (p->guide) reduced = full_path_least(p, at) * TR_MONEY;
        if (!p->sets) full_offer(p, reduced, at, -1);
        else if (reduced < p->below && !full_note_set(p, at, reduced)) *p->work = -1;
    }
    full_settle_offer(p);
}

void full_start(tr_full *p)
{
    const tr_model_vehicle *d = p->d;
    full_label *x = full_fresh(p);
    memset(x, 0, p->size);
    x->parent = -1, x->node = x->stop = (int16_t)p->start, x->comp = x->window = -1;
    x->time = d->ready, x->lag = d->lag, x->slack = d->leave_max;
    x->work = d->work, x->drive = d->drive, x->rest = d->breaks;
    x->cost = p->base_cost, x->used = d->used;
    for (int32_t c = 0; c < p->kc; c++) {
        full_box *b = &full_boxes(p, x)[c];
        *b = (full_box){.kg = d->kg[c], .litres = d->litres[c], .streams = p->start_streams[c]};
        x->kg += d->kg[c];
        b->fee = least_fee(p, b->streams);
    }
    front_phi(p, x);
    if (p->guide) p->guide->start(p->guide->of, p, x);
    p->n_labels++;
}

/* ---- backwards ---- */

static void back_phi(const tr_full *p, full_label *y)
{
    y->phi = y->cost + p->r * y->lag;
    if (y->haz_n) y->phi += p->hazard * hazard_of(y, MAX(p->mid + 1, p->head[y->node]));
}

/* y = service at `from` before what is behind x (NULL: the end); false if it cannot be in time, or not beyond the middle. */
static bool back_step(const tr_full *p, const full_label *x, int32_t from, const tr_window *w, full_label *y)
{
    int32_t to = x ? x->node : p->end, stay = p->nodes[from].stay;
    size_t cell = (size_t)from * (size_t)p->stride + (size_t)to;
    int32_t step = stay + p->sec[cell];
    if (x) memcpy(y, x, p->size);
    int64_t latest = MIN((int64_t)w->end_s, (x ? x->time : p->d->back_by) - step);
    if (latest < w->start_s || latest < p->head[from] || latest <= p->mid) return false;
    y->time = (int32_t)latest;
    y->lag += step, y->work += step, y->drive += p->drv[cell];
    int64_t least = MAX((int64_t)w->start_s, MAX(p->mid + 1, p->head[from])); /* no start before is ever asked for */
    y->slack = (int32_t)MAX(y->slack, least + y->lag);
    if (y->lag > p->d->duty_max || y->drive > p->d->drive_max) return false;
    if (y->haz_n) y->haz += (int64_t)y->haz_n * step;
    y->node = (int16_t)from;
    y->cost += p->met[cell] * p->a + p->prize[from];
    if (from < p->ns) y->cost -= full_enter(p, from, y->stop), y->stop = (int16_t)from;
    return true;
}

static full_label *back_fresh(tr_full *p, int32_t at)
{
    full_label *y = full_fresh(p);
    if (at >= 0) return y;
    memset(y, 0, p->size);
    y->slack = -TR_LATEST, y->stop = (int16_t)p->end;
    for (int32_t c = 0; c < p->kc; c++) full_boxes(p, y)[c].accepted = p->d->park_streams;
    return y;
}

static void back_to_stop(tr_full *p, int32_t at, int32_t stop)
{
    const full_node *node = &p->nodes[stop];
    const tr_model_stop *s = &p->m->stops[node->ref];
    const full_label *x = at >= 0 ? full_at(p, at) : NULL;
    if (x && (remembered(x, stop) || (x->phase && !s->hazardous) || x->kg + s->kg > p->payload)) return;
    for (int32_t c = 0; c < p->kc; c++) {
        tr_mask accepted = x ? full_boxes(p, x)[c].accepted : p->d->park_streams;
        const tr_compartment *room = &p->v->compartments[c];
        if (!(accepted >> s->stream & 1) || (x ? !fits(p, x, stop, c) : !(room->streams >> s->stream & 1))) continue;
        for (int32_t w = 0; w < node->n_windows; w++) {
            full_label *y = back_fresh(p, at);
            if (!back_step(p, at >= 0 ? full_at(p, at) : NULL, stop, &node->windows[w], y)) continue;
            y->parent = at, y->window = (int8_t)w, y->comp = (int8_t)c, y->emptied = 0;
            y->phase |= p->first_rule && full_comes_first(p, stop);
            full_box *b = &full_boxes(p, y)[c];
            b->kg += s->kg, b->litres += s->litres, b->streams |= p->carry[s->stream];
            y->kg += s->kg;
            y->cost += s->kg * b->fee;
            if (s->hazardous && p->hazard) y->haz_n++, y->haz += s->service - p->m->problem->policy.day_start_s;
            if (p->cw) y->cost += fill_cuts(p, y, stop);
            remember(p, y, stop);
            back_phi(p, y);
            if (y->time > p->sure || full_reached(p, stop, at, y->time)) full_keep(p, 1);
        }
    }
}

/* The compartments that what comes before will empty here are chosen. */
static void back_to_site(tr_full *p, int32_t at, int32_t site)
{
    const full_node *node = &p->nodes[site];
    const tr_site *s = &p->m->problem->sites[node->ref];
    uint32_t may = 0;
    for (int32_t c = 0; c < p->kc; c++)
        if ((p->v->compartments[c].streams | p->d->streams[c]) & s->streams) may |= 1u << c;
    for (uint32_t chosen = may; chosen; chosen = (chosen - 1) & may) {
        for (int32_t w = 0; w < node->n_windows; w++) {
            full_label *y = back_fresh(p, at);
            if (!back_step(p, at >= 0 ? full_at(p, at) : NULL, site, &node->windows[w], y)) continue;
            y->parent = at, y->window = (int8_t)w, y->comp = -1, y->emptied = (uint8_t)chosen;
            for (int32_t c = 0; c < p->kc; c++)
                if (chosen >> c & 1)
                    full_boxes(p, y)[c] = (full_box){.fee = p->fees ? 18 * s->gate_fee_pence_per_tonne : 0, .accepted = s->streams};
            y->kg = 0; /* the payload is followed to the first emptying */
            back_phi(p, y);
            if (y->time > p->sure || full_reached(p, site, at, y->time)) full_keep(p, 1);
        }
    }
}

void full_grow_back(tr_full *p, int32_t at)
{
    int32_t to = at >= 0 ? full_at(p, at)->node : p->end;
    for (int32_t j = 0; j < p->n; j++) {
        size_t cell = (size_t)j * (size_t)p->stride + (size_t)to;
        if (j == to || !p->active[j] || p->skip[cell] || p->sec[cell] >= TR_FAR) continue;
        if (j < p->ns) back_to_stop(p, at, j);
        else back_to_site(p, at, j);
    }
}

/* ---- a run ---- */

void full_phi(const tr_full *p, int32_t side, full_label *x)
{
    if (side == 0) front_phi(p, x);
    else back_phi(p, x);
}

/* Labels of one bucket of all nodes, and what they put into it. */
static bool run_bucket(tr_full *p, int32_t side, int32_t bucket)
{
    for (bool again = true; again;) {
        again = false;
        for (int32_t node = 0; node < p->n; node++) {
            if (p->narrow > 0) full_narrow(p, side, node, bucket);
            const full_list *l = full_lists(p, side, node) + bucket; /* what grows from it goes to other nodes */
            for (int32_t i = 0; i < l->n; i++) {
                full_label *x = full_at(p, l->keys[i].label);
                if (x->extended) continue;
                x->extended = again = true;
                if (side == 0) full_grow_front(p, l->keys[i].label);
                else full_grow_back(p, l->keys[i].label);
                if (*p->work < 0) return false;
            }
        }
    }
    return true;
}

bool full_run(tr_full *p, int32_t side)
{
    for (int32_t b = 0; b < FULL_BUCKETS; b++)
        if (!run_bucket(p, side, b)) return false;
    return true;
}

/* Forward labels behind the middle were kept while it was not known: the roads to them are joined now. */
static void join_rest(tr_full *p)
{
    for (int32_t node = 0; node < p->n; node++)
        for (int32_t b = 0; b < FULL_BUCKETS; b++) {
            const full_list *l = full_lists(p, 0, node) + b;
            for (int32_t i = 0; i < l->n; i++) {
                const full_label *x = full_at(p, l->keys[i].label);
                if (x->extended) continue;
                p->last = (full_pair){INT64_MAX, -1, -1};
                full_join(p, x->parent, node, x->time > p->nodes[node].windows[x->window].start_s);
                full_settle_offer(p);
            }
        }
}

/* Whichever direction has fewer labels goes on by a bucket.  p->mid is the time from which on backward labels are complete while
 * forward ones grow, and up to which forward ones are while backward ones do. */
bool full_meet(tr_full *p)
{
    int32_t front = p->base - 1, back = p->d->back_by, n[2] = {0, 0}; /* done up to, and from after */
    p->mid = front;
    full_grow_back(p, -1);
    p->mid = back;
    full_grow_front(p, 0);
    while (front < back) {
        int32_t side = p->side[0].n > p->side[1].n;
        p->mid = side == 0 ? back : front;
        if (!run_bucket(p, side, n[side]++)) return false;
        if (side == 0) front = n[0] == FULL_BUCKETS ? p->d->back_by : p->base + n[0] * p->width - 1;
        else back = n[1] == FULL_BUCKETS ? p->base - 1 : p->d->back_by - n[1] * p->width;
    }
    p->mid = back;
    join_rest(p);
    return true;
}
