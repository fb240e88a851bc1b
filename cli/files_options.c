/* files_options.c -- the files of a morning, as the command line names them: REPORTS, --fleet, --sites, --policy, --mapping.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

enum { KEY_FLEET = 0x800, KEY_SITES, KEY_POLICY, KEY_MAPPING };

static const struct argp_option options[] = {
    {"fleet", KEY_FLEET, "FLEET.json", 0, "vehicles, crews and depots (needed with REPORTS)", 1},
    {"sites", KEY_SITES, "SITES.json", 0, "disposal sites", 1},
    {"policy", KEY_POLICY, "POLICY.json", 0, "settings that differ from the defaults", 1},
    {"mapping", KEY_MAPPING, "MAP.json", 0, "which columns of the reports mean what", 1},
    {0},
};

void cli_push(tr_arena *arena, cli_list *to, const char *item)
{
    to->items = tr_arena_grow(arena, to->items, (size_t)to->n, (size_t)to->n + 1, sizeof *to->items);
    to->items[to->n++] = item;
}

void cli_add_report(cli_files *f, const char *path)
{
    cli_push(f->arena, &f->reports, path);
    f->inputs.reports = f->reports.items, f->inputs.n_reports = f->reports.n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    cli_files *f = state->input;
    switch (key) {
    case KEY_FLEET: cli_push(f->arena, &f->fleets, f->inputs.fleet = arg); return 0;
    case KEY_SITES: cli_push(f->arena, &f->sites, f->inputs.sites = arg); return 0;
    case KEY_POLICY: f->inputs.policy = arg; return 0;
    case KEY_MAPPING: f->inputs.mapping = arg; return 0;
    case ARGP_KEY_ARG: cli_add_report(f, arg); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_files_argp = {.options = options, .parser = parse};
