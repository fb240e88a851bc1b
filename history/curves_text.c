/* curves_text.c -- curves of a simulation and Little's law as JSON and as CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_parts.h"

#include "calendar.h"

#include <math.h>
#include <stdlib.h>

/* ---- what the parts share ---- */

json_t *tr_number_json(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

void tr_number_csv(FILE *out, double x)
{
    if (isfinite(x)) fprintf(out, ",%.10g", x);
    else fputc(',', out);
}

const char *tr_load_name(const tr_sweep_load *l, tr_arena *arena)
{
    return l->kind == TR_LOAD_SATURATED ? "saturated" : l->kind == TR_LOAD_RECORD ? "record" : tr_arena_printf(arena, "%d%%", l->percent);
}

void tr_pad_open(tr_pad *p) /* the stream keeps pointers into it */
{
    p->out = open_memstream(&p->text, &p->length);
}

const char *tr_pad_close(tr_pad *p, tr_arena *arena)
{
    fclose(p->out);
    const char *text = tr_arena_strndup(arena, p->text, p->length);
    free(p->text);
    return text;
}

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

json_t *tr_curves_json(const tr_sweep *w, int32_t load, int32_t rule)
{
    tr_arena *scratch = tr_arena_new();
    tr_curve waiting = tr_curve_waiting(w, load, rule, scratch), queue = tr_curve_queue(w, load, rule, scratch);
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

static void put_curve(const tr_curve *c, const char *before, const char *name, bool dates, FILE *out)
{
    for (int32_t i = 0; i < c->n; i++) {
        char x[12];
        if (dates) tr_day_print(c->x[i], x);
        else snprintf(x, sizeof x, "%d", c->x[i]);
        fprintf(out, "%s,%s,%s", before, name, x);
        tr_number_csv(out, c->mean[i]), tr_number_csv(out, c->t[i].low), tr_number_csv(out, c->t[i].high);
        fputc('\n', out);
    }
}

const char *tr_curves_csv(const tr_sweep *w, tr_arena *arena)
{
    tr_pad p;
    tr_pad_open(&p);
    fputs("load,rule,curve,x,mean,t_low,t_high\n", p.out);
    for (int32_t l = 0; l < w->n_loads; l++)
        for (int32_t r = 0; r < w->settings->n_rules; r++) {
            const char *before = tr_arena_printf(arena, "%s,%s", tr_load_name(&w->loads[l], arena), tr_dispatch_names[w->settings->rules[r]]);
            tr_curve waiting = tr_curve_waiting(w, l, r, arena), queue = tr_curve_queue(w, l, r, arena);
            put_curve(&waiting, before, "waiting", false, p.out);
            put_curve(&queue, before, "queue", true, p.out);
        }
    return tr_pad_close(&p, arena);
}
