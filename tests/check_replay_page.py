#!/usr/bin/env python3
"""Holds replay.html to replay.json beside it.

    python3 tests/check_replay_page.py DIR

The page is well-formed, loads nothing and names no address; its headline has the figures of replay.json, with interval and
number of streams, sooner or later as they are; what is worse is under "Worse"; loads above 100 % have no clear-up times; and words
that a simulation does not carry are not in it.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import csv
import html.parser
import json
import re
import sys

VOID = {"meta", "br"}
FIGURES = {"mean clear-up time": ("mean_days", 1), "oldest pile": ("oldest_days", 1), "driven for a pile cleared": ("km_per_case", 1),
           "mean weighted by work": ("work_mean_days", 1), "cleared by their due day": ("in_target", -1)}


class Page(html.parser.HTMLParser):
    """Texts of paragraphs, and of list items by the heading before them."""

    def __init__(self):
        super().__init__()
        self.open, self.said, self.items, self.rows, self.heading = [], [], [], [], ""

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "link", "img", "iframe"), tag
        if tag not in VOID:
            self.open.append([tag, dict(attrs).get("class"), ""])

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        name, kind, text = self.open.pop()
        assert name == tag, f"</{tag}> closes <{name}>"
        if self.open and tag not in ("style", "svg"):
            self.open[-1][2] += text
        if tag in ("h2", "h3"):
            self.heading = text
        if tag == "p":
            self.said.append((kind, text))
        if tag == "li":
            self.items.append((self.heading, text))
        if tag == "tr":
            self.rows.append((kind, text))

    def handle_data(self, data):
        if self.open:
            self.open[-1][2] += data


def number(value, decimals=2):
    return f"{value:.{decimals}f}".replace("-", "−")


def check_places(directory, replay, load, text):
    """places.csv and the maps against the squares of replay.json."""
    squares, name = replay["squares"], load["load"]
    with open(directory + "/places.csv", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["load"] == name]
    drawn = 0
    for rule in load["rules"]:
        p, mine = rule["places"], {}
        for r in rows:
            if (r["rule"], r["fleet"]) == (rule["rule"], rule["fleet"]):
                mine[(int(r["row"]) - 1) * squares["columns"] + int(r["column"]) - 1] = r
        assert len(p["piles"]) == squares["rows"] * squares["columns"] == len(p["mean_days"])
        assert 0 < sum(p["piles"]) <= rule["figures"]["cases"]["mean"] * replay["replications"] + 1e-6
        for i, n in enumerate(p["piles"]):
            assert (n > 0) == (i in mine) == (p["mean_days"][i] is not None), i
            if not n:
                continue
            assert int(mine[i]["piles"]) == n and abs(float(mine[i]["mean_days"]) - p["mean_days"][i]) < 1e-8
            assert 0 <= p["mean_days"][i] <= replay["horizon_days"]
            assert float(mine[i]["south"]) < float(mine[i]["north"]) and float(mine[i]["west"]) < float(mine[i]["east"])
            if p["difference"]["days"]:
                base = next(r for r in load["rules"] if r["fleet"] == load["rules"][0]["fleet"] and r["rule"] == ("oldest" if "less_oldest" in rule else rule["rule"]))
                less = p["difference"]["days"][i]
                assert less is None or abs(less - (p["mean_days"][i] - base["places"]["mean_days"][i])) < 1e-8
            if rule["rule"] in ("oldest", "tiprun") and rule["fleet"] == load["rules"][0]["fleet"] and n >= 10:
                said = f": {n} piles in all streams, mean {number(p['mean_days'][i])} days</title>"
                assert said in text, said
                drawn += 1
    assert text.count(" piles in all streams, mean ") == drawn, drawn


def main(directory):
    with open(directory + "/replay.html", encoding="utf-8") as file:
        text = file.read()
    with open(directory + "/replay.json", encoding="utf-8") as file:
        replay = json.load(file)
    assert not re.search(r"https?:|src=|url\(|@import", text)
    assert not re.search(r"\b(prove[sdn]?|causes?d?|because of tiprun|nan|inf)\b", text, re.I)
    page = Page()
    page.feed(text)
    assert not page.open, page.open
    timed = [l for l in replay["loads"] if l["times_have_a_mean"]]
    arms = lambda load, rule: next(r for r in load["rules"] if r["rule"] == rule and r["fleet"] == load["rules"][0]["fleet"])
    load = min(timed, key=lambda l: abs(arms(l, "oldest")["figures"]["mean_days"]["mean"] - 10))
    ours, theirs = arms(load, "tiprun"), arms(load, "oldest")
    lead = [t for kind, t in page.said if kind == "lead"]

    less = ours["less_oldest"]["mean_days"]
    low, high = sorted(abs(x) for x in less["t95"]) if less["t95"][0] * less["t95"][1] > 0 else (None, None)
    assert lead[0].startswith("At %s%% of what oldest first can clear, " % load["load"].replace("%", " ")), lead[0]
    for what in (number(theirs["figures"]["mean_days"]["mean"]) + " days on average", "tiprun in " + number(ours["figures"]["mean_days"]["mean"]) + ": ",
                 number(abs(less["mean"])) + (" days sooner" if less["mean"] < 0 else " days later"), "%d streams" % less["n"]):
        assert what in lead[0], (what, lead[0])
    assert low is None or f"95 % interval {number(low)} to {number(high)}" in lead[0], lead[0]

    full = [arms(replay["loads"][0], rule)["figures"]["work_per_hour"]["mean"] for rule in ("tiprun", "oldest")]
    assert f"{number(full[0])} minutes of planned work an hour under tiprun and {number(full[1])} under oldest first" in lead[1], lead[1]
    hazard = ours["hazardous_first_day"]
    assert not hazard["n"] or f"{hazard['k']} of {hazard['n']} under tiprun" in lead[2], lead[2:]

    found = 0
    for heading, item in page.items:
        what = item.split(": ")[0]
        if what not in FIGURES or " under tiprun" not in heading and "Not told" not in heading:
            continue
        name, bad = FIGURES[what]
        d, found = ours["less_oldest"][name], found + 1
        apart = all(i[0] > 0 or i[1] < 0 for i in (d["t95"], d["bca95"]) if None not in i)
        expected = "Not told" if not apart else "Worse" if d["mean"] * bad > 0 else "Better"
        assert heading.startswith(expected), (heading, item, d)
    assert found == len(FIGURES), found

    parts = [t for kind, t in page.rows if kind == "part"]
    for l in replay["loads"]:
        shown = sum(t.startswith(l["load"].replace("%", " %")) for t in parts)
        assert l["load"] == "saturated" or (shown >= 5 if l["times_have_a_mean"] else 1 <= shown <= 3), (l["load"], shown)
    check_places(directory, replay, load, text)
    assert text.count("<svg") >= 6 and text.count("<svg") == text.count("role=\"img\"")


main(sys.argv[1])
