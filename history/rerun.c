/* rerun.c -- see rerun.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "rerun.h"
#include "json.h"
#include "sha256.h"

#include <stdlib.h>
#include <string.h>

enum { RERUN_VERSION = 1, MOST_REPORT_FILES = 10000 };

#define KEYS(...) (const char *const[]){__VA_ARGS__}, (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* ---- every file named, one after the other ---- */

typedef tr_status (*visit)(void *context, tr_rerun_file *file, tr_err *err);

static tr_status each_file(tr_rerun *r, visit does, void *context, tr_err *err)
{
    tr_rerun_file *single[] = {&r->policy, &r->mapping, &r->recording, &r->estimate};
    for (int32_t i = 0; i < r->n_reports; i++) TR_TRY(does(context, &r->reports[i], err));
    for (int32_t i = 0; i < r->n_fleets; i++) {
        TR_TRY(does(context, &r->fleets[i], err));
        TR_TRY(does(context, &r->sites[i], err));
    }
    for (size_t i = 0; i < sizeof single / sizeof *single; i++) TR_TRY(does(context, single[i], err));
    for (int32_t i = 0; i < r->n_kept; i++) TR_TRY(does(context, &r->kept[i], err));
    return TR_OK;
}

static tr_status hash_file(void *context, tr_rerun_file *file, tr_err *err)
{
    char hex[65];
    if (!file->path) return TR_OK;
    TR_TRY(tr_sha256_file(file->path, hex, err));
    file->sha256 = tr_arena_strdup(context, hex);
    return TR_OK;
}

tr_status tr_rerun_hash(tr_rerun *r, tr_arena *arena, tr_err *err)
{
    return each_file(r, hash_file, arena, err);
}

static tr_status compare_file(void *context, tr_rerun_file *file, tr_err *err)
{
    char hex[65];
    tr_err fault = {0};
    (void)err;
    if (!file->path) return TR_OK;
    if (tr_sha256_file(file->path, hex, &fault)) tr_diag_add(context, TR_ERROR, file->path, "", "%s; the run was given this name", fault.text);
    else if (strcmp(hex, file->sha256)) tr_diag_add(context, TR_ERROR, file->path, "", "has changed since the run: its SHA-256 is %s, it was %s", hex, file->sha256);
    return TR_OK;
}

tr_status tr_rerun_roads(const tr_arms *arms, tr_arena *arena, const char **sha256, tr_err *err)
{
    const char *all = "";
    char hex[65];
    for (int32_t t = 0; t < arms->n_towns; t++) {
        const tr_town *town = arms->towns[t];
        size_t n = (size_t)town->morning.n_places * (size_t)town->morning.n_places * sizeof(int32_t);
        int32_t *place = TR_NEW(arena, int32_t, town->n_piles + 1);
        for (int32_t k = 0; k < town->n_piles; k++) place[k] = town->piles[k].place;
        TR_TRY(tr_sha256(place, (size_t)town->n_piles * sizeof *place, hex, err));
        all = tr_arena_printf(arena, "%s%s", all, hex);
        for (int32_t p = 0; p < town->morning.problem.n_profiles; p++) {
            TR_TRY(tr_sha256(town->morning.problem.travel[p].seconds, n, hex, err));
            all = tr_arena_printf(arena, "%s%s", all, hex);
            TR_TRY(tr_sha256(town->morning.problem.travel[p].metres, n, hex, err));
            all = tr_arena_printf(arena, "%s%s", all, hex);
        }
    }
    TR_TRY(tr_sha256(all, strlen(all), hex, err));
    *sha256 = tr_arena_strdup(arena, hex);
    return TR_OK;
}

/* ---- written ---- */

static json_t *file_json(const tr_rerun_file *f)
{
    return f->path ? json_pack("{s:s, s:s}", "file", f->path, "sha256", f->sha256) : json_null();
}

static json_t *list_json(const tr_rerun_file *f, int32_t n)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < n; i++) json_array_append_new(list, file_json(&f[i]));
    return list;
}

/* Named as they lie beside the file. */
static json_t *kept_json(const tr_rerun *r)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < r->n_kept; i++) {
        tr_rerun_file f = r->kept[i];
        if (strrchr(f.path, '/')) f.path = strrchr(f.path, '/') + 1;
        json_array_append_new(list, file_json(&f));
    }
    return list;
}

const char *tr_rerun_json(const tr_rerun *r, tr_arena *arena)
{
    json_t *travel = json_pack("{s:s, s:s, s:b, s:s, s:o, s:o, s:o}", "source", r->source, "roads", r->roads, "live", (int)r->live, "sha256",
                               r->roads_sha256, "recording", file_json(&r->recording), "estimate", file_json(&r->estimate), "kept", kept_json(r));
    json_t *root = json_pack("{s:s, s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "type", "tiprun-rerun", "version", (int)RERUN_VERSION,
                             "tiprun", TR_VERSION, "reports", list_json(r->reports, r->n_reports), "fleets", list_json(r->fleets, r->n_fleets),
                             "sites", list_json(r->sites, r->n_fleets), "policy", file_json(&r->policy), "mapping", file_json(&r->mapping),
                             "travel", travel, "settings", tr_replay_settings_json(&r->settings));
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    const char *copy = tr_arena_printf(arena, "%s\n", text ? text : "");
    free(text);
    json_decref(root);
    return copy;
}

/* ---- read ---- */

static tr_rerun_file read_file(tr_json at, bool needed)
{
    tr_rerun_file f = {0};
    if (!at.value || (json_is_null(at.value) && !needed)) return f;
    if (!tr_json_is_object(&at)) return f;
    tr_json_keys(&at, KEYS("file", "sha256"));
    f.path = tr_json_text(tr_json_need(&at, "file"), NULL), f.sha256 = tr_json_text(tr_json_need(&at, "sha256"), "");
    if (f.path && (!*f.path || !strcmp(f.path, "-"))) tr_json_fault(&at, "\"%s\" is no file that can be read again", f.path), f.path = NULL;
    return f;
}

static int32_t read_list(tr_json at, int32_t most, bool needed, tr_rerun_file *files)
{
    size_t n = tr_json_length(&at);
    if (n > (size_t)most) tr_json_fault(&at, "has %zu files; expected at most %d", n, most), n = 0;
    for (size_t i = 0; i < n; i++) files[i] = read_file(tr_json_item(&at, i), needed);
    return (int32_t)n;
}

/* The names of kept recordings have no folder: they lie beside the file. */
static void find_kept(const char *path, tr_json at, tr_arena *arena, tr_rerun *r)
{
    const char *slash = strrchr(path, '/');
    r->n_kept = read_list(at, 2 * TR_MOST_FLEETS, true, r->kept);
    for (int32_t i = 0; i < r->n_kept; i++) {
        if (!r->kept[i].path) continue;
        if (strchr(r->kept[i].path, '/')) tr_json_fault(&at, "\"%s\": expected a file beside this one", r->kept[i].path), r->kept[i].path = NULL;
        else if (slash) r->kept[i].path = tr_arena_printf(arena, "%.*s%s", (int)(slash + 1 - path), path, r->kept[i].path);
    }
}

static void read_travel(const char *path, tr_json at, tr_arena *arena, tr_rerun *r)
{
    static const char *const sources[] = {"auto", "osrm", "recorded", "estimated"};
    if (!tr_json_is_object(&at)) return;
    tr_json_keys(&at, KEYS("source", "roads", "live", "sha256", "recording", "estimate", "kept"));
    r->source = sources[tr_json_word(tr_json_need(&at, "source"), sources, 4, "source", 0)];
    r->roads = tr_json_text(tr_json_need(&at, "roads"), "");
    r->roads_sha256 = tr_json_text(tr_json_need(&at, "sha256"), "");
    r->live = tr_json_bool(tr_json_need(&at, "live"), false);
    r->recording = read_file(tr_json_at(&at, "recording"), false), r->estimate = read_file(tr_json_at(&at, "estimate"), false);
    find_kept(path, tr_json_need(&at, "kept"), arena, r);
}

void tr_rerun_read(const char *path, tr_arena *arena, tr_rerun *r, tr_diag *diag)
{
    json_auto_t *document = tr_json_file(path, diag);
    tr_json root = tr_json_root(document, path, diag);
    *r = (tr_rerun){.settings = tr_replay_settings_default()};
    if (!document || !tr_json_is_object(&root)) return;
    int32_t before = diag->n_errors;
    tr_json reports = tr_json_need(&root, "reports"), fleets = tr_json_need(&root, "fleets"), sites = tr_json_need(&root, "sites");
    tr_json_keys(&root, KEYS("type", "version", "tiprun", "reports", "fleets", "sites", "policy", "mapping", "travel", "settings"));
    tr_json_int(tr_json_need(&root, "version"), RERUN_VERSION, RERUN_VERSION, RERUN_VERSION);
    const char *version = tr_json_text(tr_json_need(&root, "tiprun"), "");
    size_t n = tr_json_length(&reports);
    r->reports = TR_NEW(arena, tr_rerun_file, (n < MOST_REPORT_FILES ? n : MOST_REPORT_FILES) + 1);
    r->n_reports = read_list(reports, MOST_REPORT_FILES, true, r->reports);
    r->n_fleets = read_list(fleets, TR_MOST_FLEETS, true, r->fleets);
    if (read_list(sites, TR_MOST_FLEETS, false, r->sites) != r->n_fleets) tr_json_fault(&sites, "expected one a fleet, null where there is none");
    if (!r->n_reports) tr_json_fault(&reports, "expected at least one file");
    if (!r->n_fleets) tr_json_fault(&fleets, "expected at least one file");
    r->policy = read_file(tr_json_at(&root, "policy"), false), r->mapping = read_file(tr_json_at(&root, "mapping"), false);
    read_travel(path, tr_json_need(&root, "travel"), arena, r);
    tr_replay_settings_of(tr_json_need(&root, "settings"), &r->settings);
    if (diag->n_errors > before) return;
    if (strcmp(version, TR_VERSION)) tr_diag_add(diag, TR_WARNING, path, "tiprun", "is of version %s, this is %s: figures may differ", version, TR_VERSION);
    each_file(r, compare_file, diag, NULL);
}
