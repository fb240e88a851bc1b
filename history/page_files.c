/* page_files.c -- a recorded history as JSON and CSV, and all its files into a directory.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "json_text.h"
#include "page.h"
#include "write_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *day_json(int32_t day)
{
    char text[11];
    if (day == INT32_MIN) return json_null();
    tr_day_print(day, text);
    return json_string(text);
}

static json_t *real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static json_t *settings_json(const tr_history *h)
{
    const tr_describe_options *o = h->options;
    static const char *const calendars[] = {"england_and_wales", "file", "none"}; /* as tr_holiday_kind */
    json_t *s = json_object();
    json_object_set_new(s, "from", day_json(h->from_day));
    json_object_set_new(s, "until", day_json(h->until_day));
    json_object_set_new(s, "only", tr_json_string(h->only));
    json_object_set_new(s, "mapping", tr_json_string(h->mapping ? base_name(h->mapping) : NULL));
    json_object_set_new(s, "zone", tr_json_string(h->record->zone));
    json_object_set_new(s, "holidays", json_string(calendars[o->workdays->kind]));
    json_object_set_new(s, "target_days", o->target_days > 0 ? json_real(o->target_days) : json_null());
    json_object_set_new(s, "target_working", json_boolean(o->target_working));
    json_object_set_new(s, "horizon_days", json_real(o->horizon));
    json_object_set_new(s, "draws", json_integer(o->draws));
    json_object_set_new(s, "seed", json_integer((json_int_t)o->seed));
    return s;
}

static json_t *record_json(const tr_record *r)
{
    json_t *traps = json_object(), *left_out = json_object();
    for (int t = 0; t < TR_N_TRAPS; t++)
        json_object_set_new(t < TR_N_LEFT_OUT ? left_out : traps, tr_traps[t].key, json_integer(r->traps[t]));
    json_t *o = json_object();
    json_object_set_new(o, "file", tr_json_string(base_name(r->path)));
    json_object_set_new(o, "sha256", json_string(r->sha256));
    json_object_set_new(o, "city", *r->city ? tr_json_string(r->city) : json_null());
    json_object_set_new(o, "rows", json_integer(r->n_rows));
    json_object_set_new(o, "cases", json_integer(r->n_cases));
    json_object_set_new(o, "first_report", json_integer(r->first_s));
    json_object_set_new(o, "last_report", json_integer(r->last_report_s));
    json_object_set_new(o, "end", json_integer(r->end_s));
    json_object_set_new(o, "cut", json_boolean(r->cut));
    json_object_set_new(o, "left_out", left_out);
    json_object_set_new(o, "kept_with_care", traps);
    return o;
}

static json_t *interval_json(tr_interval i)
{
    return json_pack("[o, o]", real(i.low), real(i.high));
}

static json_t *groupings_json(const tr_description *d)
{
    json_t *all = json_object();
    for (int k = 0; k < TR_N_GROUPINGS; k++) {
        const tr_grouping *g = &d->groupings[k];
        if (!g->n) continue;
        json_t *groups = json_array();
        for (int32_t i = 0; i < g->n; i++)
            json_array_append_new(groups, tr_group_json(&g->groups[i], k == TR_N_GROUPINGS - 1));
        json_t *test = g->tested ? json_pack("{s:o, s:i, s:o}", "chi2", real(g->test.chi2), "df",
                                             (int)g->test.df, "p", real(g->test.p))
                                 : json_null();
        json_object_set_new(all, g->key, json_pack("{s:o, s:o}", "groups", groups, "logrank", test));
    }
    return all;
}

static json_t *ends_json(const tr_description *d)
{
    json_t *rows = json_array();
    for (int32_t i = 0; i < d->n_times; i++)
        json_array_append_new(rows, json_pack("[o, o, o, o]", real(d->times[i]), real(d->incidence[0][i]),
                                              real(d->incidence[1][i]), real(d->incidence[2][i])));
    return rows;
}

static json_t *months_json(const tr_months *m, tr_arena *arena)
{
    json_t *categories = json_array(), *findings = json_array();
    for (int32_t i = 0; i < m->n_findings; i++)
        json_array_append_new(findings, tr_json_string(m->findings[i].text));
    for (int32_t c = 0; c < m->n_categories; c++) {
        json_t *counts = json_array();
        for (int32_t k = 0; k < m->n_months; k++)
            json_array_append_new(counts,
                                  json_integer(m->counts[(size_t)c * (size_t)m->n_months + (size_t)k]));
        json_array_append_new(
            categories, json_pack("{s:o, s:o}", "name", tr_json_string(m->categories[c]), "counts", counts));
    }
    return json_pack("{s:s, s:o, s:o}", "first_month", tr_month_text(m->first_month, arena), "categories",
                     categories, "findings", findings);
}

char *tr_history_json(const tr_history *h, tr_arena *arena)
{
    const tr_description *d = h->description;
    json_t *o = json_object();
    json_object_set_new(o, "tiprun_history", json_integer(1));
    json_object_set_new(o, "tiprun", json_string(TR_VERSION));
    json_object_set_new(o, "record", record_json(h->record));
    json_object_set_new(o, "settings", settings_json(h));
    json_object_set_new(o, "target", tr_json_string(tr_history_target(h, arena)));
    json_object_set_new(o, "all", tr_group_json(&d->all, true));
    json_object_set_new(o, "mean_interval", interval_json(d->mean_interval));
    json_object_set_new(o, "median_interval", interval_json(d->median_interval));
    json_object_set_new(o, "not_at_once", tr_group_json(&d->not_at_once, false));
    json_object_set_new(o, "groupings", groupings_json(d));
    json_object_set_new(o, "ends", ends_json(d));
    json_object_set_new(o, "months", months_json(h->months, arena));
    char *text = tr_json_print(o, arena);
    json_decref(o);
    return text;
}

static char *kept(FILE *out, char **text, tr_arena *arena)
{
    fclose(out);
    char *copy = tr_arena_strdup(arena, *text);
    free(*text);
    return copy;
}

char *tr_history_csv(const tr_history *h, tr_arena *arena)
{
    const tr_description *d = h->description;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_arena_strdup(arena, "");
    tr_group_csv_header(out);
    tr_group_csv(out, "all", &d->all);
    tr_group_csv(out, "not_at_once", &d->not_at_once);
    for (int k = 0; k < TR_N_GROUPINGS; k++)
        for (int32_t i = 0; i < d->groupings[k].n; i++)
            tr_group_csv(out, d->groupings[k].key, &d->groupings[k].groups[i]);
    return kept(out, &text, arena);
}

char *tr_history_months_csv(const tr_history *h, tr_arena *arena)
{
    const tr_months *m = h->months;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_arena_strdup(arena, "");
    fputs("month,reports,category\n", out);
    for (int32_t c = 0; c < m->n_categories; c++)
        for (int32_t k = 0; k < m->n_months; k++) {
            fprintf(out, "%s,%d,", tr_month_text(m->first_month + k, arena),
                    m->counts[(size_t)c * (size_t)m->n_months + (size_t)k]);
            tr_csv_word(out, m->categories[c]);
            fputc('\n', out);
        }
    return kept(out, &text, arena);
}

static tr_status write_one(const char *directory, const char *name, const char *text, tr_arena *arena,
                           tr_err *err)
{
    return tr_file_write_text(tr_arena_printf(arena, "%s/%s", directory, name), text, err);
}

tr_status tr_history_write(const tr_history *h, const char *directory, tr_arena *arena, tr_err *err)
{
    TR_TRY(tr_directory_make(directory, err));
    TR_TRY(write_one(directory, "history.csv", tr_history_csv(h, arena), arena, err));
    TR_TRY(write_one(directory, "history-months.csv", tr_history_months_csv(h, arena), arena, err));
    TR_TRY(write_one(directory, "history.html", tr_history_html(h, arena), arena, err));
    return write_one(directory, "history.json", tr_history_json(h, arena), arena, err);
}
