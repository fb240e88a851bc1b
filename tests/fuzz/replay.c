/* replay.c -- runs a fuzz target without a fuzzer: every file of the corpus, then mutants of it.
 *
 *   fuzz_NAME FILE...
 *
 * Mutants come from a fixed sequence, so a run repeats: each file cut short, and with bytes changed,
 * removed or doubled.  TR_TEST_SCALE (percent, 100) scales their number.  A target fails by crashing
 * or under a sanitizer; REPLAY_VERBOSE=1 prints each mutant's number, so that the last one is known.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const long mutants_per_file = 2000;
static const size_t max_edits = 4, max_span = 16;

typedef struct {
    uint8_t *bytes;
    size_t size;
} text;

static uint64_t state = 1; /* xorshift64: any non-zero seed */

static size_t below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return n ? (size_t)(state % n) : 0;
}

static text read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    text t = {NULL, 0};
    if (!file || fseek(file, 0, SEEK_END)) {
        perror(path);
        exit(2);
    }
    t.size = (size_t)ftell(file);
    t.bytes = malloc(t.size + 1);
    rewind(file);
    if (!t.bytes || fread(t.bytes, 1, t.size, file) != t.size) {
        perror(path);
        exit(2);
    }
    fclose(file);
    return t;
}

/* One edit in place; the text grows by max_span at most, for which there is room. */
static void edit(text *t)
{
    static const char spice[] = "0123456789-+.eE\"'\\{}[]():,;\n\r\t \x80\xff";
    size_t at = below(t->size), span = 1 + below(max_span);
    if (span > t->size - at) span = t->size - at;
    switch (below(4)) {
    case 0: t->bytes[at] = (uint8_t)spice[below(sizeof spice)]; break; /* its NUL too */
    case 1: t->bytes[at] = (uint8_t)below(256); break;
    case 2:
        memmove(t->bytes + at, t->bytes + at + span, t->size - at - span);
        t->size -= span;
        break;
    default:
        memmove(t->bytes + at + span, t->bytes + at, t->size - at);
        t->size += span;
        break;
    }
}

/* An exact-sized copy, so that a sanitizer sees a read beyond the end. */
static void run_exact(const text *t)
{
    uint8_t *copy = malloc(t->size ? t->size : 1);
    if (!copy) exit(2);
    memcpy(copy, t->bytes, t->size);
    LLVMFuzzerTestOneInput(copy, t->size);
    free(copy);
}

static void run_mutants(const text *original, const char *path, long n)
{
    uint8_t *room = malloc(original->size + (max_edits + 1) * max_span);
    if (!room) exit(2);
    for (long i = 0; i < n; i++) {
        text t = {room, original->size};
        memcpy(room, original->bytes, original->size);
        if (below(3) == 0) t.size = below(t.size);
        for (size_t edits = 1 + below(max_edits); edits > 0 && t.size > 0; edits--) edit(&t);
        if (getenv("REPLAY_VERBOSE")) printf("%s mutant %ld\n", path, i);
        run_exact(&t);
    }
    free(room);
}

int main(int argc, char **argv)
{
    const char *scale = getenv("TR_TEST_SCALE");
    long n = mutants_per_file * (scale ? atol(scale) : 100) / 100;
    setvbuf(stdout, NULL, _IONBF, 0);
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        text t = read_file(argv[i]);
        printf("%s\n", argv[i]);
        run_exact(&t);
        run_mutants(&t, argv[i], n);
        free(t.bytes);
    }
    printf("%d files, %ld mutants of each\n", argc - 1, n);
    return argc > 1 ? 0 : 2; /* an empty corpus proves nothing */
}
