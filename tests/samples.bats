#!/usr/bin/env bats
# samples.bats -- the sample mornings a to e: made from their recordings byte for byte, and each one planned
# without a server.  With TR_OSRM_URL_LONDON and TR_OSRM_URL_RUTLAND set (servers of the two maps that the
# recordings name) also recorded anew.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    samples=$TR_SOURCE_DIR/instances
}

@test "the samples repeat byte for byte from their recordings" {
    "$samples/make" --out made
    for name in a b c d e; do diff -r "made/$name" "$samples/$name"; done
}

@test "a sample whose recording lacks a place is told, not made" {
    mkdir -p copy/a
    cp "$samples/make" copy/
    sed '/"name":"A-1003/d' "$samples/a/recording.json" >copy/a/recording.json
    run copy/make --out made a
    [ "$status" -ne 0 ]
    [[ $output == *A-1003* ]]
    [ ! -e made/a/reports.csv ]
}

# The words of the summary's headline against the rows of the report file.
adds_up() { # SAMPLE
    python3 - "$samples/$1/reports.csv" day/summary.txt day/plan.json <<'PYTHON'
import csv, json, re, sys
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = [row["id"] for row in csv.DictReader(file)]
text = " ".join(open(sys.argv[2], encoding="utf-8").read().split())
head = re.search(r"(\d+) of (\d+) reports? routed with \d+ vehicles?((?:; \d+ [a-z ]+?)+)(?: Travel:|$)", text)
rest = [int(n) for n in re.findall(r"; (\d+)", head[3])]
plan = json.load(open(sys.argv[3], encoding="utf-8"))
print(head[0], len(rows), plan["counts"])
assert int(head[2]) == len(rows) == plan["counts"]["reports"]
assert int(head[1]) + sum(rest) == len(rows)
assert sorted(report["id"] for report in plan["reports"]) == sorted(rows)
PYTHON
}

plan_sample() { # SAMPLE ITERATIONS OUTCOME...: outcomes of which there must be one at least
    local dir=$samples/$1 name=$1
    "$TIPRUN" plan "$dir/reports.csv" --fleet "$dir/fleet.json" --sites "$dir/sites.json" --policy "$dir/policy.json" \
        --recording "$dir/recording.json" --date 2026-03-10 --iterations "$2" -o day
    "$TIPRUN" check day/plan.json
    adds_up "$name"
    grep -q '"estimated": "no"' day/plan.json
    shift 2
    for outcome; do grep -q "\"outcome\": \"$outcome\"" day/plan.json; done
}

@test "sample a: twelve reports, two vehicles, everything routed" {
    plan_sample a 500 routed duplicate
    grep -q ' 0 left' day/summary.txt
}

@test "sample b: an inner-city borough with every outcome, no hazardous waste left" {
    plan_sample b 500 routed duplicate review refer contractor not_ours
    grep -q 'No hazardous waste is left today' day/summary.txt
}

@test "sample c: a rural morning" {
    plan_sample c 500 routed duplicate review refer contractor not_ours
}

@test "sample d: more work than the fleet can do, and a site that closes at 9:45" {
    plan_sample d 500 routed left
    grep -q 'HAZARDOUS WASTE LEFT TODAY' day/summary.txt
}

@test "sample e: three hundred reports" {
    plan_sample e 100 routed duplicate review refer contractor not_ours
}

@test "the recordings still are what a server of the same map says" {
    if [[ -z ${TR_OSRM_URL_LONDON:-} || -z ${TR_OSRM_URL_RUTLAND:-} ]]; then
        skip "TR_OSRM_URL_LONDON and TR_OSRM_URL_RUTLAND are not set"
    fi
    "$samples/compare_recording" "$TR_OSRM_URL_LONDON" "$samples"/{a,b,d,e}/recording.json
    "$samples/compare_recording" "$TR_OSRM_URL_RUTLAND" "$samples/c/recording.json"
    "$samples/make" --out made --record "$TR_OSRM_URL_LONDON" a
    cmp made/a/reports.csv "$samples/a/reports.csv"
}
