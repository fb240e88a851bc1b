#!/usr/bin/env bats
# plan.bats -- a whole morning through `tiprun plan` and `tiprun check`, on instances/tiny.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    unset TIPRUN_OSRM
    tiny=$TR_SOURCE_DIR/instances/tiny
    files=("$tiny/reports.csv" --fleet "$tiny/fleet.json" --sites "$tiny/sites.json" --date 2026-03-02)
    effort=(--iterations 2000)
}

plan() {
    "$TIPRUN" plan "${files[@]}" "${effort[@]}" "$@"
}

# Plans sample $1 as it ships (or the feed $reports); what follows replaces or adds options.
plan_sample() { # SAMPLE OPTION...
    local dir=$TR_SOURCE_DIR/instances/$1
    "$TIPRUN" plan "${reports:-$dir/reports.csv}" --fleet "$dir/fleet.json" --sites "$dir/sites.json" \
        --policy "$dir/policy.json" --recording "$dir/recording.json" --date 2026-03-10 "${@:2}"
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
    sed '/"cost_pence": {$/{n;s/"value": [0-9]*/"value": 1/}' day/plan.json >day/cheap.json
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

# Changes day/plan.json by the Python statement $1 (on `plan`, `of(id)` a report's entry) and checks it.
check_changed() { # STATEMENT FLAG...
    python3 - "$1" <<'PYTHON'
import json, sys
plan = json.load(open("day/plan.json", encoding="utf-8"))
of = lambda id: next(report for report in plan["reports"] if report["id"] == id)
was = json.dumps(plan)
exec(sys.argv[1])
assert json.dumps(plan) != was
json.dump(plan, open("day/changed.json", "w", encoding="utf-8"))
PYTHON
    run "$TIPRUN" check "${@:2}" day/changed.json
}

@test "a wrong outcome or count in the plan: exit 4, each told with what it is" {
    plan_sample b --iterations 300 -o day >/dev/null # has every outcome but left
    "$TIPRUN" check day/plan.json
    routed=$(python3 -c 'import json
print(next(r["id"] for r in json.load(open("day/plan.json"))["reports"] if r["outcome"] == "routed" and len(r["stops"]) == 1))')

    check_changed "of('$routed')['outcome'] = 'not_ours'"
    [ "$status" -eq 4 ]
    [[ $output == "outcomes: report $routed: the plan says not_ours, it is routed ($routed on "*")"* ]]
    [[ $output == *"findings: 1" ]]
    check_changed "of('$routed')['outcome'] = 'not_ours'" --json
    [ "$status" -eq 4 ]
    [[ $output == *'"accepted": false'*'"rule": "outcomes"'*"report $routed: the plan says not_ours"* ]]

    for count in reports routed left review refer contractor not_ours duplicate hazardous_left stops stops_left \
        vehicles_used; do
        check_changed "plan['counts']['$count'] += 1"
        [ "$status" -eq 4 ]
        [[ $output == "outcomes: counts.$count: the plan says "*", it is "*"findings: 1" ]]
    done

    check_changed "next(r for r in plan['reports'] if r['outcome'] == 'refer')['outcome'] = 'left'"
    [ "$status" -eq 4 ]
    [[ $output == *"the plan says left, it is refer (so triage decided)"* ]]
    check_changed "next(r for r in plan['reports'] if r['outcome'] == 'duplicate')['duplicate_of'] = None"
    [ "$status" -eq 4 ]
    [[ $output == *"the plan says it is a duplicate of none, it is of "* ]]
    check_changed "of('$routed')['stops'][0]['vehicle'] = None"
    [ "$status" -eq 4 ]
    [[ $output == "outcomes: report $routed: the plan says $routed left, it is $routed on "* ]]
    check_changed "plan['reports'].remove(of('$routed'))"
    [ "$status" -eq 4 ]
    [[ $output == "outcomes: report $routed: the plan says 0 outcomes, each report has one (here routed)"* ]]
    check_changed "plan['reports'].append(of('$routed'))"
    [ "$status" -eq 4 ]
    [[ $output == "outcomes: report $routed: the plan says 2 outcomes, each report has one (here routed)"* ]]
    check_changed "of('$routed')['id'] = 'R-none'"
    [ "$status" -eq 2 ]
    [[ $output == *'reports['*'].id: there is no report "R-none"'* ]]
}

@test "a stop taken out of the plan's input is missed" {
    plan -o day --leave R-2 >/dev/null
    check_changed "plan['input']['stops'] = [s for s in plan['input']['stops'] if s['id'] != 'R-2']
plan['left'] = [s for s in plan['left'] if s['stop'] != 'R-2']
plan['counts']['stops'] -= 1
plan['counts']['stops_left'] -= 1
of('R-2')['stops'] = []"
    [ "$status" -eq 4 ]
    [[ $output == *"outcomes: report R-2: triage sends a crew, but it has no stop"* ]]
    check_changed "plan['input']['stops'][0]['parts'] += 1"
    [ "$status" -eq 4 ]
    [[ $output == *"says part 1 of "*", it is part 1 of "* ]]
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

@test "orders that contradict each other or name a part are faults; one without effect is told" {
    run plan -o day --leave R-2 --pin R-2=Tipper-1 --leave R-1/1
    [ "$status" -eq 2 ]
    [[ $output == *"is to be left (--leave)"* && $output == *'the whole of "R-1"'* ]]
    [ ! -e day ]
    run plan -o day --pin R-2=Tipper-1 --pin R-2=Box-2
    [ "$status" -eq 2 ]
    [[ $output == *'"R-2" is pinned to "Tipper-1" already, not also to "Box-2"'* ]]
    [ ! -e day ]
    plan_sample a --iterations 100 -o day --leave A-1012 >out 2>err
    grep -q 'A-1012: to leave it has no effect: its outcome is duplicate' err
    grep -q 'has no effect' day/summary.txt
}

@test "a morning without --date says which day it took" {
    unset 'files[6]' 'files[5]'
    plan -o day >/dev/null 2>err
    grep -q 'date: is not given: planned for 2026-03-01' err
}

@test "a folder that is there but cannot be written is told before any search" {
    mkdir day
    chmod 500 day
    if [ -w day ]; then skip "this user may write everywhere"; fi
    run plan -o day
    [ "$status" -eq 1 ]
    [[ $output == *"cannot write into the directory"* ]]
}

@test "--write-lp: an integer program for each level, the plan's values held, and no other file" {
    run --separate-stderr plan -o day --write-lp new/lp
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$(ls new/lp)" = "$(printf 'compact-%d.lp\n' 1 2 3)" ]
    for level in 1 2 3; do
        [[ $(head -n 1 "new/lp/compact-$level.lp") == '\ The compact model of a morning'* ]]
        [ "$(tail -n 1 "new/lp/compact-$level.lp")" = End ]
        grep -q "^\\\\ Level $level of 3: " "new/lp/compact-$level.lp"
    done
    run -1 grep '^held_' new/lp/compact-1.lp
    plan -o again --write-lp again/lp >/dev/null
    diff -r new/lp again/lp
    "$TIPRUN" plan "${files[@]}" "${effort[@]}" -o without >/dev/null # the plan is the same
    cmp day/plan.json without/plan.json
}

@test "--write-lp: a morning that cannot be put this way is told, and planned all the same" {
    mkdir lp && touch lp/compact-2.lp # of an earlier run
    head -n 1 "$tiny/reports.csv" >none.csv
    files[0]=none.csv
    run --separate-stderr plan -o day --write-lp lp
    [ "$status" -eq 0 ]
    [[ $stderr == *"warning: --write-lp: no compact model: there is no stop"* ]]
    [ -z "$(ls lp)" ]
    [ -s day/plan.json ]
}

@test "--write-lp: a directory that cannot be made is told before the search" {
    touch file
    run plan -o day --write-lp file/lp
    [ "$status" -eq 1 ]
    [[ $output == *"file/lp: cannot make the directory"* ]]
    [ ! -e day/plan.json ]
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

@test "a rush hour in the policy makes a crew leave later, and the referee reckons with it too" {
    leaves() { # the earliest departure of the plan in folder $1
        python3 -c 'import json, sys
print(min(r["visits"][0]["start_s"] for r in json.load(open(sys.argv[1]))["routes"] if r["visits"]))' "$1/plan.json"
    }
    slow=$(printf '1000,%.0s' {1..6})500,500$(printf ',1000%.0s' {1..16})
    echo "{\"speed_by_hour\": [$slow]}" >rush.json
    plan -o calm >/dev/null
    plan -o rush --policy rush.json >/dev/null
    [ "$(leaves rush)" -gt "$(leaves calm)" ]
    tr -s ' \n' ' ' <rush/summary.txt | grep -q 'scaled by hour of the day, slowest 06:00-08:00 at 50 %'
    run ! grep -q 'hour of the day' calm/summary.txt
    "$TIPRUN" check rush/plan.json
    sed 's/"speed_by_hour"/"no_speed_by_hour"/' rush/plan.json >rush/other.json
    run "$TIPRUN" check rush/other.json # the same visits on a day without a rush hour
    [ "$status" -eq 4 ]
    [[ $output == *timing* ]]
}

@test "a recording gives the same routes as the travel it was made from" {
    plan -o day >/dev/null
    plan -o again --recording day/travel.json >/dev/null
    cmp day/Box-2.csv again/Box-2.csv
    "$TIPRUN" check again/plan.json
    run ! grep -e --recording day/summary.txt # an estimate repeats by itself
    run ! grep -x TRAVEL day/summary.txt
    grep -q '^Travel: estimated, ' day/summary.txt
    grep -q '^Travel: a recorded estimate, details below' again/summary.txt
}

@test "the summary names the recording to repeat with, and tells where it is from at its end" {
    plan_sample a --iterations 300 -o day >/dev/null
    grep -q '^Travel: recorded road times, details below\.$' day/summary.txt
    grep -qx 'All 2 hazardous items are cleared: proven best\.' day/summary.txt
    grep -q '^Cost GBP [0-9.]*: no bound\.$' day/summary.txt
    [[ $(sed -n '/^HOW TO REPEAT$/,/^$/p' day/summary.txt | tr -s ' \n' ' ') == \
        *" --date 2026-03-10 --recording $TR_SOURCE_DIR/instances/a/recording.json --repeat plan.json (seed "* ]]
    [[ $(sed -n '/^TRAVEL$/,$p' day/summary.txt) == *"/instances/a/recording.json of osrm-routed "*OpenStreetMap* ]]
    [ "$(grep -c osrm-routed day/summary.txt)" -eq 1 ]
    plan_sample d --iterations 100 -o tight >/dev/null
    grep -q '^[0-9]* of [0-9]* hazardous items are left ([0-9]* points): no bound\.$' tight/summary.txt
}

@test "no answer from OSRM: exit 3 and nothing written where roads are insisted on, else an estimate that says so" {
    run plan -o day --osrm http://127.0.0.1:9 --travel osrm
    [ "$status" -eq 3 ]
    [[ $output == *127.0.0.1:9* ]]
    [ ! -e day ]
    plan -o day --osrm http://127.0.0.1:9 --no-cache >out
    [[ $(head -n 1 out) == "!! TRAVEL IS ESTIMATED: "* ]]
    grep -q '^   why: OSRM at http://127.0.0.1:9: ' out
    "$TIPRUN" check day/plan.json
}

@test "a recording and a report that it lacks: the rest is estimated, leg by leg, and told first" {
    python3 - "$TR_SOURCE_DIR/instances/a/reports.csv" >reports.csv <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='')))
out = csv.DictWriter(sys.stdout, rows[0].keys(), lineterminator='\n')
out.writeheader()
moved = False
for row in rows:
    if not moved and row['waste_type'] == 'White Goods':
        row['lat'] = '%.6f' % (float(row['lat']) + 0.0011)
        moved = True
    out.writerow(row)
assert moved
PYTHON
    sample=$TR_SOURCE_DIR/instances/a
    "$TIPRUN" plan reports.csv --fleet "$sample/fleet.json" --sites "$sample/sites.json" --policy "$sample/policy.json" \
        --recording "$sample/recording.json" --date 2026-03-10 --iterations 300 -o mixed >out
    [[ $(head -n 1 out) == "!! ROAD TIMES ARE IN DOUBT: of "*" legs driven "*" are estimated: "* ]]
    "$TIPRUN" check mixed/plan.json
    python3 - <<'PYTHON'
import json
travel = json.load(open('mixed/plan.json'))['travel']
times, legs = travel['times'][0], travel['legs']
assert times['estimated'] > 0 and times['recorded'] > times['estimated'] and times['osrm'] == 0, times
assert 0 < legs['estimated'] == len(legs['doubtful']) < legs['driven'], legs
assert travel['estimated'] == 'partly'
PYTHON
    "$TIPRUN" plan reports.csv --fleet "$sample/fleet.json" --sites "$sample/sites.json" --policy "$sample/policy.json" \
        --recording mixed/travel.json --date 2026-03-10 --iterations 300 -o again >/dev/null
    cmp mixed/travel.json again/travel.json # each cell keeps its mark
    run "$TIPRUN" plan reports.csv --fleet "$sample/fleet.json" --sites "$sample/sites.json" --policy "$sample/policy.json" \
        --recording "$sample/recording.json" --travel recorded --date 2026-03-10 --iterations 300 -o strict
    [ "$status" -eq 3 ]
    [[ $output == *"the recording lacks "* ]]
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

@test "the order of the rows does not matter: the same bytes of every file but for the row numbers" {
    local reports=feed.csv
    for name in b c; do
        cp "$TR_SOURCE_DIR/instances/$name/reports.csv" feed.csv
        plan_sample $name --iterations 3000 --threads 1 -o rows >/dev/null
        python3 - feed.csv <<'PYTHON'
import csv, random, sys
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    head, *rows = csv.reader(file)
random.Random(5).shuffle(rows)
with open(sys.argv[1], "w", newline="", encoding="utf-8") as file:
    csv.writer(file).writerows([head] + rows)
PYTHON
        plan_sample $name --iterations 3000 --threads 2 -o shuffled >/dev/null
        run ! cmp -s rows/plan.json shuffled/plan.json
        sed -i '/^ *"row": [0-9]*,$/d' rows/plan.json shuffled/plan.json
        diff -r rows shuffled
        rm -r rows shuffled
    done
}

# hazard_left, due_left and cost of a plan, as the referee recomputes them.
goal() {
    "$TIPRUN" check --json "$1" | awk '/"(hazard_left|due_left|cost_pence)"/ {gsub(",", ""); printf "%s ", $2}'
}

# $2 is no worse than $1, level by level.
no_worse() {
    [ "$(printf '%s\n%s\n' "$(goal "$1")" "$(goal "$2")" | sort -s -n -k1,1 -k2,2 -k3,3 | tail -n 1)" = "$(goal "$1")" ]
}

@test "--from a plan of a tighter morning never ends worse: windows opened, a vehicle more" {
    for name in a b c d; do
        plan_sample $name --iterations 300 -o tight >/dev/null
        [ "$(goal tight/plan.json | wc -w)" -eq 3 ]
        python3 - "$TR_SOURCE_DIR/instances/$name" <<'PYTHON'
import csv, json, sys
with open(sys.argv[1] + "/reports.csv", newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
for row in rows:
    row["window"] = ""
with open("wide.csv", "w", newline="", encoding="utf-8") as file:
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
fleet = json.load(open(sys.argv[1] + "/fleet.json", encoding="utf-8"))
fleet["vehicles"].insert(0, dict(fleet["vehicles"][0], id="Spare-9"))
json.dump(fleet, open("more.json", "w", encoding="utf-8"))
PYTHON
        reports=wide.csv plan_sample $name --iterations 1 --from tight/plan.json -o wide >/dev/null
        no_worse tight/plan.json wide/plan.json
        plan_sample $name --fleet more.json --iterations 1 --from tight/plan.json -o more >/dev/null
        no_worse tight/plan.json more/plan.json
        grep -q 'Spare-9' more/plan.json
        if [ $name = d ]; then run ! no_worse more/plan.json tight/plan.json; fi # a spare van helps there
        rm -r tight wide more
    done
}

@test "travel: counts that add up, a table without formulas, a recording that plan reads" {
    printf 'id,lat,lon\n=A,53.80,-1.50\n"B,b",53.81,-1.50\nC,53.82,-1.50\n' >places.csv
    run --separate-stderr "$TIPRUN" travel --places places.csv --profile van --csv times.csv -o times.json
    [ "$status" -eq 0 ]
    [[ $output =~ van\ +6\ +0\ +0\ +0\ +0\ +6\ +0 ]]
    [ "$(wc -l <times.csv)" -eq 7 ]
    grep -q "^van,\"'=A\",\"B,b\",208,1503,estimated" times.csv
    run --separate-stderr "$TIPRUN" travel --places places.csv --profile van --travel recorded --recording times.json
    [[ $output =~ van\ +6\ +0\ +0\ +0\ +0\ +6\ +0 ]] # an estimate stays one
    printf 'id,lat\nA,95\n' >bad.csv
    run "$TIPRUN" travel --places bad.csv
    [ "$status" -eq 2 ]
    [[ $output == *"the column lon is missing"* ]]
}

# Findings of the plan in $1 as "PLACE VEHICLE VISIT HOW [assumed]", a line each.
avoided() {
    python3 - "$1/plan.json" <<'PYTHON'
import json, sys
for f in json.load(open(sys.argv[1], encoding="utf-8"))["avoid"]["findings"]:
    print(f["avoid"], f["vehicle"], f["visit"], f["how"] + (" assumed" if f["assumed"] else ""))
PYTHON
}

@test "--avoid: legs of recorded roads over a closed one are named in every file, and nothing else changes" {
    plan_sample a -o plain >/dev/null
    # a point in the middle of the leg that is driven second, and the place of a stop
    python3 - <<'PYTHON'
import json
legs = [f for f in json.load(open("plain/routes.geojson", encoding="utf-8"))["features"] if f["properties"]["kind"] == "leg"]
line = legs[1]["geometry"]["coordinates"]
lon, lat = line[len(line) // 2]
stop = json.load(open("plain/plan.json", encoding="utf-8"))["routes"][0]["visits"][1]
json.dump({"avoid": [
    {"id": "W-1", "kind": "closed_road", "name": "Tom & Jerry <Lane>", "lat": lat, "lon": lon, "to": "2026-03-10T09:00"},
    {"id": "W-2", "kind": "closed_road", "lat": lat, "lon": lon, "from": "2026-03-11"},
    {"id": "W-3", "kind": "other", "lat": lat, "lon": lon, "vehicles": ["Hazard-1"], "hours": ["02:00-03:00"]},
]}, open("closures.json", "w"))
json.dump([{"id": "B-1", "kind": "low_bridge", "name": "Viaduct", "lat": stop["lat"], "lon": stop["lon"], "height_m": 2.9}],
          open("bridges.json", "w"))
PYTHON
    plan_sample a --avoid closures.json --avoid bridges.json -o day >/dev/null
    "$TIPRUN" check day/plan.json
    avoided day >found
    grep -qx 'W-1 Cage-1 2 road' found
    grep -qx 'B-1 Cage-1 1 visit assumed' found
    run ! grep -q 'W-2\|W-3' found
    run ! grep -q 'B-1 Cage-1 2' found # the leg on from there is not told again
    grep -q '^!! CLOSED ROADS, LOW BRIDGES: ' day/summary.txt
    grep -qxF '  ! closed road Tom & Jerry <Lane> (W-1), until 09:00' day/summary.txt
    grep -qF '! ON THE WAY HERE:</b> closed road Tom &amp; Jerry &lt;Lane&gt; (W-1)' day/Cage-1.html
    grep -qF '! HERE:</b> low bridge Viaduct (B-1), 2.90 m high: the stop lies in it' day/Cage-1.html
    python3 - <<'PYTHON'
import csv, json
plain, day = (json.load(open(d + "/plan.json", encoding="utf-8")) for d in ("plain", "day"))
assert plain["routes"] == day["routes"] and plain["goal"] == day["goal"]
assert plain["avoid"] == {"places": [], "findings": []} and len(day["avoid"]["places"]) == 4
features = json.load(open("day/routes.geojson", encoding="utf-8"))["features"]
assert any("(W-1)" in f["properties"].get("avoid", "") for f in features)
shown = {f["properties"]["id"] for f in features if f["properties"]["kind"] == "avoid"}
assert shown == {"W-1", "W-3", "B-1"}, shown  # W-2 is of another day
rows = list(csv.DictReader(open("day/Cage-1.csv", encoding="utf-8", newline="")))
assert "(W-1)" in rows[2]["avoid"] and "(B-1)" in rows[1]["avoid"] and rows[0]["avoid"] == "", rows
PYTHON
}

@test "--avoid: a vehicle that says its size is warned only where it is too large" {
    sed 's/"id": "Box-2",/"id": "Box-2", "height_m": 2.8, "weight_kg": 3501,/' "$tiny/fleet.json" >fleet.json
    files[2]=fleet.json
    plan --avoid "$tiny/avoid.json" --off Tipper-1 -o day >/dev/null
    avoided day >found
    run ! grep -q '^B-7' found                # 2.9 m
    grep -qx 'M-3 Box-2 [0-9]* visit' found # 3,500 kg
    "$TIPRUN" check day/plan.json
}

@test "--avoid: without a road line it may come near; a list that nothing comes near was looked at" {
    plan --avoid "$tiny/avoid.json" --off Tipper-1 -o day >/dev/null
    avoided day | grep -qx 'B-7 Box-2 [0-9]* straight_line assumed'
    tr -s ' \n' ' ' <day/summary.txt | grep -qF 'may come near about'
    echo '[{"id": "Far", "kind": "closed_road", "lat": 51.6, "lon": -0.3}]' >avoid.json
    plan --avoid avoid.json -o day >/dev/null
    grep -qxF 'Closed roads, low bridges: no leg or stop comes near one (1 listed, 1 of this day).' day/summary.txt
}

@test "travel --avoid: places that lie in one are named, and its faults are told" {
    "$TIPRUN" travel "${files[@]}" --travel estimated --avoid "$tiny/avoid.json" 2>said
    grep -qF 'warning: --avoid: stop R-3 lies in closed road school street (S-2), 08:15-09:00, 15:00-16:00' said
    run "$TIPRUN" travel "${files[@]}" --travel estimated --avoid "$tiny/sites.json"
    [ "$status" -eq 2 ]
    [[ $output == *'unknown key "sites"'* ]]
}
