/* places.c -- see places.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "places.h"
#include "sweep_parts.h"

#include <math.h>

tr_place_sum *tr_places_measure(const tr_wait *waits, int32_t n, const tr_town *t, int64_t last_s, int32_t horizon, tr_arena *arena)
{
    if (!t->squares.n_x) return NULL;
    tr_place_sum *sums = TR_NEW(arena, tr_place_sum, t->squares.n_x * t->squares.n_y);
    for (int32_t i = 0; i < n; i++) {
        int32_t at = tr_squares_at(&t->squares, waits[i].of->lat, waits[i].of->lon);
        if (at >= 0 && waits[i].of->reported_s <= last_s) sums[at].n++, sums[at].days += fmin(waits[i].calendar, horizon);
    }
    return sums;
}

/* ---- over replications ---- */

static const tr_place_sum *sum_of(const tr_sweep *w, int32_t load, int32_t arm, int32_t replication, int32_t square)
{
    return &w->loads[load].runs[replication * w->arms->n + arm].places[square];
}

static tr_place_sum sum_all(const tr_sweep *w, int32_t load, int32_t arm, int32_t square)
{
    tr_place_sum all = {0};
    for (int32_t r = 0; r < w->settings->replications; r++) {
        const tr_place_sum *s = sum_of(w, load, arm, r, square);
        all.n += s->n, all.days += s->days;
    }
    return all;
}

tr_place_mean tr_places_difference(const tr_sweep *w, int32_t load, int32_t arm, int32_t other, int32_t square)
{
    int32_t replications = w->settings->replications;
    tr_place_sum a = sum_all(w, load, arm, square), b = other < 0 ? (tr_place_sum){1, 0} : sum_all(w, load, other, square);
    tr_place_mean m = {a.n, NAN, {NAN, NAN}};
    if (!a.n || !b.n) return m;
    double mean_a = a.days / a.n, mean_b = b.days / b.n, unused;
    tr_arena *scratch = tr_arena_new();
    double *x = TR_NEW(scratch, double, replications + 1);
    for (int32_t r = 0; r < replications; r++) {
        const tr_place_sum *s = sum_of(w, load, arm, r, square), *o = other < 0 ? NULL : sum_of(w, load, other, r, square);
        x[r] = mean_a - mean_b + replications * (s->days - mean_a * s->n) / a.n;
        if (o) x[r] -= replications * (o->days - mean_b * o->n) / b.n;
    }
    m.mean = mean_a - mean_b;
    m.t = tr_paired_t(x, replications, 0.95, &unused);
    tr_arena_free(scratch);
    return m;
}

tr_place_mean tr_places_mean(const tr_sweep *w, int32_t load, int32_t arm, int32_t square)
{
    return tr_places_difference(w, load, arm, -1, square);
}

/* ---- JSON and CSV ---- */

json_t *tr_squares_json(const tr_squares *s)
{
    if (!s->n_x) return json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:i, s:i}", "north", tr_number_json(s->north), "west", tr_number_json(s->west), "side_lat",
                     tr_number_json(s->side_lat), "side_lon", tr_number_json(s->side_lon), "side_m", tr_number_json(s->side_m), "rows",
                     (int)s->n_y, "columns", (int)s->n_x);
}

static void add(json_t *days, json_t *low, json_t *high, tr_place_mean m)
{
    json_array_append_new(days, tr_number_json(m.mean));
    json_array_append_new(low, tr_number_json(m.t.low)), json_array_append_new(high, tr_number_json(m.t.high));
}

json_t *tr_places_json(const tr_sweep *w, int32_t load, int32_t arm)
{
    const tr_squares *s = &w->arms->towns[0]->squares;
    int32_t base = tr_arms_base(w->arms, arm);
    json_t *piles = json_array(), *mean[3], *less[3];
    for (int k = 0; k < 3; k++) mean[k] = json_array(), less[k] = json_array();
    for (int32_t i = 0; i < s->n_x * s->n_y; i++) {
        tr_place_mean m = tr_places_mean(w, load, arm, i);
        json_array_append_new(piles, json_integer(m.n));
        add(mean[0], mean[1], mean[2], m);
        if (base >= 0) add(less[0], less[1], less[2], tr_places_difference(w, load, arm, base, i));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o}}", "piles", piles, "mean_days", mean[0], "t95_low", mean[1], "t95_high", mean[2],
                     "difference", "days", less[0], "t95_low", less[1], "t95_high", less[2]);
}

static void put_mean(FILE *out, tr_place_mean m)
{
    tr_number_csv(out, m.mean), tr_number_csv(out, m.t.low), tr_number_csv(out, m.t.high);
}

static void put_row(const tr_sweep *w, int32_t load, int32_t arm, int32_t square, FILE *out, tr_arena *arena)
{
    const tr_squares *s = &w->arms->towns[0]->squares;
    int32_t row = square / s->n_x, column = square % s->n_x, base = tr_arms_base(w->arms, arm);
    tr_place_mean m = tr_places_mean(w, load, arm, square);
    if (!m.n) return;
    tr_arm_csv(out, w, load, arm, arena);
    fprintf(out, ",%d,%d", row + 1, column + 1);
    tr_number_csv(out, s->north - (row + 1) * s->side_lat), tr_number_csv(out, s->west + column * s->side_lon);
    tr_number_csv(out, s->north - row * s->side_lat), tr_number_csv(out, s->west + (column + 1) * s->side_lon);
    fprintf(out, ",%s,%d", m.n < TR_PLACE_FEW ? "few" : "", m.n);
    put_mean(out, m);
    tr_text_csv(out, base >= 0 ? w->arms->arms[base].label : "");
    put_mean(out, base >= 0 ? tr_places_difference(w, load, arm, base, square) : (tr_place_mean){0, NAN, {NAN, NAN}});
    fputc('\n', out);
}

const char *tr_places_csv(const tr_sweep *w, tr_arena *arena)
{
    const tr_squares *s = &w->arms->towns[0]->squares;
    tr_pad p;
    tr_pad_open(&p);
    fputs("load,rule,fleet,row,column,south,west,north,east,few,piles,mean_days,t_low,t_high,against,difference,difference_t_low,difference_t_high\n", p.out);
    for (int32_t l = 0; l < w->n_loads; l++)
        for (int32_t a = 0; a < w->arms->n && tr_load_has_times(&w->loads[l]); a++)
            for (int32_t i = 0; i < s->n_x * s->n_y; i++) put_row(w, l, a, i, p.out, arena);
    return tr_pad_close(&p, arena);
}
