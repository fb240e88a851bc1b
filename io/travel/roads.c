/* roads.c -- see roads.h: the graph of the streets and the quickest ways on it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "roads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double most_away_m = 200, fades_from_m = 100,
                    same_m = 0.5; /* from a place to a street; of equally near ones */
static const double trust_m = 20, most_ratio = 1.5, small_ratio = 0.3;

/* ---- the graph ---- */

typedef struct {
    int64_t lon, lat; /* tr_micro */
    int32_t end;      /* 2 * street + 0 or 1 */
} street_end;

static int by_end(const void *a, const void *b)
{
    const street_end *p = a, *q = b;
    if (p->lon != q->lon) return p->lon < q->lon ? -1 : 1;
    return (p->lat > q->lat) - (p->lat < q->lat);
}

static void measure(const tr_area *a, tr_street *s, tr_arena *arena)
{
    double *xy = TR_NEW(arena, double, 2 * s->n_points);
    s->metres = 0;
    s->box[0] = s->box[2] = HUGE_VAL, s->box[1] = s->box[3] = -HUGE_VAL;
    for (int32_t i = 0; i < s->n_points; i++) {
        const tr_place point = {.lat = s->lon_lat[2 * i + 1], .lon = s->lon_lat[2 * i]};
        double *at = &xy[2 * i];
        tr_area_project(a, &point, at);
        if (i) s->metres += hypot(at[0] - at[-2], at[1] - at[-1]);
        s->box[0] = fmin(s->box[0], at[0]), s->box[1] = fmax(s->box[1], at[0]);
        s->box[2] = fmin(s->box[2], at[1]), s->box[3] = fmax(s->box[3], at[1]);
    }
    s->xy = xy;
}

static void join_ends(tr_roads *r, tr_arena *scratch)
{
    int32_t n = 2 * r->n_streets;
    street_end *ends = TR_NEW(scratch, street_end, n);
    for (int32_t e = 0; e < n; e++) {
        const tr_street *s = &r->streets[e / 2];
        const double *at = &s->lon_lat[e % 2 ? 2 * (s->n_points - 1) : 0];
        ends[e] = (street_end){tr_micro(at[0]), tr_micro(at[1]), e};
    }
    qsort(ends, (size_t)n, sizeof *ends, by_end);
    r->n_nodes = 0;
    for (int32_t k = 0; k < n; k++) {
        if (k == 0 || by_end(&ends[k - 1], &ends[k])) r->n_nodes++;
        r->streets[ends[k].end / 2].node[ends[k].end % 2] = r->n_nodes - 1;
    }
}

static void list_arcs(tr_roads *r, tr_arena *arena)
{
    int32_t n = 2 * r->n_streets;
    r->first_arc = TR_NEW(arena, int32_t, r->n_nodes + 2);
    r->arcs = TR_NEW(arena, int32_t, n);
    int32_t *next = r->first_arc + 1; /* moves to the beginning of the next node while they are filled in */
    for (int32_t a = 0; a < n; a++) next[r->streets[a / 2].node[a % 2] + 1]++;
    for (int32_t k = 0; k < r->n_nodes; k++) next[k + 1] += next[k];
    for (int32_t a = 0; a < n; a++) r->arcs[next[r->streets[a / 2].node[a % 2]]++] = a;
}

void tr_roads_lay_out(const tr_area *area, tr_roads *r, tr_arena *arena)
{
    double seconds = 0, metres = 0;
    tr_arena *scratch = tr_arena_new();
    for (int32_t k = 0; k < r->n_streets; k++) {
        measure(area, &r->streets[k], arena);
        for (int d = 0; d < 2; d++)
            if (r->streets[k].seconds[d] >= 0)
                seconds += r->streets[k].seconds[d], metres += r->streets[k].metres;
    }
    r->slowness = seconds / fmax(metres, 1);
    join_ends(r, scratch);
    list_arcs(r, arena);
    tr_arena_free(scratch);
}

static bool is_driven(const tr_roads *r, const tr_left_legs *left, int32_t arc)
{
    if (r->streets[arc / 2].seconds[arc % 2] < 0) return false;
    if (!left) return true;
    const tr_driven *d = left->driven;
    for (int32_t k = d->first[arc]; k < d->first[arc + 1]; k++) {
        int32_t from = d->from[d->legs[k]], to = d->to[d->legs[k]];
        if (from != left->a && from != left->b && to != left->a && to != left->b) return true;
    }
    return false;
}

/* ---- from a place to a street ---- */

/* The point of the street nearest to xy: how far away, and which part of the street lies before it. */
static double foot_of(const tr_street *s, const double xy[2], double *part)
{
    double best = HUGE_VAL, before = 0;
    *part = 0;
    for (int32_t i = 0; i + 1 < s->n_points; i++) {
        const double *p = &s->xy[2 * i], *q = p + 2;
        double dx = q[0] - p[0], dy = q[1] - p[1], length = hypot(dx, dy);
        double t = length > 0 ? ((xy[0] - p[0]) * dx + (xy[1] - p[1]) * dy) / (length * length) : 0;
        t = fmin(fmax(t, 0), 1);
        double away = hypot(p[0] + t * dx - xy[0], p[1] + t * dy - xy[1]);
        if (away < best) best = away, *part = before + t * length;
        before += length;
    }
    *part = before > 0 ? *part / before : 0;
    return best;
}

static double box_away(const tr_street *s, const double xy[2])
{
    double dx = fmax(fmax(s->box[0] - xy[0], xy[0] - s->box[1]), 0);
    double dy = fmax(fmax(s->box[2] - xy[1], xy[1] - s->box[3]), 0);
    return fmax(dx, dy);
}

tr_access tr_roads_access(const tr_roads *r, const double xy[2], const tr_left_legs *left)
{
    tr_access found = {.away_m = most_away_m};
    double away[TR_ROADS_ACCESSES];
    for (int32_t k = 0; k < r->n_streets; k++) {
        double part, m;
        if (box_away(&r->streets[k], xy) > found.away_m + same_m) continue;
        m = foot_of(&r->streets[k], xy, &part);
        if (m > found.away_m + same_m) continue;
        if (!is_driven(r, left, 2 * k) && !is_driven(r, left, 2 * k + 1)) continue;
        found.away_m = fmin(found.away_m, m);
        int32_t kept = 0;
        for (int32_t i = 0; i < found.n; i++)
            if (away[i] <= found.away_m + same_m) away[kept] = away[i], found.at[kept++] = found.at[i];
        found.n = kept;
        if (found.n == TR_ROADS_ACCESSES) continue;
        away[found.n] = m;
        found.at[found.n].street = k;
        found.at[found.n++].part = part;
    }
    return found;
}

/* ---- the quickest ways ---- */

tr_road_search tr_roads_search_new(const tr_roads *r, tr_arena *arena)
{
    return (tr_road_search){TR_NEW(arena, double, r->n_nodes), TR_NEW(arena, double, r->n_nodes),
                            TR_NEW(arena, int32_t, r->n_nodes), TR_NEW(arena, int32_t, r->n_nodes), 0};
}

static void put_at(tr_road_search *s, int32_t slot, int32_t node)
{
    s->heap[slot] = node;
    s->slot[node] = slot;
}

static void rise(tr_road_search *s, int32_t node)
{
    int32_t slot = s->slot[node];
    for (; slot > 0 && s->seconds[s->heap[(slot - 1) / 2]] > s->seconds[node]; slot = (slot - 1) / 2)
        put_at(s, slot, s->heap[(slot - 1) / 2]);
    put_at(s, slot, node);
}

static int32_t take_least(tr_road_search *s)
{
    int32_t least = s->heap[0], moved = s->heap[--s->n_heap], slot = 0;
    for (int32_t child; (child = 2 * slot + 1) < s->n_heap; slot = child) {
        if (child + 1 < s->n_heap && s->seconds[s->heap[child + 1]] < s->seconds[s->heap[child]]) child++;
        if (s->seconds[s->heap[child]] >= s->seconds[moved]) break;
        put_at(s, slot, s->heap[child]);
    }
    if (s->n_heap) put_at(s, slot, moved);
    return least;
}

static void reach(tr_road_search *s, int32_t node, double seconds, double metres)
{
    if (seconds >= s->seconds[node]) return;
    s->seconds[node] = seconds;
    s->metres[node] = metres;
    if (s->slot[node] < 0) s->slot[node] = s->n_heap++;
    rise(s, node);
}

/* Is the node an end of one of the place's streets? */
static bool is_entry(const tr_roads *r, const tr_access *place, int32_t node)
{
    for (int32_t k = 0; k < place->n; k++) {
        const tr_street *s = &r->streets[place->at[k].street];
        if (s->node[0] == node || s->node[1] == node) return true;
    }
    return false;
}

static int32_t n_entries(const tr_roads *r, const tr_access *place)
{
    int32_t n = 0, seen[2 * TR_ROADS_ACCESSES];
    for (int32_t e = 0; e < 2 * place->n; e++) {
        int32_t node = r->streets[place->at[e / 2].street].node[e % 2];
        bool known = false;
        for (int32_t k = 0; k < n; k++) known |= seen[k] == node;
        if (!known) seen[n++] = node;
    }
    return n;
}

void tr_roads_search(const tr_roads *r, const tr_access *from, const tr_access *until, double limit_s,
                     const tr_left_legs *left, tr_road_search *s)
{
    for (int32_t k = 0; k < r->n_nodes; k++) s->seconds[k] = HUGE_VAL, s->slot[k] = -1;
    s->n_heap = 0;
    for (int32_t k = 0; k < from->n; k++)
        for (int d = 0; d < 2; d++) {
            int32_t arc = 2 * from->at[k].street + d;
            const tr_street *street = &r->streets[arc / 2];
            double part = d ? from->at[k].part : 1 - from->at[k].part;
            if (is_driven(r, left, arc))
                reach(s, street->node[!d], part * street->seconds[d], part * street->metres);
        }
    int32_t n_left = until ? n_entries(r, until) : r->n_nodes;
    while (s->n_heap && n_left > 0) {
        int32_t node = take_least(s);
        if (s->seconds[node] > limit_s) break;
        if (until) n_left -= is_entry(r, until, node);
        for (int32_t k = r->first_arc[node]; k < r->first_arc[node + 1]; k++) {
            int32_t arc = r->arcs[k];
            const tr_street *street = &r->streets[arc / 2];
            double seconds = s->seconds[node] + street->seconds[arc % 2];
            if (street->seconds[arc % 2] < 0 || seconds >= s->seconds[street->node[!(arc % 2)]]) continue;
            if (is_driven(r, left, arc))
                reach(s, street->node[!(arc % 2)], seconds, s->metres[node] + street->metres);
        }
    }
}

static void take_shorter(double way[TR_QUANTITIES], double seconds, double metres)
{
    if (seconds >= way[TR_SECONDS]) return;
    way[TR_SECONDS] = seconds;
    way[TR_METRES] = metres;
}

void tr_roads_way(const tr_roads *r, const tr_access *from, const tr_access *to, const tr_left_legs *left,
                  const tr_road_search *search, double way[TR_QUANTITIES])
{
    way[TR_SECONDS] = way[TR_METRES] = HUGE_VAL;
    for (int32_t k = 0; k < to->n; k++)
        for (int d = 0; d < 2; d++) {
            int32_t arc = 2 * to->at[k].street + d;
            const tr_street *s = &r->streets[arc / 2];
            double part =
                d ? 1 - to->at[k].part : to->at[k].part; /* of the street, from where it is entered */
            if (!is_driven(r, left, arc)) continue;
            take_shorter(way, search->seconds[s->node[d]] + part * s->seconds[d],
                         search->metres[s->node[d]] + part * s->metres);
            for (int32_t i = 0; i < from->n; i++) { /* along one street */
                double ahead = (d ? -1 : 1) * (to->at[k].part - from->at[i].part);
                if (from->at[i].street == arc / 2 && ahead >= 0)
                    take_shorter(way, ahead * s->seconds[d], ahead * s->metres);
            }
        }
    way[TR_SECONDS] += (from->away_m + to->away_m) * r->slowness;
    way[TR_METRES] += from->away_m + to->away_m;
}

/* ---- beside the estimate ---- */

void tr_roads_basis(const tr_area *area, double straight_m, double away_m, double estimated, double way,
                    double basis[TR_ROADS_BASIS])
{
    double ratio = log(fmax(way, 1) / fmax(estimated, 1)), phi[TR_AREA_BASIS];
    ratio = fmin(fmax(ratio, -most_ratio), most_ratio);
    const double forms[4] = {1, fmin(ratio, 0), fmin(fmax(ratio, 0), small_ratio),
                             fmax(ratio - small_ratio, 0)};
    double trust = 1 / (1 + pow(away_m / trust_m, 2));
    tr_area_basis(area, straight_m, phi);
    for (int k = 0; k < TR_ROADS_BASIS; k++)
        basis[k] = forms[k / 4] * (k & 1 ? 1 - trust : trust) * (k & 2 ? phi[1] : 1);
}

double tr_roads_correction(const tr_area *area, const tr_roads *r, int quantity, double straight_m,
                           const tr_access *from, const tr_access *to, double estimated,
                           const double way[TR_QUANTITIES])
{
    double basis[TR_ROADS_BASIS], sum = 0, away = fmax(from->away_m, to->away_m);
    if (!from->n || !to->n) return 0;
    tr_roads_basis(area, straight_m, away, estimated, way[quantity], basis);
    for (int k = 0; k < TR_ROADS_BASIS; k++) sum += basis[k] * r->blend[quantity][k];
    double fade = fmin(fmax((most_away_m - away) / (most_away_m - fades_from_m), 0), 1);
    return fade * fmin(fmax(sum, -most_ratio), most_ratio);
}
