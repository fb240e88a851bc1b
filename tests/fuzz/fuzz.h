/* fuzz.h -- bytes as a file: what a target that reads files needs.
 *
 * A target is one file with LLVMFuzzerTestOneInput.  With -DTR_FUZZ=ON (clang) libFuzzer drives it;
 * in every other build replay.c does, with the corpus and mutants of it, under ctest.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_FUZZ_H
#define TR_FUZZ_H
#include "inputs.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_PATH = 64 };

/* A file in memory with these bytes and a path to open it by; returns its descriptor: close(2) it. */
int fuzz_file(const uint8_t *data, size_t size, char path[FUZZ_PATH]);

/* Reads a morning from these files and, if there is no fault, triages it.  Where a name is NULL the
 * good file of instances/tiny stands in, except for policy and mapping. */
void fuzz_morning(const tr_input_files *files);

#endif
