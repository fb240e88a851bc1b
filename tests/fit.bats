#!/usr/bin/env bats
# fit.bats -- `tiprun fit`: records into a policy that plan reads; plan --risk.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    unset TIPRUN_OSRM
    sample=$TR_SOURCE_DIR/instances/a
}

# Thirty days of eight reports: twice the table's time and half its load, scattered by a small generator.
records() {
    awk 'BEGIN {
        split("Single Item;Car Boot or Less;Small Van Load", size, ";"); split("6 9 18", minutes, " "); split("30 60 350", kg, " ")
        split("Tyres;Other Household Waste", type, ";"); x = 7
        print "date,stop,waste_type,size,crew,planned_service_s,actual_service_s,planned_kg,actual_kg"
        for (d = 1; d <= 30; d++) for (k = 0; k < 8; k++) {
            x = (x * 16807) % 2147483647; s = 1 + x % 3; w = 1 + int(x / 3) % 2; c = 2 + int(x / 6) % 2
            x = (x * 16807) % 2147483647; u = x / 2147483647
            printf "2026-04-%02d,R-%d,%s,%s,%d,%d,%.0f,%d,%.1f\n", d, ++id, type[w], size[s], c,
                60 * minutes[s], 60 * minutes[s] * 2 * exp(0.8 * (u - 0.5)) * sqrt(2 / c), kg[s], kg[s] / 2 * exp(u - 0.5)
        }
    }'
}

plan() { # DIR OPTION...
    "$TIPRUN" plan "$sample/reports.csv" --fleet "$sample/fleet.json" --sites "$sample/sites.json" \
        --recording "$sample/recording.json" --date 2026-03-10 --iterations 2000 -o "$@"
}

service() { # FILE: seconds planned at all stops
    python3 -c 'import json,sys; print(sum(s["service_s"] for s in json.load(open(sys.argv[1]))["input"]["stops"]))' "$1"
}

@test "records become a policy that plan reads, and the gain on held-back days is told" {
    records >records.csv
    run --separate-stderr "$TIPRUN" fit records.csv --policy "$sample/policy.json" -o fitted-policy.json
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [[ $output == *"rows: 240; reports: 240; days: 30, 2026-04-01 to 2026-04-30"* ]]
    [[ $output =~ "service, min"\ +48\ +6\ +[0-9.]+\ +[0-9.]+\ +[0-9.]+\ \(\ +[0-9.]+\ to ]]
    [[ $output == *"load, litres   recorded on fewer than 10 days: not judged"* ]]
    grep -q '"day_start": "06:00"' fitted-policy.json
    plan today --policy fitted-policy.json >/dev/null
    run "$TIPRUN" check today/plan.json
    [ "$status" -eq 0 ]
}

@test "the fitted policy keeps to its schema, and twice the time is found" {
    records >records.csv
    "$TIPRUN" fit records.csv -o policy-fitted.json --crew 2 >/dev/null
    python3 - policy-fitted.json "$TR_SOURCE_DIR/instances/schema/policy.schema.json" <<'END'
import json, sys
policy = json.load(open(sys.argv[1]))
try:
    import jsonschema
    jsonschema.validate(policy, json.load(open(sys.argv[2])))
except ImportError:
    pass
table = {"Single Item": 6, "Car Boot or Less": 9, "Small Van Load": 18}
assert policy["crew_size"] == 2 and len(policy["service_times"]) == 12
for row in policy["service_times"]:
    expected = 2 * table[row["size"]] * (2 / row["crew"]) ** 0.5
    assert 0.8 < row["minutes"] / expected < 1.25, row
assert 130 < policy["sizes"]["Small Van Load"]["kg"] < 220
END
}

@test "the same records give the same bytes, told and written" {
    records >records.csv
    "$TIPRUN" fit records.csv -o one.json | grep -v '^policy:' >one.txt
    "$TIPRUN" fit records.csv -o two.json | grep -v '^policy:' >two.txt
    cmp one.json two.json
    cmp one.txt two.txt
}

@test "every fault of the records is told at once, and nothing is written" {
    printf '%s\n' 'date,stop,waste_type,size,crew,actual_service_s,weight' '2026-02-30,R-1,Tyres,Single Item,2,300,' \
        '2026-02-03,R-2,Tyrannosaur,Single Itm,0,-4,' '2026-02-03,R-3,Tyres,Single Item,2,300,' '2026-02-04,R-4,Tyres,Single Item,2,300,,' \
        '2026-02-04,R-3,Tyres,Single Item,2,300,' >bad.csv
    run --separate-stderr "$TIPRUN" fit bad.csv -o policy.json
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [ ! -e policy.json ]
    [[ $stderr == *'bad.csv: header: unknown column "weight"'* ]]
    [[ $stderr == *'row 1, column date: "2026-02-30" is not a date like 2026-03-02'* ]]
    [[ $stderr == *'row 2, column waste_type: "Tyrannosaur" is not a known one'* ]]
    [[ $stderr == *'row 2, column size: "Single Itm" is not a known one; did you mean "Single Item"?'* ]]
    [[ $stderr == *'row 2, column crew: "0" is not a number of people, 1 to 20'* ]]
    [[ $stderr == *'row 2, column actual_service_s: "-4" is not a number above 0 and up to 86400'* ]]
    [[ $stderr == *'row 4: has 8 columns, the header has 7'* ]]
    [[ $stderr == *'row 5, column stop: "R-3" stands in row 3 already'* ]]
}

@test "a missing file, no records, no output: said" {
    run "$TIPRUN" fit nowhere.csv -o policy.json
    [ "$status" -eq 2 ]
    [[ $output == *"nowhere.csv"* ]]
    echo "date,stop,waste_type,size,crew,actual_kg" >none.csv
    run "$TIPRUN" fit none.csv -o policy.json
    [ "$status" -eq 2 ]
    [[ $output == *"there is no record below the header"* ]]
    run "$TIPRUN" fit none.csv
    [ "$status" -eq 2 ]
    [[ $output == *"-o is missing"* ]]
}

@test "wrong service times in a policy are named" {
    cat >policy.json <<'END'
{"crew_size": 2, "service_times": [
  {"size": "Single Item", "waste_type": "Tyres", "crew": 2, "minutes": 5, "sigma": 0.4},
  {"size": "Single Item", "waste_type": "Tyres", "crew": 2, "minutes": 6, "sigma": 0.4},
  {"size": "Single Itm", "waste_type": "Tyres", "crew": 0, "minutes": -1}]}
END
    run plan today --policy policy.json
    [ "$status" -eq 2 ]
    [[ $output == *"service_times[1]: stands there twice: Single Item, Tyres, crew of 2"* ]]
    [[ $output == *'service_times[2].size: unknown size "Single Itm"; did you mean "Single Item"?'* ]]
    [[ $output == *"service_times[2].crew"* && $output == *"service_times[2].minutes"* && $output == *"service_times[2].sigma"* ]]
    echo '{"service_times": []}' >policy.json
    run plan today --policy policy.json
    [ "$status" -eq 2 ]
    [[ $output == *"service_times: needs crew_size"* ]]
}

@test "--risk plans with longer times, tells the chance of overrun, and is repeatable" {
    plan mean --policy "$sample/policy.json" >/dev/null
    plan careful --policy "$sample/policy.json" --risk 0.8 >out
    plan again --policy "$sample/policy.json" --risk 0.8 >/dev/null
    diff -r careful again
    [ "$(service careful/plan.json)" -gt "$(service mean/plan.json)" ]
    grep -q '^CHANCE OF OVERRUN' careful/summary.txt
    grep -q -- '--risk 0.8' careful/summary.txt
    run ! grep -q '^CHANCE OF OVERRUN' mean/summary.txt
    run ! grep -q '"risk"' mean/plan.json
    run "$TIPRUN" check careful/plan.json
    [ "$status" -eq 0 ]
    python3 - careful/plan.json <<'END'
import json, sys
plan = json.load(open(sys.argv[1]))
risk = plan["risk"]
assert risk["quantile"] == 0.8 and risk["draws"] == 20000
out = [r for r in plan["routes"] if r["visits"]]
assert [r["vehicle"] for r in risk["routes"]] == [r["vehicle"] for r in out]
for r in risk["routes"]:
    assert 0 <= r["after_overtime"] <= r["after_shift"] <= 1 and r["overrun"] >= r["window_missed"]
    assert r["back_half_s"] <= r["back_nine_in_ten_s"]
END
}

@test "--risk takes a probability from a half to 0.99" {
    run plan today --risk 80
    [ "$status" -eq 2 ]
    [[ $output == *'--risk: "80" is not a number in 0.5..0.99'* ]]
}
