/* page_words.c -- the end of a record's page: what was left out and kept with care, method and limits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "chart.h"
#include "page.h"
#include "writers.h"

const char *tr_page_day(int64_t unix_s, tr_arena *arena)
{
    char text[11];
    tr_day_print(tr_local_day(unix_s), text);
    return tr_arena_strdup(arena, text);
}

/* The end is a moment; a cut at midnight belongs to the day before. */
const char *tr_page_end_day(const tr_record *r, tr_arena *arena)
{
    return tr_page_day(r->cut ? r->end_s - 1 : r->end_s, arena);
}

static void put_trap(FILE *out, const tr_record *r, int trap)
{
    fprintf(out, "<tr><td class=\"n\">%s</td><td>", tr_count_text(r->traps[trap]).text);
    tr_html_put(out, tr_traps[trap].what);
    fputs("</td><td>", out);
    tr_html_put(out, tr_traps[trap].done);
    fputs("</td></tr>\n", out);
}

void tr_page_traps(FILE *out, const tr_record *r)
{
    tr_page_heading(out, "What was left out, and what is kept with care");
    fprintf(out,
            "<div class=\"wide\"><table class=\"words\"><thead><tr><th "
            "class=\"n\">n</th><th>what</th><th>what is done</th></tr></thead><tbody>\n"
            "<tr><td class=\"n\">%s</td><td>rows in the file</td><td></td></tr>\n",
            tr_count_text(r->n_rows).text);
    for (int t = 0; t < TR_N_LEFT_OUT; t++) put_trap(out, r, t);
    fprintf(out,
            "<tr><td class=\"n\"><b>%s</b></td><td><b>cases described on this page</b></td><td></td></tr>\n",
            tr_count_text(r->n_cases).text);
    for (int t = TR_N_LEFT_OUT; t < TR_N_TRAPS; t++) put_trap(out, r, t);
    fputs("</tbody></table></div>\n", out);
}

void tr_page_method(FILE *out, const tr_history *h, tr_arena *arena)
{
    const tr_describe_options *o = h->options;
    tr_page_heading(out, "Method and limits");
    tr_page_paragraph(
        out,
        "Days run from the report to the closing, on the calendar clock; the working-day clock runs on %s, "
        "through the "
        "whole of those days and on no others. Quantiles are of type 7. Local times are those of %s.",
        tr_workdays_words(o->workdays, arena), h->record->zone);
    tr_page_paragraph(
        out,
        "Kaplan-Meier curves count open cases as still to be cleared for as long as they were watched, until "
        "the end of "
        "the record (%s%s). Duplicates and cases passed on leave the watch when they end; how many ended so, "
        "and "
        "when, is told under the ends that compete. The restricted mean is the mean of the time or the "
        "horizon "
        "beside it, whichever is less, with 1.96 standard errors; it holds the open cases, the plain "
        "mean does not.",
        tr_page_end_day(h->record, arena), h->record->cut ? ", where it was cut" : "");
    if (o->draws)
        tr_page_paragraph(out,
                          "Intervals of the mean and the median are bootstrap intervals (BCa) over the "
                          "single cases, %s draws, seed "
                          "%llu. They take cases as independent, as one may for a record of many streets and "
                          "years, and tell of the "
                          "scatter of cases only.",
                          tr_count_text(o->draws).text, (unsigned long long)o->seed);
    tr_page_paragraph(out, "A share inside a target is of the cases whose target ended before the record "
                           "did, so that the latest reports "
                           "do not flatter it; its interval is Clopper and Pearson's. Cases still open "
                           "beyond their target are outside it.");
    tr_page_paragraph(out, "Groups differ in more than their name: where they lie, when they were reported, "
                           "how large they are. A difference between "
                           "groups of a record describes that record. It does not tell what another way of "
                           "sending out crews would "
                           "have done; for that the same reports are to be run through both ways. Figures of "
                           "one city hold for that city.");
}
