/* policy.c -- the council's settings: every default in one place, and the file that changes them.
 *
 * The size table's figures are assumptions of ours (no official weights or volumes are known) and marked
 * so until a council gives its own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "readers.h"
#include "service.h"

#include <math.h>
#include <string.h>

#define KEYS(...)                                                                                            \
    (const char *const[]){__VA_ARGS__}, (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

enum { FORMER_DAYS = 3650, MUCH_KG = 1000000, MUCH_LITRES = 1000000, MUCH_PENCE = 100000000 };

/* Segregation groups by name; a stream without one is alone in its own. */
static void group_streams(tr_stream *streams, const char *const *group)
{
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++) {
        streams[s].segregation = s;
        if (!group[s] || streams[s].hazardous) continue;
        for (int32_t other = 0; other < s; other++)
            if (!streams[other].hazardous && group[other] && strcmp(group[s], group[other]) == 0) {
                streams[s].segregation = streams[other].segregation;
                break;
            }
    }
}

static void default_streams(tr_morning *morning)
{
    tr_stream *streams = TR_NEW(morning->arena, tr_stream, TR_STREAM_COUNT);
    const char *groups[TR_STREAM_COUNT];
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++) {
        const tr_stream_info *info = &tr_stream_infos[s];
        int32_t cert = info->cert ? tr_word_find(info->cert, tr_cert_names, TR_CERT_COUNT) : -1;
        streams[s] = (tr_stream){.name = info->name, .ewc = info->ewc, .hazardous = tr_stream_hazardous(s)};
        groups[s] = info->group;
        morning->triage.streams[s] = (tr_stream_rule){
            .hazard = info->hazard,
            .extra_service_s = 60 * info->extra_min,
            .certs = cert >= 0 ? (tr_mask)1 << cert : 0,
        };
    }
    group_streams(streams, groups);
    morning->problem.streams = streams;
    morning->problem.n_streams = TR_STREAM_COUNT;
    morning->words = (tr_vocabulary){
        .n_certs = TR_CERT_COUNT,
        .certs = tr_cert_names,
        .n_equipment = TR_EQUIPMENT_COUNT,
        .equipment = tr_equipment_names,
        .n_streams = TR_STREAM_COUNT,
        .streams = tr_stream_names,
    };
}

void tr_policy_defaults(tr_morning *morning)
{
    static const tr_size_row sizes[TR_N_SIZES] = {
        {8, 80, 4 * 60, true},         {30, 500, 6 * 60, true},    {60, 500, 9 * 60, true},
        {350, 2500, 18 * 60, true},    {800, 6000, 32 * 60, true}, {3000, 12000, 60 * 60, true},
        {5000, 20000, 120 * 60, true},
    };
    morning->problem.policy = tr_policy_default();
    morning->timezone = "Europe/London";
    tr_triage_policy *t = &morning->triage;
    *t = (tr_triage_policy){
        .duplicate_m = 20,
        .duplicate_days = 3,
        .hazard_from = 0.30,
        .review_from = 0.10,
        .size_up_below = 0.60,
        .refer_kg = 20000,
        .refer_litres = 20000,
        .refer_fibrous_litres = 5000,
        .refer_drum_litres = 75,
        .target_days = 5,
        .target_hazard_days = 1,
        .snap_warn_m = 150,
        .snap_left_m = 1000,
        .note_service_s = 5 * 60,
        .not_ours = 1u << 3 | 1u << 5 | 1u << 6 | 1u << 7, /* railway, agricultural, private, commercial */
    };
    memcpy(t->sizes, sizes, sizeof sizes);
    for (int32_t i = 0; i < TR_N_SIZES; i++) t->size_sigma[i] = TR_SIGMA_ASSUMED;
    default_streams(morning);
}

static void read_sizes(const tr_json *table, tr_triage_policy *t)
{
    if (!tr_json_is_object(table)) return;
    const char *key;
    json_t *value;
    bool seen[TR_N_SIZES] = {false};
    json_object_foreach(table->value, key, value)
    {
        tr_json row = tr_json_at(table, key);
        int32_t size = tr_size_find(key);
        if (size < 0 || seen[size]) {
            const char *near = tr_nearest_word(key, tr_sizes, TR_N_SIZES);
            if (size >= 0)
                tr_json_fault(&row, "stands for \"%s\", which is given already", tr_sizes[size]);
            else
                tr_json_fault(&row, "unknown size \"%s\"; did you mean \"%s\"?", key,
                              near ? near : tr_sizes[3]);
            continue;
        }
        seen[size] = true;
        if (!tr_json_is_object(&row)) continue;
        tr_json_keys(&row, KEYS("kg", "litres", "m3", "minutes", "sigma", "assumed"));
        tr_size_row *s = &t->sizes[size];
        s->kg = (int32_t)tr_json_int(tr_json_at(&row, "kg"), s->kg, 0, MUCH_KG);
        s->litres = (int32_t)tr_json_litres(&row, s->litres, MUCH_LITRES);
        s->service_s = (int32_t)tr_json_minutes(tr_json_at(&row, "minutes"), s->service_s, 1440);
        t->size_sigma[size] = tr_json_number(tr_json_at(&row, "sigma"), t->size_sigma[size], 0, TR_SIGMA_MOST);
        s->assumed = tr_json_bool(tr_json_at(&row, "assumed"), false);
    }
    for (int32_t i = 1; i < TR_N_SIZES; i++)
        if (t->sizes[i].litres < t->sizes[i - 1].litres)
            tr_diag_add(table->diag, TR_WARNING, table->file, "sizes",
                        "\"%s\" (%d litres) is smaller than \"%s\" (%d litres)", tr_sizes[i],
                        t->sizes[i].litres, tr_sizes[i - 1], t->sizes[i - 1].litres);
}

static void read_stream_rules(const tr_json *table, tr_triage_policy *t)
{
    if (!tr_json_is_object(table)) return;
    tr_json_keys(table, tr_stream_names, TR_STREAM_COUNT);
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++) {
        tr_json row = tr_json_at(table, tr_stream_names[s]);
        if (!tr_json_is_object(&row)) continue;
        tr_json_keys(&row, KEYS("hazard", "extra_min", "certs", "equipment"));
        tr_stream_rule *r = &t->streams[s];
        tr_json certs = tr_json_at(&row, "certs"), equipment = tr_json_at(&row, "equipment");
        r->hazard = (int32_t)tr_json_int(tr_json_at(&row, "hazard"), r->hazard, 0, 3);
        r->extra_service_s =
            (int32_t)tr_json_minutes(tr_json_at(&row, "extra_min"), r->extra_service_s, 1440);
        if (certs.value) r->certs = tr_json_words(certs, tr_cert_names, TR_CERT_COUNT, "certificate");
        if (equipment.value)
            r->equipment = tr_json_words(equipment, tr_equipment_names, TR_EQUIPMENT_COUNT, "equipment");
    }
}

static void read_segregation(const tr_json *table, tr_morning *morning)
{
    if (!tr_json_is_object(table)) return;
    tr_json_keys(table, tr_stream_names, TR_STREAM_COUNT);
    const char *groups[TR_STREAM_COUNT];
    tr_stream *streams = tr_arena_grow(morning->arena, morning->problem.streams, TR_STREAM_COUNT,
                                       TR_STREAM_COUNT, sizeof *streams);
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++) {
        tr_json at = tr_json_at(table, tr_stream_names[s]);
        groups[s] = tr_json_text(at, tr_stream_infos[s].group);
        if (at.value && streams[s].hazardous)
            tr_json_fault(&at, "%s is hazardous (%s) and always kept alone", streams[s].name, streams[s].ewc);
    }
    group_streams(streams, groups);
    morning->problem.streams = streams;
}

static void read_densities(const tr_json *table, tr_triage_policy *t)
{
    if (!tr_json_is_object(table)) return;
    const char *key;
    json_t *value;
    json_object_foreach(table->value, key, value)
    {
        tr_json at = tr_json_at(table, key);
        int32_t type = tr_waste_type_find(key);
        const char *near = tr_nearest_word(key, tr_waste_types, TR_N_WASTE_TYPES);
        if (type >= 0)
            t->kg_per_m3[type] = (int32_t)tr_json_int(at, 0, 1, 5000);
        else
            tr_json_fault(&at, "unknown waste type \"%s\"; did you mean \"%s\"?", key, near ? near : "Green");
    }
}

static void read_not_ours(tr_json list, tr_triage_policy *t)
{
    if (!list.value) return;
    t->not_ours = 0;
    for (size_t i = 0, n = tr_json_length(&list); i < n; i++) {
        tr_json at = tr_json_item(&list, i);
        const char *text = tr_json_text(at, NULL);
        int32_t land = text ? tr_land_type_find(text) : 0;
        if (!text) continue;
        const char *near = tr_nearest_word(text, tr_land_types, TR_N_LAND_TYPES);
        if (land >= 0)
            t->not_ours |= 1u << land;
        else
            tr_json_fault(&at, "unknown land type \"%s\"; did you mean \"%s\"?", text,
                          near ? near : "Railway");
    }
}

static void read_triage(const tr_json *root, tr_morning *morning)
{
    tr_triage_policy *t = &morning->triage;
    tr_json at = tr_json_at(root, "duplicate");
    if (tr_json_is_object(&at)) {
        tr_json_keys(&at, KEYS("metres", "days"));
        t->duplicate_m = tr_json_number(tr_json_at(&at, "metres"), t->duplicate_m, 0, 1000);
        t->duplicate_days = (int32_t)tr_json_int(tr_json_at(&at, "days"), t->duplicate_days, 0, FORMER_DAYS);
    }
    at = tr_json_at(root, "classifier");
    if (tr_json_is_object(&at)) {
        tr_json_keys(&at, KEYS("hazard_from", "review_from", "size_up_below"));
        t->hazard_from = tr_json_number(tr_json_at(&at, "hazard_from"), t->hazard_from, 0, 1);
        t->review_from = tr_json_number(tr_json_at(&at, "review_from"), t->review_from, 0, 1);
        t->size_up_below = tr_json_number(tr_json_at(&at, "size_up_below"), t->size_up_below, 0, 1);
        if (t->review_from > t->hazard_from)
            tr_json_fault(&at, "review_from %g is above hazard_from %g", t->review_from, t->hazard_from);
    }
    at = tr_json_at(root, "refer");
    if (tr_json_is_object(&at)) {
        tr_json_keys(&at, KEYS("kg", "litres", "m3", "fibrous_litres", "drum_litres"));
        t->refer_kg = (int32_t)tr_json_int(tr_json_at(&at, "kg"), t->refer_kg, 0, MUCH_KG);
        t->refer_litres = (int32_t)tr_json_litres(&at, t->refer_litres, MUCH_LITRES);
        t->refer_fibrous_litres =
            (int32_t)tr_json_int(tr_json_at(&at, "fibrous_litres"), t->refer_fibrous_litres, 0, MUCH_LITRES);
        t->refer_drum_litres =
            (int32_t)tr_json_int(tr_json_at(&at, "drum_litres"), t->refer_drum_litres, 0, MUCH_LITRES);
    }
    at = tr_json_at(root, "targets");
    if (tr_json_is_object(&at)) {
        tr_json_keys(&at, KEYS("working_days", "hazardous_working_days"));
        t->target_days = (int32_t)tr_json_int(tr_json_at(&at, "working_days"), t->target_days, 0, 250);
        t->target_hazard_days =
            (int32_t)tr_json_int(tr_json_at(&at, "hazardous_working_days"), t->target_hazard_days, 0, 250);
    }
    at = tr_json_at(root, "snap");
    if (tr_json_is_object(&at)) {
        tr_json_keys(&at, KEYS("warn_m", "left_m"));
        t->snap_warn_m = tr_json_number(tr_json_at(&at, "warn_m"), t->snap_warn_m, 0, 100000);
        t->snap_left_m = tr_json_number(tr_json_at(&at, "left_m"), t->snap_left_m, 0, 100000);
        if (t->snap_warn_m > t->snap_left_m)
            tr_json_fault(&at, "warn_m %g is above left_m %g", t->snap_warn_m, t->snap_left_m);
    }
    at = tr_json_at(root, "sizes");
    read_sizes(&at, t);
    tr_service_read(root, t);
    at = tr_json_at(root, "streams");
    read_stream_rules(&at, t);
    at = tr_json_at(root, "segregation");
    read_segregation(&at, morning);
    at = tr_json_at(root, "kg_per_m3");
    read_densities(&at, t);
    read_not_ours(tr_json_at(root, "not_ours"), t);
    t->note_service_s =
        (int32_t)tr_json_minutes(tr_json_at(root, "consignment_note_min"), t->note_service_s, 1440);
}

static void read_hours(tr_json list, tr_policy *p)
{
    size_t n = tr_json_length(&list);
    if (list.value && json_is_array(list.value) && n != 24)
        tr_json_fault(&list, "has %zu items; expected 24, the speed of each hour from 00:00 in permille", n);
    for (size_t i = 0; n == 24 && i < n; i++)
        p->speed_by_hour[i] =
            (int32_t)tr_json_int(tr_json_item(&list, i), p->speed_by_hour[i], TR_SPEED_LEAST, TR_SPEED_MOST);
}

static void read_goal(const tr_json *root, tr_policy *p)
{
    static const char *const policies[] = {"first", "deadline", "weighted"};
    p->hazard_policy = (tr_hazard_policy)tr_json_word(tr_json_at(root, "hazard_policy"), policies, 3,
                                                      "hazard policy", (int32_t)p->hazard_policy);
    p->hazardous_rank = (int32_t)tr_json_int(tr_json_at(root, "hazardous_rank"), p->hazardous_rank, 1, 3);
    p->day_start_s = tr_json_clock(tr_json_at(root, "day_start"), p->day_start_s);
    p->exempt_after_s = tr_json_minutes(tr_json_at(root, "exempt_after_min"), p->exempt_after_s, 1440);
    p->hazard_latest_s = tr_json_minutes(tr_json_at(root, "hazard_latest_min"), p->hazard_latest_s, 1440);
    p->hazard_age_cap =
        tr_json_int(tr_json_at(root, "hazard_age_cap_days"), p->hazard_age_cap, 0, FORMER_DAYS);
    p->overdue_weight = tr_json_int(tr_json_at(root, "overdue_weight"), p->overdue_weight, 0, 100000);
    p->overdue_cap = tr_json_int(tr_json_at(root, "overdue_cap_days"), p->overdue_cap, 0, FORMER_DAYS);
    p->due_today_weight = tr_json_int(tr_json_at(root, "due_today_weight"), p->due_today_weight, 0, 100000);
    p->pence_per_hazard_minute =
        tr_json_int(tr_json_at(root, "pence_per_hazard_minute"), p->pence_per_hazard_minute, 0, 100000);
    p->pence_left = tr_json_int(tr_json_at(root, "pence_left"), p->pence_left, 0, MUCH_PENCE);
    p->pence_left_per_day =
        tr_json_int(tr_json_at(root, "pence_left_per_day"), p->pence_left_per_day, 0, MUCH_PENCE);
    p->contractor_pence =
        tr_json_int(tr_json_at(root, "contractor_pence"), p->contractor_pence, 0, MUCH_PENCE);
    read_hours(tr_json_at(root, "speed_by_hour"), p);
    tr_json severity = tr_json_at(root, "severity");
    size_t n = tr_json_length(&severity);
    if (n && n != 4) tr_json_fault(&severity, "has %zu items; expected 4, one for each rank", n);
    for (size_t i = 0; n == 4 && i < n; i++)
        p->severity[i] = tr_json_int(tr_json_item(&severity, i), p->severity[i], 0, 1000);
}

void tr_policy_read(const char *path, tr_morning *morning, tr_diag *diag)
{
    json_auto_t *document = tr_json_file(path, diag);
    tr_json root = tr_json_root(document, path, diag);
    if (!tr_json_is_object(&root)) return;
    tr_json_keys(&root,
                 KEYS("hazard_policy", "hazardous_rank", "day_start", "exempt_after_min", "hazard_latest_min",
                      "severity", "hazard_age_cap_days", "overdue_weight", "overdue_cap_days",
                      "due_today_weight", "pence_per_hazard_minute", "pence_left", "pence_left_per_day",
                      "contractor_pence", "speed_by_hour", "timezone", "duplicate", "classifier", "refer", "targets", "snap",
                      "sizes", "crew_size", "service_times", "streams", "segregation", "kg_per_m3", "not_ours", "consignment_note_min"));
    read_goal(&root, &morning->problem.policy);
    read_triage(&root, morning);
    tr_json zone = tr_json_at(&root, "timezone");
    morning->timezone = tr_json_text(zone, morning->timezone);
    if (zone.value && !tr_zone_set(morning->timezone))
        tr_json_fault(&zone, "unknown time zone \"%s\"; expected a name such as \"Europe/London\"",
                      morning->timezone);
}
