/* test_public.c -- readers of public benchmark files: figures by hand, faults by name, no crash.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "public.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char solomon[] =
    "TINY\n\nVEHICLE\nNUMBER     CAPACITY\n  3         50\n\nCUSTOMER\n"
    "CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME\n\n"
    "    0   0   0    0    5   230    0\n"
    "    1   3   4   10   20    30   12\n"
    "    2   1   1   20    0   100   10\n"
    "    3  -7  24   30    0   200    1\n";

static const char vrplib[] = "NAME : four\t\r\nCOMMENT : \"ours\"\nTYPE : CVRP\nDIMENSION : "
                             "4\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 10\n"
                             "NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 1 1\n4 1 2\nDEMAND_SECTION\n1 0\n2 4\n3 "
                             "5\n4 6\nDEPOT_SECTION\n 1\n -1\nEOF\n";

static const char vrptw[] = "NAME: w\nTYPE: VRPTW\nDIMENSION: 3\nVEHICLES: 2\nCAPACITY: 10\nSERVICE_TIME: "
                            "90\nEDGE_WEIGHT_TYPE: EUC_2D\n"
                            "NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 1 1\nDEMAND_SECTION\n1 0\n2 4\n3 5\n"
                            "TIME_WINDOW_SECTION\n1 0 1000\n3 7 8\n2 5 6.5\nDEPOT_SECTION\n1\n-1\nEOF\n";

static tr_status parse(const char *text, tr_arena *arena, tr_public *instance, tr_err *err)
{
    return tr_public_parse("file", text, strlen(text), arena, instance, err);
}

static int32_t cell(const tr_problem *p, int32_t from, int32_t to)
{
    return p->travel[0].metres[from * p->n_places + to];
}

static void solomon_times_ten(void **state)
{
    tr_arena *arena = *state;
    tr_public in;
    tr_err err;
    assert_int_equal(parse(solomon, arena, &in, &err), TR_OK);
    const tr_problem *p = &in.problem;
    assert_string_equal(in.name, "TINY");
    assert_int_equal(in.scale, 10);
    assert_int_equal(p->n_stops, 3);
    assert_int_equal(p->n_vehicles, 3);
    assert_int_equal(cell(p, 0, 1), 50);
    assert_int_equal(cell(p, 0, 2), 14); /* 14.14 truncated */
    assert_int_equal(cell(p, 1, 2), 36); /* 36.06 */
    assert_int_equal(cell(p, 3, 0), 250);
    assert_int_equal(p->stops[0].windows[0].start_s, 200);
    assert_int_equal(p->stops[0].windows[0].end_s, 300);
    assert_int_equal(p->stops[0].service_s, 120);
    assert_int_equal(p->stops[2].kg, 30);
    assert_string_equal(p->stops[2].id, "3");
    assert_int_equal(p->vehicles[0].start_s, 50);
    assert_int_equal(p->vehicles[2].end_s, 2300);
    assert_int_equal(p->vehicles[2].payload_kg, 50);
}

static void cvrp_rounded(void **state)
{
    tr_arena *arena = *state;
    tr_public in;
    tr_err err;
    assert_int_equal(parse(vrplib, arena, &in, &err), TR_OK);
    const tr_problem *p = &in.problem;
    assert_string_equal(in.name, "four");
    assert_int_equal(in.scale, 1);
    assert_int_equal(p->n_stops, 3);
    assert_true(p->n_vehicles >= 2); /* 15 units of load by 10 */
    assert_int_equal(cell(p, 0, 1), 5);
    assert_int_equal(cell(p, 0, 2), 1);  /* 1.41 */
    assert_int_equal(cell(p, 1, 2), 4);  /* 3.61 */
    assert_int_equal(cell(p, 0, 3), 2);  /* 2.24 */
    assert_int_equal(p->stops[0].n_windows, 0);
    assert_int_equal(p->stops[1].kg, 5);
    assert_true(p->vehicles[0].end_s >= 4 * 5); /* the longest route there can be */
}

static void vrptw_by_node(void **state)
{
    tr_arena *arena = *state;
    tr_public in;
    tr_err err;
    assert_int_equal(parse(vrptw, arena, &in, &err), TR_OK);
    const tr_problem *p = &in.problem;
    assert_int_equal(p->n_vehicles, 2);
    assert_int_equal(cell(p, 0, 2), 14);
    assert_int_equal(p->stops[0].windows[0].start_s, 50);
    assert_int_equal(p->stops[0].windows[0].end_s, 65);
    assert_int_equal(p->stops[1].windows[0].end_s, 80);
    assert_int_equal(p->stops[1].service_s, 900);
    assert_int_equal(p->vehicles[0].end_s, 10000);
}

/* One stop left weighs more than any distance; two weigh more than one. */
static void leaving_is_worst(void **state)
{
    tr_arena *arena = *state;
    tr_public in;
    tr_err err;
    assert_int_equal(parse(solomon, arena, &in, &err), TR_OK);
    for (int32_t i = 0; i < in.problem.n_stops; i++) {
        assert_true(in.problem.stops[i].due_day < in.problem.day);
        assert_true(in.problem.stops[i].hazard < in.problem.policy.hazardous_rank);
    }
}

static void solution_text(void **state)
{
    tr_arena *arena = *state;
    tr_public in;
    tr_err err;
    assert_int_equal(parse(solomon, arena, &in, &err), TR_OK);
    tr_visit first[] = {{.kind = TR_VISIT_START}, {.kind = TR_VISIT_STOP, .ref = 2}, {.kind = TR_VISIT_END}};
    tr_visit last[] = {{.kind = TR_VISIT_START},
                       {.kind = TR_VISIT_STOP, .ref = 1},
                       {.kind = TR_VISIT_STOP, .ref = 0},
                       {.kind = TR_VISIT_END}};
    tr_route routes[] = {
        {.n_visits = 3, .visits = first}, {.vehicle = 1}, {.vehicle = 2, .n_visits = 4, .visits = last}};
    tr_plan plan = {.n_routes = 3, .routes = routes, .goal = {.cost_pence = 600}};
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    tr_public_print(&in, &plan, out);
    fclose(out);
    assert_string_equal(text, "Route #1: 3\nRoute #2: 2 1\nCost 600\n");
    free(text);
}

/* In `text`, `from` becomes `to`; the fault must tell `message`. */
typedef struct {
    const char *text, *from, *to, *message;
} bad_case;

static const bad_case bad_cases[] = {
    {solomon, "  3         50", "  3         0", "file: line 5: capacity 0 is not in 1..1e+06"},
    {solomon, "  3         50", "  3         ", "file: line 5: 1 numbers where 2 are expected"},
    {solomon, "  3         50", "  3  50 x", "file: line 5: \"x\" after the 2 numbers expected here"},
    {solomon, "    2   1   1", "    4   1   1", "file: line 12: customer 4 where 2 is expected"},
    {solomon, "30   12", "30   twelve", "file: line 11: \"twelve\" does not begin with a number"},
    {solomon, "10   20    30", "51   20    30", "file: node 1: demand 51 is not in 0..50"},
    {solomon, "10   20    30", "9.5   20    30", "file: node 1: demand 9.5 is not a whole number"},
    {solomon, "10   20    30", "10   31    30", "file: node 1: due date 30 is not in 31.."},
    {solomon, "0   0   0    0", "0   0   0    1", "file: node 0: demand of the depot 1 is not in 0..0"},
    {solomon, "-7  24", "nan  24", "\"nan  24"},
    {solomon, "-7  24", "-7e99  24", "file: node 3: x -7e+99 is not in"},
    {vrplib, "TYPE : CVRP", "TYPE : HFVRP", "file: line 3: TYPE HFVRP is not supported (known: CVRP, VRPTW)"},
    {vrplib, "EUC_2D", "EXPLICIT",
     "file: line 5: EDGE_WEIGHT_TYPE EXPLICIT is not supported (known: EUC_2D)"},
    {vrplib, "DIMENSION : 4", "DIMENSION : 4000000", "file: line 4: DIMENSION 4e+06 is not in 1..5000"},
    {vrplib, "DIMENSION : 4", "DIMENSION : 5",
     "file: line 12: \"DEMAND_SECTION\" does not begin with a number"},
    {vrplib, "DIMENSION : 4\n", "", "file: line 6: NODE_COORD_SECTION before DIMENSION"},
    {vrplib, "CAPACITY : 10\n", "", "the file ends without CAPACITY"},
    {vrplib, "2 3 4\n", "1 3 4\n", "file: line 9: the node stands twice in NODE_COORD_SECTION"},
    {vrplib, "2 3 4\n", "9 3 4\n", "file: line 9: node 9 is not in 1..4"},
    {vrplib, " 1\n -1", " 1\n 2\n -1", "file: line 19: a second depot 2 (only one is supported)"},
    {vrplib, "DEMAND_SECTION\n1 0\n2 4\n3 5\n4 6\n", "", "the file ends without DEMAND_SECTION"},
    {vrplib, "DEPOT_SECTION\n 1\n -1\n", "", "the file ends without DEPOT_SECTION"},
    {vrplib, "COMMENT", "COMET", "file: line 2: \"COMET : \"ours\"\" is no part of"},
    {vrptw, "TIME_WINDOW_SECTION\n1 0 1000\n3 7 8\n2 5 6.5\n", "",
     "the file ends without TIME_WINDOW_SECTION"},
    {vrptw, "SERVICE_TIME: 90", "SERVICE_TIME: -1", "file: line 6: SERVICE_TIME -1 is not in 0.."},
};

static void faults_are_named(void **state)
{
    tr_arena *arena = *state;
    for (size_t i = 0; i < sizeof bad_cases / sizeof *bad_cases; i++) {
        const bad_case *c = &bad_cases[i];
        const char *at = strstr(c->text, c->from);
        assert_non_null(at);
        char *text =
            tr_arena_printf(arena, "%.*s%s%s", (int)(at - c->text), c->text, c->to, at + strlen(c->from));
        tr_public in;
        tr_err err = {0};
        assert_int_equal(parse(text, arena, &in, &err), TR_EINPUT);
        if (!strstr(err.text, c->message))
            fail_msg("case %zu: \"%s\" does not tell \"%s\"", i, err.text, c->message);
    }
}

/* Every beginning of a file is a file, or a fault with a text. */
static void cut_anywhere(void **state)
{
    const char *const texts[] = {solomon, vrplib, vrptw};
    (void)state;
    for (size_t k = 0; k < 3; k++)
        for (size_t n = 0; n < strlen(texts[k]); n++) {
            tr_arena *arena = tr_arena_new();
            tr_public in;
            tr_err err = {0};
            tr_status status = tr_public_parse("file", texts[k], n, arena, &in, &err);
            if (status) assert_true(strlen(err.text) > 0);
            else assert_true(in.problem.n_stops >= 0 && in.problem.n_vehicles > 0);
            tr_arena_free(arena);
        }
}

static void unreadable_file(void **state)
{
    tr_public in;
    tr_err err = {0};
    assert_int_equal(tr_public_read("no/such/file", *state, &in, &err), TR_EINPUT);
    assert_string_equal(err.text, "no/such/file: No such file or directory");
    assert_int_equal(tr_public_read("/", *state, &in, &err), TR_EINPUT);
}

static int set_up(void **state) { return *state = tr_arena_new(), 0; }
static int tear_down(void **state) { return tr_arena_free(*state), 0; }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(solomon_times_ten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cvrp_rounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(vrptw_by_node, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaving_is_worst, set_up, tear_down),
        cmocka_unit_test_setup_teardown(solution_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_are_named, set_up, tear_down),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test_setup_teardown(unreadable_file, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
