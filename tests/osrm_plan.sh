#!/usr/bin/env bash
# osrm_plan.sh -- a small morning of the tests' street plan, planned over the real server in TR_OSRM_URL.
#
#   tests/with_osrm.sh tests/osrm_plan.sh TIPRUN
#
# The referee passes the plan; each leg is a line of the road network as long and as slow as the server
# itself says when it is asked for that leg alone; nothing is estimated.  One report lies on the island that
# no bridge joins and is left for that reason, one on the moor is served from a road that is named as far.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
tiprun=$(realpath "${1:?osrm_plan.sh needs the program}")
url=${TR_OSRM_URL:?is not set: run this by tests/with_osrm.sh}
streets=$(realpath "$(dirname "$0")/streets/streets.osm")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export XDG_CACHE_HOME=$work/cache

cat >reports.csv <<'CSV'
id,lat,lon,reported_at,waste_type,size,land_type,street
S-1,53.8030,-4.9950,2026-02-26,Black Bags - Household,Car Boot or Less,Highway,Beech Street
S-2,53.8090,-4.9700,2026-02-26,Other Household Waste,Small Van Load,Highway,Juniper Street
S-3,53.8190,-4.9900,2026-02-27,Asbestos,Car Boot or Less,Highway,Osier Street
S-4,53.8200,-4.9610,2026-02-27,Constr / Demol / Excav,Car Boot or Less,Council Land,Pear Street
S-5,53.8060,-4.9620,2026-02-28,Green,Car Boot or Less,Highway,Elm Street
S-6,53.8160,-4.9800,2026-03-01,Black Bags - Household,Single Black Bag,Highway,Linnet Lane
Hamlet,53.8428,-4.9863,2026-02-26,Tyres,Single Item,Highway,Far Lane
Moor,53.8320,-4.9700,2026-02-26,Other Household Waste,Car Boot or Less,Highway,the moor
Island,53.7863,-4.9886,2026-02-26,Black Bags - Household,Car Boot or Less,Highway,Eyot Strand
CSV
cat >fleet.json <<'JSON'
{
  "depots": [{"id": "Yard", "lat": 53.8054, "lon": -4.9850}],
  "vehicles": [
    {"id": "Cage", "depot": "Yard", "shift": {"start": "06:00", "end": "14:00"}, "payload_kg": 1000,
     "speed_factor": 1, "compartments": [{"id": "cage", "kg": 1000, "m3": 7, "streams": ["general",
     "household_bags", "bulky", "construction", "green", "tyres"]}]},
    {"id": "Box", "depot": "Yard", "shift": {"start": "06:00", "end": "14:00"}, "payload_kg": 1000,
     "speed_factor": 1, "compartments": [{"id": "sealed", "kg": 500, "m3": 3, "streams": ["asbestos_bonded"]}],
     "certs": ["asbestos_bonded"]}
  ]
}
JSON
cat >sites.json <<'JSON'
{"sites": [{"id": "Tip", "name": "Bypass tip", "lat": 53.8120, "lon": -4.9580, "streams": ["general", "bulky",
  "household_bags", "construction", "green", "tyres", "asbestos_bonded"], "opening": [["06:00", "16:00"]],
  "turnaround_min": 15}]}
JSON

"$tiprun" plan reports.csv --fleet fleet.json --sites sites.json --osrm "$url" --date 2026-03-02 \
    --iterations 2000 -o day
"$tiprun" check day/plan.json

# Repeated as the summary says, without the server: the same routes.
grep -q "^Travel: OSRM at $url\.$" day/summary.txt
tr -s ' \n' ' ' <day/summary.txt | grep -q -e '--date 2026-03-02 --travel recorded --recording travel.json --repeat plan.json (seed '
"$tiprun" plan reports.csv --fleet fleet.json --sites sites.json --date 2026-03-02 \
    --recording day/travel.json --repeat day/plan.json -o again >/dev/null
for crew in Cage Box; do cmp "day/$crew.csv" "again/$crew.csv"; done

python3 - "$url" <<'PYTHON'
import json, math, sys, urllib.request

plan = json.load(open("day/plan.json", encoding="utf-8"))
features = json.load(open("day/routes.geojson", encoding="utf-8"))["features"]
summary = " ".join(open("day/summary.txt", encoding="utf-8").read().split())
ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def metres(points):
    total = 0
    for (a, b), (c, d) in zip(points, points[1:]):
        total += 111195 * math.hypot(d - b, (c - a) * math.cos(math.radians(b)))
    return total


def said_by_server(a, b):
    where = ";".join("%.6f,%.6f" % (v["lon"], v["lat"]) for v in (a, b))
    answer = json.load(ask.open("%s/route/v1/driving/%s?overview=false" % (sys.argv[1], where), timeout=20))
    return answer["routes"][0]["duration"], answer["routes"][0]["distance"]


lines = {}
for feature in features:
    p = feature["properties"]
    if p["kind"] == "leg":
        assert p["estimated"] is False, p
        lines[p["vehicle"], p["from"], p["to"]] = (p, feature["geometry"]["coordinates"])
n = 0
for route in plan["routes"]:
    visits = [v for v in route["visits"] if v["kind"] != "break"]
    assert not any(v["estimated"] for v in visits)
    for a, b in zip(visits, visits[1:]):
        if a["place"] == b["place"]:
            continue
        p, line = lines[route["vehicle"], a["id"], b["id"]]
        seconds, distance = said_by_server(a, b)
        assert abs(seconds - b["drive_s"]) <= 1, (p, seconds, b["drive_s"])
        assert abs(distance - b["distance_m"]) <= 1, (p, distance, b["distance_m"])
        assert len(line) >= 2 and abs(metres(line) - distance) < 5 + 0.01 * distance, (p, metres(line), distance)
        n += 1
assert n >= 8 and n == len(lines), (n, len(lines))
assert plan["travel"]["estimated"] == "no", plan["travel"]

outcome = {r["id"]: r for r in plan["reports"]}
assert [i for i, r in outcome.items() if r["outcome"] != "routed"] == ["Island"], outcome
assert outcome["Island"]["outcome"] == "left" and "no road" in outcome["Island"]["reason"], outcome["Island"]
assert [(left["report"], left["code"]) for left in plan["left"]] == [("Island", "no_road")], plan["left"]
moor = next(place for place in plan["input"]["places"] if place["name"] == "Moor")
assert 150 < moor["snap_m"] < 1000, moor
assert "!! NO ROAD LEADS TO 1 place: Island at 53.786300,-4.988600 (no road within 1 km)" in summary, summary
assert "Moor" in summary and "m from the nearest road" in summary, summary
print("%d legs, each as the server says; the island is left, the moor %d m from its road" % (n, moor["snap_m"]))
PYTHON

# ---- closed and low bridges ----

python3 - "$streets" <<'PYTHON'
import json, sys, xml.etree.ElementTree as tree

root = tree.parse(sys.argv[1]).getroot()
at = {n.get("id"): (float(n.get("lat")), float(n.get("lon"))) for n in root.iter("node")}
bridges = {}
for way in root.iter("way"):
    name = next(t.get("v") for t in way.iter("tag") if t.get("k") == "name")
    if name.endswith(" Bridge"):
        bridges[name] = [at[n.get("ref")] for n in way.iter("nd")]
assert sorted(bridges) == ["Dotterel Bridge", "Pipit Bridge"], bridges


def middle(name):  # its middle half: the streets along the river are 27 m away
    (a, b), (c, d) = bridges[name]
    return [{"lat": a + t * (c - a), "lon": b + t * (d - b)} for t in (0.25, 0.75)]


json.dump(bridges, open("bridges.json", "w"))
json.dump({"avoid": [
    {"id": "D", "kind": "closed_road", "name": "Dotterel Bridge", "line": middle("Dotterel Bridge"), "radius_m": 10},
    {"id": "P", "kind": "low_bridge", "name": "Pipit Bridge", "line": middle("Pipit Bridge"), "radius_m": 10, "height_m": 3},
    {"id": "Night", "kind": "closed_road", "line": middle("Dotterel Bridge"), "hours": ["02:00-03:00"]},
    {"id": "Past", "kind": "closed_road", "line": middle("Dotterel Bridge"), "to": "2026-03-01"},
]}, open("avoid.json", "w"))
PYTHON
sed -i 's/"id": "Cage",/"id": "Cage", "height_m": 2.6,/' fleet.json
"$tiprun" plan reports.csv --fleet fleet.json --sites sites.json --osrm "$url" --date 2026-03-02 \
    --repeat day/plan.json --avoid avoid.json -o kept >/dev/null
"$tiprun" check kept/plan.json

python3 - <<'PYTHON'
import json

bridges, plan = json.load(open("bridges.json")), json.load(open("kept/plan.json", encoding="utf-8"))
old = json.load(open("day/plan.json", encoding="utf-8"))
lines = {}
for feature in json.load(open("kept/routes.geojson", encoding="utf-8"))["features"]:
    p = feature["properties"]
    if p["kind"] == "leg":
        lines[p["vehicle"], p["from"], p["to"]] = (p, feature["geometry"]["coordinates"])


def driven_over(line, name):
    """A bridge is straight and has no crossing: a road over it goes through its middle."""
    (a, b), (c, d) = bridges[name]
    lat, lon = (a + c) / 2, (b + d) / 2
    for (x, y), (u, v) in zip(line, line[1:]):
        if (y - lat) * (v - lat) > 0 or y == v:
            continue
        if abs(x + (lat - y) / (v - y) * (u - x) - lon) < 5e-5:  # 3 m
            return True
    return False


expected = set()
for route, before in zip(plan["routes"], old["routes"]):
    assert [v["id"] for v in route["visits"]] == [v["id"] for v in before["visits"]]  # nothing is planned around them
    for i, (a, b) in enumerate(zip(route["visits"], route["visits"][1:]), 1):
        if a["place"] == b["place"]:
            continue
        p, line = lines[route["vehicle"], a["id"], b["id"]]
        if driven_over(line, "Dotterel Bridge"):
            expected.add(("D", route["vehicle"], i))
        if driven_over(line, "Pipit Bridge") and route["vehicle"] == "Box":
            expected.add(("P", "Box", i))  # says no height; the Cage is low enough
        assert ("avoid" in p) == any(e[1:] == (route["vehicle"], i) for e in expected), p
findings = plan["avoid"]["findings"]
assert {(f["avoid"], f["vehicle"], f["visit"]) for f in findings} == expected, (findings, expected)
assert len(findings) == len(expected) >= 2, (findings, expected)
for f in findings:
    visit = next(r for r in plan["routes"] if r["vehicle"] == f["vehicle"])["visits"][f["visit"]]
    assert f["how"] == "road" and f["metres"] == 0 and f["assumed"] == (f["avoid"] == "P"), f
    assert visit["arrival_s"] - visit["drive_s"] <= f["at_s"] <= visit["arrival_s"], (f, visit)
summary = " ".join(open("kept/summary.txt", encoding="utf-8").read().split())
assert "!! CLOSED ROADS, LOW BRIDGES: %d legs or stops come near" % len(findings) in summary, summary
print("%d legs over closed or low bridges, each named: %s" % (len(findings), sorted(expected)))
PYTHON
