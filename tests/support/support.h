/* support.h -- cmocka with what it needs included before it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TEST_SUPPORT_H
#define TR_TEST_SUPPORT_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#endif
