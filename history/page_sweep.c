/* page_sweep.c -- see page_sweep.h: the frame, and the words that the parts share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_sweep.h"
#include "calendar.h"
#include "chart.h"
#include "page.h"
#include "sweep_parts.h"

#include <math.h>
#include <string.h>

static const double headline_days = 10; /* the control's mean that is looked for */

const tr_compared tr_compared_figures[TR_N_COMPARED] = {
    {TR_FIG_MEAN, "mean clear-up time", "days", 1, 2, -1},
    {TR_FIG_MEDIAN, "median clear-up time", "days", 1, 2, -1},
    {TR_FIG_P90, "90th percentile of clear-up times", "days", 1, 2, -1},
    {TR_FIG_WORK_MEAN, "mean weighted by work", "days", 1, 2, -1},
    {TR_FIG_OLDEST, "oldest pile", "days", 1, 1, -1},
    {TR_FIG_IN_TARGET, "cleared by their due day", "%", 100, 1, 1},
    {TR_FIG_HAZARDOUS_FIRST_DAY, "hazardous piles made safe on their first working day, mean of the streams' shares", "%", 100, 1, 1},
    {TR_FIG_HAZARDOUS_HOURS, "time until a hazardous pile is safe", "hours", 1, 1, -1},
    {TR_FIG_ASBESTOS_HOURS, "time until a pile with asbestos is safe", "hours", 1, 1, -1},
    {TR_FIG_KM_PER_CASE, "driven for a pile cleared", "km", 1, 2, -1},
    {TR_FIG_HOURS_PER_CASE, "crew time for a pile cleared", "hours", 1, 3, -1},
    {TR_FIG_OVERTIME_PER_CASE, "overtime for a pile cleared", "hours", 1, 4, -1},
    {TR_FIG_POUNDS_PER_CASE, "cost of a pile cleared", "pounds", 1, 2, -1},
    {TR_FIG_CO2_PER_CASE, "CO2 for a pile cleared", "kg", 1, 2, -1},
    {TR_FIG_BROUGHT_BACK, "stops planned and not reached", "stops", 1, 1, -1},
};

const tr_compared *tr_compared_of(tr_figure figure)
{
    for (int32_t i = 0; i < TR_N_COMPARED; i++)
        if (tr_compared_figures[i].figure == figure) return &tr_compared_figures[i];
    return NULL;
}

tr_apart tr_judge(tr_summary s, int good)
{
    if (s.n < 2 || !(s.t.low > 0 || s.t.high < 0)) return TR_NOT_TOLD_APART;
    if (isfinite(s.bca.low) && isfinite(s.bca.high) && !(s.bca.low > 0 || s.bca.high < 0)) return TR_NOT_TOLD_APART;
    return (s.mean > 0) == (good > 0) ? TR_IN_FAVOUR : TR_AGAINST;
}

bool tr_sweep_tells(const tr_sweep *w, int32_t load, tr_figure figure)
{
    return tr_load_has_times(&w->loads[load]) || !tr_figure_is_time(figure);
}

const char *tr_rule_words(tr_dispatch_rule rule)
{
    static const char *const words[TR_N_DISPATCH] = {
        [TR_DISPATCH_LISTED] = "as listed",
        [TR_DISPATCH_OLDEST] = "oldest first",
        [TR_DISPATCH_NEAREST] = "nearest first",
        [TR_DISPATCH_ZONES] = "zones",
        [TR_DISPATCH_ROUTED] = "oldest first, routes of tiprun",
        [TR_DISPATCH_TIPRUN] = "tiprun",
        [TR_DISPATCH_UNMERGED] = "oldest first, duplicates not merged",
    };
    return words[rule];
}

const char *tr_arm_words(const tr_sweep_page *p, int32_t arm)
{
    const tr_arm *a = &p->w->arms->arms[arm];
    if (p->w->arms->n_fleets == 1) return tr_rule_words(a->rule);
    return tr_arena_printf(p->arena, "%s, “%s”", tr_rule_words(a->rule), p->w->arms->fleets[a->fleet]);
}

const char *tr_load_words(const tr_sweep_page *p, int32_t load)
{
    const tr_sweep_load *l = &p->w->loads[load];
    if (l->kind == TR_LOAD_SATURATED) return "a list that is never empty";
    if (l->kind == TR_LOAD_RECORD) return "the record's own rate";
    return tr_arena_printf(p->arena, "%d %% of what oldest first can clear", l->percent);
}

/* With a minus that is as wide as the plus; 0 has no sign. */
static const char *number(double value, int decimals, bool plus, tr_arena *arena)
{
    tr_num n = tr_num_text(value, decimals);
    if (*n.text == '-') return tr_arena_printf(arena, "−%s", n.text + 1);
    bool zero = strspn(n.text, "0.") == strlen(n.text);
    return tr_arena_printf(arena, "%s%s", plus && !zero && isfinite(value) ? "+" : "", n.text);
}

const char *tr_number_words(double value, int decimals, tr_arena *arena)
{
    return number(value, decimals, false, arena);
}

const char *tr_range_words(tr_interval i, double scale, int decimals, tr_arena *arena)
{
    if (!isfinite(i.low) || !isfinite(i.high)) return "no interval";
    return tr_arena_printf(arena, "%s to %s", number(scale * i.low, decimals, false, arena), number(scale * i.high, decimals, false, arena));
}

const char *tr_signed_words(double value, int decimals, tr_arena *arena)
{
    return number(value, decimals, true, arena);
}

const char *tr_signed_range_words(tr_interval i, double scale, int decimals, tr_arena *arena)
{
    if (!isfinite(i.low) || !isfinite(i.high)) return "no interval";
    return tr_arena_printf(arena, "%s to %s", number(scale * i.low, decimals, true, arena), number(scale * i.high, decimals, true, arena));
}

const char *tr_difference_words(tr_summary s, const tr_compared *c, const char *less, const char *more, tr_arena *arena)
{
    tr_interval i = s.mean < 0 ? (tr_interval){-s.t.high, -s.t.low} : s.t;
    const char *unit = strcmp(c->unit, "%") ? c->unit : "percentage points";
    if (s.n < 2) return tr_arena_printf(arena, "a difference of %s %s in one stream, which has no interval", tr_signed_words(c->scale * s.mean, c->decimals, arena), unit);
    if (s.mean == 0 && s.t.low == 0 && s.t.high == 0) return tr_arena_printf(arena, "no difference in any of %d streams", s.n);
    return tr_arena_printf(arena, "%s %s %s (95 %% interval %s, %d streams)%s", tr_num_text(c->scale * fabs(s.mean), c->decimals).text, unit,
                           s.mean < 0 ? less : more, tr_range_words(i, c->scale, c->decimals, arena), s.n,
                           tr_judge(s, c->good) == TR_NOT_TOLD_APART ? ", which these streams do not tell from chance" : "");
}

/* ---- the whole ---- */

/* How the load is chosen must not hang on what tiprun makes of it. */
static int32_t load_of_headline(const tr_sweep *w, int32_t control)
{
    int32_t best = -1;
    double nearest = INFINITY;
    for (int32_t l = 0; l < w->n_loads; l++) {
        if (!tr_load_has_times(&w->loads[l])) continue;
        double off = control < 0 ? 0 : fabs(tr_sweep_mean(w, l, control, TR_FIG_MEAN).mean - headline_days);
        if (best < 0 || off < nearest) best = l, nearest = off;
    }
    return best;
}

static int32_t subject_of(const tr_arms *arms, int32_t control)
{
    int32_t last = -1;
    for (int32_t a = 0; a < arms->n; a++) {
        if (arms->arms[a].fleet || a == control) continue;
        if (arms->arms[a].rule == TR_DISPATCH_TIPRUN) return a;
        last = a;
    }
    return last;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *add_file(const char *text, const char *what, tr_rerun_file f, tr_arena *arena)
{
    return f.path ? tr_arena_printf(arena, "%s; %s %s, SHA-256 %s", text, what, base_name(f.path), f.sha256 ? f.sha256 : "–") : text;
}

static const char *colophon(const tr_rerun *r, uint64_t seed, tr_arena *arena)
{
    const char *text = tr_arena_printf(arena, "tiprun " TR_VERSION ", replay; seed %llu", (unsigned long long)seed);
    for (int32_t i = 0; i < r->n_reports; i++) text = add_file(text, "reports", r->reports[i], arena);
    for (int32_t i = 0; i < r->n_fleets; i++) text = add_file(add_file(text, "fleet", r->fleets[i], arena), "sites", r->sites[i], arena);
    text = add_file(add_file(text, "policy", r->policy, arena), "mapping", r->mapping, arena);
    return tr_arena_printf(arena, "%s. rerun.json beside this page holds all settings; tiprun replay --rerun writes the same page again, byte for byte.", text);
}

static const char *subtitle(const tr_sweep_page *p)
{
    const tr_town *t = p->w->arms->towns[0];
    const tr_replay_settings *s = p->w->settings;
    char from[11], to[11];
    tr_day_print(t->first_day, from), tr_day_print(t->first_day + t->n_days - 1, to);
    return tr_arena_printf(p->arena, "A simulation on the arrivals of a record (%s reports from %s to %s): %d stream%s of %d working days, %d rule%s%s%s",
                           tr_count_text(t->counts.used).text, from, to, s->replications, s->replications == 1 ? "" : "s", s->days, s->n_rules,
                           s->n_rules == 1 ? "" : "s", p->w->arms->n_fleets > 1 ? tr_arena_printf(p->arena, ", %d fleets", p->w->arms->n_fleets) : "",
                           s->insert ? "; what is reported during the day is inserted" : "");
}

const char *tr_sweep_html(const tr_sweep *w, const tr_rerun *rerun, tr_arena *arena)
{
    tr_pad pad;
    tr_pad_open(&pad);
    tr_sweep_page p = {.out = pad.out, .arena = arena, .w = w, .rerun = rerun, .control = tr_arms_control(w->arms), .saturated = -1};
    p.load = load_of_headline(w, p.control);
    p.subject = subject_of(w->arms, p.control);
    if (w->loads[0].kind == TR_LOAD_SATURATED) p.saturated = 0;
    tr_page_begin(p.out, "Does it clear faster? The same arrivals under several rules", subtitle(&p));
    tr_sweep_page_head(&p);
    tr_sweep_page_table(&p);
    tr_sweep_page_charts(&p);
    tr_sweep_page_groups(&p);
    tr_sweep_page_places(&p);
    tr_sweep_page_fleets(&p);
    tr_sweep_page_method(&p);
    tr_sweep_page_loads(&p);
    tr_page_end(p.out, colophon(rerun, w->settings->seed, arena));
    return tr_pad_close(&pad, arena);
}
