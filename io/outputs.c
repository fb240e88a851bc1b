/* outputs.c -- the directory of a day: every file, in an order that is safe to break off.
 *
 * travel.json comes first and plan.json, which names its hash, last: a plan.json never stands beside
 * travel that it was not made from without a reader noticing.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sha256.h"
#include "write_file.h"
#include "writers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int by_cells(const void *a, const void *b)
{
    const tr_recorded_leg *x = a, *y = b;
    if (x->profile != y->profile) return x->profile < y->profile ? -1 : 1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

/* The legs of all routes, each pair of places once, in the order of profile, from and to. */
static int32_t gather_legs(const tr_day *day, tr_arena *arena, tr_recorded_leg **legs)
{
    int32_t n = 0, kept = 0;
    for (int32_t r = 0; r < day->plan->n_routes; r++) n += day->plan->routes[r].n_visits;
    tr_recorded_leg *all = TR_NEW(arena, tr_recorded_leg, n + 1);
    n = 0;
    for (int32_t r = 0; r < day->plan->n_routes; r++) {
        const tr_route *route = &day->plan->routes[r];
        int32_t profile = day->morning->problem.vehicles[route->vehicle].profile;
        for (int32_t v = 1; day->legs && day->legs[r] && v < route->n_visits; v++)
            if (route->visits[v - 1].place != route->visits[v].place)
                all[n++] = (tr_recorded_leg){profile, route->visits[v - 1].place, route->visits[v].place,
                                             day->legs[r][v - 1]};
    }
    qsort(all, (size_t)n, sizeof *all, by_cells);
    for (int32_t i = 0; i < n; i++)
        if (kept == 0 || by_cells(&all[kept - 1], &all[i]) != 0) all[kept++] = all[i];
    *legs = all;
    return kept;
}

static tr_status write_travel(const tr_day *day, const char *path, tr_arena *arena, char hash[65],
                              tr_err *err)
{
    tr_recorded_leg *legs;
    int32_t n_legs = gather_legs(day, arena, &legs);
    const char *credit = tr_travel_estimated(&day->morning->problem) == TR_ESTIMATED_ALL ? "" : TR_OSM_CREDIT;
    TR_TRY(tr_travel_record(path, day->travel, day->morning, n_legs, legs, credit, err));
    return tr_sha256_file(path, hash, err);
}

/* A sheet of an earlier plan for a vehicle that stays at home today must not be driven by. */
static tr_status remove_old(const char *path, tr_err *err)
{
    if (unlink(path) == 0 || errno == ENOENT) return TR_OK;
    return tr_fail(err, TR_EINTERNAL, "%s: cannot remove what an earlier plan left: %s", path,
                   strerror(errno));
}

static tr_status write_crews(const tr_day *day, const char *directory, tr_arena *arena, tr_err *err)
{
    static const struct {
        const char *suffix;
        char *(*text)(const tr_day *day, int32_t route, tr_arena *arena);
    } files[] = {
        {".csv", tr_crew_csv}, {".html", tr_crew_html}, {".gpx", tr_crew_gpx}, {"-track.gpx", tr_crew_track}};
    for (int32_t r = 0; r < day->plan->n_routes; r++) {
        const tr_route *route = &day->plan->routes[r];
        const char *stem = tr_crew_file(&day->morning->problem, route->vehicle, arena);
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            const char *path = tr_arena_printf(arena, "%s/%s%s", directory, stem, files[i].suffix);
            if (route->n_visits == 0)
                TR_TRY(remove_old(path, err));
            else
                TR_TRY(tr_file_write_text(path, files[i].text(day, r, arena), err));
        }
    }
    return TR_OK;
}

static tr_status write_all(const tr_day *day, const char *directory, tr_arena *arena, tr_err *err)
{
    char hash[65];
    TR_TRY(tr_directory_make(directory, err));
    TR_TRY(write_travel(day, tr_arena_printf(arena, "%s/travel.json", directory), arena, hash, err));
    TR_TRY(write_crews(day, directory, arena, err));
    const char *const files[][2] = {
        {"summary.txt", tr_summary_text(day, arena)},
        {"routes.geojson", tr_routes_geojson(day, arena)},
        {"map.html", tr_map_html(day, arena)},
        {"plan.json", tr_plan_json(day, hash, arena)},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        TR_TRY(tr_file_write_text(tr_arena_printf(arena, "%s/%s", directory, files[i][0]), files[i][1], err));
    return TR_OK;
}

tr_status tr_outputs_write(const tr_day *day, const char *directory, tr_err *err)
{
    tr_arena *arena = tr_arena_new();
    tr_status status = write_all(day, directory, arena, err);
    tr_arena_free(arena);
    return status;
}
