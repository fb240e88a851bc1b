/* travel_options.c -- where road times come from, as the command line tells it: --travel, --osrm, --cache, ...
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache.h"
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_TRAVEL = 0x500, KEY_OSRM, KEY_RECORDING, KEY_CACHE, KEY_NO_CACHE, KEY_ESTIMATE, KEY_DEADLINE,
       KEY_CONNECTIONS, KEY_EXCLUDE };

static const struct argp_option options[] = {
    {"travel", KEY_TRAVEL, "SOURCE", 0,
     "auto, osrm, recorded or estimated; auto (default) takes each time from the first that knows it: the recording, "
     "the cache of the server's map, the server, the cache of an older map (stale), an estimate; and says which", 3},
    {"osrm", KEY_OSRM, "URL", 0,
     "an OSRM server, or one a profile: van=URL,lorry=URL; given again: the next one to ask if it fails "
     "(default: $TIPRUN_OSRM, several with blanks between them)", 3},
    {"osrm-exclude", KEY_EXCLUDE, "CLASSES", 0, "road classes to keep off: \"lorry=motorway,toll;van=ferry\"", 3},
    {"osrm-deadline", KEY_DEADLINE, "SECONDS", 0, "for all fetching together (60)", 3},
    {"osrm-connections", KEY_CONNECTIONS, "N", 0, "requests at once (4)", 3},
    {"recording", KEY_RECORDING, "FILE", 0, "recorded road times (a travel.json of an earlier plan)", 3},
    {"cache", KEY_CACHE, "FILE", 0, "where to keep what servers told (~/.cache/tiprun/travel.sqlite)", 3},
    {"no-cache", KEY_NO_CACHE, NULL, 0, "keep nothing, and look for nothing kept", 3},
    {"estimate", KEY_ESTIMATE, "FILE", 0, "the area's own estimate, made by tiprun calibrate", 3},
    {0},
};

const char *const cli_travel_sources[4] = {"auto", "osrm", "recorded", "estimated"};

static int parse_source(struct argp_state *state, const char *word)
{
    for (int i = 0; i < 4; i++)
        if (!strcmp(word, cli_travel_sources[i])) return i;
    argp_error(state, "--travel: \"%s\" is not one of auto, osrm, recorded, estimated", word);
    return 0;
}

static void take_environment(cli_travel *t)
{
    const char *list = getenv("TIPRUN_OSRM");
    if (t->servers.n || !list) return;
    char *rest, *copy = tr_arena_strdup(t->arena, list);
    for (char *url = strtok_r(copy, " \t\n", &rest); url; url = strtok_r(NULL, " \t\n", &rest)) cli_push(t->arena, &t->servers, url);
}

static void check(struct argp_state *state, cli_travel *t)
{
    if (t->source == CLI_TRAVEL_AUTO || t->source == CLI_TRAVEL_OSRM) take_environment(t);
    if (t->source == CLI_TRAVEL_OSRM && !t->servers.n) argp_error(state, "--travel osrm needs --osrm URL");
    if (t->source == CLI_TRAVEL_RECORDED && !t->recording) argp_error(state, "--travel recorded needs --recording FILE");
    if (!t->cache && !t->no_cache && t->servers.n) t->cache = tr_cache_path_default(t->arena);
    if (t->no_cache) t->cache = NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    cli_travel *t = state->input;
    switch (key) {
    case KEY_TRAVEL: t->source = parse_source(state, arg); return 0;
    case KEY_OSRM: cli_push(t->arena, &t->servers, arg); return 0;
    case KEY_RECORDING: t->recording = arg; return 0;
    case KEY_CACHE: t->cache = arg; return 0;
    case KEY_NO_CACHE: t->no_cache = true; return 0;
    case KEY_ESTIMATE: t->estimate = arg; return 0;
    case KEY_EXCLUDE: t->exclude = arg; return 0;
    case KEY_DEADLINE: t->deadline_s = cli_number(state, "--osrm-deadline", arg, 0.1, 86400); return 0;
    case KEY_CONNECTIONS: t->connections = (int32_t)cli_integer(state, "--osrm-connections", arg, 1, 32); return 0;
    case ARGP_KEY_END: check(state, t); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_travel_argp = {.options = options, .parser = parse};

tr_status cli_travel_open(const cli_travel *t, tr_diag *diag, tr_travel **travel, tr_err *err)
{
    tr_travel_options o = {
        .osrm = {.n_servers = t->servers.n, .servers = t->servers.items, .exclude = t->exclude, .deadline_s = t->deadline_s,
                 .connections = t->connections},
        .cache = t->cache, .recording = t->recording, .estimate = t->estimate,
        .roads_only = t->source == CLI_TRAVEL_OSRM,
    };
    switch (t->source) {
    case CLI_TRAVEL_RECORDED: return tr_travel_open_recording(t->recording, diag, travel, err);
    case CLI_TRAVEL_OSRM: o.recording = NULL; break;
    case CLI_TRAVEL_ESTIMATED: o.recording = o.cache = NULL, o.osrm.n_servers = 0; break;
    default: break;
    }
    return tr_travel_open(&o, diag, travel, err);
}
