/* fuzz_history.c -- recorded histories: read, and described if anything is left of them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "describe.h"
#include "months.h"
#include "page.h"
#include "record.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every row is a case or left out, cases ascend, and no case ends before its report or after the end of the record. */
static void hold(const tr_record *r)
{
    int32_t n = r->n_cases;
    for (int t = 0; t < TR_N_LEFT_OUT; t++) n += r->traps[t];
    if (n != r->n_rows) abort();
    for (int32_t i = 0; i < r->n_cases; i++) {
        const tr_case *c = &r->cases[i];
        if (c->until_s < c->reported_s || c->until_s > r->end_s || (i && c->reported_s < c[-1].reported_s))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    int fd = fuzz_file(data, size, path);
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_record record;
    tr_record_options options = {
        .path = path, .from_day = INT32_MIN, .until_day = size % 3 ? INT32_MIN : 20517};
    tr_workdays workdays = {.kind = TR_HOLIDAYS_NONE};
    if (!tr_record_read(&options, arena, &diag, &record)) {
        hold(&record);
        tr_describe_options o = {
            .workdays = &workdays, .end_s = record.end_s, .due_s = record.due_s, .horizon = 30, .draws = 100};
        tr_months months = tr_months_count(record.cases, record.n_cases, record.first_s, record.end_s, arena);
        tr_description d = tr_describe(record.cases, record.n_cases, &o, arena);
        tr_history h = {&record, &d, &months, &o, NULL, NULL, options.from_day, options.until_day};
        tr_history_html(&h, arena);
        tr_history_json(&h, arena);
        tr_history_csv(&h, arena);
    }
    tr_arena_free(arena);
    close(fd);
    return 0;
}
