/* split.c -- how much there is, and how it parts into stops.
 *
 * By stream: one part for each segregation group.  A further stream beside the main one is taken for an item:
 * it gets the load of "Single Item", or an equal share where that is less; the main stream gets the rest.
 * By size: a part that no compatible compartment holds is cut evenly into as few loads as the one that
 * holds most allows.  Kilograms and litres add up to the whole exactly.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage.h"

#include <string.h>

enum { BLACK_BAG = 0, SINGLE_ITEM = 1 };

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int32_t scaled(int64_t value, int64_t by, int64_t over)
{
    return over ? (int32_t)min64((value * by + over / 2) / over, INT32_MAX / 4) : 0;
}

/* Kilograms and litres of the whole report.  Where only one is measured, the other keeps the proportion of
 * the size's row (or the waste type's density, where the council gives one). */
static void whole_load(const tr_morning *m, const tr_report *r, const tr_about *about, int32_t *kg,
                       int32_t *litres, bool *assumed)
{
    const tr_size_row *row = &m->triage.sizes[about->size];
    int32_t density = m->triage.kg_per_m3[about->waste_type];
    int32_t row_kg = density ? scaled(row->litres, density, 1000) : row->kg;
    *kg = r->kg >= 0                      ? r->kg
          : r->litres >= 0 && row->litres ? scaled(r->litres, row_kg, row->litres)
                                          : row_kg;
    *litres = r->litres >= 0         ? r->litres
              : r->kg >= 0 && row_kg ? scaled(r->kg, row->litres, row_kg)
                                     : row->litres;
    *assumed = (r->kg < 0 || r->litres < 0) && (row->assumed || about->size_assumed);
}

/* Time at the place: the size's minutes by share of the volume, no less than a bag's, and what the stream
 * asks for on top.  A fitted time holds what the main stream asks for. */
static void set_service(const tr_morning *m, const tr_about *about, tr_part *part, int32_t litres)
{
    const tr_triage_policy *t = &m->triage;
    const tr_service_time *fitted = &t->service[about->size][about->waste_type];
    int64_t all = fitted->mean_s > 0 ? (int64_t)(fitted->mean_s + 0.5) : t->sizes[about->size].service_s;
    int64_t least = min64(all, t->sizes[BLACK_BAG].service_s);
    int64_t base = litres ? (all * part->litres + litres - 1) / litres : all;
    bool held = fitted->mean_s > 0 && part->stream == about->main;
    part->on_top_s = held ? 0
                          : t->streams[part->stream].extra_service_s +
                                (tr_stream_hazardous(part->stream) ? t->note_service_s : 0);
    part->service_s = (base < least ? least : base) + part->on_top_s;
}

int32_t tr_parts_by_stream(const tr_morning *m, const tr_report *r, const tr_about *about,
                           tr_part parts[TR_STREAM_COUNT], bool *assumed)
{
    const tr_stream *streams = m->problem.streams;
    int32_t kg, litres, n = 0, main_part = 0;
    whole_load(m, r, about, &kg, &litres, assumed);
    for (int rank = 3; rank >= 0; rank--)
        for (int32_t s = 0; s < TR_STREAM_COUNT; s++) {
            if (!(about->streams >> s & 1) || m->triage.streams[s].hazard != rank) continue;
            bool with_main = streams[s].segregation == streams[about->main].segregation;
            int32_t k = 0;
            while (k < n && streams[parts[k].stream].segregation != streams[s].segregation) k++;
            if (k < n) continue;
            if (with_main) main_part = n;
            parts[n++] = (tr_part){.stream = with_main ? about->main : s};
        }
    const tr_size_row *item = &m->triage.sizes[SINGLE_ITEM];
    int32_t rest_kg = kg, rest_litres = litres;
    for (int32_t k = 0; k < n; k++) {
        if (k == main_part) continue;
        parts[k].kg = (int32_t)min64(item->kg, kg / n);
        parts[k].litres = (int32_t)min64(item->litres, litres / n);
        rest_kg -= parts[k].kg;
        rest_litres -= parts[k].litres;
    }
    parts[main_part].kg = rest_kg;
    parts[main_part].litres = rest_litres;
    for (int32_t k = 0; k < n; k++) set_service(m, about, &parts[k], litres);
    return n;
}

static bool certified(const tr_morning *m, const tr_vehicle *v, int32_t stream)
{
    return (m->triage.streams[stream].certs & ~v->certs) == 0;
}

static bool equipped(const tr_morning *m, const tr_vehicle *v, int32_t stream)
{
    return (m->triage.streams[stream].equipment & ~v->equipment) == 0;
}

/* Fewest loads in which the vehicle could take the part; 0 = never. */
static int64_t loads_on(const tr_morning *m, const tr_vehicle *v, const tr_part *part)
{
    int64_t fewest = 0;
    if (!certified(m, v, part->stream) || !equipped(m, v, part->stream)) return 0;
    for (int32_t k = 0; k < v->n_compartments; k++) {
        const tr_compartment *c = &v->compartments[k];
        int64_t most_kg = min64(c->kg, v->payload_kg), most_litres = c->litres, loads = 1;
        if (!(c->streams >> part->stream & 1) || (part->kg && !most_kg) || (part->litres && !most_litres))
            continue;
        if (part->kg > most_kg) loads = (part->kg + most_kg - 1) / most_kg;
        if (part->litres > loads * most_litres) loads = (part->litres + most_litres - 1) / most_litres;
        if (!fewest || loads < fewest) fewest = loads;
    }
    return fewest;
}

/* The names behind a mask, as "a, b". */
static const char *names_of(tr_mask mask, const char *const *names, int32_t n, tr_arena *arena)
{
    const char *text = "";
    for (int32_t i = 0; i < n; i++)
        if (mask >> i & 1) text = tr_arena_printf(arena, "%s%s%s", text, *text ? ", " : "", names[i]);
    return text;
}

/* What no vehicle of the file has. */
static const char *no_vehicle(const tr_morning *m, int32_t stream)
{
    bool carries = false, trained = false;
    const tr_stream_rule *rule = &m->triage.streams[stream];
    for (int32_t v = 0; v < m->problem.n_vehicles; v++) {
        const tr_vehicle *vehicle = &m->problem.vehicles[v];
        bool made = false;
        for (int32_t k = 0; k < vehicle->n_compartments; k++)
            made = made || vehicle->compartments[k].streams >> stream & 1;
        carries = carries || made;
        trained = trained || (made && certified(m, vehicle, stream));
    }
    const char *name = tr_stream_names[stream];
    if (!carries) return tr_arena_printf(m->arena, "no vehicle has a compartment for %s", name);
    if (!trained)
        return tr_arena_printf(m->arena, "no vehicle that carries %s is certified for it (%s)", name,
                               names_of(rule->certs, tr_cert_names, TR_CERT_COUNT, m->arena));
    return tr_arena_printf(m->arena, "no vehicle that carries %s has the equipment (%s)", name,
                           names_of(rule->equipment, tr_equipment_names, TR_EQUIPMENT_COUNT, m->arena));
}

static bool some_site_takes(const tr_morning *m, int32_t stream)
{
    for (int32_t s = 0; s < m->problem.n_sites; s++)
        if (m->problem.sites[s].streams >> stream & 1) return true;
    return false;
}

/* Fewest loads on the pinned vehicle; else on one available today; else on any of the file. */
static int64_t fewest_loads(const tr_morning *m, const tr_part *part, int32_t pin)
{
    int64_t today = 0, ever = 0, pinned = pin >= 0 ? loads_on(m, &m->problem.vehicles[pin], part) : 0;
    if (pinned) return pinned;
    for (int32_t v = 0; v < m->problem.n_vehicles; v++) {
        int64_t loads = loads_on(m, &m->problem.vehicles[v], part);
        if (!loads) continue;
        if (!ever || loads < ever) ever = loads;
        if (m->problem.vehicles[v].available && (!today || loads < today)) today = loads;
    }
    return today ? today : ever;
}

int32_t tr_split_part(const tr_morning *m, const tr_part *part, int32_t pin, tr_part *pieces, int32_t room,
                      const char **why)
{
    int64_t loads = fewest_loads(m, part, pin);
    *why = NULL;
    if (!loads)
        *why = no_vehicle(m, part->stream);
    else if (!some_site_takes(m, part->stream))
        *why = tr_arena_printf(m->arena, "no disposal site takes %s", tr_stream_names[part->stream]);
    else if (loads > room)
        *why = tr_arena_printf(m->arena, "it would take %lld loads of the largest compartment for %s",
                               (long long)loads, tr_stream_names[part->stream]);
    if (*why) return 0;
    int64_t base = part->service_s - part->on_top_s, least = min64(base, m->triage.sizes[BLACK_BAG].service_s);
    for (int32_t i = 0; i < loads; i++) {
        int64_t share = (base + loads - 1) / loads;
        pieces[i] = (tr_part){.stream = part->stream,
                              .kg = (int32_t)(part->kg / loads + (i < part->kg % loads)),
                              .litres = (int32_t)(part->litres / loads + (i < part->litres % loads)),
                              .service_s = (share < least ? least : share) + part->on_top_s,
                              .on_top_s = part->on_top_s};
    }
    return (int32_t)loads;
}
