#!/usr/bin/env bats
# simulate.bats -- `tiprun replay` with a fleet, as a user sees it.
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck disable=SC2154 # stderr: run sets it
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    tiny=$TR_SOURCE_DIR/instances/tiny
    awk 'BEGIN { srand(5); print "id,lat,lon,reported_at,size"
        for (d = 1; d <= 28; d++) for (k = 0; k < 8; k++)
            printf "R-%d-%d,%.5f,%.5f,2025-09-%02dT%02d:15:00,%s\n", d, k, 51.49 + rand() / 50, -0.15 + rand() / 30, d, 8 + k,
                   k % 2 ? "" : "Car Boot or Less" }' >reports.csv
    echo '{"days": 6, "warm_up_days": 2, "replications": 2, "saturated_list": 40, "saturated_days": 4, "candidates": 60,
           "iterations": 200, "order_iterations": 100}' >settings.json
}

simulate() { # OPTION...
    run --separate-stderr "$TIPRUN" replay reports.csv --fleet "$tiny/fleet.json" --sites "$tiny/sites.json" --travel estimated \
        --settings settings.json "$@"
}

@test "a table, and files that do not depend on the threads" {
    simulate --load 80 --load 105 --threads 1 -o one
    [ "$status" -eq 0 ]
    [[ $output == *"224 reports read"* && $output == *"load 80%"* && $output == *"tiprun less oldest, work_per_hour"* ]]
    [[ $output == *"Little"* && $output == *"road times: estimated"* ]]
    simulate --load 80 --load 105 --threads 2 -o two
    [ "$status" -eq 0 ]
    diff -r one two
    python3 -c 'import json; d = json.load(open("one/replay.json")); assert len(d["loads"]) == 3, d["loads"]
assert d["loads"][2]["times_have_a_mean"] is False and d["record"]["used"] == 224'
    [ "$(wc -l <one/runs.csv)" -eq $((1 + 3 * 2 * 5)) ]
}

@test "another seed gives other numbers, the record's rate needs no control" {
    simulate --rules listed --seed 1 -o one
    [ "$status" -eq 0 ]
    simulate --rules listed --seed 2 -o two
    [ "$status" -eq 0 ]
    run ! cmp -s one/runs.csv two/runs.csv
}

@test "what is wrong is named" {
    simulate --rules listed,oldst -o out
    [ "$status" -eq 2 ] && [[ $stderr == *'--rules: oldst: is no rule; did you mean "oldest"?'* ]]
    simulate --rules listed --load 90 -o out
    [ "$status" -eq 2 ] && [[ $stderr == *"rule oldest clears: it must be among the rules"* ]]
    echo '{"block_days": 10, "from": "2025-09-31"}' >settings.json
    simulate -o out
    [ "$status" -eq 2 ] && [[ $stderr == *"settings.json: block_days: 10 is no whole number of weeks"* && $stderr == *"settings.json: from: "* ]]
    echo '{"from": "2025-09-20"}' >settings.json
    simulate -o out
    [ "$status" -eq 2 ] && [[ $stderr == *"over 1 whole weeks; expected at least a block of 14 days"* ]]
}

@test "what comes during the day is inserted if asked for, and with any number of threads alike" {
    simulate --rules oldest,tiprun --threads 1 -o waits
    [ "$status" -eq 0 ] && [[ $output != *"put into a route under way"* ]]
    simulate --rules oldest,tiprun --threads 1 --insert -o one
    [ "$status" -eq 0 ] && [[ $output == *"tiprun: "*" piles a working day put into a route under way"* ]]
    simulate --rules oldest,tiprun --threads 2 --insert -o two
    diff -r one two
    sed -i 's/^{/{"insert": true, /' settings.json
    simulate --rules oldest,tiprun -o three
    diff -r one three
    python3 -c 'import csv
w, i = ([r for r in csv.DictReader(open(d + "/runs.csv"))] for d in ("waits", "one"))
assert len(w) == len(i) == 4
assert all(float(r["inserted"]) == 0 for r in w) and all(float(r["inserted"]) > 0 for r in i)
assert all(a["cases"] == b["cases"] and float(b["same_day"]) > float(a["same_day"]) for a, b in zip(w, i))'
    echo '{"insert": "yes"}' >settings.json
    simulate -o out
    [ "$status" -eq 2 ] && [[ $stderr == *"settings.json: insert: "* ]]
}
