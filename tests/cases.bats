#!/usr/bin/env bats
# cases.bats -- every folder of tests/cases through the program; see run_cases.sh.
# SPDX-License-Identifier: GPL-3.0-or-later

@test "each malformed input is told, with its place" {
    run "$TR_SOURCE_DIR/tests/run_cases.sh" "$TIPRUN"
    echo "$output"
    [ "$status" -eq 0 ]
}
