/* travel_source.h -- what a source of travel supplies; the files of this folder
 * include it, and inputs.c for what is too far away to be a place of ours.
 *
 * A source answers two questions, raw: the table between places, and the legs of a route.  What is
 * the same for all of them (snapping too far, places that no road joins, legs that a source does not
 * know) is decided in travel.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TRAVEL_SOURCE_H
#define TR_TRAVEL_SOURCE_H
#include "travel.h"

enum { TR_MAX_SECONDS = 10000000, TR_MAX_METRES = 100000000 }; /* beyond: no road on this planet */

typedef struct {
    double lat, lon, m; /* where the router put a place, and how far away; m = -1: unknown,
                           HUGE_VAL: it finds no road at all */
} tr_snap;

typedef enum { /* what a recording gives of itself */
    TR_TAKE_ALL_OR_FAIL, /* it is the only source */
    TR_TAKE_ROADS,       /* no estimates and no stale cells: better ones may come */
    TR_TAKE_ALL
} tr_take;

typedef struct { /* one mode's table; the arrays are the caller's, sources fill them */
    const char *mode;          /* "van", "van+kerb" */
    int32_t n;
    const tr_place *places;
    int32_t day;               /* the plan's local day, days since 1970-01-01 */
    int32_t *seconds, *metres; /* [n * n], all TR_NO_ROAD with diagonal 0 at first */
    uint8_t *source;           /* [n * n] tr_travel_source, all TR_FROM_NOTHING at first but the diagonal.  A
                                  source fills cells that are TR_FROM_NOTHING and no others; a cell that it knows
                                  to have no road is TR_NO_ROAD with a source */
    tr_snap *snaps;            /* [n], all unknown at first */
    bool *cached;              /* [n * n] kept from an earlier run: cells that are TR_FROM_OSRM; NULL: nobody counts */
} tr_table;

typedef struct { /* which cells of a table were known, and its snaps, at some time */
    uint8_t *source;
    tr_snap *snaps;
} tr_table_memory;

bool tr_table_unknown(const tr_table *table); /* some cell is TR_FROM_NOTHING */
tr_table_memory tr_table_remember(const tr_table *table, tr_arena *arena);
void tr_table_restore(tr_table *table, const tr_table_memory *memory); /* cells filled since then are unknown again */

struct tr_travel {
    tr_arena *arena; /* of the source's own things; freed by tr_travel_close */
    tr_travel_source kind;
    const char *description;
    const char *file;            /* of a recording; else NULL */
    tr_take take;                /* of a recording */
    const char *origin, *credit; /* of a recording: what it was made from, whom to credit; else NULL */
    int32_t n_coverage;          /* filled by tr_travel_fill and the source: one a mode */
    tr_coverage *coverage;
    /* Fills what it knows; what it does not know stays TR_FROM_NOTHING, and travel.c names it.  The maps of
     * *coverage are the source's to fill, the cells travel.c counts. */
    tr_status (*table)(tr_travel *travel, tr_table *table, tr_coverage *coverage, tr_diag *diag, tr_err *err);
    /* legs[k] leads from places[stops[k]] to places[stops[k + 1]]; all unknown at first.  A source
     * fills what it knows: seconds and metres, and points where it has a road line.  It may skip
     * legs for which tr_place_same holds. */
    tr_status (*legs)(tr_travel *travel, const char *mode, const tr_place *places, int32_t n,
                      const int32_t *stops, tr_arena *arena, tr_leg *legs, tr_diag *diag, tr_err *err);
    void (*close)(tr_travel *travel); /* frees what is not in the arena; NULL = nothing */
    void *state;
};

tr_travel *tr_travel_new(void); /* with its arena; everything else empty */

/* Of a recording, opened: its places (with it), and the modes of its tables. */
int32_t tr_recording_places(const tr_travel *recording, const tr_place **places);
int32_t tr_recording_n_modes(const tr_travel *recording);
const char *tr_recording_mode(const tr_travel *recording, int32_t k);
/* The legs of a mode (with the recording), from and to as positions in *places, in no order told. */
int32_t tr_recording_legs(const tr_travel *recording, const char *mode, const tr_recorded_leg **legs,
                          const tr_place **places);

int32_t tr_half_up(double value);      /* rounded half up; value must be in 0..TR_MAX_METRES */
int64_t tr_micro(double degrees);      /* whole millionths of a degree, by which places are told apart */
enum { TR_DEGREES_TEXT = 16 };
void tr_degrees_print(double degrees,
                      char text[TR_DEGREES_TEXT]);        /* "-1.5149", in any locale; within +-180 */
bool tr_place_same(const tr_place *a, const tr_place *b); /* the same to a millionth of a degree */
int32_t tr_estimate_m(const tr_place *a,
                      const tr_place *b); /* metres of road, by the assumed detour factor */

/* "van+kerb" is the profile "van", reached from the kerb side. */
bool tr_mode_kerb(const char *mode);
int32_t tr_mode_profile_length(const char *mode); /* of the profile's name at its beginning */

#endif
