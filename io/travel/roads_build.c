/* roads_build.c -- see roads.h: streets out of the lines of recorded legs.
 *
 * Points of lines that have the same millionths of a degree are one point.  A point with two neighbours where no leg ends
 * lies within a street; at all others streets begin and end, so that a leg drives each of its streets whole.
 *
 * The seconds of the streets are fitted to those of the legs: from one speed for all, each turn multiplies the slowness of
 * a street by the mean ratio of true to fitted seconds of its legs, by its share of each (simultaneous iterative
 * reconstruction, Gilbert 1972, in logs, so that no leg pulls more than its ratio, held within e).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "roads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS = 30 };
static const double sure_s = 20; /* legs of fewer seconds, which are rounded to whole ones, count less */
static const double least_slowness = 1.0 / 60, most_slowness = 2;

typedef struct {
    int64_t lon, lat; /* tr_micro */
    int32_t at;       /* position among the points of all legs */
} vertex;

typedef struct {
    int32_t from, to; /* vertices */
} edge;

typedef struct {
    int32_t n_legs, n_points, n_vertices, n_edges;
    const tr_road_leg *legs;
    int32_t *first_point; /* [n_legs + 1] */
    int32_t *vertex_of;   /* [n_points] */
    const double **where; /* [n_vertices] longitude and latitude */
    edge *edges;          /* both directions of each, ascending */
    int32_t *first_edge;  /* [n_vertices + 1] */
    bool *is_end;         /* [n_vertices] a leg begins or ends there */
    int32_t *arc_of;      /* [n_edges] -1: not yet in a street */
} lines;

static int by_vertex(const void *a, const void *b)
{
    const vertex *p = a, *q = b;
    if (p->lon != q->lon) return p->lon < q->lon ? -1 : 1;
    return (p->lat > q->lat) - (p->lat < q->lat);
}

static int by_edge(const void *a, const void *b)
{
    const edge *p = a, *q = b;
    if (p->from != q->from) return p->from < q->from ? -1 : 1;
    return (p->to > q->to) - (p->to < q->to);
}

static void number_points(lines *l, tr_arena *scratch)
{
    l->first_point = TR_NEW(scratch, int32_t, l->n_legs + 1);
    for (int32_t k = 0; k < l->n_legs; k++) l->first_point[k + 1] = l->first_point[k] + l->legs[k].n_points;
    l->n_points = l->first_point[l->n_legs];
    vertex *v = TR_NEW(scratch, vertex, l->n_points);
    l->vertex_of = TR_NEW(scratch, int32_t, l->n_points);
    l->where = TR_NEW(scratch, const double *, l->n_points);
    for (int32_t k = 0, n = 0; k < l->n_legs; k++)
        for (int32_t i = 0; i < l->legs[k].n_points; i++, n++)
            v[n] = (vertex){tr_micro(l->legs[k].lon_lat[2 * i]), tr_micro(l->legs[k].lon_lat[2 * i + 1]), n};
    qsort(v, (size_t)l->n_points, sizeof *v, by_vertex);
    for (int32_t i = 0; i < l->n_points; i++) {
        if (i == 0 || by_vertex(&v[i - 1], &v[i])) {
            double *at = TR_NEW(scratch, double, 2);
            at[0] = (double)v[i].lon / 1e6, at[1] = (double)v[i].lat / 1e6;
            l->where[l->n_vertices++] = at;
        }
        l->vertex_of[v[i].at] = l->n_vertices - 1;
    }
}

static void number_edges(lines *l, tr_arena *scratch)
{
    int32_t n = 0;
    l->edges = TR_NEW(scratch, edge, 2 * (size_t)l->n_points);
    l->is_end = TR_NEW(scratch, bool, l->n_vertices);
    for (int32_t k = 0; k < l->n_legs; k++) {
        int32_t begin = l->first_point[k], end = l->first_point[k + 1] - 1;
        l->is_end[l->vertex_of[begin]] = l->is_end[l->vertex_of[end]] = true;
        for (int32_t i = begin; i < end; i++) {
            int32_t a = l->vertex_of[i], b = l->vertex_of[i + 1];
            if (a != b) l->edges[n++] = (edge){a, b}, l->edges[n++] = (edge){b, a};
        }
    }
    qsort(l->edges, (size_t)n, sizeof *l->edges, by_edge);
    for (int32_t i = 0; i < n; i++)
        if (i == 0 || by_edge(&l->edges[l->n_edges - 1], &l->edges[i])) l->edges[l->n_edges++] = l->edges[i];
    l->first_edge = TR_NEW(scratch, int32_t, l->n_vertices + 1);
    l->arc_of = TR_NEW(scratch, int32_t, l->n_edges);
    for (int32_t i = 0; i < l->n_edges; i++) l->first_edge[l->edges[i].from + 1]++, l->arc_of[i] = -1;
    for (int32_t i = 0; i < l->n_vertices; i++) l->first_edge[i + 1] += l->first_edge[i];
}

static int32_t edge_between(const lines *l, int32_t a, int32_t b)
{
    const edge key = {a, b};
    const edge *found = bsearch(&key, l->edges, (size_t)l->n_edges, sizeof key, by_edge);
    return (int32_t)(found - l->edges); /* it is there: the line of a leg goes along it */
}

static bool is_within_street(const lines *l, int32_t v)
{
    return !l->is_end[v] && l->first_edge[v + 1] - l->first_edge[v] == 2;
}

/* Along an edge and on, until the street ends; points [n_vertices + 1] is room for them. */
static void add_street(lines *l, int32_t first, int32_t *points, tr_roads *r, tr_arena *arena)
{
    int32_t n = 0, along = first, street = r->n_streets++;
    points[n++] = l->edges[first].from;
    for (;;) {
        int32_t from = l->edges[along].from, to = l->edges[along].to, on = l->first_edge[to];
        l->arc_of[along] = 2 * street;
        l->arc_of[edge_between(l, to, from)] = 2 * street + 1;
        points[n++] = to;
        if (!is_within_street(l, to)) break;
        along = l->edges[on].to == from ? on + 1 : on;
    }
    double *line = TR_NEW(arena, double, 2 * n);
    for (int32_t i = 0; i < n; i++) memcpy(&line[2 * i], l->where[points[i]], 2 * sizeof *line);
    r->streets[street] = (tr_street){.n_points = n, .lon_lat = line, .seconds = {-1, -1}};
}

static void find_streets(lines *l, tr_roads *r, tr_arena *arena, tr_arena *scratch)
{
    int32_t *points = TR_NEW(scratch, int32_t, l->n_vertices + 1);
    r->streets = TR_NEW(arena, tr_street, l->n_edges);
    for (int32_t v = 0; v < l->n_vertices;
         v++) /* each street has an end: those of the legs that drive it, at worst */
        for (int32_t e = l->first_edge[v]; !is_within_street(l, v) && e < l->first_edge[v + 1]; e++)
            if (l->arc_of[e] < 0) add_street(l, e, points, r, arena);
}

/* ---- the legs by arc ---- */

/* The arcs of each leg, one after the other; first [n_legs + 1]. */
static int32_t *list_arcs(const lines *l, int32_t *first, tr_arena *scratch)
{
    int32_t *arcs = TR_NEW(scratch, int32_t, l->n_points), n = 0;
    for (int32_t k = 0; k < l->n_legs; k++) {
        first[k] = n;
        for (int32_t i = l->first_point[k]; i + 1 < l->first_point[k + 1]; i++) {
            int32_t a = l->vertex_of[i], b = l->vertex_of[i + 1];
            int32_t arc = a == b ? -1 : l->arc_of[edge_between(l, a, b)];
            if (arc >= 0 && (n == first[k] || arcs[n - 1] != arc)) arcs[n++] = arc;
        }
    }
    first[l->n_legs] = n;
    return arcs;
}

static void list_legs(const lines *l, int32_t n_arcs, const int32_t *first, const int32_t *arcs, tr_driven *d,
                      tr_arena *arena)
{
    int32_t n = first[l->n_legs], *next = TR_NEW(arena, int32_t, n_arcs + 2) + 1;
    d->first = next - 1;
    d->legs = TR_NEW(arena, int32_t, n);
    d->from = TR_NEW(arena, int32_t, l->n_legs);
    d->to = TR_NEW(arena, int32_t, l->n_legs);
    for (int32_t i = 0; i < n; i++) next[arcs[i] + 1]++;
    for (int32_t a = 0; a < n_arcs; a++) next[a + 1] += next[a];
    for (int32_t k = 0; k < l->n_legs; k++) {
        d->from[k] = l->legs[k].from, d->to[k] = l->legs[k].to;
        for (int32_t i = first[k]; i < first[k + 1]; i++) d->legs[next[arcs[i]]++] = k;
    }
}

/* ---- the seconds ---- */

typedef struct {
    const lines *l;
    const tr_roads *r;
    const int32_t *first, *arcs;      /* of legs */
    double *slowness, *push, *weight; /* by arc */
} fitting;

static double leg_metres(const fitting *f, int32_t leg, bool as_seconds)
{
    double sum = 0;
    for (int32_t i = f->first[leg]; i < f->first[leg + 1]; i++)
        sum += f->r->streets[f->arcs[i] / 2].metres * (as_seconds ? f->slowness[f->arcs[i]] : 1);
    return sum;
}

static void one_turn(fitting *f)
{
    int32_t n_arcs = 2 * f->r->n_streets;
    memset(f->push, 0, (size_t)n_arcs * sizeof *f->push);
    memset(f->weight, 0, (size_t)n_arcs * sizeof *f->weight);
    for (int32_t k = 0; k < f->l->n_legs; k++) {
        double metres = leg_metres(f, k, false), told = f->l->legs[k].seconds;
        if (metres <= 0) continue;
        double ratio = log(fmax(told, 0.5) / fmax(leg_metres(f, k, true), 0.1)),
               sure = fmin(told / sure_s, 1) + 0.01;
        ratio = fmin(fmax(ratio, -1), 1);
        for (int32_t i = f->first[k]; i < f->first[k + 1]; i++) {
            double share = sure * f->r->streets[f->arcs[i] / 2].metres / metres;
            f->push[f->arcs[i]] += share * ratio;
            f->weight[f->arcs[i]] += share;
        }
    }
    for (int32_t a = 0; a < n_arcs; a++)
        if (f->weight[a] > 0)
            f->slowness[a] =
                fmin(fmax(f->slowness[a] * exp(f->push[a] / f->weight[a]), least_slowness), most_slowness);
}

static void fit_seconds(const lines *l, tr_roads *r, const tr_driven *d, const int32_t *first,
                        const int32_t *arcs, tr_arena *scratch)
{
    int32_t n_arcs = 2 * r->n_streets;
    fitting f = {l,
                 r,
                 first,
                 arcs,
                 TR_NEW(scratch, double, n_arcs),
                 TR_NEW(scratch, double, n_arcs),
                 TR_NEW(scratch, double, n_arcs)};
    double seconds = 0, metres = 0;
    for (int32_t k = 0; k < l->n_legs; k++) seconds += l->legs[k].seconds, metres += leg_metres(&f, k, false);
    for (int32_t a = 0; a < n_arcs; a++)
        f.slowness[a] = fmin(fmax(seconds / fmax(metres, 1), least_slowness), most_slowness);
    for (int turn = 0; turn < TURNS; turn++) one_turn(&f);
    for (int32_t a = 0; a < n_arcs; a++) /* tenths, as the file has them */
        if (d->first[a + 1] > d->first[a])
            r->streets[a / 2].seconds[a % 2] = round(10 * f.slowness[a] * r->streets[a / 2].metres) / 10;
}

static bool are_too_many(const tr_roads *r)
{
    int64_t n_points = 0;
    for (int32_t k = 0; k < r->n_streets; k++) n_points += r->streets[k].n_points;
    return r->n_streets > TR_ROADS_MOST_STREETS || n_points > TR_ROADS_MOST_POINTS;
}

bool tr_roads_build(const tr_area *area, int32_t n_legs, const tr_road_leg *legs, tr_arena *arena,
                    tr_roads *r, tr_driven *driven)
{
    tr_arena *scratch = tr_arena_new();
    lines l = {.n_legs = n_legs, .legs = legs};
    int32_t *first = TR_NEW(scratch, int32_t, n_legs + 1);
    *r = (tr_roads){0};
    number_points(&l, scratch);
    number_edges(&l, scratch);
    find_streets(&l, r, arena, scratch);
    tr_roads_lay_out(area, r, arena);
    const int32_t *arcs = list_arcs(&l, first, scratch);
    list_legs(&l, 2 * r->n_streets, first, arcs, driven, arena);
    fit_seconds(&l, r, driven, first, arcs, scratch);
    tr_roads_lay_out(area, r, arena);
    tr_arena_free(scratch);
    return !are_too_many(r);
}
