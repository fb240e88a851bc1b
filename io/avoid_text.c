/* avoid_text.c -- findings in words, the same in every file of the day.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "writers.h"

enum { DAY_S = 86400 };

static const char *const kind_words[TR_N_AVOID_KINDS] = {"closed road", "low bridge", "narrow road",
                                                         "weight limit", "place to keep away from"};

/* ", 07:00-15:00"; "" of what holds all day. */
static const char *hours_text(const tr_avoid *place, tr_arena *arena)
{
    const char *text = "";
    if (!place->n_hours) return ", not on this day";
    for (int32_t i = 0; i < place->n_hours; i++) {
        const tr_window *w = &place->hours[i];
        const char *start = tr_clock_text(w->start_s, false, arena),
                   *end = tr_clock_text(w->end_s, false, arena);
        bool early = w->start_s <= 0, late = w->end_s >= DAY_S;
        if (early && late) return "";
        if (*text && w->start_s >= DAY_S) break; /* the same again tomorrow */
        text = early  ? tr_arena_printf(arena, "%s, until %s", text, end)
               : late ? tr_arena_printf(arena, "%s, from %s", text, start)
                      : tr_arena_printf(arena, "%s, %s-%s", text, start, end);
    }
    return text;
}

static const char *limits_text(const tr_bulk *limit, tr_arena *arena)
{
    const char *text = "";
    if (limit->height_mm)
        text = tr_arena_printf(arena, "%s, %d.%02d m high", text, limit->height_mm / 1000,
                               limit->height_mm % 1000 / 10);
    if (limit->width_mm)
        text = tr_arena_printf(arena, "%s, %d.%02d m wide", text, limit->width_mm / 1000,
                               limit->width_mm % 1000 / 10);
    if (limit->weight_kg) text = tr_arena_printf(arena, "%s, up to %d kg", text, limit->weight_kg);
    return text;
}

const char *tr_avoid_what(const tr_avoid *place, tr_arena *arena)
{
    return tr_arena_printf(arena, "%s%s%s (%s)%s%s", kind_words[place->kind], *place->name ? " " : "",
                           place->name, place->id, limits_text(&place->limit, arena),
                           hours_text(place, arena));
}

/* What the vehicle does not say, where that alone is why it is warned. */
static const char *assumed_text(const tr_day *day, const tr_avoid *place, int32_t vehicle, tr_arena *arena)
{
    bool assumed;
    const tr_bulk *own = &day->morning->vehicle_notes[vehicle].bulk, *limit = &place->limit;
    if (!tr_avoid_concerns(day->morning, place, vehicle, &assumed) || !assumed) return "";
    const char *what = limit->height_mm && !own->height_mm ? "height_m"
                       : limit->width_mm && !own->width_mm ? "width_m"
                                                           : "weight_kg";
    return tr_arena_printf(arena, "; assumed, as no %s of %s is given", what,
                           day->morning->problem.vehicles[vehicle].id);
}

static const char *how_text(const tr_day *day, const tr_avoid_finding *f, tr_arena *arena)
{
    static const char *const visits[] = {"the start", "the stop", "the tip", "the break", "the end"};
    const char *at = tr_clock_text(f->at_s, false, arena);
    int metres = (int)f->metres;
    switch (f->how) {
    case TR_NEAR_STRAIGHT:
        return tr_arena_printf(arena, "may come near about %s (straight line only, its road is not known)",
                               at);
    case TR_NEAR_VISIT: {
        const char *visit = visits[day->plan->routes[f->route].visits[f->visit].kind];
        return metres ? tr_arena_printf(arena, "%s is %d m from it", visit, metres)
                      : tr_arena_printf(arena, "%s lies in it", visit);
    }
    default:
        return metres ? tr_arena_printf(arena, "the way comes within %d m of it about %s", metres, at)
                      : tr_arena_printf(arena, "the way goes through it about %s", at);
    }
}

const char *tr_avoid_line(const tr_day *day, const tr_avoid_finding *finding, tr_arena *arena)
{
    const tr_route *route = &day->plan->routes[finding->route];
    const tr_visit_view *view = &tr_route_views(day, route, arena)[finding->visit];
    bool there = finding->how == TR_NEAR_VISIT;
    return tr_arena_printf(arena, "%s, %s %s (%s %s): %s%s",
                           day->morning->problem.vehicles[route->vehicle].id, there ? "at" : "on the way to",
                           view->name, there ? "from" : "due",
                           tr_clock_text(view->visit->arrival_s, false, arena), how_text(day, finding, arena),
                           assumed_text(day, &day->morning->avoid[finding->avoid], route->vehicle, arena));
}

const char *tr_avoid_text(const tr_day *day, const tr_avoid_finding *finding, tr_arena *arena)
{
    const tr_avoid *place = &day->morning->avoid[finding->avoid];
    return tr_arena_printf(arena, "%s: %s%s", tr_avoid_what(place, arena), how_text(day, finding, arena),
                           assumed_text(day, place, day->plan->routes[finding->route].vehicle, arena));
}

const char *tr_avoid_of_visit(const tr_day *day, int32_t route, int32_t visit, tr_arena *arena)
{
    const char *text = NULL;
    for (int32_t i = 0; i < day->n_avoid_findings; i++) {
        const tr_avoid_finding *f = &day->avoid_findings[i];
        if (f->route == route && f->visit == visit)
            text = tr_arena_printf(arena, "%s%s%s", text ? text : "", text ? "; " : "",
                                   tr_avoid_text(day, f, arena));
    }
    return text;
}
