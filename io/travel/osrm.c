/* osrm.c -- see osrm.h: servers, credentials, questions and the judgement of answers.
 *
 * The server is not trusted: every question ends in bounded time either in right figures or in an error that
 * names the server, the question and the fault.  HTTP status and OSRM's `code` are both checked, every row and
 * cell too.  Questions go as POST where the server takes them, else as GET; which of the two is found out by
 * asking.  User, password and token come from the environment and are in no message.
 *
 * Not here: what to do about a place far from a road (travel.c), which source comes next (auto.c).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "osrm_client.h"

#include "calendar.h"
#include "sha256.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    FIRST_SIDE = 500,   /* of a block; a server of the default --max-table-size takes 100 */
    FIRST_POINTS = 500, /* of a route: the default --max-viaroute-size */
};

tr_status tr_osrm_refuse(const tr_osrm_question *q, tr_err *err, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return tr_fail(err, TR_EROUTING, "OSRM at %s: %s: %s", q->address->shown, q->what, text);
}

/* ---- which server, which credentials ---- */

static bool serves(const tr_osrm_address *a, const char *mode)
{
    size_t length = (size_t)tr_mode_profile_length(mode);
    return !a->profile || (strlen(a->profile) == length && !strncmp(a->profile, mode, length));
}

tr_osrm_address *tr_osrm_address_of(const tr_osrm *o, const char *mode, int32_t k)
{
    for (int32_t i = 0; i < o->n_addresses; i++)
        if (serves(&o->addresses[i], mode) && k-- == 0) return &o->addresses[i];
    return NULL;
}

int32_t tr_osrm_n_servers(const tr_osrm *o, const char *mode)
{
    int32_t n = 0;
    for (int32_t i = 0; i < o->n_addresses; i++) n += serves(&o->addresses[i], mode);
    return n;
}

const char *tr_osrm_server(const tr_osrm *o, const char *mode, int32_t k)
{
    return tr_osrm_address_of(o, mode, k)->shown;
}

/* One server may be named for several profiles. */
bool tr_osrm_is_silent(const tr_osrm *o, const char *mode, int32_t k)
{
    const char *url = tr_osrm_address_of(o, mode, k)->url;
    for (int32_t i = 0; i < o->n_addresses; i++)
        if (o->addresses[i].silent && !strcmp(o->addresses[i].url, url)) return true;
    return false;
}

const char *tr_osrm_describe(const tr_osrm *o)
{
    return o->description;
}

/* TIPRUN_OSRM_TOKEN_LORRY, else TIPRUN_OSRM_TOKEN; NULL if neither is set. */
static const char *secret(const char *name, const char *mode)
{
    char key[120];
    int n = snprintf(key, sizeof key, "TIPRUN_OSRM_%s_%.*s", name, (int)tr_mode_profile_length(mode), mode);
    for (int i = 0; i < n && i < (int)sizeof key; i++)
        key[i] = (char)(isalnum((unsigned char)key[i]) ? toupper((unsigned char)key[i]) : '_');
    const char *value = getenv(key);
    if (value && *value) return value;
    snprintf(key, sizeof key, "TIPRUN_OSRM_%s", name);
    value = getenv(key);
    return value && *value ? value : NULL;
}

/* "lorry=motorway,toll;van=ferry": the part of one profile, "" if it has none. */
static const char *excluded(const tr_osrm *o, const char *mode, size_t *length)
{
    size_t profile = (size_t)tr_mode_profile_length(mode);
    for (const char *at = o->exclude; at && *at; at += strcspn(at, ";"), at += *at == ';') {
        if (strncmp(at, mode, profile) || at[profile] != '=') continue;
        at += profile + 1;
        *length = strcspn(at, ";");
        return at;
    }
    *length = 0;
    return "";
}

const char *tr_osrm_excluded(const tr_osrm *o, const char *mode)
{
    size_t length;
    const char *at = excluded(o, mode, &length);
    return tr_arena_strndup(o->arena, at, length);
}

bool tr_osrm_is_loose(const tr_osrm *o, const char *mode, const tr_place *place)
{
    for (int32_t i = 0; i < o->n_loose; i++)
        if (o->loose[i].lat == tr_micro(place->lat) && o->loose[i].lon == tr_micro(place->lon) &&
            !strcmp(o->loose[i].mode, mode))
            return true;
    return false;
}

/* ---- a question as text ---- */

static bool kerbside(const tr_osrm *o, const tr_osrm_question *q, int32_t i)
{
    const tr_place *place = &q->places[q->at[i]];
    return place->kind == TR_PLACE_STOP && !tr_osrm_is_loose(o, q->mode, place);
}

static void put_place(FILE *out, const tr_place *place)
{
    char lon[TR_DEGREES_TEXT], lat[TR_DEGREES_TEXT];
    tr_degrees_print(place->lon, lon);
    tr_degrees_print(place->lat, lat);
    fprintf(out, "%s,%s", lon, lat);
}

static void put_positions(FILE *out, const char *key, int32_t n, const int32_t *positions)
{
    for (int32_t i = 0; i < n; i++) fprintf(out, "%s%s%d", i ? ";" : key, i ? "" : "=", positions[i]);
    if (n) putc('&', out);
}

static char *take_text(tr_arena *scratch, FILE *out, char **text)
{
    bool good = fclose(out) == 0;
    char *kept = tr_arena_strdup(scratch, good ? *text : "");
    free(*text);
    return kept;
}

static void put_head(FILE *out, const tr_osrm_question *q)
{
    char *profile = curl_easy_escape(NULL, q->mode, (int)tr_mode_profile_length(q->mode));
    fprintf(out, "%s/%s/v1/%s", q->address->url, q->service, profile ? profile : "driving");
    curl_free(profile);
}

static bool is_route(const tr_osrm_question *q)
{
    return !strcmp(q->service, "route");
}

static char *get_url(const tr_osrm *o, const tr_osrm_question *q)
{
    char *text = NULL;
    size_t length = 0, n_excluded;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_arena_strdup(q->scratch, "");
    put_head(out, q);
    for (int32_t i = 0; i < q->n; i++) {
        putc(i ? ';' : '/', out);
        put_place(out, &q->places[q->at[i]]);
    }
    fputs("?generate_hints=false", out);
    if (strcmp(q->service, "nearest")) {
        putc('&', out);
        put_positions(out, "sources", q->n_rows, q->rows);
        put_positions(out, "destinations", q->n_columns, q->columns);
        fputs(is_route(q) ? "continue_straight=false&overview=false&geometries=geojson&steps=true&annotations=false"
                          : "annotations=duration,distance", out);
    }
    if (tr_mode_kerb(q->mode)) {
        fputs("&approaches=", out);
        for (int32_t i = 0; i < q->n; i++) fprintf(out, "%s%s", i ? ";" : "", kerbside(o, q, i) ? "curb" : "unrestricted");
    }
    const char *exclude = excluded(o, q->mode, &n_excluded);
    if (n_excluded) fprintf(out, "&exclude=%.*s", (int)n_excluded, exclude);
    return take_text(q->scratch, out, &text);
}

static void put_list(FILE *out, const char *key, int32_t n, const int32_t *positions)
{
    for (int32_t i = 0; i < n; i++) {
        if (i) fprintf(out, ",%d", positions[i]);
        else fprintf(out, ",\"%s\":[%d", key, positions[i]);
    }
    if (n) putc(']', out);
}

static char *post_body(const tr_osrm *o, const tr_osrm_question *q)
{
    char *text = NULL;
    size_t length = 0, n_excluded;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_arena_strdup(q->scratch, "");
    fputs("{\"coordinates\":[", out);
    for (int32_t i = 0; i < q->n; i++) {
        fputs(i ? ",[" : "[", out);
        put_place(out, &q->places[q->at[i]]);
        putc(']', out);
    }
    fputs("],\"generate_hints\":false", out);
    put_list(out, "sources", q->n_rows, q->rows);
    put_list(out, "destinations", q->n_columns, q->columns);
    fputs(is_route(q) ? ",\"continue_straight\":false,\"overview\":\"false\",\"geometries\":\"geojson\",\"steps\":true"
                      : ",\"annotations\":[\"duration\",\"distance\"]", out);
    for (int32_t i = 0; i < q->n && tr_mode_kerb(q->mode); i++)
        fprintf(out, "%s\"%s\"%s", i ? "," : ",\"approaches\":[", kerbside(o, q, i) ? "curb" : "unrestricted",
                i == q->n - 1 ? "]" : "");
    const char *exclude = excluded(o, q->mode, &n_excluded);
    for (size_t i = 0, n; i < n_excluded; i += n + 1) {
        n = strcspn(exclude + i, ",;");
        fprintf(out, "%s\"%.*s\"", i ? "," : ",\"exclude\":[", (int)n, exclude + i);
    }
    fputs(n_excluded ? "]}" : "}", out);
    return take_text(q->scratch, out, &text);
}


static void put_question(tr_osrm *o, tr_osrm_question *q)
{
    bool post = q->address->post != POST_NO && strcmp(q->service, "nearest");
    q->http = (tr_http_request){.direct = q->address->loopback, .patient = q->address->answered, .context = q,
                                .user = q->address->user, .password = q->address->password};
    if (!q->http.user && (q->http.user = secret("USER", q->mode))) q->http.password = secret("PASSWORD", q->mode);
    q->http.token = secret("TOKEN", q->mode);
    if (post) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        if (out) put_head(out, q);
        q->http.url = out ? take_text(q->scratch, out, &text) : "";
        q->http.post = post_body(o, q);
    } else {
        q->http.url = get_url(o, q);
    }
    tr_http_add(o->http, &q->http);
}

void tr_osrm_send(tr_osrm *o, tr_osrm_question *q, tr_arena *scratch)
{
    size_t n_excluded;
    excluded(o, q->mode, &n_excluded);
    q->excludes = n_excluded > 0;
    q->scratch = scratch;
    q->root = NULL;
    q->timed_out = false;
    put_question(o, q);
}

/* ---- the answer ---- */

static const struct {
    const char *code;
    tr_verdict_of_server verdict;
} actable[] = {{"TooBig", TR_TOO_BIG}, {"NoSegment", TR_NO_SEGMENT}, {"NoRoute", TR_NO_ROUTE}, {"NoTable", TR_NO_ROUTE}};

static tr_cells_text take_matrix(tr_osrm_question *q, const char *key, int32_t limit, int32_t **cells)
{
    int32_t rows = q->n_rows ? q->n_rows : q->n, columns = q->n_columns ? q->n_columns : q->n;
    *cells = TR_NEW(q->scratch, int32_t, (size_t)rows * (size_t)columns);
    return tr_cells_take(q->http.body, q->http.length, key, rows, columns, limit, *cells);
}

static tr_status judge_json(tr_osrm_question *q, const json_t *root, const json_error_t *fault, tr_err *err)
{
    const tr_http_request *h = &q->http;
    const char *code = json_string_value(json_object_get(root, "code"));
    const char *message = json_string_value(json_object_get(root, "message"));
    for (size_t i = 0; code && h->status < 500 && i < sizeof actable / sizeof *actable; i++)
        if (!strcmp(code, actable[i].code)) return q->verdict = actable[i].verdict, TR_OK;
    if (h->status != 200 && !code)
        return tr_osrm_refuse(q, err, "HTTP %ld%s%s: %s", h->status, *h->fault ? ", " : "", h->fault,
                              h->length ? tr_http_quote(h, h->body, h->length).text : "no body");
    if (!root)
        return tr_osrm_refuse(q, err, "answer is not JSON (%s, byte %d): %s",
                              tr_http_quote(h, fault->text, strlen(fault->text)).text, fault->position,
                              h->length ? tr_http_quote(h, h->body, h->length).text : "no body");
    if (!json_is_object(root)) return tr_osrm_refuse(q, err, "answer is not a JSON object");
    if (!code) return tr_osrm_refuse(q, err, "answer has no code, which should be \"Ok\"");
    if (h->status != 200 || strcmp(code, "Ok"))
        return tr_osrm_refuse(q, err, "HTTP %ld%s%s, code %s: %s%s", h->status, *h->fault ? ", " : "", h->fault,
                              tr_http_quote(h, code, strlen(code)).text,
                              message ? tr_http_quote(h, message, strlen(message)).text : "no message",
                              q->excludes ? " (road classes were to be excluded: does the server know them?)" : "");
    return TR_OK;
}

static tr_status judge_matrices(tr_osrm_question *q, const tr_cells_text *durations, const tr_cells_text *distances,
                                tr_err *err)
{
    int32_t rows = q->n_rows ? q->n_rows : q->n, columns = q->n_columns ? q->n_columns : q->n;
    if (!durations->there) return tr_osrm_refuse(q, err, "answer has no durations");
    if (*durations->fault) return tr_osrm_refuse(q, err, "%s", durations->fault);
    if (*distances->fault) return tr_osrm_refuse(q, err, "%s", distances->fault);
    if (!distances->there && json_object_get(q->root, "distances"))
        return tr_osrm_refuse(q, err, "distances is no list of rows");
    q->distances = distances->there;
    for (int32_t i = 0; q->distances && i < rows; i++)
        for (int32_t j = 0; j < columns; j++)
            if ((q->seconds[i * columns + j] == TR_NO_ROAD) != (q->metres[i * columns + j] == TR_NO_ROAD))
                return tr_osrm_refuse(q, err, "only one of durations[%d][%d] and distances[%d][%d] is null", i, j, i, j);
    return TR_OK;
}

/* Fills the verdict, and root and matrices when TR_FINE. */
static tr_status judge(tr_osrm_question *q, tr_err *err)
{
    const tr_http_request *h = &q->http;
    bool table = !strcmp(q->service, "table");
    tr_cells_text durations = {0}, distances = {0};
    q->verdict = TR_FINE;
    q->timed_out = h->timed_out;
    q->address->silent = !h->status;
    if (!h->status) return tr_osrm_refuse(q, err, "%s", h->fault);
    if (h->status == 413 || h->status == 414 || h->status == 431) return q->verdict = TR_TOO_BIG, TR_OK;
    if (h->status >= 300 && h->status < 400)
        return tr_osrm_refuse(q, err, "HTTP %ld %s", h->status, *h->fault ? h->fault : "without a place it points to");
    if (table && h->status == 200) {
        durations = take_matrix(q, "durations", TR_MAX_SECONDS, &q->seconds);
        distances = take_matrix(q, "distances", TR_MAX_METRES, &q->metres);
    }
    json_error_t fault = {0};
    json_t *root = json_loadb(h->body, h->length, JSON_REJECT_DUPLICATES, &fault);
    tr_status status = judge_json(q, root, &fault, err);
    q->root = root;
    if (!status && q->verdict == TR_FINE && table) status = judge_matrices(q, &durations, &distances, err);
    if (status || q->verdict != TR_FINE) {
        json_decref(root);
        q->root = NULL;
    }
    return status;
}

/* Did the server rather refuse the way of asking than the question? */
static bool post_is_refused(const tr_osrm_question *q)
{
    long s = q->http.status;
    return q->http.post && q->address->post != POST_YES && q->verdict == TR_REFUSED &&
           (s == 200 || s == 400 || s == 403 || s == 404 || s == 405 || s == 411 || s == 415 || s == 500 || s == 501);
}

tr_osrm_question *tr_osrm_receive(tr_osrm *o)
{
    for (tr_http_request *back; (back = tr_http_next(o->http));) {
        tr_osrm_question *q = back->context;
        if (judge(q, &q->err)) q->verdict = TR_REFUSED;
        if (post_is_refused(q)) {
            q->address->post = POST_NO;
            put_question(o, q);
            continue;
        }
        if (q->verdict != TR_REFUSED) {
            q->address->answered = true;
            if (q->http.post) q->address->post = POST_YES;
        }
        return q;
    }
    return NULL;
}

void tr_osrm_abandon(tr_osrm *o)
{
    tr_http_forget(o->http);
}

/* ---- which map a server has ---- */

/* 2024-01-01T21:21:03Z and the like: the day; -1 for anything else. */
static int32_t day_of(const char *version)
{
    char date[11];
    int32_t day;
    snprintf(date, sizeof date, "%.10s", version);
    bool ends = strlen(version) == 10 || (strlen(version) > 10 && (version[10] == 'T' || version[10] == ' '));
    return ends && tr_day_parse(date, &day) ? day : -1;
}

static tr_status fingerprint(const tr_osrm_question *q, tr_osrm_map *map, tr_err *err)
{
    char text[4000], hex[65];
    size_t n = 0;
    const char *version = json_string_value(json_object_get(q->root, "data_version"));
    n += (size_t)snprintf(text, sizeof text, "verdict %d", (int)q->verdict);
    for (int32_t i = 0; q->verdict == TR_FINE && i < q->n * q->n && n < sizeof text - 60; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, " %d/%d", q->seconds[i], q->distances ? q->metres[i] : -2);
    TR_TRY(tr_sha256(text, n, hex, err));
    *map = (tr_osrm_map){.map_day = -1};
    snprintf(map->fingerprint, sizeof map->fingerprint, "%.16s", hex);
    if (version && *version) {
        snprintf(map->version, sizeof map->version, "%.60s", tr_http_quote(&q->http, version, strlen(version)).text);
        snprintf(map->identity, sizeof map->identity, "version %s", map->version);
        map->map_day = day_of(map->version);
    } else {
        snprintf(map->identity, sizeof map->identity, "canary %s", map->fingerprint);
    }
    return TR_OK;
}

tr_status tr_osrm_identify(tr_osrm *o, const char *mode, int32_t k, int32_t n, const tr_place *canaries, tr_osrm_map *map,
                           tr_err *err)
{
    tr_arena *scratch = tr_arena_new();
    int32_t *at = TR_NEW(scratch, int32_t, n + 1);
    for (int32_t i = 0; i < n; i++) at[i] = i;
    if (n == 1) n = 2; /* OSRM wants two at least: the same twice */
    tr_osrm_question q = {.address = tr_osrm_address_of(o, mode, k), .mode = mode, .service = "table", .places = canaries,
                          .n = n, .at = at, .what = tr_arena_printf(scratch, "which map %s has", mode)};
    tr_osrm_send(o, &q, scratch);
    tr_osrm_receive(o);
    tr_status status = q.verdict == TR_REFUSED ? (*err = q.err, q.err.code) : fingerprint(&q, map, err);
    json_decref(q.root);
    tr_arena_free(scratch);
    return status;
}

/* ---- opening ---- */

static char *part_of(CURLU *parts, CURLUPart which, tr_arena *arena)
{
    char *value = NULL;
    if (curl_url_get(parts, which, &value, which == CURLUPART_URL ? 0 : CURLU_URLDECODE)) return NULL;
    char *kept = tr_arena_strdup(arena, value);
    curl_free(value);
    return kept;
}

static bool is_loopback(const char *host) /* "127.example.org" is not */
{
    struct in_addr address;
    return !strcasecmp(host, "localhost") || !strcmp(host, "[::1]") ||
           (inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
}

static bool take_url(tr_arena *arena, const char *text, tr_osrm_address *a)
{
    CURLU *parts = curl_url();
    bool good = parts && (!strncasecmp(text, "http://", 7) || !strncasecmp(text, "https://", 8)) &&
                !curl_url_set(parts, CURLUPART_URL, text, 0) && !strchr(text, '?') && !strchr(text, '#');
    if (good) {
        const char *host = part_of(parts, CURLUPART_HOST, arena);
        a->user = part_of(parts, CURLUPART_USER, arena);
        a->password = part_of(parts, CURLUPART_PASSWORD, arena);
        a->loopback = host && is_loopback(host);
        curl_url_set(parts, CURLUPART_USER, NULL, 0);
        curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0);
        char *url = part_of(parts, CURLUPART_URL, arena);
        size_t length = url ? strlen(url) : 0;
        while (length && url[length - 1] == '/') url[--length] = '\0';
        a->url = a->shown = url;
        good = host && url;
    }
    curl_url_cleanup(parts);
    return good;
}

static tr_status read_address(tr_arena *arena, const char *text, size_t length, tr_osrm_address *a, tr_err *err)
{
    const char *whole = text, *equals = memchr(text, '=', length), *colon = memchr(text, ':', length);
    size_t n = length;
    if (equals && (!colon || equals < colon)) {
        a->profile = tr_arena_strndup(arena, text, (size_t)(equals - text));
        n -= (size_t)(equals + 1 - text);
        text = equals + 1;
    }
    a->side = FIRST_SIDE, a->points = FIRST_POINTS;
    if (take_url(arena, tr_arena_strndup(arena, text, n), a)) return TR_OK;
    const char *end = whole + length;
    for (const char *p = whole; p < end; p++)
        if (*p == '@') whole = p + 1; /* a user and a password stand before it */
    return tr_fail(err, TR_EINPUT, "OSRM address \"%s\" is not http://HOST:PORT or PROFILE=http://HOST:PORT,...",
                   tr_quote(whole, (size_t)(end - whole)).text);
}

/* One server's option: an address, or one for each profile. */
static tr_status read_addresses(tr_osrm *o, const char *option, tr_err *err)
{
    int32_t first = o->n_addresses;
    for (const char *at = option;; at++) {
        size_t length = strcspn(at, ",");
        o->addresses = tr_arena_grow(o->arena, o->addresses, (size_t)o->n_addresses, (size_t)o->n_addresses + 1,
                                     sizeof *o->addresses);
        TR_TRY(read_address(o->arena, at, length, &o->addresses[o->n_addresses++], err));
        at += length;
        if (!*at) break;
    }
    for (int32_t i = first; i < o->n_addresses && o->n_addresses > first + 1; i++)
        if (!o->addresses[i].profile)
            return tr_fail(err, TR_EINPUT, "OSRM address \"%s\": of several, each needs its profile: PROFILE=URL,...",
                           o->addresses[i].shown);
    return TR_OK;
}

static tr_status check_exclude(const char *text, tr_err *err)
{
    bool good = text && *text;
    for (const char *at = text; good && *at; at += *at == ';') {
        size_t n = strcspn(at, ";"), equals = strcspn(at, "=");
        good = equals > 0 && equals + 1 < n && strspn(at + equals + 1, "abcdefghijklmnopqrstuvwxyz_-0123456789,") == n - equals - 1 &&
               at[equals + 1] != ',' && at[n - 1] != ',';
        at += n;
    }
    if (good || !text) return TR_OK;
    return tr_fail(err, TR_EINPUT, "classes to exclude: \"%s\" is not like lorry=motorway,toll;van=ferry",
                   tr_quote(text, strlen(text)).text);
}

static const char *describe(const tr_osrm *o)
{
    const char *text = "OSRM at ";
    for (int32_t i = 0; i < o->n_addresses; i++)
        text = tr_arena_printf(o->arena, "%s%s%s%s%s", text, i ? ", " : "", o->addresses[i].shown,
                               o->addresses[i].profile ? " for " : "", o->addresses[i].profile ? o->addresses[i].profile : "");
    return text;
}

tr_status tr_osrm_open(const tr_osrm_options *options, tr_osrm **osrm, tr_err *err)
{
    tr_arena *arena = tr_arena_new();
    tr_osrm *o = TR_NEW(arena, tr_osrm, 1);
    o->arena = arena;
    o->connections = options->connections > 0 ? options->connections : 4;
    o->exclude = tr_arena_strdup(arena, options->exclude);
    tr_status status = check_exclude(o->exclude, err);
    for (int32_t i = 0; i < options->n_servers && !status; i++) status = read_addresses(o, options->servers[i], err);
    const tr_http_limits limits = {
        .connect_timeout_s = options->connect_timeout_s > 0 ? options->connect_timeout_s : 3,
        .timeout_s = options->timeout_s > 0 ? options->timeout_s : 20,
        .deadline_s = options->deadline_s > 0 ? options->deadline_s : 60,
        .retries = options->retries > 0 ? options->retries : options->retries < 0 ? 0 : 3,
        .connections = o->connections,
    };
    if (!status) status = tr_http_open(&limits, &o->http, err);
    o->description = describe(o);
    if (status) tr_osrm_close(o);
    else *osrm = o;
    return status;
}

void tr_osrm_close(tr_osrm *o)
{
    if (!o) return;
    tr_http_close(o->http);
    tr_arena_free(o->arena); /* which o lies in itself */
}
