#!/usr/bin/env bats
# certificate_samples.bats -- a sample morning planned with --exact: its certificate is confirmed by tiprun check, as it is
# told, and not when a figure in them is changed.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
}

prove_sample() { # SAMPLE
    local dir=$TR_SOURCE_DIR/instances/$1
    "$TIPRUN" plan "$dir/reports.csv" --fleet "$dir/fleet.json" --sites "$dir/sites.json" --policy "$dir/policy.json" \
        --recording "$dir/recording.json" --date 2026-03-10 --iterations 2000 --exact --write-certificate cert.json -o day >/dev/null
    "$TIPRUN" check day/plan.json --certificate cert.json --json >told.json
    # all levels, with the bounds that the duals are said to prove
    python3 - <<'PY'
import json
told, cert = json.load(open("told.json"))["certificate"], json.load(open("cert.json"))["levels"]
print(told)
assert all(t["confirmed"] for t in told)
assert [t["bound"] for t in told] == [max(c["dual_bound"], 0) for c in cert]
assert cert[2]["duals"] and 0 < cert[2]["dual_bound"] <= cert[2]["bound"] <= cert[2]["value"] == told[2]["value"]
PY
}

refused() { # CHANGE REASON: Python that spoils level 3 (t), and what must be told
    python3 - "$1" <<'PY'
import json, sys
c = json.load(open("cert.json"))
t = c["levels"][2]
exec(sys.argv[1])
json.dump(c, open("spoilt.json", "w"))
PY
    run "$TIPRUN" check day/plan.json --certificate spoilt.json
    echo "$output"
    [ "$status" -eq 4 ]
    [[ $output == *"level 1, hazard left: 0 points, bound 0 confirmed"* ]]
    [[ $output == *"level 3, cost: not confirmed"*"$2"* ]]
}

@test "sample a: the certificate of its proof is confirmed, spoilt ones are not" {
    prove_sample a
    bound=$(python3 -c 'import json; print(json.load(open("cert.json"))["levels"][2]["dual_bound"])')
    refused 't["dual_bound"] += 1; t["bound"] = max(t["bound"], t["dual_bound"])' "the duals prove $bound, claimed are $((bound + 1))"
    refused 't["duals"]["stops"] = {s: 3 * d for s, d in t["duals"]["stops"].items()}' "a route has reduced cost -"
    refused 't["duals"]["vehicles"] = {v: 1 for v in t["duals"]["vehicles"]}' "claimed are 1 or more"
    refused 't["duals"]["cuts"] = [{"stops": list(t["duals"]["stops"])[:3], "dual": 1}]' "cut 0 has dual 1, it must be -"
}

@test "sample c: what its bound over trips claims is confirmed, spoilt ones are not" {
    local dir=$TR_SOURCE_DIR/instances/c
    "$TIPRUN" plan "$dir/reports.csv" --fleet "$dir/fleet.json" --sites "$dir/sites.json" --policy "$dir/policy.json" \
        --recording "$dir/recording.json" --date 2026-03-10 --exact -t 20 --write-certificate cert.json -o day >/dev/null
    "$TIPRUN" check day/plan.json --certificate cert.json --json >told.json
    python3 - "$TR_SOURCE_DIR/instances/schema/certificate.schema.json" <<'PY'
import json, jsonschema, sys
told, cert = json.load(open("told.json"))["certificate"], json.load(open("cert.json"))
jsonschema.validate(cert, json.load(open(sys.argv[1])))
t = cert["levels"][2]
print(told, t["how"], t["bound"], t["dual_bound"], t["trips"]["bound"], len(t["trips"]["fleets"]))
assert all(x["confirmed"] for x in told)
assert 0 < t["trips"]["bound"] <= told[2]["bound"] <= t["bound"] <= t["value"] == told[2]["value"]
t["duals"], t["dual_bound"] = None, 0 # trips by themselves
json.dump(cert, open("cert.json", "w"))
PY
    refused 't["trips"]["bound"] = t["value"]' "level 3, trips: fleet "
    refused 'd = t["trips"]["duals"][-1]; d["stops"] = {s: 2 * x for s, x in d["stops"].items()}' " has reduced cost -"
    refused 't["trips"]["classes"].pop(); [d["classes"].popitem() for d in t["trips"]["duals"]]; [d.update(loops=[]) for d in t["trips"]["duals"]]
t["trips"]["fleets"] = [{"duals": 0}]' "is not the first of class"
    refused 't["trips"]["fleets"] = [{"duals": 0}]' "level 3, trips: fleet 0: duals 0 prove "
}
