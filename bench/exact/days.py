"""days.py -- what bench/exact/samples and bench/exact/london share: prove one morning, and print Markdown tables.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEVELS = ("hazard left", "due work left", "cost")
LOG = ["root bound", "fleets", "cuts", "columns", "million labels", "lists", "s in GLPK's master", "s in pricing",
       "s in settling", "s in all"]


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{Path(sys.argv[0]).name}: {command[0]} ends with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def plan(tiprun, reports, inputs, day, folder, roads):
    """A plan of one iteration: all that is wanted of it is the morning that its plan.json holds."""
    run([tiprun, "plan", reports, "--fleet", inputs / "fleet.json", "--sites", inputs / "sites.json", "--policy",
         inputs / "policy.json", "--date", day, "--iterations", "1", "--no-cache", "-o", folder, *roads])
    return json.loads((folder / "plan.json").read_text(encoding="utf-8"))


def prove(program, tiprun, seconds, reports, inputs, day, roads):
    """What bench_day tells of the morning."""
    with tempfile.TemporaryDirectory() as name:
        plan(tiprun, reports, inputs, day, Path(name), roads)
        return json.loads(run([program, Path(name) / "plan.json", seconds]))


def pounds(pence):
    return "-" if pence is None else f"{pence / 100:.2f}"


def gap(told, above=0):
    """The gap of the cost in % of the cost above `above`; 0 if the cost is proven, 100 if there is no bound."""
    cost = told["levels"][2]
    if cost["proven"]:
        return 0.0
    whole = cost["value"] - above
    return 100.0 if cost["bound"] is None or whole <= 0 else 100 * (cost["value"] - cost["bound"]) / whole


def gap_text(told, above=0):
    return "no bound" if told["levels"][2]["bound"] is None else f"{gap(told, above):.3f}"


def log(told):
    f = told["figures"]
    return [pounds(f["root"]) if f["root"] else "-", f["fleets"], f["cuts"] + f["trip_cuts"], f["columns"] + f["trips"], f"{f['labels'] / 1e6:.1f}", f["listed"],
            f"{f['lp_s']:.2f}", f"{f['price_s']:.2f}", f"{f['settle_s']:.2f}", f"{told['cpu_s']:.2f}"]


def proven(told):
    return all(level["proven"] for level in told["levels"])


def points(level):
    """Points of a level above the cost, with the bound where it is not proven."""
    low = "no bound" if level["bound"] is None else f"{level['bound']} at least"
    return str(level["value"]) + ("" if level["proven"] else f" ({low})")


def why(told, seconds):
    """"proven", or what is not and why."""
    if proven(told):
        return "proven"
    late = told["cpu_s"] >= 0.95 * seconds
    ended = ("time" if late else "time or labels") if told["figures"]["limited"] else "cuts and rounds"
    open_levels = ", ".join(name for name, level in zip(LEVELS, told["levels"]) if not level["proven"])
    relaxed = sorted({level["relaxed"] for level in told["levels"] if level["relaxed"] and not level["proven"]})
    return f"{open_levels}: {ended}" + "".join(f"; left aside: {text}" for text in relaxed)


def head(columns):
    print("| " + " | ".join(columns) + " |")
    print("|" + "|".join("---" if k == 0 or k == len(columns) - 1 else "--:" for k in range(len(columns))) + "|", flush=True)


def row(cells):
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def tally(all_told):
    gaps = [gap(told) for told in all_told]
    print(f"\n{sum(map(proven, all_told))} of {len(all_told)} proven; gap of the cost: median {statistics.median(gaps):.3f} %, "
          f"largest {max(gaps):.3f} %"
          + (" (100 where there is no bound)" if 100.0 in gaps else ""), flush=True)
