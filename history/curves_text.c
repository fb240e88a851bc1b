/* curves_text.c -- curves of a simulation and Little's law as JSON and as CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_parts.h"

#include "calendar.h"

/* ---- curves ---- */

static json_t *curve_json(const tr_curve *c, bool dates)
{
    json_t *x = json_array(), *mean = json_array(), *low = json_array(), *high = json_array();
    for (int32_t i = 0; i < c->n; i++) {
        char date[11];
        if (dates) tr_day_print(c->x[i], date);
        json_array_append_new(x, dates ? json_string(date) : json_integer(c->x[i]));
        json_array_append_new(mean, tr_number_json(c->mean[i]));
        json_array_append_new(low, tr_number_json(c->t[i].low));
        json_array_append_new(high, tr_number_json(c->t[i].high));
    }
    return json_pack("{s:o, s:o, s:o, s:o}", dates ? "date" : "day", x, "mean", mean, "t95_low", low, "t95_high", high);
}

json_t *tr_curves_json(const tr_sweep *w, int32_t load, int32_t arm)
{
    tr_arena *scratch = tr_arena_new();
    tr_curve waiting = tr_curve_waiting(w, load, arm, scratch), queue = tr_curve_queue(w, load, arm, scratch);
    json_t *both = json_pack("{s:o, s:o}", "waiting", curve_json(&waiting, false), "queue", curve_json(&queue, true));
    tr_arena_free(scratch);
    return both;
}

json_t *tr_little_json(tr_little l)
{
    return json_pack("{s:i, s:o, s:o, s:o, s:[o,o], s:b, s:s}", "n", (int)l.n, "l", tr_number_json(l.l), "lambda_w",
                     tr_number_json(l.lambda_w), "gap", tr_number_json(l.gap), "t95", tr_number_json(l.t.low), tr_number_json(l.t.high),
                     "holds_within_1_percent", (int)l.holds, "why_not", l.why);
}

static void put_curve(const tr_curve *c, const tr_sweep *w, int32_t load, int32_t arm, const char *name, bool dates, FILE *out,
                      tr_arena *arena)
{
    for (int32_t i = 0; i < c->n; i++) {
        char x[12];
        if (dates) tr_day_print(c->x[i], x);
        else snprintf(x, sizeof x, "%d", c->x[i]);
        tr_arm_csv(out, w, load, arm, arena);
        fprintf(out, ",%s,%s", name, x);
        tr_number_csv(out, c->mean[i]), tr_number_csv(out, c->t[i].low), tr_number_csv(out, c->t[i].high);
        fputc('\n', out);
    }
}

const char *tr_curves_csv(const tr_sweep *w, tr_arena *arena)
{
    tr_pad p;
    tr_pad_open(&p);
    fputs("load,rule,fleet,curve,x,mean,t_low,t_high\n", p.out);
    for (int32_t l = 0; l < w->n_loads; l++)
        for (int32_t a = 0; a < w->arms->n && w->loads[l].kind != TR_LOAD_SATURATED; a++) {
            tr_curve waiting = tr_curve_waiting(w, l, a, arena), queue = tr_curve_queue(w, l, a, arena);
            put_curve(&waiting, w, l, a, "waiting", false, p.out, arena);
            put_curve(&queue, w, l, a, "queue", true, p.out, arena);
        }
    return tr_pad_close(&p, arena);
}
