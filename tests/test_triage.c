/* test_triage.c -- every outcome of triage, splitting, duplicates, and the laws that hold for any feed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "calendar.h"
#include "nearby.h"
#include "readers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    tr_arena *arena;
    tr_morning morning;
    tr_diag diag;
} fixture;

/* The tiny example's fleet and sites, without reports, on Monday 2026-03-02. */
static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    f->arena = tr_arena_new();
    f->morning.arena = f->diag.arena = f->arena;
    tr_input_files files = {.fleet = TR_SOURCE_DIR "/instances/tiny/fleet.json",
                            .sites = TR_SOURCE_DIR "/instances/tiny/sites.json"};
    tr_day_parse("2026-03-02", &files.day);
    if (tr_inputs_read(&files, &f->morning, &f->diag)) return -1;
    f->morning.reports = TR_NEW(f->arena, tr_report, 64);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    tr_arena_free(f->arena);
    free(f);
    return 0;
}

/* A report of one household bag on the highway, far from the others. */
static tr_report *add(fixture *f, const char *id)
{
    int32_t n = f->morning.n_reports++;
    tr_report *r = &f->morning.reports[n];
    int32_t day = f->morning.problem.day - 1;
    *r = (tr_report){.id = id,
                     .file = "test",
                     .row = n + 1,
                     .has_place = true,
                     .lat = 51.5 + 0.01 * n,
                     .lon = -0.1,
                     .reported_at = (int64_t)day * 86400 + n,
                     .reported_day = day,
                     .waste_type = 10,
                     .size = 0,
                     .land_type = 0,
                     .size_confidence = -1,
                     .kg = -1,
                     .litres = -1,
                     .due_day = -1};
    return r;
}

static void label(fixture *f, tr_report *r, const char *name, double confidence)
{
    tr_label *labels =
        tr_arena_grow(f->arena, r->labels, (size_t)r->n_labels, (size_t)r->n_labels + 1, sizeof *labels);
    labels[r->n_labels++] = (tr_label){name, confidence};
    r->labels = labels;
}

static void word(fixture *f, tr_report *r, const char *stream)
{
    const char **words = tr_arena_grow(f->arena, r->stream_words, (size_t)r->n_stream_words,
                                       (size_t)r->n_stream_words + 1, sizeof *words);
    words[r->n_stream_words++] = stream;
    r->stream_words = words;
}

static const tr_outcome *triage(fixture *f)
{
    assert_int_equal(tr_triage(&f->morning, &f->diag), TR_OK);
    return f->morning.outcomes;
}

static const char *stream_of(const fixture *f, int32_t stop)
{
    return f->morning.problem.streams[f->morning.problem.stops[stop].stream].name;
}

static void unknowns_are_assumed_and_marked(void **state)
{
    fixture *f = *state;
    tr_report *r = add(f, "A");
    r->waste_type = r->size = -1;
    const tr_outcome *o = triage(f);
    assert_int_equal(o->kind, TR_LEFT);
    assert_true(o->waste_type_assumed && o->size_assumed && o->load_assumed);
    assert_string_equal(tr_sizes[o->size], "Car Boot or Less");
    assert_string_equal(tr_waste_types[o->waste_type], "Other (unidentified)");
    assert_string_equal(stream_of(f, 0), "general");
    assert_int_equal(f->morning.problem.stops[0].kg, 60);
    int32_t due;
    tr_day_parse("2026-03-06", &due); /* reported on a Sunday, five working days */
    assert_int_equal(f->morning.problem.stops[0].due_day, due);
}

static void a_hazard_label_counts_from_its_threshold(void **state)
{
    fixture *f = *state;
    label(f, add(f, "A"), "Asbestos", 0.30);
    label(f, add(f, "B"), "Asbestos", 0.29);
    label(f, add(f, "C"), "Asbestos", 0.10);
    label(f, add(f, "D"), "Asbestos", 0.09);
    tr_report *known = add(f, "E");
    known->waste_type = 6; /* asbestos already: a weak label is no doubt */
    label(f, known, "Asbestos", 0.2);
    const tr_outcome *o = triage(f);
    assert_int_equal(o[0].kind, TR_LEFT);
    assert_int_equal(o[0].hazard, 2);
    assert_string_equal(o[0].hazard_evidence, "label Asbestos 0.30");
    assert_int_equal(o[0].n_stops, 2); /* asbestos apart from the bags */
    assert_int_equal(o[1].kind, TR_REVIEW);
    assert_int_equal(o[2].kind, TR_REVIEW);
    assert_int_equal(o[3].kind, TR_LEFT);
    assert_int_equal(o[3].hazard, 0);
    assert_int_equal(o[4].kind, TR_LEFT);
    assert_string_equal(o[4].hazard_evidence, "waste type Asbestos");
}

static void a_word_of_the_text_makes_it_hazardous(void **state)
{
    fixture *f = *state;
    tr_report *r = add(f, "A");
    r->hazard_word = "needle";
    word(f, r, "clinical");
    const tr_outcome *o = triage(f);
    assert_int_equal(o->hazard, 3);
    assert_string_equal(o->hazard_evidence, "word needle");
    assert_string_equal(stream_of(f, 0), "clinical");
    assert_string_equal(f->morning.problem.stops[0].id, "A/1");
    assert_true(f->morning.problem.stops[0].certs == 4);
    int32_t due;
    tr_day_parse("2026-03-02", &due);
    assert_int_equal(f->morning.problem.stops[0].due_day, due);
    assert_non_null(strstr(f->morning.stop_notes[1].ppe, "also here: SHARPS"));
}

static void a_narrower_name_replaces_the_family(void **state)
{
    fixture *f = *state;
    tr_report *r = add(f, "A");
    r->waste_type = 3; /* white goods: a fridge unless told otherwise */
    word(f, r, "weee");
    add(f, "B")->waste_type = 3;
    tr_report *lagging = add(f, "C");
    lagging->waste_type = 6;
    word(f, lagging, "asbestos_fibrous");
    const tr_outcome *o = triage(f);
    assert_int_equal(o[0].n_stops, 1);
    assert_string_equal(stream_of(f, o[0].first_stop), "weee");
    assert_string_equal(stream_of(f, o[1].first_stop), "fridge");
    assert_int_equal(o[2].kind, TR_CONTRACTOR);
    assert_int_equal(o[2].hazard, 3);
    assert_string_equal(o[2].reason, "no vehicle has a compartment for asbestos_fibrous");
}

static void low_size_confidence_takes_the_next_size(void **state)
{
    fixture *f = *state;
    tr_report *a = add(f, "A"), *b = add(f, "B"), *c = add(f, "C");
    a->size_confidence = 0.59;
    b->size_confidence = 0.60;
    c->size = TR_N_SIZES - 1;
    c->size_confidence = 0.1;
    const tr_outcome *o = triage(f);
    assert_int_equal(o[0].size, 1);
    assert_int_equal(o[1].size, 0);
    assert_int_equal(o[2].size, TR_N_SIZES - 1);
}

static void large_and_dangerous_ones_are_referred(void **state)
{
    fixture *f = *state;
    add(f, "A")->kg = 20001;
    add(f, "B")->litres = 20001;
    tr_report *drums = add(f, "C"), *cans = add(f, "D"), *unknown = add(f, "E"), *private = add(f, "F");
    drums->waste_type = cans->waste_type = unknown->waste_type = 11;
    drums->litres = 76;
    cans->litres = 75;
    unknown->size = -1;
    private->land_type = 6;
    private->kg = 30000;
    const tr_outcome *o = triage(f);
    assert_int_equal(o[0].kind, TR_REFER);
    assert_int_equal(o[1].kind, TR_REFER);
    assert_int_equal(o[2].kind, TR_REFER);
    assert_int_equal(o[3].kind, TR_CONTRACTOR); /* nobody here carries chemicals */
    assert_int_equal(o[4].kind, TR_CONTRACTOR);
    assert_int_equal(o[5].kind, TR_REFER); /* asked before the land */
}

static void private_land_is_not_ours_unless_flagged(void **state)
{
    fixture *f = *state;
    for (int32_t land = 0; land < TR_N_LAND_TYPES; land++)
        add(f, tr_arena_printf(f->arena, "L%d", land))->land_type = land;
    tr_report *flagged = add(f, "X");
    flagged->land_type = 6;
    flagged->council_responsible = true;
    const tr_outcome *o = triage(f);
    for (int32_t land = 0; land < TR_N_LAND_TYPES; land++)
        assert_int_equal(o[land].kind, land == 3 || (land >= 5 && land <= 7) ? TR_NOT_OURS : TR_LEFT);
    assert_int_equal(o[TR_N_LAND_TYPES].kind, TR_LEFT);
}

static void contractors_get_what_nobody_could_take(void **state)
{
    fixture *f = *state;
    tr_vehicle *vehicles = (tr_vehicle *)f->morning.problem.vehicles;
    vehicles[1].available = false; /* today or not does not matter */
    add(f, "A")->waste_type = 6;
    add(f, "B")->waste_type = 0;
    const tr_outcome *o = triage(f);
    assert_int_equal(o[0].kind, TR_LEFT);
    assert_int_equal(o[1].kind, TR_CONTRACTOR);
    vehicles[1].certs = 0;
    o = triage(f);
    assert_int_equal(o[0].kind, TR_CONTRACTOR);
    assert_string_equal(o[0].reason,
                        "no vehicle that carries asbestos_bonded is certified for it (asbestos_bonded)");
    vehicles[1].certs = 1;
    ((tr_site *)f->morning.problem.sites)[1].streams = 0;
    o = triage(f);
    assert_string_equal(o[0].reason, "no disposal site takes asbestos_bonded");
}

static void loads_are_cut_to_the_largest_compartment(void **state)
{
    fixture *f = *state;
    tr_report *r = add(f, "A");
    r->waste_type = 8;
    r->kg = 2501; /* the tipper holds 1000 kg */
    r->litres = 3001;
    const tr_outcome *o = triage(f);
    assert_int_equal(o->n_stops, 3);
    assert_false(o->load_assumed);
    int64_t kg = 0, litres = 0;
    for (int32_t i = 0; i < 3; i++) {
        const tr_stop *s = &f->morning.problem.stops[i];
        assert_string_equal(s->id, tr_arena_printf(f->arena, "A/%d", i + 1));
        assert_true(s->kg <= 1000 && s->kg >= 833);
        assert_int_equal(s->place, f->morning.problem.stops[0].place);
        kg += s->kg;
        litres += s->litres;
    }
    assert_int_equal(kg, 2501);
    assert_int_equal(litres, 3001);
}

/* Of a whole report, what its stream asks on top included; parts share it, another stream adds its own. */
static void a_fitted_time_stands_for_the_size(void **state)
{
    fixture *f = *state;
    tr_triage_policy *t = &f->morning.triage;
    t->service[2][6] = (tr_service_time){2000.4, 0.3};
    t->service[3][8] = t->service[3][10] = (tr_service_time){1300, 0.4};
    tr_report *asbestos = add(f, "A"), *bags = add(f, "B"), *load = add(f, "C"), *other = add(f, "D");
    asbestos->waste_type = 6;
    asbestos->size = 2;
    bags->size = 3;
    word(f, bags, "pops");
    load->size = 3;
    load->waste_type = 8;
    load->kg = 2501; /* three loads */
    other->size = 3;
    other->waste_type = 12;
    const tr_outcome *o = triage(f);
    const tr_stop *stops = f->morning.problem.stops;
    assert_int_equal(o[0].n_stops, 1);
    assert_int_equal(stops[o[0].first_stop].service_s, 2000);
    assert_int_equal(o[1].n_stops, 2);
    assert_int_equal(stops[o[1].first_stop].service_s + stops[o[1].first_stop + 1].service_s, 1300);
    assert_int_equal(o[2].n_stops, 3);
    for (int32_t k = 0; k < 3; k++) assert_int_equal(stops[o[2].first_stop + k].service_s, (1300 + 2) / 3);
    assert_int_equal(stops[o[3].first_stop].service_s, 18 * 60);
    const tr_stop_note *note = &f->morning.stop_notes[o[0].first_stop];
    assert_true(note->service.mean_s == 2000 && note->service.sigma == 0.3);
}

/* Every stop's time is what is enough that often; its mean is kept beside it. */
static void risk_plans_with_a_quantile(void **state)
{
    fixture *f = *state;
    f->morning.triage.risk = 0.9;
    f->morning.triage.size_sigma[3] = 0.4;
    tr_report *r = add(f, "A");
    r->size = 3;
    triage(f);
    assert_int_equal(f->morning.problem.stops[0].service_s, 1665); /* 1080 exp(0.4 x 1.28155 - 0.08) = 1664.6 */
    assert_true(f->morning.stop_notes[0].service.mean_s == 1080);
}

static void one_measure_keeps_the_proportion_of_the_size(void **state)
{
    fixture *f = *state;
    tr_report *r = add(f, "A");
    r->size = 2; /* 60 kg in 500 litres */
    r->litres = 250;
    tr_report *s = add(f, "B");
    s->size = 2;
    s->kg = 90;
    f->morning.triage.kg_per_m3[8] = 1200;
    tr_report *rubble = add(f, "C");
    rubble->waste_type = 8;
    rubble->size = 2;
    triage(f);
    assert_int_equal(f->morning.problem.stops[0].kg, 30);
    assert_int_equal(f->morning.problem.stops[1].litres, 750);
    assert_int_equal(f->morning.problem.stops[2].kg, 600);
}

/* ---- duplicates ---- */

static void a_duplicate_passes_on_what_is_worse(void **state)
{
    fixture *f = *state;
    tr_report *a = add(f, "A"), *b = add(f, "B");
    b->lat = a->lat;
    a->waste_type = TR_N_WASTE_TYPES - 1; /* unidentified: of any kind */
    b->waste_type = 6;
    b->size = 3;
    b->due_day = 100;
    const tr_outcome *o = triage(f);
    assert_int_equal(o[0].kind, TR_LEFT);
    assert_int_equal(o[1].kind, TR_DUPLICATE);
    assert_int_equal(o[1].duplicate_of, 0);
    assert_int_equal(o[1].n_stops, 0);
    assert_int_equal(o[0].hazard, 2);
    assert_int_equal(o[0].size, 3);
    assert_int_equal(o[0].waste_type, 6);
    assert_string_equal(o[0].hazard_evidence, "waste type Asbestos in B");
    assert_int_equal(f->morning.problem.stops[0].due_day, 100);
}

static void another_kind_of_waste_is_no_duplicate(void **state)
{
    fixture *f = *state;
    static const int32_t types[] = {10, 12, 6, 6}; /* household bags, other household, asbestos twice */
    for (int i = 0; i < 4; i++) {
        tr_report *r = add(f, tr_arena_printf(f->arena, "R%d", i));
        r->lat = 51.5;
        r->waste_type = types[i];
    }
    const tr_outcome *o = triage(f);
    assert_int_equal(o[0].kind, TR_LEFT);
    assert_int_equal(o[1].duplicate_of, 0); /* bags and household waste may share a compartment */
    assert_int_not_equal(o[2].kind, TR_DUPLICATE);
    assert_int_equal(o[3].duplicate_of, 2);
    assert_int_equal(o[0].hazard, 0);
}

static void only_the_earliest_of_a_place_is_matched(void **state)
{
    fixture *f = *state;
    static const int32_t days[] = {0, 2, 4, 5};
    for (int i = 0; i < 4; i++) {
        tr_report *r = add(f, tr_arena_printf(f->arena, "R%d", i));
        r->lat = 51.5;
        r->reported_day = days[i];
        r->reported_at = days[i] * 86400;
    }
    const tr_outcome *o = triage(f);
    assert_int_equal(o[0].kind, TR_LEFT);
    assert_int_equal(o[1].duplicate_of, 0);
    assert_int_equal(o[2].kind, TR_LEFT); /* four days after R0; R1 is no first report */
    assert_int_equal(o[3].duplicate_of, 2);
}

static void closed_and_broken_rows_have_no_duplicates(void **state)
{
    fixture *f = *state;
    add(f, "A")->closed = "already fixed";
    add(f, "B")->lat = 51.5;
    tr_report *c = add(f, "C");
    c->lat = 51.5;
    c->fault = "column kg: wrong";
    const tr_outcome *o = triage(f);
    assert_int_equal(o[0].kind, TR_NOT_OURS);
    assert_int_equal(o[1].kind, TR_LEFT);
    assert_int_equal(o[2].kind, TR_REVIEW);
    assert_string_equal(o[2].reason, "column kg: wrong");
}

static void count(void *context, int32_t item)
{
    (void)item;
    ++*(int32_t *)context;
}

static void distance_is_geodesic_everywhere(void **state)
{
    fixture *f = *state;
    static const double places[][2] = {{51.5, -0.1},     {0.0001, 0}, {89.9999, 45},
                                       {-33, 179.99999}, {-90, 0},    {60, -179.99999}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        double lat = places[i][0], lon = places[i][1], north = lat > 89.9 ? -1 : 1;
        tr_nearby *nearby = tr_nearby_new(f->arena, 2, 20);
        tr_nearby_add(nearby, lat, lon, 0);
        int32_t n = 0;
        tr_nearby_each(nearby, lat + north * 19.8 / 111700, lon, count, &n);
        assert_int_equal(n, 1);
        n = 0;
        tr_nearby_each(nearby, lat + north * 20.5 / 110500, lon, count, &n);
        assert_int_equal(n, 0);
    }
    tr_nearby *line = tr_nearby_new(f->arena, 1, 20); /* across the date line */
    int32_t n = 0;
    tr_nearby_add(line, 10, 179.99995, 0);
    tr_nearby_each(line, 10, -179.99995, count, &n);
    assert_int_equal(n, 1);
}

/* ---- any feed ---- */

static double unit(void)
{
    return rand() / (RAND_MAX + 1.0);
}

static void random_report(fixture *f)
{
    static const char *const names[] = {"asbestos",     "sofa",     "fridge",
                                        "gas cylinder", "mattress", "unheard of"};
    tr_report *r = add(f, tr_arena_printf(f->arena, "R%d", f->morning.n_reports));
    r->lat = 51.5 + (rand() % 6) * 0.0001;
    r->reported_day = f->morning.problem.day - rand() % 9;
    r->reported_at = (int64_t)r->reported_day * 86400 + rand() % 3;
    r->waste_type = rand() % (TR_N_WASTE_TYPES + 1) - 1;
    r->size = rand() % (TR_N_SIZES + 1) - 1;
    r->land_type = rand() % 3 ? 0 : rand() % TR_N_LAND_TYPES;
    r->size_confidence = rand() % 2 ? unit() : -1;
    r->kg = rand() % 4 ? -1 : rand() % 25000;
    r->litres = rand() % 4 ? -1 : rand() % 25000;
    for (int k = rand() % 3; k > 0; k--) label(f, r, names[rand() % 6], unit());
    if (rand() % 8 == 0) word(f, r, tr_stream_names[rand() % TR_STREAM_COUNT]);
    if (rand() % 15 == 0) r->fault = "column lat: wrong";
    if (rand() % 15 == 0) r->closed = "already fixed";
}

/* Each report has one outcome, each stop one report; loads add up; every stop fits some compartment. */
static void check_laws(const fixture *f)
{
    const tr_morning *m = &f->morning;
    int32_t stops = 0;
    for (int32_t i = 0; i < m->n_reports; i++) {
        const tr_outcome *o = &m->outcomes[i];
        assert_true(o->kind > TR_ROUTED && o->kind < TR_N_OUTCOMES);
        assert_true((o->kind == TR_LEFT) == (o->n_stops > 0));
        assert_true((o->kind == TR_DUPLICATE) == (o->duplicate_of >= 0));
        if (o->kind == TR_DUPLICATE)
            assert_true(m->outcomes[o->duplicate_of].kind != TR_DUPLICATE && o->duplicate_of != i);
        else if (o->kind != TR_LEFT)
            assert_non_null(o->reason);
        int64_t kg = 0, litres = 0;
        int32_t worst = 0;
        for (int32_t k = 0; k < o->n_stops; k++, stops++) {
            const tr_stop *s = &m->problem.stops[o->first_stop + k];
            assert_int_equal(m->stop_notes[o->first_stop + k].report, i);
            assert_true(s->kg >= 0 && s->litres >= 0 && s->service_s > 0);
            kg += s->kg;
            litres += s->litres;
            if (s->hazard > worst) worst = s->hazard;
            bool fits = false;
            for (int32_t v = 0; v < m->problem.n_vehicles; v++)
                for (int32_t c = 0; c < m->problem.vehicles[v].n_compartments; c++) {
                    const tr_compartment *box = &m->problem.vehicles[v].compartments[c];
                    fits = fits ||
                           (s->kg <= box->kg && s->litres <= box->litres && box->streams >> s->stream & 1 &&
                            (s->certs & ~m->problem.vehicles[v].certs) == 0);
                }
            assert_true(fits);
        }
        if (!o->n_stops) continue;
        assert_int_equal(worst, o->hazard);
        if (m->reports[i].kg >= 0) assert_int_equal(kg, m->reports[i].kg);
        if (m->reports[i].litres >= 0) assert_int_equal(litres, m->reports[i].litres);
    }
    assert_int_equal(stops, m->problem.n_stops);
}

static void outcomes_add_up_and_order_does_not_matter(void **state)
{
    (void)state;
    const char *text = getenv("TR_SEED");
    unsigned seed = text ? (unsigned)strtoul(text, NULL, 10) : 20260302u;
    print_message("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 200; round++) {
        void *made;
        assert_int_equal(set_up(&made), 0);
        fixture *f = made;
        int32_t n = 1 + rand() % 50;
        for (int32_t i = 0; i < n; i++) random_report(f);
        triage(f);
        check_laws(f);
        tr_report *rows = TR_NEW(f->arena, tr_report, n);
        tr_outcome *before = f->morning.outcomes;
        int32_t *from = TR_NEW(f->arena, int32_t, n), *to = TR_NEW(f->arena, int32_t, n);
        for (int32_t i = 0; i < n; i++) from[i] = i;
        for (int32_t i = n - 1; i > 0; i--) {
            int32_t k = rand() % (i + 1), swap = from[i];
            from[i] = from[k];
            from[k] = swap;
        }
        for (int32_t i = 0; i < n; i++) {
            rows[i] = f->morning.reports[from[i]];
            to[from[i]] = i;
        }
        f->morning.reports = rows;
        triage(f);
        check_laws(f);
        for (int32_t i = 0; i < n; i++) {
            const tr_outcome *a = &before[from[i]], *b = &f->morning.outcomes[i];
            assert_int_equal(a->kind, b->kind);
            assert_int_equal(a->n_stops, b->n_stops);
            assert_int_equal(a->hazard, b->hazard);
            assert_int_equal(a->size, b->size);
            if (a->duplicate_of >= 0) assert_int_equal(to[a->duplicate_of], b->duplicate_of);
        }
        tear_down(&made);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(unknowns_are_assumed_and_marked),
        TEST(a_hazard_label_counts_from_its_threshold),
        TEST(a_word_of_the_text_makes_it_hazardous),
        TEST(a_narrower_name_replaces_the_family),
        TEST(low_size_confidence_takes_the_next_size),
        TEST(large_and_dangerous_ones_are_referred),
        TEST(private_land_is_not_ours_unless_flagged),
        TEST(contractors_get_what_nobody_could_take),
        TEST(loads_are_cut_to_the_largest_compartment),
        TEST(a_fitted_time_stands_for_the_size),
        TEST(risk_plans_with_a_quantile),
        TEST(one_measure_keeps_the_proportion_of_the_size),
        TEST(a_duplicate_passes_on_what_is_worse),
        TEST(another_kind_of_waste_is_no_duplicate),
        TEST(only_the_earliest_of_a_place_is_matched),
        TEST(closed_and_broken_rows_have_no_duplicates),
        TEST(distance_is_geodesic_everywhere),
        cmocka_unit_test(outcomes_add_up_and_order_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
