/* test_compact.c -- the compact model as text: what GLPK reads back, names, and what cannot be put this way.
 *
 * That its optimum is the right one is tested in test_oracle.c (GLPK) and lp_solvers.py (HiGHS, CBC).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "brute.h"
#include "compact.h"
#include "compact_glpk.h"
#include "lp_text.h"
#include "mornings.h"
#include "support.h"
#include "write_file.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MORNINGS = 200 };

static const tr_goal loose = {1000000, 1000000, 0};

/* ---- text ---- */

static glp_prob *read_back(const char *text)
{
    char path[] = "/tmp/test_compact.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    tr_err err;
    assert_int_equal(tr_file_write_text(path, text, &err), TR_OK);
    glp_prob *lp = glp_create_prob();
    int failed = glp_read_lp(lp, NULL, path);
    unlink(path);
    assert_int_equal(failed, 0);
    glp_create_index(lp);
    return lp;
}

/* Every row of `a` is in `b` with the same bound and the same sum. */
static void assert_same_rows(glp_prob *a, glp_prob *b)
{
    static int index[20000];
    static double value[20000], sum[20000];
    for (int r = 1; r <= glp_get_num_rows(a); r++) {
        int s = glp_find_row(b, glp_get_row_name(a, r));
        assert_true(s > 0);
        assert_int_equal(glp_get_row_type(a, r), glp_get_row_type(b, s));
        double bound = glp_get_row_type(a, r) == GLP_UP ? glp_get_row_ub(a, r) - glp_get_row_ub(b, s)
                                                        : glp_get_row_lb(a, r) - glp_get_row_lb(b, s);
        assert_true(bound == 0);
        int n = glp_get_mat_row(b, s, index, value);
        for (int k = 1; k <= n; k++) sum[index[k]] = value[k];
        n = glp_get_mat_row(a, r, index, value);
        for (int k = 1; k <= n; k++) {
            int c = glp_find_col(b, glp_get_col_name(a, index[k]));
            assert_true(c > 0 && sum[c] == value[k]);
            sum[c] = 0;
        }
        n = glp_get_mat_row(b, s, index, value);
        for (int k = 1; k <= n; k++) assert_true(sum[index[k]] == 0);
    }
}

static void assert_same_columns(glp_prob *a, glp_prob *b)
{
    for (int c = 1; c <= glp_get_num_cols(a); c++) {
        int d = glp_find_col(b, glp_get_col_name(a, c));
        if (!d) { /* in no row and no sum: an empty column may be left out */
            assert_int_equal(glp_get_mat_col(a, c, NULL, NULL), 0);
            continue;
        }
        assert_int_equal(glp_get_col_kind(a, c), glp_get_col_kind(b, d));
        assert_true(glp_get_col_lb(a, c) == glp_get_col_lb(b, d));
        assert_true(glp_get_col_ub(a, c) == glp_get_col_ub(b, d));
        assert_true(fabs(glp_get_obj_coef(a, c) - glp_get_obj_coef(b, d)) <=
                    1e-12 * fabs(glp_get_obj_coef(a, c)));
    }
}

static void test_text_is_the_program(void **state)
{
    (void)state;
    int compared = 0;
    glp_term_out(GLP_OFF);
    for (int32_t i = 0; i < MORNINGS; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem problem;
        tr_standard_morning(i, arena, &problem);
        if (tr_compact_can(&problem, NULL) == TR_OK) {
            int32_t level = 1 + i % 3;
            glp_prob *lp = tr_compact_new(&problem, level, &loose);
            glp_prob *back = read_back(tr_compact_text(&problem, level, &loose, arena));
            assert_int_equal(glp_get_num_rows(lp), glp_get_num_rows(back));
            assert_same_rows(lp, back);
            assert_same_columns(lp, back);
            glp_delete_prob(lp);
            glp_delete_prob(back);
            compared++;
        }
        tr_arena_free(arena);
    }
    print_message("%d programs read back as they are\n", compared);
    assert_true(compared >= 150);
}

/* A name of another reader's trouble: longer than 100 bytes, or twice there. */
static void test_names_are_short_and_different(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    const char *ids[] = {"FMS-1234567/2",
                         "FMS_1234567-2",
                         "Schloßstraße 12 hinter der Brücke",
                         "Schloßstraße 12 vor der Brücke",
                         "",
                         "R 1",
                         "R\t1"};
    const char **names = tr_lp_names(ids, 7, arena);
    for (int i = 0; i < 7; i++) {
        assert_true(strlen(names[i]) <= TR_LP_NAME);
        for (int k = 0; k < i; k++) assert_string_not_equal(names[i], names[k]);
        for (const char *c = names[i]; *c; c++)
            assert_true(*c > 32 && *c < 127 && !strchr("+-*/<>=:[]^\\ ", *c));
    }
    assert_string_equal(names[0], "FMS_1234567_2");
    tr_arena_free(arena);
}

static void test_long_ids_keep_names_below_100(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    tr_morning_options o = tr_standard_options(3);
    tr_problem problem;
    o.n_stops = 5, o.n_sites = 2, o.rules &= ~(1u << TR_RULE_FROZEN);
    tr_random_morning(7, &o, arena, &problem);
    const char *long_id = "a-name-that-nobody-should-have-to-read-aloud-or-to-type-but-somebody-has";
    for (int j = 0; j < problem.n_stops; j++) ((tr_stop *)problem.stops)[j].id = long_id;
    for (int v = 0; v < problem.n_vehicles; v++) ((tr_vehicle *)problem.vehicles)[v].id = long_id;
    for (int z = 0; z < problem.n_sites; z++) ((tr_site *)problem.sites)[z].id = long_id;
    glp_prob *lp = tr_compact_new(&problem, 3, &loose);
    glp_create_index(lp);
    for (int c = 1; c <= glp_get_num_cols(lp); c++) {
        assert_true(strlen(glp_get_col_name(lp, c)) <= 100);
        assert_int_equal(glp_find_col(lp, glp_get_col_name(lp, c)), c);
    }
    for (int r = 1; r <= glp_get_num_rows(lp); r++) assert_true(strlen(glp_get_row_name(lp, r)) <= 100);
    glp_delete_prob(lp);
    tr_arena_free(arena);
}

/* ---- what cannot be put this way ---- */

static void assert_refused(const tr_problem *problem, const char *why)
{
    tr_err err = {0};
    assert_int_equal(tr_compact_can(problem, &err), TR_EINPUT);
    if (!strstr(err.text, why)) fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void test_refusals_say_why(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    tr_morning_options o = {.n_stops = 4, .n_vehicles = 2, .n_sites = 1};
    tr_problem problem, other;
    tr_visit start = {.kind = TR_VISIT_START, .ref = -1, .compartment = -1};
    tr_random_morning(1, &o, arena, &problem);
    assert_int_equal(tr_compact_can(&problem, NULL), TR_OK);

    other = problem;
    other.n_stops = 0;
    assert_refused(&other, "there is no stop");
    other = problem;
    other.policy.speed_by_hour[8] = 800;
    assert_refused(&other, "speeds change with the hour (800 permille at 8:00)");
    other.policy.speed_by_hour[8] = 1000;
    assert_int_equal(tr_compact_can(&other, NULL), TR_OK);

    tr_stop *many = TR_NEW(arena, tr_stop, 400); /* all alike */
    for (int j = 0; j < 400; j++) many[j] = problem.stops[0];
    other = problem;
    other.stops = many;
    other.n_stops = 400;
    assert_refused(&other, "400 stops, 2 vehicles and 1 sites make more than 25000 legs");

    ((tr_vehicle *)problem.vehicles)[1].frozen = &start;
    ((tr_vehicle *)problem.vehicles)[1].n_frozen = 1;
    assert_refused(&problem, "vehicle V-2 has visits already done");
    tr_arena_free(arena);
}

/* ---- legs of no time ---- */

/* All stops at one place or two, served in no time: only `rank` keeps two of them from serving each other in a ring. */
static void test_timeless_legs_close_no_ring(void **state)
{
    (void)state;
    int compared = 0;
    for (int32_t i = 0; i < 60; i++) {
        tr_arena *arena = tr_arena_new();
        tr_morning_options o = tr_standard_options(i);
        tr_problem problem;
        tr_plan plan;
        tr_goal goal;
        o.n_stops = 4;
        o.rules &= ~(1u << TR_RULE_FROZEN);
        tr_random_morning((uint64_t)i, &o, arena, &problem);
        tr_stop *stops = (tr_stop *)problem.stops;
        for (int32_t j = 0; j < 4; j++) {
            stops[j].service_s = 0;
            stops[j].place = stops[j / 3 * 3].place;
        }
        if (tr_brute(&problem, arena, &plan) && tr_compact_glpk(&problem, 200, &goal)) {
            if (goal.hazard_left != plan.goal.hazard_left || goal.due_left != plan.goal.due_left ||
                llabs(goal.cost_pence - plan.goal.cost_pence) > (5 * problem.n_vehicles + 1) / 2)
                fail_msg("morning %d: brute force %lld %lld %lld, compact model %lld %lld %lld", i,
                         (long long)plan.goal.hazard_left, (long long)plan.goal.due_left,
                         (long long)plan.goal.cost_pence, (long long)goal.hazard_left,
                         (long long)goal.due_left, (long long)goal.cost_pence);
            compared++;
        }
        tr_arena_free(arena);
    }
    print_message("%d mornings of timeless legs compared\n", compared);
    assert_true(compared >= 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_the_program),
        cmocka_unit_test(test_names_are_short_and_different),
        cmocka_unit_test(test_long_ids_keep_names_below_100),
        cmocka_unit_test(test_refusals_say_why),
        cmocka_unit_test(test_timeless_legs_close_no_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
