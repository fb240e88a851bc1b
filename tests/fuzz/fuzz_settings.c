/* fuzz_settings.c -- settings of a simulation: what is read without a fault is within bounds, and is written and read back to the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *text_of(const tr_replay_settings *s)
{
    json_auto_t *json = tr_replay_settings_json(s);
    char *text = json_dumps(json, JSON_REAL_PRECISION(17));
    if (!text) abort();
    return text;
}

static void check_bounds(const tr_replay_settings *s)
{
    if (s->n_rules < 1 || s->n_rules > TR_N_DISPATCH || s->n_loads < 0 || s->n_loads > TR_MOST_LOADS) abort();
    if (s->block_days < 7 || s->block_days % 7 || s->days < 1 || s->replications < 1 || s->revisit_minutes < 0) abort();
    for (int32_t i = 0; i < s->n_rules; i++)
        if ((int)s->rules[i] < 0 || s->rules[i] >= TR_N_DISPATCH) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_replay_settings settings = tr_replay_settings_default(), again = tr_replay_settings_default();
    int fd = fuzz_file(data, size, path);
    tr_replay_settings_read(path, &settings, &diag);
    if (!diag.n_errors) {
        check_bounds(&settings);
        char *text = text_of(&settings);
        json_auto_t *document = tr_json_parse(text, strlen(text), "again", &diag);
        tr_replay_settings_of(tr_json_root(document, "again", &diag), &again);
        char *second = text_of(&again);
        if (diag.n_errors || strcmp(text, second)) abort();
        free(text), free(second);
    }
    tr_arena_free(arena);
    close(fd);
    return 0;
}
