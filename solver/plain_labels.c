/* plain_labels.c -- labels of one direction: buckets, dominance, extension; and the join of two.
 *
 * Labels of a node are kept by buckets of `at`, sorted by cost.  A bucket is final once its labels have been
 * extended and none came back into it; buckets are no wider than the shortest arc where that is long enough, so
 * that this takes one pass.  A label is dropped if another at its node costs no more, is no later, has loaded
 * no more, remembers nothing that this one does not remember or could still reach, and costs no more even
 * after all cuts that have counted a stop for it but not for this one: each may cost it its penalty once.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *plain_grow(void *old, int32_t *room, int32_t needed, size_t size)
{
    if (needed <= *room) return old;
    int64_t more = needed > INT32_MAX / 2 ? INT32_MAX : 2 * (int64_t)needed;
    if (more < 16) more = 16;
    void *p = realloc(old, (size_t)more * size);
    if (!p) {
        fprintf(stderr, "tiprun: out of memory (%zu bytes asked)\n", (size_t)more * size);
        exit(1);
    }
    *room = (int32_t)more;
    return p;
}

/* ---- dominance ---- */

/* Memory bits of stops that cannot follow any more. */
static uint64_t lost(const tr_plain_pricer *p, const plain_side *s, int32_t node, int32_t at, int32_t kg)
{
    uint64_t bits = 0;
    for (int32_t e = node * p->n_near, end = e + p->near_count[node]; e < end; e++)
        if (at > s->near_until[e] || kg > s->near_kg[e]) bits |= p->near_bit[e];
    return bits;
}

/* What the cuts may yet cost the first label and not the second; stops once it is more than `most`. */
static int64_t cut_risk(const tr_plain_pricer *p, const uint64_t *a, const uint64_t *b, int64_t most)
{
    int64_t sum = 0;
    for (int32_t w = 0; w < p->n_words; w++)
        for (uint64_t bits = a[w] & ~b[w]; bits; bits &= bits - 1) {
            sum += p->penalty[64 * w + __builtin_ctzll(bits)];
            if (sum > most) return sum;
        }
    return sum;
}

/* Is one of keys[0..n), by cost, at least as good as `key`?  open: bits of stops that key does not remember and can reach. */
static bool beaten(const tr_plain_pricer *p, const plain_side *s, int32_t node, const plain_key *keys,
                   int32_t n, const plain_key *key, uint64_t open, const uint64_t *state)
{
    if (p->effort < 2) {
        if (p->effort == 0) open = 0;
        for (int32_t k = 0; k < n && keys[k].cost <= key->cost; k++)
            if (p->effort == 0 || (keys[k].at <= key->at && !(keys[k].memory & open & p->coarse[node])))
                return true;
        return false;
    }
    for (int32_t k = 0; k < n && keys[k].cost <= key->cost; k++) {
        const plain_key *x = &keys[k]; /* one jump for all four, as it is taken nearly always */
        if ((x->memory & open) | (uint64_t)((x->at > key->at) | (x->kg > key->kg) | (x->litres > key->litres))) continue;
        if (p->n_words == 0) return true;
        int64_t most = key->cost - keys[k].cost;
        if (cut_risk(p, plain_state_of(p, s, keys[k].id), state, most) <= most) return true;
    }
    return false;
}

static bool beaten_before(const tr_plain_pricer *p, const plain_side *s, int32_t node, int32_t bucket,
                          const plain_key *key, uint64_t open)
{
    for (int32_t b = bucket - 1; b >= 0; b--) {
        const plain_cell *c = plain_cell_at(p, s, node, b);
        if (c->least_upto > key->cost) return false;
        if (c->least <= key->cost &&
            beaten(p, s, node, c->keys, c->n_clean, key, open, plain_state_of(p, s, key->id)))
            return true;
    }
    return false;
}

static int by_cost(const void *x, const void *y)
{
    const plain_key *a = x, *b = y;
    if (a->cost != b->cost) return a->cost < b->cost ? -1 : 1;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    if (a->kg != b->kg) return a->kg < b->kg ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static void sort_keys(plain_key *keys, int32_t n)
{
    if (n > 24) {
        qsort(keys, (size_t)n, sizeof *keys, by_cost);
        return;
    }
    for (int32_t i = 1; i < n; i++) {
        plain_key key = keys[i];
        int32_t k = i;
        for (; k > 0 && by_cost(&key, &keys[k - 1]) < 0; k--) keys[k] = keys[k - 1];
        keys[k] = key;
    }
}

/* Merges new labels into the clean ones; all that another of the cell beats are dropped.  New ones were held against
 * the clean ones when they came. */
static void clean(tr_plain_pricer *p, const plain_side *s, int32_t node, plain_cell *c)
{
    int32_t n_old = c->n_clean, n_new = c->n - n_old;
    if (n_new == 0) return;
    sort_keys(c->keys + n_old, n_new);
    p->scratch = plain_grow(p->scratch, &p->room_scratch, 2 * c->n, sizeof *p->scratch);
    plain_key *fresh = p->scratch, *out = p->scratch + n_new;
    int32_t n_fresh = 0, n = 0, a = 0, b = 0;
    while (a < n_old || b < n_new) {
        bool is_new = a == n_old || (b < n_new && c->keys[n_old + b].cost < c->keys[a].cost);
        const plain_key *key = is_new ? &c->keys[n_old + b++] : &c->keys[a++];
        uint64_t open = n_fresh ? ~(key->memory | lost(p, s, node, key->at, key->kg)) : 0;
        if (n_fresh && beaten(p, s, node, fresh, n_fresh, key, open, plain_state_of(p, s, key->id))) continue;
        if (is_new) fresh[n_fresh++] = *key;
        out[n++] = *key;
    }
    memcpy(c->keys, out, (size_t)n * sizeof *out);
    c->n = c->n_clean = n;
    if (n) c->least = c->keys[0].cost;
}

/* ---- extension ---- */

static void label_add(tr_plain_pricer *p, plain_side *s, int32_t node, plain_key *key, int32_t parent,
                      const uint64_t *state)
{
    plain_cell *c = plain_cell_at(p, s, node, plain_bucket_of(p, key->at));
    if (node < p->n) {
        uint64_t gone = lost(p, s, node, key->at, key->kg);
        key->memory &= ~gone;
        if (beaten(p, s, node, c->keys, c->n_clean, key, ~(key->memory | gone), state)) return;
    }
    if (c->n - c->n_clean >= 64 && c->n >= 2 * c->n_clean) clean(p, s, node, c);
    int32_t id = key->id = s->n_labels++, w = p->n_words;
    s->steps = plain_grow(s->steps, &s->room_labels, s->n_labels, sizeof *s->steps);
    s->steps[id] = (plain_step){node, parent, false};
    if (w) {
        s->states = plain_grow(s->states, &s->room_states, s->n_labels * w, sizeof *s->states);
        memcpy(s->states + (size_t)id * (size_t)w, state, (size_t)w * sizeof *state);
    }
    c->keys = plain_grow(c->keys, &c->room, c->n + 1, sizeof *c->keys);
    c->keys[c->n++] = *key;
    --*p->work;
}

int64_t plain_cut_step(const tr_plain_pricer *p, const uint64_t *before, int32_t node, uint64_t *after)
{
    int64_t paid = 0;
    const uint64_t *has = p->cut_has + (size_t)node * (size_t)p->n_words,
                   *keeps = p->cut_keeps + (size_t)node * (size_t)p->n_words;
    for (int32_t w = 0; w < p->n_words; w++) {
        uint64_t kept = before[w] & keeps[w];
        for (uint64_t bits = kept & has[w]; bits; bits &= bits - 1)
            paid += p->penalty[64 * w + __builtin_ctzll(bits)];
        after[w] = kept ^ has[w];
    }
    return paid;
}

static void expand(tr_plain_pricer *p, plain_side *s, int32_t node, const plain_key *from)
{
    uint64_t before[PLAIN_MOST_WORDS], after[PLAIN_MOST_WORDS];
    if (p->n_words) memcpy(before, plain_state_of(p, s, from->id), (size_t)p->n_words * sizeof *before);
    for (int32_t e = s->first[node]; e < s->best[node]; e++) {
        const plain_arc *a = &s->arcs[e];
        int32_t j = a->to;
        if (from->memory & a->forbids || from->at > a->until) continue;
        plain_key key = {.cost = from->cost + a->cost,
                         .at = from->at + a->takes,
                         .kg = from->kg + p->kg[j],
                         .litres = from->litres + p->litres[j]};
        if (key.kg > p->most_kg || key.litres > p->most_litres) continue;
        if (key.at < s->lo[j]) key.at = s->lo[j];
        if (plain_bucket_of(p, key.at) >= s->n_limit) continue;
        if (p->n_words) key.cost += plain_cut_step(p, before, j, after);
        key.memory = (from->memory & a->keeps) | p->recalls[(size_t)j * (size_t)p->n + (size_t)j];
        label_add(p, s, j, &key, from->id, after);
    }
}

/* One pass over a bucket; true if there is something new in it afterwards. */
static bool bucket_pass(tr_plain_pricer *p, plain_side *s, int32_t bucket)
{
    for (int32_t i = 0; i <= p->n; i++) {
        plain_cell *c = plain_cell_at(p, s, i, bucket);
        if (c->n == 0) continue;
        clean(p, s, i, c);
        int32_t n = 0;
        for (int32_t k = 0; k < c->n_clean; k++) {
            plain_key key = c->keys[k];
            if (!s->steps[key.id].expanded && i < p->n &&
                beaten_before(p, s, i, bucket, &key, ~(key.memory | lost(p, s, i, key.at, key.kg))))
                continue;
            c->keys[n++] = key;
            if (p->effort == 0) break;
        }
        c->n = c->n_clean = n;
        c->least = n ? c->keys[0].cost : INT64_MAX;
        for (int32_t k = 0; k < c->n_clean; k++) {
            plain_key key = c->keys[k]; /* the arrays may move */
            if (s->steps[key.id].expanded) continue;
            s->steps[key.id].expanded = true;
            expand(p, s, i, &key);
        }
        if (*p->work <= 0) return false;
    }
    for (int32_t i = 0; i <= p->n; i++) {
        const plain_cell *c = plain_cell_at(p, s, i, bucket);
        if (c->n > c->n_clean) return true;
    }
    return false;
}

static void bucket_finish(tr_plain_pricer *p, plain_side *s)
{
    int32_t b = s->n_done++;
    while (bucket_pass(p, s, b)) continue;
    for (int32_t i = 0; i <= p->n; i++) {
        plain_cell *c = plain_cell_at(p, s, i, b);
        int64_t before = b > 0 ? c[-1].least_upto : INT64_MAX;
        c->least = c->n_clean ? c->keys[0].cost : INT64_MAX;
        c->least_upto = c->least < before ? c->least : before;
        s->n_kept += c->n_clean;
    }
}

void plain_begin(tr_plain_pricer *p, plain_side *s)
{
    static const uint64_t nothing[PLAIN_MOST_WORDS];
    for (int64_t k = 0; k < (int64_t)(p->n + 1) * p->n_buckets; k++) {
        plain_cell *c = &s->cells[k];
        c->n = c->n_clean = 0, c->least = c->least_upto = INT64_MAX;
    }
    s->n_labels = s->n_done = 0, s->n_kept = 0, s->n_limit = p->n_buckets;
    plain_key root = {.cost = s == &p->sides[0] ? p->root_cost : 0, .at = s->lo[p->n]};
    label_add(p, s, p->n, &root, -1, nothing);
}

bool plain_meet(tr_plain_pricer *p)
{
    plain_side *f = &p->sides[0], *b = &p->sides[1];
    int64_t before = *p->work;
    plain_begin(p, f), plain_begin(p, b);
    while (f->n_done + b->n_done<p->n_buckets && * p->work> 0) {
        bool forward = f->n_done == 0 || (b->n_done > 0 && f->n_kept <= b->n_kept);
        plain_side *s = forward ? f : b, *other = forward ? b : f;
        bucket_finish(p, s);
        other->n_limit = p->n_buckets - s->n_done;
    }
    p->figures.labels += before - *p->work, p->figures.kept += f->n_kept + b->n_kept;
    p->figures.last_kept[0] = f->n_kept, p->figures.last_kept[1] = b->n_kept;
    return *p->work > 0;
}

bool plain_all(tr_plain_pricer *p, plain_side *s)
{
    int64_t before = *p->work;
    plain_begin(p, s);
    while (s->n_done<p->n_buckets && * p->work> 0) bucket_finish(p, s);
    p->figures.labels += before - *p->work, p->figures.kept += s->n_kept;
    p->figures.last_kept[s == &p->sides[1]] = s->n_kept;
    return *p->work > 0;
}

void plain_sides_free(tr_plain_pricer *p)
{
    for (int32_t k = 0; k < 2; k++) {
        plain_side *s = &p->sides[k];
        for (int64_t i = 0; i < (int64_t)(p->n + 1) * p->n_buckets; i++) free(s->cells[i].keys);
        free(s->steps), free(s->states);
    }
    free(p->scratch);
}

/* ---- join ---- */

int64_t plain_join(const tr_plain_pricer *p, int32_t side, const plain_key *key, const uint64_t *state,
                   uint64_t memory, const plain_arc *a, int64_t below, bool any, int32_t *id)
{
    const plain_side *o = &p->sides[!side];
    int32_t j = a->to, last = p->mirror - key->at - a->takes; /* of the other's `at` */
    int64_t base =
        key->cost + a->cost + (j < p->n ? p->duals->stop[j] : 0); /* both ends count the dual of j */
    if (last < o->lo[j]) return below;
    int32_t b = plain_bucket_of(p, last);
    if (b >= o->n_done) b = o->n_done - 1;
    for (; b >= 0; b--) {
        const plain_cell *c = plain_cell_at(p, o, j, b);
        if (c->least_upto >= INT64_MAX || base + c->least_upto >= below) return below;
        if (c->least >= INT64_MAX) continue;
        for (int32_t k = 0; k < c->n_clean && base + c->keys[k].cost < below; k++) {
            const plain_key *y = &c->keys[k];
            if (y->at > last || key->kg + y->kg > p->most_kg || key->litres + y->litres > p->most_litres)
                continue;
            if (y->memory & memory) continue;
            int64_t total = base + y->cost;
            if (p->n_words) {
                const uint64_t *other = plain_state_of(p, o, y->id);
                for (int32_t w = 0; w < p->n_words; w++)
                    for (uint64_t bits = state[w] & other[w]; bits; bits &= bits - 1)
                        total += p->penalty[64 * w + __builtin_ctzll(bits)];
                if (total >= below) continue;
            }
            below = total, *id = y->id;
            if (any) return below;
        }
    }
    return below;
}
