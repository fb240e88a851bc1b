/* certificate.h -- the certificate of a plan as a file: what proves its bounds, for anyone to recompute.
 *
 * Stops and vehicles are named by their ids, numbers are exact integers.  Format: docs/format-certificate.md.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CERTIFICATE_H
#define TR_CERTIFICATE_H
#include "diag.h"

/* Writes the file whole or not at all (TR_EINTERNAL names it).  Same certificate, same bytes. */
tr_status tr_certificate_write(const char *path, const tr_problem *problem, const tr_plan *plan,
                               const tr_certificate *certificate, tr_err *err);

/* Reads it back for the same problem; it lives in the arena.  TR_EINPUT: every fault is in diag, with the place in the
 * file, and err sums up.  What the figures claim is not judged: that is tr_audit's work, for which all shapes are right. */
tr_status tr_certificate_read(const char *path, const tr_problem *problem, tr_arena *arena, tr_certificate *certificate,
                              tr_diag *diag, tr_err *err);

#endif
