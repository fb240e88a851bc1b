/* certificate_trips.c -- the part of certificate.json that proves a bound over trips: see certificate_inner.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate_inner.h"

#include <string.h>

enum { MOST_LOOPS = 100000, MOST_DUALS = 10000, MOST_FLEETS = 100000 };

static const char *const partings[] = {"", "out", "class", "break", "trips"}; /* by tr_trip_parting */

static int32_t states_of(const tr_trip_class *c)
{
    return 1 << (c->n_kinds + c->phased);
}

static const char *name_of(const tr_problem *p, const tr_trip_proof *t, int32_t cls)
{
    return p->vehicles[t->classes[cls].vehicle].id;
}

/* ---- writing ---- */

static json_t *class_json(const tr_problem *p, const tr_trip_class *c)
{
    json_t *kinds = json_array();
    for (int32_t k = 0; k < c->n_kinds; k++) {
        json_t *streams = json_array();
        for (int32_t s = 0; s < p->n_streams; s++)
            if (c->kinds[k] >> s & 1) json_array_append_new(streams, json_string(p->streams[s].name));
        json_array_append_new(kinds, streams);
    }
    return json_pack("{s:s, s:b, s:o, s:b, s:o}", "vehicle", p->vehicles[c->vehicle].id, "follows", (int)c->follows, "kinds", kinds, "phased",
                     (int)c->phased, "near", tr_near_json(p, c->n_near, c->near));
}

static json_t *side_json(const tr_problem *p, const tr_trip_class *c, const tr_trip_side *x)
{
    json_t *sites = json_object();
    for (int32_t z = 0; z < p->n_sites; z++) {
        json_t *states = json_array();
        for (int32_t q = 0; q < states_of(c); q++) json_array_append_new(states, json_integer(x->site[q * p->n_sites + z]));
        json_object_set_new(sites, p->sites[z].id, states);
    }
    return json_pack("{s:I, s:o, s:I, s:I, s:I, s:I}", "start", (json_int_t)x->start, "sites", sites, "time", (json_int_t)x->time, "work",
                     (json_int_t)x->work, "rest", (json_int_t)x->rest, "trips", (json_int_t)x->trips);
}

static json_t *loop_json(const tr_problem *p, const tr_trip_proof *t, const tr_trip_loop *l)
{
    json_t *sites = json_array();
    for (int32_t z = 0; z < p->n_sites; z++)
        if (l->sites >> z & 1) json_array_append_new(sites, json_string(p->sites[z].id));
    return json_pack("{s:s, s:o, s:s, s:I}", "class", name_of(p, t, l->cls), "sites", sites, "stop", p->stops[l->stop].id, "dual",
                     (json_int_t)l->dual);
}

static json_t *duals_json(const tr_problem *p, const tr_trip_proof *t, const tr_trip_duals *d)
{
    json_t *loops = json_array(), *classes = json_object();
    for (int32_t k = 0; k < d->n_loops; k++) json_array_append_new(loops, loop_json(p, t, &d->loops[k]));
    for (int32_t k = 0; k < t->n_classes; k++) json_object_set_new(classes, name_of(p, t, k), side_json(p, &t->classes[k], &d->sides[k]));
    return json_pack("{s:[I, I], s:I, s:o, s:o, s:o, s:o, s:I}", "levels", (json_int_t)d->level[0], (json_int_t)d->level[1], "out",
                     (json_int_t)d->all, "stops", tr_stop_duals_json(p, d->stop), "cuts", tr_cuts_json(p, d->cuts, d->n_cuts), "loops", loops,
                     "classes", classes, "least", (json_int_t)d->least);
}

static json_t *fleet_json(const tr_problem *p, const tr_trip_proof *t, const tr_trip_fleet *f)
{
    if (f->by == TR_PART_NONE) return json_pack("{s:o}", "duals", f->duals >= 0 ? json_integer(f->duals) : json_null());
    json_t *all = json_pack("{s:s, s:[i, i]}", "parted_by", partings[f->by], "parts", (int)f->part[0], (int)f->part[1]);
    if (f->by != TR_PART_OUT) json_object_set_new(all, "class", json_string(name_of(p, t, f->cls)));
    if (f->by != TR_PART_BREAK) json_object_set_new(all, "most", json_integer(f->most));
    return all;
}

json_t *tr_trips_json(const tr_problem *p, const tr_trip_proof *t)
{
    json_t *classes = json_array(), *duals = json_array(), *fleets = json_array();
    for (int32_t k = 0; k < t->n_classes; k++) json_array_append_new(classes, class_json(p, &t->classes[k]));
    for (int32_t k = 0; k < t->n_duals; k++) json_array_append_new(duals, duals_json(p, t, &t->duals[k]));
    for (int32_t k = 0; k < t->n_fleets; k++) json_array_append_new(fleets, fleet_json(p, t, &t->fleets[k]));
    return json_pack("{s:I, s:o, s:o, s:o}", "bound", (json_int_t)t->bound, "classes", classes, "duals", duals, "fleets", fleets);
}

/* ---- reading ---- */

static int64_t need_int(const tr_json *object, const char *key)
{
    return tr_json_int(tr_json_need(object, key), 0, INT64_MIN, INT64_MAX);
}

/* Its length, 0 and a fault if that is too much. */
static int32_t length_of(const tr_json *list, const char *what, int32_t most)
{
    size_t n = tr_json_length(list);
    if (n <= (size_t)most) return (int32_t)n;
    tr_json_fault(list, "has %zu %s; at most %d are read", n, what, (int)most);
    return 0;
}

static tr_mask mask_of(const tr_json *list, const tr_ids *ids)
{
    tr_mask mask = 0;
    for (size_t i = 0, n = tr_json_length(list); i < n; i++) {
        tr_json item = tr_json_item(list, i);
        int32_t at = tr_id_read(ids, item);
        if (at >= 0 && mask >> at & 1) tr_json_fault(&item, "is named a second time");
        if (at >= 0) mask |= (tr_mask)1 << at;
    }
    return mask;
}

static void read_class(tr_certificate_reader *r, const tr_json *at, tr_trip_class *c)
{
    static const char *const known[] = {"vehicle", "follows", "kinds", "phased", "near"};
    *c = (tr_trip_class){.vehicle = -1};
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 5);
    tr_json kinds = tr_json_need(at, "kinds"), near = tr_json_need(at, "near");
    c->vehicle = tr_id_read(&r->vehicles, tr_json_need(at, "vehicle"));
    c->follows = tr_json_bool(tr_json_need(at, "follows"), false);
    c->phased = tr_json_bool(tr_json_need(at, "phased"), false);
    c->n_kinds = length_of(&kinds, "kinds of waste", TR_TRIP_KINDS);
    for (int32_t k = 0; k < c->n_kinds; k++) {
        tr_json kind = tr_json_item(&kinds, (size_t)k);
        c->kinds[k] = mask_of(&kind, &r->streams);
    }
    c->near = tr_near_read(r, &near, &c->n_near);
}

/* Of the class's vehicle; -1 and a fault if there is none. */
static int32_t class_of(tr_certificate_reader *r, const tr_trip_proof *t, tr_json at)
{
    const int32_t before = at.diag->n_errors, vehicle = tr_id_read(&r->vehicles, at);
    for (int32_t k = 0; k < t->n_classes && vehicle >= 0; k++)
        if (t->classes[k].vehicle == vehicle) return k;
    if (at.value && at.diag->n_errors == before) tr_json_fault(&at, "names no class");
    return -1;
}

static void read_side(tr_certificate_reader *r, const tr_json *at, const tr_trip_class *c, tr_trip_side *x)
{
    static const char *const known[] = {"start", "sites", "time", "work", "rest", "trips"};
    x->site = TR_NEW(r->arena, int64_t, (size_t)states_of(c) * (size_t)r->sites.n + 1);
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 6);
    x->start = need_int(at, "start"), x->time = need_int(at, "time"), x->work = need_int(at, "work");
    x->rest = need_int(at, "rest"), x->trips = need_int(at, "trips");
    tr_json sites = tr_json_need(at, "sites");
    if (!tr_json_is_object(&sites)) return;
    tr_json_keys(&sites, r->sites.list, r->sites.n);
    for (int32_t z = 0; z < r->sites.n; z++) {
        tr_json states = tr_json_need(&sites, r->sites.list[z]);
        size_t n = tr_json_length(&states), wanted = (size_t)states_of(c);
        if (states.value && n != wanted) tr_json_fault(&states, "has %zu numbers; expected %zu, one a state", n, wanted);
        for (size_t q = 0; q < n && n == wanted; q++)
            x->site[q * (size_t)r->sites.n + (size_t)z] = tr_json_int(tr_json_item(&states, q), 0, INT64_MIN, INT64_MAX);
    }
}

static void read_loop(tr_certificate_reader *r, const tr_json *at, const tr_trip_proof *t, tr_trip_loop *l)
{
    static const char *const known[] = {"class", "sites", "stop", "dual"};
    *l = (tr_trip_loop){.cls = -1, .stop = -1};
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 4);
    tr_json sites = tr_json_need(at, "sites");
    l->cls = class_of(r, t, tr_json_need(at, "class"));
    l->sites = mask_of(&sites, &r->sites);
    l->stop = tr_id_read(&r->stops, tr_json_need(at, "stop"));
    l->dual = need_int(at, "dual");
}

static void read_duals(tr_certificate_reader *r, const tr_json *at, const tr_trip_proof *t, tr_trip_duals *d)
{
    static const char *const known[] = {"levels", "out", "stops", "cuts", "loops", "classes", "least"};
    *d = (tr_trip_duals){0};
    d->sides = TR_NEW(r->arena, tr_trip_side, t->n_classes + 1);
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 7);
    tr_json stops = tr_json_need(at, "stops"), cuts = tr_json_need(at, "cuts"), loops = tr_json_need(at, "loops"), classes = tr_json_need(at, "classes");
    tr_level_duals_read(tr_json_need(at, "levels"), d->level);
    d->all = need_int(at, "out"), d->least = need_int(at, "least");
    d->stop = tr_ints_by_id(r, &stops, &r->stops);
    d->cuts = tr_cuts_read(r, &cuts, &d->n_cuts);
    d->n_loops = length_of(&loops, "loops", MOST_LOOPS);
    d->loops = TR_NEW(r->arena, tr_trip_loop, d->n_loops + 1);
    for (int32_t k = 0; k < d->n_loops; k++) {
        tr_json loop = tr_json_item(&loops, (size_t)k);
        read_loop(r, &loop, t, &d->loops[k]);
    }
    const char **names = TR_NEW(r->arena, const char *, t->n_classes + 1);
    int32_t n = 0;
    for (int32_t k = 0; k < t->n_classes; k++)
        if (t->classes[k].vehicle >= 0) names[n++] = r->vehicles.list[t->classes[k].vehicle];
    if (tr_json_is_object(&classes)) tr_json_keys(&classes, names, n);
    for (int32_t k = 0; k < t->n_classes && json_is_object(classes.value); k++) {
        if (t->classes[k].vehicle < 0) continue;
        tr_json side = tr_json_need(&classes, r->vehicles.list[t->classes[k].vehicle]);
        read_side(r, &side, &t->classes[k], &d->sides[k]);
    }
}

static void read_fleet(tr_certificate_reader *r, const tr_json *at, const tr_trip_proof *t, tr_trip_fleet *f)
{
    static const char *const whole[] = {"duals"}, *const parted[] = {"parted_by", "parts", "class", "most"};
    *f = (tr_trip_fleet){.by = TR_PART_NONE, .cls = -1, .part = {-1, -1}, .duals = -1};
    if (!tr_json_is_object(at)) return;
    tr_json by = tr_json_at(at, "parted_by");
    if (!by.value) {
        tr_json duals = tr_json_need(at, "duals");
        tr_json_keys(at, whole, 1);
        if (duals.value && !json_is_null(duals.value)) f->duals = (int32_t)tr_json_int(duals, -1, 0, t->n_duals - 1);
        return;
    }
    tr_json_keys(at, parted, 4);
    tr_json parts = tr_json_need(at, "parts");
    size_t n = tr_json_length(&parts);
    if (parts.value && n != 2) tr_json_fault(&parts, "has %zu numbers; expected 2", n);
    for (size_t i = 0; i < 2 && n == 2; i++) f->part[i] = (int32_t)tr_json_int(tr_json_item(&parts, i), -1, 0, t->n_fleets - 1);
    f->by = (tr_trip_parting)(TR_PART_OUT + tr_json_word(by, partings + TR_PART_OUT, 4, "way to part fleets", 0));
    if (f->by != TR_PART_OUT) f->cls = class_of(r, t, tr_json_need(at, "class"));
    if (f->by != TR_PART_BREAK) f->most = (int32_t)tr_json_int(tr_json_need(at, "most"), 0, INT32_MIN, INT32_MAX);
}

tr_trip_proof *tr_trips_read(tr_certificate_reader *r, const tr_json *at)
{
    static const char *const known[] = {"bound", "classes", "duals", "fleets"};
    tr_trip_proof *t = TR_NEW(r->arena, tr_trip_proof, 1);
    if (!tr_json_is_object(at)) return NULL;
    tr_json_keys(at, known, 4);
    tr_json classes = tr_json_need(at, "classes"), duals = tr_json_need(at, "duals"), fleets = tr_json_need(at, "fleets");
    t->bound = need_int(at, "bound");
    t->n_classes = length_of(&classes, "classes", r->vehicles.n);
    t->classes = TR_NEW(r->arena, tr_trip_class, t->n_classes + 1);
    for (int32_t k = 0; k < t->n_classes; k++) {
        tr_json item = tr_json_item(&classes, (size_t)k);
        read_class(r, &item, &t->classes[k]);
    }
    t->n_duals = length_of(&duals, "sets of duals", MOST_DUALS), t->n_fleets = length_of(&fleets, "fleets", MOST_FLEETS);
    t->duals = TR_NEW(r->arena, tr_trip_duals, t->n_duals + 1), t->fleets = TR_NEW(r->arena, tr_trip_fleet, t->n_fleets + 1);
    for (int32_t k = 0; k < t->n_duals; k++) {
        tr_json item = tr_json_item(&duals, (size_t)k);
        read_duals(r, &item, t, &t->duals[k]);
    }
    for (int32_t k = 0; k < t->n_fleets; k++) {
        tr_json item = tr_json_item(&fleets, (size_t)k);
        read_fleet(r, &item, t, &t->fleets[k]);
    }
    return t;
}
