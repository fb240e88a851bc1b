#!/usr/bin/env python3
"""Opens the map.html of a day in Chromium, from disk and without a network, and looks at what it drew.

    python3 tests/look_at_map.py CHROMIUM DAY

Measured against plan.json, not against the data in the page: for each route one line for each leg that is
driven, none of them empty; each stop once, numbered in the order of its visits, in the colour of its lines;
each stop in the list beside the map; a sign for each place to keep away from that holds on the day, and a red
edge on each leg that is warned of.  The console has no word, and no file is loaded but the page itself.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile


class Page(html.parser.HTMLParser):
    """Lines (stroke, points) and marks (title, colour, sign) of the drawn map; rows of the list."""

    def __init__(self):
        super().__init__()
        self.lines, self.marks, self.loaded, self.rows = [], [], [], 0
        self.signs, self.edges = [], 0
        self.title, self.colour = None, None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "path" and a.get("stroke-width") == "4":
            self.lines.append((a["stroke"], a["d"]))
        if tag == "path" and a.get("stroke-width") == "14":
            self.edges += 1
        if tag == "div" and "leaflet-marker-icon" in a.get("class", ""):
            self.title, self.colour = a.get("title"), None
        if tag == "div" and a.get("class", "").split()[:1] == ["m"] and self.title:
            rgb = re.search(r"background: rgb\((\d+), (\d+), (\d+)\)", a.get("style", ""))
            self.colour = "#%02x%02x%02x" % tuple(map(int, rgb.groups())) if rgb else None
        if tag == "div" and a.get("class", "").split()[:2] == ["m", "avoid"] and self.title:
            self.signs.append(self.title)
            self.title = None
        if tag == "button" and a.get("class") == "row":
            self.rows += 1
        if tag in ("img", "script", "link", "iframe") and (a.get("src") or a.get("href")):
            self.loaded.append(a.get("src") or a.get("href"))

    def handle_data(self, data):
        if self.title and self.colour and data.strip():
            self.marks.append((self.title, self.colour, data.strip()))
            self.title = None


def open_page(chromium, path):
    """The document after its scripts have run, and what the browser had to say."""
    with tempfile.TemporaryDirectory() as profile:
        run = subprocess.run(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + profile,
             "--window-size=1280,900", "--enable-logging=stderr", "--virtual-time-budget=8000", "--dump-dom",
             "file://" + os.path.realpath(path)],
            capture_output=True, text=True, timeout=120, check=True)
    return run.stdout, [line for line in run.stderr.splitlines() if "CONSOLE" in line]


def main(chromium, day):
    text, said = open_page(chromium, day + "/map.html")
    with open(day + "/plan.json", encoding="utf-8") as file:
        plan = json.load(file)
    page = Page()
    page.feed(text)
    faults = ["the console says: " + line for line in said] + ["the page loads " + name for name in page.loaded]
    left = list(page.lines)
    n_lines = n_stops = 0
    for route in plan["routes"]:
        visits = [v for v in route["visits"] if v["kind"] != "break"]
        legs = sum(a["place"] != b["place"] for a, b in zip(visits, visits[1:]))
        numbered = [v for v in visits if v["kind"] in ("stop", "disposal")]
        stops = ["%d %s" % (i + 1, v["name"]) for i, v in enumerate(numbered) if v["kind"] == "stop"]
        if not legs:
            continue
        colour = left[0][0] if left else None
        drawn = [d for stroke, d in left if stroke == colour]
        left = [line for line in left if line[0] != colour]
        if len(drawn) != legs:
            faults.append("%s drives %d legs, %d lines are drawn" % (route["vehicle"], legs, len(drawn)))
        if any(not re.search(r"M-?\d+ -?\d+L", d) for d in drawn):
            faults.append("%s: a line is empty" % route["vehicle"])
        marks = [(title, sign) for title, of, sign in page.marks if of == colour]
        if [title for title, _ in marks] != stops:
            faults.append("%s: marks %s, stops %s" % (route["vehicle"], [title for title, _ in marks], stops))
        if any(sign.lstrip("!") != title.split()[0] for title, sign in marks):
            faults.append("%s: a mark does not show its number" % route["vehicle"])
        n_lines, n_stops = n_lines + legs, n_stops + len(stops)
    if left:
        faults.append("%d lines of no route" % len(left))
    met = {(f["vehicle"], f["visit"]) for f in plan["avoid"]["findings"]}
    warned = sum((r["vehicle"], i) in met and r["visits"][i]["place"] != r["visits"][i - 1]["place"]
                 for r in plan["routes"] for i in range(1, len(r["visits"])))
    of_day = [p for p in plan["avoid"]["places"] if p["hours"]]
    if len(page.signs) != len(of_day) or any("(%s)" % p["id"] not in s for p, s in zip(of_day, page.signs)):
        faults.append("signs %s for the places %s" % (page.signs, [p["id"] for p in of_day]))
    if page.edges != warned:
        faults.append("%d legs have a red edge, %d are warned of" % (page.edges, warned))
    if page.rows < n_stops:
        faults.append("%d rows in the list for %d stops" % (page.rows, n_stops))
    for fault in faults:
        print("look_at_map: " + fault)
    print("%d legs, %d stops, %d faults" % (n_lines, n_stops, len(faults)))
    return bool(faults) or n_lines == 0


sys.exit(main(*sys.argv[1:]))
