/* referee.c -- judges a plan from the problem alone: every rule, every figure, from scratch.
 *
 * First each route is retraced into steps: where the vehicle really is, when, and what it then
 * carries, taking from the plan only the order of the visits, their stops, sites and compartments,
 * when each starts and how long the breaks are.  Then each rule of docs/model.md is one function
 * that reads those steps, and the last ones compare the plan's own figures with the retraced ones.
 *
 * Guarantees: any plan is safe to judge (indices, counts, times and sums of any size; arithmetic
 * saturates); a plan that breaks one rule gets findings of that rule only, as far as that has a
 * meaning; each finding names vehicle, visit, amount and limit.  Shares no code with the search,
 * on purpose: only the two headers.
 *
 * Every check stands in one BROKEN(tag, ...).  tests/mutate_referee.sh compiles this file with
 * TR_REFEREE_WITHOUT="tag" for each tag in turn, and demands that the tests notice.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiprun.h"

#include <stdio.h>
#include <string.h>

#ifdef TR_REFEREE_WITHOUT
#define BROKEN(tag, condition) (strcmp(tag, TR_REFEREE_WITHOUT) != 0 && (condition))
#else
#define BROKEN(tag, condition) (condition)
#endif

enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };

/* One visit, retraced. */
typedef struct {
    const tr_visit *plan; /* as the plan has it */
    tr_visit truth;       /* as it is */
    bool known;           /* kind and ref mean something; else the step changes nothing */
    bool frozen;          /* done before: a fact, not judged */
    bool road;            /* a road leads here */
    const tr_stop *stop;  /* of a stop visit */
    const tr_site *site;  /* of a disposal visit */
    bool stowed;          /* the stop's waste went into compartment truth.compartment */
    int64_t work_s;       /* driving, service, turnaround */
    int64_t break_s;      /* length of a break visit */
    int64_t fee;          /* kg emptied x pence per tonne */
    int64_t kg[TR_MAX_COMPARTMENTS], litres[TR_MAX_COMPARTMENTS]; /* on board afterwards */
    tr_mask streams[TR_MAX_COMPARTMENTS];
} step;

/* One route, retraced. */
typedef struct {
    int32_t index; /* of the vehicle and of the route */
    const tr_vehicle *vehicle;
    const tr_route *plan; /* NULL: the plan has no such route */
    int32_t n;
    step *steps; /* [n] */
    tr_route truth;
} trace;

/* One sitting. */
typedef struct {
    const tr_problem *problem;
    const tr_plan *plan;
    tr_arena *arena;
    trace *traces;     /* [n_vehicles] */
    int32_t *on_route; /* [n_stops] times it stands on a route */
    tr_finding *findings;
    int32_t n_findings, room;
    tr_plan truth;
} court;

/* ---- arithmetic that cannot overflow ---- */

static int64_t plus(int64_t a, int64_t b)
{
    int64_t sum;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return a < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t minus(int64_t a, int64_t b)
{
    int64_t difference;
    if (!__builtin_sub_overflow(a, b, &difference)) return difference;
    return a < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t times(int64_t a, int64_t b)
{
    int64_t product;
    if (!__builtin_mul_overflow(a, b, &product)) return product;
    return (a < 0) != (b < 0) ? INT64_MIN : INT64_MAX;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}
static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}
static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? minus(a, b) : minus(b, a);
}

static int32_t narrow(int64_t value)
{
    return (int32_t)most(INT32_MIN, least(INT32_MAX, value));
}

/* a x b / per, rounded half up */
static int64_t rounded(int64_t a, int64_t b, int64_t per)
{
    if (a == INT64_MIN) a++; /* so that the product fits */
    __int128 twice = 2 * (__int128)a * b + per, whole = twice / (2 * per);
    if (twice < 0 && twice % (2 * per)) whole--;
    return whole > INT64_MAX ? INT64_MAX : whole < INT64_MIN ? INT64_MIN : (int64_t)whole;
}

static bool within(int32_t index, int32_t count)
{
    return index >= 0 && index < count;
}

static tr_mask bit(int32_t index)
{
    return within(index, TR_MAX_STREAMS) ? (tr_mask)1 << index : 0;
}

static int32_t bits(tr_mask mask)
{
    int32_t count = 0;
    for (; mask; mask &= mask - 1) count++;
    return count;
}

static int32_t lowest(tr_mask mask) /* of a mask that is not 0 */
{
    int32_t index = 0;
    for (; !(mask & 1); mask >>= 1) index++;
    return index;
}

/* ---- words ---- */

/* 1203 -> "1,203" */
static const char *number(court *c, int64_t value)
{
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char text[32];
    char *at = text + sizeof text;
    *--at = '\0';
    for (int digits = 0; digits == 0 || rest; digits++, rest /= 10) {
        if (digits && digits % 3 == 0) *--at = ',';
        *--at = (char)('0' + rest % 10);
    }
    if (value < 0) *--at = '-';
    return tr_arena_strdup(c->arena, at);
}

/* seconds of the day, or of a span: "07:59:01" */
static const char *hms(court *c, int64_t seconds)
{
    if (seconds < 0 || seconds >= 100 * HOUR) return tr_arena_printf(c->arena, "%s s", number(c, seconds));
    int whole = (int)seconds;
    return tr_arena_printf(c->arena, "%02d:%02d:%02d", whole / HOUR, whole / MINUTE % 60, whole % MINUTE);
}

static const char *visit_name(court *c, const tr_visit *visit)
{
    const tr_problem *p = c->problem;
    switch ((int)visit->kind) {
    case TR_VISIT_START:
        return "start";
    case TR_VISIT_END:
        return "end";
    case TR_VISIT_BREAK:
        return "break";
    case TR_VISIT_STOP:
        if (within(visit->ref, p->n_stops))
            return tr_arena_printf(c->arena, "stop %s", p->stops[visit->ref].id);
        return tr_arena_printf(c->arena, "stop index %d", (int)visit->ref);
    case TR_VISIT_DISPOSAL:
        if (within(visit->ref, p->n_sites))
            return tr_arena_printf(c->arena, "site %s", p->sites[visit->ref].id);
        return tr_arena_printf(c->arena, "site index %d", (int)visit->ref);
    default:
        return tr_arena_printf(c->arena, "kind %d", (int)visit->kind);
    }
}

static const char *place_of(court *c, const trace *t, int32_t visit)
{
    if (!t) return "plan";
    const char *vehicle = tr_arena_printf(c->arena, "vehicle %s", t->vehicle->id);
    if (visit < 0) return vehicle;
    return tr_arena_printf(c->arena, "%s, visit %d (%s)", vehicle, (int)visit,
                           visit_name(c, t->steps[visit].plan));
}

/* Adds a finding; the text becomes "rule: vehicle V, visit N (stop S)" and then `format`. */
static void __attribute__((format(printf, 6, 7)))
found(court *c, const char *rule, const trace *t, int32_t visit, int64_t amount, const char *format, ...)
{
    if (c->n_findings == c->room) {
        int32_t room = c->room ? 2 * c->room : 16;
        c->findings =
            tr_arena_grow(c->arena, c->findings, (size_t)c->room, (size_t)room, sizeof *c->findings);
        c->room = room;
    }
    va_list args;
    va_start(args, format);
    const char *rest = tr_arena_vprintf(c->arena, format, args);
    va_end(args);
    c->findings[c->n_findings++] = (tr_finding){
        .rule = rule,
        .vehicle = t ? t->index : -1,
        .visit = visit,
        .amount = amount,
        .text = tr_arena_printf(c->arena, "%s: %s%s", rule, place_of(c, t, visit), rest),
    };
}

/* A figure that the plan `says` and that is `is`, told in `words`, if it is wrong. */
static void differs(court *c, const char *rule, const trace *t, int32_t visit, bool wrong, const char *what,
                    int64_t says, int64_t is, const char *(*words)(court *, int64_t))
{
    if (!wrong) return;
    int64_t off = distance(says, is);
    found(c, rule, t, visit, off, ": %s %s, it is %s: %s off", what, words(c, says), words(c, is),
          number(c, off));
}

/* ---- retracing a route ---- */

static int32_t n_compartments(const tr_vehicle *vehicle)
{
    return (int32_t)most(0, least(vehicle->n_compartments, TR_MAX_COMPARTMENTS));
}

/* What the step is and where; leaves it unknown if kind or ref mean nothing. */
static void identify(const court *c, const trace *t, step *s, int32_t place_before)
{
    const tr_problem *p = c->problem;
    s->truth = *s->plan;
    s->known = true;
    switch ((int)s->plan->kind) {
    case TR_VISIT_START:
        s->truth.place = t->vehicle->start_place;
        return;
    case TR_VISIT_END:
        s->truth.place = t->vehicle->end_place;
        return;
    case TR_VISIT_BREAK:
        s->truth.place = place_before;
        return;
    case TR_VISIT_STOP:
        if (!within(s->plan->ref, p->n_stops)) break;
        s->stop = &p->stops[s->plan->ref];
        s->truth.place = s->stop->place;
        return;
    case TR_VISIT_DISPOSAL:
        if (!within(s->plan->ref, p->n_sites)) break;
        s->site = &p->sites[s->plan->ref];
        s->truth.place = s->site->place;
        return;
    default:
        break;
    }
    s->known = false;
}

/* Seconds that a leg of `cell` seconds takes at `permille`, begun at `departure`, where the speed changes
 * at the full hours (Ichoua, Gendreau, Potvin 2003; docs/rules.md, "Time"); -1 where there is no speed.
 * Work is counted in millionths of a second of the matrix.  Whole days go first, so that it is
 * never more than 25 hours from the end; hours are counted from the departure, so that no time overflows. */
static int64_t leg_time(const int32_t by_hour[24], int32_t permille, int32_t cell, int64_t departure)
{
    int64_t rate[24], since_midnight = (departure % DAY + DAY) % DAY;
    __int128 rest = (__int128)1000000 * cell, in_a_day = 0;
    for (int32_t h = 0; h < 24; h++) {
        rate[h] = (int64_t)permille * (by_hour[h] ? by_hour[h] : 1000);
        if (rate[h] <= 0) return -1;
        in_a_day += (__int128)HOUR * rate[h];
    }
    int64_t hour = since_midnight / HOUR, left = HOUR - since_midnight % HOUR;
    int64_t seconds = (int64_t)(rest / in_a_day) * DAY;
    for (rest %= in_a_day; rest > (__int128)left * rate[hour]; left = HOUR, hour = (hour + 1) % 24) {
        rest -= (__int128)left * rate[hour];
        seconds += left;
    }
    return seconds + (int64_t)((2 * rest + rate[hour]) / (2 * (__int128)rate[hour]));
}

/* Drive to the step from where the one before is left at `departure`; false, and 0 s, where no road leads. */
static bool drive(const court *c, const tr_vehicle *vehicle, int32_t from, int64_t departure, tr_visit *to)
{
    const tr_problem *p = c->problem;
    to->drive_s = to->dist_m = 0;
    if (from == to->place) return true;
    if (!p->travel || !within(vehicle->profile, p->n_profiles) || vehicle->speed_permille <= 0 ||
        !within(from, p->n_places) || !within(to->place, p->n_places))
        return false;
    size_t cell = (size_t)from * (size_t)p->n_places + (size_t)to->place;
    const tr_travel_matrix *matrix = &p->travel[vehicle->profile];
    if (matrix->seconds[cell] < 0 || matrix->metres[cell] < 0) return false;
    int64_t seconds =
        leg_time(p->policy.speed_by_hour, vehicle->speed_permille, matrix->seconds[cell], departure);
    if (seconds < 0) return false;
    to->drive_s = seconds;
    to->dist_m = matrix->metres[cell];
    return true;
}

/* When the step happens.  `before` is NULL for the first one: it happens when the plan says. */
static void clock_in(const court *c, const trace *t, step *s, const step *before)
{
    tr_visit *truth = &s->truth;
    const tr_visit *plan = s->plan;
    s->road = true;
    if (s->frozen) return; /* times and leg are facts */
    if (before) {
        s->road = drive(c, t->vehicle, before->truth.place, before->truth.departure_s, truth);
        truth->arrival_s = plus(before->truth.departure_s, truth->drive_s);
    } else {
        truth->drive_s = truth->dist_m = 0;
        truth->arrival_s = plan->start_s;
    }
    if (plan->kind == TR_VISIT_START || plan->kind == TR_VISIT_END)
        truth->start_s = truth->departure_s = truth->arrival_s;
    else if (s->stop)
        truth->departure_s = plus(plan->start_s, s->stop->service_s);
    else if (s->site)
        truth->departure_s = plus(plan->start_s, s->site->turnaround_s);
}

static void stow(const court *c, const trace *t, step *s)
{
    int32_t k = s->plan->compartment;
    s->stowed = within(k, n_compartments(t->vehicle));
    if (!s->stowed) return;
    s->kg[k] = plus(s->kg[k], s->stop->kg);
    s->litres[k] = plus(s->litres[k], s->stop->litres);
    if (within(s->stop->stream, c->problem->n_streams)) s->streams[k] |= bit(s->stop->stream);
}

static void empty(const trace *t, step *s)
{
    for (int32_t k = 0; k < n_compartments(t->vehicle); k++) {
        if (s->streams[k] & ~s->site->streams) continue;
        s->fee = plus(s->fee, times(s->kg[k], s->site->gate_fee_pence_per_tonne));
        s->kg[k] = s->litres[k] = 0;
        s->streams[k] = 0;
    }
}

static void carry(const court *c, const trace *t, step *s, const step *before)
{
    for (int32_t k = 0; k < n_compartments(t->vehicle); k++) {
        const tr_compartment *body = &t->vehicle->compartments[k];
        s->kg[k] = before ? before->kg[k] : body->start_kg;
        s->litres[k] = before ? before->litres[k] : body->start_litres;
        s->streams[k] = before ? before->streams[k] : body->start_streams;
    }
    if (s->stop) stow(c, t, s);
    if (s->site) empty(t, s);
    for (int32_t k = 0; k < TR_MAX_COMPARTMENTS; k++) {
        s->truth.kg[k] = narrow(s->kg[k]);
        s->truth.litres[k] = narrow(s->litres[k]);
    }
}

static bool is_hazardous(const court *c, const tr_stop *stop)
{
    return stop->hazard >= c->problem->policy.hazardous_rank;
}

/* Sums of the route and its cost: docs/rules.md, "Money". */
static void add_up(const court *c, trace *t)
{
    const tr_vehicle *v = t->vehicle;
    const tr_policy *policy = &c->problem->policy;
    tr_route *sum = &t->truth;
    const step *first = NULL, *last = NULL;
    int64_t fees = 0, hazard_s = 0;
    bool used = false;
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        if (!s->known) continue;
        if (!first) first = s;
        last = s;
        used = used || s->stop || s->site;
        sum->dist_m = plus(sum->dist_m, s->truth.dist_m);
        sum->drive_s = plus(sum->drive_s, s->truth.drive_s);
        sum->work_s = plus(sum->work_s, s->work_s);
        fees = plus(fees, s->fee);
        if (s->stop && is_hazardous(c, s->stop))
            hazard_s = plus(hazard_s, most(0, minus(s->truth.departure_s, policy->day_start_s)));
    }
    if (!first) return;
    int64_t leaving = first->truth.departure_s, back = last->truth.arrival_s;
    if (last->plan->kind != TR_VISIT_END) back = last->truth.departure_s;
    int64_t paid_until = most(v->end_s, leaving);
    sum->duty_s = minus(back, leaving);
    sum->overtime_s = most(0, minus(back, paid_until));
    sum->cost = (tr_cost){
        .km = rounded(sum->dist_m, v->pence_per_km, 1000),
        .hours = rounded(minus(least(back, paid_until), leaving), v->pence_per_hour, HOUR),
        .overtime = rounded(sum->overtime_s, v->pence_per_overtime_hour, HOUR),
        .fixed = used ? v->fixed_pence : 0,
        .fees = rounded(fees, 1, 1000),
        .hazard = rounded(hazard_s, policy->pence_per_hazard_minute, MINUTE),
    };
}

static void retrace(court *c, int32_t index)
{
    trace *t = &c->traces[index];
    t->index = index;
    t->vehicle = &c->problem->vehicles[index];
    if (c->plan->routes && index < c->plan->n_routes) t->plan = &c->plan->routes[index];
    if (t->plan && t->plan->visits && t->plan->n_visits > 0) t->n = t->plan->n_visits;
    t->steps = TR_NEW(c->arena, step, t->n);
    const step *before = NULL;
    for (int32_t i = 0; i < t->n; i++) {
        step *s = &t->steps[i];
        s->plan = &t->plan->visits[i];
        s->frozen = i < t->vehicle->n_frozen;
        identify(c, t, s, before ? before->truth.place : t->vehicle->start_place);
        if (s->known) clock_in(c, t, s, before);
        carry(c, t, s, before);
        int64_t stay_s = most(0, minus(s->truth.departure_s, s->truth.start_s));
        if (s->known && s->plan->kind == TR_VISIT_BREAK)
            s->break_s = stay_s;
        else if (s->known)
            s->work_s = plus(s->truth.drive_s, s->stop || s->site ? stay_s : 0);
        if (s->known) before = s;
        if (s->stop) c->on_route[s->plan->ref]++;
    }
    t->truth.vehicle = index;
    t->truth.n_visits = t->n;
    t->truth.visits = t->n ? TR_NEW(c->arena, tr_visit, t->n) : NULL;
    for (int32_t i = 0; i < t->n; i++) t->truth.visits[i] = t->steps[i].truth;
    add_up(c, t);
}

/* ---- rule 1: once ---- */

static void rule_once(court *c, const trace *t)
{
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        if (BROKEN("once-unknown", s->plan->kind == TR_VISIT_STOP && !s->stop))
            found(c, "once", t, i, 1, ": there is no such stop, the last is %d",
                  (int)c->problem->n_stops - 1);
        if (BROKEN("once-leave", s->stop && s->stop->leave && !s->frozen))
            found(c, "once", t, i, 1, ": the stop is to be left today");
    }
}

/* names the second time and all later ones, in the order of the routes */
static void rule_once_in_all(court *c)
{
    int32_t *seen = TR_NEW(c->arena, int32_t, c->problem->n_stops);
    for (int32_t r = 0; r < c->problem->n_vehicles; r++) {
        const trace *t = &c->traces[r];
        for (int32_t i = 0; i < t->n; i++) {
            if (!t->steps[i].stop) continue;
            int32_t stop = t->steps[i].plan->ref;
            seen[stop]++;
            if (BROKEN("once-twice", seen[stop] > 1))
                found(c, "once", t, i, seen[stop] - 1, ": visited %d times by now, at most once: %d too many",
                      (int)seen[stop], (int)seen[stop] - 1);
        }
    }
}

/* ---- rule 2: load ---- */

static void rule_load_of(court *c, const trace *t, int32_t i, int32_t k)
{
    const tr_compartment *body = &t->vehicle->compartments[k];
    const step *s = &t->steps[i];
    int64_t kg = minus(s->kg[k], body->kg), litres = minus(s->litres[k], body->litres);
    if (BROKEN("load-kg", kg > 0))
        found(c, "load", t, i, kg, ", compartment \"%s\": %s kg on board, at most %s: %s kg too much",
              body->id, number(c, s->kg[k]), number(c, body->kg), number(c, kg));
    if (BROKEN("load-litres", litres > 0))
        found(c, "load", t, i, litres,
              ", compartment \"%s\": %s litres on board, at most %s: %s litres too much", body->id,
              number(c, s->litres[k]), number(c, body->litres), number(c, litres));
}

/* Loads are judged where they grow. */
static void rule_load(court *c, const trace *t)
{
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        if (BROKEN("load-compartment", s->stop && !s->stowed && !s->frozen))
            found(c, "load", t, i, 1, ": compartment index %d, but the vehicle has %d compartments",
                  (int)s->plan->compartment, (int)n_compartments(t->vehicle));
        bool first = i == 0 || t->steps[i - 1].frozen; /* of the planned ones: judge all that is there */
        if (!s->known || s->frozen || !(first || s->stowed)) continue;
        int64_t all = 0;
        for (int32_t k = 0; k < n_compartments(t->vehicle); k++) {
            all = plus(all, s->kg[k]);
            if (first || k == s->plan->compartment) rule_load_of(c, t, i, k);
        }
        int64_t over = minus(all, t->vehicle->payload_kg);
        if (BROKEN("load-payload", over > 0))
            found(c, "load", t, i, over, ": %s kg on board in all, payload at most %s: %s kg too much",
                  number(c, all), number(c, t->vehicle->payload_kg), number(c, over));
    }
}

/* ---- rule 3: streams ---- */

static const char *stream_name(const court *c, int32_t stream)
{
    return within(stream, c->problem->n_streams) ? c->problem->streams[stream].name : "unknown";
}

/* May the two streams not share a compartment? */
static bool apart(const court *c, int32_t a, int32_t b)
{
    const tr_problem *p = c->problem;
    if (a == b || !within(a, p->n_streams) || !within(b, p->n_streams)) return false;
    return BROKEN("streams-group", p->streams[a].segregation != p->streams[b].segregation) ||
           BROKEN("streams-hazardous", p->streams[a].hazardous || p->streams[b].hazardous);
}

/* Judge one stream that joins those `on_board` in compartment k. */
static void rule_streams_of(court *c, const trace *t, int32_t i, int32_t k, int32_t stream, tr_mask on_board)
{
    const tr_compartment *body = &t->vehicle->compartments[k];
    if (BROKEN("streams-allowed", !(body->streams & bit(stream))))
        found(c, "streams", t, i, 1, ", compartment \"%s\": it is not made for %s", body->id,
              stream_name(c, stream));
    for (int32_t other = 0; other < c->problem->n_streams; other++) {
        if (!(on_board & bit(other)) || !apart(c, stream, other)) continue;
        found(c, "streams", t, i, 1, ", compartment \"%s\": %s may not be mixed with the %s on board",
              body->id, stream_name(c, stream), stream_name(c, other));
        return;
    }
}

static void rule_streams(court *c, const trace *t)
{
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        if (s->frozen) continue;
        if (s->stop && s->stowed) {
            int32_t k = s->plan->compartment;
            tr_mask before = i ? t->steps[i - 1].streams[k] : t->vehicle->compartments[k].start_streams;
            rule_streams_of(c, t, i, k, s->stop->stream, before);
        }
        for (int32_t k = 0; i == 0 && k < n_compartments(t->vehicle); k++) {
            tr_mask loaded = t->vehicle->compartments[k].start_streams, before = 0;
            for (int32_t stream = 0; stream < c->problem->n_streams; stream++) {
                if (!(loaded & bit(stream))) continue;
                rule_streams_of(c, t, i, k, stream, before);
                before |= bit(stream);
            }
        }
    }
}

/* ---- rule 4: disposal ---- */

/* By how much [from, to] leaves the nearest of the spans, which is told; 0 = it lies inside one. */
static int64_t outside(const tr_window *spans, int32_t n, int64_t from, int64_t to, const tr_window **nearest)
{
    int64_t best = INT64_MAX;
    for (int32_t i = 0; i < n; i++) {
        int64_t out = most(0, most(minus(spans[i].start_s, from), minus(to, spans[i].end_s)));
        if (out >= best) continue;
        best = out;
        *nearest = &spans[i];
    }
    return best;
}

static void rule_disposal(court *c, const trace *t)
{
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        if (BROKEN("disposal-unknown", s->plan->kind == TR_VISIT_DISPOSAL && !s->site))
            found(c, "disposal", t, i, 1, ": there is no such site, the last is %d",
                  (int)c->problem->n_sites - 1);
        if (!s->site || s->frozen) continue;
        const tr_window *open = NULL;
        int64_t from = s->truth.start_s, to = s->truth.departure_s;
        int64_t out = outside(s->site->opening, s->site->n_opening, from, to, &open);
        if (BROKEN("disposal-never", !open))
            found(c, "disposal", t, i, s->site->turnaround_s, ": the site is never open");
        if (BROKEN("disposal-opening", open && out > 0))
            found(c, "disposal", t, i, out, ": turnaround %s to %s, open %s to %s: %s s too %s", hms(c, from),
                  hms(c, to), hms(c, open->start_s), hms(c, open->end_s), number(c, out),
                  out == minus(open->start_s, from) ? "early" : "late");
    }
}

/* ---- rule 5: hazardous waste, and other loads, on the same shift ---- */

static void rule_same_shift(court *c, const trace *t)
{
    const tr_vehicle *v = t->vehicle;
    if (!v->available) return;
    int32_t last = t->n - 1;                                       /* -1: stays at home */
    if (t->n && t->steps[last].plan->kind != TR_VISIT_END) return; /* rule 8 says so */
    for (int32_t k = 0; k < n_compartments(v); k++) {
        const tr_compartment *body = &v->compartments[k];
        tr_mask streams = t->n ? t->steps[last].streams[k] : body->start_streams, hazardous = 0;
        int64_t kg = t->n ? t->steps[last].kg[k] : body->start_kg;
        for (int32_t stream = 0; stream < c->problem->n_streams; stream++)
            if (c->problem->streams[stream].hazardous) hazardous |= streams & bit(stream);
        if (BROKEN("same_shift-hazardous", hazardous))
            found(c, "same_shift", t, last, kg,
                  ", compartment \"%s\": %s kg with %s still on board, to be delivered this same shift",
                  body->id, number(c, kg), stream_name(c, lowest(hazardous)));
        if (BROKEN("same_shift-other", streams && !hazardous && !v->may_park_loaded))
            found(c, "same_shift", t, last, kg,
                  ", compartment \"%s\": %s kg of %s still on board, and the vehicle may not park loaded",
                  body->id, number(c, kg), stream_name(c, lowest(streams)));
    }
}

/* ---- rule 6: certificates, equipment, pins ---- */

static void rule_certificates(court *c, const trace *t)
{
    const tr_vehicle *v = t->vehicle;
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        if (!s->stop || s->frozen) continue;
        tr_mask certs = s->stop->certs & ~v->certs, equipment = s->stop->equipment & ~v->equipment;
        if (BROKEN("certificates-certs", certs))
            found(c, "certificates", t, i, bits(certs),
                  ": %d of the required certificates missing, the first is number %d", (int)bits(certs),
                  (int)lowest(certs));
        if (BROKEN("certificates-equipment", equipment))
            found(c, "certificates", t, i, bits(equipment),
                  ": %d pieces of the required equipment missing, the first is number %d",
                  (int)bits(equipment), (int)lowest(equipment));
        int32_t pin = s->stop->pin;
        if (BROKEN("certificates-pin", pin >= 0 && pin != t->index))
            found(c, "certificates", t, i, 1, ": the stop is pinned to vehicle %s",
                  within(pin, c->problem->n_vehicles) ? c->problem->vehicles[pin].id : "unknown");
    }
}

/* ---- rule 7: windows ---- */

static void rule_windows(court *c, const trace *t)
{
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        if (!s->stop || s->frozen || s->stop->n_windows <= 0) continue;
        const tr_window *window = NULL;
        int64_t start = s->truth.start_s;
        int64_t out = outside(s->stop->windows, s->stop->n_windows, start, start, &window);
        if (BROKEN("windows", window && out > 0))
            found(c, "windows", t, i, out, ": service starts at %s, window %s to %s: %s s too %s",
                  hms(c, start), hms(c, window->start_s), hms(c, window->end_s), number(c, out),
                  start < window->start_s ? "early" : "late");
    }
}

/* ---- rule 8: shift and hours ---- */

/* A route is a start, visits and an end, and belongs to its vehicle. */
static void rule_shape(court *c, const trace *t)
{
    if (!t->plan) return; /* the plan as a whole is told */
    int32_t n = t->plan->n_visits;
    if (BROKEN("shift-vehicle", t->plan->vehicle != t->index))
        found(c, "shift", t, -1, 1, ": route %d is said to be of vehicle index %d", (int)t->index,
              (int)t->plan->vehicle);
    if (BROKEN("shift-visits", n < 0 || (n > 0 && !t->plan->visits)))
        found(c, "shift", t, -1, 1, ": %d visits are told of, and none given", (int)n);
    if (BROKEN("shift-available", t->n && !t->vehicle->available))
        found(c, "shift", t, -1, t->n, ": %d visits, but the vehicle is not available today", (int)t->n);
    if (BROKEN("shift-first", t->n && t->steps[0].plan->kind != TR_VISIT_START))
        found(c, "shift", t, 0, 1, ": the first visit must be the start");
    if (BROKEN("shift-last", t->n && t->steps[t->n - 1].plan->kind != TR_VISIT_END))
        found(c, "shift", t, t->n - 1, 1, ": the last visit must be the end");
    for (int32_t i = 0; i < t->n; i++) {
        int kind = (int)t->steps[i].plan->kind;
        if (BROKEN("shift-kind", kind < TR_VISIT_START || kind > TR_VISIT_END))
            found(c, "shift", t, i, 1, ": there is no such kind of visit");
        if (BROKEN("shift-start-between", kind == TR_VISIT_START && i > 0))
            found(c, "shift", t, i, 1, ": only the first visit may be a start");
        if (BROKEN("shift-end-between", kind == TR_VISIT_END && i < t->n - 1))
            found(c, "shift", t, i, 1, ": only the last visit may be an end");
    }
}

static void rule_shift(court *c, const trace *t)
{
    const tr_vehicle *v = t->vehicle;
    rule_shape(c, t);
    if (!t->n || !v->available) return;
    int64_t leaving = t->steps[0].truth.departure_s, back = t->steps[t->n - 1].truth.arrival_s;
    int64_t early = minus(v->start_s, leaving), latest = plus(v->end_s, v->max_overtime_s);
    if (BROKEN("shift-early", early > 0 && !t->steps[0].frozen))
        found(c, "shift", t, 0, early, ": leaves at %s, the shift starts at %s: %s s too early",
              hms(c, leaving), hms(c, v->start_s), number(c, early));
    int64_t late = minus(back, latest);
    if (BROKEN("shift-late",
               late > 0 && !t->steps[t->n - 1].frozen && t->steps[t->n - 1].plan->kind == TR_VISIT_END))
        found(c, "shift", t, t->n - 1, late, ": back at %s, at the latest %s (with overtime): %s s too late",
              hms(c, back), hms(c, latest), number(c, late));
}

/* Does a stretch of work or driving end with visit i: a break of at least piece_s, or the last visit? */
static bool closes(const trace *t, int32_t i, int64_t piece_s)
{
    return i == t->n - 1 || (t->steps[i].break_s >= piece_s);
}

/* Work (or only driving) of the stretch that visit i closes; 0 if all of it is frozen. */
static int64_t stretch(const trace *t, int32_t i, int64_t piece_s, bool only_driving)
{
    int64_t sum = 0, planned = 0;
    for (int32_t j = i; j >= 0 && (j == i || !closes(t, j, piece_s)); j--) {
        const step *s = &t->steps[j];
        int64_t part = !s->known ? 0 : only_driving ? s->truth.drive_s : s->work_s;
        sum = plus(sum, part);
        if (!s->frozen) planned = plus(planned, part);
    }
    return planned ? sum : 0;
}

static void rule_wtr(court *c, const trace *t)
{
    int64_t breaks = 0, work = t->truth.work_s;
    for (int32_t i = 0; i < t->n; i++) {
        if (t->steps[i].break_s >= 15 * MINUTE) breaks = plus(breaks, t->steps[i].break_s);
        if (!closes(t, i, 15 * MINUTE)) continue;
        int64_t unbroken = stretch(t, i, 15 * MINUTE, false), over = minus(unbroken, 6 * HOUR);
        if (BROKEN("hours-wtr-6h", over > 0))
            found(c, "hours", t, i, over,
                  ": %s of work before it without a break of 15 min, at most %s: %s s too long",
                  hms(c, unbroken), hms(c, 6 * HOUR), number(c, over));
    }
    if (t->steps[t->n - 1].frozen) return;
    int64_t short_of_45 = minus(45 * MINUTE, breaks), short_of_30 = minus(30 * MINUTE, breaks);
    if (BROKEN("hours-wtr-45", work > 9 * HOUR && short_of_45 > 0))
        found(c, "hours", t, t->n - 1, short_of_45,
              ": %s of work needs breaks of 00:45:00 in all, has %s: %s s too short", hms(c, work),
              hms(c, breaks), number(c, short_of_45));
    else if (BROKEN("hours-wtr-30", work > 6 * HOUR && short_of_30 > 0))
        found(c, "hours", t, t->n - 1, short_of_30,
              ": %s of work needs breaks of 00:30:00 in all, has %s: %s s too short", hms(c, work),
              hms(c, breaks), number(c, short_of_30));
}

static void rule_eu_breaks(court *c, const trace *t)
{
    for (int32_t i = 0; i < t->n; i++) {
        if (!closes(t, i, 45 * MINUTE)) continue;
        int64_t unbroken = stretch(t, i, 45 * MINUTE, true), over = minus(unbroken, 270 * MINUTE);
        if (BROKEN("hours-eu-45", over > 0))
            found(c, "hours", t, i, over,
                  ": %s of driving before it without a break of 45 min, at most 04:30:00: %s s too long",
                  hms(c, unbroken), number(c, over));
    }
}

static void rule_hours(court *c, const trace *t)
{
    static const struct {
        int64_t drive_s, duty_s;
    } limits[] = {
        [TR_HOURS_GB_DOMESTIC] = {10 * HOUR, 11 * HOUR},
        [TR_HOURS_EU] = {9 * HOUR, 13 * HOUR},
    };
    const tr_vehicle *v = t->vehicle;
    if (!t->n || !v->available) return;
    if (v->wtr) rule_wtr(c, t);
    if (v->hours_rule != TR_HOURS_GB_DOMESTIC && v->hours_rule != TR_HOURS_EU) return;
    if (v->hours_rule == TR_HOURS_EU) rule_eu_breaks(c, t);
    int64_t max_drive = limits[v->hours_rule].drive_s, max_duty = limits[v->hours_rule].duty_s;
    int64_t driven = 0, drive_over = minus(t->truth.drive_s, max_drive);
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        if (!s->known || !s->truth.drive_s) continue;
        driven = plus(driven, s->truth.drive_s);
        if (driven <= max_drive || s->frozen) continue;
        if (BROKEN("hours-driving", drive_over > 0))
            found(c, "hours", t, i, drive_over,
                  ": on this leg the driving goes past %s; it is %s in all: %s s too long", hms(c, max_drive),
                  hms(c, t->truth.drive_s), number(c, drive_over));
        break;
    }
    int64_t duty_over = minus(t->truth.duty_s, max_duty);
    if (BROKEN("hours-duty", duty_over > 0 && !t->steps[t->n - 1].frozen))
        found(c, "hours", t, t->n - 1, duty_over, ": duty %s, at most %s: %s s too long",
              hms(c, t->truth.duty_s), hms(c, max_duty), number(c, duty_over));
}

/* ---- rule 9: hazardous first ---- */

static bool exempt(const court *c, const trace *t, const tr_stop *stop)
{
    return stop->n_windows > 0 &&
           minus(stop->windows[0].start_s, t->vehicle->start_s) > c->problem->policy.exempt_after_s;
}

static void rule_hazard_first(court *c, const trace *t)
{
    const tr_policy *policy = &c->problem->policy;
    int64_t latest = plus(policy->day_start_s, policy->hazard_latest_s);
    int32_t others = 0;
    const char *first_other = "";
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        if (!s->stop || s->frozen) continue;
        if (!is_hazardous(c, s->stop)) {
            if (!others++) first_other = s->stop->id;
            continue;
        }
        if (BROKEN("hazard_first-order",
                   policy->hazard_policy == TR_HAZARD_FIRST && others && !exempt(c, t, s->stop)))
            found(c, "hazard_first", t, i, others, ": hazardous, but served after %d other stop%s (%s%s)",
                  (int)others, others > 1 ? "s" : "", first_other, others > 1 ? " first" : "");
        int64_t late = minus(s->truth.start_s, latest);
        if (BROKEN("hazard_first-deadline", policy->hazard_policy == TR_HAZARD_DEADLINE && late > 0))
            found(c, "hazard_first", t, i, late, ": hazardous, starts at %s, at the latest %s: %s s too late",
                  hms(c, s->truth.start_s), hms(c, latest), number(c, late));
    }
}

/* ---- frozen visits ---- */

static void rule_frozen_visit(court *c, const trace *t, int32_t i)
{
    const tr_visit *is = t->steps[i].plan, *was = &t->vehicle->frozen[i];
    bool has_ref = was->kind == TR_VISIT_STOP || was->kind == TR_VISIT_DISPOSAL;
    if (BROKEN("frozen-visit", is->kind != was->kind || (has_ref && is->ref != was->ref))) {
        found(c, "frozen", t, i, 1, ": was already done as %s", visit_name(c, was));
        return;
    }
    if (BROKEN("frozen-compartment", was->kind == TR_VISIT_STOP && is->compartment != was->compartment))
        found(c, "frozen", t, i, 1, ": already put into compartment index %d, not %d", (int)was->compartment,
              (int)is->compartment);
    differs(c, "frozen", t, i, BROKEN("frozen-arrival", is->arrival_s != was->arrival_s), "arrival",
            is->arrival_s, was->arrival_s, hms);
    differs(c, "frozen", t, i, BROKEN("frozen-start", is->start_s != was->start_s), "start", is->start_s,
            was->start_s, hms);
    differs(c, "frozen", t, i, BROKEN("frozen-departure", is->departure_s != was->departure_s), "departure",
            is->departure_s, was->departure_s, hms);
    differs(c, "frozen", t, i, BROKEN("frozen-drive", is->drive_s != was->drive_s), "seconds of the leg",
            is->drive_s, was->drive_s, number);
    differs(c, "frozen", t, i, BROKEN("frozen-dist", is->dist_m != was->dist_m), "metres of the leg",
            is->dist_m, was->dist_m, number);
}

static void rule_frozen(court *c, const trace *t)
{
    if (!t->vehicle->available) return;
    int32_t missing = t->vehicle->n_frozen - t->n;
    if (BROKEN("frozen-missing", missing > 0))
        found(c, "frozen", t, -1, missing, ": %d visits already done, the route has %d: %d missing",
              (int)t->vehicle->n_frozen, (int)t->n, (int)missing);
    for (int32_t i = 0; i < t->n && i < t->vehicle->n_frozen; i++) rule_frozen_visit(c, t, i);
}

/* ---- timing: places, legs, arrivals, departures ---- */

static void rule_leg(court *c, const trace *t, int32_t i)
{
    const tr_visit *is = t->steps[i].plan, *truth = &t->steps[i].truth;
    if (BROKEN("timing-road", !t->steps[i].road)) {
        found(c, "timing", t, i, 1, ": no road leads there from the visit before");
        return;
    }
    differs(c, "timing", t, i, BROKEN("timing-drive", is->drive_s != truth->drive_s), "seconds of the leg",
            is->drive_s, truth->drive_s, number);
    differs(c, "timing", t, i, BROKEN("timing-dist", is->dist_m != truth->dist_m), "metres of the leg",
            is->dist_m, truth->dist_m, number);
    differs(c, "timing", t, i, BROKEN("timing-arrival", is->arrival_s != truth->arrival_s), "arrival",
            is->arrival_s, truth->arrival_s, hms);
}

static void rule_timing(court *c, const trace *t)
{
    for (int32_t i = 0; i < t->n; i++) {
        const step *s = &t->steps[i];
        const tr_visit *is = s->plan, *truth = &s->truth;
        if (!s->known || s->frozen) continue;
        if (BROKEN("timing-place", is->place != truth->place))
            found(c, "timing", t, i, 1, ": said to be at place %d, it is at place %d", (int)is->place,
                  (int)truth->place);
        rule_leg(c, t, i);
        bool edge = is->kind == TR_VISIT_START || is->kind == TR_VISIT_END;
        int64_t early = minus(truth->arrival_s, is->start_s);
        if (BROKEN("timing-start", !edge && early > 0))
            found(c, "timing", t, i, early, ": starts at %s, arrives at %s: %s s too early",
                  hms(c, is->start_s), hms(c, truth->arrival_s), number(c, early));
        differs(c, "timing", t, i, BROKEN("timing-edge", edge && is->start_s != truth->start_s), "start",
                is->start_s, truth->start_s, hms);
        differs(c, "timing", t, i, BROKEN("timing-departure", is->departure_s != truth->departure_s),
                "departure", is->departure_s, truth->departure_s, hms);
        int64_t lasts = minus(is->departure_s, is->start_s);
        if (BROKEN("timing-break", is->kind == TR_VISIT_BREAK && lasts < 1))
            found(c, "timing", t, i, minus(1, lasts), ": the break lasts %s s, at least 1: %s s too short",
                  number(c, lasts), number(c, minus(1, lasts)));
    }
}

/* ---- figures ---- */

static void figure(court *c, const trace *t, int32_t visit, bool wrong, const char *what, int64_t says,
                   int64_t is)
{
    differs(c, "figures", t, visit, wrong, what, says, is, number);
}

static void rule_loads_told(court *c, const trace *t)
{
    for (int32_t i = 0; i < t->n; i++) {
        const tr_visit *says = t->steps[i].plan, *is = &t->steps[i].truth;
        if (!t->steps[i].known) continue;
        for (int32_t k = 0; k < n_compartments(t->vehicle); k++) {
            figure(c, t, i, BROKEN("figures-kg", says->kg[k] != is->kg[k]), "kg on board", says->kg[k],
                   is->kg[k]);
            figure(c, t, i, BROKEN("figures-litres", says->litres[k] != is->litres[k]), "litres on board",
                   says->litres[k], is->litres[k]);
        }
    }
}

static void rule_figures(court *c, const trace *t)
{
    if (!t->plan) return;
    const tr_route *r = t->plan, *is = &t->truth;
    const tr_cost *cost = &r->cost, *owed = &is->cost;
    rule_loads_told(c, t);
    figure(c, t, -1, BROKEN("figures-dist", r->dist_m != is->dist_m), "metres", r->dist_m, is->dist_m);
    figure(c, t, -1, BROKEN("figures-drive", r->drive_s != is->drive_s), "seconds of driving", r->drive_s,
           is->drive_s);
    figure(c, t, -1, BROKEN("figures-duty", r->duty_s != is->duty_s), "seconds of duty", r->duty_s,
           is->duty_s);
    figure(c, t, -1, BROKEN("figures-work", r->work_s != is->work_s), "seconds of work", r->work_s,
           is->work_s);
    figure(c, t, -1, BROKEN("figures-overtime", r->overtime_s != is->overtime_s), "seconds of overtime",
           r->overtime_s, is->overtime_s);
    figure(c, t, -1, BROKEN("figures-cost-km", cost->km != owed->km), "pence for kilometres", cost->km,
           owed->km);
    figure(c, t, -1, BROKEN("figures-cost-hours", cost->hours != owed->hours), "pence for hours", cost->hours,
           owed->hours);
    figure(c, t, -1, BROKEN("figures-cost-overtime", cost->overtime != owed->overtime), "pence for overtime",
           cost->overtime, owed->overtime);
    figure(c, t, -1, BROKEN("figures-cost-fixed", cost->fixed != owed->fixed), "pence for the vehicle",
           cost->fixed, owed->fixed);
    figure(c, t, -1, BROKEN("figures-cost-fees", cost->fees != owed->fees), "pence of gate fees", cost->fees,
           owed->fees);
    figure(c, t, -1, BROKEN("figures-cost-hazard", cost->hazard != owed->hazard), "pence for hazard minutes",
           cost->hazard, owed->hazard);
}

/* ---- the plan as a whole: stops left, levels ---- */

/* What leaving the stop adds to the goal: section 3 of docs/model.md. */
static void weigh(court *c, const tr_stop *stop)
{
    const tr_policy *policy = &c->problem->policy;
    int64_t day = c->problem->day, age = most(0, day - stop->reported_day), overdue = day - stop->due_day;
    tr_goal *goal = &c->truth.goal;
    if (is_hazardous(c, stop)) {
        int64_t severity = within(stop->hazard, 4) ? policy->severity[stop->hazard] : 0;
        if (severity == 0) severity = 1;
        int64_t weight = times(severity, plus(1, least(age, policy->hazard_age_cap)));
        goal->hazard_left = plus(goal->hazard_left, weight);
    } else if (overdue > 0) {
        int64_t weight = plus(policy->overdue_weight, least(overdue, policy->overdue_cap));
        goal->due_left = plus(goal->due_left, weight);
    } else if (overdue == 0) {
        goal->due_left = plus(goal->due_left, policy->due_today_weight);
    } else {
        int64_t pence = plus(policy->pence_left, times(policy->pence_left_per_day, age));
        c->truth.left_pence = plus(c->truth.left_pence, pence);
    }
}

static void take_stock(court *c)
{
    const tr_problem *p = c->problem;
    tr_plan *truth = &c->truth;
    truth->n_routes = p->n_vehicles;
    truth->routes = TR_NEW(c->arena, tr_route, p->n_vehicles);
    truth->left = TR_NEW(c->arena, int32_t, p->n_stops);
    for (int32_t stop = 0; stop < p->n_stops; stop++) {
        if (c->on_route[stop]) continue;
        truth->left[truth->n_left++] = stop;
        weigh(c, &p->stops[stop]);
    }
    truth->goal.cost_pence = truth->left_pence;
    for (int32_t r = 0; r < p->n_vehicles; r++) {
        const tr_route *route = &c->traces[r].truth;
        const tr_cost *cost = &route->cost;
        const int64_t terms[] = {cost->km,    cost->hours, cost->overtime,
                                 cost->fixed, cost->fees,  cost->hazard};
        truth->routes[r] = *route;
        for (size_t k = 0; k < sizeof terms / sizeof *terms; k++)
            truth->goal.cost_pence = plus(truth->goal.cost_pence, terms[k]);
    }
}

/* The list of stops left: ascending, exactly those on no route. */
static void rule_left(court *c)
{
    const tr_problem *p = c->problem;
    int32_t n = c->plan->left && c->plan->n_left > 0 ? c->plan->n_left : 0;
    bool *told = TR_NEW(c->arena, bool, p->n_stops);
    if (BROKEN("figures-left-list", n != c->plan->n_left))
        found(c, "figures", NULL, -1, 1, ": %d stops left are told of, and none given", (int)c->plan->n_left);
    for (int32_t i = 0; i < n; i++) {
        int32_t stop = c->plan->left[i];
        if (BROKEN("figures-left-unknown", !within(stop, p->n_stops)))
            found(c, "figures", NULL, -1, 1, ": stop index %d is listed as left, the last is %d", (int)stop,
                  (int)p->n_stops - 1);
        if (!within(stop, p->n_stops)) continue;
        if (BROKEN("figures-left-routed", c->on_route[stop]))
            found(c, "figures", NULL, -1, 1, ": stop %s is listed as left, but is on a route",
                  p->stops[stop].id);
        if (BROKEN("figures-left-order", i > 0 && stop <= c->plan->left[i - 1]))
            found(c, "figures", NULL, -1, 1, ": stop %s is out of order in the list of stops left",
                  p->stops[stop].id);
        told[stop] = true;
    }
    for (int32_t stop = 0; stop < p->n_stops; stop++)
        if (BROKEN("figures-left-missing", !told[stop] && !c->on_route[stop]))
            found(c, "figures", NULL, -1, 1, ": stop %s is on no route and not listed as left",
                  p->stops[stop].id);
}

static void rule_whole(court *c)
{
    const tr_plan *says = c->plan, *is = &c->truth;
    const tr_goal *goal = &says->goal, *value = &is->goal;
    if (BROKEN("shift-routes", says->n_routes != c->problem->n_vehicles || (!says->routes && says->n_routes)))
        found(c, "shift", NULL, -1, distance(says->n_routes, c->problem->n_vehicles),
              ": %d routes%s, it must be one for each of the %d vehicles", (int)says->n_routes,
              says->routes ? "" : " told of and none given", (int)c->problem->n_vehicles);
    rule_left(c);
    figure(c, NULL, -1, BROKEN("figures-left-pence", says->left_pence != is->left_pence),
           "pence for stops left", says->left_pence, is->left_pence);
    figure(c, NULL, -1, BROKEN("figures-goal-hazard", goal->hazard_left != value->hazard_left), "hazard left",
           goal->hazard_left, value->hazard_left);
    figure(c, NULL, -1, BROKEN("figures-goal-due", goal->due_left != value->due_left), "due work left",
           goal->due_left, value->due_left);
    figure(c, NULL, -1, BROKEN("figures-goal-cost", goal->cost_pence != value->cost_pence), "pence in all",
           goal->cost_pence, value->cost_pence);
}

/* ---- the sitting ---- */

bool tr_referee(const tr_problem *problem, const tr_plan *plan, tr_arena *arena, tr_verdict *verdict)
{
    static void (*const rules[])(court *, const trace *) = {
        rule_once,         rule_load,    rule_streams, rule_disposal, rule_same_shift,
        rule_certificates, rule_windows, rule_shift,   rule_hours,    rule_hazard_first,
        rule_frozen,       rule_timing,  rule_figures,
    };
    court c = {.problem = problem, .plan = plan, .arena = arena};
    c.traces = TR_NEW(arena, trace, problem->n_vehicles);
    c.on_route = TR_NEW(arena, int32_t, problem->n_stops);
    for (int32_t r = 0; r < problem->n_vehicles; r++) retrace(&c, r);
    take_stock(&c);
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
        for (int32_t r = 0; r < problem->n_vehicles; r++) rules[k](&c, &c.traces[r]);
    rule_once_in_all(&c);
    rule_whole(&c);
    *verdict = (tr_verdict){
        .n_findings = c.n_findings, .findings = c.findings, .goal = c.truth.goal, .figures = c.truth};
    return c.n_findings == 0;
}
