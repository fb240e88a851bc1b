#!/usr/bin/env bats
# plan.bats -- a whole morning through `tiprun plan` and `tiprun check`, on instances/tiny.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    tiny=$TR_SOURCE_DIR/instances/tiny
    files=("$tiny/reports.csv" --fleet "$tiny/fleet.json" --sites "$tiny/sites.json" --date 2026-03-02)
    effort=(--iterations 2000)
}

plan() {
    "$TIPRUN" plan "${files[@]}" "${effort[@]}" "$@"
}

@test "a morning becomes the files of the day, and the referee passes them" {
    run plan -o day
    [ "$status" -eq 0 ]
    [[ $output == *"map: day/map.html"* ]]
    for file in plan.json travel.json summary.txt map.html routes.geojson; do
        [ -s "day/$file" ]
    done
    run "$TIPRUN" check day/plan.json
    [ "$status" -eq 0 ]
    [[ $output == "every rule holds: "* ]]
    run "$TIPRUN" check --json day/plan.json
    [ "$status" -eq 0 ]
    [[ $output == *'"accepted": true'* ]]
}

@test "what stands on standard output is the summary file" {
    plan -o day >out
    head -n "$(wc -l <day/summary.txt)" out | cmp - day/summary.txt
}

@test "same input, seed and iterations: same bytes of every file, on 1 thread and on 2" {
    plan -o one --threads 1 >/dev/null
    plan -o two --threads 2 >/dev/null
    diff -r one two
}

@test "reports from standard input" {
    files[0]=-
    plan -o day <"$tiny/reports.csv" >/dev/null
    "$TIPRUN" check day/plan.json
}

@test "a plan from standard input, its travel in the current folder" {
    plan -o day >/dev/null
    cd day
    run "$TIPRUN" check - <plan.json
    [ "$status" -eq 0 ]
    [[ $output == "every rule holds: "* ]]
    mv travel.json elsewhere.json
    run "$TIPRUN" check - <plan.json
    [ "$status" -eq 2 ]
    [[ $output == *travel.json* ]]
    run "$TIPRUN" check - </dev/null
    [ "$status" -eq 2 ]
    [[ $output == *"is empty"* ]]
}

@test "a tampered plan: exit 4, and the rule is named" {
    plan -o day >/dev/null
    # a figure
    sed 's/"cost_pence": {"value": [0-9]*/"cost_pence": {"value": 1/' day/plan.json >day/cheap.json
    run ! cmp -s day/plan.json day/cheap.json
    run "$TIPRUN" check day/cheap.json
    [ "$status" -eq 4 ]
    [[ $output == *figures* ]]
    # a leg is driven in no time
    awk '/"drive_s": [1-9]/ && !done {sub(/[1-9][0-9]*/, "1"); done = 1} {print}' day/plan.json >day/fast.json
    run ! cmp -s day/plan.json day/fast.json
    run "$TIPRUN" check --json day/fast.json
    [ "$status" -eq 4 ]
    [[ $output == *'"accepted": false'* ]]
}

@test "travel of another plan is refused" {
    plan -o day >/dev/null
    echo ' ' >>day/travel.json
    run "$TIPRUN" check day/plan.json
    [ "$status" -eq 2 ]
    [[ $output == *travel.json* && $output == *sha-256* ]]
}

@test "the manager's orders hold" {
    plan -o day --leave R-2 --off Tipper-1 >out
    [ ! -e day/Tipper-1.csv ]
    grep -q 'R-2' day/summary.txt
    run ! grep -q 'R-2' day/Box-2.csv
    plan -o pinned --pin R-3=Tipper-1 >/dev/null
    if [ -e pinned/Box-2.csv ]; then run ! grep -q 'R-3' pinned/Box-2.csv; fi
}

@test "orders for what is not there are faults, all told at once" {
    run plan -o day --leave R-99 --off Nobody --pin R-1 --pin R-1=Nobody
    [ "$status" -eq 2 ]
    [[ $output == *R-99* && $output == *Nobody* && $output == *REPORT=VEHICLE* ]]
    [ ! -e day ]
}

@test "--strict: exit 4 if a stop is left, and the plan is written all the same" {
    run plan -o day --strict --leave R-3
    [ "$status" -eq 4 ]
    [[ $output == *"left (--strict)"* ]]
    "$TIPRUN" check day/plan.json
}

@test "faults of all files are told at once" {
    sed 's/"Box-2"/7/; s/"14:00"/"2pm"/' "$tiny/fleet.json" >fleet.json
    sed 's/"North"/"South"/' "$tiny/sites.json" >sites.json
    echo '{"hazard_polic": "first"}' >policy.json
    run "$TIPRUN" plan "$tiny/reports.csv" --fleet fleet.json --sites sites.json --policy policy.json -o day
    [ "$status" -eq 2 ]
    [[ $output == *"fleet.json: vehicles[1].id"* ]]
    [[ $output == *"fleet.json: vehicles[0].shift.end"* && $output == *2pm* ]]
    [[ $output == *"policy.json: "*hazard_policy* ]]
    [[ $output == *"sites.json: "*South* ]]
    [ ! -e day ]
}

@test "a folder that cannot be written is told before any search" {
    echo file >taken
    started=$SECONDS
    effort=(-t 30)
    run plan -o taken/day
    [ "$status" -ne 0 ]
    [[ $output == *taken* ]]
    [ $((SECONDS - started)) -lt 10 ]
}

@test "a recording gives the same routes as the travel it was made from" {
    plan -o day >/dev/null
    plan -o again --recording day/travel.json >/dev/null
    cmp day/Box-2.csv again/Box-2.csv
    "$TIPRUN" check again/plan.json
}

@test "no answer from OSRM: exit 3, nothing written" {
    run plan -o day --osrm http://127.0.0.1:9
    [ "$status" -eq 3 ]
    [[ $output == *127.0.0.1:9* ]]
    [ ! -e day ]
}

@test "--from an earlier plan never ends worse" {
    plan -o day >/dev/null
    effort=(--iterations 1)
    plan -o again --from day/plan.json >/dev/null
    "$TIPRUN" check --json day/plan.json >first
    "$TIPRUN" check --json again/plan.json >second
    cost() { sed -n 's/.*"cost_pence": \([0-9]*\).*/\1/p' "$1"; }
    [ "$(cost second)" -le "$(cost first)" ]
    run plan -o more --from "$tiny/fleet.json"
    [ "$status" -eq 2 ]
    [[ $output == *"no plan to start from"* ]]
}

@test "SIGINT writes the best plan so far" {
    started=$SECONDS
    "$TIPRUN" plan "${files[@]}" -t 60 -o day >out 2>err &
    sleep 2
    kill -s INT $!
    wait $!
    [ $((SECONDS - started)) -lt 30 ]
    grep -q 'stopped by a signal' err
    "$TIPRUN" check day/plan.json
}
