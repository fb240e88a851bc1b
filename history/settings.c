/* settings.c -- see settings.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings.h"
#include "calendar.h"

#include <stdlib.h>

#define KEYS(...)                                                                                            \
    (const char *const[]){__VA_ARGS__}, (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

enum { MOST_REPLICATIONS = 10000, MOST_DAYS = 5000, MOST_HOLIDAYS = 1000 };

/* Shares of sizes and waste types: all reports of English councils in 2018-19, Defra's fly-tipping statistics
 * (Open Government Licence v3.0), rounded to thousandths. */
tr_replay_settings tr_replay_settings_default(void)
{
    return (tr_replay_settings){
        .seed = 1, .replications = 60, .days = 250, .warm_up_days = 60, .backlog_days = 3, .block_days = 14,
        .start_day = -1, .from_day = -1, .to_day = -1, .most_snap_m = 100,
        .workdays = {.kind = TR_HOLIDAYS_ENGLAND},
        .n_rules = 5,
        .rules = {TR_DISPATCH_LISTED, TR_DISPATCH_OLDEST, TR_DISPATCH_NEAREST, TR_DISPATCH_ZONES, TR_DISPATCH_TIPRUN},
        .service_factor = 1, .service_sigma = 0.4, .merge_duplicates = true, .revisit_minutes = 5,
        .size_permille = {47, 184, 262, 345, 123, 23, 16},
        .type_permille = {5, 30, 8, 50, 16, 14, 3, 2, 53, 25, 177, 3, 435, 32, 147},
        .iterations = 1000, .order_iterations = 300, .candidates = 250,
        .saturated_list = 250, .saturated_days = 60, .horizon_days = 60,
    };
}

/* ---- the file ---- */

static int32_t read_day(tr_json at, int32_t fallback)
{
    int32_t day;
    const char *text = tr_json_text(at, NULL);
    if (!text) return fallback;
    if (tr_day_parse(text, &day)) return day;
    tr_json_fault(&at, "\"%s\" is not a date like 2026-03-02", text);
    return fallback;
}

static void read_box(const tr_json *root, tr_replay_settings *s)
{
    tr_json at = tr_json_at(root, "box");
    double *edge[4] = {&s->west, &s->south, &s->east, &s->north};
    if (!at.value) return;
    if (tr_json_length(&at) != 4) {
        tr_json_fault(&at, "expected four numbers: west, south, east, north");
        return;
    }
    for (size_t i = 0; i < 4; i++) *edge[i] = tr_json_number(tr_json_item(&at, i), 0, i % 2 ? -90 : -180, i % 2 ? 90 : 180);
    s->boxed = true;
}

static int by_day(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void read_holidays(const tr_json *root, tr_replay_settings *s, tr_arena *arena)
{
    tr_json at = tr_json_at(root, "holidays");
    if (!at.value) return;
    size_t n = tr_json_length(&at);
    if (n > MOST_HOLIDAYS) tr_json_fault(&at, "has %zu days; expected at most %d", n, MOST_HOLIDAYS), n = 0;
    int32_t *list = TR_NEW(arena, int32_t, n + 1);
    for (size_t i = 0; i < n; i++) list[i] = read_day(tr_json_item(&at, i), -1);
    qsort(list, n, sizeof *list, by_day);
    s->workdays = (tr_workdays){.kind = TR_HOLIDAYS_FILE, .file = root->file, .n = (int32_t)n, .days = list};
}

static void read_rules(const tr_json *root, tr_replay_settings *s)
{
    tr_json at = tr_json_at(root, "rules");
    if (!at.value) return;
    size_t n = tr_json_length(&at);
    s->n_rules = 0;
    for (size_t i = 0; i < n && s->n_rules < TR_N_DISPATCH; i++)
        s->rules[s->n_rules++] =
            (tr_dispatch_rule)tr_json_word(tr_json_item(&at, i), tr_dispatch_names, TR_N_DISPATCH, "rule", 0);
    if (n > TR_N_DISPATCH) tr_json_fault(&at, "has %zu rules; there are %d", n, TR_N_DISPATCH);
}

static void read_loads(const tr_json *root, tr_replay_settings *s)
{
    tr_json at = tr_json_at(root, "loads_percent");
    if (!at.value) return;
    size_t n = tr_json_length(&at);
    if (n > TR_MOST_LOADS) tr_json_fault(&at, "has %zu loads; expected at most %d", n, TR_MOST_LOADS), n = 0;
    s->n_loads = (int32_t)n;
    for (size_t i = 0; i < n; i++) s->loads[i] = (int32_t)tr_json_int(tr_json_item(&at, i), 100, 1, 1000);
}

static void read_shares(tr_json at, const char *const *names, int32_t n, int32_t *permille)
{
    int32_t sum = 0;
    if (!at.value || !tr_json_is_object(&at)) return;
    tr_json_keys(&at, names, n);
    for (int32_t i = 0; i < n; i++) {
        permille[i] = (int32_t)tr_json_int(tr_json_at(&at, names[i]), 0, 0, 1000000);
        sum += permille[i];
    }
    if (sum <= 0) tr_json_fault(&at, "the shares add up to 0; expected at least one above 0");
}

static void read_numbers(const tr_json *r, tr_replay_settings *s)
{
    s->seed = (uint64_t)tr_json_int(tr_json_at(r, "seed"), (int64_t)s->seed, 0, INT64_MAX);
    const struct {
        const char *key;
        int32_t *to, least, most;
    } whole[] = {
        {"replications", &s->replications, 1, MOST_REPLICATIONS}, {"days", &s->days, 1, MOST_DAYS},
        {"warm_up_days", &s->warm_up_days, 0, MOST_DAYS},         {"backlog_days", &s->backlog_days, 0, MOST_DAYS},
        {"block_days", &s->block_days, 7, 700},                   {"candidates", &s->candidates, 1, 5000},
        {"saturated_list", &s->saturated_list, 1, 5000},          {"saturated_days", &s->saturated_days, 1, MOST_DAYS},
        {"horizon_days", &s->horizon_days, 1, MOST_DAYS},         {"revisit_minutes", &s->revisit_minutes, 0, 1440},
    };
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        *whole[i].to = (int32_t)tr_json_int(tr_json_at(r, whole[i].key), *whole[i].to, whole[i].least, whole[i].most);
    s->iterations = tr_json_int(tr_json_at(r, "iterations"), s->iterations, 1, 1000000000);
    s->order_iterations = tr_json_int(tr_json_at(r, "order_iterations"), s->order_iterations, 0, 1000000000);
    s->most_snap_m = tr_json_number(tr_json_at(r, "most_snap_m"), s->most_snap_m, 0, 100000);
    s->service_factor = tr_json_number(tr_json_at(r, "service_factor"), s->service_factor, 0.01, 100);
    s->service_sigma = tr_json_number(tr_json_at(r, "service_sigma"), s->service_sigma, 0, 3);
    s->co2_g_per_km = tr_json_number(tr_json_at(r, "co2_g_per_km"), s->co2_g_per_km, 0, 10000);
    s->merge_duplicates = tr_json_bool(tr_json_at(r, "merge_duplicates"), s->merge_duplicates);
    s->insert = tr_json_bool(tr_json_at(r, "insert"), s->insert);
    s->draw_types = tr_json_bool(tr_json_at(r, "draw_types"), s->draw_types);
}

void tr_replay_settings_read(const char *path, tr_replay_settings *s, tr_diag *diag)
{
    json_auto_t *document = tr_json_file(path, diag);
    if (document) tr_replay_settings_of(tr_json_root(document, path, diag), s);
}

void tr_replay_settings_of(tr_json root, tr_replay_settings *s)
{
    if (!tr_json_is_object(&root)) return;
    tr_json_keys(&root, KEYS("seed", "replications", "days", "warm_up_days", "backlog_days", "block_days", "start", "from",
                             "to", "box", "most_snap_m", "holidays", "rules", "loads_percent",
                             "service_factor", "service_sigma", "merge_duplicates", "size_permille", "draw_types",
                             "type_permille", "iterations", "order_iterations", "candidates", "saturated_list",
                             "saturated_days", "horizon_days", "revisit_minutes", "co2_g_per_km", "insert"));
    read_numbers(&root, s);
    s->start_day = read_day(tr_json_at(&root, "start"), s->start_day);
    s->from_day = read_day(tr_json_at(&root, "from"), s->from_day);
    s->to_day = read_day(tr_json_at(&root, "to"), s->to_day);
    read_box(&root, s);
    read_holidays(&root, s, root.diag->arena);
    read_rules(&root, s);
    read_loads(&root, s);
    read_shares(tr_json_at(&root, "size_permille"), tr_sizes, TR_N_SIZES, s->size_permille);
    read_shares(tr_json_at(&root, "type_permille"), tr_waste_types, TR_N_WASTE_TYPES, s->type_permille);
    tr_replay_settings_check(s, root.file, root.diag);
}

void tr_replay_settings_check(const tr_replay_settings *s, const char *where, tr_diag *diag)
{
    uint32_t seen = 0;
    if (s->block_days % 7)
        tr_diag_add(diag, TR_ERROR, where, "block_days", "%d is no whole number of weeks, so that Mondays would not stay Mondays", s->block_days);
    if (s->n_rules < 1) tr_diag_add(diag, TR_ERROR, where, "rules", "is empty; expected at least one");
    for (int32_t i = 0; i < s->n_rules; i++) {
        if (seen >> s->rules[i] & 1) tr_diag_add(diag, TR_ERROR, where, "rules", "\"%s\" stands there twice", tr_dispatch_names[s->rules[i]]);
        seen |= (uint32_t)1 << s->rules[i];
    }
    if (s->boxed && (s->west >= s->east || s->south >= s->north))
        tr_diag_add(diag, TR_ERROR, where, "box", "%g, %g, %g, %g is no box; expected west, south, east, north", s->west, s->south, s->east, s->north);
    if (s->from_day >= 0 && s->to_day >= 0 && s->from_day > s->to_day)
        tr_diag_add(diag, TR_ERROR, where, "to", "is before \"from\"");
}
