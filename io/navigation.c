/* navigation.c -- GPX 1.1 for devices in the cab: the stops to be announced, and apart from them the line;
 * and the link that opens a map application.
 *
 * The stops file is what is loaded for driving: points of interest, then one route of announced via
 * points in the order of the plan; the device finds its own way, with live traffic and its own limits
 * of height and weight.  The track file is the planner's road line, to look at: it must not be forced
 * on a lorry, since the road times may come from a car's profile.  Element order is that of the GPX
 * schema: wpt, rte, trk.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "writers.h"

#include <libxml/xmlwriter.h>

#define GPX_NAMESPACE "http://www.topografix.com/GPX/1/1"
#define TRIP_NAMESPACE "http://www.garmin.com/xmlschemas/TripExtensions/v1"
#define PLACES                                                                                               \
    GPX_NAMESPACE " http://www.topografix.com/GPX/1/1/gpx.xsd " TRIP_NAMESPACE                               \
                  " http://www.garmin.com/xmlschemas/TripExtensionsv1.xsd"

typedef struct {
    xmlTextWriterPtr xml;
    tr_arena *arena;
} writer;

static void open_element(const writer *w, const char *name)
{
    xmlTextWriterStartElement(w->xml, BAD_CAST name);
}

static void close_element(const writer *w)
{
    xmlTextWriterEndElement(w->xml);
}

static void attribute(const writer *w, const char *name, const char *value)
{
    xmlTextWriterWriteAttribute(w->xml, BAD_CAST name, BAD_CAST value);
}

static void element(const writer *w, const char *name, const char *text)
{
    if (text && *text)
        xmlTextWriterWriteElement(w->xml, BAD_CAST name, BAD_CAST tr_clean_text(text, w->arena));
}

static void open_point(const writer *w, const char *name, double lat, double lon)
{
    open_element(w, name);
    attribute(w, "lat", tr_degrees_text(lat, w->arena));
    attribute(w, "lon", tr_degrees_text(lon, w->arena));
}

static void put_head(const writer *w, const tr_day *day, const tr_vehicle *vehicle)
{
    xmlTextWriterStartDocument(w->xml, "1.0", "UTF-8", NULL);
    open_element(w, "gpx");
    attribute(w, "version", "1.1");
    attribute(w, "creator", "tiprun " TR_VERSION);
    attribute(w, "xmlns", GPX_NAMESPACE);
    attribute(w, "xmlns:trp", TRIP_NAMESPACE);
    attribute(w, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    attribute(w, "xsi:schemaLocation", PLACES);
    tr_estimated how = tr_travel_estimated(&day->morning->problem);
    open_element(w, "metadata");
    element(
        w, "name",
        tr_arena_printf(w->arena, "%s %s", vehicle->id, tr_day_text(day->morning->problem.day, w->arena)));
    element(w, "desc", tr_estimated_label(how));
    if (how != TR_ESTIMATED_ALL) {
        open_element(w, "copyright");
        attribute(w, "author", "OpenStreetMap contributors");
        element(w, "license", "https://www.openstreetmap.org/copyright");
        close_element(w);
    }
    close_element(w);
}

static const char *point_name(const tr_visit_view *view, tr_arena *arena)
{
    if (view->number > 0) return tr_arena_printf(arena, "%02d %s", view->number, view->id);
    return tr_arena_printf(arena, "%s %s", view->kind, view->id);
}

static const char *point_text(const tr_visit_view *view, tr_arena *arena)
{
    const char *at = tr_clock_text(view->visit->start_s, false, arena);
    if (view->site) return tr_arena_printf(arena, "%s tip at %s", at, view->name);
    if (!view->stop) return tr_arena_printf(arena, "%s %s", at, view->kind);
    return tr_arena_printf(arena, "%s %s%s, %s%s%s", at, view->hazardous ? "HAZARDOUS! " : "", view->name,
                           view->note->what, *view->note->ppe ? "; " : "", view->note->ppe);
}

static void put_point(const writer *w, const char *kind, const tr_visit_view *view, bool announced)
{
    open_point(w, kind, view->lat, view->lon);
    element(w, "name", point_name(view, w->arena));
    element(w, "cmt", point_text(view, w->arena));
    element(w, "desc", point_text(view, w->arena));
    element(w, "sym",
            view->hazardous ? "Skull and Crossbones"
            : view->site    ? "Dam"
            : view->stop    ? "Flag, Blue"
                            : "Lodge");
    element(w, "type", view->hazardous ? "hazardous stop" : view->kind);
    if (announced) {
        open_element(w, "extensions");
        open_element(w, "trp:ViaPoint");
        element(w, "trp:CalculationMode", "FasterTime");
        close_element(w);
        close_element(w);
    }
    close_element(w);
}

static void put_stops(const writer *w, const tr_day *day, const tr_route *route)
{
    tr_visit_view *views = tr_route_views(day, route, w->arena);
    for (int32_t v = 0; v < route->n_visits; v++)
        if (views[v].number > 0) put_point(w, "wpt", &views[v], false);
    open_element(w, "rte");
    element(w, "name",
            tr_arena_printf(w->arena, "%s, %s", day->morning->problem.vehicles[route->vehicle].id,
                            tr_day_text(day->morning->problem.day, w->arena)));
    for (int32_t v = 0; v < route->n_visits; v++)
        if (route->visits[v].kind != TR_VISIT_BREAK) put_point(w, "rtept", &views[v], true);
    close_element(w);
}

static void put_leg(const writer *w, const tr_leg *leg)
{
    open_element(w, "trkseg");
    for (int32_t i = 0; i < leg->n_points; i++) {
        open_point(w, "trkpt", leg->lon_lat[2 * i + 1], leg->lon_lat[2 * i]);
        close_element(w);
    }
    close_element(w);
}

static void put_track(const writer *w, const tr_day *day, const tr_route *route, int32_t index)
{
    const tr_leg *legs = day->legs ? day->legs[index] : NULL;
    bool estimated = false;
    for (int32_t v = 1; legs && v < route->n_visits; v++) estimated = estimated || legs[v - 1].estimated;
    open_element(w, "trk");
    element(w, "name",
            tr_arena_printf(w->arena, "%s track", day->morning->problem.vehicles[route->vehicle].id));
    element(w, "desc",
            estimated ? "for display only; straight lines where the road is not known" : "for display only");
    for (int32_t v = 1; legs && v < route->n_visits; v++)
        if (route->visits[v].place != route->visits[v - 1].place) put_leg(w, &legs[v - 1]);
    close_element(w);
}

static char *gpx(const tr_day *day, int32_t index, bool track, tr_arena *arena)
{
    const tr_route *route = &day->plan->routes[index];
    xmlBufferPtr buffer = xmlBufferCreate();
    writer w = {xmlNewTextWriterMemory(buffer, 0), arena};
    xmlTextWriterSetIndent(w.xml, 1);
    put_head(&w, day, &day->morning->problem.vehicles[route->vehicle]);
    if (track)
        put_track(&w, day, route, index);
    else
        put_stops(&w, day, route);
    xmlTextWriterEndDocument(w.xml);
    xmlFreeTextWriter(w.xml);
    char *text = tr_arena_strdup(arena, (const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

char *tr_crew_gpx(const tr_day *day, int32_t route, tr_arena *arena)
{
    return gpx(day, route, false, arena);
}

char *tr_crew_track(const tr_day *day, int32_t route, tr_arena *arena)
{
    return gpx(day, route, true, arena);
}

char *tr_navigation_link(double lat, double lon, tr_arena *arena)
{
    return tr_arena_printf(arena,
                           "https://www.google.com/maps/dir/?api=1&destination=%s,%s&travelmode=driving",
                           tr_degrees_text(lat, arena), tr_degrees_text(lon, arena));
}
