/* risk.c -- see risk.h.
 *
 * A crew goes on as soon as it may: who comes early waits for the window to open; who comes after the last one closed
 * has missed it, and is taken to do the work all the same, so that the rest of the day is no easier for it.  A tip that
 * would no longer be done within opening hours waits for the next ones, or is missed likewise.  Visits already done
 * (replanning) are facts.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "risk.h"
#include "stats.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

/* When what takes `needs` within a window starts for one who is there at `at`; false: all are over. */
static bool start_in(const tr_window *windows, int32_t n, double needs, double at, double *start)
{
    *start = at;
    for (int32_t i = 0; i < n; i++) {
        *start = fmax(at, (double)windows[i].start_s);
        if (*start + needs <= (double)windows[i].end_s) return true;
    }
    *start = at;
    return false;
}

typedef struct {
    double back;
    bool missed;
} drive;

static drive drive_once(const tr_morning *m, const tr_route *route, gsl_rng *rng)
{
    const tr_problem *p = &m->problem;
    int32_t frozen = p->vehicles[route->vehicle].n_frozen;
    drive d = {.missed = false};
    double at = 0, start;
    for (int32_t k = 0; k < route->n_visits; k++) {
        const tr_visit *v = &route->visits[k];
        if (k == 0 || k < frozen) {
            at = (double)v->departure_s;
            continue;
        }
        at += (double)v->drive_s;
        if (v->kind == TR_VISIT_STOP) {
            const tr_stop *stop = &p->stops[v->ref];
            const tr_service_time *service = &m->stop_notes[v->ref].service;
            if (stop->n_windows && !start_in(stop->windows, stop->n_windows, 0, at, &start))
                d.missed = true;
            else if (stop->n_windows)
                at = start;
            at += service->mean_s *
                  exp(gsl_ran_gaussian(rng, service->sigma) - service->sigma * service->sigma / 2);
        } else if (v->kind == TR_VISIT_DISPOSAL) {
            const tr_site *site = &p->sites[v->ref];
            if (start_in(site->opening, site->n_opening, (double)site->turnaround_s, at, &start))
                at = start;
            else
                d.missed = true;
            at += (double)site->turnaround_s;
        } else if (v->kind == TR_VISIT_BREAK)
            at += (double)(v->departure_s - v->start_s);
    }
    d.back = at;
    return d;
}

static tr_route_risk simulate(const tr_morning *m, const tr_route *route, int32_t draws, gsl_rng *rng,
                              double *back)
{
    const tr_vehicle *v = &m->problem.vehicles[route->vehicle];
    double shift = (double)v->end_s, end = shift + (double)v->max_overtime_s;
    int32_t late = 0, too_late = 0, missed = 0, trouble = 0;
    for (int32_t i = 0; i < draws; i++) {
        drive d = drive_once(m, route, rng);
        back[i] = d.back;
        late += d.back > shift;
        too_late += d.back > end;
        missed += d.missed;
        trouble += d.back > end || d.missed;
    }
    tr_sort(back, draws);
    return (tr_route_risk){(double)late / draws,
                           (double)too_late / draws,
                           (double)missed / draws,
                           (double)trouble / draws,
                           (int64_t)(tr_quantile(back, draws, 0.5) + 0.5),
                           (int64_t)(tr_quantile(back, draws, 0.9) + 0.5)};
}

tr_risk tr_risk_simulate(const tr_morning *m, const tr_plan *plan, int32_t draws, uint64_t seed,
                         tr_arena *arena)
{
    tr_route_risk *routes = TR_NEW(arena, tr_route_risk, plan->n_routes + 1);
    double *back = TR_NEW(arena, double, draws);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (int32_t r = 0; r < plan->n_routes; r++) {
        if (!plan->routes[r].n_visits) continue;
        gsl_rng_set(rng, (unsigned long)(seed * 1000003 + (uint64_t)r));
        routes[r] = simulate(m, &plan->routes[r], draws, rng, back);
    }
    gsl_rng_free(rng);
    return (tr_risk){m->triage.risk, draws, seed, routes};
}
