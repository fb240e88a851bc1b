/* sheets.c -- what a crew takes along: a table (CSV) and a page to print (HTML, A4).
 *
 * The page is black on white in large type, one box a visit that is never torn over two sheets, with
 * a square to tick, links that open navigation, and the turns of the way there to unfold.  In the table, text that a spreadsheet would take
 * for a formula gets an apostrophe before it; numbers stay numbers.  Neither holds anything of the
 * reporter: the morning does not.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "writers.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const tr_day *day;
    const tr_route *route;
    const tr_vehicle *vehicle;
    const tr_vehicle_note *note;
    tr_visit_view *views;
    tr_arena *arena;
    FILE *out;
} sheet;

static char *with_sheet(const tr_day *day, int32_t index, tr_arena *arena, void (*fill)(const sheet *s))
{
    const tr_route *route = &day->plan->routes[index];
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_arena_strdup(arena, "");
    sheet s = {day,
               route,
               &day->morning->problem.vehicles[route->vehicle],
               &day->morning->vehicle_notes[route->vehicle],
               tr_route_views(day, route, arena),
               arena,
               out};
    fill(&s);
    fclose(out);
    char *kept = tr_arena_strdup(arena, text);
    free(text);
    return kept;
}

static const char *hhmm(const sheet *s, int64_t seconds)
{
    return tr_clock_text(seconds, false, s->arena);
}

static const char *cubic_metres(const sheet *s, int64_t litres)
{
    return litres > 0 && litres < 50 ? "0.1" : tr_tenths_text(litres, 1000, s->arena);
}

static int32_t route_index(const sheet *s)
{
    return (int32_t)(s->route - s->day->plan->routes);
}

/* ---- CSV ---- */

static void put_cell(const sheet *s, const char *text, bool last)
{
    char *clean = tr_clean_text(text, s->arena);
    char lead = clean[strspn(clean, " ")];
    if (lead && strchr("=+-@", lead)) clean = tr_arena_printf(s->arena, "'%s", clean);
    csv_fwrite(s->out, clean, strlen(clean));
    fputs(last ? "\r\n" : ",", s->out);
}

static void put_csv_row(const sheet *s, const tr_visit_view *view)
{
    const tr_visit *visit = view->visit;
    if (view->number > 0) fprintf(s->out, "%d", view->number);
    fputc(',', s->out);
    put_cell(s, view->kind, false);
    put_cell(s, view->id, false);
    fprintf(s->out, "%s,", tr_clock_text(visit->arrival_s, true, s->arena));
    fprintf(s->out, "%s,", tr_clock_text(visit->start_s, true, s->arena));
    fprintf(s->out, "%s,", tr_clock_text(visit->departure_s, true, s->arena));
    put_cell(s, view->name, false);
    fprintf(s->out, "%s,%s,", tr_degrees_text(view->lat, s->arena), tr_degrees_text(view->lon, s->arena));
    put_cell(s, view->note ? view->note->what : "", false);
    put_cell(s, view->stop ? (view->hazardous ? "yes" : "no") : "", false);
    put_cell(s, view->note ? view->note->ppe : "", false);
    put_cell(s, view->stream ? view->stream->ewc : "", false);
    if (view->stop)
        fprintf(s->out, "%d,%s,", view->stop->kg, cubic_metres(s, view->stop->litres));
    else
        fputs(",,", s->out);
    put_cell(s, view->stop ? tr_windows_text(view->stop->n_windows, view->stop->windows, s->arena) : "",
             false);
    put_cell(s, view->compartment, false);
    fprintf(s->out, "%s,", tr_tenths_text(visit->dist_m, 1000, s->arena));
    put_cell(s, view->estimated ? "yes" : view->stale ? "stale" : "no", false);
    put_cell(s, tr_navigation_link(view->lat, view->lon, s->arena), false);
    put_cell(s, tr_avoid_of_visit(s->day, route_index(s), (int32_t)(view - s->views), s->arena), true);
}

static void fill_csv(const sheet *s)
{
    fputs(
        "order,kind,id,arrival,start,departure,place,lat,lon,what,hazardous,ppe,ewc,kg,m3,window,compartment,"
        "leg_km,leg_estimated,navigation,avoid\r\n",
        s->out);
    for (int32_t v = 0; v < s->route->n_visits; v++) put_csv_row(s, &s->views[v]);
}

char *tr_crew_csv(const tr_day *day, int32_t route, tr_arena *arena)
{
    return with_sheet(day, route, arena, fill_csv);
}

/* ---- HTML ---- */

static const char style[] =
    "@page{size:A4;margin:12mm}\n"
    "*{box-sizing:border-box}\n"
    "body{font:13pt/1.35 Arial,Helvetica,'Liberation Sans',sans-serif;color:#000;background:#fff;margin:0 "
    "auto;"
    "max-width:190mm;padding:4mm}\n"
    "h1{font-size:24pt;line-height:1.15;margin:0}\n"
    ".sub{font-size:14pt;margin:1mm 0 2mm}\n"
    ".warn{border:1mm solid #000;padding:2mm 3mm;font-weight:bold;margin:3mm 0}\n"
    ".sums{display:flex;flex-wrap:wrap;gap:1mm 7mm;border-top:.6mm solid #000;border-bottom:.6mm solid #000;"
    "padding:2mm 0;margin-bottom:4mm}\n"
    ".sums b{font-size:15pt}\n"
    ".visit{display:grid;grid-template-columns:23mm 1fr 13mm;gap:0 4mm;border:.3mm solid #000;padding:2.5mm "
    "3mm;"
    "margin-bottom:2.5mm;break-inside:avoid}\n"
    ".visit.minor{border-style:dashed;padding-top:1.5mm;padding-bottom:1.5mm}\n"
    ".visit.hazard{border:1.2mm solid #000}\n"
    ".no{font-size:24pt;font-weight:bold;line-height:1}\n"
    ".at{font-size:17pt;font-weight:bold;margin-top:1.5mm}\n"
    ".minor .at{margin-top:0}\n"
    ".till{font-size:11pt}\n"
    ".place{font-size:16pt;font-weight:bold;overflow-wrap:anywhere}\n"
    ".what{font-size:14pt;overflow-wrap:anywhere}\n"
    ".ppe{border:.6mm solid #000;padding:1mm 2mm;margin:1.5mm 0;font-weight:bold}\n"
    ".avoid{border:.8mm double #000;padding:1mm 2mm;margin:0 0 1.5mm;font-size:12pt;overflow-wrap:anywhere}\n"
    ".hazard .ppe{background:#000;color:#fff;-webkit-print-color-adjust:exact;print-color-adjust:exact}\n"
    ".facts{font-size:12pt}\n"
    ".facts span{display:inline-block;margin-right:5mm}\n"
    ".nav{font-size:11pt}\n"
    ".nav span{white-space:nowrap}\n"
    ".nav a{color:#000;margin-right:4mm;display:inline-block;padding:1mm 0}\n"
    ".way{font-size:11pt}.way summary{padding:1mm 0}.way ol{margin:0 0 1mm 6mm;padding:0}\n"
    ".tick{width:11mm;height:11mm;border:.6mm solid #000;justify-self:end}\n"
    "footer{font-size:10pt;margin-top:4mm}\n"
    "@media print{.way:not([open]){display:none}}\n"
    "@media screen and (max-width:600px){body{padding:2mm}.visit{grid-template-columns:17mm 1fr 9mm;gap:0 "
    "2mm}"
    ".tick{width:9mm;height:9mm}.no{font-size:20pt}.at{font-size:14pt}}\n";

/* text with every argument escaped; the format itself is ours */
static void put_html(const sheet *s, const char *before, const char *text, const char *after)
{
    fputs(before, s->out);
    tr_html_put(s->out, tr_clean_text(text, s->arena));
    fputs(after, s->out);
}

static void put_fact(const sheet *s, const char *name, const char *value)
{
    if (!value || !*value) return;
    fprintf(s->out, "<span>%s: <b>", name);
    tr_html_put(s->out, tr_clean_text(value, s->arena));
    fputs("</b></span> ", s->out);
}

static void put_sum(const sheet *s, const char *name, const char *value)
{
    fprintf(s->out, "<div>%s<br><b>%s</b></div>\n", name, value);
}

static void put_sheet_head(const sheet *s)
{
    tr_route_sums sums = tr_route_sum(&s->day->morning->problem, s->route);
    const char *day = tr_day_text(s->day->morning->problem.day, s->arena);
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src "
          "'unsafe-inline'\">\n",
          s->out);
    put_html(s, "<title>", tr_arena_printf(s->arena, "%s, %s", s->vehicle->id, day), "</title>\n");
    fprintf(s->out, "<style>\n%s</style>\n</head>\n<body>\n<header>\n", style);
    put_html(s, "<h1>", *s->note->name ? s->note->name : s->vehicle->id, "</h1>\n");
    put_html(s, "<div class=\"sub\">", s->vehicle->id, "");
    if (*s->note->crew) put_html(s, " &middot; ", s->note->crew, "");
    fprintf(s->out, " &middot; %s</div>\n", day);
    const char *doubt = tr_travel_warning(s->day, route_index(s), s->arena);
    if (doubt) put_html(s, "<div class=\"warn\">", doubt, "</div>\n");
    int32_t n = 0;
    for (int32_t i = 0; i < s->day->n_avoid_findings; i++) n += s->day->avoid_findings[i].route == route_index(s);
    if (n)
        fprintf(s->out, "<div class=\"warn\">Closed roads or low bridges on this round: %d, each in its box below. "
                        "The navigation does not know of them.</div>\n", n);
    fputs("<div class=\"sums\">\n", s->out);
    put_sum(s, "leave", hhmm(s, sums.leave_s));
    put_sum(s, "back", hhmm(s, sums.back_s));
    put_sum(s, "stops", tr_arena_printf(s->arena, "%d", sums.stops));
    put_sum(s, "hazardous", tr_arena_printf(s->arena, "%d", sums.hazardous));
    put_sum(s, "tips", tr_arena_printf(s->arena, "%d", sums.tips));
    put_sum(s, "km", tr_tenths_text(s->route->dist_m, 1000, s->arena));
    put_sum(
        s, "est. load",
        tr_arena_printf(s->arena, "%lld kg, %s m&sup3;", (long long)sums.kg, cubic_metres(s, sums.litres)));
    fputs("</div>\n</header>\n", s->out);
}

static void put_links(const sheet *s, const tr_visit_view *view)
{
    const char *lat = tr_degrees_text(view->lat, s->arena), *lon = tr_degrees_text(view->lon, s->arena);
    put_html(s, "<div class=\"nav\"><a href=\"", tr_navigation_link(view->lat, view->lon, s->arena),
             "\">Google Maps</a>");
    fprintf(s->out, "<a href=\"https://waze.com/ul?ll=%s,%s&amp;navigate=yes\">Waze</a>", lat, lon);
    fprintf(s->out, "<a href=\"geo:%s,%s?q=%s,%s\">other app</a> <span>%s, %s</span></div>\n", lat, lon, lat, lon, lat,
            lon);
}

static void put_when(const sheet *s, const tr_visit_view *view)
{
    const tr_visit *visit = view->visit;
    fputs("<div>", s->out);
    if (view->number > 0) fprintf(s->out, "<div class=\"no\">%d</div>", view->number);
    fprintf(s->out, "<div class=\"at\">%s</div>", hhmm(s, visit->start_s));
    if (visit->departure_s > visit->start_s)
        fprintf(s->out, "<div class=\"till\">to %s</div>", hhmm(s, visit->departure_s));
    if (visit->start_s - visit->arrival_s >= 60)
        fprintf(s->out, "<div class=\"till\">there %s</div>", hhmm(s, visit->arrival_s));
    fputs("</div>\n", s->out);
}

static void put_stop_box(const sheet *s, const tr_visit_view *view)
{
    put_html(s, "<div class=\"place\">", view->name, "</div>\n");
    put_html(s, "<div class=\"what\">", view->note->what, "</div>\n");
    if (view->hazardous || *view->note->ppe) {
        put_html(s, "<div class=\"ppe\">",
                 !view->hazardous   ? ""
                 : *view->note->ppe ? "! HAZARDOUS: "
                                    : "! HAZARDOUS",
                 "");
        put_html(s, "", view->note->ppe, "</div>\n");
    }
    fputs("<div class=\"facts\">", s->out);
    put_fact(s, "report", view->id);
    put_fact(s, "EWC", view->stream->ewc);
    put_fact(s, "est.",
             tr_arena_printf(s->arena, "%d kg, %s m\302\263", view->stop->kg,
                             cubic_metres(s, view->stop->litres)));
    put_fact(s, "into", view->compartment);
    put_fact(s, "only", tr_windows_text(view->stop->n_windows, view->stop->windows, s->arena));
    fputs("</div>\n", s->out);
    put_links(s, view);
}

/* What a disposal visit takes off: the difference to the load before. */
static const char *emptied(const sheet *s, int32_t v)
{
    const tr_visit *now = &s->route->visits[v], *before = v > 0 ? &s->route->visits[v - 1] : now;
    char *text = tr_arena_strdup(s->arena, "");
    for (int32_t c = 0; c < s->vehicle->n_compartments; c++)
        if (before->kg[c] > now->kg[c] || before->litres[c] > now->litres[c])
            text = tr_arena_printf(s->arena, "%s%s%s (%d kg)", text, *text ? ", " : "",
                                   s->vehicle->compartments[c].id, before->kg[c] - now->kg[c]);
    return text;
}

static void put_site_box(const sheet *s, const tr_visit_view *view, int32_t v)
{
    put_html(s, "<div class=\"place\">TIP: ", view->name, "</div>\n");
    if (*view->site_note->address) put_html(s, "<div class=\"what\">", view->site_note->address, "</div>\n");
    fputs("<div class=\"facts\">", s->out);
    put_fact(s, "empty", emptied(s, v));
    put_fact(s, "open", tr_windows_text(view->site->n_opening, view->site->opening, s->arena));
    fputs("</div>\n", s->out);
    put_links(s, view);
}

static void put_other_box(const sheet *s, const tr_visit_view *view)
{
    if (view->visit->kind == TR_VISIT_BREAK) {
        fprintf(s->out, "<div class=\"place\">BREAK, %lld min</div>\n",
                (long long)(view->visit->departure_s - view->visit->start_s) / 60);
        return;
    }
    put_html(s,
             view->visit->kind == TR_VISIT_START ? "<div class=\"place\">Leave "
                                                 : "<div class=\"place\">Back at ",
             view->name, "</div>\n");
    if (view->visit->kind == TR_VISIT_END) put_links(s, view);
}

/* Above the visit, since most of them are met on the way to it. */
static void put_avoid(const sheet *s, int32_t v)
{
    for (int32_t i = 0; i < s->day->n_avoid_findings; i++) {
        const tr_avoid_finding *f = &s->day->avoid_findings[i];
        if (f->route != route_index(s) || f->visit != v) continue;
        fprintf(s->out, "<div class=\"avoid\"><b>! %s:</b> ", f->how == TR_NEAR_VISIT ? "HERE" : "ON THE WAY HERE");
        put_html(s, "", tr_avoid_text(s->day, f, s->arena), "</div>\n");
    }
}

/* The turns that lead here, folded up until they are asked for; on paper only what was unfolded. */
static void put_way(const sheet *s, int32_t v)
{
    const tr_leg *legs = s->day->legs ? s->day->legs[s->route - s->day->plan->routes] : NULL;
    if (!legs || v == 0 || legs[v - 1].n_steps == 0) return;
    const tr_leg *leg = &legs[v - 1];
    fprintf(s->out, "<details class=\"way\"><summary>way here, %s km</summary><ol>\n",
            tr_tenths_text(s->route->visits[v].dist_m, 1000, s->arena));
    for (int32_t i = 0; i < leg->n_steps; i++) put_html(s, "<li>", leg->steps[i], "</li>\n");
    fputs("</ol></details>\n", s->out);
}

static void put_visit(const sheet *s, int32_t v)
{
    const tr_visit_view *view = &s->views[v];
    fprintf(s->out, "<section class=\"visit%s\">\n",
            view->hazardous ? " hazard"
            : view->number  ? ""
                            : " minor");
    put_when(s, view);
    fputs("<div>", s->out);
    put_avoid(s, v);
    if (view->stop)
        put_stop_box(s, view);
    else if (view->site)
        put_site_box(s, view, v);
    else
        put_other_box(s, view);
    put_way(s, v);
    fputs("</div>\n", s->out);
    fputs(view->number ? "<div class=\"tick\"></div>\n" : "<div></div>\n", s->out);
    fputs("</section>\n", s->out);
}

static void fill_html(const sheet *s)
{
    put_sheet_head(s);
    fputs("<main>\n", s->out);
    for (int32_t v = 0; v < s->route->n_visits; v++) put_visit(s, v);
    fputs("</main>\n<footer>Weights and volumes are estimates. Never mix hazardous waste with anything else.",
          s->out);
    if (tr_travel_estimated(&s->day->morning->problem) != TR_ESTIMATED_ALL)
        put_html(s, " Travel: ", TR_OSM_CREDIT, ".");
    fputs("</footer>\n</body>\n</html>\n", s->out);
}

char *tr_crew_html(const tr_day *day, int32_t route, tr_arena *arena)
{
    return with_sheet(day, route, arena, fill_html);
}
