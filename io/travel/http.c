/* http.c -- see http.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http.h"

#include <curl/curl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    LARGEST_BODY = 64 << 20, /* bytes, unpacked */
    MOST_CONNECTIONS = 32,
    PATIENT_TRIES = 9,
    POLL_MS = 500,
    SLOWEST = 1000 /* bytes a second, once an answer has begun, seen over a quarter of its time limit */
};
static const double first_wait_s = 0.25, longest_wait_s = 4; /* doubles, plus up to a half at random */

typedef struct { /* one connection's worth of work */
    CURL *curl;
    tr_http_request *request; /* NULL = free */
    struct curl_slist *headers;
    char *body;
    size_t length, room;
    bool too_long, too_slow;
    double begun, patience_s; /* when the first bytes came; 0: not yet */
    char fault[CURL_ERROR_SIZE];
} slot;

struct tr_http {
    CURLM *multi;
    tr_http_limits limits;
    int32_t n_slots;
    slot *slots;
    int32_t n_waiting, n_done, room_waiting, room_done;
    tr_http_request **waiting, **done;
    double spent;    /* seconds in tr_http_next so far */
    char *handed_out; /* the body of the request that came back last */
};

/* ---- small things ---- */

tr_quoted tr_quote(const char *text, size_t length)
{
    tr_quoted q = {0};
    size_t n = 0;
    for (size_t i = 0; i < length && n < sizeof q.text - 4; i++) {
        unsigned char c = (unsigned char)text[i];
        bool plain = c > 31 && c < 127;
        if (!plain && n && q.text[n - 1] == ' ') continue; /* one blank for a run of line ends */
        q.text[n++] = plain ? (char)c : ' ';
        if (n == sizeof q.text - 4) memcpy(q.text + n, "...", 4);
    }
    return q;
}

static void star_out(char *text, size_t length, const char *secret)
{
    size_t n = secret ? strlen(secret) : 0;
    for (char *at = text; n && (at = memmem(at, length - (size_t)(at - text), secret, n)); at += n) memset(at, '*', n);
}

/* "user:password" in base64 (RFC 4648), as Basic sends it; the caller frees. */
static char *basic_of(const char *user, const char *password)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = strlen(user) + 1 + strlen(password), n = 0;
    char *plain = calloc(1, length + 3), *packed = calloc(1, length / 3 * 4 + 5);
    if (!plain || !packed) abort();
    snprintf(plain, length + 1, "%s:%s", user, password);
    for (size_t i = 0; i < length; i += 3) {
        const unsigned char *p = (const unsigned char *)plain + i;
        uint32_t three = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
        for (size_t k = 0; k < 4; k++) packed[n++] = i + k > length ? '=' : digits[three >> (18 - 6 * k) & 63];
    }
    free(plain);
    return packed;
}

tr_quoted tr_http_quote(const tr_http_request *r, const char *text, size_t length)
{
    char *clean = malloc(length + 1), *basic = r->user ? basic_of(r->user, r->password ? r->password : "") : NULL;
    if (!clean) abort();
    memcpy(clean, text, length);
    star_out(clean, length, r->token);
    star_out(clean, length, basic);
    star_out(clean, length, r->password);
    star_out(clean, length, r->user);
    tr_quoted q = tr_quote(clean, length);
    free(basic);
    free(clean);
    return q;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double jitter(void) /* 0..1, so that clients turned away together do not come back together */
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)(t.tv_nsec % 1000) / 1000;
}

static void push(tr_http_request ***list, int32_t *n, int32_t *room, tr_http_request *r)
{
    if (*n == *room) {
        *room = *room ? 2 * *room : 64;
        *list = realloc(*list, (size_t)*room * sizeof **list);
        if (!*list) abort(); /* as the arena: there is no going on without a few bytes */
    }
    (*list)[(*n)++] = r;
}

static void fault(tr_http_request *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fault(tr_http_request *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->fault, sizeof r->fault, format, args);
    va_end(args);
}

/* ---- one try ---- */

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    slot *s = context;
    size_t more = size * count;
    if (more > LARGEST_BODY - s->length) {
        s->too_long = true;
        return 0;
    }
    double now = now_s();
    if (s->begun == 0) s->begun = now;
    s->too_slow = now - s->begun > s->patience_s && (double)(s->length + more) < SLOWEST * (now - s->begun);
    if (s->too_slow) return 0;
    if (s->length + more + 1 > s->room) {
        size_t room = (s->length + more + 1) * 2;
        char *body = realloc(s->body, room);
        if (!body) return 0;
        s->body = body;
        s->room = room;
    }
    memcpy(s->body + s->length, bytes, more);
    s->length += more;
    s->body[s->length] = '\0';
    return more;
}

/* libcurl by itself looks at none of these; the curl tool does. */
static void set_authorities(CURL *c)
{
    const char *file = getenv("CURL_CA_BUNDLE"), *folder = getenv("SSL_CERT_DIR");
    if (!file || !*file) file = getenv("SSL_CERT_FILE");
    if (file && *file) curl_easy_setopt(c, CURLOPT_CAINFO, file);
    if (folder && *folder) curl_easy_setopt(c, CURLOPT_CAPATH, folder);
}

static void set_credentials(slot *s, const tr_http_request *r)
{
    if (r->user) {
        curl_easy_setopt(s->curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(s->curl, CURLOPT_USERNAME, r->user);
        curl_easy_setopt(s->curl, CURLOPT_PASSWORD, r->password ? r->password : "");
    }
    if (r->token) {
        static const char head[] = "Authorization: Bearer ";
        size_t length = strcspn(r->token, "\r\n"); /* a line end would begin another header */
        char *header = malloc(sizeof head + length);
        if (!header) abort();
        snprintf(header, sizeof head + length, "%s%.*s", head, (int)length, r->token);
        s->headers = curl_slist_append(s->headers, header);
        free(header);
    }
}

static void start(tr_http *h, slot *s, tr_http_request *r, double left_s)
{
    CURL *c = s->curl;
    s->request = r;
    s->length = 0;
    s->too_long = s->too_slow = false;
    s->begun = 0;
    s->patience_s = h->limits.timeout_s / 4;
    s->fault[0] = '\0';
    s->headers = NULL;
    r->tries++;
    curl_easy_reset(c); /* connections stay */
    curl_easy_setopt(c, CURLOPT_URL, r->url);
    curl_easy_setopt(c, CURLOPT_PRIVATE, s);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, s);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->fault);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, lround(fmin(h->limits.connect_timeout_s, left_s) * 1000) + 1);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, lround(fmin(h->limits.timeout_s, left_s) * 1000) + 1);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "tiprun/" TR_VERSION);
    curl_easy_setopt(c, CURLOPT_BUFFERSIZE, 256L * 1024);
    if (r->direct) curl_easy_setopt(c, CURLOPT_PROXY, ""); /* none at all */
    /* asked for: all that curl can unpack, or nothing; what comes packed all the same is unpacked too */
    curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, r->direct ? "identity" : "");
    if (r->post) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(r->post));
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->post);
        s->headers = curl_slist_append(s->headers, "Content-Type: application/json");
        s->headers = curl_slist_append(s->headers, "Expect:"); /* no round trip before the body */
    }
    set_authorities(c);
    set_credentials(s, r);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, s->headers);
    curl_multi_add_handle(h->multi, c);
}

static void detach(tr_http *h, slot *s)
{
    curl_multi_remove_handle(h->multi, s->curl);
    curl_slist_free_all(s->headers);
    s->headers = NULL;
    s->request = NULL;
}

/* ---- the end of a try ---- */

static bool broken(CURLcode code)
{
    return code == CURLE_COULDNT_CONNECT || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
           code == CURLE_SEND_ERROR || code == CURLE_PARTIAL_FILE;
}

static bool may_try_again(const tr_http *h, const tr_http_request *r, CURLcode code)
{
    long status = r->status;
    if (r->tries > (r->patient && h->limits.retries > 0 ? PATIENT_TRIES : h->limits.retries)) return false;
    if (code != CURLE_OK) return broken(code);
    if (status == 429 || status == 502 || status == 503 || status == 504) return true;
    return status >= 500 && r->tries == 1;
}

static void say_all_over(const tr_http *h, tr_http_request *r)
{
    fault(r, "the %g s for all fetching of road times are over", h->limits.deadline_s);
    r->timed_out = false; /* a smaller question has no time either */
}

static void say_why(const tr_http *h, const slot *s, tr_http_request *r, CURLcode code, double left_s)
{
    const char *words = *s->fault ? s->fault : curl_easy_strerror(code);
    r->timed_out = code == CURLE_OPERATION_TIMEDOUT;
    if (s->too_long) fault(r, "answer is longer than %d MB", LARGEST_BODY >> 20);
    else if (s->too_slow) fault(r, "answer comes slower than %d bytes a second", SLOWEST);
    else if (r->timed_out && left_s <= 0.1) say_all_over(h, r);
    else if (r->timed_out)
        fault(r, "no whole answer within %g s (%g s to connect)", h->limits.timeout_s, h->limits.connect_timeout_s);
    else if (code == CURLE_PARTIAL_FILE)
        fault(r, "answer is cut off: %s (tried %d times)", tr_quote(words, strlen(words)).text, r->tries);
    else if (broken(code)) fault(r, "no answer (tried %d times): %s", r->tries, tr_quote(words, strlen(words)).text);
    else fault(r, "%s", tr_quote(words, strlen(words)).text);
}

/* Back to the queue for another try, or to those that are done. */
static void finish(tr_http *h, slot *s, CURLcode code, double left_s)
{
    tr_http_request *r = s->request;
    curl_off_t after = 0;
    char *to = NULL;
    r->status = 0;
    if (code == CURLE_OK) {
        curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &r->status);
        curl_easy_getinfo(s->curl, CURLINFO_RETRY_AFTER, &after);
        curl_easy_getinfo(s->curl, CURLINFO_REDIRECT_URL, &to);
    }
    double wait = fmin(ldexp(first_wait_s, r->tries - 1), longest_wait_s) * (1 + jitter() / 2);
    if (after > 0) wait = (double)after;
    bool again = may_try_again(h, r, code), late = again && wait >= left_s;
    if (again && !late) {
        r->not_before = now_s() + wait;
        detach(h, s);
        push(&h->waiting, &h->n_waiting, &h->room_waiting, r);
        return;
    }
    if (code != CURLE_OK) say_why(h, s, r, code, left_s);
    else if (late && after > 0) fault(r, "the server asks to wait %ld s", (long)after);
    else if (to) fault(r, "points to %s, which is not followed", tr_http_quote(r, to, strlen(to)).text);
    r->body = s->body, r->length = s->length;
    if (!r->body) r->body = calloc(1, 1);
    s->body = NULL, s->room = 0;
    detach(h, s);
    push(&h->done, &h->n_done, &h->room_done, r);
}

/* ---- all of them ---- */

tr_status tr_http_open(const tr_http_limits *limits, tr_http **http, tr_err *err)
{
    tr_http *h = calloc(1, sizeof *h);
    if (!h) return tr_fail(err, TR_EINTERNAL, "out of memory");
    h->limits = *limits;
    h->n_slots = limits->connections < 1 ? 1 : limits->connections > MOST_CONNECTIONS ? MOST_CONNECTIONS : limits->connections;
    h->slots = calloc((size_t)h->n_slots, sizeof *h->slots);
    h->multi = curl_multi_init();
    bool good = h->slots && h->multi;
    for (int32_t i = 0; good && i < h->n_slots; i++) good = (h->slots[i].curl = curl_easy_init());
    if (!good) {
        tr_http_close(h);
        return tr_fail(err, TR_EINTERNAL, "libcurl does not start");
    }
    curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)h->n_slots);
    *http = h;
    return TR_OK;
}

void tr_http_close(tr_http *h)
{
    if (!h) return;
    if (h->slots) tr_http_forget(h);
    for (int32_t i = 0; h->slots && i < h->n_slots; i++) {
        if (h->slots[i].curl) curl_easy_cleanup(h->slots[i].curl);
        free(h->slots[i].body);
    }
    if (h->multi) curl_multi_cleanup(h->multi);
    free(h->slots);
    free(h->waiting);
    free(h->done);
    free(h->handed_out);
    free(h);
}

void tr_http_add(tr_http *h, tr_http_request *r)
{
    r->status = 0, r->body = NULL, r->length = 0, r->fault[0] = '\0';
    r->tries = 0, r->not_before = 0, r->timed_out = false;
    push(&h->waiting, &h->n_waiting, &h->room_waiting, r);
}

void tr_http_forget(tr_http *h)
{
    for (int32_t i = 0; i < h->n_slots; i++)
        if (h->slots[i].request) detach(h, &h->slots[i]);
    for (int32_t i = 0; i < h->n_done; i++) free(h->done[i]->body);
    h->n_waiting = h->n_done = 0;
}

static int32_t n_running(const tr_http *h)
{
    int32_t n = 0;
    for (int32_t i = 0; i < h->n_slots; i++) n += h->slots[i].request != NULL;
    return n;
}

/* The first waiting request whose time has come, in the order of adding; NULL, and when to look again. */
static tr_http_request *take_ready(tr_http *h, double now, double *look_again_s)
{
    for (int32_t i = 0; i < h->n_waiting; i++) {
        tr_http_request *r = h->waiting[i];
        if (r->not_before > now) {
            *look_again_s = fmin(*look_again_s, r->not_before - now);
            continue;
        }
        memmove(h->waiting + i, h->waiting + i + 1, (size_t)(h->n_waiting - i - 1) * sizeof *h->waiting);
        h->n_waiting--;
        return r;
    }
    return NULL;
}

static void end_all(tr_http *h)
{
    for (int32_t i = 0; i < h->n_slots; i++) {
        tr_http_request *r = h->slots[i].request;
        if (!r) continue;
        detach(h, &h->slots[i]);
        push(&h->waiting, &h->n_waiting, &h->room_waiting, r);
    }
    for (int32_t i = 0; i < h->n_waiting; i++) {
        tr_http_request *r = h->waiting[i];
        r->status = 0;
        say_all_over(h, r);
        push(&h->done, &h->n_done, &h->room_done, r);
    }
    h->n_waiting = 0;
}

static void turn(tr_http *h, double left_s)
{
    double wait_s = POLL_MS / 1000.0;
    for (int32_t i = 0; i < h->n_slots; i++) {
        tr_http_request *r = h->slots[i].request ? NULL : take_ready(h, now_s(), &wait_s);
        if (r) start(h, &h->slots[i], r, left_s);
    }
    int running, n_messages;
    curl_multi_perform(h->multi, &running);
    for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &n_messages));) {
        slot *s = NULL;
        if (m->msg != CURLMSG_DONE) continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&s);
        finish(h, s, m->data.result, left_s);
    }
    if (!h->n_done && (running || h->n_waiting))
        curl_multi_poll(h->multi, NULL, 0, (int)(fmin(wait_s, left_s) * 1000) + 1, NULL);
}

tr_http_request *tr_http_next(tr_http *h)
{
    double begun = now_s();
    free(h->handed_out);
    h->handed_out = NULL;
    while (!h->n_done && (h->n_waiting || n_running(h))) {
        double left_s = h->limits.deadline_s - h->spent - (now_s() - begun);
        if (left_s <= 0) end_all(h);
        else turn(h, left_s);
    }
    h->spent += now_s() - begun;
    if (!h->n_done) return NULL;
    tr_http_request *r = h->done[0];
    memmove(h->done, h->done + 1, (size_t)--h->n_done * sizeof *h->done);
    if (!r->body) r->body = calloc(1, 1);
    h->handed_out = r->body;
    return r;
}
