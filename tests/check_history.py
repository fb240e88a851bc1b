#!/usr/bin/env python3
"""Computes the figures of a recorded history again, from its CSV file, and compares them with history.json.

    check_history.py FILE.csv DIR [UNTIL [FROM]]     DIR: of `tiprun replay --history FILE.csv --history-only [...] -o DIR`
    check_history.py --cut FILE.csv SHARE            "FROM UNTIL" that leave about this share open, of as many cases as can be

Shares no code with tiprun: counts, means, quantiles (type 7), Kaplan-Meier median and restricted mean, log-rank of hazard,
for the whole and for each waste type and hazard.  Knows the columns of San Jose's cleaned file and of Baltimore's 311.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import csv
import datetime
import json
import math
import sys
import zoneinfo

DAY = 86400
UTC = datetime.timezone.utc


def rows_of(path):
    """(reported, ended or None, end, category, hazardous or None, due or None); times in Unix seconds."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if "cleared_utc" in rows[0]:
        zone = zoneinfo.ZoneInfo("America/Los_Angeles")

        def utc(text):
            return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()

        return zone, [(utc(r["reported_utc"]), utc(r["cleared_utc"]), "cleared", None,
                       {"1": True, "0": False}.get(r["hazardous"]), None) for r in rows]
    zone = zoneinfo.ZoneInfo("America/New_York")

    def local(text):
        return datetime.datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=zone).timestamp() if text else None

    cases = []
    for r in rows:
        if r["SRType"].endswith("Proactive") or r["SRType"] == "SW-Bulk Scheduled":
            continue
        status, closed = r["SRStatus"], local(r["CloseDate"])
        end = ("duplicate" if "Duplicate" in status else "transferred" if "Transferred" in status
               else "cleared" if status == "Closed" else "open")
        if end == "duplicate" and closed is None:
            closed = local(r["StatusDate"])
        cases.append((local(r["CreatedDate"]), closed if end != "open" else None, end, r["SRType"], None, local(r["DueDate"])))
    return zone, cases


def last_time(path):
    """The latest time in the file, of rows of any kind."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if "cleared_utc" in rows[0]:
        texts = [r[c] for r in rows for c in ("reported_utc", "cleared_utc")]
        return max(datetime.datetime.strptime(t, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp() for t in texts)
    zone = zoneinfo.ZoneInfo("America/New_York")
    texts = [r[c] for r in rows for c in ("CreatedDate", "CloseDate", "StatusDate") if r[c]]
    return max(datetime.datetime.strptime(t, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=zone).timestamp() for t in texts)


def midnight(date, zone, days=0):
    day = datetime.date.fromisoformat(date) + datetime.timedelta(days=days)
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def cut(cases, end_s, from_s, whole=False):
    """The cases as the record stood at end_s; whole: that is its end and no cut."""
    kept = []
    for reported, ended, end, category, hazardous, due in cases:
        if (reported >= end_s and not whole) or reported < from_s:
            continue
        if ended is None or (ended >= end_s and not whole):
            ended, end = end_s, "open"
        kept.append((reported, ended, end, category, hazardous, due))
    return kept


def quantile(values, p):
    values = sorted(values)
    at = (len(values) - 1) * p
    low = int(at)
    return values[low] + (at - low) * (values[min(low + 1, len(values) - 1)] - values[low])


def times(values):
    if not values:
        return {"n": 0, "mean": None, "median": None, "p90": None, "longest": None}
    return {"n": len(values), "mean": math.fsum(values) / len(values), "median": quantile(values, 0.5),
            "p90": quantile(values, 0.9), "longest": max(values)}


def kaplan_meier(pairs):
    """[(time, survival from then on)] of (time, event) pairs."""
    curve, survival = [], 1.0
    for t in sorted({t for t, _ in pairs}):
        at_risk = sum(u >= t for u, _ in pairs)
        survival *= 1 - sum(u == t and e for u, e in pairs) / at_risk
        curve.append((t, survival))
    return curve


def restricted_mean(curve, horizon):
    area, before, height = 0.0, 0.0, 1.0
    for t, survival in curve:
        area += (min(t, horizon) - min(before, horizon)) * height
        before, height = t, survival
    return area + max(horizon - before, 0) * height


def logrank(groups):
    """chi-square of two groups of (time, event)."""
    seen = expected = variance = 0.0
    for t in sorted({t for group in groups for t, e in group if e}):
        n = [sum(u >= t for u, _ in group) for group in groups]
        d = [sum(u == t and e for u, e in group) for group in groups]
        all_n, all_d = sum(n), sum(d)
        seen += d[0]
        expected += all_d * n[0] / all_n
        if all_n > 1:
            variance += all_d * n[0] * n[1] * (all_n - all_d) / all_n**2 / (all_n - 1)
    return (seen - expected) ** 2 / variance


def group_of(cases, horizon):
    days = [(ended - reported) / DAY for reported, ended, *_ in cases]
    pairs = [(t, case[2] == "cleared") for t, case in zip(days, cases)]
    curve = kaplan_meier(pairs)
    if curve[-1][1] > 0:
        horizon = min(horizon, max(days))
    group = {end: sum(case[2] == end for case in cases) for end in ("cleared", "open", "duplicate", "transferred")}
    group |= {"n": len(cases), "calendar_days": times([t for t, e in pairs if e]),
              "closed_days": times([t for t, case in zip(days, cases) if case[2] != "open"]),
              "oldest_open_days": max((t for t, case in zip(days, cases) if case[2] == "open"), default=None),
              "km_median": next((t for t, s in curve if s <= 0.5 + 1e-12), None),
              "horizon_days": horizon, "restricted_mean": restricted_mean(curve, horizon)}
    return group


def compare(where, ours, theirs, faults):
    for key, value in ours.items():
        other = theirs[key]
        if isinstance(value, dict):
            compare(f"{where}.{key}", value, other, faults)
        elif (value is None) != (other is None) or (value is not None and abs(value - other) > 1e-6 * max(1, abs(value))):
            faults.append(f"{where}.{key}: {other}, expected {value}")


def check(path, folder, until=None, since=None):
    zone, cases = rows_of(path)
    end_s = midnight(until, zone, 1) if until else last_time(path)
    cases = cut(cases, end_s, midnight(since, zone) if since else -math.inf, not until)
    with open(folder + "/history.json", encoding="utf-8") as file:
        page = json.load(file)
    faults, horizon = [], page["settings"]["horizon_days"]
    compare("all", group_of(cases, horizon), page["all"], faults)
    n = 0
    for group in page["groupings"].get("waste_type", {"groups": []})["groups"]:
        mine = [case for case in cases if case[3] and case[3] == group["name"]]
        if mine:
            n += 1
            compare(group["name"], group_of(mine, horizon), group, faults)
    hazard = page["groupings"].get("hazardous")
    if hazard:
        parts = {name: [c for c in cases if c[4] is word] for name, word in
                 (("hazardous", True), ("not hazardous", False), ("not known", None))}
        for group in hazard["groups"]:
            n += 1
            compare(group["name"], group_of(parts[group["name"]], horizon), group, faults)
        if hazard["logrank"]:
            pairs = [[((c[1] - c[0]) / DAY, c[2] == "cleared") for c in parts[name]] for name in ("hazardous", "not hazardous")]
            compare("logrank", {"chi2": logrank(pairs)}, hazard["logrank"], faults)
    for fault in faults:
        print(fault)
    of = page["all"]
    print(f"{of['n']} cases, {of['open']} open ({100 * of['open'] / of['n']:.1f} %), {n} groups, {len(faults)} faults")
    return bool(faults) or not cases


def find_cut(path, share):
    """Of all windows of up to 60 days, that with the most cases that leaves this share open, to 1 %."""
    zone, cases = rows_of(path)
    last = datetime.datetime.fromtimestamp(max(c[0] for c in cases), zone).date()
    first = datetime.datetime.fromtimestamp(min(c[0] for c in cases), zone).date()
    best = (0, "", "")
    for days in (10, 20, 30, 45, 60):
        for at in range(days, (last - first).days, 3):
            until = first + datetime.timedelta(days=at)
            since = until - datetime.timedelta(days=days)
            kept = cut(cases, midnight(until.isoformat(), zone, 1), midnight(since.isoformat(), zone))
            still = sum(c[2] == "open" for c in kept)
            if kept and abs(still / len(kept) - share) <= 0.01 and len(kept) > best[0]:
                best = (len(kept), since.isoformat(), until.isoformat())
    print(best[1], best[2])
    return not best[0]


if sys.argv[1] == "--cut":
    sys.exit(find_cut(sys.argv[2], float(sys.argv[3])))
sys.exit(check(*sys.argv[1:]))
