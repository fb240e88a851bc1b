/* osrm_table.c -- the cells that are not known yet, by square blocks, several in flight.
 *
 * The server's limit is sources x destinations, and its work grows with sources + destinations: square blocks are
 * the cheapest.  How large they may be is found out by asking: first no more blocks go than there are connections, and
 * what is too big is cut in half until it passes.  Work goes in rounds: all blocks of a round are asked, and what was too big, or held
 * a place that the server cannot find, is asked again, smaller, in the next.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "osrm_client.h"

#include <math.h>
#include <string.h>

enum {
    SMALL_SIDE = 100, /* smaller blocks are not worth spreading over connections */
    GET_SIDE = 150,   /* coordinates have to fit the address */
    FEW_CELLS = SMALL_SIDE * SMALL_SIDE /* a block of so many that takes too long is not too big */
};

typedef struct { /* places of the table */
    int32_t n_rows, n_columns;
    const int32_t *rows, *columns;
} block;

typedef struct { /* of what a round asks */
    block block;
    tr_osrm_question question;
    int32_t *row_at, *column_at; /* positions of its rows and columns in question.at */
} job;

typedef struct {
    tr_osrm *osrm;
    tr_osrm_address *address;
    tr_table *table;
    tr_arena *arena;   /* scratch of this table */
    bool *off;         /* [n] the server finds no segment for it */
    bool *probed;      /* [n] asked for alone */
    int32_t share;     /* side of blocks that gives each connection something to do */
    bool no_distances; /* the server sends none: metres are estimated */
    int32_t n_pending, room;
    block *pending;    /* to be asked in the next round */
    int64_t n_filled;
} fetch;

/* ---- what is to be asked ---- */

static void add_block(fetch *f, block b)
{
    if (!b.n_rows || !b.n_columns) return;
    if (f->n_pending == f->room) {
        int32_t room = f->room ? 2 * f->room : 64;
        f->pending = tr_arena_grow(f->arena, f->pending, (size_t)f->room, (size_t)room, sizeof *f->pending);
        f->room = room;
    }
    f->pending[f->n_pending++] = b;
}

static bool unknown(const fetch *f, int32_t i, int32_t j)
{
    return i != j && f->table->source[(size_t)i * (size_t)f->table->n + (size_t)j] == TR_FROM_NOTHING;
}

/* Rectangles that cover the unknown cells: the rows and the columns of new places (of which most cells are unknown),
 * and one around what remains. */
static void cover(fetch *f)
{
    int32_t n = f->table->n, n_new = 0, n_old = 0, n_all = 0, n_rows = 0, n_columns = 0;
    int32_t *new = TR_NEW(f->arena, int32_t, n), *old = TR_NEW(f->arena, int32_t, n), *all = TR_NEW(f->arena, int32_t, n),
            *rows = TR_NEW(f->arena, int32_t, n), *columns = TR_NEW(f->arena, int32_t, n);
    bool *is_new = TR_NEW(f->arena, bool, n), *in_rows = TR_NEW(f->arena, bool, n), *in_columns = TR_NEW(f->arena, bool, n);
    for (int32_t i = 0; i < n; i++) {
        int32_t out = 0, in = 0;
        for (int32_t j = 0; j < n; j++) out += unknown(f, i, j), in += unknown(f, j, i);
        is_new[i] = 2 * out > n - 1 || 2 * in > n - 1 || (n == 1 && f->table->snaps[i].m < 0);
        all[n_all++] = i;
        if (is_new[i]) new[n_new++] = i;
        else old[n_old++] = i;
    }
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++)
            if (!is_new[i] && !is_new[j] && unknown(f, i, j)) in_rows[i] = in_columns[j] = true;
    for (int32_t i = 0; i < n; i++) {
        if (in_rows[i]) rows[n_rows++] = i;
        if (in_columns[i]) columns[n_columns++] = i;
    }
    add_block(f, (block){n_new, n_all, new, all});
    add_block(f, (block){n_old, n_new, old, new});
    add_block(f, (block){n_rows, n_columns, rows, columns});
}

/* Places of a list that the server can find. */
static int32_t *findable(const fetch *f, int32_t n, const int32_t *places, int32_t *n_found)
{
    int32_t *found = TR_NEW(f->arena, int32_t, n);
    *n_found = 0;
    for (int32_t i = 0; i < n; i++)
        if (!f->off[places[i]]) found[(*n_found)++] = places[i];
    return found;
}

/* By the largest of what is to be asked; a block is not shared out again when it comes back for another round. */
static void share_out(fetch *f)
{
    int32_t longest = 0, ways = (int32_t)ceil(sqrt(f->osrm->connections));
    for (int32_t i = 0; i < f->n_pending; i++) {
        const block *b = &f->pending[i];
        if (b->n_rows > longest) longest = b->n_rows;
        if (b->n_columns > longest) longest = b->n_columns;
    }
    f->share = (longest + ways - 1) / ways;
    if (f->share < SMALL_SIDE) f->share = SMALL_SIDE;
}

/* How many places a block has each way. */
static int32_t side_of(const fetch *f)
{
    int32_t side = f->address->side < f->share ? f->address->side : f->share;
    if (f->address->post == POST_NO && side > GET_SIDE) side = GET_SIDE;
    return side;
}

static int32_t pieces(int32_t n, int32_t side)
{
    return (n + side - 1) / side;
}

/* Even pieces of at most `side` places each way; few rows allow more columns, within the limit of cells. */
static void cut(fetch *f, const block *whole, block **parts, int32_t *n_parts)
{
    block b;
    b.rows = findable(f, whole->n_rows, whole->rows, &b.n_rows);
    b.columns = findable(f, whole->n_columns, whole->columns, &b.n_columns);
    int32_t side = side_of(f), wide = side, high = side;
    if (b.n_rows && b.n_rows < side) wide = side * side / b.n_rows < 3 * side ? side * side / b.n_rows : 3 * side;
    if (b.n_columns && b.n_columns < side) high = side * side / b.n_columns < 3 * side ? side * side / b.n_columns : 3 * side;
    if (f->address->post == POST_NO) wide = high = side;
    int32_t down = pieces(b.n_rows, high), across = pieces(b.n_columns, wide);
    *n_parts = 0;
    *parts = TR_NEW(f->arena, block, down * across + 1);
    for (int32_t i = 0; i < down; i++)
        for (int32_t j = 0; j < across; j++) {
            int32_t top = (int32_t)((int64_t)b.n_rows * i / down), left = (int32_t)((int64_t)b.n_columns * j / across);
            (*parts)[(*n_parts)++] =
                (block){(int32_t)((int64_t)b.n_rows * (i + 1) / down) - top,
                        (int32_t)((int64_t)b.n_columns * (j + 1) / across) - left, b.rows + top, b.columns + left};
        }
}

/* ---- a block as a question ---- */

static job *ask(fetch *f, block b)
{
    job *j = TR_NEW(f->arena, job, 1);
    int32_t n = 0, *at = TR_NEW(f->arena, int32_t, b.n_rows + b.n_columns + 1);
    int32_t *position = TR_NEW(f->arena, int32_t, f->table->n); /* 1 + position in at */
    j->block = b;
    j->row_at = TR_NEW(f->arena, int32_t, b.n_rows);
    j->column_at = TR_NEW(f->arena, int32_t, b.n_columns);
    for (int32_t k = 0; k < b.n_rows + b.n_columns; k++) {
        int32_t place = k < b.n_rows ? b.rows[k] : b.columns[k - b.n_rows];
        if (!position[place]) at[n++] = place, position[place] = n;
        *(k < b.n_rows ? &j->row_at[k] : &j->column_at[k - b.n_rows]) = position[place] - 1;
    }
    if (n == 1) at[n++] = at[0]; /* OSRM wants two at least */
    j->question = (tr_osrm_question){
        .address = f->address, .mode = f->table->mode, .service = "table", .places = f->table->places, .n = n, .at = at,
        .n_rows = b.n_rows, .n_columns = b.n_columns, .rows = j->row_at, .columns = j->column_at,
        .what = tr_arena_printf(f->arena, "table of %s, %d x %d from %s", f->table->mode, b.n_rows, b.n_columns,
                                f->table->places[b.rows[0]].name)};
    tr_osrm_send(f->osrm, &j->question, f->arena);
    return j;
}

static job *job_of(tr_osrm_question *q)
{
    return (job *)((char *)q - offsetof(job, question));
}

/* ---- an answer into the table ---- */

/* Where the server put each place of a list; of several blocks the farthest stands. */
static tr_status read_snaps(fetch *f, const job *j, const char *name, int32_t n, const int32_t *places, tr_err *err)
{
    const json_t *list = json_object_get(j->question.root, name);
    if (!list) return TR_OK; /* an old server: unknown */
    if (!json_is_array(list) || json_array_size(list) != (size_t)n)
        return tr_osrm_refuse(&j->question, err, "%s has %zu entries, not %d", name, json_array_size(list), n);
    for (int32_t i = 0; i < n; i++) {
        const json_t *entry = json_array_get(list, (size_t)i), *m = json_object_get(entry, "distance");
        const json_t *at = json_object_get(entry, "location");
        double lon = json_number_value(json_array_get(at, 0)), lat = json_number_value(json_array_get(at, 1));
        tr_snap *snap = &f->table->snaps[places[i]];
        if (!m || !at) continue;
        if (!json_is_number(m) || !(json_number_value(m) >= 0) || json_array_size(at) != 2 || fabs(lat) > 90 ||
            fabs(lon) > 180)
            return tr_osrm_refuse(&j->question, err, "%s[%d] is no place with its distance", name, i);
        bool same = json_number_value(m) == snap->m; /* then by place, not by which answer came first */
        if (json_number_value(m) > snap->m || (same && (lat < snap->lat || (lat == snap->lat && lon < snap->lon)))) *snap = (tr_snap){lat, lon, json_number_value(m)};
    }
    return TR_OK;
}

static void fill(fetch *f, const job *j, bool road)
{
    tr_table *t = f->table;
    const tr_osrm_question *q = &j->question;
    for (int32_t r = 0; r < j->block.n_rows; r++)
        for (int32_t c = 0; c < j->block.n_columns; c++) {
            int32_t from = j->block.rows[r], to = j->block.columns[c], k = r * j->block.n_columns + c;
            size_t cell = (size_t)from * (size_t)t->n + (size_t)to;
            if (!unknown(f, from, to)) continue;
            t->source[cell] = TR_FROM_OSRM;
            f->n_filled++;
            if (!road || q->seconds[k] == TR_NO_ROAD) continue;
            t->seconds[cell] = q->seconds[k];
            t->metres[cell] = q->distances ? q->metres[k] : tr_estimate_m(&t->places[from], &t->places[to]);
            f->no_distances |= !q->distances;
        }
}

static tr_status take(fetch *f, const job *j, tr_err *err)
{
    TR_TRY(read_snaps(f, j, "sources", j->block.n_rows, j->block.rows, err));
    TR_TRY(read_snaps(f, j, "destinations", j->block.n_columns, j->block.columns, err));
    fill(f, j, true);
    return TR_OK;
}

/* ---- rounds ---- */

typedef struct {
    bool strangers;        /* the server could not find some place */
    int32_t n_probed;      /* found out which in this round */
} outcome;

/* Half, by way of 400, so that the default limit of a server, 100, is met. */
static int32_t smaller_side(int32_t side)
{
    return side > 4 * SMALL_SIDE ? 4 * SMALL_SIDE : side / 2;
}

static tr_status settle(fetch *f, tr_osrm_question *q, outcome *o, tr_err *err)
{
    job *j = job_of(q);
    block b = j->block;
    int32_t largest = b.n_rows > b.n_columns ? b.n_rows : b.n_columns;
    int64_t cells = (int64_t)b.n_rows * b.n_columns;
    tr_status status = TR_OK;
    switch (q->verdict) {
    case TR_FINE:
        status = take(f, j, err);
        json_decref(q->root);
        f->address->side_known = true;
        return status;
    case TR_NO_ROUTE: fill(f, j, false); return TR_OK;
    case TR_NO_SEGMENT:
        o->strangers = true;
        add_block(f, b);
        return TR_OK;
    case TR_REFUSED:
        if (!q->timed_out || cells <= FEW_CELLS) return *err = q->err, q->err.code;
        break; /* perhaps a smaller one is done in time */
    case TR_TOO_BIG:
        if (largest == 1) return tr_osrm_refuse(q, err, "even a table of one cell is too big for the server");
    }
    if (q->timed_out) f->address->side = SMALL_SIDE; /* at once: each try takes the whole limit */
    while (f->address->side > 1 && (int64_t)f->address->side * f->address->side >= cells)
        f->address->side = smaller_side(f->address->side);
    add_block(f, b);
    return TR_OK;
}

/* Asks for single places until those that the server cannot find are known. */
static tr_status probe(fetch *f, int32_t *n_off, tr_err *err)
{
    tr_status status = TR_OK;
    *n_off = 0;
    for (int32_t i = 0; i < f->table->n; i++) {
        if (f->probed[i]) continue;
        int32_t *at = TR_NEW(f->arena, int32_t, 1);
        tr_osrm_question *q = TR_NEW(f->arena, tr_osrm_question, 1);
        *at = i;
        *q = (tr_osrm_question){.address = f->address, .mode = f->table->mode, .service = "nearest",
                                .places = f->table->places, .n = 1, .at = at,
                                .what = tr_arena_printf(f->arena, "nearest road of %s", f->table->places[i].name)};
        tr_osrm_send(f->osrm, q, f->arena);
    }
    for (tr_osrm_question *q; !status && (q = tr_osrm_receive(f->osrm));) {
        int32_t i = q->at[0];
        f->probed[i] = true;
        json_decref(q->root);
        if (q->verdict == TR_REFUSED) *err = q->err, status = q->err.code;
        if (q->verdict != TR_NO_SEGMENT) continue;
        f->off[i] = true;
        f->table->snaps[i].m = HUGE_VAL;
        ++*n_off;
    }
    return status;
}

static tr_status settle_all(fetch *f, outcome *o, tr_err *err)
{
    tr_status status = TR_OK;
    for (tr_osrm_question *q; !status && (q = tr_osrm_receive(f->osrm));) status = settle(f, q, o, err);
    return status;
}

/* While the server's limit is not known: a piece for each connection.  If they are too big, all is cut anew. */
static tr_status try_limit(fetch *f, outcome *o, tr_err *err)
{
    int32_t n = f->n_pending, n_parts, side = f->address->side;
    block *all = f->pending, *parts;
    cut(f, &all[0], &parts, &n_parts);
    f->pending = NULL, f->n_pending = f->room = 0;
    int32_t n_asked = n_parts < f->osrm->connections ? n_parts : f->osrm->connections;
    for (int32_t k = 0; k < n_asked; k++) ask(f, parts[k]);
    TR_TRY(settle_all(f, o, err));
    bool smaller = f->address->side < side;
    if (smaller) f->n_pending = 0; /* the pieces are in the whole */
    for (int32_t k = n_asked; k < n_parts && !smaller; k++) add_block(f, parts[k]);
    for (int32_t i = smaller ? 0 : 1; i < n; i++) add_block(f, all[i]);
    return TR_OK;
}

static tr_status go_round(fetch *f, outcome *o, tr_err *err)
{
    if (!f->address->side_known) return try_limit(f, o, err);
    int32_t n = f->n_pending, n_parts;
    block *now = f->pending, *parts;
    f->pending = NULL, f->n_pending = f->room = 0;
    for (int32_t i = 0; i < n; i++) {
        cut(f, &now[i], &parts, &n_parts);
        for (int32_t k = 0; k < n_parts; k++) ask(f, parts[k]);
    }
    return settle_all(f, o, err);
}

static tr_status fetch_pending(fetch *f, tr_err *err)
{
    share_out(f);
    while (f->n_pending) {
        outcome o = {0};
        int32_t n_off = 0;
        TR_TRY(go_round(f, &o, err));
        if (!o.strangers) continue;
        TR_TRY(probe(f, &n_off, err));
        if (!n_off)
            return tr_fail(err, TR_EROUTING, "OSRM at %s: table of %s: code NoSegment, although each place alone has a road",
                           f->address->shown, f->table->mode);
    }
    return TR_OK;
}

/* What a place that the server cannot find leaves behind: cells without a road. */
static void close_off(fetch *f)
{
    tr_table *t = f->table;
    for (int32_t i = 0; i < t->n; i++)
        for (int32_t j = 0; j < t->n; j++)
            if ((f->off[i] || f->off[j]) && unknown(f, i, j))
                t->source[(size_t)i * (size_t)t->n + (size_t)j] = TR_FROM_OSRM, f->n_filled++;
}

/* ---- the kerb side ---- */

static bool joined(const tr_table *t, int32_t a, int32_t b)
{
    size_t n = (size_t)t->n, i = (size_t)a, j = (size_t)b;
    return t->seconds[i * n + j] != TR_NO_ROAD && t->seconds[j * n + i] != TR_NO_ROAD;
}

/* The depot or site (in a plain list, the place) that is joined with most others. */
static int32_t centre(const tr_table *t)
{
    int32_t best = 0, most = -1;
    for (int32_t i = 0; i < t->n; i++) {
        int32_t n_joined = 0;
        for (int32_t j = 0; j < t->n; j++) n_joined += joined(t, i, j);
        if (t->places[i].kind != TR_PLACE_STOP) n_joined += t->n; /* before any stop */
        if (n_joined > most) best = i, most = n_joined;
    }
    return best;
}

/* Stops that no road joins with the rest on the kerb side are asked again from either side; one that may still be
 * reached from a neighbour in the same one-way street is cut off all the same. */
static tr_status loosen(fetch *f, const bool *asked, tr_diag *diag, tr_err *err)
{
    tr_table *t = f->table;
    tr_osrm *o = f->osrm;
    int32_t n = 0, middle = centre(t), *list = TR_NEW(f->arena, int32_t, t->n);
    for (int32_t i = 0; i < t->n; i++)
        if (asked[i] && t->places[i].kind == TR_PLACE_STOP && !f->off[i] && !joined(t, i, middle)) list[n++] = i;
    for (int32_t k = 0; k < n; k++) {
        const tr_place *p = &t->places[list[k]];
        o->loose = tr_arena_grow(o->arena, o->loose, (size_t)o->n_loose, (size_t)o->n_loose + 1, sizeof *o->loose);
        o->loose[o->n_loose++] = (tr_osrm_loose){tr_arena_strdup(o->arena, t->mode), tr_micro(p->lat), tr_micro(p->lon)};
        for (int32_t j = 0; j < t->n; j++) {
            size_t there = (size_t)list[k] * (size_t)t->n + (size_t)j, back = (size_t)j * (size_t)t->n + (size_t)list[k];
            if (j == list[k]) continue;
            f->n_filled -= (t->source[there] == TR_FROM_OSRM) + (t->source[back] == TR_FROM_OSRM);
            t->seconds[there] = t->metres[there] = t->seconds[back] = t->metres[back] = TR_NO_ROAD;
            t->source[there] = t->source[back] = TR_FROM_NOTHING;
        }
    }
    if (!n) return TR_OK;
    cover(f);
    TR_TRY(fetch_pending(f, err));
    for (int32_t k = 0; k < n && diag; k++)
        if (joined(t, list[k], centre(t)))
            tr_diag_add(diag, TR_WARNING, o->description, t->places[list[k]].name,
                        "cannot be reached on the kerb side by %s: it is reached from either side", t->mode);
    return TR_OK;
}

tr_status tr_osrm_table(tr_osrm *o, int32_t k, tr_table *t, int64_t *n_asked, tr_diag *diag, tr_err *err)
{
    tr_arena *arena = tr_arena_new();
    fetch f = {.osrm = o, .address = tr_osrm_address_of(o, t->mode, k), .table = t, .arena = arena,
               .off = TR_NEW(arena, bool, t->n), .probed = TR_NEW(arena, bool, t->n)};
    bool *asked = TR_NEW(arena, bool, t->n);
    for (int32_t i = 0; i < t->n; i++)
        for (int32_t j = 0; j < t->n; j++)
            if (unknown(&f, i, j)) asked[i] = asked[j] = true;
    cover(&f);
    tr_status status = fetch_pending(&f, err);
    if (status) tr_osrm_abandon(o);
    close_off(&f);
    if (!status && tr_mode_kerb(t->mode)) status = loosen(&f, asked, diag, err);
    *n_asked = f.n_filled;
    if (f.no_distances && diag)
        tr_diag_add(diag, TR_WARNING, o->description, t->mode,
                    "the server sends no distances; metres are estimated from the straight line, times are the server's");
    tr_arena_free(arena);
    return status;
}
