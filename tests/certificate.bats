#!/usr/bin/env bats
# certificate.bats -- `tiprun check --certificate`: honest certificates are confirmed, others are not.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    tiny=$TR_SOURCE_DIR/instances/tiny
    "$TIPRUN" plan "$tiny/reports.csv" --fleet "$tiny/fleet.json" --sites "$tiny/sites.json" --date 2026-03-02 \
        --iterations 500 -o day >/dev/null
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

# Every stop that may ride is worth 100 pence, less than any vehicle's way out costs: so no route has a reduced cost
# below 0, and those 100 pence a stop are a bound.  CHANGE is Python that may spoil it: c is the certificate.
certificate() { # CHANGE
    python3 - "$1" >"$BATS_TEST_TMPDIR/cert.json" <<'PY'
import json, sys
plan = json.load(open("day/plan.json"))
goal = plan["goal"]
stops = [s["id"] for s in plan["input"]["stops"]]
vehicles = [v["id"] for v in plan["input"]["vehicles"]]
left = {s["stop"] for s in plan["left"]}
duals = {"levels": [-100 * 18000, -100 * 18000], "stops": {s: 0 if s in left else 1800000 for s in stops}, "cuts": [],
         "vehicles": {v: 0 for v in vehicles}}
levels = [{"level": k + 1, "value": goal[name]["value"], "bound": 0, "how": "no value can be below 0", "relaxed": None,
           "dual_bound": 0, "duals": None} for k, name in enumerate(["hazard_left", "due_left", "cost_pence"])]
n = len(stops) - len(left)
levels[2].update(bound=100 * n, dual_bound=100 * n, how="100 pence a stop", duals=duals)
c = {"tiprun_certificate": 1, "left": sorted(left), "levels": levels, "near": {}, "routes": 0}
exec(sys.argv[1])
print(json.dumps(c))
PY
}

check() {
    run "$TIPRUN" check day/plan.json --certificate "$BATS_TEST_TMPDIR/cert.json" "$@"
}

@test "an honest certificate is confirmed, level by level" {
    certificate ""
    check
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"level 1, hazard left: 0 points, bound 0 confirmed: proven best"* ]]
    [[ $output == *"level 3, cost: 37241 pence, bound 600 confirmed, gap 36641"* ]]
    check --json
    [ "$status" -eq 0 ]
    python3 -c 'import json, sys; c = json.load(sys.stdin)["certificate"]; assert [x["gap"] for x in c] == [0, 0, 36641]' <<<"$output"
    python3 -c '
import json, jsonschema, sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
        "$BATS_TEST_TMPDIR/cert.json" "$TR_SOURCE_DIR/instances/schema/certificate.schema.json"
}

@test "what is claimed above the figures is told, and not confirmed" {
    certificate 'c["levels"][2]["bound"] += 5; c["levels"][2]["how"] = "by a\x1b[31mdream"'
    check
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"level 3, cost: 37241 pence, bound 600 confirmed, gap 36641"* ]]
    [[ $output == *"605 are claimed; what is above the confirmed bound is not recomputed here (by a [31mdream)"* ]]
    check --json
    python3 -c 'import json, sys; x = json.load(sys.stdin)["certificate"][2]; assert (x["claimed"], x["bound"]) == (605, 600)' <<<"$output"
}

@test "what does not hold is told with level, vehicle and both figures, and ends with 4" {
    certificate 'c["levels"][2]["duals"]["vehicles"][vehicles[0]] = 1'
    check
    [ "$status" -eq 4 ]
    [[ $output == *"level 3, cost: not confirmed"*"vehicle "*": a route has reduced cost 0, claimed are 1 or more"* ]]
    [[ $output == *"level 1, hazard left: 0 points, bound 0 confirmed"* ]]
    certificate 'c["levels"][2]["dual_bound"] += 1; c["levels"][2]["bound"] += 1'
    check --json
    [ "$status" -eq 4 ]
    [[ $output == *"the duals prove 600, claimed are 601"* ]]
    certificate 'c["levels"][0]["value"] = 1'
    check
    [ "$status" -eq 4 ]
    [[ $output == *"level 1: value 1, the plan's is 0"* ]]
    certificate 'c["levels"][2]["duals"]["stops"][next(s for s in stops if s not in left)] = 10 ** 12'
    check
    [ "$status" -eq 4 ]
    [[ $output == *"a route has reduced cost -"*"it serves"* ]]
}

@test "all faults of the file are told at once, and end with 2" {
    certificate 'c["levels"][2]["duals"]["stops"]["R-X"] = 5; c["levels"][1]["value"] = "0"; del c["routes"]; c["levels"][2]["duals"]["cuts"] = [{"stops": ["a"], "dual": 0}]'
    check
    [ "$status" -eq 2 ]
    [[ $output == *'there is no stop "R-X"'* ]]
    [[ $output == *"levels[1].value: "* ]]
    [[ $output == *"routes: is missing"* ]]
    [[ $output == *"names 1 stops; expected 3"* ]]
    echo "no json" >"$BATS_TEST_TMPDIR/cert.json"
    check
    [ "$status" -eq 2 ]
    rm "$BATS_TEST_TMPDIR/cert.json"
    check
    [ "$status" -eq 2 ]
}

@test "sets that are entered count, and their faults are told" {
    entry='e = {"stops": [s for s in stops if s not in left], "dual": 1800000}; e["unless"] = e["stops"][0]
d = c["levels"][2]["duals"]; d["entries"] = [e]; c["levels"][2].update(bound=100 * n + 100, dual_bound=100 * n + 100)'
    certificate "$entry"
    check
    [ "$status" -eq 0 ]
    [[ $output == *"bound 700 confirmed"* ]]
    python3 -c '
import json, jsonschema, sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
        "$BATS_TEST_TMPDIR/cert.json" "$TR_SOURCE_DIR/instances/schema/certificate.schema.json"
    certificate "$entry; e['dual'] -= 18000"
    check
    [ "$status" -eq 4 ]
    [[ $output == *"the duals prove 699, claimed are 700"* ]]
    certificate "$entry; e['dual'] = -1"
    check
    [ "$status" -eq 4 ]
    [[ $output == *"entry 0 has dual -1, it must be 0 to 10000000000000"* ]]
    certificate "$entry; e['stops'].pop(0)"
    check
    [ "$status" -eq 4 ]
    [[ $output == *"entry 0 is excused where stop index "*" is left: a stop of its set yet to be planned is needed"* ]]
    certificate "$entry; d['entries'] += [{'stops': [], 'unless': 'R-X', 'dual': '1'}, {'stops': [stops[0], stops[0]], 'unlesz': stops[0]}, 3]"
    check
    [ "$status" -eq 2 ]
    [[ $output == *"entries[1].stops: names no stop"* ]]
    [[ $output == *'entries[1].unless: there is no stop "R-X"'* ]]
    [[ $output == *"entries[1].dual: "* ]]
    [[ $output == *"entries[2].stops[1]: is named a second time"* ]]
    [[ $output == *"entries[2].unlesz: "*'"unless"'* ]]
    [[ $output == *"entries[2].dual: is missing"* ]]
    [[ $output == *"entries[3]: "* ]]
}

@test "of a plan that breaks rules the certificate is not looked at" {
    certificate ""
    python3 -c '
import json
plan = json.load(open("day/plan.json"))
plan["goal"]["cost_pence"]["value"] += 1
json.dump(plan, open("day/broken.json", "w"))'
    run "$TIPRUN" check day/broken.json --certificate "$BATS_TEST_TMPDIR/cert.json"
    [ "$status" -eq 4 ]
    [[ $output == *"not looked at, since the plan breaks rules"* ]]
}
