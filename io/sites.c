/* sites.c -- disposal sites: what they take, when they are open, what they charge.
 *
 * Opening by weekday needs the plan's day, which must be known first (problem.day).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "readers.h"

#include <strings.h>

#define KEYS(...)                                                                                            \
    (const char *const[]){__VA_ARGS__}, (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

enum { MOST_SITES = 500, TURNAROUND_MIN = 25 };

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "bank_holiday"};

/* Opening of the plan's day; every weekday is checked.  A bank holiday without times of its own is like the
 * weekday it falls on. */
struct tr_window_list tr_opening_of(tr_json at, int32_t day)
{
    struct tr_window_list today = {0};
    if (!json_is_object(at.value)) return tr_json_windows(at);
    tr_json_keys(&at, weekdays, 8);
    for (int w = 0; w < 8; w++) {
        tr_json hours = tr_json_at(&at, weekdays[w]);
        struct tr_window_list list = tr_json_windows(hours);
        if (w == tr_weekday(day) || (w == 7 && hours.value && tr_bank_holiday(day))) today = list;
    }
    return today;
}

static void read_site(const tr_json *at, tr_site *site, tr_site_note *note, tr_morning *morning)
{
    double lat, lon;
    tr_json_keys(at, KEYS("id", "name", "address", "lat", "lon", "streams", "opening", "turnaround_min",
                          "gate_fee_pence_per_tonne"));
    tr_json id = tr_json_need(at, "id"), streams = tr_json_need(at, "streams");
    site->id = tr_json_text(id, "?");
    if (!*site->id) tr_json_fault(&id, "is empty; expected a name");
    for (int32_t i = 0; i < morning->problem.n_sites; i++)
        if (strcasecmp(morning->problem.sites[i].id, site->id) == 0)
            tr_json_fault(&id, "site id \"%s\" is used twice", site->id);
    note->name = tr_json_text(tr_json_at(at, "name"), site->id);
    note->address = tr_json_text(tr_json_at(at, "address"), "");
    site->streams = tr_json_words(streams, tr_stream_names, TR_STREAM_COUNT, "stream");
    struct tr_window_list opening = tr_opening_of(tr_json_need(at, "opening"), morning->problem.day);
    site->n_opening = opening.n;
    site->opening = opening.windows;
    site->turnaround_s = tr_json_minutes(tr_json_at(at, "turnaround_min"), 60 * TURNAROUND_MIN, 720);
    site->gate_fee_pence_per_tonne = tr_json_int(tr_json_at(at, "gate_fee_pence_per_tonne"), 0, 0, 10000000);
    if (tr_json_place(at, &lat, &lon)) site->place = tr_place_add(morning, TR_PLACE_SITE, site->id, lat, lon);
}

void tr_sites_of(const tr_json *list, tr_morning *morning)
{
    size_t n = tr_json_length(list), had = (size_t)morning->problem.n_sites;
    if (n > MOST_SITES) tr_json_fault(list, "has %zu sites; expected at most %d", n, MOST_SITES);
    if (n > MOST_SITES) n = MOST_SITES;
    tr_site *sites = tr_arena_grow(morning->arena, morning->problem.sites, had, had + n, sizeof *sites);
    morning->site_notes =
        tr_arena_grow(morning->arena, morning->site_notes, had, had + n, sizeof *morning->site_notes);
    morning->problem.sites = sites;
    for (size_t i = 0; i < n; i++) {
        tr_json at = tr_json_item(list, i);
        if (!tr_json_is_object(&at)) continue;
        int32_t k = morning->problem.n_sites;
        read_site(&at, &sites[k], &morning->site_notes[k], morning);
        morning->problem.n_sites++;
    }
}

/* {"sites": [...]}, or the array alone. */
void tr_sites_read(const char *path, tr_morning *morning, tr_diag *diag)
{
    json_auto_t *document = tr_json_file(path, diag);
    tr_json root = tr_json_root(document, path, diag);
    if (json_is_array(document)) {
        tr_sites_of(&root, morning);
        return;
    }
    if (!tr_json_is_object(&root)) return;
    tr_json_keys(&root, KEYS("sites"));
    tr_json list = tr_json_need(&root, "sites");
    tr_sites_of(&list, morning);
}
