/* triage.h -- the parts of triage: what a report is about (assess.c), what it weighs and how it parts into
 * stops (split.c), and the decision (triage.c).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TRIAGE_H
#define TR_TRIAGE_H
#include "inputs.h"
#include "words.h"

typedef struct { /* what one report is about */
    tr_mask streams;
    int32_t main; /* the stream of most of it, one of `streams` */
    int32_t waste_type, size;
    bool type_assumed, size_assumed;
    int32_t hazard;       /* the highest rank of its streams */
    const char *evidence; /* of that rank; NULL */
    const char *unsure;   /* why a crew cannot be sent yet; NULL */
    int32_t due_day;      /* as given, of it and of its duplicates the earliest; -1 */
} tr_about;

tr_about tr_assess(const tr_morning *morning, const tr_report *report);
/* A duplicate passes on a higher hazard, a larger size, an earlier date and a doubt. */
void tr_assess_merge(tr_about *first, const tr_about *duplicate, const char *id, tr_arena *arena);

enum { TR_MOST_PARTS = 64 };

typedef struct { /* one stop's worth of a report */
    int32_t stream, kg, litres;
    int64_t service_s;  /* mean */
    int64_t on_top_s;   /* of that, once a load whatever its share: the stream's extra time, the consignment note */
} tr_part;

/* The load of the report by segregation group, the most hazardous first; returns how many.
 * *assumed: the load rests on a table of assumptions. */
int32_t tr_parts_by_stream(const tr_morning *morning, const tr_report *report, const tr_about *about,
                           tr_part parts[TR_STREAM_COUNT], bool *assumed);
/* Cuts a part into loads that a compatible compartment holds.  0: none could ever take it, or only in more
 * than `room` loads; *why tells. */
int32_t tr_split_part(const tr_morning *morning, const tr_part *part, int32_t pin, tr_part *pieces,
                      int32_t room, const char **why);

#endif
