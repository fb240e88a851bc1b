/* osrm_words.c -- a step of an OSRM route as a sentence for the crew.
 * https://project-osrm.org/docs/v5.24.0/api/#stepmaneuver-object
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "osrm_words.h"

#include "travel_source.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *modifier, *turn, *keep;
} ways[] = {
    {"uturn", "turn round", "turn round"},       {"sharp right", "turn sharp right", "keep right"},
    {"right", "turn right", "keep right"},       {"slight right", "bear right", "keep right"},
    {"straight", "go straight on", "keep on"},   {"slight left", "bear left", "keep left"},
    {"left", "turn left", "keep left"},          {"sharp left", "turn sharp left", "keep left"},
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static const char *length_words(tr_arena *arena, double metres)
{
    if (!(metres >= 5 && metres < TR_MAX_METRES)) return "";
    return metres < 995 ? tr_arena_printf(arena, ", %.0f m", round(metres / 10) * 10)
                        : tr_arena_printf(arena, ", %.1f km", metres / 1000);
}

/* Unknown types and modifiers read "go on", as OSRM asks. */
const char *tr_osrm_step_words(tr_arena *arena, const json_t *step)
{
    const json_t *maneuver = json_object_get(step, "maneuver");
    const char *type = text_of(maneuver, "type"), *modifier = text_of(maneuver, "modifier");
    const char *road = *text_of(step, "name") ? text_of(step, "name") : text_of(step, "ref");
    const char *turn = "go on", *keep = "keep on", *did;
    const char *side = strstr(modifier, "left") ? "left" : strstr(modifier, "right") ? "right" : "";
    int exit = (int)json_integer_value(json_object_get(maneuver, "exit"));
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (!strcmp(modifier, ways[i].modifier)) turn = ways[i].turn, keep = ways[i].keep;
    if (!strcmp(type, "arrive")) return tr_arena_printf(arena, *side ? "arrive, on the %s" : "arrive", side);
    if (!strcmp(type, "depart")) did = "start";
    else if (!strcmp(type, "new name") || !strcmp(type, "notification")) did = "go on";
    else if (!strcmp(type, "merge")) did = *side ? tr_arena_printf(arena, "merge %s", side) : "merge";
    else if (!strcmp(type, "on ramp") || !strcmp(type, "off ramp"))
        did = tr_arena_printf(arena, "take the slip road%s%s", *side ? " on the " : "", side);
    else if (!strcmp(type, "fork")) did = tr_arena_printf(arena, "%s at the fork", keep);
    else if (!strcmp(type, "end of road")) did = tr_arena_printf(arena, "at the end of the road %s", turn);
    else if (!strcmp(type, "roundabout") || !strcmp(type, "rotary"))
        did = exit > 0 ? tr_arena_printf(arena, "at the roundabout take exit %d", exit)
                       : "enter the roundabout";
    else if (!strcmp(type, "roundabout turn")) did = tr_arena_printf(arena, "at the roundabout %s", turn);
    else if (!strncmp(type, "exit ", 5)) did = "leave the roundabout";
    else did = turn;
    return tr_arena_printf(arena, "%s%s%s%s", did,
                           !*road                  ? ""
                           : !strcmp(did, "start") ? " on "
                                                   : " into ",
                           road, length_words(arena, json_number_value(json_object_get(step, "distance"))));
}
