/* assess.c -- what a report is about: streams, hazard and its evidence, size, doubts.
 *
 * The waste type gives the main stream.  A stream named by a word of the text, or by a label sure enough,
 * is added; one of the same family (asbestos, appliance, chemical) is the narrower name of the same thing
 * and takes the place of the waste type's.  Absence of a label is never evidence of safety.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage.h"

#include <string.h>

enum { UNIDENTIFIED = 14, CAR_BOOT = 2 };

#define BIT(stream) ((tr_mask)1 << (stream))

static int32_t stream_named(const char *name)
{
    return tr_word_find(name, tr_stream_names, TR_STREAM_COUNT);
}

static tr_mask label_streams(const char *label)
{
    const char *word = NULL;
    int32_t stream = stream_named(label);
    if (stream >= 0) return BIT(stream);
    tr_arena *scratch = tr_arena_new();
    tr_mask streams = tr_words_streams(tr_words_key(scratch, label), &word);
    tr_arena_free(scratch);
    return streams;
}

static tr_mask hazardous_of(tr_mask streams)
{
    tr_mask found = 0;
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++)
        if (streams & BIT(s) && tr_stream_hazardous(s)) found |= BIT(s);
    return found;
}

static tr_mask family_of(int32_t stream)
{
    const char *family = tr_stream_infos[stream].family;
    tr_mask streams = 0;
    for (int32_t s = 0; family && s < TR_STREAM_COUNT; s++)
        if (tr_stream_infos[s].family && strcmp(tr_stream_infos[s].family, family) == 0) streams |= BIT(s);
    return streams;
}

static int32_t lowest(tr_mask streams)
{
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++)
        if (streams & BIT(s)) return s;
    return 0;
}

static int32_t highest_rank(const tr_morning *m, tr_mask streams)
{
    int32_t best = -1;
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++)
        if (streams & BIT(s) && (best < 0 || m->triage.streams[s].hazard > m->triage.streams[best].hazard))
            best = s;
    return best;
}

static void find_streams(const tr_morning *m, tr_mask named, tr_about *a, bool identified)
{
    tr_mask bonded = BIT(stream_named("asbestos_bonded")), fibrous = BIT(stream_named("asbestos_fibrous"));
    if (named & fibrous) named &= ~bonded;
    if (identified) {
        int32_t implied = tr_waste_type_streams[a->waste_type];
        tr_mask narrower = named & family_of(implied);
        a->main = narrower && !(narrower & BIT(implied)) ? lowest(narrower) : implied;
        a->streams = named | BIT(a->main);
        return;
    }
    tr_mask general = 0;
    for (int32_t s = 0; s < TR_STREAM_COUNT; s++)
        if (m->problem.streams[s].segregation == m->problem.streams[0].segregation) general |= BIT(s);
    a->main = !named ? 0 : named & general ? lowest(named & general) : highest_rank(m, named);
    a->streams = named | BIT(a->main);
}

/* Why the stream of the highest rank is believed: a label, a word, or the waste type. */
static const char *evidence_of(const tr_morning *m, const tr_report *r, tr_mask words, int32_t stream)
{
    double best = -1;
    const char *text = NULL;
    for (int32_t i = 0; i < r->n_labels; i++) {
        const tr_label *l = &r->labels[i];
        if (l->confidence < m->triage.hazard_from || l->confidence <= best ||
            !(label_streams(l->name) & BIT(stream)))
            continue;
        best = l->confidence;
        text = tr_arena_printf(m->arena, "label %s %.2f", l->name, l->confidence);
    }
    if (!text && words & BIT(stream) && r->hazard_word)
        text = tr_arena_printf(m->arena, "word %s", r->hazard_word);
    if (!text && r->waste_type >= 0)
        text = tr_arena_printf(m->arena, "waste type %s", tr_waste_types[r->waste_type]);
    return text;
}

/* A hazard that a label hints at, too weak to act on and too strong to pass over. */
static const char *doubt_of(const tr_morning *m, const tr_report *r, tr_mask known)
{
    const tr_triage_policy *t = &m->triage;
    for (int32_t i = 0; i < r->n_labels; i++) {
        const tr_label *l = &r->labels[i];
        if (l->confidence < t->review_from || l->confidence >= t->hazard_from) continue;
        if (hazardous_of(label_streams(l->name)) & ~known)
            return tr_arena_printf(
                m->arena, "label %s %.2f is a possible hazard (from %.2f it counts, below %.2f it does not)",
                l->name, l->confidence, t->hazard_from, t->review_from);
    }
    return NULL;
}

tr_about tr_assess(const tr_morning *m, const tr_report *r)
{
    tr_about a = {.due_day = r->due_day, .type_assumed = r->waste_type < 0, .size_assumed = r->size < 0};
    a.waste_type = r->waste_type < 0 ? UNIDENTIFIED : r->waste_type;
    a.size = r->size < 0 ? CAR_BOOT : r->size;
    if (!a.size_assumed && r->size_confidence >= 0 && r->size_confidence < m->triage.size_up_below &&
        a.size + 1 < TR_N_SIZES)
        a.size++;
    tr_mask words = 0, named = 0;
    for (int32_t i = 0; i < r->n_stream_words; i++) {
        int32_t stream = stream_named(r->stream_words[i]);
        if (stream >= 0) words |= BIT(stream);
    }
    named = words;
    for (int32_t i = 0; i < r->n_labels; i++)
        if (r->labels[i].confidence >= m->triage.hazard_from) named |= label_streams(r->labels[i].name);
    find_streams(m, named, &a, a.waste_type != UNIDENTIFIED);
    int32_t worst = highest_rank(m, hazardous_of(a.streams) ? hazardous_of(a.streams) : a.streams);
    a.hazard = m->triage.streams[highest_rank(m, a.streams)].hazard;
    if (a.hazard > 0 || tr_stream_hazardous(worst))
        a.evidence = evidence_of(m, r, words, highest_rank(m, a.streams));
    a.unsure = doubt_of(m, r, a.streams);
    return a;
}

void tr_assess_merge(tr_about *first, const tr_about *duplicate, const char *id, tr_arena *arena)
{
    if (duplicate->hazard > first->hazard) {
        first->streams |= hazardous_of(duplicate->streams) | BIT(duplicate->main);
        first->main = duplicate->main;
        first->hazard = duplicate->hazard;
        first->evidence =
            duplicate->evidence ? tr_arena_printf(arena, "%s in %s", duplicate->evidence, id) : NULL;
        if (!duplicate->type_assumed) {
            first->waste_type = duplicate->waste_type;
            first->type_assumed = false;
        }
    }
    if (duplicate->size > first->size) {
        first->size = duplicate->size;
        first->size_assumed = duplicate->size_assumed;
    }
    if (duplicate->due_day >= 0 && (first->due_day < 0 || duplicate->due_day < first->due_day))
        first->due_day = duplicate->due_day;
    if (!first->unsure && duplicate->unsure)
        first->unsure = tr_arena_printf(arena, "%s in %s", duplicate->unsure, id);
}
