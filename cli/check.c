/* check.c -- `tiprun check`: a written plan and its outcomes judged, from the plan's own morning; and a certificate.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate.h"
#include "cli.h"
#include "json.h"
#include "outputs.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

static const char doc[] =
    "Check a plan against every rule and recompute every figure and every report's outcome in it, from the "
    "morning that the file itself holds. Nothing of the search is asked. PLAN.json may be - (standard input, "
    "its travel.json in the current folder). With --certificate the bounds of its certificate are recomputed as well, by "
    "plain labelling that shares nothing with what found them."
    "\vExample: tiprun check today/plan.json\n"
    "\n" CLI_EXIT_CODES;

enum { KEY_JSON = 0x200, KEY_CERTIFICATE };

typedef struct {
    const char *plan, *certificate;
    bool json;
} arguments;

static const struct argp_option options[] = {
    {"certificate", KEY_CERTIFICATE, "CERT.json", 0, "recompute the bounds that this certificate claims", 0},
    {"json", KEY_JSON, NULL, 0, "print the verdict as JSON", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case KEY_CERTIFICATE: a->certificate = arg; return 0;
    case KEY_JSON: a->json = true; return 0;
    case ARGP_KEY_ARG:
        if (a->plan) argp_error(state, "one plan at a time, not also \"%s\"", arg);
        a->plan = arg;
        return 0;
    case ARGP_KEY_NO_ARGS: argp_error(state, "PLAN.json is missing"); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- the certificate ---- */

typedef struct { /* one level, audited */
    bool holds;
    int64_t value, bound; /* bound: confirmed, if it holds */
    int64_t claimed;      /* bound of the proof as a whole, */
    const char *how;      /* and how that was obtained */
    const char *why;      /* what does not hold, or could not be followed, a line each; NULL = nothing */
} audited;

static const char *const level_names[] = {"hazard left", "due work left", "cost"};

/* Each of a level's claims by itself, so that one that does not hold says nothing of the others.  A level holds if one of its claims is
 * confirmed and none is wrong. */
static audited audit_level(const tr_problem *problem, const tr_plan *plan, const tr_certificate *certificate, int32_t level, tr_arena *arena)
{
    const tr_level_proof *t = &certificate->level[level];
    const int64_t values[] = {plan->goal.hazard_left, plan->goal.due_left, plan->goal.cost_pence};
    audited all = {.value = t->value, .claimed = t->known ? t->bound : 0, .how = tr_text_short(arena, t->how ? t->how : "", 200)};
    bool wrong = false;
    for (int claim = 0; claim < 2; claim++) { /* the duals, and trips */
        const bool by_trips = claim == 1;
        if (by_trips ? !t->trips : t->trips && t->dual_bound <= 0 && !t->stop_dual) continue;
        tr_certificate alone = *certificate;
        for (int32_t k = 0; k < 3; k++)
            if (k != level) alone.level[k] = (tr_level_proof){.value = values[k]};
        tr_level_proof *only = &alone.level[level];
        if (by_trips) only->dual_bound = 0, only->stop_dual = NULL;
        else only->trips = NULL;
        const int64_t bound = by_trips ? t->trips->bound : t->dual_bound > 0 ? t->dual_bound : 0;
        const char *why;
        bool given_up;
        if (tr_audit(problem, plan, &alone, arena, &why, &given_up)) {
            if (!all.holds || bound > all.bound) all.bound = bound;
            all.holds = true;
            continue;
        }
        wrong |= !given_up;
        all.why = all.why ? tr_arena_printf(arena, "%s\n%s", all.why, why) : why;
    }
    all.holds &= !wrong;
    return all;
}

static json_t *audit_json(const audited levels[3])
{
    json_t *all = json_array();
    for (int k = 0; k < 3; k++) {
        const audited *t = &levels[k];
        json_array_append_new(all, json_pack("{s:i, s:b, s:I, s:I, s:o, s:o, s:s?}", "level", k + 1, "confirmed", (int)t->holds, "value",
                                             (json_int_t)t->value, "claimed", (json_int_t)t->claimed, "bound", t->holds ? json_integer(t->bound) : json_null(), "gap",
                                             t->holds ? json_integer(t->value - t->bound) : json_null(), "why", t->why));
    }
    return all;
}

static void print_audit(const audited levels[3])
{
    for (int k = 0; k < 3; k++) {
        const audited *t = &levels[k];
        const char *unit = k == 2 ? "pence" : "points";
        if (t->holds && t->value == t->bound)
            printf("level %d, %s: %" PRId64 " %s, bound %" PRId64 " confirmed: proven best\n", k + 1, level_names[k], t->value, unit,
                   t->bound);
        else if (t->holds)
            printf("level %d, %s: %" PRId64 " %s, bound %" PRId64 " confirmed, gap %" PRId64 "\n", k + 1, level_names[k], t->value,
                   unit, t->bound, t->value - t->bound);
        else printf("level %d, %s: not confirmed\n", k + 1, level_names[k]);
        if (t->holds && t->claimed > t->bound)
            printf("  %" PRId64 " are claimed; what is above the confirmed bound is not recomputed here (%s)\n", t->claimed, t->how);
        if (t->why) puts(t->why);
    }
}

/* ---- the plan ---- */

static json_t *finding_json(const tr_finding *f, const tr_problem *problem)
{
    bool known = f->vehicle >= 0 && f->vehicle < problem->n_vehicles;
    return json_pack("{s:s, s:s?, s:i, s:I, s:s}", "rule", f->rule, "vehicle",
                     known ? problem->vehicles[f->vehicle].id : NULL, "visit", (int)f->visit, "amount",
                     (json_int_t)f->amount, "text", f->text);
}

static void print_json(const tr_verdict *verdict, const tr_problem *problem, bool accepted, const audited *levels)
{
    json_t *findings = json_array();
    for (int32_t i = 0; i < verdict->n_findings; i++)
        json_array_append_new(findings, finding_json(&verdict->findings[i], problem));
    json_t *all =
        json_pack("{s:b, s:{s:I, s:I, s:I}, s:o}", "accepted", (int)accepted, "goal", "hazard_left",
                  (json_int_t)verdict->goal.hazard_left, "due_left", (json_int_t)verdict->goal.due_left,
                  "cost_pence", (json_int_t)verdict->goal.cost_pence, "findings", findings);
    if (levels) json_object_set_new(all, "certificate", audit_json(levels));
    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
}

static void print_text(const tr_verdict *verdict, bool accepted)
{
    cli_findings(verdict, stdout);
    if (accepted)
        printf("every rule holds: hazard left %" PRId64 " points, due work left %" PRId64 " points, cost %.2f pounds\n",
               verdict->goal.hazard_left, verdict->goal.due_left, (double)verdict->goal.cost_pence / 100);
    else printf("findings: %d\n", verdict->n_findings);
}

static tr_status check(const arguments *a, tr_arena *arena)
{
    tr_diag diag = {.arena = arena};
    tr_morning morning = {.arena = arena};
    tr_verdict verdict;
    tr_certificate certificate;
    audited levels[3];
    tr_status status = tr_plan_judge(a->plan, arena, &morning, &verdict, &diag);
    if (!status && a->certificate)
        status = tr_certificate_read(a->certificate, &morning.problem, arena, &certificate, &diag, NULL);
    cli_faults(&diag);
    TR_TRY(status);
    bool accepted = verdict.n_findings == 0, confirmed = true, look = a->certificate && accepted;
    for (int32_t k = 0; look && k < 3; k++) levels[k] = audit_level(&morning.problem, &verdict.figures, &certificate, k, arena);
    for (int k = 0; look && k < 3; k++) confirmed = confirmed && levels[k].holds;
    if (a->json) print_json(&verdict, &morning.problem, accepted, look ? levels : NULL);
    else print_text(&verdict, accepted);
    if (look && !a->json) print_audit(levels);
    if (a->certificate && !accepted) cli_error("%s: not looked at, since the plan breaks rules", a->certificate);
    return accepted && confirmed ? TR_OK : TR_ERULES;
}

int cli_check(int argc, char **argv)
{
    const struct argp argp = {options, parse, "PLAN.json", doc, NULL, NULL, NULL};
    arguments a = {.plan = NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    tr_arena *arena = tr_arena_new();
    tr_status status = check(&a, arena);
    tr_status closed = cli_close_stdout();
    tr_arena_free(arena);
    return status ? (int)status : (int)closed;
}
