/* mornings.h -- random small problems for tests, each rule of which can be there or not.
 *
 * The same seed and options always give the same problem, on every machine.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TEST_MORNINGS_H
#define TR_TEST_MORNINGS_H
#include "tiprun.h"

typedef enum { /* rules that a problem can be without; the numbers are bits of tr_morning_options.rules */
               TR_RULE_KG,
               TR_RULE_LITRES,
               TR_RULE_PAYLOAD,
               TR_RULE_CARRIED /* what a compartment is made for */,
               TR_RULE_SEGREGATION,
               TR_RULE_SITE_STREAMS,
               TR_RULE_OPENING,
               TR_RULE_SAME_SHIFT,
               TR_RULE_CERTS,
               TR_RULE_EQUIPMENT,
               TR_RULE_PIN,
               TR_RULE_LEAVE,
               TR_RULE_WINDOWS,
               TR_RULE_SHIFT /* back in time */,
               TR_RULE_HOURS /* gb_domestic */,
               TR_RULE_EU,
               TR_RULE_WTR,
               TR_RULE_HAZARD_FIRST,
               TR_RULE_DEADLINE,
               TR_RULE_START_LOAD,
               TR_RULE_FROZEN,
               TR_RULE_ROADS,
               TR_N_RULES
} tr_rule;

enum {                       /* bits of tr_morning_options.extras */
       TR_EXTRA_BODIES = 1,  /* vehicles of two compartments */
       TR_EXTRA_WINDOWS = 2, /* two windows, two opening periods */
       TR_EXTRA_EXEMPT = 4,  /* hazardous stops that open late */
       TR_EXTRA_OVERTIME = 8,
       TR_EXTRA_HAZARD_PENCE = 16, /* priced minutes of hazard, else 0 */
       TR_EXTRA_FEES = 32,
       TR_EXTRA_SPEED = 64,
       TR_EXTRA_PARK = 128, /* some vehicles may park loaded */
       TR_EXTRA_HOURS = 256 /* speed_by_hour: slower, faster and plain hours; days of one to four hours */
};

typedef struct {
    int32_t n_stops, n_vehicles, n_sites; /* at most 14, 3, 2 */
    uint32_t rules, extras;               /* which may bind */
} tr_morning_options;

/* A problem by seed; it lives in the arena.  A rule not asked for does not bind, except that
 * TR_RULE_SAME_SHIFT is always there. */
void tr_random_morning(uint64_t seed, const tr_morning_options *options, tr_arena *arena,
                       tr_problem *problem);

/* The standard population: mornings 0..1999 with fixed seeds, of 3 to 7 stops, 1 or 2 vehicles and sites.
 * test_oracle.c measures what it holds. */
enum { TR_STANDARD_MORNINGS = 2000 };
tr_morning_options tr_standard_options(int32_t i);
void tr_standard_morning(int32_t i, tr_arena *arena, tr_problem *problem);

/* The hourly population: mornings 0..299 with TR_EXTRA_HOURS, of 3 to 6 stops.  Their shifts are so short that
 * no rule on hours can bind, which is what tr_brute asks for. */
enum { TR_HOURLY_MORNINGS = 300 };
tr_morning_options tr_hourly_options(int32_t i);
void tr_hourly_morning(int32_t i, tr_arena *arena, tr_problem *problem);

/* The same problem without one rule, in the arena; it shares with the original what it does not change.
 * Not for the referee: segregation, for one, is left out by calling all streams one group. */
tr_problem tr_problem_without_rule(const tr_problem *problem, tr_rule rule, tr_arena *arena);

const char *tr_rule_name(tr_rule rule); /* "kg" */

#endif
