/* arms.c -- see arms.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "arms.h"

#include <string.h>

/* The file's name without folder and ending. */
static const char *stem(const char *path, tr_arena *arena)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path, *dot = strrchr(name, '.');
    return tr_arena_strndup(arena, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static void name_fleets(const tr_input_files *files, int32_t n, tr_arena *arena, tr_arms *a)
{
    bool sites_differ = false;
    for (int32_t i = 1; i < n; i++) sites_differ |= !same_text(files[i].sites, files[0].sites);
    for (int32_t i = 0; i < n; i++) {
        const char *name = stem(files[i].fleet, arena);
        if (sites_differ && files[i].sites) name = tr_arena_printf(arena, "%s+%s", name, stem(files[i].sites, arena));
        for (int32_t j = 0; j < i; j++)
            if (!strcmp(name, a->fleets[j])) name = tr_arena_printf(arena, "%s#%d", name, i + 1), j = -1;
        a->fleets[i] = name;
    }
    a->n_fleets = n;
}

/* Reports, policy and mapping are read for each fleet, and their faults are the same each time. */
static void tell_new(const tr_diag *from, tr_diag *diag)
{
    for (int32_t i = 0; i < from->n_faults; i++) {
        const tr_fault *f = &from->faults[i];
        bool told = false;
        for (int32_t k = 0; k < diag->n_faults && !told; k++)
            told = !strcmp(f->file, diag->faults[k].file) && !strcmp(f->where, diag->faults[k].where) && !strcmp(f->text, diag->faults[k].text);
        if (!told) tr_diag_add(diag, f->severity, f->file, f->where, "%s", f->text);
    }
}

static tr_status read_town(const tr_input_files *files, bool unmerged, const tr_replay_settings *s, tr_arena *arena, tr_town **town, tr_diag *diag)
{
    tr_diag own = {.arena = arena};
    *town = TR_NEW(arena, tr_town, 1);
    (*town)->morning.arena = arena, (*town)->unmerged = unmerged;
    tr_status status = tr_town_read(files, s, *town, &own);
    tell_new(&own, diag);
    return status;
}

/* Of the same reports: triage merges them before it knows of vehicles.  Nothing else could be compared. */
static bool same_piles(const tr_town *a, const tr_town *b)
{
    if (a->n_firsts != b->n_firsts || a->first_day != b->first_day || a->n_days != b->n_days) return false;
    for (int32_t k = 0; k < a->n_firsts; k++)
        if (a->piles[k].report != b->piles[k].report) return false;
    return true;
}

int32_t tr_arms_given_to_one(const tr_town *a, const tr_town *b)
{
    int32_t n = 0;
    for (int32_t k = 0; k < a->n_firsts; k++) {
        bool differs = false;
        for (int32_t f = 0; f < a->n_forms; f++)
            differs |= (a->forms[(int64_t)f * a->n_piles + k].kind == TR_LEFT) != (b->forms[(int64_t)f * b->n_piles + k].kind == TR_LEFT);
        n += differs;
    }
    return n;
}

void tr_arms_cross(tr_arms *a, const tr_replay_settings *s, tr_arena *arena)
{
    a->n = 0;
    for (int32_t f = 0; f < a->n_fleets; f++)
        for (int32_t r = 0; r < s->n_rules; r++) {
            const char *rule = tr_dispatch_names[s->rules[r]];
            const char *label = a->n_fleets > 1 ? tr_arena_printf(arena, "%s@%s", rule, a->fleets[f]) : rule;
            a->arms[a->n++] = (tr_arm){label, f, s->rules[r], a->towns[s->rules[r] == TR_DISPATCH_UNMERGED ? a->n_fleets + f : f]};
        }
}

tr_status tr_arms_read(const tr_input_files *files, int32_t n_fleets, const tr_replay_settings *s, tr_arena *arena, tr_arms *a, tr_diag *diag)
{
    *a = (tr_arms){0};
    tr_status status = TR_OK;
    name_fleets(files, n_fleets, arena, a);
    int32_t n_towns = n_fleets;
    for (int32_t r = 0; r < s->n_rules; r++)
        if (s->rules[r] == TR_DISPATCH_UNMERGED) n_towns = 2 * n_fleets;
    while (a->n_towns < n_towns) { /* faults of all fleets at once */
        int32_t t = a->n_towns++;
        tr_status read = read_town(&files[t % n_fleets], t >= n_fleets, s, arena, &a->towns[t], diag);
        if (!status) status = read;
    }
    if (status) return status;
    for (int32_t t = 1; t < n_towns; t++)
        if (!same_piles(a->towns[0], a->towns[t])) {
            tr_diag_add(diag, TR_ERROR, files[t % n_fleets].fleet, "", "its reports merge to other piles than those of %s", files[0].fleet);
            return TR_EINPUT;
        }
    for (int32_t f = 1; f < n_fleets; f++) {
        int32_t n = tr_arms_given_to_one(a->towns[0], a->towns[f]);
        if (n) tr_diag_add(diag, TR_WARNING, files[f].fleet, "", "%d of %d piles are for crews with only one of this and %s: their differences are not of the same piles",
                           n, a->towns[0]->n_firsts, files[0].fleet);
    }
    tr_arms_cross(a, s, arena);
    return TR_OK;
}

void tr_arms_agree(tr_arms *a)
{
    for (int32_t k = 0; k < a->towns[a->n_towns - 1]->n_piles; k++) { /* the last one has most */
        bool off = false;
        for (int32_t t = 0; t < a->n_towns; t++) off |= k < a->towns[t]->n_piles && a->towns[t]->piles[k].off_road;
        for (int32_t t = 0; off && t < a->n_towns; t++)
            if (k < a->towns[t]->n_piles) tr_town_leave_out(a->towns[t], k);
    }
    tr_squares squares = tr_town_squares(a->towns[0]);
    for (int32_t t = 0; t < a->n_towns; t++) tr_town_cut_patches(a->towns[t]), a->towns[t]->squares = squares;
}

int32_t tr_arms_control(const tr_arms *a)
{
    for (int32_t i = 0; i < a->n; i++)
        if (a->arms[i].fleet == 0 && a->arms[i].rule == TR_DISPATCH_OLDEST) return i;
    return -1;
}

int32_t tr_arms_base(const tr_arms *a, int32_t arm)
{
    int32_t control = tr_arms_control(a);
    if (a->arms[arm].fleet == 0) return arm == control ? -1 : control;
    for (int32_t i = 0; i < a->n; i++)
        if (a->arms[i].fleet == 0 && a->arms[i].rule == a->arms[arm].rule) return i;
    return -1;
}
