/* service.h -- how long a stop takes: by the size's row, or by a fitted time of size and waste type; its spread, and
 * the quantile that a careful plan counts on.
 *
 * Times are log-normal with the given mean and sigma (sd of the natural log).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SERVICE_H
#define TR_SERVICE_H
#include "json.h"
#include "morning.h"

enum { TR_MOST_CREW = 20 };
#define TR_CREW_ASSUMED 2    /* of a policy that does not say crew_size: the size table is for two */
#define TR_SIGMA_ASSUMED 0.5 /* of a size's row that tells none */
#define TR_SIGMA_MOST 2.0

/* "crew_size" and "service_times" of a policy file; faults go to root's diag. */
void tr_service_read(const tr_json *root, tr_triage_policy *policy);

/* Of a whole report: mean seconds on the spot, the stream's extra minutes and the consignment note included. */
double tr_service_mean(const tr_triage_policy *policy, int32_t size, int32_t waste_type);
double tr_service_sigma(const tr_triage_policy *policy, int32_t size, int32_t waste_type);

/* Seconds that are enough with probability `quantile`, rounded half up; 0 = the mean itself. */
int64_t tr_service_planned(int64_t mean_s, double sigma, double quantile);

#endif
