#!/usr/bin/env bats
# readme.bats -- what README.md shows is what the program prints, and what it points at is there.
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
    cd "$TR_SOURCE_DIR"
}

@test "the summary in README.md is that of sample a" {
    awk '/^<!-- summary of sample a/ {mine = 1; next} mine && /^```/ {if (open++) exit; next} open' README.md \
        >"$BATS_TEST_TMPDIR/shown"
    "$TIPRUN" plan instances/a/reports.csv --fleet instances/a/fleet.json --sites instances/a/sites.json \
        --policy instances/a/policy.json --recording instances/a/recording.json --date 2026-03-10 \
        -o "$BATS_TEST_TMPDIR/day" >/dev/null
    [ "$(wc -l <"$BATS_TEST_TMPDIR/shown")" -ge 20 ]
    head -n "$(wc -l <"$BATS_TEST_TMPDIR/shown")" "$BATS_TEST_TMPDIR/day/summary.txt" |
        diff - "$BATS_TEST_TMPDIR/shown"
}

@test "the files that the documents link to are there" {
    n=0
    for page in *.md docs/*.md instances/*.md; do
        while read -r link; do
            n=$((n + 1))
            [ -e "$(dirname "$page")/$link" ] || { echo "$page: $link is not there" && false; }
        done < <(grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//; s/#.*//' | grep -v '^https\?:' | grep . || true)
    done
    [ "$n" -ge 8 ]
}

@test "ARCHITECTURE.md names every source file" {
    local missing=()
    for file in solver/*.c io/*.c io/travel/*.c history/*.c cli/*.c tests/*.bats tests/*.sh tests/*.py tests/test_*.c; do
        name=${file##*/}
        grep -qw -e "$name" -e "${name%.c}" ARCHITECTURE.md || missing+=("$file")
    done
    echo "not in ARCHITECTURE.md: ${missing[*]}"
    [ ${#missing[@]} -eq 0 ]
}
