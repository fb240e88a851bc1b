/* sha256.c -- SHA-256 by libcrypto's EVP interface.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sha256.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static tr_status finish(EVP_MD_CTX *context, char hex[65], tr_err *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (!EVP_DigestFinal_ex(context, digest, &length) || length != 32)
        return tr_fail(err, TR_EINTERNAL, "sha-256: libcrypto failed");
    for (unsigned i = 0; i < length; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return TR_OK;
}

tr_status tr_sha256(const void *bytes, size_t length, char hex[65], tr_err *err)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    tr_status status = TR_EINTERNAL;
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) && EVP_DigestUpdate(context, bytes, length))
        status = finish(context, hex, err);
    else
        tr_fail(err, status, "sha-256: libcrypto failed");
    EVP_MD_CTX_free(context);
    return status;
}

tr_status tr_sha256_file(const char *path, char hex[65], tr_err *err)
{
    FILE *file = fopen(path, "rbe");
    if (!file) return tr_fail(err, TR_EINPUT, "%s: cannot open: %s", path, strerror(errno));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    char block[65536];
    for (size_t n; good && (n = fread(block, 1, sizeof block, file)) > 0;)
        good = EVP_DigestUpdate(context, block, n);
    tr_status status;
    if (ferror(file))
        status = tr_fail(err, TR_EINPUT, "%s: cannot read: %s", path, strerror(errno));
    else
        status = good ? finish(context, hex, err) : tr_fail(err, TR_EINTERNAL, "sha-256: libcrypto failed");
    EVP_MD_CTX_free(context);
    fclose(file);
    return status;
}
