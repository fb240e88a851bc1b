/* stub_server.h -- an HTTP server on loopback that answers as a test tells it, faults included.
 *
 * One thread, one connection at a time, one request a connection; POST is answered by 405.  Not a server for anything else.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_STUB_SERVER_H
#define TR_STUB_SERVER_H
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *bytes;  /* the raw answer, status line and all; NULL: none */
    size_t length;      /* 0 = up to the NUL */
    int pause_ms;       /* before it */
    size_t repeat;      /* send the bytes this many times more */
    bool reset;         /* end the connection with a reset */
    bool hang;          /* keep it open in silence until the client goes */
} stub_reply;

typedef struct stub_server stub_server;

/* Called for each request, number 0, 1, ...; path is what stands between GET and HTTP/1.1. */
typedef stub_reply (*stub_answer)(void *context, int number, const char *path);

stub_server *stub_start(stub_answer answer, void *context); /* never NULL; ends the program on failure */
void stub_stop(stub_server *server);                        /* frees it; waits for its thread */
const char *stub_url(const stub_server *server);            /* "http://127.0.0.1:40123" */
int stub_n_requests(stub_server *server);

#endif
