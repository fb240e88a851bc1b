/* reports.c -- rows of any feed into reports.
 *
 * A row that cannot be used keeps its place as a report with a `fault`, so that it is told and not lost.
 * Free text (title, description, category, tags) is scanned for words and then forgotten: it stays in the
 * scratch arena of the feed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "readers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
const char *const tr_field_names[TR_N_FIELDS] = {
    "id", "lat", "lon", "reported_at", "waste_type", "size", "land_type", "labels", "kg", "m3", "litres",
    "window", "due", "vehicle", "street", "photos", "description", "title", "size_confidence",
    "council_responsible", "status", "category", "subcategory", "words", "ward",
};
/* clang-format on */

/* ---- one row ---- */

enum { MOST_LABEL = 60, MOST_ID = 200, MOST_STREET = 300 }; /* bytes */

typedef struct {
    tr_feed *feed;
    const tr_row *row;
    tr_report *report;
    bool waste; /* a category that is given names dumped waste */
} cell_reader;

static void fault(cell_reader *c, tr_field field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void fault(cell_reader *c, tr_field field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tr_arena *arena = c->feed->morning->arena;
    const char *text = tr_arena_vprintf(arena, format, args);
    va_end(args);
    const char *place = c->row->place[field] ? c->row->place[field] : tr_field_names[field];
    text = tr_text_clean(arena, tr_arena_printf(arena, "column %s: %s", place, text));
    tr_report *r = c->report;
    r->fault = r->fault ? tr_arena_printf(arena, "%s; %s", r->fault, text) : text;
}

static const char *given(const cell_reader *c, tr_field field)
{
    const char *value = c->row->value[field];
    return value && *value ? value : NULL;
}

static bool number_of(const char *text, double *value)
{
    char *end;
    if (!*text || strspn(text, "+-.0123456789eE") != strlen(text)) return false;
    *value = strtod(text, &end);
    return !*end && isfinite(*value);
}

/* The number of a cell, `absent` if it is empty or wrong. */
static double number(cell_reader *c, tr_field field, double absent, double min, double max)
{
    double value;
    const char *text = given(c, field);
    if (!text) return absent;
    if (!number_of(text, &value))
        fault(c, field, "\"%.60s\" is no number", text);
    else if (value < min || value > max)
        fault(c, field, "%.60s is out of range; expected %.10g to %.10g", text, min, max);
    else
        return value;
    return absent;
}

static int32_t listed(cell_reader *c, tr_field field, int32_t (*find)(const char *), const char *const *list,
                      int32_t n)
{
    const char *text = given(c, field);
    int32_t index = text ? find(text) : -1;
    if (!text || index >= 0) return index;
    const char *near = tr_nearest_word(text, list, n);
    if (near)
        fault(c, field, "\"%.60s\" is not in Defra's list; did you mean \"%s\"?", text, near);
    else
        fault(c, field, "\"%.60s\" is not in Defra's list", text);
    return -1;
}

static void read_place(cell_reader *c)
{
    tr_report *r = c->report;
    tr_field fields[2] = {TR_F_LAT, TR_F_LON};
    for (int i = 0; i < 2; i++)
        if (!given(c, fields[i])) fault(c, fields[i], "is empty; expected degrees");
    r->lat = number(c, TR_F_LAT, NAN, -90, 90);
    r->lon = number(c, TR_F_LON, NAN, -180, 180);
    r->has_place = !isnan(r->lat) && !isnan(r->lon);
    if (r->has_place && r->lat == 0 && r->lon == 0) {
        fault(c, TR_F_LAT, "0, 0 is no place of a report");
        r->has_place = false;
    }
    if (!r->has_place) r->lat = r->lon = 0;
}

static void read_times(cell_reader *c)
{
    tr_report *r = c->report;
    int64_t due;
    const char *text = given(c, TR_F_REPORTED_AT);
    r->reported_at = r->due_day = r->reported_day = -1;
    if (text && tr_time_parse(text, &r->reported_at))
        r->reported_day = tr_local_day(r->reported_at);
    else if (text)
        fault(c, TR_F_REPORTED_AT, "\"%.60s\" is no time; expected such as 2026-03-02T07:15:00Z", text);
    text = given(c, TR_F_DUE);
    if (text && tr_time_parse(text, &due))
        r->due_day = tr_local_day(due);
    else if (text)
        fault(c, TR_F_DUE, "\"%.60s\" is no date; expected YYYY-MM-DD", text);
}

/* The next part of a list, without blanks around it; NULL at the end.  Cuts the list up. */
static char *next_part(char **list, const char *separators)
{
    char *part = strsep(list, separators);
    if (!part) return NULL;
    while (*part == ' ') part++;
    for (size_t n = strlen(part); n && part[n - 1] == ' ';) part[--n] = 0;
    return part;
}

static void read_windows(cell_reader *c)
{
    tr_report *r = c->report;
    if (!given(c, TR_F_WINDOW)) return;
    char *list = tr_arena_strdup(c->feed->scratch, given(c, TR_F_WINDOW));
    int32_t most = 1;
    for (const char *p = list; *p; p++) most += *p == ';';
    tr_window *windows = TR_NEW(c->feed->morning->arena, tr_window, most);
    for (char *part; (part = next_part(&list, ";")) != NULL;) {
        if (!*part) continue;
        if (tr_window_parse(part, &windows[r->n_windows]))
            r->n_windows++;
        else
            fault(c, TR_F_WINDOW, "\"%.60s\" is no window; expected HH:MM-HH:MM that ends after it starts",
                  part);
    }
    r->n_windows = tr_windows_tidy(windows, r->n_windows);
    r->windows = windows;
}

static void read_labels(cell_reader *c)
{
    tr_report *r = c->report;
    tr_arena *arena = c->feed->morning->arena;
    const char *text = given(c, TR_F_LABELS);
    if (c->row->labels) {
        r->labels = c->row->labels;
        r->n_labels = c->row->n_labels;
    } else if (text) {
        char *list = tr_arena_strdup(c->feed->scratch, text);
        int32_t most = 1;
        for (const char *p = list; *p; p++) most += *p == ';';
        tr_label *labels = TR_NEW(arena, tr_label, most);
        for (char *part; (part = next_part(&list, ";")) != NULL;) {
            if (!*part) continue;
            char *colon = strrchr(part, ':');
            double confidence;
            if (colon && colon > part && number_of(colon + 1 + strspn(colon + 1, " "), &confidence)) {
                *colon = 0;
                labels[r->n_labels++] = (tr_label){tr_text_short(arena, part, MOST_LABEL), confidence};
            } else {
                fault(c, TR_F_LABELS, "\"%.60s\" is no label; expected NAME:CONFIDENCE", part);
            }
        }
        r->labels = labels;
    }
    for (int32_t i = 0; i < r->n_labels; i++)
        if (!(r->labels[i].confidence >= 0 && r->labels[i].confidence <= 100)) {
            fault(c, TR_F_LABELS, "confidence %g of %.60s is out of range; expected 0 to 1, or 0 to 100",
                  r->labels[i].confidence, r->labels[i].name);
            r->n_labels = 0;
        }
}

static int32_t whole(double value)
{
    return (int32_t)lround(value);
}

static void read_load(cell_reader *c)
{
    tr_report *r = c->report;
    double kg = number(c, TR_F_KG, -1, 0, 1e6), m3 = number(c, TR_F_M3, -1, 0, 1e3);
    double litres = number(c, TR_F_LITRES, -1, 0, 1e6);
    if (given(c, TR_F_M3) && given(c, TR_F_LITRES))
        fault(c, TR_F_M3, "stands beside litres; give one of the two");
    r->kg = kg < 0 ? -1 : whole(kg);
    r->litres = litres >= 0 ? whole(litres) : m3 >= 0 ? whole(1000 * m3) : -1;
}

static bool yes(cell_reader *c, tr_field field)
{
    static const char *const yeses[] = {"1", "true", "yes", "y"}, *const noes[] = {"0", "false", "no", "n"};
    const char *text = given(c, field);
    for (int i = 0; text && i < 4; i++) {
        if (strcasecmp(text, yeses[i]) == 0) return true;
        if (strcasecmp(text, noes[i]) == 0) return false;
    }
    if (text) fault(c, field, "\"%.60s\" is neither yes nor no", text);
    return false;
}

/* A count, yes or no, or links: then how many. */
static int32_t photos(const char *text)
{
    double value;
    if (!text || strcasecmp(text, "no") == 0 || strcasecmp(text, "false") == 0) return 0;
    if (number_of(text, &value)) return value >= 0 && value <= 1000 ? whole(value) : 0;
    int32_t n = 1;
    for (const char *p = text; *p; p++) n += *p == ';' || *p == ' ';
    return n;
}

/* Only an open report is work.  Words of FixMyStreet, Open311 and the usual back offices. */
static void read_status(cell_reader *c)
{
    static const char *const open[] = {"open",         "confirmed", "investigating", "in progress",
                                       "planned",      "new",       "reported",      "action scheduled",
                                       "acknowledged", "reopened",  "unconfirmed",   "received"};
    static const char *const closed[] = {"closed",          "unable to fix", "no further action",
                                         "not responsible", "duplicate",     "internal referral",
                                         "cancelled",       "archived",      "resolved",
                                         "cleared",         "hidden",        "completed",
                                         "rejected"};
    const char *text = given(c, TR_F_STATUS);
    if (!text) return;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (strcasecmp(text, open[i]) == 0) return;
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (strcasecmp(text, closed[i]) == 0)
            c->report->closed = tr_arena_printf(c->feed->morning->arena, "closed: %s", closed[i]);
    if (strncasecmp(text, "fixed", 5) == 0) c->report->closed = "already fixed";
    if (!c->report->closed)
        fault(c, TR_F_STATUS, "unknown status \"%.60s\"; expected such as open, confirmed, closed or fixed",
              text);
}

static bool rule_matches(const tr_category_rule *rule, const char *key)
{
    size_t n = strlen(rule->key);
    if (rule->match == TR_MATCH_EXACT) return strcmp(key, rule->key) == 0;
    if (rule->match == TR_MATCH_PREFIX) return strncmp(key, rule->key, n) == 0;
    return strstr(key, rule->key) != NULL;
}

/* Feeds of councils hold potholes and street lights too. */
static bool names_dumping(const char *key)
{
    static const char *const words[] = {" fly tip", " flytip", " tipping", " dump", " rubbish",
                                        " waste",   " litter", " refuse",  " debris"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(key, words[i])) return true;
    return false;
}

/* Category and subcategory by the mapping's rules, else by what is built in. */
static tr_mask read_category(cell_reader *c, const char *text)
{
    tr_report *r = c->report;
    const tr_mapping *mapping = c->feed->mapping;
    char *key = tr_words_key(c->feed->scratch, text);
    tr_category says = tr_category_read(key);
    tr_mask streams = 0;
    bool ruled = false;
    for (int32_t i = 0; i < mapping->n_categories && !ruled; i++) {
        const tr_category_rule *rule = &mapping->categories[i];
        if (!rule_matches(rule, key)) continue;
        ruled = true;
        if (rule->says.waste_type >= 0) says.waste_type = rule->says.waste_type;
        if (rule->says.size >= 0) says.size = rule->says.size;
        if (rule->says.land_type >= 0) says.land_type = rule->says.land_type;
        if (rule->stream < 0) continue;
        streams |= (tr_mask)1 << rule->stream;
        if (tr_stream_hazardous(rule->stream)) r->hazard_word = tr_stream_names[rule->stream];
    }
    if (ruled || says.waste_type >= 0 || says.size >= 0 || names_dumping(key)) c->waste = true;
    if (r->waste_type < 0) r->waste_type = says.waste_type;
    if (r->size < 0) r->size = says.size;
    if (r->land_type < 0) r->land_type = says.land_type;
    return streams | tr_words_streams(key, &r->hazard_word);
}

/* Words that the mapping knows; those found are blanked out of the key. */
static tr_mask mapped_words(const tr_mapping *mapping, char *key, const char **hazard_word)
{
    tr_mask streams = 0;
    for (int32_t i = 0; i < mapping->n_words; i++) {
        const char *word = mapping->words[i];
        for (char *at; (at = strstr(key, word)) != NULL;) {
            memset(at + 1, '.', strlen(word) - 2);
            if (mapping->word_streams[i] < 0) continue;
            streams |= (tr_mask)1 << mapping->word_streams[i];
            if (tr_stream_hazardous(mapping->word_streams[i])) *hazard_word = word;
        }
    }
    return streams;
}

static void read_words(cell_reader *c)
{
    static const tr_field texts[] = {TR_F_CATEGORY, TR_F_SUBCATEGORY, TR_F_WORDS, TR_F_TITLE,
                                     TR_F_DESCRIPTION};
    tr_report *r = c->report;
    tr_arena *arena = c->feed->morning->arena;
    tr_mask streams = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = given(c, texts[i]);
        if (!text) continue;
        if (i < 2) {
            streams |= read_category(c, text);
            continue;
        }
        char *key = tr_words_key(c->feed->scratch, text);
        const char *word = NULL;
        streams |= mapped_words(c->feed->mapping, key, &word);
        streams |= tr_words_streams(key, &word);
        if (word && !r->hazard_word) r->hazard_word = word;
    }
    if (r->hazard_word) { /* a mapped word is a key with blanks around it */
        char *word = tr_arena_strdup(arena, r->hazard_word + (*r->hazard_word == ' '));
        size_t n = strlen(word);
        if (n && word[n - 1] == ' ') word[n - 1] = 0;
        r->hazard_word = word;
    }
    const char **names = TR_NEW(arena, const char *, TR_STREAM_COUNT);
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++)
        if (streams >> s & 1) names[r->n_stream_words++] = tr_stream_names[s];
    r->stream_words = names;
}

static tr_report *new_report(tr_feed *feed)
{
    tr_morning *m = feed->morning;
    if (m->n_reports == feed->capacity) {
        feed->capacity = feed->capacity ? 2 * feed->capacity : 64;
        m->reports = tr_arena_grow(m->arena, m->reports, (size_t)m->n_reports, (size_t)feed->capacity,
                                   sizeof *m->reports);
    }
    return &m->reports[m->n_reports++];
}

void tr_feed_row(tr_feed *feed, const tr_row *row)
{
    tr_arena *arena = feed->morning->arena;
    tr_report *r = new_report(feed);
    cell_reader c = {feed, row, r, false};
    *r = (tr_report){.file = feed->file, .row = ++feed->n_rows, .fault = row->fault};
    const char *id = given(&c, TR_F_ID);
    r->id = id ? tr_text_clean(arena, id) : tr_arena_printf(arena, "row %d", r->row);
    if (!id)
        fault(&c, TR_F_ID, "is empty");
    else if (strlen(id) > MOST_ID) {
        r->id = tr_arena_printf(arena, "row %d", r->row);
        fault(&c, TR_F_ID, "has %zu bytes; expected at most %d", strlen(id), MOST_ID);
    }
    read_place(&c);
    read_times(&c);
    r->waste_type = listed(&c, TR_F_WASTE_TYPE, tr_waste_type_find, tr_waste_types, TR_N_WASTE_TYPES);
    r->size = listed(&c, TR_F_SIZE, tr_size_find, tr_sizes, TR_N_SIZES);
    r->land_type = listed(&c, TR_F_LAND_TYPE, tr_land_type_find, tr_land_types, TR_N_LAND_TYPES);
    r->size_confidence = number(&c, TR_F_SIZE_CONFIDENCE, -1, 0, 100);
    read_labels(&c);
    read_load(&c);
    read_windows(&c);
    if (given(&c, TR_F_VEHICLE)) r->pin = tr_text_short(arena, given(&c, TR_F_VEHICLE), MOST_LABEL + 10);
    if (given(&c, TR_F_STREET)) r->street = tr_text_short(arena, given(&c, TR_F_STREET), MOST_STREET);
    if (given(&c, TR_F_WARD)) r->ward = tr_text_short(arena, given(&c, TR_F_WARD), MOST_LABEL);
    r->n_photos = photos(given(&c, TR_F_PHOTOS));
    r->council_responsible = yes(&c, TR_F_COUNCIL_RESPONSIBLE);
    read_status(&c);
    bool typed = r->waste_type >= 0;
    read_words(&c);
    if (given(&c, TR_F_CATEGORY) && !c.waste && !typed && !r->closed)
        fault(&c, TR_F_CATEGORY, "\"%.60s\" names no dumped waste; a mapping can say what it means",
              given(&c, TR_F_CATEGORY));
}
