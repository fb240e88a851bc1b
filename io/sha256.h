/* sha256.h -- the SHA-256 of bytes and files, as 64 small hexadecimal digits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SHA256_H
#define TR_SHA256_H
#include "tiprun.h"

tr_status tr_sha256(const void *bytes, size_t length, char hex[65], tr_err *err);
tr_status tr_sha256_file(const char *path, char hex[65], tr_err *err); /* TR_EINPUT: cannot be read */

#endif
