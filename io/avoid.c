/* avoid.c -- see avoid.h: whom a place concerns, when it holds, and what of a plan comes near.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"

#include <math.h>
#include <string.h>

const char *const tr_nearness_names[3] = {"road", "straight_line", "visit"};

/* ---- whom and when ---- */

static bool listed(const char *name, int32_t n, const char *const *names)
{
    for (int32_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

bool tr_avoid_concerns(const tr_morning *morning, const tr_avoid *place, int32_t vehicle, bool *assumed)
{
    const tr_vehicle_note *note = &morning->vehicle_notes[vehicle];
    const int32_t limits[] = {place->limit.height_mm, place->limit.width_mm, place->limit.weight_kg};
    const int32_t own[] = {note->bulk.height_mm, note->bulk.width_mm, note->bulk.weight_kg};
    bool limited = false, unsaid = false, breaks = false;
    *assumed = false;
    if ((place->n_vehicles || place->n_profiles) &&
        !listed(morning->problem.vehicles[vehicle].id, place->n_vehicles, place->vehicles) &&
        !listed(note->profile, place->n_profiles, place->profiles))
        return false;
    for (int i = 0; i < 3; i++) {
        if (!limits[i]) continue;
        limited = true;
        if (own[i] > limits[i]) breaks = true;
        if (own[i] == 0) unsaid = true;
    }
    *assumed = unsaid && !breaks;
    return !limited || breaks || unsaid;
}

bool tr_avoid_holds(const tr_avoid *place, int64_t start_s, int64_t end_s)
{
    for (int32_t i = 0; i < place->n_hours; i++)
        if (start_s <= place->hours[i].end_s && end_s >= place->hours[i].start_s) return true;
    return false;
}

/* ---- boxes: most legs are nowhere near most places, which is seen at once ---- */

typedef struct {
    double west, east, south, north; /* degrees */
} box;

static box box_of(int32_t n, const double *lon_lat)
{
    box b = {HUGE_VAL, -HUGE_VAL, HUGE_VAL, -HUGE_VAL};
    for (int32_t i = 0; i < n; i++) {
        b.west = fmin(b.west, lon_lat[2 * i]), b.east = fmax(b.east, lon_lat[2 * i]);
        b.south = fmin(b.south, lon_lat[2 * i + 1]), b.north = fmax(b.north, lon_lat[2 * i + 1]);
    }
    return b;
}

/* Its box, wider by more than its radius. */
static box reach_of(const tr_avoid *place)
{
    const double rad = 3.14159265358979323846 / 180, least_m = 110000; /* a degree of latitude is longer */
    box b = box_of(place->n_points, place->lon_lat);
    double up = place->radius_m / least_m, farthest = fmax(fabs(b.south - up), fabs(b.north + up));
    double aside = up / fmax(cos(fmin(farthest, 89) * rad), 0.01);
    return (box){b.west - aside, b.east + aside, b.south - up, b.north + up};
}

static bool apart(const box *a, const box *b)
{
    return a->west > b->east || a->east < b->west || a->south > b->north || a->north < b->south;
}

/* ---- a plan ---- */

typedef struct {
    const tr_day *day;
    tr_arena *arena;
    const box *reach; /* [n_avoid] */
    int32_t n, capacity;
    tr_avoid_finding *findings;
} finder;

static void add(finder *f, tr_avoid_finding finding, const tr_near *near)
{
    finding.metres = floor(near->metres * 10) / 10; /* never said to be farther than it is */
    finding.lat = (double)llround(near->lat * 1e6) / 1e6;
    finding.lon = (double)llround(near->lon * 1e6) / 1e6;
    if (f->n == f->capacity) {
        f->capacity = 2 * f->capacity + 16;
        f->findings =
            tr_arena_grow(f->arena, f->findings, (size_t)f->n, (size_t)f->capacity, sizeof *f->findings);
    }
    f->findings[f->n++] = finding;
}

static bool visit_near(const finder *f, int32_t route, int32_t visit, int32_t avoid, tr_near *near)
{
    const tr_visit *v = &f->day->plan->routes[route].visits[visit];
    const tr_place *place = &f->day->morning->places[v->place];
    return v->kind != TR_VISIT_BREAK &&
           tr_avoid_holds(&f->day->morning->avoid[avoid], v->arrival_s, v->departure_s) &&
           tr_avoid_near(&f->day->morning->avoid[avoid], 1, (const double[]){place->lon, place->lat}, near);
}

/* The visit before, of which a break is no other place. */
static int32_t visit_before(const tr_route *route, int32_t visit)
{
    int32_t v = visit - 1;
    while (v > 0 && route->visits[v].kind == TR_VISIT_BREAK) v--;
    return v;
}

/* The leg that leads to the visit: its line, or a straight one where the day has none; false if nothing is driven. */
static bool leg_of(const finder *f, int32_t route, int32_t visit, tr_leg *leg, double straight[4])
{
    const tr_route *r = &f->day->plan->routes[route];
    if (visit == 0 || r->visits[visit].place == r->visits[visit - 1].place) return false;
    const tr_place *from = &f->day->morning->places[r->visits[visit - 1].place];
    const tr_place *to = &f->day->morning->places[r->visits[visit].place];
    memcpy(straight, (const double[]){from->lon, from->lat, to->lon, to->lat}, 4 * sizeof *straight);
    *leg = (tr_leg){.n_points = 2, .lon_lat = straight, .estimated = true};
    if (f->day->legs && f->day->legs[route] && f->day->legs[route][visit - 1].n_points >= 2)
        *leg = f->day->legs[route][visit - 1];
    return true;
}

static void find_at(finder *f, int32_t route, int32_t visit)
{
    const tr_morning *m = f->day->morning;
    const tr_route *r = &f->day->plan->routes[route];
    const tr_visit *v = &r->visits[visit];
    tr_leg leg = {0};
    tr_near near;
    bool assumed;
    double straight[4];
    bool driven = leg_of(f, route, visit, &leg, straight);
    box around = driven ? box_of(leg.n_points, leg.lon_lat) : (box){0};
    for (int32_t i = 0; i < m->n_avoid; i++) {
        if (!m->avoid[i].n_hours || !tr_avoid_concerns(m, &m->avoid[i], r->vehicle, &assumed)) continue;
        if (visit_near(f, route, visit, i, &near)) {
            add(f,
                (tr_avoid_finding){
                    .avoid = i, .route = route, .visit = visit, .how = TR_NEAR_VISIT, .at_s = v->arrival_s},
                &near);
            continue;
        }
        if (!driven || apart(&around, &f->reach[i])) continue;
        int64_t left_s = r->visits[visit - 1].departure_s, drive_s = v->arrival_s - left_s;
        if (!tr_avoid_holds(&m->avoid[i], left_s, v->arrival_s)) continue;
        if (!tr_avoid_near(&m->avoid[i], leg.n_points, leg.lon_lat, &near)) continue;
        tr_near before;
        if (visit_near(f, route, visit_before(r, visit), i, &before)) continue; /* told there */
        add(f,
            (tr_avoid_finding){.avoid = i,
                               .route = route,
                               .visit = visit,
                               .how = leg.estimated ? TR_NEAR_STRAIGHT : TR_NEAR_ROAD,
                               .at_s = left_s + llround(near.share * (double)drive_s)},
            &near);
    }
}

tr_avoid_finding *tr_avoid_find(const tr_day *day, tr_arena *arena, int32_t *n)
{
    box *reach = TR_NEW(arena, box, day->morning->n_avoid + 1);
    for (int32_t i = 0; i < day->morning->n_avoid; i++) reach[i] = reach_of(&day->morning->avoid[i]);
    finder f = {.day = day, .arena = arena, .reach = reach};
    for (int32_t r = 0; r < day->plan->n_routes; r++)
        for (int32_t v = 0; v < day->plan->routes[r].n_visits; v++) find_at(&f, r, v);
    *n = f.n;
    return f.findings;
}

void tr_avoid_places(const tr_morning *morning, tr_diag *diag)
{
    static const char *const kinds[] = {"depot", "site", "stop"};
    for (int32_t i = 0; i < morning->n_avoid; i++) {
        const tr_avoid *avoid = &morning->avoid[i];
        bool concerns = false, assumed;
        tr_near near;
        for (int32_t v = 0; v < morning->problem.n_vehicles && !concerns; v++)
            concerns = tr_avoid_concerns(morning, avoid, v, &assumed);
        for (int32_t p = 0; concerns && avoid->n_hours && p < morning->n_places; p++) {
            const tr_place *place = &morning->places[p];
            if (!tr_avoid_near(avoid, 1, (const double[]){place->lon, place->lat}, &near)) continue;
            const char *away =
                near.metres < 1 ? "in" : tr_arena_printf(morning->arena, "%d m from", (int)near.metres);
            tr_diag_add(diag, TR_WARNING, "--avoid", "", "%s %s lies %s %s", kinds[place->kind], place->name,
                        away, tr_avoid_what(avoid, morning->arena));
        }
    }
}
