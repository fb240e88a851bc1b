/* certificate.c -- certificate.json written and read: see certificate.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate.h"

#include "json.h"
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

static json_t *duals_json(const tr_problem *p, const tr_level_proof *t)
{
    json_t *stops = json_object(), *vehicles = json_object(), *cuts = json_array();
    for (int32_t s = 0; s < p->n_stops; s++) json_object_set_new(stops, p->stops[s].id, json_integer(t->stop_dual[s]));
    for (int32_t v = 0; v < p->n_vehicles; v++)
        json_object_set_new(vehicles, p->vehicles[v].id, json_integer(t->vehicle_least[v]));
    for (int32_t k = 0; k < t->n_cuts; k++) {
        json_t *over = json_array();
        for (int32_t i = 0; i < 3; i++) json_array_append_new(over, tr_json_string(p->stops[t->cuts[k].stops[i]].id));
        json_array_append_new(cuts, json_pack("{s:o, s:I}", "stops", over, "dual", (json_int_t)t->cuts[k].dual));
    }
    return json_pack("{s:[I, I], s:o, s:o, s:o, s:o}", "levels", (json_int_t)t->level_dual[0], (json_int_t)t->level_dual[1], "stops",
                     stops, "cuts", cuts, "entries", entries_json(p, t), "vehicles", vehicles);
}

static json_t *level_json(const tr_problem *p, const tr_level_proof *t, int level)
{
    return json_pack("{s:i, s:I, s:o, s:o, s:o, s:I, s:o}", "level", level + 1, "value", (json_int_t)t->value, "bound",
                     t->known ? json_integer(t->bound) : json_null(), "how", tr_json_string(t->how ? t->how : ""), "relaxed",
                     tr_json_string(t->relaxed), "dual_bound", (json_int_t)t->dual_bound, "duals",
                     t->stop_dual && t->vehicle_least ? duals_json(p, t) : json_null());
}

static json_t *near_json(const tr_problem *p, const tr_certificate *t)
{
    json_t *all = json_object();
    for (int32_t s = 0; t->n_near && s < p->n_stops; s++) {
        json_t *near = json_array();
        for (int32_t k = 0; k < t->n_near; k++) {
            int32_t other = t->near[(size_t)s * (size_t)t->n_near + (size_t)k];
            if (other >= 0) json_array_append_new(near, tr_json_string(p->stops[other].id));
        }
        json_object_set_new(all, p->stops[s].id, near);
    }
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
                            "near", near_json(problem, certificate), "routes", (json_int_t)certificate->routes);
    tr_status status = all ? tr_file_write_text(path, tr_json_print(all, scratch), err)
                           : tr_fail(err, TR_EINTERNAL, "%s: an id of the morning is no text", path);
    json_decref(all);
    tr_arena_free(scratch);
    return status;
}

/* ---- ids ---- */

typedef struct {
    const char *id;
    int32_t index;
} name;

typedef struct {
    const char *kind; /* "stop" */
    int32_t n;
    name *sorted;            /* [n] by id */
    const char *const *list; /* [n] by index, for messages */
} names;

static int by_id(const void *a, const void *b)
{
    return strcmp(((const name *)a)->id, ((const name *)b)->id);
}

static names gather(const char *kind, int32_t n, const char **list, tr_arena *arena)
{
    names all = {.kind = kind, .n = n, .sorted = TR_NEW(arena, name, n + 1), .list = list};
    for (int32_t i = 0; i < n; i++) all.sorted[i] = (name){list[i], i};
    if (n) qsort(all.sorted, (size_t)n, sizeof *all.sorted, by_id);
    return all;
}

/* -1 and a fault if there is no such id. */
static int32_t find(const names *all, const char *id, const tr_json *at)
{
    name wanted = {id, -1};
    const name *found = all->n ? bsearch(&wanted, all->sorted, (size_t)all->n, sizeof *all->sorted, by_id) : NULL;
    if (found) return found->index;
    const char *near = tr_nearest_word(id, all->list, all->n);
    tr_json_fault(at, "there is no %s \"%s\"%s%s%s", all->kind, tr_text_short(at->diag->arena, id, 100),
                  near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
    return -1;
}

/* ---- reading ---- */

typedef struct {
    tr_arena *arena;
    names stops, vehicles;
} reader;

static int64_t any_int(tr_json at)
{
    return tr_json_int(at, 0, INT64_MIN, INT64_MAX);
}

/* An object of integers by id, one for each: [n] in the arena. */
static int64_t *ints_by_id(reader *r, const tr_json *object, const names *ids)
{
    int64_t *values = TR_NEW(r->arena, int64_t, ids->n + 1);
    const char *key;
    json_t *value;
    if (!tr_json_is_object(object)) return values;
    json_object_foreach(object->value, key, value) {
        tr_json at = tr_json_at(object, key);
        int32_t index = find(ids, key, &at);
        if (index >= 0) values[index] = any_int(at);
    }
    for (int32_t i = 0; i < ids->n; i++) tr_json_need(object, ids->list[i]);
    return values;
}

static void read_cut(reader *r, const tr_json *at, tr_cut *cut)
{
    static const char *const known[] = {"stops", "dual"};
    *cut = (tr_cut){{-1, -1, -1}, 0};
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 2);
    tr_json stops = tr_json_need(at, "stops");
    size_t n = tr_json_length(&stops);
    if (n != 3 && stops.value) tr_json_fault(&stops, "names %zu stops; expected 3", n);
    for (size_t i = 0; i < 3 && n == 3; i++) {
        tr_json stop = tr_json_item(&stops, i);
        const char *id = tr_json_text(stop, NULL);
        if (id) cut->stops[i] = find(&r->stops, id, &stop);
    }
    cut->dual = any_int(tr_json_need(at, "dual"));
}

static void read_entry(reader *r, const tr_json *at, tr_entry *entry)
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
        const char *id = tr_json_text(item, NULL);
        int32_t stop = id ? find(&r->stops, id, &item) : -1;
        if (stop >= 0 && set[stop / 64] >> stop % 64 & 1) tr_json_fault(&item, "is named a second time");
        if (stop >= 0) set[stop / 64] |= (uint64_t)1 << stop % 64;
    }
    const char *id = tr_json_text(unless, NULL);
    if (id) entry->stop = find(&r->stops, id, &unless);
    entry->dual = any_int(tr_json_need(at, "dual"));
}

/* Files of before there were entries have no such key. */
static void read_entries(reader *r, const tr_json *at, tr_level_proof *t)
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

static void read_duals(reader *r, const tr_json *at, tr_level_proof *t)
{
    static const char *const known[] = {"levels", "stops", "cuts", "entries", "vehicles"};
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 5);
    tr_json levels = tr_json_need(at, "levels"), stops = tr_json_need(at, "stops"), cuts = tr_json_need(at, "cuts"),
            vehicles = tr_json_need(at, "vehicles"), entries = tr_json_at(at, "entries");
    size_t n = tr_json_length(&levels), n_cuts = tr_json_length(&cuts);
    if (levels.value && n != 2) tr_json_fault(&levels, "has %zu numbers; expected 2", n);
    for (size_t k = 0; k < 2 && n == 2; k++) t->level_dual[k] = any_int(tr_json_item(&levels, k));
    t->stop_dual = ints_by_id(r, &stops, &r->stops);
    t->vehicle_least = ints_by_id(r, &vehicles, &r->vehicles);
    read_entries(r, &entries, t);
    if (n_cuts > MOST_CUTS) {
        tr_json_fault(&cuts, "has %zu cuts; at most %d are read", n_cuts, MOST_CUTS);
        return;
    }
    t->n_cuts = (int32_t)n_cuts;
    t->cuts = TR_NEW(r->arena, tr_cut, n_cuts + 1);
    for (size_t k = 0; k < n_cuts; k++) {
        tr_json cut = tr_json_item(&cuts, k);
        read_cut(r, &cut, &t->cuts[k]);
    }
}

static bool is_null(tr_json at)
{
    return at.value && json_is_null(at.value);
}

static void read_level(reader *r, const tr_json *at, int32_t level, tr_level_proof *t)
{
    static const char *const known[] = {"level", "value", "bound", "how", "relaxed", "dual_bound", "duals"};
    if (!tr_json_is_object(at)) return;
    tr_json_keys(at, known, 7);
    tr_json_int(tr_json_need(at, "level"), 0, level + 1, level + 1);
    tr_json bound = tr_json_need(at, "bound"), relaxed = tr_json_need(at, "relaxed"), duals = tr_json_need(at, "duals");
    t->value = any_int(tr_json_need(at, "value"));
    t->known = bound.value && !is_null(bound);
    if (t->known) t->bound = any_int(bound);
    t->how = tr_json_text(tr_json_need(at, "how"), "");
    t->relaxed = is_null(relaxed) ? NULL : tr_json_text(relaxed, NULL);
    t->dual_bound = any_int(tr_json_need(at, "dual_bound"));
    if (!is_null(duals)) read_duals(r, &duals, t);
}

static void read_near(reader *r, const tr_json *at, tr_certificate *t)
{
    const char *key;
    json_t *value;
    size_t most = 0;
    if (!tr_json_is_object(at) || !json_object_size(at->value)) return;
    json_object_foreach(at->value, key, value) {
        tr_json list = tr_json_at(at, key);
        size_t n = tr_json_length(&list);
        if (n > MOST_NEAR) tr_json_fault(&list, "has %zu stops; at most %d are read", n, MOST_NEAR);
        else if (n > most) most = n;
    }
    for (int32_t s = 0; s < r->stops.n; s++) tr_json_need(at, r->stops.list[s]);
    if ((int64_t)most * r->stops.n > 1 << 26) {
        tr_json_fault(at, "is too large");
        return;
    }
    t->n_near = (int32_t)(most ? most : 1); /* lists that are all empty: everything is forgotten */
    t->near = TR_NEW(r->arena, int32_t, (size_t)t->n_near * (size_t)r->stops.n + 1);
    for (size_t k = 0; k < (size_t)t->n_near * (size_t)r->stops.n; k++) t->near[k] = -1;
    json_object_foreach(at->value, key, value) {
        tr_json list = tr_json_at(at, key);
        int32_t stop = find(&r->stops, key, &list);
        size_t n = json_is_array(list.value) ? json_array_size(list.value) : 0;
        for (size_t k = 0; stop >= 0 && n <= most && k < n; k++) {
            tr_json other = tr_json_item(&list, k);
            const char *id = tr_json_text(other, NULL);
            if (id) t->near[(size_t)stop * (size_t)t->n_near + k] = find(&r->stops, id, &other);
        }
    }
}

static void read_all(reader *r, const tr_json *root, tr_certificate *t)
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
    read_near(r, &near, t);
    t->routes = tr_json_int(tr_json_need(root, "routes"), 0, 0, INT64_MAX);
}

tr_status tr_certificate_read(const char *path, const tr_problem *problem, tr_arena *arena, tr_certificate *certificate,
                              tr_diag *diag, tr_err *err)
{
    int32_t before = diag->n_errors;
    const char **stops = TR_NEW(arena, const char *, problem->n_stops + 1);
    const char **vehicles = TR_NEW(arena, const char *, problem->n_vehicles + 1);
    for (int32_t s = 0; s < problem->n_stops; s++) stops[s] = problem->stops[s].id;
    for (int32_t v = 0; v < problem->n_vehicles; v++) vehicles[v] = problem->vehicles[v].id;
    reader r = {.arena = arena,
                .stops = gather("stop", problem->n_stops, stops, arena),
                .vehicles = gather("vehicle", problem->n_vehicles, vehicles, arena)};
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
