/* stream.c -- see stream.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream.h"
#include "calendar.h"
#include "route.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

uint64_t tr_mix(uint64_t a, uint64_t b)
{
    uint64_t x = a, y = tr_random(&x) ^ b;
    return tr_random(&y);
}

double tr_unit(uint64_t key)
{
    return ((double)(tr_random(&key) >> 11) + 0.5) * 0x1.0p-53;
}

double tr_service_luck(const tr_arrival *a, int32_t part, double sigma)
{
    double z = gsl_cdf_ugaussian_Pinv(tr_unit(tr_mix(a->key, 1000 + (uint64_t)part)));
    return sigma > 0 ? exp(sigma * z - sigma * sigma / 2) : 1;
}

static int32_t draw(uint64_t key, const int32_t *share, int32_t n)
{
    double sum = 0, at;
    for (int32_t i = 0; i < n; i++) sum += share[i];
    at = tr_unit(key) * sum;
    for (int32_t i = 0; i < n - 1; i++)
        if ((at -= share[i]) < 0) return i;
    return n - 1;
}

typedef struct {
    const tr_town *town;
    const tr_replay_settings *settings;
    tr_arena *arena;
    tr_arrivals *stream;
    int32_t room, echo_room, first_day, end_day;
} maker;

/* heap: of the first arrival of the pile, as it is added; the keys are the same, and so is what is drawn. */
static void add(maker *k, int32_t pile, int32_t day, uint64_t key, int32_t heap)
{
    const tr_pile *p = &k->town->piles[pile];
    const tr_replay_settings *s = k->settings;
    tr_arrivals *out = k->stream;
    if (out->n_arrivals == k->room) {
        k->room = k->room ? 2 * k->room : 256;
        out->arrivals = tr_arena_grow(k->arena, out->arrivals, (size_t)out->n_arrivals, (size_t)k->room, sizeof *out->arrivals);
    }
    int32_t size = draw(tr_mix(key, 1), s->size_permille, TR_N_SIZES);
    int32_t type = draw(tr_mix(key, 2), s->type_permille, TR_N_WASTE_TYPES);
    out->arrivals[out->n_arrivals++] = (tr_arrival){pile, tr_form_of(k->town, pile, type, size), day, p->second, key,
                                                    p->no_size || (p->no_type && s->draw_types), heap};
}

static void add_with_twins(maker *k, int32_t pile, int32_t day, uint64_t key)
{
    const tr_town *t = k->town;
    int32_t heap = k->stream->n_arrivals;
    add(k, pile, day, key, heap);
    for (int32_t j = t->piles[pile].first_twin; t->unmerged && j < t->piles[pile].first_twin + t->piles[pile].n_twins; j++)
        if (day + t->twins[j].days_later < k->end_day && !t->piles[t->n_firsts + j].off_road)
            add(k, t->n_firsts + j, day + t->twins[j].days_later, key, heap);
}

/* One layer of the stream: blocks of the record, thinned to `share`. */
static void add_layer(maker *k, uint64_t seed, double share)
{
    const tr_town *t = k->town;
    int32_t weeks = t->n_days / 7, block = k->settings->block_days;
    int32_t start = k->first_day - ((tr_weekday(k->first_day) - tr_weekday(t->first_day)) % 7 + 7) % 7;
    for (int32_t b = 0; start + b * block < k->end_day; b++) {
        int32_t from = 7 * (int32_t)(tr_unit(tr_mix(seed, (uint64_t)b)) * weeks);
        for (int32_t d = 0; d < block; d++) {
            int32_t day = start + b * block + d, source = (from + d) % t->n_days;
            if (day < k->first_day || day >= k->end_day) continue;
            for (int32_t i = t->first_of_day[source]; i < t->first_of_day[source + 1]; i++) {
                uint64_t key = tr_mix(tr_mix(seed, (uint64_t)day), (uint64_t)i);
                if (!t->piles[i].off_road && (share >= 1 || tr_unit(tr_mix(key, 3)) < share)) add_with_twins(k, i, day, key);
            }
        }
    }
}

static int by_time(const void *a, const void *b)
{
    const tr_arrival *x = a, *y = b;
    if (x->day != y->day) return x->day < y->day ? -1 : 1;
    if (x->second != y->second) return x->second < y->second ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->pile < y->pile ? -1 : x->pile > y->pile;
}

/* Heaps were numbered as they were added. */
static void sort_arrivals(maker *k)
{
    tr_arrivals *out = k->stream;
    int32_t *now = TR_NEW(k->arena, int32_t, out->n_arrivals + 1);
    if (out->n_arrivals) qsort(out->arrivals, (size_t)out->n_arrivals, sizeof *out->arrivals, by_time);
    for (int32_t i = 0; i < out->n_arrivals; i++)
        if (out->arrivals[i].pile < k->town->n_firsts) now[out->arrivals[i].heap] = i;
    for (int32_t i = 0; i < out->n_arrivals; i++) out->arrivals[i].heap = now[out->arrivals[i].heap];
}

static void add_echoes(maker *k)
{
    tr_arrivals *out = k->stream;
    int32_t n = 0;
    for (int32_t i = 0; i < out->n_arrivals; i++) n += k->town->piles[out->arrivals[i].pile].n_twins;
    out->echoes = TR_NEW(k->arena, tr_echo, n + 1);
    for (int32_t i = 0; i < out->n_arrivals; i++) {
        const tr_arrival *a = &out->arrivals[i];
        const tr_pile *p = &k->town->piles[a->pile];
        for (int32_t j = 0; j < p->n_twins; j++) {
            const tr_twin *w = &k->town->twins[p->first_twin + j];
            if (a->day + w->days_later < k->end_day)
                out->echoes[out->n_echoes++] = (tr_echo){i, p->first_twin + j, a->day + w->days_later, w->second};
        }
    }
}

void tr_arrivals_make(const tr_town *town, const tr_replay_settings *settings, int32_t replication, double rate, int32_t first_day,
                    int32_t n_days, tr_arena *arena, tr_arrivals *stream)
{
    maker k = {.town = town, .settings = settings, .arena = arena, .stream = stream, .first_day = first_day, .end_day = first_day + n_days};
    *stream = (tr_arrivals){0};
    for (int32_t layer = 0; (double)layer < rate; layer++)
        add_layer(&k, tr_mix(tr_mix(settings->seed, (uint64_t)replication), (uint64_t)layer), rate - layer);
    sort_arrivals(&k);
    if (!town->unmerged) add_echoes(&k);
}
