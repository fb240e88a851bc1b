/* http.h -- HTTP requests in flight over a few kept-alive connections, each ending in bounded time in a whole
 * answer or in words that say why there is none.
 *
 * Requests are added, and come back one by one as they end, in any order.  Broken connections, 429 and 5xx are
 * tried again with a doubling wait; redirects are not followed; a body has a size limit, unpacked; one deadline
 * stands over all time spent in tr_http_next.  Certificates are verified, by the authorities in the file that
 * CURL_CA_BUNDLE or SSL_CERT_FILE names or the folder of SSL_CERT_DIR, as the curl tool does, else by the system's.
 * What an answer means is the caller's matter.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_HTTP_H
#define TR_HTTP_H
#include "tiprun.h"

typedef struct tr_http tr_http;

typedef struct {
    double connect_timeout_s, timeout_s; /* of one try */
    double deadline_s;                   /* of all time spent waiting here */
    int32_t retries, connections;
} tr_http_limits;

typedef struct { /* lives with the caller until it has come back */
    const char *url;
    const char *post;     /* a JSON body; NULL = GET */
    bool direct;          /* on this machine: no proxy, no compression */
    bool patient;         /* the server has answered before: it may be restarting, so it is waited for longer */
    const char *user, *password, *token; /* NULL = none; the token goes into "Authorization: Bearer" */
    void *context;        /* the caller's */
    /* when it comes back */
    long status;          /* of a whole answer; 0 = there is none, and fault says why */
    char *body;           /* NUL-terminated; ours, until the next call of tr_http_next */
    size_t length;
    char fault[400];      /* lower case, printable, without the address */
    bool timed_out;
    /* ours */
    int32_t tries;
    double not_before;
} tr_http_request;

tr_status tr_http_open(const tr_http_limits *limits, tr_http **http, tr_err *err);
void tr_http_close(tr_http *http); /* accepts NULL */

void tr_http_add(tr_http *http, tr_http_request *request);
tr_http_request *tr_http_next(tr_http *http); /* NULL: none is left */
void tr_http_forget(tr_http *http);           /* what has not come back yet */

/* A server's words made fit for a message: printable, on one line, at most 92 bytes. */
typedef struct { char text[96]; } tr_quoted;
tr_quoted tr_quote(const char *text, size_t length);

/* The same of an answer to this request: a gateway may send back what it was told, so user, password and token are
 * starred out wherever they stand, also as Basic wrote them. */
tr_quoted tr_http_quote(const tr_http_request *request, const char *text, size_t length);

#endif
