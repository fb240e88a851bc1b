/* mapping.c -- a council's own words: which column is which, what its categories and tags mean.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "readers.h"

#include <string.h>

#define KEYS(...)                                                                                            \
    (const char *const[]){__VA_ARGS__}, (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

enum { MOST = 10000 };

static void read_columns(const tr_json *table, tr_mapping *mapping)
{
    if (!tr_json_is_object(table)) return;
    size_t n = json_object_size(table->value);
    const char **columns = TR_NEW(table->diag->arena, const char *, n + 1);
    tr_field *fields = TR_NEW(table->diag->arena, tr_field, n + 1);
    const char *key;
    json_t *value;
    json_object_foreach(table->value, key, value)
    {
        tr_json at = tr_json_at(table, key);
        int32_t field = tr_json_word(at, tr_field_names, TR_N_FIELDS, "field", -1);
        if (field < 0) continue;
        columns[mapping->n_columns] = tr_arena_strdup(table->diag->arena, key);
        fields[mapping->n_columns++] = (tr_field)field;
    }
    mapping->columns = columns;
    mapping->fields = fields;
}

/* Index of a word in one of Defra's lists, in any spelling; -1 absent or unknown. */
static int32_t listed(tr_json at, int32_t (*find)(const char *), const char *const *list, int32_t n,
                      const char *kind)
{
    const char *text = tr_json_text(at, NULL);
    int32_t index = text ? find(text) : -1;
    if (!text || index >= 0) return index;
    const char *near = tr_nearest_word(text, list, n);
    if (near)
        tr_json_fault(&at, "unknown %s \"%s\"; did you mean \"%s\"?", kind, text, near);
    else
        tr_json_fault(&at, "unknown %s \"%s\"", kind, text);
    return -1;
}

static bool read_rule(const tr_json *at, tr_category_rule *rule)
{
    static const char *const kinds[] = {"exact", "prefix", "contains"};
    const char *text = NULL;
    tr_json_keys(at, KEYS("exact", "prefix", "contains", "waste_type", "size", "land_type", "stream"));
    for (int k = 0; k < 3; k++) {
        tr_json match = tr_json_at(at, kinds[k]);
        if (match.value && text)
            tr_json_fault(&match, "only one of exact, prefix and contains may stand in a rule");
        if (!match.value || text) continue;
        text = tr_json_text(match, NULL);
        rule->match = (tr_match)k;
    }
    if (!text) {
        tr_json_fault(at, "needs one of exact, prefix or contains");
        return false;
    }
    char *key = tr_words_key(at->diag->arena, text);
    size_t n = strlen(key);
    if (n < 2) {
        tr_json_fault(at, "\"%s\" has no letter or digit to match", text);
        return false;
    }
    rule->key = key;
    rule->says.waste_type = listed(tr_json_at(at, "waste_type"), tr_waste_type_find, tr_waste_types,
                                   TR_N_WASTE_TYPES, "waste type");
    rule->says.size = listed(tr_json_at(at, "size"), tr_size_find, tr_sizes, TR_N_SIZES, "size");
    rule->says.land_type =
        listed(tr_json_at(at, "land_type"), tr_land_type_find, tr_land_types, TR_N_LAND_TYPES, "land type");
    rule->stream = tr_json_word(tr_json_at(at, "stream"), tr_stream_names, TR_STREAM_COUNT, "stream", -1);
    return true;
}

static void read_words(const tr_json *table, tr_mapping *mapping)
{
    if (!tr_json_is_object(table)) return;
    size_t n = json_object_size(table->value);
    const char **words = TR_NEW(table->diag->arena, const char *, n + 1);
    int32_t *streams = TR_NEW(table->diag->arena, int32_t, n + 1);
    const char *key;
    json_t *value;
    json_object_foreach(table->value, key, value)
    {
        tr_json at = tr_json_at(table, key);
        const char *word = tr_words_key(table->diag->arena, key);
        if (strlen(word) < 2) {
            tr_json_fault(&at, "\"%s\" has no letter or digit to match", key);
            continue;
        }
        words[mapping->n_words] = word;
        streams[mapping->n_words++] =
            json_is_null(at.value) ? -1 : tr_json_word(at, tr_stream_names, TR_STREAM_COUNT, "stream", -1);
    }
    mapping->words = words;
    mapping->word_streams = streams;
}

tr_mapping tr_mapping_read(const char *path, tr_diag *diag)
{
    tr_mapping mapping = {0};
    json_auto_t *document = tr_json_file(path, diag);
    tr_json root = tr_json_root(document, path, diag);
    if (!tr_json_is_object(&root)) return mapping;
    tr_json_keys(&root, KEYS("columns", "categories", "words"));
    tr_json columns = tr_json_at(&root, "columns"), list = tr_json_at(&root, "categories"),
            words = tr_json_at(&root, "words");
    read_columns(&columns, &mapping);
    size_t n = tr_json_length(&list);
    if (n > MOST) tr_json_fault(&list, "has %zu rules; expected at most %d", n, MOST);
    if (n > MOST) n = MOST;
    tr_category_rule *rules = TR_NEW(diag->arena, tr_category_rule, n + 1);
    for (size_t i = 0; i < n; i++) {
        tr_json at = tr_json_item(&list, i);
        if (tr_json_is_object(&at) && read_rule(&at, &rules[mapping.n_categories])) mapping.n_categories++;
    }
    mapping.categories = rules;
    read_words(&words, &mapping);
    return mapping;
}
