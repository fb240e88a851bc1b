#!/usr/bin/env python3
"""Makes the reference values of test_stats.c: what R (survival, boot, stats) and Python (lifelines, scipy) say.

usage: stats_reference.py > stats_reference.tsv                   drawn samples, with their data
       stats_reference.py HISTORY_FOLDER > stats_history.tsv      figures of the recorded histories, without their rows

Needs lifelines and scipy (pip), Rscript with survival and boot (Debian: r-base-core r-cran-survival r-cran-boot).
The tests read what it made, so they need none of these.  A line is a name, a tab, and numbers with spaces between;
the first word of a name is the sample, the last who says so, where that matters.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import csv
import datetime
import pathlib
import subprocess
import sys
import tempfile
import warnings

import lifelines
import lifelines.statistics
import numpy as np
import scipy.stats

SHARES = [0.05, 0.25, 0.5, 0.75, 0.9]  # of quantiles
HERE = pathlib.Path(__file__).parent
WINDOW_DAYS = {"sanjose": 20, "baltimore": 25}
HISTORY_START = datetime.datetime(2014, 1, 1)


def put(name, values):
    print(name, " ".join("nan" if np.isnan(v) else repr(float(v)) for v in np.atleast_1d(values)), sep="\t")


def put_survival(name, t, event, group, cause, grid, horizon):
    """Curves at the times of `grid`, quantiles, the restricted mean, tests; groups below 0 stay out of the test."""
    put(f"{name} grid", grid)
    put(f"{name} horizon", horizon)
    put(f"{name} quantile numpy", np.quantile(t, SHARES))
    km = lifelines.KaplanMeierFitter(alpha=0.05).fit(t, event)
    put(f"{name} survival lifelines", km.survival_function_at_times(grid).values)
    put(f"{name} km_quantile lifelines", [finite(km.percentile(1 - p)) for p in SHARES])
    band = km.confidence_interval_
    at = np.searchsorted(band.index.values, grid, side="right") - 1
    put(f"{name} low lifelines", band.values[at, 0])
    put(f"{name} high lifelines", band.values[at, 1])
    put(f"{name} rmean lifelines", lifelines.utils.restricted_mean_survival_time(km, t=horizon))
    known = group >= 0
    test = lifelines.statistics.multivariate_logrank_test(t[known], group[known], event[known])
    put(f"{name} logrank lifelines", [test.test_statistic, test.p_value, test.degrees_of_freedom])
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as rows:
        writer = csv.writer(rows)
        writer.writerow(["t", "event", "group", "cause"])
        writer.writerows([repr(float(a)), int(b), int(c), int(d)] for a, b, c, d in zip(t, event, group, cause))
        rows.flush()
        r("survival", name, rows.name, repr(float(horizon)), *(repr(float(g)) for g in grid))


def finite(x):
    return x if np.isfinite(x) else np.nan


def r(*arguments):
    sys.stdout.flush()
    subprocess.run(["Rscript", "--vanilla", HERE / "stats_reference.R", *arguments], check=True)


def put_bca(name, samples, figure, statistic):
    """BCa of a figure of one sample, or of the difference of that of two, with the parts that it is made of."""
    both = statistic if len(samples) == 1 else lambda x, y, axis: statistic(x, axis=axis) - statistic(y, axis=axis)
    result = scipy.stats.bootstrap(samples, both, n_resamples=400_000, method="BCa", batch=1000,
                                   rng=np.random.default_rng(7))
    estimate = float(both(*samples, axis=0))
    drawn = result.bootstrap_distribution
    share = (np.sum(drawn < estimate) + np.sum(drawn <= estimate)) / (2 * len(drawn))
    acceleration = scipy.stats._resampling._bca_interval(samples, both, -1, 0.025, drawn, 1000, np)[2]
    put(f"{name} bca_{figure} scipy", [estimate, *result.confidence_interval, result.standard_error,
                                       scipy.stats.norm.ppf(share), float(acceleration)])


def drawn_samples():
    rng = np.random.default_rng(1958)
    for name, n, rate in ("ties", 120, 0.12), ("few", 17, 0.3), ("whole", 61, 0.0):
        group, cause = rng.integers(0, 4, n), rng.integers(1, 4, n)
        true = rng.lognormal(1 + 0.25 * (group % 2), 0.9, n)
        seen = rng.exponential(1 / rate, n) if rate else np.full(n, np.inf)
        digits = 2 if name == "whole" else 0
        t = np.round(np.minimum(true, seen), digits) + (1 if digits == 0 else 0)
        event = true <= seen
        cause = np.where(event, cause, 0)
        for column, values in ("t", t), ("event", event), ("group", group), ("cause", cause):
            put(f"{name} {column}", values)
        put_survival(name, t, event, group, cause, np.unique(t), round(float(np.quantile(t, 0.8)), 1))
    difference = np.round(rng.normal(0.4, 1, 30) + rng.exponential(1, 30), 3)
    skewed = np.round(rng.lognormal(0, 1, 40), 3)
    other = np.round(rng.lognormal(0.3, 0.8, 25), 3)
    put("difference x", difference)
    put("skewed x", skewed)
    put("other x", other)
    student = scipy.stats.ttest_1samp(difference, 0).confidence_interval(0.95)
    put("difference t scipy", [difference.mean(), student.low, student.high])
    mean = lambda x, axis: np.mean(x, axis=axis)
    put_bca("difference", (difference,), "mean", mean)
    put_bca("skewed", (skewed,), "mean", mean)
    put_bca("skewed", (skewed,), "p90", lambda x, axis: np.quantile(x, 0.9, axis=axis))
    put_bca("two", (skewed, other), "mean", mean)
    for name, x in ("difference", difference), ("skewed", skewed):
        r("mean", name, *(repr(float(v)) for v in x))
    for k, n in (0, 10), (10, 10), (1, 10), (3, 7), (58, 62), (19, 20), (71, 120), (1, 100_000), (4999, 5000):
        exact = scipy.stats.binomtest(k, n).proportion_ci(0.95, method="exact")
        put("binomial scipy", [k, n, exact.low, exact.high])
        r("binomial", str(k), str(n))


def window_cut(reported, end, days):
    """Time, and whether the end was seen at the end of the window of `days` that it was reported in."""
    width = days * 86400
    seen = (reported // width + 1) * width
    return np.minimum(end, seen) - reported, end <= seen


def put_history(name, reported, end, event, group, cause):
    """A record as it is, and cut at the end of each window, which leaves some 20 % open."""
    grid = [0.25, 0.5, 1, 2, 3, 5, 8, 13, 21]
    t = (end - reported) / 86400
    put(f"{name} n", [len(t), event.sum()])
    put_survival(name, t, event, group, cause, grid, 14)
    cut, seen = window_cut(reported, end, WINDOW_DAYS[name])
    cut = cut / 86400
    ended = event & seen
    put(f"{name}_cut n", [len(cut), ended.sum()])
    put_survival(f"{name}_cut", cut, ended, group, np.where(seen, cause, 0), grid, 14)


def seconds(text, form):
    return round((datetime.datetime.strptime(text, form) - HISTORY_START).total_seconds())


def histories(folder):
    form = "%Y-%m-%dT%H:%M:%SZ"
    with open(folder / "sanjose_clean.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    reported = np.array([seconds(row["reported_utc"], form) for row in rows])
    end = np.array([seconds(row["cleared_utc"], form) for row in rows])
    group = np.array([{"1": 1, "0": 0, "": -1}[row["hazardous"]] for row in rows])
    every = np.ones(len(rows), bool)
    put_history("sanjose", reported, end, every, group, every.astype(int))
    t = (end - reported) / 86400
    put_bca("sanjose", (t[group == 1], t[group == 0]), "mean", lambda x, axis: np.mean(x, axis=axis))

    form = "%m/%d/%Y %I:%M:%S %p"
    types = ["HCD-Illegal Dumping", "HCD-Sanitation Property", "SW-Bulk Special", "SW-Dirty Alley", "SW-Dirty Street"]
    with open(folder / "baltimore_311_dumping_dirty_bulk.csv", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file)
                if row["SRType"] != "SW-Bulk Scheduled" and "Proactive" not in row["SRType"]]
    reported = np.array([seconds(row["CreatedDate"], form) for row in rows])
    closed = np.array([seconds(row["CloseDate"], form) if row["CloseDate"] else -1 for row in rows])
    last = max(np.max(reported), np.max(closed))
    end = np.where(closed < 0, last, closed)
    cause = np.array([0 if c < 0 else 2 if "Duplicate" in row["SRStatus"] else
                      3 if "Transferred" in row["SRStatus"] else 1 for row, c in zip(rows, closed)])
    group = np.array([types.index(row["SRType"]) if row["SRType"] in types else -1 for row in rows])
    put_history("baltimore", reported, end, cause == 1, group, cause)
    t = (end - reported) / 86400
    put_bca("baltimore", (t[(group == 0) & (cause > 0)], t[(group == 1) & (cause > 0)]), "mean",
            lambda x, axis: np.mean(x, axis=axis))


warnings.simplefilter("ignore", lifelines.exceptions.ApproximationWarning)
if len(sys.argv) > 1:
    histories(pathlib.Path(sys.argv[1]))
else:
    drawn_samples()
