/* report_json.c -- reports from JSON: our own list, GeoJSON features, Open311 requests.
 *
 * Which of them is seen by the content.  Each element is flattened into the same row of texts that CSV
 * gives, so that one reader (reports.c) judges all.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "readers.h"

#include <stdio.h>
#include <string.h>

enum { MOST_WARNED = 20 };

typedef struct {
    tr_feed *feed;
    int32_t n_warned;
    const char *warned[MOST_WARNED]; /* unknown keys that were told already */
} element_reader;

static void warn_unknown(element_reader *e, const char *key)
{
    const char *near = tr_nearest_word(key, tr_field_names, TR_N_FIELDS);
    if (!near || e->n_warned == MOST_WARNED) return;
    for (int32_t i = 0; i < e->n_warned; i++)
        if (strcmp(e->warned[i], key) == 0) return;
    e->warned[e->n_warned++] = tr_arena_strdup(e->feed->scratch, key);
    tr_diag_add(e->feed->diag, TR_WARNING, e->feed->file, "",
                "key \"%s\" is not known and left out; did you mean \"%s\"?", key, near);
}

/* A scalar as text; NULL for null, and for what is none. */
static const char *scalar(const json_t *value, tr_arena *arena)
{
    if (json_is_string(value)) return tr_arena_strdup(arena, json_string_value(value));
    if (json_is_integer(value)) return tr_arena_printf(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value)) return tr_arena_printf(arena, "%.17g", json_real_value(value));
    if (json_is_boolean(value)) return json_is_true(value) ? "true" : "false";
    return NULL;
}

/* [["08:00", "10:00"], "12:00-13:00"] or ["a", "b"] as one text with ';'; NULL if it holds anything else. */
static const char *joined(const json_t *list, tr_arena *arena)
{
    const char *text = "";
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *part = scalar(item, arena);
        if (json_is_array(item) && json_array_size(item) == 2) {
            const char *from = scalar(json_array_get(item, 0), arena),
                       *to = scalar(json_array_get(item, 1), arena);
            part = from && to ? tr_arena_printf(arena, "%s-%s", from, to) : NULL;
        }
        if (!part) return NULL;
        text = tr_arena_printf(arena, "%s%s%s", text, i ? ";" : "", part);
    }
    return text;
}

static void row_fault(tr_feed *feed, tr_row *row, const char *key, const char *text)
{
    tr_arena *arena = feed->morning->arena;
    row->fault =
        tr_text_clean(arena, tr_arena_printf(arena, "%s%scolumn %s: %s", row->fault ? row->fault : "",
                                             row->fault ? "; " : "", key, text));
}

static const json_t *either(const json_t *object, const char *a, const char *b)
{
    const json_t *value = json_object_get(object, a);
    return value ? value : json_object_get(object, b);
}

/* [{"name", "confidence"}], as image classifiers give them (also with capitals), or {"asbestos": 0.8}. */
static void read_labels(tr_feed *feed, tr_row *row, const char *key, json_t *value)
{
    size_t n = json_is_array(value) ? json_array_size(value) : json_object_size(value), i = 0;
    tr_label *labels = TR_NEW(feed->morning->arena, tr_label, n + 1);
    row->labels = labels;
    if (json_is_object(value)) {
        const char *name;
        json_t *confidence;
        json_object_foreach(value, name, confidence)
        {
            if (!json_is_number(confidence))
                row_fault(feed, row, key, "a confidence is no number");
            else
                labels[row->n_labels++] =
                    (tr_label){tr_text_short(feed->morning->arena, name, 60), json_number_value(confidence)};
        }
        return;
    }
    for (; i < n; i++) {
        const json_t *item = json_array_get(value, i);
        const json_t *name = either(item, "name", "Name"),
                     *confidence = either(item, "confidence", "Confidence");
        if (!json_is_string(name) || !json_is_number(confidence)) {
            row_fault(feed, row, key,
                      "a label has no name and confidence; expected {\"name\": .., \"confidence\": ..}");
            continue;
        }
        labels[row->n_labels++] = (tr_label){tr_text_short(feed->morning->arena, json_string_value(name), 60),
                                             json_number_value(confidence)};
    }
}

static void read_value(element_reader *e, tr_row *row, const char *key, json_t *value)
{
    tr_arena *scratch = e->feed->scratch;
    int32_t field = tr_field_of(e->feed->mapping, key);
    if (field == -2) warn_unknown(e, key);
    if (field < 0 || json_is_null(value)) return;
    row->place[field] = tr_arena_strdup(scratch, key);
    const char *text = scalar(value, scratch);
    if (field == TR_F_LABELS &&
        (json_is_object(value) || (json_is_array(value) && !json_is_string(json_array_get(value, 0))))) {
        read_labels(e->feed, row, key, value);
        return;
    }
    if (json_is_array(value) && (field == TR_F_WINDOW || field == TR_F_WORDS || field == TR_F_LABELS))
        text = joined(value, scratch);
    if (json_is_array(value) && field == TR_F_PHOTOS)
        text = tr_arena_printf(scratch, "%zu", json_array_size(value));
    if (!text && field == TR_F_WARD) return; /* nothing hangs on it */
    if (!text)
        row_fault(e->feed, row, key,
                  json_is_array(value) ? "an array is not expected here" : "an object is not expected here");
    else if (!row->value[field] || !*row->value[field])
        row->value[field] = text;
    else if (field == TR_F_CATEGORY || field == TR_F_WORDS || field == TR_F_DESCRIPTION)
        row->value[field] = tr_arena_printf(scratch, "%s ; %s", row->value[field], text);
}

static void read_object(element_reader *e, tr_row *row, const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) read_value(e, row, key, value);
    const json_t *more = json_object_get(object, "extended_attributes"); /* Open311 */
    if (json_is_object(more)) json_object_foreach((json_t *)more, key, value)
        {
            if (!json_is_object(value) && !json_is_array(value) && tr_field_of(e->feed->mapping, key) >= 0)
                read_value(e, row, key, value);
        }
}

static void read_feature(element_reader *e, tr_row *row, const json_t *feature)
{
    const json_t *geometry = json_object_get(feature, "geometry"), *type = json_object_get(geometry, "type");
    const json_t *point = json_object_get(geometry, "coordinates"),
                 *properties = json_object_get(feature, "properties");
    if (json_is_object(properties)) read_object(e, row, properties);
    if (!row->value[TR_F_ID]) row->value[TR_F_ID] = scalar(json_object_get(feature, "id"), e->feed->scratch);
    if (!json_is_string(type) || strcmp(json_string_value(type), "Point") || json_array_size(point) < 2 ||
        !json_is_number(json_array_get(point, 0)) || !json_is_number(json_array_get(point, 1))) {
        row_fault(e->feed, row, "geometry", "is no Point with longitude and latitude");
        return;
    }
    row->value[TR_F_LON] = scalar(json_array_get(point, 0), e->feed->scratch);
    row->value[TR_F_LAT] = scalar(json_array_get(point, 1), e->feed->scratch);
}

void tr_json_reports_read(tr_feed *feed, json_t *document)
{
    element_reader e = {.feed = feed};
    const json_t *type = json_object_get(document, "type"), *list = document;
    bool features = json_is_string(type) && strcmp(json_string_value(type), "FeatureCollection") == 0;
    if (json_is_object(document)) list = json_object_get(document, features ? "features" : "reports");
    if (!json_is_array(list)) {
        tr_diag_add(feed->diag, TR_ERROR, feed->file, "",
                    "is no list of reports; expected [..], {\"reports\": [..]} "
                    "or a GeoJSON FeatureCollection");
        return;
    }
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        tr_row row = {0};
        if (!json_is_object(item))
            row.fault = "is no object";
        else if (features)
            read_feature(&e, &row, item);
        else
            read_object(&e, &row, item);
        tr_feed_row(feed, &row);
    }
}
