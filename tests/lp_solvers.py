#!/usr/bin/env python3
"""lp_solvers.py -- do other solvers find in the compact model what the brute force finds in the morning?

  lp_solvers.py LP_MORNINGS SCRIPTS_HIGHS [COUNT]

LP_MORNINGS writes the three levels of COUNT (120) random mornings and their true optimum. HiGHS solves all of
them, and so does CBC; where there are more than 5 stops CBC is told to look at nothing that costs more than the
optimum may in the model (a cutoff: it must still find a solution and prove that none is below). Levels 1 and 2 must be the optimum exactly, the cost within what rounding once
for each route can do (2.5 pence a vehicle). A level at 0 needs no solver: the next level holds it. Solvers are
stopped by nodes, never by seconds; what one has not proven by then is not compared, and enough must be.
Exit code 77 (skipped) where a solver is not to be had, unless TR_SOLVERS_REQUIRED is set.
SPDX-License-Identifier: GPL-3.0-or-later"""
import collections
import csv
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile

NODES = {"highs": 300, "cbc": 200, "cbc_large": 1000}
ENOUGH = {"highs": 90, "cbc": 60, "cbc_large": 20}  # mornings compared at all levels
CBC_STOPS = 5  # above: cbc_large
GAP = 0.1  # of the objective: pence
RULES = """kg litres payload carried segregation site_streams opening same_shift certificates equipment pin leave
windows shift hours eu wtr hazard_first deadline start_load roads""".split()


def highs(path, _):
    import highspy

    solver = highspy.Highs()
    for option, value in {
        "output_flag": False, "threads": 1, "random_seed": 1, "mip_max_nodes": NODES["highs"],
        "mip_rel_gap": 0.0, "mip_abs_gap": GAP,
    }.items():
        solver.setOptionValue(option, value)
    if solver.readModel(path) != highspy.HighsStatus.kOk:
        return "unreadable", None
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kSolutionLimit:
        return "limit", None
    if status != highspy.HighsModelStatus.kOptimal:
        return solver.modelStatusToString(status), None
    return "optimal", solver.getInfo().objective_function_value


def cbc(path, _, nodes=NODES["cbc"], options=()):
    command = ["cbc", path, *options, "-maxNodes", str(nodes), "-allow", str(GAP), "-ratio", "0", "-solve", "-quit"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    if re.search(r"Result - Stopped on node limit", said):
        return "limit", None
    value = re.search(r"^Objective value:\s*(\S+)", said, re.M)
    if "Result - Optimal solution found" not in said or not value:
        return "no optimum: " + said[-300:], None
    return "optimal", float(value[1])


def cbc_large(path, most):
    return cbc(path, most, NODES["cbc_large"], ("-cutoff", str(most)))


def compare(solver, folder, row):
    """What is wrong ("" = nothing), and whether all levels were compared."""
    goal = [int(x) for x in row["goal"]]
    for level in (1, 2, 3):
        if level < 3 and goal[level - 1] == 0:
            continue
        slack = 0.01 if level < 3 else 2.5 * row["vehicles"] + GAP
        status, value = solver(f"{folder}/{row['n']}-{level}.lp", goal[level - 1] + slack)
        if status == "limit":
            return "", False
        if status != "optimal" or abs(value - goal[level - 1]) > slack:
            return f"morning {row['n']}, level {level}: {status} {value}, brute force {goal[level - 1]}", False
    return "", True


def run(name, folder, rows):
    faults, done, seen, matter = [], 0, collections.Counter(), collections.Counter()
    for row in rows:
        fault, compared = compare(globals()[name], folder, row)
        if fault:
            faults.append(f"{name}: {fault}")
        if compared:
            done += 1
            seen.update(row["rules"])
            matter.update(row["matter"])
    return name, len(rows), done, faults, seen, matter


def main():
    mornings, scripts_highs = sys.argv[1:3]
    count = sys.argv[3] if len(sys.argv) > 3 else "120"
    got = subprocess.run([scripts_highs, "get"], stdout=subprocess.PIPE, text=True, check=False)
    have_cbc = any(os.access(f"{d}/cbc", os.X_OK) for d in os.environ["PATH"].split(":"))
    if got.returncode or not have_cbc:
        print("lp_solvers.py: needs HiGHS (scripts/highs get) and CBC (coinor-cbc)", file=sys.stderr)
        return 1 if os.environ.get("TR_SOLVERS_REQUIRED") else 77
    sys.path.insert(0, got.stdout.strip())
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run([mornings, folder, count], stdout=subprocess.PIPE, text=True, check=True).stdout
        rows = [
            {"n": r[0], "vehicles": int(r[1]), "stops": int(r[2]), "goal": r[3:6], "rules": r[6].split(), "matter": r[7].split()}
            for r in csv.reader(told.splitlines())
        ]
        small = [r for r in rows if r["stops"] <= CBC_STOPS]
        large = [r for r in rows if r["stops"] > CBC_STOPS]
        with multiprocessing.Pool(2) as pool:
            todo = {"cbc_large": large, "highs": rows, "cbc": small}
            jobs = [pool.apply_async(run, (name, folder, some)) for name, some in todo.items()]
            results = [job.get() for job in jobs]
    good = True
    for name, tried, done, faults, seen, matter in results:
        print(f"{name}: {done} of {tried} mornings compared, {len(faults)} differ")
        print(f"{name}: rules in them (changing the optimum, at least): " + ", ".join(f"{r} {seen[r]} ({matter[r]})" for r in RULES))
        for fault in faults:
            print(fault)
        missing = [r for r in RULES if name != "cbc_large" and (seen[r] < 5 or (name == "highs" and matter[r] < 1 and r != "same_shift"))]
        if missing:
            print(f"{name}: too few mornings with: {' '.join(missing)}")
        if done < ENOUGH[name]:
            print(f"{name}: fewer than {ENOUGH[name]} compared")
        good = good and not faults and not missing and done >= ENOUGH[name]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
