/* write_file.h -- files that are there whole or not at all.
 *
 * A file is written under a temporary name beside it, flushed to the disk and renamed: after a
 * failure (full disk, no permission, a crash) the file of before is still there, untouched.
 * Something that is no regular file (a device, a pipe) is written to directly.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_WRITE_FILE_H
#define TR_WRITE_FILE_H
#include "tiprun.h"

/* TR_EINTERNAL names the file and the system's reason; no temporary file stays behind. */
tr_status tr_file_write(const char *path, const void *bytes, size_t length, tr_err *err);
tr_status tr_file_write_text(const char *path, const char *text, tr_err *err);

/* Makes the directory and those above it; one that is there already is fine. */
tr_status tr_directory_make(const char *path, tr_err *err);

#endif
