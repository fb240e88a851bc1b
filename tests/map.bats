#!/usr/bin/env bats
# map.bats -- the day's map in a real browser, from disk and without a network; see look_at_map.py.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

setup_file() {
    export CHROMIUM=${CHROMIUM:-chromium} day=$BATS_FILE_TMPDIR/day
    sample=$TR_SOURCE_DIR/instances/b
    "$TIPRUN" plan "$sample/reports.csv" --fleet "$sample/fleet.json" --sites "$sample/sites.json" \
        --policy "$sample/policy.json" --recording "$sample/recording.json" --date 2026-03-10 \
        --iterations 500 -o "$day" >/dev/null
}

setup() {
    command -v "$CHROMIUM" >/dev/null || skip "no chromium: the map is not looked at"
}

look() {
    python3 "$TR_SOURCE_DIR/tests/look_at_map.py" "$CHROMIUM" "$1"
}

@test "sample b: a line for each leg, each stop by its number, not a word in the console" {
    look "$day"
}

@test "estimated travel: the lines are there too" {
    tiny=$TR_SOURCE_DIR/instances/tiny
    "$TIPRUN" plan "$tiny/reports.csv" --fleet "$tiny/fleet.json" --sites "$tiny/sites.json" \
        --date 2026-03-02 --iterations 500 -o "$BATS_TEST_TMPDIR/day" >/dev/null
    look "$BATS_TEST_TMPDIR/day"
}

@test "closed roads and low bridges: a sign for each of the day, a red edge on each leg that is warned of" {
    tiny=$TR_SOURCE_DIR/instances/tiny
    "$TIPRUN" plan "$tiny/reports.csv" --fleet "$tiny/fleet.json" --sites "$tiny/sites.json" \
        --date 2026-03-02 --iterations 500 --avoid "$tiny/avoid.json" -o "$BATS_TEST_TMPDIR/day" >/dev/null
    grep -q '"how": "straight_line"' "$BATS_TEST_TMPDIR/day/plan.json"
    look "$BATS_TEST_TMPDIR/day"
    sed -i 's/weight: 14/weight: 8/' "$BATS_TEST_TMPDIR/day/map.html"
    run look "$BATS_TEST_TMPDIR/day"
    [ "$status" -eq 1 ]
    [[ $output == *"0 legs have a red edge"* ]]
}

@test "a map with a fault is told apart" {
    cd "$BATS_TEST_TMPDIR"
    cp -r "$day" script
    sed -i 's/^    drawPlaces();$/    drawPlaces(); drawNothing();/' script/map.html
    run look script
    [ "$status" -eq 1 ]
    [[ $output == *"the console says"*drawNothing* ]]
    cp -r "$day" leg
    sed -i 's/for (const leg of crew.legs) {/for (const leg of crew.legs.slice(1)) {/' leg/map.html
    run look leg
    [ "$status" -eq 1 ]
    [[ $output == *"lines are drawn"* && $output != *"the console says"* ]]
    cp -r "$day" number
    sed -i "s/mark('', visit.number, colour);$/mark('', 7, colour);/" number/map.html
    run look number
    [ "$status" -eq 1 ]
    [[ $output == *"does not show its number"* ]]
    cp -r "$day" remote
    sed -i 's|<body>|<body><img src="https://example.org/a.png">|' remote/map.html
    run look remote
    [ "$status" -eq 1 ]
    [[ $output == *"the page loads https://example.org/a.png"* ]]
}
