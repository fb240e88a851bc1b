/* problem.c -- defaults of the policy, comparison of goals, errors.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiprun.h"

#include <stdio.h>

tr_status tr_fail(tr_err *err, tr_status code, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        err->code = code;
        vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return code;
}

tr_policy tr_policy_default(void)
{
    return (tr_policy){
        .hazard_policy = TR_HAZARD_FIRST, .hazardous_rank = 2, .day_start_s = 6 * 3600,
        .exempt_after_s = 3600, .hazard_latest_s = 240 * 60, .severity = {0, 0, 1, 3},
        .hazard_age_cap = 30, .overdue_weight = 100, .overdue_cap = 100, .due_today_weight = 60,
        .pence_per_hazard_minute = 5, .pence_left = 6000, .pence_left_per_day = 200,
        .contractor_pence = 35000,
        .speed_by_hour = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000,
                          1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000},
    };
}

bool tr_speed_changes(const tr_policy *policy)
{
    for (int h = 0; h < 24; h++)
        if (policy->speed_by_hour[h] != 0 && policy->speed_by_hour[h] != 1000) return true;
    return false;
}

int64_t tr_cost_pence(const tr_cost *c)
{
    return c->km + c->hours + c->overtime + c->fixed + c->fees + c->hazard;
}

int tr_goal_compare(const tr_goal *a, const tr_goal *b)
{
    if (a->hazard_left != b->hazard_left) return a->hazard_left < b->hazard_left ? -1 : 1;
    if (a->due_left != b->due_left) return a->due_left < b->due_left ? -1 : 1;
    return a->cost_pence < b->cost_pence ? -1 : a->cost_pence > b->cost_pence;
}
