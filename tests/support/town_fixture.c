/* town_fixture.c -- see town_fixture.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "town_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static tr_status read_town(const char *path, const tr_replay_settings *settings, tr_town *town, tr_diag *diag, tr_err *err)
{
    tr_travel *travel;
    const tr_input_files files = {.reports = &path, .n_reports = 1, .fleet = TR_SOURCE_DIR "/instances/tiny/fleet.json",
                                  .sites = TR_SOURCE_DIR "/instances/tiny/sites.json"};
    TR_TRY(tr_town_read(&files, settings, town, diag));
    TR_TRY(tr_travel_open_estimate(0, 0, &travel, err));
    tr_status status = tr_town_travel(town, settings, travel, diag, err);
    tr_travel_close(travel);
    return status;
}

tr_status tr_tiny_town(const char *reports, const tr_replay_settings *settings, tr_town *town)
{
    char path[] = "/tmp/tr_town_XXXXXX";
    int file = mkstemp(path);
    FILE *out = file < 0 ? NULL : fdopen(file, "w");
    tr_diag diag = {.arena = town->morning.arena};
    tr_err err = {0};
    if (!out) return TR_EINTERNAL;
    bool whole = fputs(reports, out) >= 0;
    whole = !fclose(out) && whole;
    tr_status status = whole ? read_town(path, settings, town, &diag, &err) : TR_EINTERNAL;
    unlink(path);
    for (int32_t i = 0; i < diag.n_faults; i++) printf("%s: %s: %s\n", diag.faults[i].file, diag.faults[i].where, diag.faults[i].text);
    if (*err.text) printf("%s\n", err.text);
    return status;
}
