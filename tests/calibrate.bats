#!/usr/bin/env bats
# calibrate.bats -- tiprun calibrate from the command line: a sample's recording becomes an estimate that plan reads;
# hours from runs; wrong usage.
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck disable=SC2154 # stderr: run sets it
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    sample=$TR_SOURCE_DIR/instances/a
}

calibrate() {
    run --separate-stderr "$TIPRUN" calibrate "$@"
}

@test "a recording becomes an estimate, its errors are told, and it is drawn" {
    calibrate "$sample/recording.json" -o area.json --plot area.svg
    [ "$status" -eq 0 ]
    [[ $output =~ van:\ [0-9]+\ places,\ [0-9]+\ recorded\ ways ]]
    [[ $output =~ all\ ways\ +[0-9]+ ]]
    [[ $output =~ ten\ nearest\ of\ each\ +[0-9]+ ]]
    grep -q '"tiprun_estimate":1' area.json
    python3 -c 'import sys, xml.dom.minidom as x; assert len(x.parse("area.svg").getElementsByTagName("circle")) > 100'
    cp area.json first.json
    calibrate "$sample/recording.json" -o area.json
    cmp area.json first.json # same recordings, same bytes
}

@test "what is written holds to the schema" {
    python3 -c 'import jsonschema' || skip "no python3-jsonschema"
    calibrate "$sample/recording.json" -o area.json
    python3 - "$TR_SOURCE_DIR/instances/schema/estimate.schema.json" <<'END'
import json, sys, jsonschema
jsonschema.validate(json.load(open("area.json")), json.load(open(sys.argv[1])))
END
}

@test "plan and travel estimate by the file, and say so" {
    calibrate "$sample/recording.json" -o area.json
    "$TIPRUN" plan "$sample/reports.csv" --fleet "$sample/fleet.json" --sites "$sample/sites.json" --policy \
        "$sample/policy.json" --date 2026-03-10 --travel estimated --estimate area.json --iterations 300 -o day >out
    [[ $(<out) == *"estimated by area.json, fitted to "*" places"* ]]
    "$TIPRUN" check day/plan.json
    printf 'id,lat,lon\nA,51.51,-0.13\nB,51.50,-0.10\nC,52.50,-0.10\n' >places.csv
    run --separate-stderr "$TIPRUN" travel --places places.csv --profile van --travel estimated --estimate area.json
    [ "$status" -eq 0 ]
    [[ $stderr == *"warning: estimate: van: C: more than "*"outside the calibrated area"* ]]
    run --separate-stderr "$TIPRUN" travel --places places.csv --profile hovercraft --travel estimated --estimate area.json
    [ "$status" -eq 0 ]
    [[ $stderr == *"not this mode; 1.35 x straight line at 26 km/h is assumed"* ]]
}

@test "road lines of recorded legs are taken for streets, and told" {
    calibrate "$TR_SOURCE_DIR/instances/b/recording.json" -o area.json
    [ "$status" -eq 0 ]
    [[ $output =~ [0-9]+\ streets,\ [0-9.]+\ km,\ of\ the\ road\ lines\ of\ [0-9]+\ legs ]]
    [[ $output == *"with lines"* ]]
    grep -q '"streets":\[' area.json
    python3 - "$TR_SOURCE_DIR/instances/b/recording.json" <<'END'
import json, sys
doc = json.load(open(sys.argv[1]))
del doc["legs"]
json.dump(doc, open("bare.json", "w"))
END
    calibrate bare.json -o bare.estimate.json
    [ "$status" -eq 0 ]
    [[ $output != *streets* ]]
    run ! grep -q streets bare.estimate.json
}

@test "travel --roads records road lines, of a file with them" {
    printf 'id,lat,lon\n' >places.csv
    python3 - "$TR_SOURCE_DIR/instances/b/recording.json" <<'END' >>places.csv
import json, sys
for k, p in enumerate(json.load(open(sys.argv[1]))["places"][:12]):
    print(f'P{k},{p["lat"]},{p["lon"]}')
END
    profile=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["profiles"][0])' "$TR_SOURCE_DIR/instances/b/recording.json")
    run --separate-stderr "$TIPRUN" travel --places places.csv --profile "$profile" --travel recorded --recording \
        "$TR_SOURCE_DIR/instances/b/recording.json" --roads 3 -o near.json
    [ "$status" -eq 0 ]
    [[ $output =~ [0-9]+\ road\ lines ]]
    python3 -c 'import json; d = json.load(open("near.json")); assert 10 < sum(map(len, d["legs"].values())) <= 72'
    run "$TIPRUN" travel --places places.csv --roads 3
    [ "$status" -eq 2 ]
    [[ $output == *"--roads needs -o"* ]]
    run "$TIPRUN" travel --places places.csv --roads 31 -o near.json
    [ "$status" -eq 2 ]
}

@test "a faulty estimate is refused with all its faults" {
    echo '{"tiprun_estimate":1,"places":[[1,1],[1,200],[2,2]],"modes":{"van":{}},"moods":1}' >bad.json
    printf 'id,lat,lon\nA,51.51,-0.13\nB,51.50,-0.10\n' >places.csv
    run "$TIPRUN" travel --places places.csv --travel estimated --estimate bad.json
    [ "$status" -eq 2 ]
    for word in 'places[1][1]' 'modes.van.curve' 'modes.van.kernel' 'modes.van.blend' 'did you mean "modes"'; do
        [[ $output == *"$word"* ]]
    done
    calibrate --estimate nothing.json --runs runs.csv
    [ "$status" -eq 2 ]
}

@test "runs become the speed of each hour, as a policy" {
    calibrate "$sample/recording.json" -o area.json
    {
        echo from_lat,from_lon,to_lat,to_lon,departed_at,seconds
        python3 - "$sample/recording.json" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
p, s = r["places"], r["matrices"][r["profiles"][0]]["seconds"]
for i in range(1, min(40, len(p))):
    if s[0][i]:
        print(f'{p[0]["lat"]},{p[0]["lon"]},{p[i]["lat"]},{p[i]["lon"]},2026-03-10T08:{i:02}:00,{s[0][i] * 1.25:.0f}')
print("1,2,3,4,soon,5")
END
    } >runs.csv
    calibrate --estimate area.json --runs runs.csv --policy-out hours.json
    [ "$status" -eq 0 ]
    [[ $stderr == *"column departed_at"*"\"soon\" is no time"*"the run is not used"* ]]
    [[ $output =~ 08\ +[0-9]+\ +0\.8 ]]
    python3 -c 'import json; h = json.load(open("hours.json"))["speed_by_hour"]; assert len(h) == 24 and h[7] == 1000 and 790 < h[8] < 815'
    "$TIPRUN" plan "$sample/reports.csv" --fleet "$sample/fleet.json" --sites "$sample/sites.json" --policy hours.json \
        --travel estimated --estimate area.json --date 2026-03-10 --iterations 300 -o day >/dev/null
    "$TIPRUN" check day/plan.json
    [[ $(tr -s ' \n' ' ' <day/summary.txt) == *"scaled by hour of the day, slowest 08:00-09:00 at "* ]]
}

@test "wrong usage is told" {
    for words in "" "a.json" "a.json -o b --estimate c" "a.json -o b --plot c.png" "--estimate a" "a.json -o b --policy-out c" \
        "a.json -o b --places 5" "a.json -o b --zone Moon/Base"; do
        read -ra list <<<"$words"
        calibrate "${list[@]}"
        [ "$status" -eq 2 ] || { echo "$words: $status" && false; }
    done
    calibrate nothing.json -o out.json
    [ "$status" -eq 2 ]
    [[ $stderr == *"nothing.json: cannot read"* ]]
    [ ! -e out.json ]
}
