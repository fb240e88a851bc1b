/* travel.c -- what is the same for every source of travel: the tables of a morning, the distance of
 * its places from the road, the places that no road joins, and the legs of a route.
 *
 * After tr_travel_fill a stop either is joined both ways with the depots and sites of a profile, or
 * all its cells there are TR_NO_ROAD and it bears a finding.  A place that lies too far from a road
 * is never moved to it in silence.  Where the cells come from: estimate.c, recording.c, osrm.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "travel_source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double default_warn_m = 150, default_left_m = 1000;

/* ---- small things the sources share ---- */

tr_travel *tr_travel_new(void)
{
    tr_arena *arena = tr_arena_new();
    tr_travel *travel = TR_NEW(arena, tr_travel, 1);
    travel->arena = arena;
    return travel;
}

void tr_travel_close(tr_travel *travel)
{
    if (!travel) return;
    if (travel->close) travel->close(travel);
    tr_arena_free(travel->arena); /* which travel lies in itself */
}

const char *tr_travel_describe(const tr_travel *travel)
{
    return travel->description;
}

tr_travel_source tr_travel_kind(const tr_travel *travel)
{
    return travel->kind;
}

const char *tr_travel_file(const tr_travel *travel)
{
    return travel->file;
}

int32_t tr_half_up(double value)
{
    return (int32_t)floor(value + 0.5);
}

int64_t tr_micro(double degrees)
{
    return llround(degrees * 1e6);
}

void tr_degrees_print(double degrees, char text[TR_DEGREES_TEXT])
{
    long long micro = tr_micro(degrees), size = llabs(micro);
    int n = snprintf(text, TR_DEGREES_TEXT, "%s%lld.%06lld", micro < 0 ? "-" : "", size / 1000000 % 1000,
                     size % 1000000);
    while (text[n - 1] == '0' && text[n - 2] != '.') text[--n] = '\0';
}

bool tr_place_same(const tr_place *a, const tr_place *b)
{
    return tr_micro(a->lat) == tr_micro(b->lat) && tr_micro(a->lon) == tr_micro(b->lon);
}

static const char kerb_mark[] = "+kerb";

bool tr_mode_kerb(const char *mode)
{
    const char *mark = strchr(mode, '+');
    return mark && !strcmp(mark, kerb_mark);
}

int32_t tr_mode_profile_length(const char *mode)
{
    return (int32_t)strcspn(mode, "+");
}

/* ---- a table as it was ---- */

bool tr_table_unknown(const tr_table *t)
{
    return memchr(t->source, TR_FROM_NOTHING, (size_t)t->n * (size_t)t->n) != NULL;
}

tr_table_memory tr_table_remember(const tr_table *t, tr_arena *arena)
{
    size_t cells = (size_t)t->n * (size_t)t->n;
    tr_table_memory m = {TR_NEW(arena, uint8_t, cells + 1), TR_NEW(arena, tr_snap, t->n + 1)};
    memcpy(m.source, t->source, cells);
    memcpy(m.snaps, t->snaps, (size_t)t->n * sizeof *m.snaps);
    return m;
}

void tr_table_restore(tr_table *t, const tr_table_memory *m)
{
    for (size_t i = 0; i < (size_t)t->n * (size_t)t->n; i++) {
        if (t->source[i] == m->source[i]) continue;
        t->seconds[i] = t->metres[i] = TR_NO_ROAD, t->source[i] = m->source[i];
        if (t->cached) t->cached[i] = false;
    }
    memcpy(t->snaps, m->snaps, (size_t)t->n * sizeof *m->snaps);
}

/* ---- filling the morning ---- */

typedef enum { JOINED, FAR, CUT } reach; /* of a place in a profile: in order of the checks */

typedef struct {
    tr_morning *morning;
    double warn_m, left_m;
    int32_t n, n_modes;
    const char *const *modes;
    reach *reached; /* [n_modes * n] */
    const char *file; /* the source, for messages */
    tr_diag *diag;
} filling;

static const char *kind_word(tr_place_kind kind)
{
    return kind == TR_PLACE_DEPOT ? "depot" : kind == TR_PLACE_SITE ? "site" : "stop";
}

/* Must vehicles of this profile get to the place?  A site is for all, a depot for those based there. */
static bool is_hub(const filling *f, int32_t profile, int32_t place)
{
    const tr_problem *p = &f->morning->problem;
    if (f->morning->places[place].kind != TR_PLACE_DEPOT)
        return f->morning->places[place].kind == TR_PLACE_SITE;
    for (int32_t v = 0; v < p->n_vehicles; v++)
        if (p->vehicles[v].available && p->vehicles[v].profile == profile &&
            (p->vehicles[v].start_place == place || p->vehicles[v].end_place == place))
            return true;
    return p->n_vehicles == 0;
}

static void clear_cells(tr_table *t, int32_t place)
{
    for (int32_t j = 0; j < t->n; j++) {
        if (j == place) continue;
        size_t there = (size_t)place * t->n + j, back = (size_t)j * t->n + place;
        t->seconds[there] = t->metres[there] = t->seconds[back] = t->metres[back] = TR_NO_ROAD;
    }
}

static bool joined(const tr_table *t, int32_t a, int32_t b)
{
    return t->seconds[(size_t)a * t->n + b] != TR_NO_ROAD && t->seconds[(size_t)b * t->n + a] != TR_NO_ROAD;
}

/* The depot or site that is joined with most places, -1 if there is none: what is not joined with it
 * is out of reach.  So a single depot put on an island does not make strays of all the others. */
static int32_t main_hub(const filling *f, const tr_table *t, int32_t profile)
{
    int32_t best = -1, best_joined = -1;
    for (int32_t i = 0; i < f->n; i++) {
        if (f->reached[(size_t)profile * f->n + i] != JOINED || !is_hub(f, profile, i)) continue;
        int32_t n_joined = 0;
        for (int32_t j = 0; j < f->n; j++) n_joined += joined(t, i, j);
        if (n_joined > best_joined) best = i, best_joined = n_joined;
    }
    return best;
}

/* Snapped points and distances are kept to what a recording holds, so that one reads back the same. */
static void take_snaps(filling *f, tr_table *t)
{
    for (int32_t i = 0; i < f->n; i++) {
        tr_place *place = &f->morning->places[i];
        double m = t->snaps[i].m < 0 ? -1 : round(t->snaps[i].m * 10) / 10;
        t->snaps[i].m = m;
        if (m <= place->snap_m || isinf(m)) continue; /* the worst of the profiles stands */
        place->snap_m = m;
        place->snap_lat = round(t->snaps[i].lat * 1e6) / 1e6;
        place->snap_lon = round(t->snaps[i].lon * 1e6) / 1e6;
    }
}

static void judge_reach(filling *f, tr_table *t, int32_t profile)
{
    reach *reached = &f->reached[(size_t)profile * f->n];
    for (int32_t i = 0; i < f->n; i++) {
        if (t->snaps[i].m <= f->left_m) continue;
        reached[i] = FAR;
        clear_cells(t, i);
    }
    int32_t hub = main_hub(f, t, profile);
    if (hub < 0) return;
    int32_t n_stops = 0, n_strays = 0;
    for (int32_t i = 0; i < f->n; i++) {
        bool stop = f->morning->places[i].kind == TR_PLACE_STOP;
        n_stops += stop;
        if (i != hub && reached[i] == JOINED && !joined(t, hub, i)) reached[i] = CUT;
        n_strays += stop && reached[i] != JOINED;
    }
    for (int32_t i = 0; i < f->n; i++) /* after all were judged by the cells as they came */
        if (reached[i] == CUT) clear_cells(t, i);
    if (n_stops && n_strays == n_stops && f->diag)
        tr_diag_add(f->diag, TR_WARNING, f->file, f->morning->places[hub].name,
                    "no road joins this %s with any of the %d stops by profile %s",
                    kind_word(f->morning->places[hub].kind), n_stops, t->mode);
}

static const char *far_words(filling *f, double m)
{
    if (m < 0) return "no road near it";
    return tr_arena_printf(f->morning->arena, "%.0f m from the nearest road", m);
}

/* Sets the finding of one place.  True if it is a depot or site that is needed and out of reach. */
static bool find(filling *f, int32_t i, int32_t *stray_profile)
{
    tr_place *place = &f->morning->places[i];
    int32_t n_far = 0, n_cut = 0, first = -1;
    bool lost = false;
    for (int32_t p = 0; p < f->n_modes; p++) {
        reach r = f->reached[(size_t)p * f->n + i];
        if (r == JOINED) continue;
        if (first < 0) first = p;
        n_far += r == FAR;
        n_cut++;
        lost |= place->kind == TR_PLACE_DEPOT && is_hub(f, p, i);
    }
    lost |= place->kind == TR_PLACE_SITE && n_cut == f->n_modes;
    *stray_profile = first;
    if (n_far == f->n_modes)
        place->finding = tr_arena_printf(f->morning->arena, "no road within %g km", f->left_m / 1000);
    else if (n_cut == f->n_modes)
        place->finding = "no road";
    else if (n_cut)
        place->finding = tr_arena_printf(f->morning->arena, "no road for profile %s", f->modes[first]);
    else if (place->snap_m > f->warn_m)
        place->finding = far_words(f, place->snap_m);
    return lost;
}

/* One finding for each place that needs one; each goes to diag, strayed depots and sites as errors. */
static tr_status find_all(filling *f, tr_err *err)
{
    int32_t n_lost = 0, first_lost = -1, first_profile = -1;
    for (int32_t i = 0; i < f->n; i++) {
        tr_place *place = &f->morning->places[i];
        int32_t profile;
        bool lost = find(f, i, &profile);
        if (lost && n_lost++ == 0) first_lost = i, first_profile = profile;
        if (place->finding && f->diag)
            tr_diag_add(f->diag, lost ? TR_ERROR : TR_WARNING, f->file, place->name,
                        "%s at lat %.6f, lon %.6f: %s", kind_word(place->kind), place->lat, place->lon,
                        place->finding);
    }
    if (!n_lost) return TR_OK;
    const tr_place *place = &f->morning->places[first_lost];
    bool far = f->reached[(size_t)first_profile * f->n + first_lost] == FAR;
    return tr_fail(err, TR_EROUTING, "%s: %s %s at lat %.6f, lon %.6f is out of reach by profile %s: %s%s%s; "
                   "is the place right, and does the map cover it?",
                   f->file, kind_word(place->kind), place->name, place->lat, place->lon,
                   f->modes[first_profile],
                   far ? far_words(f, place->snap_m) : "no road joins it with the other depots and sites",
                   n_lost > 1 ? ", and so are others: " : "",
                   n_lost > 1 ? tr_arena_printf(f->morning->arena, "%d in all", n_lost) : "");
}

static tr_table new_table(const filling *f, const char *mode)
{
    tr_arena *arena = f->morning->arena;
    size_t n = (size_t)f->n;
    tr_table t = {.mode = mode, .n = f->n, .places = f->morning->places, .day = f->morning->problem.day,
                  .seconds = TR_NEW(arena, int32_t, n * n), .metres = TR_NEW(arena, int32_t, n * n),
                  .source = TR_NEW(arena, uint8_t, n * n), .snaps = TR_NEW(arena, tr_snap, n),
                  .cached = TR_NEW(arena, bool, n * n)};
    for (size_t i = 0; i < n * n; i++) {
        bool diagonal = i % (n + 1) == 0;
        t.seconds[i] = t.metres[i] = diagonal ? 0 : TR_NO_ROAD;
        t.source[i] = diagonal ? TR_FROM_OSRM : TR_FROM_NOTHING;
    }
    for (size_t i = 0; i < n; i++) t.snaps[i] = (tr_snap){.m = -1};
    return t;
}

/* A cell that no source knew is an error that names it. */
static tr_status check_known(const filling *f, const tr_table *t, tr_err *err)
{
    int64_t n_missing = 0, first = -1;
    char more[60] = "";
    for (int64_t i = 0; i < (int64_t)t->n * t->n; i++)
        if (t->source[i] == TR_FROM_NOTHING && n_missing++ == 0) first = i;
    if (!n_missing) return TR_OK;
    if (n_missing > 1) snprintf(more, sizeof more, " and %lld other ways", (long long)n_missing - 1);
    return tr_fail(err, TR_EROUTING, "%s: knows no way from %s to %s%s by %s", f->file, t->places[first / t->n].name,
                   t->places[first % t->n].name, more, t->mode);
}

/* After the places out of reach are known: each cell counts once, so that the six add up. */
static void count_cells(const tr_table *t, tr_coverage *c)
{
    c->cells = (int64_t)t->n * (t->n - 1);
    c->recorded = c->asked = c->cached = c->stale = c->estimated = c->unreachable = 0;
    for (int64_t i = 0; i < (int64_t)t->n * t->n; i++) {
        if (i % (t->n + 1) == 0) continue;
        if (t->seconds[i] == TR_NO_ROAD) c->unreachable++;
        else if (t->source[i] == TR_FROM_RECORDING) c->recorded++;
        else if (t->source[i] == TR_FROM_ESTIMATE) c->estimated++;
        else if (t->source[i] == TR_FROM_STALE) c->stale++;
        else if (t->cached[i]) c->cached++;
        else c->asked++;
    }
}

const tr_coverage *tr_travel_coverage(const tr_travel *travel, int32_t *n_modes)
{
    *n_modes = travel->n_coverage;
    return travel->coverage;
}

/* See travel.h.  On failure the morning has no travel, but its findings are told. */
tr_status tr_travel_fill(tr_travel *travel, tr_morning *morning, const char *const *modes,
                         int32_t n_modes, tr_diag *diag, tr_err *err)
{
    if (n_modes < 1) return tr_fail(err, TR_EINTERNAL, "travel is asked for without a profile");
    filling f = {.morning = morning, .n = morning->n_places, .modes = modes, .n_modes = n_modes,
                 .file = travel->description, .diag = diag,
                 .warn_m = morning->triage.snap_warn_m > 0 ? morning->triage.snap_warn_m : default_warn_m,
                 .left_m = morning->triage.snap_left_m > 0 ? morning->triage.snap_left_m : default_left_m};
    f.reached = TR_NEW(morning->arena, reach, (size_t)f.n * (size_t)n_modes);
    tr_travel_matrix *matrices = TR_NEW(morning->arena, tr_travel_matrix, n_modes);
    for (int32_t i = 0; i < f.n; i++) {
        tr_place *place = &morning->places[i];
        place->snap_lat = place->lat, place->snap_lon = place->lon, place->snap_m = -1;
        place->finding = NULL;
    }
    travel->n_coverage = n_modes;
    travel->coverage = TR_NEW(travel->arena, tr_coverage, n_modes);
    for (int32_t p = 0; p < n_modes; p++) {
        travel->coverage[p].mode = tr_arena_strdup(travel->arena, modes[p]);
        tr_table t = new_table(&f, modes[p]);
        TR_TRY(travel->table(travel, &t, &travel->coverage[p], diag, err));
        TR_TRY(check_known(&f, &t, err));
        take_snaps(&f, &t);
        judge_reach(&f, &t, p);
        count_cells(&t, &travel->coverage[p]);
        matrices[p] = (tr_travel_matrix){.profile = tr_arena_strdup(morning->arena, modes[p]),
                                         .seconds = t.seconds, .metres = t.metres, .source = t.source};
    }
    TR_TRY(find_all(&f, err));
    morning->problem.travel = matrices;
    morning->problem.n_profiles = n_modes;
    morning->problem.n_places = morning->n_places;
    return TR_OK;
}

/* ---- legs ---- */

static void draw_straight(tr_arena *arena, const tr_place *a, const tr_place *b, tr_leg *leg)
{
    double *line = TR_NEW(arena, double, 4);
    line[0] = a->lon, line[1] = a->lat, line[2] = b->lon, line[3] = b->lat;
    leg->lon_lat = line;
    leg->n_points = 2;
}

/* A road that takes another time than its cell says that the map changed in between. */
static void compare(const tr_travel *travel, const tr_morning *morning, int32_t profile, int32_t n, const int32_t *places,
                    const tr_leg *legs, tr_diag *diag)
{
    enum { SHOWN = 3 };
    const tr_travel_matrix *m = &morning->problem.travel[profile];
    int32_t n_other = 0;
    const char *text = "";
    for (int32_t k = 0; diag && k + 1 < n; k++) {
        size_t cell = (size_t)places[k] * (size_t)morning->n_places + (size_t)places[k + 1];
        if (legs[k].estimated || legs[k].seconds < 0 || !m->source || m->seconds[cell] == TR_NO_ROAD) continue;
        if (m->source[cell] != TR_FROM_OSRM && m->source[cell] != TR_FROM_RECORDING) continue;
        if (llabs(legs[k].seconds - m->seconds[cell]) <= 1 || n_other++ >= SHOWN) continue;
        text = tr_arena_printf(diag->arena, "%s%s%s to %s %lld s and not %d s", text, *text ? ", " : "",
                               morning->places[places[k]].name, morning->places[places[k + 1]].name,
                               (long long)legs[k].seconds, m->seconds[cell]);
    }
    if (n_other)
        tr_diag_add(diag, TR_WARNING, travel->description, m->profile,
                    "%d of %d legs of a route take another time than planned (%s%s): the map was changed in between; plan "
                    "again", n_other, n - 1, text, n_other > SHOWN ? ", ..." : "");
}

tr_status tr_travel_legs(tr_travel *travel, const tr_morning *morning, int32_t profile, int32_t n,
                         const int32_t *places, tr_arena *arena, tr_leg **legs, tr_diag *diag, tr_err *err)
{
    if (profile < 0 || profile >= morning->problem.n_profiles)
        return tr_fail(err, TR_EINTERNAL, "profile %d is not among the %d with travel", profile,
                       morning->problem.n_profiles);
    tr_leg *out = TR_NEW(arena, tr_leg, n > 1 ? n - 1 : 0);
    for (int32_t k = 0; k + 1 < n; k++) out[k] = (tr_leg){.seconds = -1, .metres = -1};
    if (n > 1)
        TR_TRY(travel->legs(travel, morning->problem.travel[profile].profile, morning->places, n, places,
                            arena, out, diag, err));
    for (int32_t k = 0; k + 1 < n; k++) {
        const tr_place *a = &morning->places[places[k]], *b = &morning->places[places[k + 1]];
        if (tr_place_same(a, b)) {
            out[k] = (tr_leg){.seconds = 0, .metres = 0};
            draw_straight(arena, a, a, &out[k]);
        } else if (out[k].n_points < 2) {
            out[k].estimated = true;
            draw_straight(arena, a, b, &out[k]);
        }
    }
    compare(travel, morning, profile, n, places, out, diag);
    *legs = out;
    return TR_OK;
}
