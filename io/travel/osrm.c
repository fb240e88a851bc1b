/* osrm.c -- travel from an OSRM server: the HTTP client, tables by blocks, routes with their lines.
 *
 * The server is not trusted: every answer ends in bounded time either in right figures or in an error
 * that names the server, the request and the fault.  HTTP status and OSRM's `code` are both checked,
 * every row and cell too; a body has a size limit.  A broken connection, 429 and 5xx are tried again
 * with a doubling wait.  A request that is too big for the server (TooBig, 413, 414, 431) is cut
 * smaller, and the smaller size is kept.  A coordinate that the server cannot place (NoSegment) costs
 * only its own cells.  One connection, kept alive.
 *
 * Not here: what to do about a place far from a road (travel.c).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "travel_source.h"

#include <curl/curl.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum {
    FIRST_SIDE = 100,         /* of a block: the default --max-table-size allows 100 x 100 cells */
    FIRST_POINTS = 500,       /* of a route: the default --max-viaroute-size */
    LARGEST_BODY = 64 << 20,  /* bytes, unpacked */
    LONGEST_RETRY_AFTER = 30, /* seconds; a server that asks for more is not waited for */
};
static const double first_wait_s = 0.25; /* before the second try; doubles, plus up to a half at random */

typedef struct {
    const char *profile; /* NULL: of every profile */
    const char *url;     /* no trailing slash */
    const char *shown;   /* the url without its user and password */
    bool loopback;       /* a proxy is not asked */
} server;

typedef struct {
    CURL *curl;
    char *body;
    size_t length, room;
    bool too_long; /* the body passed LARGEST_BODY */
    char fault[CURL_ERROR_SIZE];
    int32_t retries;
    double timeout_s, connect_timeout_s;
    int32_t n_servers;
    server *servers;
    int32_t side, points; /* of blocks and routes; shrink when the server finds them too big */
} osrm;

typedef enum { FINE, TOO_BIG, NO_SEGMENT, NO_ROUTE } verdict; /* what a caller can act on */

typedef struct { /* a request and, after ask, its answer */
    const server *server;
    const char *what; /* for messages: "table of van, rows 0-99, columns 0-99" */
    const char *url;
    verdict verdict;
    json_t *root;     /* the caller's reference; an object; only when FINE */
} request;

/* ---- words of the server, made fit for a message ---- */

typedef struct { char text[96]; } quoted;

static quoted quote(const char *text, size_t length)
{
    quoted q = {0};
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

static tr_status refuse(const request *r, tr_err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static tr_status refuse(const request *r, tr_err *err, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return tr_fail(err, TR_EROUTING, "OSRM at %s: %s: %s", r->server->shown, r->what, text);
}

/* ---- HTTP ---- */

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    osrm *o = context;
    size_t more = size * count;
    if (more > LARGEST_BODY - o->length) {
        o->too_long = true;
        return 0;
    }
    if (o->length + more > o->room) {
        size_t room = (o->length + more) * 2;
        char *body = realloc(o->body, room);
        if (!body) return 0;
        o->body = body;
        o->room = room;
    }
    memcpy(o->body + o->length, bytes, more);
    o->length += more;
    return more;
}

static void wait_s(double seconds)
{
    struct timespec t = {(time_t)seconds, (long)((seconds - floor(seconds)) * 1e9)};
    while (nanosleep(&t, &t)) continue;
}

static double jitter(void) /* 0..1, so that clients turned away together do not come back together */
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_nsec % 1000) / 1000;
}

static bool broken(CURLcode code)
{
    return code == CURLE_COULDNT_CONNECT || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
           code == CURLE_SEND_ERROR || code == CURLE_PARTIAL_FILE;
}

static CURLcode get_once(osrm *o, const request *r)
{
    o->length = 0;
    o->too_long = false;
    o->fault[0] = '\0';
    curl_easy_setopt(o->curl, CURLOPT_URL, r->url);
    curl_easy_setopt(o->curl, CURLOPT_PROXY, r->server->loopback ? "" : NULL); /* "" = none at all */
    return curl_easy_perform(o->curl);
}

/* GET with retries.  TR_OK: *http is the status of a whole answer, of any status, in o->body. */
static tr_status get(osrm *o, const request *r, long *http, tr_err *err)
{
    double wait = first_wait_s;
    for (int32_t try = 0;; try++) {
        CURLcode code = get_once(o, r);
        curl_off_t after = 0;
        *http = 0;
        if (code == CURLE_OK) {
            curl_easy_getinfo(o->curl, CURLINFO_RESPONSE_CODE, http);
            curl_easy_getinfo(o->curl, CURLINFO_RETRY_AFTER, &after);
        }
        bool again = broken(code) || *http == 429 || *http >= 500;
        if (!again || try == o->retries) {
            if (code == CURLE_OK) return TR_OK;
            if (o->too_long) return refuse(r, err, "answer is longer than %d MB", LARGEST_BODY >> 20);
            if (code == CURLE_OPERATION_TIMEDOUT)
                return refuse(r, err, "no whole answer within %g s (%g s to connect)", o->timeout_s,
                              o->connect_timeout_s);
            const char *fault = *o->fault ? o->fault : curl_easy_strerror(code);
            return refuse(r, err, "no answer (tried %d times): %s", try + 1,
                          quote(fault, strlen(fault)).text);
        }
        if (after > LONGEST_RETRY_AFTER)
            return refuse(r, err, "HTTP %ld, and the server asks to wait %ld s", *http, (long)after);
        wait_s(after > 0 ? (double)after : wait * (1 + jitter() / 2));
        wait *= 2;
    }
}

/* ---- one question ---- */

static const struct {
    const char *code;
    verdict verdict;
} actable[] = {{"TooBig", TOO_BIG}, {"NoSegment", NO_SEGMENT}, {"NoRoute", NO_ROUTE}, {"NoTable", NO_ROUTE}};

/* Fills r->verdict, and r->root when FINE.  Any other answer is an error. */
static tr_status ask(osrm *o, request *r, tr_err *err)
{
    long http;
    r->root = NULL;
    TR_TRY(get(o, r, &http, err));
    if (http == 413 || http == 414 || http == 431) {
        r->verdict = TOO_BIG;
        return TR_OK;
    }
    json_error_t fault;
    json_t *root = json_loadb(o->body ? o->body : "", o->length, JSON_REJECT_DUPLICATES, &fault);
    const char *code = json_string_value(json_object_get(root, "code"));
    const char *message = json_string_value(json_object_get(root, "message"));
    tr_status status = TR_OK;
    r->verdict = FINE;
    if (code && http < 500)
        for (size_t i = 0; i < sizeof actable / sizeof *actable; i++)
            if (!strcmp(code, actable[i].code)) r->verdict = actable[i].verdict;
    if (r->verdict != FINE) {
        json_decref(root);
        return TR_OK;
    }
    if (http != 200 && !code)
        status = refuse(r, err, "HTTP %ld: %s", http, o->length ? quote(o->body, o->length).text : "no body");
    else if (!root)
        status =
            refuse(r, err, "answer is not JSON (%s, byte %d): %s", quote(fault.text, strlen(fault.text)).text,
                   fault.position, o->length ? quote(o->body, o->length).text : "no body");
    else if (!json_is_object(root))
        status = refuse(r, err, "answer is not a JSON object");
    else if (!code)
        status = refuse(r, err, "answer has no code, which should be \"Ok\"");
    else if (http != 200 || strcmp(code, "Ok"))
        status = refuse(r, err, "HTTP %ld, code %s: %s", http, quote(code, strlen(code)).text,
                        message ? quote(message, strlen(message)).text : "no message");
    if (status) json_decref(root);
    else r->root = root;
    return status;
}

static tr_status server_of(const osrm *o, const char *profile, const server **found, tr_err *err)
{
    for (int32_t i = 0; i < o->n_servers; i++) {
        *found = &o->servers[i];
        if (!o->servers[i].profile || !strcmp(o->servers[i].profile, profile)) return TR_OK;
    }
    return tr_fail(err, TR_EROUTING,
                   "no OSRM server is given for profile %s (given: %s, ...); say PROFILE=URL,...", profile,
                   o->servers[0].profile);
}

/* ---- URLs ---- */

typedef struct { /* grows at its end; the room is reckoned beforehand */
    char *text;
    size_t n, room;
} writer;

static void put(writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(writer *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(w->text + w->n, w->room - w->n, format, args);
    va_end(args);
    if (n > 0) w->n += (size_t)n;
    if (w->n >= w->room) w->n = w->room - 1; /* cannot be: a coordinate is within +-180 */
}

/* "URL/table/v1/van/" with room for n coordinates and indices after it */
static writer begin_url(osrm *o, tr_arena *arena, const server *at, const char *service, const char *profile,
                        int32_t n)
{
    char *escaped = curl_easy_escape(o->curl, profile, 0);
    const char *head =
        tr_arena_printf(arena, "%s/%s/v1/%s/", at->url, service, escaped ? escaped : "driving");
    curl_free(escaped);
    writer w = {.room = strlen(head) + (size_t)n * 40 + 200};
    w.text = TR_NEW(arena, char, w.room);
    put(&w, "%s", head);
    return w;
}

static void put_place(writer *w, const tr_place *place, bool first)
{
    char lon[TR_DEGREES_TEXT], lat[TR_DEGREES_TEXT];
    tr_degrees_print(place->lon, lon);
    tr_degrees_print(place->lat, lat);
    put(w, "%s%s,%s", first ? "" : ";", lon, lat);
}

/* ---- tables ---- */

typedef struct {
    osrm *osrm;
    tr_table *table;
    const server *server;
    tr_arena *arena;   /* scratch of this table */
    bool *off;         /* [n] the server finds no segment for it */
    bool *probed;      /* [n] asked for alone */
    bool no_distances; /* the server sends none: metres are estimated */
} fetch;

typedef struct {
    int32_t row, n_rows, column, n_columns; /* ranges of places */
} block;

typedef struct { /* the places of a block that the server can place */
    int32_t n_rows, n_columns;
    int32_t *rows, *columns;
    bool square; /* both the same */
} members;

static members block_members(const fetch *f, block b)
{
    members m = {.rows = TR_NEW(f->arena, int32_t, b.n_rows),
                 .columns = TR_NEW(f->arena, int32_t, b.n_columns)};
    for (int32_t i = b.row; i < b.row + b.n_rows; i++)
        if (!f->off[i]) m.rows[m.n_rows++] = i;
    for (int32_t i = b.column; i < b.column + b.n_columns; i++)
        if (!f->off[i]) m.columns[m.n_columns++] = i;
    m.square = b.row == b.column && b.n_rows == b.n_columns && m.n_rows > 1; /* OSRM wants two at least */
    return m;
}

static const char *table_url(const fetch *f, const members *m)
{
    writer w = begin_url(f->osrm, f->arena, f->server, "table", f->table->mode, m->n_rows + m->n_columns);
    for (int32_t i = 0; i < m->n_rows; i++) put_place(&w, &f->table->places[m->rows[i]], i == 0);
    for (int32_t i = 0; i < m->n_columns && !m->square; i++)
        put_place(&w, &f->table->places[m->columns[i]], false);
    put(&w, "?annotations=duration,distance&generate_hints=false");
    for (int32_t i = 0; i < m->n_rows && !m->square; i++) put(&w, "%s%d", i ? ";" : "&sources=", i);
    for (int32_t i = 0; i < m->n_columns && !m->square; i++)
        put(&w, "%s%d", i ? ";" : "&destinations=", m->n_rows + i);
    return w.text;
}

/* The number in a cell, TR_NO_ROAD for null; false if it is neither a number nor within 0..limit.  A hair below
 * 0 is 0: a real server says -0.5 m between two places that it puts within a metre on one road. */
static bool read_cell(const json_t *cell, int32_t limit, int32_t *value)
{
    *value = TR_NO_ROAD;
    if (json_is_null(cell)) return true;
    double number = json_number_value(cell);
    if (number < 0 && number > -1) number = 0;
    if (!json_is_number(cell) || !(number >= 0 && number <= limit)) return false;
    *value = tr_half_up(number);
    return true;
}

/* One of the two matrices of an answer into the table's cells. */
static tr_status read_matrix(const fetch *f, const request *r, const members *m, const char *name,
                             int32_t limit, int32_t *cells, tr_err *err)
{
    const json_t *rows = json_object_get(r->root, name);
    if (!json_is_array(rows)) return refuse(r, err, "answer has no %s", name);
    if (json_array_size(rows) != (size_t)m->n_rows)
        return refuse(r, err, "%s has %zu rows, not %d", name, json_array_size(rows), m->n_rows);
    for (int32_t i = 0; i < m->n_rows; i++) {
        const json_t *row = json_array_get(rows, (size_t)i);
        if (!json_is_array(row) || json_array_size(row) != (size_t)m->n_columns)
            return refuse(r, err, "%s[%d] has %zu cells, not %d", name, i, json_array_size(row),
                          m->n_columns);
        for (int32_t j = 0; j < m->n_columns; j++) {
            int32_t value;
            const json_t *cell = json_array_get(row, (size_t)j);
            if (!read_cell(cell, limit, &value)) {
                char *text = json_dumps(cell, JSON_ENCODE_ANY);
                quoted q = quote(text ? text : "?", text ? strlen(text) : 1);
                free(text);
                return refuse(r, err, "%s[%d][%d] is %s, not null or a number within 0 to %d", name, i, j,
                              q.text, limit);
            }
            if (m->rows[i] != m->columns[j]) cells[(size_t)m->rows[i] * f->table->n + m->columns[j]] = value;
        }
    }
    return TR_OK;
}

/* Where the server put each place of a list; of several blocks the farthest stands. */
static tr_status read_snaps(const fetch *f, const request *r, const char *name, int32_t n,
                            const int32_t *places, tr_err *err)
{
    const json_t *list = json_object_get(r->root, name);
    if (!list) return TR_OK; /* skip_waypoints, or an old server: unknown */
    if (!json_is_array(list) || json_array_size(list) != (size_t)n)
        return refuse(r, err, "%s has %zu entries, not %d", name, json_array_size(list), n);
    for (int32_t i = 0; i < n; i++) {
        const json_t *entry = json_array_get(list, (size_t)i), *m = json_object_get(entry, "distance");
        const json_t *at = json_object_get(entry, "location");
        double lon = json_number_value(json_array_get(at, 0)), lat = json_number_value(json_array_get(at, 1));
        tr_snap *snap = &f->table->snaps[places[i]];
        if (!m || !at) continue;
        if (!json_is_number(m) || !(json_number_value(m) >= 0) || json_array_size(at) != 2 ||
            fabs(lat) > 90 || fabs(lon) > 180)
            return refuse(r, err, "%s[%d] is no place with its distance", name, i);
        if (json_number_value(m) > snap->m) *snap = (tr_snap){lat, lon, json_number_value(m)};
    }
    return TR_OK;
}

/* The metres of cells whose seconds came without: as in estimate.c, and told once. */
static void estimate_metres(fetch *f, const members *m)
{
    for (int32_t i = 0; i < m->n_rows; i++) {
        for (int32_t j = 0; j < m->n_columns; j++) {
            const tr_place *a = &f->table->places[m->rows[i]], *b = &f->table->places[m->columns[j]];
            size_t cell = (size_t)m->rows[i] * f->table->n + m->columns[j];
            if (f->table->seconds[cell] != TR_NO_ROAD && m->rows[i] != m->columns[j])
                f->table->metres[cell] = tr_estimate_m(a, b);
        }
    }
    f->no_distances = true;
}

static tr_status read_table(fetch *f, const request *r, const members *m, tr_err *err)
{
    tr_table *t = f->table;
    TR_TRY(read_matrix(f, r, m, "durations", TR_MAX_SECONDS, t->seconds, err));
    if (json_object_get(r->root, "distances"))
        TR_TRY(read_matrix(f, r, m, "distances", TR_MAX_METRES, t->metres, err));
    else
        estimate_metres(f, m);
    for (int32_t i = 0; i < m->n_rows; i++) {
        for (int32_t j = 0; j < m->n_columns; j++) {
            size_t cell = (size_t)m->rows[i] * t->n + m->columns[j];
            t->source[cell] = TR_FROM_OSRM;
            if ((t->seconds[cell] == TR_NO_ROAD) != (t->metres[cell] == TR_NO_ROAD))
                return refuse(r, err, "only one of durations[%d][%d] and distances[%d][%d] is null", i, j, i,
                              j);
        }
    }
    TR_TRY(read_snaps(f, r, "sources", m->n_rows, m->rows, err));
    return read_snaps(f, r, "destinations", m->n_columns, m->columns, err);
}

/* Asks for single places of the block until those that the server cannot place are known. */
static tr_status probe(fetch *f, const members *m, int32_t *n_off, tr_err *err)
{
    for (int32_t k = 0; k < m->n_rows + m->n_columns; k++) {
        int32_t i = k < m->n_rows ? m->rows[k] : m->columns[k - m->n_rows];
        if (f->probed[i]) continue;
        f->probed[i] = true;
        writer w = begin_url(f->osrm, f->arena, f->server, "nearest", f->table->mode, 1);
        put_place(&w, &f->table->places[i], true);
        request r = {.server = f->server, .url = w.text,
                     .what = tr_arena_printf(f->arena, "nearest road of %s", f->table->places[i].name)};
        TR_TRY(ask(f->osrm, &r, err));
        json_decref(r.root);
        if (r.verdict != NO_SEGMENT) continue;
        f->off[i] = true;
        f->table->snaps[i].m = HUGE_VAL;
        ++*n_off;
    }
    return TR_OK;
}

static int32_t pieces(int32_t n, int32_t side)
{
    return (n + side - 1) / side;
}

static tr_status fetch_block(fetch *f, block b, tr_err *err);

/* Even pieces of at most `side` places each way. */
static tr_status split_block(fetch *f, block b, tr_err *err)
{
    int32_t down = pieces(b.n_rows, f->osrm->side), across = pieces(b.n_columns, f->osrm->side);
    for (int32_t i = 0; i < down; i++) {
        for (int32_t j = 0; j < across; j++) {
            int32_t top = (int32_t)((int64_t)b.n_rows * i / down),
                    left = (int32_t)((int64_t)b.n_columns * j / across);
            block part = {b.row + top, (int32_t)((int64_t)b.n_rows * (i + 1) / down) - top,
                          b.column + left, (int32_t)((int64_t)b.n_columns * (j + 1) / across) - left};
            TR_TRY(fetch_block(f, part, err));
        }
    }
    return TR_OK;
}

/* Cells of a block.  Ends: each further round has a smaller side or fewer places. */
static tr_status fetch_block(fetch *f, block b, tr_err *err)
{
    for (;;) {
        if (b.n_rows > f->osrm->side || b.n_columns > f->osrm->side) return split_block(f, b, err);
        members m = block_members(f, b);
        if (!m.n_rows || !m.n_columns) return TR_OK;
        request r = {.server = f->server,
                     .url = table_url(f, &m),
                     .what = tr_arena_printf(f->arena, "table of %s, rows %d-%d, columns %d-%d",
                                             f->table->mode, b.row, b.row + b.n_rows - 1, b.column,
                                             b.column + b.n_columns - 1)};
        TR_TRY(ask(f->osrm, &r, err));
        int32_t n_off = 0, largest = b.n_rows > b.n_columns ? b.n_rows : b.n_columns;
        tr_status status;
        switch (r.verdict) {
        case FINE:
            status = read_table(f, &r, &m, err);
            json_decref(r.root);
            return status;
        case NO_ROUTE:
            return TR_OK; /* the cells stay TR_NO_ROAD */
        case TOO_BIG:
            if (largest == 1) return refuse(&r, err, "even a table of one cell is too big for the server");
            f->osrm->side = largest / 2;
            break;
        case NO_SEGMENT:
            TR_TRY(probe(f, &m, &n_off, err));
            if (!n_off) return refuse(&r, err, "code NoSegment, although each place alone has a road");
        }
    }
}

static tr_status table(tr_travel *travel, tr_table *t, tr_coverage *coverage, tr_diag *diag, tr_err *err)
{
    (void)coverage;
    fetch f = {.osrm = travel->state, .table = t};
    TR_TRY(server_of(f.osrm, t->mode, &f.server, err));
    f.arena = tr_arena_new();
    f.off = TR_NEW(f.arena, bool, t->n);
    f.probed = TR_NEW(f.arena, bool, t->n);
    tr_status status = t->n ? fetch_block(&f, (block){0, t->n, 0, t->n}, err) : TR_OK;
    tr_arena_free(f.arena);
    for (size_t i = 0; !status && i < (size_t)t->n * t->n; i++)
        if (t->source[i] == TR_FROM_NOTHING) t->source[i] = TR_FROM_OSRM; /* no road */
    if (!status && f.no_distances && diag)
        tr_diag_add(diag, TR_WARNING, travel->description, t->mode,
                    "the server sends no distances; metres are estimated from the straight line, times are "
                    "the server's");
    return status;
}

/* ---- turn instructions in words ---- */

static const struct {
    const char *modifier, *turn, *keep;
} ways[] = {
    {"uturn", "turn round", "turn round"},       {"sharp right", "turn sharp right", "keep right"},
    {"right", "turn right", "keep right"},       {"slight right", "bear right", "keep right"},
    {"straight", "go straight on", "keep on"},   {"slight left", "bear left", "keep left"},
    {"left", "turn left", "keep left"},          {"sharp left", "turn sharp left", "keep left"},
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static const char *length_words(tr_arena *arena, double metres)
{
    if (!(metres >= 5 && metres < TR_MAX_METRES)) return "";
    return metres < 995 ? tr_arena_printf(arena, ", %.0f m", round(metres / 10) * 10)
                        : tr_arena_printf(arena, ", %.1f km", metres / 1000);
}

/* "turn left into High Street, 250 m".  Unknown types and modifiers read "go on", as OSRM asks. */
static const char *step_words(tr_arena *arena, const json_t *step)
{
    const json_t *maneuver = json_object_get(step, "maneuver");
    const char *type = text_of(maneuver, "type"), *modifier = text_of(maneuver, "modifier");
    const char *road = *text_of(step, "name") ? text_of(step, "name") : text_of(step, "ref");
    const char *turn = "go on", *keep = "keep on", *did;
    const char *side = strstr(modifier, "left") ? "left" : strstr(modifier, "right") ? "right" : "";
    int exit = (int)json_integer_value(json_object_get(maneuver, "exit"));
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (!strcmp(modifier, ways[i].modifier)) turn = ways[i].turn, keep = ways[i].keep;
    if (!strcmp(type, "arrive")) return tr_arena_printf(arena, *side ? "arrive, on the %s" : "arrive", side);
    if (!strcmp(type, "depart")) did = "start";
    else if (!strcmp(type, "new name") || !strcmp(type, "notification")) did = "go on";
    else if (!strcmp(type, "merge")) did = *side ? tr_arena_printf(arena, "merge %s", side) : "merge";
    else if (!strcmp(type, "on ramp") || !strcmp(type, "off ramp"))
        did = tr_arena_printf(arena, "take the slip road%s%s", *side ? " on the " : "", side);
    else if (!strcmp(type, "fork")) did = tr_arena_printf(arena, "%s at the fork", keep);
    else if (!strcmp(type, "end of road")) did = tr_arena_printf(arena, "at the end of the road %s", turn);
    else if (!strcmp(type, "roundabout") || !strcmp(type, "rotary"))
        did = exit > 0 ? tr_arena_printf(arena, "at the roundabout take exit %d", exit)
                       : "enter the roundabout";
    else if (!strcmp(type, "roundabout turn")) did = tr_arena_printf(arena, "at the roundabout %s", turn);
    else if (!strncmp(type, "exit ", 5)) did = "leave the roundabout";
    else did = turn;
    return tr_arena_printf(arena, "%s%s%s%s", did,
                           !*road                  ? ""
                           : !strcmp(did, "start") ? " on "
                                                   : " into ",
                           road, length_words(arena, json_number_value(json_object_get(step, "distance"))));
}

/* ---- routes ---- */

typedef struct {
    osrm *osrm;
    const server *server;
    const char *profile;
    const tr_place *places;
    tr_arena *arena, *scratch;
} drive;

/* Points and words of one leg from its steps; a point that repeats the one before is left out. */
static tr_status read_steps(const drive *d, const request *r, const json_t *steps, int32_t number,
                            tr_leg *leg, tr_err *err)
{
    size_t n_steps = json_array_size(steps), most = 0, n = 0;
    for (size_t s = 0; s < n_steps; s++)
        most += json_array_size(
            json_object_get(json_object_get(json_array_get(steps, s), "geometry"), "coordinates"));
    if (n_steps == 0 || most < 2) return refuse(r, err, "leg %d has no steps with a line", number);
    double *line = TR_NEW(d->arena, double, 2 * most);
    const char **words = TR_NEW(d->arena, const char *, n_steps);
    for (size_t s = 0; s < n_steps; s++) {
        const json_t *step = json_array_get(steps, s);
        const json_t *points = json_object_get(json_object_get(step, "geometry"), "coordinates");
        words[s] = step_words(d->arena, step);
        for (size_t i = 0; i < json_array_size(points); i++) {
            const json_t *x = json_array_get(json_array_get(points, i), 0),
                         *y = json_array_get(json_array_get(points, i), 1);
            double lon = json_number_value(x), lat = json_number_value(y);
            if (!json_is_number(x) || !json_is_number(y) || fabs(lon) > 180 || fabs(lat) > 90)
                return refuse(r, err, "leg %d, step %zu, point %zu is no longitude and latitude", number, s,
                              i);
            if (n >= 1 && line[2 * n - 2] == lon && line[2 * n - 1] == lat) continue;
            line[2 * n] = lon, line[2 * n + 1] = lat;
            n++;
        }
    }
    if (n == 1) line[2] = line[0], line[3] = line[1], n = 2; /* two places at one point of the road */
    leg->n_points = (int32_t)n;
    leg->lon_lat = line;
    leg->n_steps = (int32_t)n_steps;
    leg->steps = words;
    return TR_OK;
}

static tr_status read_route(const drive *d, const request *r, int32_t n_legs, tr_leg *const *legs,
                            tr_err *err)
{
    const json_t *list = json_object_get(json_array_get(json_object_get(r->root, "routes"), 0), "legs");
    if (json_array_size(list) != (size_t)n_legs)
        return refuse(r, err, "route has %zu legs, not %d", json_array_size(list), n_legs);
    for (int32_t k = 0; k < n_legs; k++) {
        const json_t *leg = json_array_get(list, (size_t)k);
        int32_t seconds, metres;
        if (!read_cell(json_object_get(leg, "duration"), TR_MAX_SECONDS, &seconds) || seconds == TR_NO_ROAD)
            return refuse(r, err, "leg %d has no duration within 0 to %d", k, TR_MAX_SECONDS);
        if (!read_cell(json_object_get(leg, "distance"), TR_MAX_METRES, &metres) || metres == TR_NO_ROAD)
            return refuse(r, err, "leg %d has no distance within 0 to %d", k, TR_MAX_METRES);
        TR_TRY(read_steps(d, r, json_object_get(leg, "steps"), k, legs[k], err));
        legs[k]->seconds = seconds;
        legs[k]->metres = metres;
    }
    return TR_OK;
}

/* Legs through stops[0..n-1]; a route that is too long or has a gap is cut in the middle, down to
 * single legs.  A single leg without a road stays unknown. */
static tr_status drive_through(const drive *d, int32_t n, const int32_t *stops, tr_leg *const *legs,
                               tr_err *err)
{
    if (n < 2) return TR_OK;
    request r = {.server = d->server};
    if (n <= d->osrm->points) {
        writer w = begin_url(d->osrm, d->scratch, d->server, "route", d->profile, n);
        for (int32_t i = 0; i < n; i++) put_place(&w, &d->places[stops[i]], i == 0);
        put(&w, "?continue_straight=false&overview=false&geometries=geojson&steps=true&annotations=false"
                "&generate_hints=false");
        r.url = w.text;
        r.what = tr_arena_printf(d->scratch, "route of %s from %s to %s (%d points)", d->profile,
                                 d->places[stops[0]].name, d->places[stops[n - 1]].name, n);
        TR_TRY(ask(d->osrm, &r, err));
        if (r.verdict == FINE) {
            tr_status status = read_route(d, &r, n - 1, legs, err);
            json_decref(r.root);
            return status;
        }
        if (n == 2 && r.verdict == TOO_BIG)
            return refuse(&r, err, "even a route of two points is too big for the server");
        if (n == 2) return TR_OK;
        if (r.verdict == TOO_BIG) d->osrm->points = n - 1 > 2 ? (n + 1) / 2 : 2;
    }
    int32_t half = r.verdict == FINE ? d->osrm->points : n / 2 + 1; /* points of the first piece */
    TR_TRY(drive_through(d, half, stops, legs, err));
    return drive_through(d, n - half + 1, stops + half - 1, legs + half - 1, err);
}

/* Runs of different places are driven in one request; a leg within one place is left out. */
static tr_status legs(tr_travel *travel, const char *profile, const tr_place *places, int32_t n,
                      const int32_t *stops, tr_arena *arena, tr_leg *out, tr_err *err)
{
    drive d = {.osrm = travel->state, .profile = profile, .places = places, .arena = arena};
    TR_TRY(server_of(d.osrm, profile, &d.server, err));
    d.scratch = tr_arena_new();
    int32_t *through = TR_NEW(d.scratch, int32_t, n), n_through = 1;
    tr_leg **asked = TR_NEW(d.scratch, tr_leg *, n);
    through[0] = stops[0];
    for (int32_t k = 0; k + 1 < n; k++) {
        if (tr_place_same(&places[stops[k]], &places[stops[k + 1]])) continue;
        asked[n_through - 1] = &out[k];
        through[n_through++] = stops[k + 1];
    }
    tr_status status = drive_through(&d, n_through, through, asked, err);
    tr_arena_free(d.scratch);
    return status;
}

/* ---- opening ---- */

static tr_status read_server(tr_arena *arena, const char *text, size_t length, server *s, tr_err *err)
{
    const char *equals = memchr(text, '=', length), *colon = memchr(text, ':', length);
    if (equals && (!colon || equals < colon)) {
        s->profile = tr_arena_strndup(arena, text, (size_t)(equals - text));
        length -= (size_t)(equals + 1 - text);
        text = equals + 1;
    }
    while (length && text[length - 1] == '/') length--;
    s->url = tr_arena_strndup(arena, text, length);
    CURLU *parts = curl_url();
    char *host = NULL, *shown = NULL;
    bool good = (!strncasecmp(s->url, "http://", 7) || !strncasecmp(s->url, "https://", 8)) && parts &&
                !curl_url_set(parts, CURLUPART_URL, s->url, 0) &&
                !curl_url_get(parts, CURLUPART_HOST, &host, 0) && !strchr(s->url, '?') &&
                !strchr(s->url, '#');
    if (good) {
        s->loopback = !strncmp(host, "127.", 4) || !strcmp(host, "localhost") || !strcmp(host, "[::1]");
        curl_url_set(parts, CURLUPART_USER, NULL, 0);
        curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0);
        good = !curl_url_get(parts, CURLUPART_URL, &shown, 0);
        if (good)
            s->shown = tr_arena_strndup(arena, shown, strlen(shown) - (shown[strlen(shown) - 1] == '/'));
    }
    curl_free(host);
    curl_free(shown);
    curl_url_cleanup(parts);
    if (!good)
        return tr_fail(err, TR_EINPUT,
                       "OSRM address \"%s\" is not http://HOST:PORT or PROFILE=http://HOST:PORT,...",
                       quote(text, length).text);
    return TR_OK;
}

static tr_status read_servers(tr_arena *arena, const char *url, osrm *o, tr_err *err)
{
    int32_t n = 1;
    for (const char *c = url; *c; c++) n += *c == ',';
    o->servers = TR_NEW(arena, server, n);
    for (const char *at = url;; at++) {
        size_t length = strcspn(at, ",");
        TR_TRY(read_server(arena, at, length, &o->servers[o->n_servers], err));
        const server *s = &o->servers[o->n_servers++];
        if (n > 1 && !s->profile)
            return tr_fail(err, TR_EINPUT,
                           "OSRM address \"%s\": of several, each needs its profile: PROFILE=URL,...",
                           s->shown);
        at += length;
        if (!*at) return TR_OK;
    }
}

static void set_up(osrm *o)
{
    CURL *c = o->curl;
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, o);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, o->fault);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, lround(o->connect_timeout_s * 1000));
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, lround(o->timeout_s * 1000));
    curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, ""); /* all that curl can unpack */
    curl_easy_setopt(c, CURLOPT_USERAGENT, "tiprun/" TR_VERSION);
}

static void close_osrm(tr_travel *travel)
{
    osrm *o = travel->state;
    if (o->curl) curl_easy_cleanup(o->curl);
    free(o->body);
}

/* options->retries: 0 = the default, below 0 = none. */
tr_status tr_travel_open_osrm(const tr_osrm_options *options, tr_travel **travel, tr_err *err)
{
    tr_travel *t = tr_travel_new();
    osrm *o = TR_NEW(t->arena, osrm, 1);
    *o = (osrm){.retries = options->retries > 0 ? options->retries : options->retries < 0 ? 0 : 3,
                .timeout_s = options->timeout_s > 0 ? options->timeout_s : 20,
                .connect_timeout_s = options->connect_timeout_s > 0 ? options->connect_timeout_s : 3,
                .side = FIRST_SIDE, .points = FIRST_POINTS};
    t->state = o;
    t->close = close_osrm;
    t->table = table;
    t->legs = legs;
    tr_status status = read_servers(t->arena, options->n_servers ? options->servers[0] : "", o, err);
    if (!status && !(o->curl = curl_easy_init()))
        status = tr_fail(err, TR_EINTERNAL, "libcurl does not start");
    if (status) {
        tr_travel_close(t);
        return status;
    }
    set_up(o);
    t->kind = TR_FROM_OSRM;
    t->description = "OSRM at ";
    for (int32_t i = 0; i < o->n_servers; i++)
        t->description = tr_arena_printf(t->arena, "%s%s%s%s%s", t->description, i ? ", " : "",
                                         o->servers[i].shown, o->servers[i].profile ? " for " : "",
                                         o->servers[i].profile ? o->servers[i].profile : "");
    *travel = t;
    return TR_OK;
}
