/* certificate.c -- certificate.json written and read: see certificate.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate.h"

#include "certificate_inner.h"
#include "json_text.h"
#include "write_file.h"

#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, MOST_NEAR = 1000, MOST_CUTS = 1000000, MOST_ENTRIES = 100000 };

/* ---- writing ---- */

static json_t *entries_json(const tr_problem *p, const tr_level_proof *t)
{
    json_t *entries = json_array();
    for (int32_t k = 0; k < t->n_entries; k++) {
        const tr_entry *e = &t->entries[k];
        json_t *set = json_array();
        for (int32_t s = 0; s < p->n_stops; s++)
            if (e->set[s / 64] >> s % 64 & 1) json_array_append_new(set, tr_json_string(p->stops[s].id));
        json_array_append_new(entries, json_pack("{s:o, s:o, s:I}", "stops", set, "unless", tr_json_string(p->stops[e->stop].id),
                                                 "dual", (json_int_t)e->dual));
    }
    return entries;
}

json_t *tr_cuts_json(const tr_problem *p, const tr_cut *cuts, int32_t n)
{
    json_t *all = json_array();
    for (int32_t k = 0; k < n; k++) {
        json_t *over = json_array();
        for (int32_t i = 0; i < 3; i++) json_array_append_new(over, tr_json_string(p->stops[cuts[k].stops[i]].id));
        json_array_append_new(all, json_pack("{s:o, s:I}", "stops", over, "dual", (json_int_t)cuts[k].dual));
    }
    return all;
}

json_t *tr_stop_duals_json(const tr_problem *p, const int64_t *duals)
{
    json_t *stops = json_object();
    for (int32_t s = 0; s < p->n_stops; s++) json_object_set_new(stops, p->stops[s].id, json_integer(duals[s]));
    return stops;
}

json_t *tr_near_json(const tr_problem *p, int32_t n_near, const int32_t *near)
{
    json_t *all = json_object();
    for (int32_t s = 0; n_near && s < p->n_stops; s++) {
        json_t *list = json_array();
        for (int32_t k = 0; k < n_near; k++) {
            int32_t other = near[(size_t)s * (size_t)n_near + (size_t)k];
            if (other >= 0) json_array_append_new(list, tr_json_string(p->stops[other].id));
        }
        json_object_set_new(all, p->stops[s].id, list);
    }
    return all;
}

static json_t *duals_json(const tr_problem *p, const tr_level_proof *t)
{
    json_t *vehicles = json_object();
    for (int32_t v = 0; v < p->n_vehicles; v++)
        json_object_set_new(vehicles, p->vehicles[v].id, json_integer(t->vehicle_least[v]));
    return json_pack("{s:[I, I], s:o, s:o, s:o, s:o}", "levels", (json_int_t)t->level_dual[0], (json_int_t)t->level_dual[1], "stops",
                     tr_stop_duals_json(p, t->stop_dual), "cuts", tr_cuts_json(p, t->cuts, t->n_cuts), "entries", entries_json(p, t),
                     "vehicles", vehicles);
}

/* Duals that prove less than trips do are left out: nothing is claimed of them. */
static json_t *level_json(const tr_problem *p, const tr_level_proof *t, int level)
{
    const bool duals = t->stop_dual && t->vehicle_least && !(t->trips && t->trips->bound >= t->dual_bound);
    json_t *all = json_pack("{s:i, s:I, s:o, s:o, s:o, s:I, s:o}", "level", level + 1, "value", (json_int_t)t->value, "bound",
                            t->known ? json_integer(t->bound) : json_null(), "how", tr_json_string(t->how ? t->how : ""), "relaxed",
                            tr_json_string(t->relaxed), "dual_bound", (json_int_t)(duals ? t->dual_bound : 0), "duals",
                            duals ? duals_json(p, t) : json_null());
    if (level == 2) json_object_set_new(all, "trips", t->trips ? tr_trips_json(p, t->trips) : json_null());
    return all;
}

tr_status tr_certificate_write(const char *path, const tr_problem *problem, const tr_plan *plan,
                               const tr_certificate *certificate, tr_err *err)
{
    tr_arena *scratch = tr_arena_new();
    json_t *levels = json_array(), *left = json_array();
    for (int level = 0; level < 3; level++) json_array_append_new(levels, level_json(problem, &certificate->level[level], level));
    for (int32_t i = 0; i < plan->n_left; i++) json_array_append_new(left, tr_json_string(problem->stops[plan->left[i]].id));
    json_t *all = json_pack("{s:i, s:o, s:o, s:o, s:I}", "tiprun_certificate", (int)VERSION, "left", left, "levels", levels,
                            "near", tr_near_json(problem, certificate->n_near, certificate->near), "routes", (json_int_t)certificate->routes);
    tr_status status = all ? tr_file_write_text(path, tr_json_print(all, scratch), err)
                           : tr_fail(err, TR_EINTERNAL, "%s: an id of the morning is no text", path);
    json_decref(all);
    tr_arena_free(scratch);
    return status;
}

/* ---- ids ---- */

static int by_id(const void *a, const void *b)
{
    return strcmp(((const tr_id *)a)->id, ((const tr_id *)b)->id);
}

static tr_ids gather(const char *kind, int32_t n, const char **list, tr_arena *arena)
{
    tr_ids all = {.kind = kind, .n = n, .sorted = TR_NEW(arena, tr_id, n + 1), .list = list};
    for (int32_t i = 0; i < n; i++) all.sorted[i] = (tr_id){list[i], i};
    if (n) qsort(all.sorted, (size_t)n, sizeof *all.sorted, by_id);
    return all;
}

int32_t tr_id_find(const tr_ids *all, const char *id, const tr_json *at)
{
    tr_id wanted = {id, -1};
    const tr_id *found = all->n ? bsearch(&wanted, all->sorted, (size_t)all->n, sizeof *all->sorted, by_id) : NULL;
    if (found) return found->index;
    const char *near = tr_nearest_word(id, all->list, all->n);
    tr_json_fault(at, "there is no %s \"%s\"%s%s%s", all->kind, tr_text_short(at->diag->arena, id, 100),
                  near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
    return -1;
}

/* ---- reading ---- */

int32_t tr_id_read(const tr_ids *all, tr_json at)
{
    const char *id = tr_json_text(at, NULL);
    return id ? tr_id_find(all, id, &at) : -1;
}

static int64_t any_int(tr_json at)
{
    return tr_json_int(at, 0, INT64_MIN, INT64_MAX);
}

void tr_level_duals_read(tr_json at, int64_t duals[2])
{
    size_t n = tr_json_length(&at);
    if (at.value && n != 2) tr_json_fault(&at, "has %zu numbers; expected 2", n);
    for (size_t k = 0; k < 2 && n == 2; k++) duals[k] = any_int(tr_json_item(&at, k));
}

int64_t *tr_ints_by_id(tr_certificate_reader *r, const tr_json *object, const tr_ids *ids)
{
    int64_t *values = TR_NEW(r->arena, int64_t, ids->n + 1);
    const char *key;
    json_t *value;
    if (!tr_json_is_object(object)) return values;
    json_object_foreach(object->value, key, value) {
        tr_json at = tr_json_at(object, key);
        int32_t index = tr_id_find(ids, key, &at);
        if (index >= 0) values[index] = any_int(at);
    }
    for (int32_t i = 0; i < ids->n; i++) tr_json_need(object, ids->list[i]);
    return values;
}

static void read_cut(tr_certificate_reader *r, const tr_json *at, tr_cut *cut)
{
    static const char *const known[] = {"stops", "dual"};
    *cut = (tr_cut){{-1, -1, -1}, 0};
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 2);
    tr_json stops = tr_json_need(at, "stops");
    size_t n = tr_json_length(&stops);
    if (n != 3 && stops.value) tr_json_fault(&stops, "names %zu stops; expected 3", n);
    for (size_t i = 0; i < 3 && n == 3; i++) cut->stops[i] = tr_id_read(&r->stops, tr_json_item(&stops, i));
    cut->dual = any_int(tr_json_need(at, "dual"));
}

tr_cut *tr_cuts_read(tr_certificate_reader *r, const tr_json *at, int32_t *n)
{
    size_t length = tr_json_length(at);
    *n = 0;
    if (length > MOST_CUTS) {
        tr_json_fault(at, "has %zu cuts; at most %d are read", length, MOST_CUTS);
        return NULL;
    }
    tr_cut *cuts = TR_NEW(r->arena, tr_cut, length + 1);
    for (size_t k = 0; k < length; k++) {
        tr_json cut = tr_json_item(at, k);
        read_cut(r, &cut, &cuts[k]);
    }
    *n = (int32_t)length;
    return cuts;
}

static void read_entry(tr_certificate_reader *r, const tr_json *at, tr_entry *entry)
{
    static const char *const known[] = {"stops", "unless", "dual"};
    uint64_t *set = TR_NEW(r->arena, uint64_t, r->stops.n / 64 + 1);
    *entry = (tr_entry){set, -1, 0};
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 3);
    tr_json stops = tr_json_need(at, "stops"), unless = tr_json_need(at, "unless");
    size_t n = tr_json_length(&stops);
    if (!n && json_is_array(stops.value)) tr_json_fault(&stops, "names no stop");
    for (size_t i = 0; i < n; i++) {
        tr_json item = tr_json_item(&stops, i);
        int32_t stop = tr_id_read(&r->stops, item);
        if (stop >= 0 && set[stop / 64] >> stop % 64 & 1) tr_json_fault(&item, "is named a second time");
        if (stop >= 0) set[stop / 64] |= (uint64_t)1 << stop % 64;
    }
    entry->stop = tr_id_read(&r->stops, unless);
    entry->dual = any_int(tr_json_need(at, "dual"));
}

/* Files of before there were entries have no such key. */
static void read_entries(tr_certificate_reader *r, const tr_json *at, tr_level_proof *t)
{
    size_t n = tr_json_length(at);
    if (n > MOST_ENTRIES) {
        tr_json_fault(at, "has %zu entries; at most %d are read", n, MOST_ENTRIES);
        return;
    }
    t->n_entries = (int32_t)n;
    t->entries = TR_NEW(r->arena, tr_entry, n + 1);
    for (size_t k = 0; k < n; k++) {
        tr_json entry = tr_json_item(at, k);
        read_entry(r, &entry, &t->entries[k]);
    }
}

static void read_duals(tr_certificate_reader *r, const tr_json *at, tr_level_proof *t)
{
    static const char *const known[] = {"levels", "stops", "cuts", "entries", "vehicles"};
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 5);
    tr_json levels = tr_json_need(at, "levels"), stops = tr_json_need(at, "stops"), cuts = tr_json_need(at, "cuts"),
            vehicles = tr_json_need(at, "vehicles"), entries = tr_json_at(at, "entries");
    tr_level_duals_read(levels, t->level_dual);
    t->stop_dual = tr_ints_by_id(r, &stops, &r->stops);
    t->vehicle_least = tr_ints_by_id(r, &vehicles, &r->vehicles);
    read_entries(r, &entries, t);
    t->cuts = tr_cuts_read(r, &cuts, &t->n_cuts);
}

static bool is_null(tr_json at)
{
    return at.value && json_is_null(at.value);
}

static void read_level(tr_certificate_reader *r, const tr_json *at, int32_t level, tr_level_proof *t)
{
    static const char *const known[] = {"level", "value", "bound", "how", "relaxed", "dual_bound", "duals", "trips"};
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, level == 2 ? 8 : 7);
    tr_json_int(tr_json_need(at, "level"), 0, level + 1, level + 1);
    tr_json bound = tr_json_need(at, "bound"), relaxed = tr_json_need(at, "relaxed"), duals = tr_json_need(at, "duals");
    t->value = any_int(tr_json_need(at, "value"));
    t->known = bound.value && !is_null(bound);
    if (t->known) t->bound = any_int(bound);
    t->how = tr_json_text(tr_json_need(at, "how"), "");
    t->relaxed = is_null(relaxed) ? NULL : tr_json_text(relaxed, NULL);
    t->dual_bound = any_int(tr_json_need(at, "dual_bound"));
    if (!is_null(duals)) read_duals(r, &duals, t);
    tr_json trips = tr_json_at(at, "trips"); /* files of before there were any have no such key */
    if (level == 2 && trips.value && !is_null(trips)) t->trips = tr_trips_read(r, &trips);
}

int32_t *tr_near_read(tr_certificate_reader *r, const tr_json *at, int32_t *n_near)
{
    const char *key;
    json_t *value;
    size_t most = 0;
    *n_near = 0;
    if (!tr_json_is_object(at) || !json_object_size(at->value)) return NULL;
    json_object_foreach(at->value, key, value) {
        tr_json list = tr_json_at(at, key);
        size_t n = tr_json_length(&list);
        if (n > MOST_NEAR) tr_json_fault(&list, "has %zu stops; at most %d are read", n, MOST_NEAR);
        else if (n > most) most = n;
    }
    for (int32_t s = 0; s < r->stops.n; s++) tr_json_need(at, r->stops.list[s]);
    if ((int64_t)most * r->stops.n > 1 << 26) {
        tr_json_fault(at, "is too large");
        return NULL;
    }
    *n_near = (int32_t)(most ? most : 1); /* lists that are all empty: everything is forgotten */
    int32_t *near = TR_NEW(r->arena, int32_t, (size_t)*n_near * (size_t)r->stops.n + 1);
    for (size_t k = 0; k < (size_t)*n_near * (size_t)r->stops.n; k++) near[k] = -1;
    json_object_foreach(at->value, key, value) {
        tr_json list = tr_json_at(at, key);
        int32_t stop = tr_id_find(&r->stops, key, &list);
        size_t n = json_is_array(list.value) ? json_array_size(list.value) : 0;
        for (size_t k = 0; stop >= 0 && n <= most && k < n; k++)
            near[(size_t)stop * (size_t)*n_near + k] = tr_id_read(&r->stops, tr_json_item(&list, k));
    }
    return near;
}

static void read_all(tr_certificate_reader *r, const tr_json *root, tr_certificate *t)
{
    static const char *const known[] = {"tiprun_certificate", "left", "levels", "near", "routes"};
    if (!tr_json_is_object(root)) return;
    tr_json_keys(root, known, 5);
    tr_json_int(tr_json_need(root, "tiprun_certificate"), VERSION, VERSION, VERSION);
    tr_json levels = tr_json_need(root, "levels"), near = tr_json_need(root, "near");
    size_t n = tr_json_length(&levels);
    if (levels.value && n != 3) tr_json_fault(&levels, "has %zu levels; expected 3", n);
    for (size_t k = 0; k < 3 && n == 3; k++) {
        tr_json level = tr_json_item(&levels, k);
        read_level(r, &level, (int32_t)k, &t->level[k]);
    }
    t->near = tr_near_read(r, &near, &t->n_near);
    t->routes = tr_json_int(tr_json_need(root, "routes"), 0, 0, INT64_MAX);
}

tr_status tr_certificate_read(const char *path, const tr_problem *problem, tr_arena *arena, tr_certificate *certificate,
                              tr_diag *diag, tr_err *err)
{
    int32_t before = diag->n_errors;
    const char **stops = TR_NEW(arena, const char *, problem->n_stops + 1), **sites = TR_NEW(arena, const char *, problem->n_sites + 1);
    const char **vehicles = TR_NEW(arena, const char *, problem->n_vehicles + 1), **streams = TR_NEW(arena, const char *, problem->n_streams + 1);
    for (int32_t s = 0; s < problem->n_stops; s++) stops[s] = problem->stops[s].id;
    for (int32_t v = 0; v < problem->n_vehicles; v++) vehicles[v] = problem->vehicles[v].id;
    for (int32_t z = 0; z < problem->n_sites; z++) sites[z] = problem->sites[z].id;
    for (int32_t k = 0; k < problem->n_streams; k++) streams[k] = problem->streams[k].name;
    tr_certificate_reader r = {.arena = arena,
                               .stops = gather("stop", problem->n_stops, stops, arena),
                               .vehicles = gather("vehicle", problem->n_vehicles, vehicles, arena),
                               .sites = gather("site", problem->n_sites, sites, arena),
                               .streams = gather("stream", problem->n_streams, streams, arena)};
    *certificate = (tr_certificate){0};
    json_t *value = tr_json_file(path, diag);
    if (value) {
        tr_json root = tr_json_root(value, path, diag);
        read_all(&r, &root, certificate);
        json_decref(value);
    }
    int32_t faults = diag->n_errors - before;
    if (!faults) return TR_OK;
    return tr_fail(err, TR_EINPUT, "%s: the certificate has %d fault%s", path, (int)faults, faults > 1 ? "s" : "");
}
