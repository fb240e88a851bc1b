"""maps.py -- what run and mornings share: the maps, a server of one, points on its roads, `tiprun travel`.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import contextlib
import csv
import http.client
import json
import math
import random
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEAR_M = 20
SNAP_MOST_M = 400
MAPS = {  # west, south, east, north
    "london-central-2024": (-0.211, 51.486, -0.067, 51.536),
    "leeds-northeast-2014": (-1.560, 53.806, -1.494, 53.832),
    "rutland-england-2018": (-0.822, 52.534, -0.440, 52.751),
}


@contextlib.contextmanager
def served(path, folder):
    """The address of an OSRM server of the map, ended afterwards."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    pid = Path(folder) / f"{path.name}.pid"
    subprocess.run([ROOT / "scripts/osrm", "serve", path, "--port", str(port), "--background", pid,
                    "--", "--max-table-size", "2000"], check=True)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        subprocess.run([ROOT / "scripts/osrm", "stop", pid], check=False)


def nearest(connection, lat, lon):
    """(metres, latitude, longitude) of the nearest point on a road.  The server ends a connection after some requests."""
    for _ in range(2):
        try:
            connection.request("GET", f"/nearest/v1/driving/{lon:.6f},{lat:.6f}")
            waypoint = json.load(connection.getresponse())["waypoints"][0]
            break
        except (http.client.HTTPException, ConnectionError):
            connection.close()
    return waypoint["distance"], waypoint["location"][1], waypoint["location"][0]


def draw_places(url, box, n, seed, snapped=False):
    """n points.  Uniform in the box and kept if a road is within NEAR_M: so each length of road has its share.  Or
    snapped: uniform in the box and moved to the nearest road, which puts more at the edges of the open land."""
    chance = random.Random(seed)
    west, south, east, north = box
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    places = {}
    while len(places) < n:
        lon, lat = chance.uniform(west, east), chance.uniform(south, north)
        away, road_lat, road_lon = nearest(connection, lat, lon)
        if snapped and away <= SNAP_MOST_M:
            places[round(road_lat, 6), round(road_lon, 6)] = None
        elif not snapped and away <= NEAR_M:
            places[round(lat, 6), round(lon, 6)] = None
    return list(places)


def write_places(places, path):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["id", "lat", "lon"])
        for k, (lat, lon) in enumerate(places):
            out.writerow([f"P{k}", f"{lat:.6f}", f"{lon:.6f}"])


def run(*command):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ends with {done.returncode}: {done.stderr[-2000:]}")
    return done


def travel(tiprun, places, out, *options):
    """`tiprun travel` between the places: the recording."""
    listed = Path(out).with_suffix(".csv")
    write_places(places, listed)
    run(tiprun, "travel", "--places", listed, "--profile", "van", "--no-cache", "-o", out, *options)
    with open(out, encoding="utf-8") as file:
        return json.load(file)


def straight_m(a, b):
    east = (b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(east, b[0] - a[0]) * 111195
