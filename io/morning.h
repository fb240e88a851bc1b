/* morning.h -- one morning as the borders see it: reports, what triage made of them, places, and
 * the solver's problem that came out.
 *
 * Filled in order by policy, fleet, sites and reports readers, triage and travel; the writers only
 * read it.  All of it lives in one arena.  Reporters' names and free text never get in here.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_MORNING_H
#define TR_MORNING_H
#include "tiprun.h"

/* ---- Defra's lists (order as in docs/format.md) ---- */

enum { TR_N_WASTE_TYPES = 15, TR_N_SIZES = 7, TR_N_LAND_TYPES = 10 };
extern const char *const tr_waste_types[TR_N_WASTE_TYPES]; /* "Animal Carcass" ... */
extern const char *const tr_sizes[TR_N_SIZES];             /* "Single Black Bag" ... ascending */
extern const char *const tr_land_types[TR_N_LAND_TYPES];   /* "Highway" ... */

/* ---- a report ---- */

typedef struct {
    const char *name;
    double confidence; /* 0..1 */
} tr_label;

typedef struct {
    const char *id;
    const char *file; /* where it was read */
    int32_t row;      /* 1-based: line of data in CSV (header not counted), element in JSON */
    const char *fault; /* NULL, or why the row cannot be used ("column lat: 91.2 is not ...") */
    const char *closed; /* NULL, or why the report is work no more ("already fixed") */
    bool has_place;
    double lat, lon;  /* WGS 84 degrees */
    const char *street; /* address or street name where the feed has one as a field; else NULL */
    const char *ward;   /* or district; NULL not given */
    int64_t reported_at; /* unix seconds; -1 unknown */
    int32_t reported_day; /* local day, days since 1970-01-01 */
    int32_t waste_type, size, land_type; /* index into the lists, -1 not given */
    double size_confidence;              /* 0..1, -1 not given */
    int32_t n_labels;
    const tr_label *labels;
    const char *hazard_word; /* the matched word of the reporter's text, or NULL; never the text */
    int32_t n_stream_words;  /* streams that the text, labels or category name: "sofa" -> pops */
    const char *const *stream_words;
    int32_t kg, litres;      /* measured, -1 not given */
    int32_t n_windows;
    const tr_window *windows;
    int32_t due_day;         /* -1 not given */
    const char *pin;         /* vehicle id or NULL */
    int32_t n_photos;
    bool council_responsible; /* flagged as the council's although the land type says otherwise */
    bool leave;              /* --leave */
    bool pin_ordered;        /* pin is from --pin, which overrules the feed's */
} tr_report;

/* ---- what became of it ---- */

typedef enum {
    TR_ROUTED, TR_LEFT, TR_REVIEW, TR_REFER, TR_CONTRACTOR, TR_NOT_OURS, TR_DUPLICATE,
    TR_N_OUTCOMES
} tr_outcome_kind;
extern const char *const tr_outcome_names[TR_N_OUTCOMES]; /* "routed", "left", ... */

typedef struct {
    tr_outcome_kind kind; /* after triage TR_LEFT stands for "has stops"; the plan decides */
    const char *reason;   /* one line; NULL where the kind says it all */
    int32_t duplicate_of; /* report index, -1 */
    int32_t first_stop, n_stops; /* its stops in problem.stops */
    int32_t waste_type, size;    /* as used, after duplicates passed theirs on */
    bool waste_type_assumed, size_assumed, load_assumed;
    int32_t hazard;       /* rank 0..3 */
    const char *hazard_evidence; /* "label Asbestos 0.81", "word needle", "waste type Clinical"; NULL */
} tr_outcome;

typedef struct { /* a log-normal time */
    double mean_s; /* 0 = none given */
    double sigma;
} tr_service_time;

typedef struct { /* beside problem.stops[i] */
    int32_t report;
    int32_t part, n_parts; /* 1 of 1, or ID/1, ID/2, ... */
    const char *what;      /* for the crew: "Transit Van Load, Construction" */
    const char *ppe;       /* hazard and PPE line; "" where none */
    tr_service_time service; /* what the stop's service_s was planned from */
} tr_stop_note;

/* ---- places: rows of the travel matrices ---- */

typedef enum { TR_PLACE_DEPOT, TR_PLACE_SITE, TR_PLACE_STOP } tr_place_kind;

typedef struct {
    tr_place_kind kind;
    const char *name;   /* depot or site id, report id */
    double lat, lon;
    double snap_lat, snap_lon; /* where the router put it; equal to lat, lon when unknown */
    double snap_m;      /* distance to that point, -1 unknown */
    const char *finding; /* NULL, "170 m from the nearest road", "no road within 1 km", "no road" */
} tr_place;

/* ---- closed roads, low bridges: places and times to keep away from ---- */

typedef enum {
    TR_AVOID_CLOSED_ROAD, TR_AVOID_LOW_BRIDGE, TR_AVOID_NARROW_ROAD, TR_AVOID_WEIGHT_LIMIT, TR_AVOID_OTHER,
    TR_N_AVOID_KINDS
} tr_avoid_kind;
extern const char *const tr_avoid_kinds[TR_N_AVOID_KINDS]; /* "closed_road", ... */

typedef struct { /* of a vehicle, 0 = not said; of a place, the most that may pass, 0 = no limit */
    int32_t height_mm, width_mm;
    int32_t weight_kg; /* laden */
} tr_bulk;

typedef struct {
    const char *id, *name;  /* name "" if none */
    tr_avoid_kind kind;
    int32_t n_points;       /* 1 = a point, else a line */
    const double *lon_lat;  /* [2 * n_points] WGS 84 degrees, lon first */
    double radius_m;        /* what comes as near is warned of */
    int32_t n_hours;        /* 0 = not on the plan's day */
    const tr_window *hours; /* [n_hours] ascending, disjoint, seconds of the plan's local day */
    tr_bulk limit;          /* whom it concerns: who breaks one of these, or does not say; all 0 = everybody ... */
    int32_t n_vehicles, n_profiles; /* ... of these vehicles and profiles; both 0 = of all */
    const char *const *vehicles, *const *profiles;
} tr_avoid;

/* ---- names behind the bits, for files and messages ---- */

typedef struct {
    int32_t n_certs;
    const char *const *certs;      /* bit i of a certs mask */
    int32_t n_equipment;
    const char *const *equipment;
    int32_t n_streams;
    const char *const *streams;
} tr_vocabulary;

typedef struct {
    const char *name, *profile; /* human name of the vehicle; OSRM profile */
    const char *mode;           /* of travel: the profile, with "+kerb" if it loads from the kerb side */
    bool kerb;
    const char *crew;           /* free label for the sheet, "" if none */
    const char *colour;         /* "#rrggbb", never NULL after loading */
    tr_bulk bulk;
} tr_vehicle_note;

typedef struct {
    const char *name, *address; /* "" where not given */
} tr_site_note;

/* ---- triage's settings; the loader fills in every default ---- */

typedef struct {
    int32_t kg, litres, service_s;
    bool assumed; /* the figure comes from our table of assumptions, not from the council */
} tr_size_row;

typedef struct { /* what a stream asks of vehicle and crew */
    int32_t hazard;        /* rank 0..3 */
    int32_t extra_service_s;
    tr_mask certs, equipment;
} tr_stream_rule;

typedef struct {
    double duplicate_m;          /* 20 */
    int32_t duplicate_days;      /* 3 */
    double hazard_from;          /* 0.30: a hazard label from here on is hazardous */
    double review_from;          /* 0.10: from here to hazard_from -> review */
    double size_up_below;        /* 0.60: below this size confidence the next size up */
    tr_size_row sizes[TR_N_SIZES];
    double size_sigma[TR_N_SIZES]; /* sd of the natural log of a service time */
    int32_t crew_size;           /* people in a crew that the times are for; 0 = not said */
    tr_service_time service[TR_N_SIZES][TR_N_WASTE_TYPES]; /* fitted, of whole reports, in the place of the size's */
    double risk;                 /* plan with this quantile of the service times; 0 = with their mean */
    int32_t refer_kg, refer_litres, refer_fibrous_litres, refer_drum_litres;
    int32_t target_days, target_hazard_days; /* working days until due */
    double snap_warn_m, snap_left_m; /* 150, 1000 */
    tr_stream_rule streams[TR_MAX_STREAMS]; /* by stream */
    int32_t note_service_s;      /* consignment note: extra time for hazardous waste */
    int32_t kg_per_m3[TR_N_WASTE_TYPES]; /* 0 = the size table's own weight */
    uint32_t not_ours;           /* land types that are the landowner's duty, by bit */
} tr_triage_policy;

typedef struct {
    tr_arena *arena;
    const char *timezone;      /* "Europe/London" */
    int64_t utc_offset_s;      /* of local midnight of the plan's day; informative */
    int32_t n_reports;
    tr_report *reports;        /* in the natural order of their ids, whatever the order of the rows */
    tr_outcome *outcomes;      /* [n_reports] */
    tr_stop_note *stop_notes;  /* [problem.n_stops] */
    int32_t n_places;
    tr_place *places;          /* [problem.n_places] */
    tr_vehicle_note *vehicle_notes; /* [problem.n_vehicles] */
    tr_site_note *site_notes;  /* [problem.n_sites] */
    int32_t n_avoid;
    const tr_avoid *avoid;     /* [n_avoid] in the order of the files */
    tr_vocabulary words;
    tr_triage_policy triage;
    tr_problem problem;        /* travel NULL until travel has filled it */
} tr_morning;

#endif
