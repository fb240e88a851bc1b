#!/usr/bin/env bash
# osrm_calibrate.sh -- an estimate of the tests' street plan, calibrated to the real server in TR_OSRM_URL, against what
# the server says of points that it was not calibrated to.
#
#   tests/with_osrm.sh tests/osrm_calibrate.sh TIPRUN
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
tiprun=$(realpath "${1:?osrm_calibrate.sh needs the program}")
url=${TR_OSRM_URL:?is not set: run this by tests/with_osrm.sh}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 - <<'END'
import random
chance = random.Random(5)
for name, n in (("fitted", 150), ("held", 60)):
    with open(f"{name}.csv", "w") as out:
        print("id,lat,lon", file=out)
        for k in range(n):
            print(f"{name}{k},{chance.uniform(53.801, 53.821):.6f},{chance.uniform(-4.998, -4.957):.6f}", file=out)
END
travel() {
    "$tiprun" travel --profile van --no-cache "$@" >/dev/null
}
travel --places fitted.csv --osrm "$url" -o fitted.json
travel --places held.csv --osrm "$url" -o true.json
"$tiprun" calibrate fitted.json -o area.json --plot area.svg
travel --places held.csv --travel estimated --estimate area.json -o calibrated.json
travel --places held.csv --travel estimated -o assumed.json

python3 - <<'END'
import json
import statistics


def seconds(name):
    with open(name) as file:
        doc = json.load(file)
    return [p["name"] for p in doc["places"]], doc["matrices"]["van"]["seconds"]


def off(name):
    places, got = seconds(name)
    assert places == names
    pairs = [(got[i][j], true[i][j]) for i in range(len(names)) for j in range(len(names)) if i != j and true[i][j]]
    assert len(pairs) > 3000, len(pairs)
    return statistics.median(abs(g / t - 1) for g, t in pairs), statistics.median(g / t - 1 for g, t in pairs)


names, true = seconds("true.json")
assumed, calibrated = off("assumed.json"), off("calibrated.json")
print(f"off by {100 * calibrated[0]:.1f} % (too long by {100 * calibrated[1]:+.1f} %), the assumed estimate by {100 * assumed[0]:.1f} %")
assert calibrated[0] < 0.12 and abs(calibrated[1]) < 0.03 and calibrated[0] < assumed[0]
END
