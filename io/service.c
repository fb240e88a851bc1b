/* service.c -- see service.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service.h"
#include "words.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define KEYS(...)                                                                                            \
    (const char *const[]){__VA_ARGS__}, (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Index of a word of Defra's lists; -1 and a fault. */
static int32_t word_at(const tr_json *row, const char *key, const char *kind, int32_t (*find)(const char *),
                       const char *const *list, int32_t n)
{
    tr_json at = tr_json_need(row, key);
    const char *text = tr_json_text(at, NULL), *near = text ? tr_nearest_word(text, list, n) : NULL;
    int32_t found = text ? find(text) : -1;
    if (text && found < 0)
        tr_json_fault(&at, "unknown %s \"%s\"; did you mean \"%s\"?", kind, text, near ? near : list[3]);
    return found;
}

static void read_row(const tr_json *row, tr_triage_policy *p, uint32_t seen[TR_N_SIZES][TR_N_WASTE_TYPES])
{
    if (!tr_json_is_object(row)) return;
    tr_json_keys(row, KEYS("size", "waste_type", "crew", "minutes", "sigma", "records"));
    int32_t size = word_at(row, "size", "size", tr_size_find, tr_sizes, TR_N_SIZES);
    int32_t type =
        word_at(row, "waste_type", "waste type", tr_waste_type_find, tr_waste_types, TR_N_WASTE_TYPES);
    int32_t crew = (int32_t)tr_json_int(tr_json_need(row, "crew"), 0, 1, TR_MOST_CREW);
    double minutes = tr_json_number(tr_json_need(row, "minutes"), 0, 0.01, 1440);
    double sigma = tr_json_number(tr_json_need(row, "sigma"), 0, 0, TR_SIGMA_MOST);
    tr_json_int(tr_json_at(row, "records"), 0, 0, INT32_MAX);
    if (size < 0 || type < 0 || !crew) return;
    if (seen[size][type] >> crew & 1)
        tr_json_fault(row, "stands there twice: %s, %s, crew of %d", tr_sizes[size], tr_waste_types[type],
                      crew);
    seen[size][type] |= 1u << crew;
    if (crew == p->crew_size) p->service[size][type] = (tr_service_time){60 * minutes, sigma};
}

void tr_service_read(const tr_json *root, tr_triage_policy *p)
{
    uint32_t seen[TR_N_SIZES][TR_N_WASTE_TYPES] = {{0}};
    tr_json crew = tr_json_at(root, "crew_size"), list = tr_json_at(root, "service_times");
    p->crew_size = (int32_t)tr_json_int(crew, p->crew_size, 1, TR_MOST_CREW);
    if (list.value && !crew.value)
        tr_json_fault(&list,
                      "needs crew_size: how many people a crew is, so which of these times to plan with");
    for (size_t i = 0, n = tr_json_length(&list); i < n; i++) {
        tr_json row = tr_json_item(&list, i);
        read_row(&row, p, seen);
    }
}

double tr_service_mean(const tr_triage_policy *p, int32_t size, int32_t waste_type)
{
    int32_t stream = tr_waste_type_streams[waste_type];
    if (p->service[size][waste_type].mean_s > 0) return p->service[size][waste_type].mean_s;
    return p->sizes[size].service_s + p->streams[stream].extra_service_s +
           (tr_stream_hazardous(stream) ? p->note_service_s : 0);
}

double tr_service_sigma(const tr_triage_policy *p, int32_t size, int32_t waste_type)
{
    const tr_service_time *fitted = &p->service[size][waste_type];
    return fitted->mean_s > 0 ? fitted->sigma : p->size_sigma[size];
}

int64_t tr_service_planned(int64_t mean_s, double sigma, double quantile)
{
    if (quantile <= 0) return mean_s;
    return (int64_t)floor((double)mean_s * exp(sigma * gsl_cdf_ugaussian_Pinv(quantile) - sigma * sigma / 2) +
                          0.5);
}
