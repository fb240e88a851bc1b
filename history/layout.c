/* layout.c -- see layout.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "layout.h"
#include "json.h"
#include "readers.h"
#include "words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define KEYS(...)                                                                                            \
    (const char *const[]){__VA_ARGS__}, (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

enum { MOST = 10000, LONGEST_NAME = 100 };

const char *const tr_history_fields[TR_N_HISTORY_FIELDS] = {
    "id",   "reported_at", "cleared_at", "status", "status_at", "due",          "category", "waste_type",
    "size", "ward",        "hazardous",  "items",  "duplicate", "work_minutes", "lat",      "lon",
};

/* ---- columns ---- */

/* Column names of known systems, letters and digits only. */
/* clang-format off */
static const struct {
    const char *name;
    tr_history_field field;
} aliases[] = {
    {"incidentid", TR_H_ID}, {"srrecordid", TR_H_ID}, {"uniquekey", TR_H_ID}, {"caseid", TR_H_ID},
    {"caseenquiryid", TR_H_ID}, {"srnumber", TR_H_ID}, {"servicerequestid", TR_H_ID}, {"servicerequestnumber", TR_H_ID},
    {"requestid", TR_H_ID}, {"reportid", TR_H_ID}, {"reference", TR_H_ID},
    {"reportedutc", TR_H_REPORTED_AT}, {"reported", TR_H_REPORTED_AT}, {"createddate", TR_H_REPORTED_AT},
    {"datecreated", TR_H_REPORTED_AT}, {"created", TR_H_REPORTED_AT}, {"createdat", TR_H_REPORTED_AT},
    {"requesteddatetime", TR_H_REPORTED_AT}, {"requestdate", TR_H_REPORTED_AT}, {"opened", TR_H_REPORTED_AT},
    {"opendt", TR_H_REPORTED_AT}, {"opendate", TR_H_REPORTED_AT}, {"dateopened", TR_H_REPORTED_AT},
    {"clearedutc", TR_H_CLEARED_AT}, {"cleared", TR_H_CLEARED_AT}, {"datecleared", TR_H_CLEARED_AT},
    {"closedate", TR_H_CLEARED_AT}, {"closeddate", TR_H_CLEARED_AT}, {"dateclosed", TR_H_CLEARED_AT},
    {"closed", TR_H_CLEARED_AT}, {"closedat", TR_H_CLEARED_AT}, {"closeddt", TR_H_CLEARED_AT},
    {"completiondate", TR_H_CLEARED_AT}, {"datecompleted", TR_H_CLEARED_AT}, {"completedat", TR_H_CLEARED_AT},
    {"fixed", TR_H_CLEARED_AT},
    {"srstatus", TR_H_STATUS}, {"casestatus", TR_H_STATUS}, {"statusdescription", TR_H_STATUS},
    {"statusdate", TR_H_STATUS_AT}, {"updateddatetime", TR_H_STATUS_AT}, {"updatedat", TR_H_STATUS_AT},
    {"duedate", TR_H_DUE}, {"targetdt", TR_H_DUE}, {"slatargetdt", TR_H_DUE}, {"targetdate", TR_H_DUE},
    {"expecteddatetime", TR_H_DUE},
    {"srtype", TR_H_CATEGORY}, {"complainttype", TR_H_CATEGORY}, {"servicename", TR_H_CATEGORY},
    {"requesttype", TR_H_CATEGORY}, {"servicerequesttype", TR_H_CATEGORY},
    {"district", TR_H_WARD}, {"councildistrict", TR_H_WARD}, {"wardname", TR_H_WARD},
    {"latitude", TR_H_LAT}, {"longitude", TR_H_LON}, {"long", TR_H_LON}, {"lng", TR_H_LON},
};

/* Records that their columns tell apart from all others. */
static const struct {
    const char *city, *zone;
    tr_date_order dates;
    const char *columns[6];
} known[] = {
    {"San José, California", "America/Los_Angeles", TR_DATES_UNKNOWN,
     {"incident_id", "work_order", "reported_utc", "cleared_utc", "district", "items"}},
    {"Baltimore, Maryland", "America/New_York", TR_DATES_MONTH_FIRST,
     {"SRRecordID", "ServiceRequestNum", "SRType", "CreatedDate", "CloseDate", "PolicePost"}},
};
/* clang-format on */

/* Letters and digits, small: "Created Date" and "created_date" are one. */
static void bare(const char *name, char key[LONGEST_NAME])
{
    size_t n = 0;
    for (; *name && n + 1 < LONGEST_NAME; name++)
        if (isalnum((unsigned char)*name)) key[n++] = (char)tolower((unsigned char)*name);
    key[n] = 0;
}

static bool same_name(const char *a, const char *b)
{
    char x[LONGEST_NAME], y[LONGEST_NAME];
    bare(a, x), bare(b, y);
    return *x && strcmp(x, y) == 0;
}

int32_t tr_layout_field(const tr_layout *layout, const char *column)
{
    char key[LONGEST_NAME];
    for (int32_t i = 0; i < layout->n_columns; i++)
        if (strcasecmp(layout->columns[i], column) == 0) return layout->fields[i];
    for (int32_t i = 0; i < TR_N_HISTORY_FIELDS; i++)
        if (same_name(tr_history_fields[i], column)) return i;
    bare(column, key);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(aliases[i].name, key) == 0) return (int32_t)aliases[i].field;
    return -1;
}

static bool has_column(const tr_csv_table *table, const char *name)
{
    for (int32_t i = 0; i < table->n_columns; i++)
        if (strcasecmp(table->names[i], name) == 0) return true;
    return false;
}

void tr_layout_recognise(tr_layout *layout, const tr_csv_table *table)
{
    layout->england = !layout->zone_given && has_column(table, "cleared_at");
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        size_t found = 0;
        for (size_t i = 0; i < 6; i++) found += has_column(table, known[k].columns[i]);
        if (found < 6) continue;
        if (!*layout->city) layout->city = known[k].city;
        if (!layout->zone_given) layout->zone = known[k].zone;
        if (layout->dates == TR_DATES_UNKNOWN) layout->dates = known[k].dates;
        layout->zone_given = true;
        layout->england = false;
        return;
    }
}

/* ---- words ---- */

static bool fits(const tr_category_word *rule, const char *key)
{
    if (rule->match == TR_SAME_AS) return strcmp(key, rule->key) == 0;
    if (rule->match == TR_BEGINS_WITH) return strncmp(key, rule->key, strlen(rule->key)) == 0;
    return strstr(key, rule->key) != NULL;
}

tr_category_word tr_layout_category(const tr_layout *layout, const char *category, tr_arena *scratch)
{
    const char *key = tr_words_key(scratch, category);
    for (int32_t i = 0; i < layout->n_categories; i++)
        if (fits(&layout->categories[i], key)) return layout->categories[i];
    tr_category_word says = {.hazardous = -1};
    if (strstr(key, " proactive "))
        says.leave_out = TR_CREW_RAISED;
    else if (strstr(key, " scheduled "))
        says.leave_out = TR_BOOKED;
    return says;
}

/* In order: "closed duplicate" is a duplicate, "not fixed" is none of the fixed. */
/* clang-format off */
static const struct {
    const char *word;
    tr_case_end end;
} endings[] = {
    {"duplicate", TR_CASE_DUPLICATE}, {"merged", TR_CASE_DUPLICATE},
    {"transferred", TR_CASE_TRANSFERRED}, {"transfer", TR_CASE_TRANSFERRED}, {"referred", TR_CASE_TRANSFERRED},
    {"referral", TR_CASE_TRANSFERRED}, {"not responsible", TR_CASE_TRANSFERRED}, {"unable to", TR_CASE_TRANSFERRED},
    {"no further action", TR_CASE_TRANSFERRED}, {"no action", TR_CASE_TRANSFERRED},
    {"not found", TR_CASE_TRANSFERRED}, {"cancelled", TR_CASE_TRANSFERRED}, {"canceled", TR_CASE_TRANSFERRED},
    {"rejected", TR_CASE_TRANSFERRED}, {"invalid", TR_CASE_TRANSFERRED},
    {"reopened", TR_CASE_OPEN}, {"not fixed", TR_CASE_OPEN},
    {"closed", TR_CASE_CLEARED}, {"cleared", TR_CASE_CLEARED}, {"completed", TR_CASE_CLEARED},
    {"complete", TR_CASE_CLEARED}, {"resolved", TR_CASE_CLEARED}, {"fixed", TR_CASE_CLEARED}, {"done", TR_CASE_CLEARED},
    {"open", TR_CASE_OPEN}, {"new", TR_CASE_OPEN}, {"pending", TR_CASE_OPEN}, {"in progress", TR_CASE_OPEN},
    {"assigned", TR_CASE_OPEN}, {"investigating", TR_CASE_OPEN}, {"confirmed", TR_CASE_OPEN},
    {"unconfirmed", TR_CASE_OPEN}, {"planned", TR_CASE_OPEN}, {"action scheduled", TR_CASE_OPEN},
    {"acknowledged", TR_CASE_OPEN}, {"received", TR_CASE_OPEN}, {"reported", TR_CASE_OPEN}, {"started", TR_CASE_OPEN},
};
/* clang-format on */

int32_t tr_layout_end(const tr_layout *layout, const char *status, tr_arena *scratch)
{
    const char *key = tr_words_key(scratch, status);
    for (int32_t i = 0; i < layout->n_statuses; i++)
        if (strstr(key, layout->statuses[i].key)) return (int32_t)layout->statuses[i].end;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strstr(key, tr_words_key(scratch, endings[i].word))) return (int32_t)endings[i].end;
    return -1;
}

/* ---- the mapping file ---- */

/* Our fields first, then those that only plan uses: a mapping may serve both. */
static void read_columns(const tr_json *table, tr_layout *layout)
{
    if (!tr_json_is_object(table)) return;
    tr_arena *arena = table->diag->arena;
    size_t n = json_object_size(table->value);
    const char *names[TR_N_HISTORY_FIELDS + TR_N_FIELDS];
    for (int32_t i = 0; i < TR_N_HISTORY_FIELDS; i++) names[i] = tr_history_fields[i];
    for (int32_t i = 0; i < TR_N_FIELDS; i++) names[TR_N_HISTORY_FIELDS + i] = tr_field_names[i];
    const char **columns = TR_NEW(arena, const char *, n + 1);
    int32_t *fields = TR_NEW(arena, int32_t, n + 1);
    const char *key;
    json_t *value;
    json_object_foreach(table->value, key, value)
    {
        int32_t field =
            tr_json_word(tr_json_at(table, key), names, TR_N_HISTORY_FIELDS + TR_N_FIELDS, "field", -1);
        if (field < 0) continue;
        columns[layout->n_columns] = tr_arena_strdup(arena, key);
        fields[layout->n_columns++] = field < TR_N_HISTORY_FIELDS ? field : -1;
    }
    layout->columns = columns, layout->fields = fields;
}

static const char *matched_key(tr_json match)
{
    const char *text = tr_json_text(match, NULL);
    const char *key = text ? tr_words_key(match.diag->arena, text) : NULL;
    if (!key || strlen(key) >= 2) return key;
    tr_json_fault(&match, "\"%s\" has no letter or digit to match", text);
    return NULL;
}

static const char *of_list(tr_json at, const char *const *list, int32_t n, const char *kind)
{
    int32_t i = tr_json_word(at, list, n, kind, -1);
    return i < 0 ? NULL : list[i];
}

static bool read_rule(const tr_json *at, tr_category_word *rule)
{
    static const char *const kinds[] = {"exact", "prefix", "contains"};
    static const char *const reasons[] = {"crew", "booked", "other"};
    int given = 0;
    tr_json_keys(at, KEYS("exact", "prefix", "contains", "waste_type", "size", "land_type", "stream",
                          "hazardous", "leave_out"));
    for (int k = 0; k < 3; k++) {
        tr_json match = tr_json_at(at, kinds[k]);
        if (!match.value) continue;
        given++;
        rule->key = matched_key(match);
        rule->match = k == 0 ? TR_SAME_AS : k == 1 ? TR_BEGINS_WITH : TR_HOLDS;
    }
    if (given != 1) tr_json_fault(at, "needs one of exact, prefix or contains, and no two");
    tr_json hazardous = tr_json_at(at, "hazardous");
    int32_t stream = tr_json_word(tr_json_at(at, "stream"), tr_stream_names, TR_STREAM_COUNT, "stream", -1);
    int32_t reason = tr_json_word(tr_json_at(at, "leave_out"), reasons, 3, "reason to leave out", -1);
    rule->waste_type = of_list(tr_json_at(at, "waste_type"), tr_waste_types, TR_N_WASTE_TYPES, "waste type");
    rule->size = of_list(tr_json_at(at, "size"), tr_sizes, TR_N_SIZES, "size");
    rule->hazardous = stream >= 0 ? (int8_t)tr_stream_hazardous(stream) : -1;
    if (hazardous.value) rule->hazardous = (int8_t)tr_json_bool(hazardous, false);
    rule->leave_out = (tr_leave_out)(reason + 1);
    return given == 1 && rule->key;
}

static void read_categories(const tr_json *list, tr_layout *layout)
{
    size_t n = tr_json_length(list);
    if (n > MOST) tr_json_fault(list, "has %zu rules; expected at most %d", n, MOST);
    if (n > MOST) n = MOST;
    tr_category_word *rules = TR_NEW(list->diag->arena, tr_category_word, n + 1);
    for (size_t i = 0; i < n; i++) {
        tr_json at = tr_json_item(list, i);
        if (tr_json_is_object(&at) && read_rule(&at, &rules[layout->n_categories])) layout->n_categories++;
    }
    layout->categories = rules;
}

static void read_statuses(const tr_json *table, tr_layout *layout)
{
    static const char *const ends[] = {"open", "cleared", "duplicate", "transferred"}; /* as tr_case_end */
    if (!tr_json_is_object(table)) return;
    tr_status_word *words = TR_NEW(table->diag->arena, tr_status_word, json_object_size(table->value) + 1);
    const char *key;
    json_t *value;
    json_object_foreach(table->value, key, value)
    {
        tr_json at = tr_json_at(table, key);
        int32_t end = tr_json_word(at, ends, 4, "end of a case", -1);
        const char *word = tr_words_key(table->diag->arena, key);
        if (strlen(word) < 2)
            tr_json_fault(&at, "\"%s\" has no letter or digit to match", key);
        else if (end >= 0)
            words[layout->n_statuses++] = (tr_status_word){word, (tr_case_end)end};
    }
    layout->statuses = words;
}

tr_layout tr_layout_read(const char *path, tr_diag *diag)
{
    static const char *const orders[] = {"day_first", "month_first"};
    tr_layout layout = {.city = "", .zone = "Europe/London"};
    if (!path) return layout;
    json_auto_t *document = tr_json_file(path, diag);
    tr_json root = tr_json_root(document, path, diag);
    if (!tr_json_is_object(&root)) return layout;
    tr_json_keys(&root, KEYS("columns", "categories", "words", "statuses", "city", "time_zone", "dates"));
    tr_json columns = tr_json_at(&root, "columns"), categories = tr_json_at(&root, "categories"),
            statuses = tr_json_at(&root, "statuses");
    read_columns(&columns, &layout);
    read_categories(&categories, &layout);
    read_statuses(&statuses, &layout);
    layout.city = tr_json_text(tr_json_at(&root, "city"), "");
    const char *zone = tr_json_text(tr_json_at(&root, "time_zone"), NULL);
    if (zone) layout.zone = zone, layout.zone_given = true;
    layout.dates =
        (tr_date_order)(1 + tr_json_word(tr_json_at(&root, "dates"), orders, 2, "order of dates", -1));
    return layout;
}
