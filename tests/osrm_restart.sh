#!/usr/bin/env bash
# osrm_restart.sh -- a real OSRM server that is killed, restarted and given another map while tiprun plans.
#
#   tests/osrm_restart.sh TIPRUN
#
# Restarted in mid-fetch, the plan is that of an undisturbed server.  On another map, with data_version and without,
# between two runs and in mid-fetch, no time of the old map is used.  When it is gone, every time is counted as stale
# or estimated.  Two programs share one cache; one that is killed while it writes does no harm to the next.
# A proxy of misbehave.py slows the answers down, so that there is a middle.  Exit code 77: no server here.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
tiprun=$(realpath "${1:?osrm_restart.sh needs the program}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
osrm=$here/../scripts/osrm
if ! "$osrm" get >/dev/null; then
    echo "osrm_restart.sh: no OSRM server here" >&2
    if [[ -n ${TR_OSRM_REQUIRED:-} ]]; then exit 1; fi
    exit 77
fi
unset TIPRUN_OSRM
work=$(mktemp -d)
cd "$work"
proxies=()
# shellcheck disable=SC2317 # called by the trap
end() {
    if [[ -e pid ]]; then "$osrm" stop pid; fi
    for pid in "${proxies[@]}"; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "osrm_restart.sh: $*" >&2
    exit 1
}

# ---- two maps, a morning of 60 reports ----

cp "$here/streets/streets.osm" town.osm
sed 's/^BRIDGES = .*/BRIDGES = (7,)/' "$here/streets/make_streets.py" | python3 - >one_bridge.osm
python3 - <<'PYTHON'
rows = ["id,lat,lon,reported_at,waste_type,size,land_type"]
for i in range(61):
    lat, lon = 53.8020 + 0.00036 * i, -4.9980 + 0.0341 * (i * 37 % 61) / 61
    rows.append("S-%02d,%.5f,%.5f,2026-02-26,Black Bags - Household,Car Boot or Less,Highway" % (i, lat, lon))
open("more.csv", "w").write("\n".join(rows) + "\n")
open("reports.csv", "w").write("\n".join(rows[:-1]) + "\n")
PYTHON
cat >fleet.json <<'JSON'
{
  "depots": [{"id": "Yard", "lat": 53.8054, "lon": -4.9850}],
  "vehicles": [
    {"id": "Cage", "depot": "Yard", "shift": {"start": "06:00", "end": "14:00"}, "payload_kg": 1000, "speed_factor": 1,
     "compartments": [{"id": "cage", "kg": 1000, "m3": 7, "streams": ["general", "household_bags"]}]}
  ]
}
JSON
cat >sites.json <<'JSON'
{"sites": [{"id": "Tip", "name": "Bypass tip", "lat": 53.8120, "lon": -4.9580, "streams": ["general",
  "household_bags"], "opening": [["06:00", "16:00"]], "turnaround_min": 15}]}
JSON
cells=$((62 * 61)) # 60 stops, depot and tip

# ---- servers, and runs through the proxies ----

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
serve() { # MAP [--ch]; many blocks by the small limit
    "$osrm" serve "$1" --port "$port" --background pid "${@:2}" -- --max-table-size 12
}

stop() { # as a crash does
    kill -KILL "$(cat pid)"
    while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.05; done
    rm -f pid
}

proxy() { # NAME SECONDS [hide]
    python3 "$here/misbehave.py" proxy "$port" "$1.port" "$1.log" "${@:2}" &
    proxies+=($!)
    for ((i = 0; i < 100; i++)); do
        if [[ -e $1.port ]]; then return; fi
        sleep 0.05
    done
    fail "the proxy does not start"
}

# Plans through proxy $1 into folder $2.
plan() { # PROXY FOLDER OPTION...
    "$tiprun" plan "${reports:-reports.csv}" --fleet fleet.json --sites sites.json --date 2026-03-02 --iterations 100 \
        --threads 1 --osrm "http://127.0.0.1:$(cat "$1.port")" --osrm-deadline 40 -o "$2" "${@:3}" \
        >"$2.out" 2>"$2.err" || fail "plan into $2: exit code $?: $(cat "$2.err")"
}

# The same plan and road times, but for the server's port.
equal() { # FOLDER FOLDER
    local file
    for file in plan.json travel.json; do
        diff <(sed -e 's/127\.0\.0\.1:[0-9]*/SERVER/' -e '/"sha256"/d' "$1/$file") \
            <(sed -e 's/127\.0\.0\.1:[0-9]*/SERVER/' -e '/"sha256"/d' "$2/$file") >"$work/diff" ||
            fail "$1/$file and $2/$file differ: $(head -c 600 "$work/diff")"
    done
}

counts() { # FOLDER; "osrm 3782", of those that are not 0
    python3 - "$1/plan.json" <<'PYTHON'
import json, sys
for mode in json.load(open(sys.argv[1], encoding="utf-8"))["travel"]["times"]:
    print(*("%s %d" % (key, n) for key, n in mode.items() if key != "mode" and n))
PYTHON
}

times() { # FOLDER; seconds and metres of all ways
    python3 -c 'import json, sys
for mode in json.load(open(sys.argv[1], encoding="utf-8"))["matrices"].values():
    print(mode["seconds"], mode["metres"])' "$1/travel.json"
}

expect() { # FOLDER COUNTS
    [[ $(counts "$1") == "$2" ]] || fail "$1: $(counts "$1"), not $2"
}

answers() { # of proxy $1 so far
    wc -l <"$1.log"
}

# Plans through $1 into $2, with another server from the ninth answer on; many more have to follow.
plan_through_restart() { # PROXY FOLDER MAP OPTION...
    local first run
    first=$(answers "$1")
    plan "$1" "$2" "${@:4}" &
    run=$!
    while (($(answers "$1") < first + 8)); do sleep 0.02; done
    stop
    kill -0 "$run" || fail "$2: the fetch was over before the server was stopped"
    [[ ! -e $2/plan.json ]] || fail "$2: planned before the server was stopped"
    # shellcheck disable=SC2086 # $algorithm may be empty
    serve "$3" $algorithm
    wait "$run"
    (($(answers "$1") > first + 28)) || fail "$2: hardly any answer came after the server was started again"
}

algorithm=''
serve town.osm
touch plain.log slow.log hidden.log hidden_slow.log
proxy plain 0
proxy slow 0.1
proxy hidden 0 hide
proxy hidden_slow 0.1 hide

# ---- restarted in mid-fetch: the same plan ----

for algorithm in --mld --ch; do
    stop
    serve town.osm $algorithm
    plan plain "town$algorithm" --no-cache
    expect "town$algorithm" "osrm $cells"
    plan_through_restart slow "restarted$algorithm" town.osm --no-cache
    equal "town$algorithm" "restarted$algorithm"
done
echo "restarted in mid-fetch, MLD and CH: the same plan"

# ---- another map: nothing of the old one ----

algorithm=--mld
for kind in plain hidden; do
    slow=${kind/plain/slow} && slow=${slow/hidden/hidden_slow}
    stop
    serve town.osm
    plan $kind $kind.town --cache $kind.sqlite
    plan $kind $kind.again --cache $kind.sqlite
    equal $kind.town $kind.again
    stop
    serve one_bridge.osm
    plan $kind $kind.fresh --no-cache
    if [[ $(times $kind.town) == "$(times $kind.fresh)" ]]; then fail "the two maps are alike"; fi
    plan $kind $kind.changed --cache $kind.sqlite
    equal $kind.fresh $kind.changed
    stop
    serve town.osm
    plan_through_restart "$slow" $kind.midst one_bridge.osm --cache $kind.midst.sqlite
    equal $kind.fresh $kind.midst
    plan "$slow" $kind.kept --cache $kind.midst.sqlite
    equal $kind.fresh $kind.kept
done
echo "another map, with data_version and without, before the fetch and amid it: no old time is used"

# ---- gone: the latest map's times, counted as stale; what is new is estimated ----

stop
plan plain gone --cache plain.sqlite
expect gone "stale $cells"
[[ $(times gone) == "$(times plain.fresh)" ]] || fail "stale times are not those of the latest map"
reports=more.csv plan plain gone_more --cache plain.sqlite
expect gone_more "estimated 124 stale $cells"
grep -q '^!! ' gone_more/summary.txt || fail "the summary does not begin with what is in doubt"
"$tiprun" check gone_more/plan.json >/dev/null
echo "gone: $cells times are stale, those of a new report estimated"

# ---- one cache: two programs at once, and one that is killed ----

serve town.osm
plan slow first --cache shared.sqlite &
one=$!
plan slow second --cache shared.sqlite &
two=$!
wait $one
wait $two
equal town--mld first
equal town--mld second
before=$(answers slow)
plan slow third --cache shared.sqlite
equal town--mld third
(($(answers slow) <= before + 4)) || fail "a whole cache, and yet $(($(answers slow) - before)) questions"

plan plain timed --no-cache
for ((try = 0; try < 12; try++)); do
    "$tiprun" travel reports.csv --fleet fleet.json --sites sites.json --date 2026-03-02 --cache killed.sqlite \
        --osrm "http://127.0.0.1:$(cat plain.port)" -o killed.json >/dev/null 2>&1 &
    run=$!
    sleep "$(printf '0.%03d' $((20 + 25 * try)))"
    kill -KILL $run 2>/dev/null || true
    wait $run 2>/dev/null || true
done
plan plain survived --cache killed.sqlite
equal town--mld survived
[[ ! -s survived.err ]] || fail "after a kill: $(cat survived.err)"
echo "one cache for two programs, and for one after another was killed: whole"
