/* stub_server.c -- see stub_server.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "stub_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct stub_server {
    int listener;
    int stop[2]; /* a pipe: closed for writing = end */
    pthread_t thread;
    stub_answer answer;
    void *context;
    atomic_int n_requests;
    char url[40];
};

static void must(bool good, const char *what)
{
    if (good) return;
    perror(what);
    exit(1);
}

/* Waits until fd can be read; false when the server is to end. */
static bool readable(const stub_server *s, int fd)
{
    struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = s->stop[0], .events = POLLIN}};
    while (poll(fds, 2, -1) < 0) continue;
    return fds[1].revents == 0;
}

static bool read_request(const stub_server *s, int fd, char *text, size_t room)
{
    size_t n = 0;
    while (n + 1 < room && readable(s, fd)) {
        ssize_t more = read(fd, text + n, room - 1 - n);
        if (more <= 0) return false;
        n += (size_t)more;
        text[n] = '\0';
        if (strstr(text, "\r\n\r\n")) return true;
    }
    return false;
}

static void send_all(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
        if (n <= 0) return; /* the client went */
        bytes += n;
        length -= (size_t)n;
    }
}

static const char no_post[] = "HTTP/1.1 405 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

static void serve(stub_server *s, int fd)
{
    char request[32768], path[32768] = "";
    if (!read_request(s, fd, request, sizeof request)) return;
    if (!strncmp(request, "POST ", 5)) { /* an old server: it knows no POST */
        send_all(fd, no_post, strlen(no_post));
        return;
    }
    sscanf(request, "GET %32767s", path);
    stub_reply reply = s->answer(s->context, atomic_fetch_add(&s->n_requests, 1), path);
    if (reply.pause_ms) {
        struct timespec pause = {reply.pause_ms / 1000, reply.pause_ms % 1000 * 1000000L};
        nanosleep(&pause, NULL);
    }
    for (size_t i = 0; reply.bytes && i <= reply.repeat; i++)
        send_all(fd, reply.bytes, reply.length ? reply.length : strlen(reply.bytes));
    if (reply.hang && readable(s, fd)) (void)!read(fd, request, 1);
    if (reply.reset)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
}

static void *run(void *context)
{
    stub_server *s = context;
    while (readable(s, s->listener)) {
        int fd = accept(s->listener, NULL, NULL);
        if (fd < 0) continue;
        serve(s, fd);
        close(fd);
    }
    return NULL;
}

stub_server *stub_start(stub_answer answer, void *context)
{
    stub_server *s = calloc(1, sizeof *s);
    must(s != NULL, "calloc");
    s->answer = answer;
    s->context = context;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    must(s->listener >= 0 && !bind(s->listener, (struct sockaddr *)&at, size) && !listen(s->listener, 8) &&
             !getsockname(s->listener, (struct sockaddr *)&at, &size) && !pipe(s->stop),
         "stub server");
    snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d", ntohs(at.sin_port));
    must(!pthread_create(&s->thread, NULL, run, s), "stub server's thread");
    return s;
}

void stub_stop(stub_server *s)
{
    close(s->stop[1]);
    pthread_join(s->thread, NULL);
    close(s->stop[0]);
    close(s->listener);
    free(s);
}

const char *stub_url(const stub_server *s)
{
    return s->url;
}

int stub_n_requests(stub_server *s)
{
    return atomic_load(&s->n_requests);
}
