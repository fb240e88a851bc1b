/* page_sweep_method.c -- the end of a simulation's page: the record and what was left out of it, method, and limits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_sweep.h"
#include "chart.h"
#include "page.h"
#include "sweep_parts.h"
#include "writers.h"

static void row(const tr_sweep_page *p, int32_t n, const char *what, const char *done)
{
    fprintf(p->out, "<tr><td class=\"n\">%s</td><td>", tr_count_text(n).text);
    tr_html_put(p->out, what);
    fputs("</td><td>", p->out);
    tr_html_put(p->out, done);
    fputs("</td></tr>\n", p->out);
}

static void put_record(const tr_sweep_page *p)
{
    const tr_town *t = p->w->arms->towns[0];
    tr_page_heading(p->out, "The record, and what was left out of it");
    fputs("<div class=\"wide\"><table class=\"words\"><thead><tr><th class=\"n\">n</th><th>what</th><th>what is done</th></tr></thead><tbody>\n", p->out);
    row(p, t->counts.read, "reports read", "");
    row(p, t->counts.faulty, "with faults", "left out");
    row(p, t->counts.undated, "without a readable time", "left out");
    row(p, t->counts.unlocated, "without a place", "left out: no crew can be sent there");
    row(p, t->counts.outside_dates, "outside the dates of the settings", "left out");
    row(p, t->counts.outside_box, "outside the box of the settings", "left out");
    row(p, t->counts.after_last_week, "after the last whole week", "left out, so that weekdays weigh the same");
    row(p, t->counts.used, "used", "");
    row(p, t->counts.off_road, "of these too far from a road", "left out after that");
    row(p, t->counts.duplicates, "of these duplicates of another", "merged: a pile is cleared once");
    row(p, t->n_piles, "piles", "");
    row(p, t->counts.unsized, "of these without a size", "drawn by seed, anew in each stream");
    row(p, t->counts.for_crews, "piles that are for crews, in their likeliest size", "the others are passed on, and are in no figure");
    fputs("</tbody></table></div>\n", p->out);
    tr_sweep_page_recorded(p);
}

static void put_what(const tr_sweep_page *p)
{
    const tr_replay_settings *s = p->w->settings;
    tr_page_heading(p->out, "Method");
    tr_page_paragraph(p->out, "Day by day, the morning's list (hazardous first, then the oldest; %d stops at most of those that the same vehicles can take) is planned by each rule "
                      "for the same vehicles, crews, hours and sites, with the same triage, duplicates, loads and service times. Every plan passed a referee that "
                      "shares no code with the search. Piles that are not cleared wait for the next working morning and grow older.", s->candidates);
    tr_page_paragraph(p->out, "%s", s->insert ? "What is reported while crews are out may go into a route still under way, at once and under every rule by the same means; else it waits for "
                                                "the next working morning. In saturated runs, whose reports come at no time, nothing is inserted."
                                              : "What is reported while crews are out waits for the next working morning.");
    tr_page_paragraph(p->out, "A stream is made of blocks of %d days of the record, drawn with seed %llu; so are the sizes that the record lacks, and how long each service really takes: "
                      "its planned time%s times a log-normal number of mean 1 (sigma of its logarithm %s). All rules meet the same stream with the same luck. A crew that runs out of shift brings "
                      "back what it did not reach.", s->block_days, (unsigned long long)s->seed,
                      s->service_factor != 1 ? tr_arena_printf(p->arena, " (all of them times %s)", tr_num_text(s->service_factor, 2).text) : "", tr_num_text(s->service_sigma, 2).text);
    tr_page_paragraph(p->out, "%d streams; each begins with %d calendar days of arrivals waiting, is worked for %d working days that are not measured, then for %d that are. Crews work on %s. "
                      "Road times: %s.", s->replications, s->backlog_days, s->warm_up_days, s->days, tr_workdays_words(&s->workdays, p->arena), p->rerun->roads ? p->rerun->roads : "not known");
    if (p->w->capacity_per_day > 0)
        tr_page_paragraph(p->out, "Loads: oldest first clears %s piles a calendar day when its list is filled up to %d every morning (%d working days after the warm-up); the record brings %s. "
                          "A load of 90 %% is a stream of nine tenths of the former, for every rule.", tr_num_text(p->w->capacity_per_day, 2).text, s->saturated_list, s->saturated_days,
                          tr_num_text(p->w->record_per_day, 2).text);
    tr_page_paragraph(p->out, "The stream is the unit: days and piles of one stream hang together, and intervals over them would be far too narrow. Open piles count as waiting for as long as they "
                      "were watched (Kaplan-Meier); quantiles are read from that curve, means end at the horizon. The mean by work weighs each pile by its planned minutes, so that leaving the large "
                      "ones does not flatter. Shares of hazardous piles have Clopper and Pearson's interval over the piles of all streams, "
                      "which takes them as independent.");
}

static void put_rules(const tr_sweep_page *p)
{
    static const char *const words[TR_N_DISPATCH] = {
        [TR_DISPATCH_LISTED] = "from the head of the list, dealt out to the crews in turn, driven in list order",
        [TR_DISPATCH_OLDEST] = "from the head of the list, each to the crew whom it costs least; each crew's stops in a good order. The control",
        [TR_DISPATCH_NEAREST] = "whoever is free first takes the nearest open stop",
        [TR_DISPATCH_ZONES] = "a fixed patch a crew, the oldest of it first",
        [TR_DISPATCH_ROUTED] = "the stops of oldest first, shared out and ordered anew by tiprun",
        [TR_DISPATCH_TIPRUN] = "tiprun chooses, shares out and orders; it begins with the plan of oldest first",
        [TR_DISPATCH_UNMERGED] = "oldest first from a list on which every report stands by itself",
    };
    fputs("<div class=\"wide\"><table class=\"words\"><thead><tr><th>rule</th><th>what it does</th></tr></thead><tbody>\n", p->out);
    for (int32_t r = 0; r < p->w->settings->n_rules; r++) {
        fputs("<tr><td>", p->out);
        tr_html_put(p->out, tr_rule_words(p->w->settings->rules[r]));
        fputs("</td><td>", p->out);
        tr_html_put(p->out, words[p->w->settings->rules[r]]);
        fputs("</td></tr>\n", p->out);
    }
    fputs("</tbody></table></div>\n", p->out);
}

void tr_sweep_page_method(const tr_sweep_page *p)
{
    put_record(p);
    put_what(p);
    put_rules(p);
    tr_page_heading(p->out, "Limits");
    tr_page_paragraph(p->out, "These are figures of a simulation: they tell what the rules do with these arrivals, this fleet and these assumptions, and not what a council's crews would do with them. "
                      "Scatter of service times is assumed until tiprun fit has seen records of the council; sizes that were drawn are synthetic. Driving takes what the plan says, on every day. "
                      "The record is one stretch of one place: intervals tell of streams made from it, and not of other years or towns.");
}
