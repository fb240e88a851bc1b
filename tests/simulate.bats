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
           "iterations": 100, "order_iterations": 20}' >settings.json
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

@test "fleets face the same arrivals: the same fleet again differs by nothing" {
    python3 - "$tiny/fleet.json" <<'EOF'
import json, sys
fleet = json.load(open(sys.argv[1]))
small = json.loads(json.dumps(fleet["vehicles"][0]))
small["id"], small["compartments"][0]["m3"] = "Small-3", 3
fleet["vehicles"].append(small)
json.dump(fleet, open("more.json", "w"))
EOF
    sed -i 's/"order_iterations": 20/"order_iterations": 0/' settings.json
    simulate --rules oldest,tiprun -o alone
    [ "$status" -eq 0 ]
    simulate --fleet "$tiny/fleet.json" --fleet more.json --rules oldest,tiprun -o out
    [ "$status" -eq 0 ]
    [[ $output == *"tiprun@more less tiprun@fleet, mean_days"* && $output == *"tiprun@fleet less oldest@fleet"* ]]
    python3 - <<'EOF'
import csv, json
alone, arms = (json.load(open(f"{d}/replay.json"))["loads"][0]["rules"] for d in ("alone", "out"))
assert [(a["rule"], a["fleet"]) for a in arms] == [(r, f) for f in ("fleet", "fleet#2", "more") for r in ("oldest", "tiprun")]
for i in range(2):
    assert arms[i]["figures"] == alone[i]["figures"] == arms[i + 2]["figures"]
    for name, less in arms[i + 2]["less_first_fleet"].items():
        assert less["n"] == 0 or less["mean"] == 0 == less["t95"][0] == less["t95"][1], name
    assert arms[i + 4]["figures"]["cases"] == arms[i]["figures"]["cases"]
assert any(less["mean"] for less in arms[5]["less_first_fleet"].values())
rows = list(csv.DictReader(open("out/replay.csv")))
assert {(r["rule"], r["fleet"], r["less"]) for r in rows} >= {("tiprun", "more", "tiprun@fleet"), ("tiprun", "fleet", "oldest@fleet"), ("oldest", "fleet", "")}
EOF
}

@test "sites go with all fleets, or one with each" {
    sed -i 's/"order_iterations": 20/"order_iterations": 0/' settings.json
    sed 's/"turnaround_min": 20/"turnaround_min": 90/' "$tiny/sites.json" >slow.json
    simulate --sites slow.json --rules oldest -o out
    [ "$status" -eq 0 ] && [[ $output == *"oldest@fleet+slow less oldest@fleet+sites"* ]]
    simulate --fleet "$tiny/fleet.json" --fleet "$tiny/fleet.json" --sites slow.json -o out
    [ "$status" -ne 0 ] && [[ $stderr == *"3 --fleet and 2 --sites do not go together: give one of either, or as many of both"* ]]
    simulate --fleet nowhere.json -o out
    [ "$status" -eq 2 ] && [[ $stderr == *"nowhere.json"* ]]
}

@test "the ablation: unmerged, the control, routed, tiprun" {
    awk -F, '{ print } NR > 1 && NR % 3 == 0 { sub(/^R/, "T"); sub(/:15:00/, ":45:00"); print }' reports.csv >twins.csv
    mv twins.csv reports.csv
    sed -i 's/"order_iterations": 20/"order_iterations": 0/' settings.json
    simulate --rules unmerged,oldest,routed,tiprun --load 80 -o out
    [ "$status" -eq 0 ] && [[ $output == *"unmerged less oldest, work_per_hour: -"* ]]
    python3 -c 'import json; d = json.load(open("out/replay.json")); assert d["record"]["duplicates"] > 70
cases = [r["figures"]["cases"]["mean"] for r in d["loads"][1]["rules"]]; assert len(cases) == 4 and len(set(cases)) == 1, cases'
}

@test "a certificate more clears asbestos sooner; a fleet without any is warned of" {
    sed -i 's/"order_iterations": 20/"order_iterations": 0/' settings.json
    awk -F, -v OFS=, 'NR == 1 { print $0, "waste_type" } NR > 1 { print $0, NR % 4 ? "Other Household Waste" : "Asbestos" }' reports.csv >asbestos.csv
    mv asbestos.csv reports.csv
    python3 - "$tiny/fleet.json" <<'EOF'
import json, sys
fleet = json.load(open(sys.argv[1]))
tipper, box = fleet["vehicles"]
json.dump({**fleet, "vehicles": [tipper, box, {**box, "id": "Box-3"}]}, open("certified.json", "w"))
json.dump({**fleet, "vehicles": [tipper]}, open("none.json", "w"))
EOF
    simulate --fleet certified.json --fleet none.json --rules oldest,tiprun --load 90 -o out
    [ "$status" -eq 0 ] && [[ $stderr == *"none.json: "*" piles are for crews with only one of this and "* && $stderr != *"certified.json: "* ]]
    python3 - <<'EOF'
import json
rules = json.load(open("out/replay.json"))["loads"][1]["rules"]
less = [r["less_first_fleet"]["asbestos_hours"] for r in rules if (r["rule"], r["fleet"]) == ("tiprun", "certified")]
assert less[0]["n"] == 2 and less[0]["mean"] < 0, less
EOF
    run -0 python3 "$TR_SOURCE_DIR/tests/check_replay_page.py" out
    grep -q 'Fleet “certified” instead of “fleet”' out/replay.html
    grep -qE '[1-9][0-9]* of [0-9]+ piles are for crews with only one of these two fleets' out/replay.html
    grep -q 'time until a pile with asbestos is safe: .* hours sooner (95 % interval' out/replay.html
}

@test "a run is done again byte for byte, and what has changed is named" {
    cp "$tiny/fleet.json" more.json
    sed -i 's/"order_iterations": 20/"order_iterations": 0/' settings.json
    simulate --fleet more.json --rules oldest,unmerged --days 5 --seed 9 --load 80 -o one
    [ "$status" -eq 0 ]
    run -0 "$TIPRUN" replay --rerun one/rerun.json --threads 1 -o two
    diff -r one two
    run -0 python3 "$TR_SOURCE_DIR/tests/validate_schemas.py" one
    [ -s one/replay.html ]
    python3 - <<'EOF'
import hashlib, json
r = json.load(open("one/rerun.json"))
assert (r["settings"]["seed"], r["settings"]["days"], r["settings"]["rules"]) == (9, 5, ["oldest", "unmerged"])
assert r["settings"]["service_sigma"] == 0.4 and r["travel"]["source"] == "estimated" and r["travel"]["kept"] == []
for f in r["reports"] + r["fleets"] + r["sites"]:
    assert hashlib.sha256(open(f["file"], "rb").read()).hexdigest() == f["sha256"]
EOF
    sed -i 's/"tiprun": "/"tiprun": "0/' one/rerun.json
    run -0 --separate-stderr "$TIPRUN" replay --rerun one/rerun.json -o three
    [[ $stderr == *"is of version "*", this is "* ]]
    diff -r two three
    echo >>more.json
    run -2 "$TIPRUN" replay --rerun one/rerun.json -o four
    [[ $output == *"more.json: has changed since the run"* && ! -d four ]]
    rm more.json
    run -2 "$TIPRUN" replay --rerun one/rerun.json -o four
    [[ $output == *"more.json"*"cannot open"* ]]
    run "$TIPRUN" replay --rerun one/rerun.json --seed 3 -o four
    [ "$status" -ne 0 ] && [[ $output == *"--rerun says all that is run"* ]]
}

@test "road times of a server are kept, and do for the next run" {
    python3 "$TR_SOURCE_DIR/tests/misbehave.py" serve requests.log port.txt 3>&- &
    server=$!
    for _ in $(seq 100); do [ -s port.txt ] && break; sleep 0.1; done
    url=http://user:secret@127.0.0.1:$(cat port.txt)/none~1
    run --separate-stderr "$TIPRUN" replay reports.csv --fleet "$tiny/fleet.json" --sites "$tiny/sites.json" --settings settings.json \
        --osrm "$url" --no-cache --rules listed -o one
    kill "$server"
    [ "$status" -eq 0 ]
    [ -s one/travel.json ] && run ! grep -r secret one
    run -0 "$TIPRUN" replay --rerun one/rerun.json -o two
    diff -r one two
    run -0 python3 "$TR_SOURCE_DIR/tests/validate_schemas.py" one
    echo >>one/travel.json
    run -2 "$TIPRUN" replay --rerun one/rerun.json -o three
    [[ $output == *"one/travel.json: has changed since the run"* ]]
}

@test "the page says what replay.json holds, for better or worse, and loads nothing" {
    awk -F, -v OFS=, 'NR == 1 { print $0, "waste_type" } NR > 1 { print $0, NR % 9 ? "Other Household Waste" : "Asbestos" }' reports.csv >typed.csv
    mv typed.csv reports.csv
    simulate --rules listed,oldest,tiprun --replications 3 --load 70 --load 90 --load 110 -o out
    [ "$status" -eq 0 ]
    run -0 python3 "$TR_SOURCE_DIR/tests/check_replay_page.py" out
    grep -q 'At 110 % of what oldest first can clear no times are told' out/replay.html
    grep -q '3 streams only' out/replay.html
    command -v "${CHROMIUM:=chromium}" >/dev/null || skip "no chromium: the page is not looked at"
    "$CHROMIUM" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --no-proxy-server \
        --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$PWD/profile" --enable-logging=stderr \
        --virtual-time-budget=4000 --dump-dom "file://$PWD/out/replay.html" >dom 2>said
    run ! grep CONSOLE said
    [ "$(grep -c '<svg' dom)" -eq "$(grep -c '<svg' out/replay.html)" ]
}

@test "what the report files tell as a history stands beside, as context" {
    python3 - >reports.csv <<'EOF'
import random
random.seed(5)
print("id,lat,lon,reported_at,size,category,cleared_at")
for d in range(1, 29): # cleared after two days, if reported on an even one; half of the first category stops
    for k in range(8):
        hour = 1 if (d, k) == (26, 0) else 8 + k
        end = f"2025-10-{d + 2:02}T{hour:02}:15:00" if d % 2 == 0 else ""
        print(f"R-{d}-{k},{51.49 + random.random() / 50:.5f},{-0.15 + random.random() / 30:.5f},2025-10-{d:02}T{hour:02}:15:00,"
              f"{'' if k % 2 else 'Car Boot or Less'},{'Fly tip' if k % 2 or d > 13 else 'Fly tip on street'},{end}")
EOF
    echo '{"days": 1, "warm_up_days": 0, "replications": 1, "iterations": 1, "order_iterations": 0, "box": [-1, 51, 0, 52]}' >settings.json
    simulate --rules listed -o out
    [ "$status" -eq 0 ]
    [[ $output == *"the feed, within the days used: Fly tip on street: stops on 2025-10-13; 52 reports until then"* ]]
    [[ $output == *"times in the hour that comes twice in autumn: 1"* && $output == *"as recorded (other crews, other rules; context only): 224 cases, 112 cleared: mean 2.00 days"* ]]
    grep -q 'the feed stops or jumps within the days used' out/replay.html
    grep -q 'As recorded (other crews, other rules; context only)' out/replay.html
    run -0 python3 - <<'EOF'
import json
r = json.load(open("out/replay.json"))["as_recorded"]
t = r["times"]
assert (t["n"], t["cleared"], t["open"], r["traps"]["twice"], r["traps"]["same_id"]) == (224, 112, 112, 1, 0)
assert abs(t["mean_days"] - (2 + 9 / 24 / 112)) < 1e-9 # nine of them lay over the night that is an hour longer
assert t["median_days"] == 2 == t["p90_days"]
assert [f["within_days_used"] for f in r["feed"]] == [True] and r["why_no_times"] is None
EOF
    sed -i -E '1s/cleared_at/status/; 2,$s/,[^,]*$/,closed/' reports.csv # closed, nobody knows when: reports all the same
    echo '{"days": 1, "warm_up_days": 0, "replications": 1, "iterations": 1, "order_iterations": 0, "from": "2025-10-14"}' >settings.json
    simulate --rules listed -o out
    [ "$status" -eq 0 ]
    [[ $output == *"the feed, not in the days used: Fly tip on street: stops"* && $output == *"The record has no times of clearing, so none stand beside."* ]]
    grep -q 'The record has no times of clearing, so none stand beside' out/replay.html
    run ! grep -qE 'As recorded|within the days used, which' out/replay.html
    python3 -c 'import json; r = json.load(open("out/replay.json"))["as_recorded"]; assert r["times"] is None and r["cases"] == 224 == r["traps"]["no_end"], r'
}

@test "a page without a control compares nothing" {
    simulate --rules listed --replications 1 -o out
    [ "$status" -eq 0 ]
    grep -q 'The control, oldest first, was not among the rules, so nothing is compared' out/replay.html
    grep -q 'one stream only: nothing on this page has an interval' out/replay.html
    run ! grep -qE 'sooner|later \(|Better|Worse' out/replay.html
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
    sed -i 's/"iterations": 100, "order_iterations": 20/"iterations": 20, "order_iterations": 0/' settings.json
    simulate --rules oldest,tiprun --threads 1 -o waits
    [ "$status" -eq 0 ] && [[ $output != *"put into a route under way"* ]]
    simulate --rules oldest,tiprun --threads 1 --insert -o one
    [ "$status" -eq 0 ] && [[ $output == *"tiprun: "*" piles a working day put into a route under way"* ]]
    simulate --rules oldest,tiprun --threads 2 --insert -o two
    diff -r one two
    grep -q 'what is reported during the day is inserted' one/replay.html
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

@test "groups, curves and Little's law by rule; what is written holds to the schema" {
    awk -F, 'NR == 1 { print $0 ",Ward"; next } { print $0 "," (NR % 3 ? "\"North, old\"" : NR % 2 ? "South" : "") }' reports.csv >warded.csv
    mv warded.csv reports.csv
    sed -i 's/"days": 6/"days": 12, "co2_g_per_km": 250/' settings.json
    simulate --rules oldest,tiprun --load 70 -o out
    [ "$status" -eq 0 ]
    [[ $output == *"Little's law "* && $output == *"mean wd"* ]]
    python3 - <<'EOF'
import csv, json
loads = json.load(open("out/replay.json"))["loads"]
assert "groups" not in loads[0]["rules"][0] and "curves" not in loads[0]["rules"][0], "a filled list waits for nothing"
rows = list(csv.DictReader(open("out/groups.csv")))
points = list(csv.DictReader(open("out/curves.csv")))
for rule in loads[1]["rules"]:
    cases = rule["figures"]["cases"]["mean"]
    assert set(rule["groups"]) == {"waste_type", "size", "hazard", "ward"}
    assert {g["name"] for g in rule["groups"]["ward"]} == {"North, old", "South", "not known"}
    for key, groups in rule["groups"].items():
        assert abs(sum(g["figures"]["cases"][1] for g in groups) - cases) < 1e-6, key
        for g in groups:
            mine = [r for r in rows if (r["load"], r["rule"], r["grouping"], r["group"]) == ("70%", rule["rule"], key, g["name"])]
            assert len(mine) == len(g["figures"]) and all(r["few"] == ("few" if g["few"] else "") for r in mine)
            for r in mine:
                n, mean, low, high = g["figures"][r["figure"]]
                assert int(r["n"]) == n and (r["mean"] == "") == (mean is None)
                assert mean is None or abs(float(r["mean"]) - mean) < 1e-8
                assert (r["difference"] == "") == (g["less_oldest"].get(r["figure"], [0, None])[1] is None)
    waiting, queue = rule["curves"]["waiting"], rule["curves"]["queue"]
    assert waiting["mean"][0] == 1 and all(a >= b for a, b in zip(waiting["mean"], waiting["mean"][1:]))
    assert len(queue["date"]) == 12 and abs(sum(queue["mean"]) / 12 - rule["figures"]["queue"]["mean"]) < 1e-6
    assert len([p for p in points if p["rule"] == rule["rule"]]) == len(waiting["day"]) + 12
    little = rule["little"]
    assert little["holds_within_1_percent"] == (abs(little["gap"]) <= 0.01) == (little["why_not"] == "")
    km, co2 = rule["figures"]["km_per_case"]["mean"], rule["figures"]["co2_per_case"]["mean"]
    assert abs(co2 - 0.25 * km) < 1e-6
EOF
    python3 -c 'import jsonschema' || skip "no python3-jsonschema"
    python3 -c 'import json, jsonschema, sys
jsonschema.validate(json.load(open("out/replay.json")), json.load(open(sys.argv[1])))' "$TR_SOURCE_DIR/instances/schema/replay.schema.json"
}
