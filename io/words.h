/* words.h -- the vocabulary: Defra's lists, streams, certificates, and what words of a report mean.
 *
 * Matching never minds case, punctuation or plural: a text is first turned into its key.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_WORDS_H
#define TR_WORDS_H
#include "morning.h"

enum { TR_STREAM_COUNT = 23, TR_CERT_COUNT = 10, TR_EQUIPMENT_COUNT = 8 };

typedef struct {
    const char *name, *ewc;
    const char *what;   /* for the crew: "upholstered seating (POPs)" */
    const char *group;  /* segregation; NULL = alone */
    const char *family; /* a named stream of a family replaces the one that the waste type implies */
    const char *cert;   /* required by default; NULL = none */
    const char *ppe;    /* hazard and PPE line; "" = none */
    int32_t hazard;     /* default rank 0..3 */
    int32_t extra_min;  /* default extra minutes at the stop, assumed */
} tr_stream_info;

extern const tr_stream_info tr_stream_infos[TR_STREAM_COUNT];
extern const char *const tr_stream_names[TR_STREAM_COUNT]; /* the same order */
extern const char *const tr_cert_names[TR_CERT_COUNT];
extern const char *const tr_equipment_names[TR_EQUIPMENT_COUNT];
/* Stream of each waste type, by index. */
extern const int32_t tr_waste_type_streams[TR_N_WASTE_TYPES];

bool tr_stream_hazardous(int32_t stream); /* its code has an asterisk */

/* Index into the list, -1 = not in it.  Defra's older and newer spellings are both known. */
int32_t tr_waste_type_find(const char *text);
int32_t tr_size_find(const char *text);
int32_t tr_land_type_find(const char *text);
int32_t tr_word_find(const char *text, const char *const *list, int32_t n); /* exact */

/* " black bag by the sofa ": lower case, words in the singular, one space around each. */
char *tr_words_key(tr_arena *arena, const char *text);

/* Streams that the key names, as a mask.  *hazard_word becomes the word of the highest-ranking
 * hazardous one, or stays.  The words found are blanked out of the key. */
tr_mask tr_words_streams(char *key, const char **hazard_word);

/* What a feed's category string tells beyond streams; each -1 where it tells nothing. */
typedef struct {
    int32_t waste_type, size, land_type;
} tr_category;
tr_category tr_category_read(const char *key);

#endif
