/* groups_text.c -- groups of a simulation as JSON and as CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_parts.h"
#include "json_text.h"

static json_t *summary_json(tr_group_summary s)
{
    return json_pack("[i,o,o,o]", (int)s.n, tr_number_json(s.mean), tr_number_json(s.t.low), tr_number_json(s.t.high));
}

static json_t *group_json(const tr_sweep *w, int32_t load, int32_t arm, int32_t group)
{
    int32_t base = tr_arms_base(w->arms, arm);
    json_t *figures = json_object(), *less = json_object();
    for (int32_t f = 0; f < TR_N_WAIT; f++) {
        json_object_set_new(figures, tr_figures[f].name, summary_json(tr_groups_mean(w, load, arm, group, (tr_figure)f)));
        if (base >= 0)
            json_object_set_new(less, tr_figures[f].name,
                                summary_json(tr_groups_difference(w, load, arm, base, group, (tr_figure)f)));
    }
    return json_pack("{s:o, s:b, s:i, s:o, s:o}", "name", tr_json_string(tr_groups_label(w->arms->towns[0], group).name), "few",
                     (int)tr_groups_few(w, load, arm, group), "thin_replications", (int)tr_groups_thin(w, load, arm, group), "figures",
                     figures, w->arms->arms[arm].fleet ? "less_first_fleet" : "less_oldest", less);
}

json_t *tr_groups_json(const tr_sweep *w, int32_t load, int32_t arm)
{
    json_t *groupings = json_object();
    for (int32_t g = 0; g < tr_groups_count(w->arms->towns[0]); g++) {
        if (tr_groups_empty(w, load, arm, g)) continue;
        const char *key = tr_by_names[tr_groups_label(w->arms->towns[0], g).by];
        if (!json_object_get(groupings, key)) json_object_set_new(groupings, key, json_array());
        json_array_append_new(json_object_get(groupings, key), group_json(w, load, arm, g));
    }
    return groupings;
}

static void put_summary(FILE *out, tr_group_summary s)
{
    fprintf(out, ",%d", s.n);
    tr_number_csv(out, s.mean), tr_number_csv(out, s.t.low), tr_number_csv(out, s.t.high);
}

static void put_group(const tr_sweep *w, int32_t load, int32_t arm, int32_t group, FILE *out, tr_arena *arena)
{
    tr_group_label label = tr_groups_label(w->arms->towns[0], group);
    int32_t base = tr_arms_base(w->arms, arm);
    for (int32_t f = 0; f < TR_N_WAIT; f++) {
        tr_arm_csv(out, w, load, arm, arena);
        fprintf(out, ",%s", tr_by_names[label.by]);
        tr_text_csv(out, label.name);
        fprintf(out, ",%s,%d,%s,%s", tr_groups_few(w, load, arm, group) ? "few" : "", tr_groups_thin(w, load, arm, group),
                tr_figures[f].name, tr_figures[f].unit);
        put_summary(out, tr_groups_mean(w, load, arm, group, (tr_figure)f));
        tr_text_csv(out, base >= 0 ? w->arms->arms[base].label : "");
        if (base >= 0) put_summary(out, tr_groups_difference(w, load, arm, base, group, (tr_figure)f));
        else fputs(",,,,", out);
        fputc('\n', out);
    }
}

const char *tr_groups_csv(const tr_sweep *w, tr_arena *arena)
{
    tr_pad p;
    tr_pad_open(&p);
    fputs("load,rule,fleet,grouping,group,few,thin_replications,figure,unit,n,mean,t_low,t_high,against,difference_n,difference,"
          "difference_t_low,difference_t_high\n", p.out);
    for (int32_t l = 0; l < w->n_loads; l++)
        for (int32_t a = 0; a < w->arms->n && w->loads[l].kind != TR_LOAD_SATURATED; a++)
            for (int32_t g = 0; g < tr_groups_count(w->arms->towns[0]); g++)
                if (!tr_groups_empty(w, l, a, g)) put_group(w, l, a, g, p.out, arena);
    return tr_pad_close(&p, arena);
}
