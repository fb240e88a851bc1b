/* write_file.c -- temporary name, fsync, rename.
 *
 * Guarantees that `path` holds either the old bytes or all of the new ones.  The directory is
 * flushed too, as far as its file system can.  A symbolic link stays one: what it leads to is written
 * (so /dev/stdout is never replaced).  Not here: locking; two programs that write the same
 * file at once each leave a whole one, the later wins.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static tr_status failed(const char *path, const char *what, tr_err *err)
{
    return tr_fail(err, TR_EINTERNAL, "%s: cannot %s: %s", path, what, strerror(errno));
}

static bool put_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

/* Close whatever happens, but keep the errno of the first failure. */
static bool put_and_close(int fd, const void *bytes, size_t length, bool flush)
{
    bool good = put_all(fd, bytes, length) && (!flush || fsync(fd) == 0);
    int reason = errno;
    if (close(fd) != 0 && good) return false;
    errno = reason;
    return good;
}

static void flush_directory_of(const char *path)
{
    char name[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    if (length >= sizeof name) return;
    memcpy(name, path, length);
    name[length] = '\0';
    int fd = open(slash ? (length ? name : "/") : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    (void)fsync(fd); /* not every file system can; the rename itself has succeeded */
    close(fd);
}

static tr_status write_directly(const char *path, const void *bytes, size_t length, tr_err *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return failed(path, "open for writing", err);
    return put_and_close(fd, bytes, length, false) ? TR_OK : failed(path, "write", err);
}

tr_status tr_file_write(const char *path, const void *bytes, size_t length, tr_err *err)
{
    struct stat there;
    if (lstat(path, &there) == 0 && S_ISLNK(there.st_mode)) {
        char *target = realpath(path, NULL); /* NULL: it leads nowhere yet, and is replaced */
        tr_status status = TR_OK;
        bool leads = target && strcmp(target, path) != 0;
        if (leads) status = tr_file_write(target, bytes, length, err);
        free(target);
        if (leads) return status;
    }
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        if (S_ISDIR(there.st_mode))
            return tr_fail(err, TR_EINTERNAL, "%s: cannot write: is a directory", path);
        return write_directly(path, bytes, length, err);
    }
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof temporary, "%s.%ld.part", path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof temporary)
        return tr_fail(err, TR_EINTERNAL, "%s: name is too long", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) return failed(path, "create", err);
    if (!put_and_close(fd, bytes, length, true) || rename(temporary, path) != 0) {
        tr_status status = failed(path, "write", err);
        unlink(temporary);
        return status;
    }
    flush_directory_of(path);
    return TR_OK;
}

tr_status tr_file_write_text(const char *path, const char *text, tr_err *err)
{
    return tr_file_write(path, text, strlen(text), err);
}

tr_status tr_directory_make(const char *path, tr_err *err)
{
    char part[PATH_MAX];
    size_t length = strlen(path);
    if (length == 0) return tr_fail(err, TR_EINTERNAL, "the name of the output directory is empty");
    if (length >= sizeof part) return tr_fail(err, TR_EINTERNAL, "%s: name is too long", path);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0') continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST) return failed(part, "make the directory", err);
    }
    struct stat made;
    if (stat(path, &made) != 0) return failed(path, "make the directory", err);
    if (!S_ISDIR(made.st_mode)) return tr_fail(err, TR_EINTERNAL, "%s: is no directory", path);
    if (access(path, W_OK | X_OK) != 0) return failed(path, "write into the directory", err);
    return TR_OK;
}
