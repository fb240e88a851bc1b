/* fuzz_certificate.c -- a certificate of a fixed small morning, and what the audit makes of one that could be read.
 *
 * The morning is the referee's smallest: two stops, a site, a vehicle; the plan serves nobody.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate.h"
#include "fuzz.h"

#include <stdlib.h>
#include <unistd.h>

enum { PLACES = 4 };

static const int32_t seconds[PLACES * PLACES] = {0, 600, 700, 800, 600, 0, 300, 900, 700, 300, 0, 500, 800, 900, 500, 0};

static tr_problem small_morning(void)
{
    static const tr_travel_matrix travel = {.profile = "van", .seconds = seconds, .metres = seconds};
    static const tr_stream streams[] = {{"general", "20 03 01", false, 0}, {"asbestos", "17 06 05*", true, 1}};
    static const tr_window day = {6 * 3600, 16 * 3600};
    static const tr_stop stops[] = {
        {.id = "R-1", .place = 1, .kg = 100, .litres = 900, .service_s = 600, .reported_day = 100, .due_day = 110, .pin = -1},
        {.id = "R-2", .place = 2, .stream = 1, .hazard = 2, .kg = 50, .litres = 100, .service_s = 900, .reported_day = 98, .due_day = 99, .pin = -1},
        {.id = "R-3", .place = 2, .kg = 70, .litres = 400, .service_s = 500, .reported_day = 98, .due_day = 99, .pin = -1},
    };
    static const tr_site sites[] = {
        {.id = "Tip", .place = 3, .streams = 3, .n_opening = 1, .opening = &day, .turnaround_s = 600, .gate_fee_pence_per_tonne = 900}};
    static const tr_vehicle vehicles[] = {
        {.id = "V-1", .available = true, .n_compartments = 1, .compartments = {{.id = "body", .kg = 500, .litres = 2000, .streams = 3}},
         .payload_kg = 500, .start_s = 8 * 3600, .end_s = 12 * 3600, .wtr = true, .speed_permille = 1000, .fixed_pence = 900,
         .pence_per_km = 50, .pence_per_hour = 2000, .pence_per_overtime_hour = 3000}};
    return (tr_problem){.day = 100, .n_places = PLACES, .n_profiles = 1, .n_streams = 2, .n_stops = 3, .n_vehicles = 1, .n_sites = 1,
                        .travel = &travel, .streams = streams, .stops = stops, .vehicles = vehicles, .sites = sites,
                        .policy = tr_policy_default()};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_err err = {0};
    tr_certificate certificate;
    const char *why = NULL;
    tr_problem problem = small_morning();
    tr_plan plan = {.n_routes = 1, .routes = TR_NEW(arena, tr_route, 1)};
    int fd = fuzz_file(data, size, path);
    tr_status status = tr_certificate_read(path, &problem, arena, &certificate, &diag, &err);
    if ((status != TR_OK) != (diag.n_errors > 0)) abort(); /* a fault that is not told */
    if (!status && !tr_audit(&problem, &plan, &certificate, arena, &why, NULL) && !why) abort();
    tr_arena_free(arena);
    close(fd);
    return 0;
}
