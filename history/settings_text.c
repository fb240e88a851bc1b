/* settings_text.c -- settings as JSON, as they took effect: what settings.c reads back to the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings.h"
#include "calendar.h"
#include "inputs.h"

#include <jansson.h>

static void put_day(json_t *o, const char *key, int32_t day)
{
    char text[11];
    if (day < 0) return;
    tr_day_print(day, text);
    json_object_set_new(o, key, json_string(text));
}

static json_t *shares(const char *const *names, const int32_t *permille, int32_t n)
{
    json_t *o = json_object();
    for (int32_t i = 0; i < n; i++) json_object_set_new(o, names[i], json_integer(permille[i]));
    return o;
}

static json_t *numbers(const tr_replay_settings *s)
{
    return json_pack("{s:I, s:i, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:b, s:i, s:b, s:b, s:I, s:I, s:i, s:i, s:i, s:i, s:f}",
                     "seed", (json_int_t)s->seed, "replications", (int)s->replications, "days", (int)s->days, "warm_up_days",
                     (int)s->warm_up_days, "backlog_days", (int)s->backlog_days, "block_days", (int)s->block_days, "most_snap_m",
                     s->most_snap_m, "service_factor", s->service_factor, "service_sigma", s->service_sigma, "merge_duplicates",
                     (int)s->merge_duplicates, "revisit_minutes", (int)s->revisit_minutes, "insert", (int)s->insert, "draw_types",
                     (int)s->draw_types, "iterations",
                     (json_int_t)s->iterations, "order_iterations", (json_int_t)s->order_iterations, "candidates", (int)s->candidates,
                     "saturated_list", (int)s->saturated_list, "saturated_days", (int)s->saturated_days, "horizon_days", (int)s->horizon_days,
                     "co2_g_per_km", s->co2_g_per_km);
}

json_t *tr_replay_settings_json(const tr_replay_settings *s)
{
    json_t *o = numbers(s), *rules = json_array(), *loads = json_array();
    put_day(o, "start", s->start_day), put_day(o, "from", s->from_day), put_day(o, "to", s->to_day);
    if (s->boxed) json_object_set_new(o, "box", json_pack("[f,f,f,f]", s->west, s->south, s->east, s->north));
    if (s->workdays.kind == TR_HOLIDAYS_FILE) {
        json_t *days = json_array();
        for (int32_t i = 0; i < s->workdays.n; i++) {
            char text[11];
            tr_day_print(s->workdays.days[i], text);
            json_array_append_new(days, json_string(text));
        }
        json_object_set_new(o, "holidays", days);
    }
    for (int32_t i = 0; i < s->n_rules; i++) json_array_append_new(rules, json_string(tr_dispatch_names[s->rules[i]]));
    for (int32_t i = 0; i < s->n_loads; i++) json_array_append_new(loads, json_integer(s->loads[i]));
    json_object_set_new(o, "rules", rules), json_object_set_new(o, "loads_percent", loads);
    json_object_set_new(o, "size_permille", shares(tr_sizes, s->size_permille, TR_N_SIZES));
    json_object_set_new(o, "type_permille", shares(tr_waste_types, s->type_permille, TR_N_WASTE_TYPES));
    return o;
}
