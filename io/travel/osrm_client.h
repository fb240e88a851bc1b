/* osrm_client.h -- what the files of the OSRM client share: servers, and a question with its answer.
 *
 * osrm.c asks and judges answers, osrm_table.c and osrm_route.c make questions of tables and routes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_OSRM_CLIENT_H
#define TR_OSRM_CLIENT_H
#include "cells_text.h"
#include "http.h"
#include "osrm.h"

#include <jansson.h>

typedef struct {
    const char *profile; /* NULL: of every profile */
    const char *url;     /* no trailing slash, no user and password */
    const char *shown;   /* the same, for messages */
    const char *user, *password; /* that stood in the address; NULL = none */
    bool loopback;
    bool answered;       /* it has, in this run */
    bool silent;         /* the last question got no answer, not even a wrong one */
    enum { POST_UNKNOWN, POST_YES, POST_NO } post;
    int32_t side;        /* of table blocks; shrinks when the server finds them too big */
    bool side_known;     /* a table passed */
    int32_t points;      /* of a route; likewise */
} tr_osrm_address;

typedef struct { /* a stop that no road reaches on the kerb side, by its coordinates */
    const char *mode;
    int64_t lat, lon; /* tr_micro */
} tr_osrm_loose;

struct tr_osrm {
    tr_arena *arena;
    tr_http *http;
    int32_t connections;
    int32_t n_addresses;
    tr_osrm_address *addresses; /* in order of preference */
    const char *exclude;        /* as given, checked */
    const char *description;
    int32_t n_loose;
    tr_osrm_loose *loose;
};

typedef enum { TR_FINE, TR_TOO_BIG, TR_NO_SEGMENT, TR_NO_ROUTE, TR_REFUSED } tr_verdict_of_server;

typedef struct { /* what is asked of a server about places[at[0..n-1]] */
    tr_osrm_address *address;
    const char *mode, *service;  /* "table", "route", "nearest" */
    const char *what;            /* for messages: "table of van, rows 0-99, columns 0-99" */
    const tr_place *places;
    int32_t n;
    const int32_t *at;
    int32_t n_rows, n_columns;   /* of a table: positions in at[]; 0 = all of at */
    const int32_t *rows, *columns;
    /* the answer */
    tr_verdict_of_server verdict;
    tr_err err;                  /* when TR_REFUSED */
    json_t *root;                /* when TR_FINE: the rest of the answer; the receiver's reference */
    bool distances;              /* of a table: metres came too */
    int32_t *seconds, *metres;   /* of a table: [rows * columns] */
    bool timed_out;
    /* ours */
    bool excludes;               /* road classes */
    tr_http_request http;
    tr_arena *scratch;
} tr_osrm_question;

void tr_osrm_send(tr_osrm *osrm, tr_osrm_question *q, tr_arena *scratch); /* q and scratch live until it is back */
tr_osrm_question *tr_osrm_receive(tr_osrm *osrm);                       /* NULL: none is left */
void tr_osrm_abandon(tr_osrm *osrm);                                    /* what is not back yet */

tr_osrm_address *tr_osrm_address_of(const tr_osrm *osrm, const char *mode, int32_t k); /* NULL: there is none */
tr_status tr_osrm_refuse(const tr_osrm_question *q, tr_err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4))); /* TR_EROUTING with server and question before it */

#endif
