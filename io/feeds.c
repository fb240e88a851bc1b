/* feeds.c -- report files: which format a file is in, and what can only be judged over all of its rows.
 *
 * The format shows in the content, never in the name.  A file that is no text, too large or of no known
 * format is an error; rows are reports.c's.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "readers.h"

#include <stdlib.h>
#include <string.h>

/* The largest confidence of a row. */
static double largest_label(const tr_report *r)
{
    double most = -1;
    for (int32_t k = 0; k < r->n_labels; k++)
        if (r->labels[k].confidence > most) most = r->labels[k].confidence;
    return most;
}

static double own_size(const tr_report *r)
{
    return r->size_confidence;
}

/* A column is in per cent where most of its rows go above 1.  A few rows that do are wrong instead: were one
 * of them to turn the column into per cent, it would silence every hazard in it. */
static bool in_per_cent(const tr_report *reports, int32_t n, double (*largest)(const tr_report *))
{
    int64_t given = 0, above = 0;
    for (int32_t i = 0; i < n; i++) {
        given += largest(&reports[i]) > 0;
        above += largest(&reports[i]) > 1;
    }
    return 2 * above > given;
}

static void blame(tr_report *r, const char *column, double confidence, tr_arena *arena)
{
    const char *text = tr_arena_printf(
        arena, "column %s: confidence %g is above 1, those of most other rows are not", column, confidence);
    r->fault = r->fault ? tr_arena_printf(arena, "%s; %s", r->fault, text) : text;
}

static void scale_confidences(tr_report *reports, int32_t n, tr_arena *arena)
{
    bool labels = in_per_cent(reports, n, largest_label), sizes = in_per_cent(reports, n, own_size);
    for (int32_t i = 0; i < n; i++) {
        tr_report *r = &reports[i];
        tr_label *list = (tr_label *)r->labels; /* ours, not yet handed out */
        if (!labels && largest_label(r) > 1) {
            blame(r, "labels", largest_label(r), arena);
            r->n_labels = 0;
        }
        if (!sizes && r->size_confidence > 1) {
            blame(r, "size_confidence", r->size_confidence, arena);
            r->size_confidence = -1;
        }
        for (int32_t k = 0; labels && k < r->n_labels; k++) list[k].confidence /= 100;
        if (sizes && r->size_confidence > 0) r->size_confidence /= 100;
    }
}

static void read_feed(const char *path, const tr_mapping *mapping, int32_t *capacity, tr_morning *morning,
                      tr_diag *diag)
{
    size_t length;
    int32_t first = morning->n_reports;
    tr_feed feed = {.file = tr_text_clean(morning->arena, path),
                    .mapping = mapping,
                    .morning = morning,
                    .diag = diag,
                    .scratch = tr_arena_new(),
                    .capacity = *capacity};
    char *text = tr_file_read(path, feed.scratch, diag, &length);
    const char *nul = text ? memchr(text, 0, length) : NULL;
    if (nul) {
        tr_diag_add(diag, TR_ERROR, path, "", "is no text: a NUL byte at offset %zu", (size_t)(nul - text));
    } else if (text) {
        size_t blank = strspn(text, " \t\r\n");
        if (text[blank] == '{' || text[blank] == '[') {
            json_auto_t *document = tr_json_parse(text, length, path, diag);
            if (document) tr_json_reports_read(&feed, document);
        } else if (blank == length) {
            tr_diag_add(diag, TR_ERROR, path, "", "is empty; expected reports as CSV or JSON");
        } else {
            tr_csv_read(&feed, text, length);
        }
    }
    if (morning->n_reports > first)
        scale_confidences(&morning->reports[first], morning->n_reports - first, morning->arena);
    *capacity = feed.capacity;
    tr_arena_free(feed.scratch);
}

typedef struct {
    tr_report *report;
    int32_t index;
} entry;

static int by_id(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = strcmp(x->report->id, y->report->id);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* The first row of an id keeps it; later ones are faults under a name of their own. */
static void part_duplicate_ids(tr_morning *m)
{
    tr_arena *scratch = tr_arena_new();
    entry *order = TR_NEW(scratch, entry, m->n_reports + 1);
    for (bool again = true; again;) {
        again = false;
        for (int32_t i = 0; i < m->n_reports; i++) order[i] = (entry){&m->reports[i], i};
        if (m->n_reports) qsort(order, (size_t)m->n_reports, sizeof *order, by_id);
        const tr_report *first = NULL;
        for (int32_t i = 0; i < m->n_reports; i++) {
            tr_report *r = order[i].report;
            if (!first || strcmp(first->id, r->id)) {
                first = r;
                continue;
            }
            again = true;
            const char *text = tr_arena_printf(m->arena, "column id: \"%s\" is used before, in row %d of %s",
                                               r->id, first->row, first->file);
            r->fault = r->fault ? tr_arena_printf(m->arena, "%s; %s", r->fault, text) : text;
            r->id = tr_arena_printf(m->arena, "%s (%d)", r->id, order[i].index + 1);
        }
    }
    tr_arena_free(scratch);
}

void tr_reports_read(const tr_input_files *files, tr_morning *morning, tr_diag *diag)
{
    tr_mapping mapping = {0};
    int32_t capacity = 0;
    if (files->mapping) mapping = tr_mapping_read(files->mapping, diag);
    for (int32_t i = 0; i < files->n_reports; i++)
        read_feed(files->reports[i], &mapping, &capacity, morning, diag);
    part_duplicate_ids(morning);
}
