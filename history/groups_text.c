/* groups_text.c -- groups of a simulation as JSON and as CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_parts.h"

static json_t *summary_json(tr_group_summary s)
{
    return json_pack("[i,o,o,o]", (int)s.n, tr_number_json(s.mean), tr_number_json(s.t.low), tr_number_json(s.t.high));
}

static json_t *group_json(const tr_sweep *w, int32_t load, int32_t rule, int32_t group)
{
    int32_t control = tr_sweep_control(w);
    json_t *figures = json_object(), *less = json_object();
    for (int32_t f = 0; f < TR_N_WAIT; f++) {
        json_object_set_new(figures, tr_wait_figures[f].name, summary_json(tr_groups_mean(w, load, rule, group, (tr_wait_figure)f)));
        if (control >= 0 && control != rule)
            json_object_set_new(less, tr_wait_figures[f].name,
                                summary_json(tr_groups_difference(w, load, rule, control, group, (tr_wait_figure)f)));
    }
    return json_pack("{s:s, s:b, s:i, s:o, s:o}", "name", tr_groups_label(w->town, group).name, "few",
                     (int)tr_groups_few(w, load, rule, group), "thin_replications", (int)tr_groups_thin(w, load, rule, group), "figures",
                     figures, "less_oldest", less);
}

json_t *tr_groups_json(const tr_sweep *w, int32_t load, int32_t rule)
{
    json_t *groupings = json_object();
    for (int32_t g = 0; g < tr_groups_count(w->town); g++) {
        if (tr_groups_empty(w, load, rule, g)) continue;
        const char *key = tr_by_names[tr_groups_label(w->town, g).by];
        if (!json_object_get(groupings, key)) json_object_set_new(groupings, key, json_array());
        json_array_append_new(json_object_get(groupings, key), group_json(w, load, rule, g));
    }
    return groupings;
}

static void put_word(FILE *out, const char *word) /* always quoted: wards are anybody's words */
{
    fputc('"', out);
    for (; *word; word++) {
        if (*word == '"') fputc('"', out);
        fputc(*word, out);
    }
    fputc('"', out);
}

static void put_summary(FILE *out, tr_group_summary s)
{
    fprintf(out, ",%d", s.n);
    tr_number_csv(out, s.mean), tr_number_csv(out, s.t.low), tr_number_csv(out, s.t.high);
}

static void put_group(const tr_sweep *w, int32_t load, int32_t rule, int32_t group, FILE *out, tr_arena *arena)
{
    tr_group_label label = tr_groups_label(w->town, group);
    int32_t control = tr_sweep_control(w), thin = tr_groups_thin(w, load, rule, group);
    for (int32_t f = 0; f < TR_N_WAIT; f++) {
        fprintf(out, "%s,%.10g,%s,%s,", tr_load_name(&w->loads[load], arena), w->loads[load].rate,
                tr_dispatch_names[w->settings->rules[rule]], tr_by_names[label.by]);
        put_word(out, label.name);
        fprintf(out, ",%s,%d,%s,%s", tr_groups_few(w, load, rule, group) ? "few" : "", thin, tr_wait_figures[f].name,
                tr_wait_figures[f].unit);
        put_summary(out, tr_groups_mean(w, load, rule, group, (tr_wait_figure)f));
        if (control >= 0 && rule != control) put_summary(out, tr_groups_difference(w, load, rule, control, group, (tr_wait_figure)f));
        else fputs(",,,,", out);
        fputc('\n', out);
    }
}

const char *tr_groups_csv(const tr_sweep *w, tr_arena *arena)
{
    tr_pad p;
    tr_pad_open(&p);
    fputs("load,rate,rule,grouping,group,few,thin_replications,figure,unit,n,mean,t_low,t_high,difference_n,difference,difference_t_low,"
          "difference_t_high\n", p.out);
    for (int32_t l = 0; l < w->n_loads; l++)
        for (int32_t r = 0; r < w->settings->n_rules; r++)
            for (int32_t g = 0; g < tr_groups_count(w->town); g++)
                if (!tr_groups_empty(w, l, r, g)) put_group(w, l, r, g, p.out, arena);
    return tr_pad_close(&p, arena);
}
