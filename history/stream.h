/* stream.h -- one arrival stream: what is reported in a replication, the same for every rule.
 *
 * The record is cut into weeks; blocks of block_days begin at a week drawn evenly and go round the record's end, so that
 * each report is drawn equally often and Mondays stay Mondays (circular block bootstrap, Politis and Romano 1992).  A rate
 * of 2.3 times the record's is three such streams on top of each other, the third thinned to 0.3, pile by pile; a lower rate
 * of the same replication is a part of a higher one.  All numbers drawn follow from the seed, the replication and the
 * pile's place in the stream alone.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_STREAM_H
#define TR_STREAM_H
#include "arms.h"

typedef struct {
    int32_t pile;
    const tr_form *form;
    int32_t day;            /* days since 1970-01-01 */
    int64_t second;         /* of the local day */
    uint64_t key;           /* where its service times come from */
    bool drawn;             /* its size or type was */
    int32_t heap;           /* the arrival that tells of the same pile first: itself, but in towns that are unmerged */
} tr_arrival;

typedef struct { /* a report of a pile that was reported before */
    int32_t arrival, twin, day;
    int64_t second;
} tr_echo;

typedef struct {
    int32_t n_arrivals, n_echoes;
    tr_arrival *arrivals;   /* by day, then second */
    tr_echo *echoes;        /* in no order */
} tr_arrivals;

/* Arrivals from first_day on for n_days, in the arena. */
void tr_arrivals_make(const tr_town *town, const tr_replay_settings *settings, int32_t replication, double rate, int32_t first_day,
                    int32_t n_days, tr_arena *arena, tr_arrivals *stream);

uint64_t tr_mix(uint64_t a, uint64_t b); /* a hash of both */
double tr_unit(uint64_t key);            /* of a key, evenly in (0, 1) */

/* Real over planned service time of a part of an arrival: log-normal, mean 1. */
double tr_service_luck(const tr_arrival *arrival, int32_t part, double sigma);

#endif
