#!/usr/bin/env bats
# replay.bats -- tiprun replay --history-only from the command line: made-up records of tests/history, and the real ones of a
# folder shared/history beside the project where there is one (TR_SHARED names another).
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck disable=SC2154 # stderr: run sets it
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    made=$TR_SOURCE_DIR/tests/history
    real=${TR_SHARED:-$TR_SOURCE_DIR/../shared}/history
}

describe() {
    run --separate-stderr "$TIPRUN" replay --history-only "$@"
}

value() { # FILE, a Python expression over its JSON `j`
    python3 -c 'import json, sys; j = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}

@test "a record becomes a page, JSON and CSV; what is left out is told" {
    describe --history "$made/traps.csv" --target-days 3 -o out
    [ "$status" -eq 0 ]
    [[ $output == *"traps.csv: 18 rows, 11 cases: 6 cleared, 2 open, 2 duplicates, 1 passed on or without clearing"* ]]
    [[ $output == *"left out: 1 raised by crews themselves"* ]]
    [[ $stderr == *"row 12, column Created Date: \"soon\" is no time"* ]]
    [[ $stderr == *"row 14: has 3 columns, the header has 9"* ]]
    [[ $stderr == *"times have no zone and are read as Europe/London"* ]]
    for file in history.html history.json history.csv history-months.csv; do [ -s "out/$file" ]; done
    [ "$(head -1 out/history-months.csv)" = month,reports,category ]
    [ "$(value out/history.json 'j["record"]["rows"] - sum(j["record"]["left_out"].values()) - j["record"]["cases"]')" = 0 ]
}

@test "same input, same bytes" {
    describe --history "$made/traps.csv" -o first
    describe --history "$made/traps.csv" -o second
    diff -r first second
    describe --history "$made/traps.csv" --seed 7 -o third
    run ! diff -q first/history.json third/history.json
}

@test "the calendar of England and Wales for our own files, another by --holidays" {
    describe --history "$made/own.csv" -o out
    grep -q 'without the bank holidays of England and Wales' out/history.html
    [ "$(value out/history.json 'round(j["all"]["working_days"]["mean"], 6)')" = 1.9375 ]
    describe --history "$made/own.csv" --holidays "$made/holidays.txt" -o out
    grep -q 'without the 2 holidays of holidays.txt' out/history.html
    [ "$(value out/history.json 'j["settings"]["holidays"]')" = file ]
    [ "$(value out/history.json 'j["settings"]["zone"]')" = Europe/London ]
}

@test "a mapping reads any layout" {
    describe --history "$made/mapped.csv" --mapping "$made/mapping.json" -o out
    [ "$status" -eq 0 ]
    [[ $output == *"Testham: 5 rows, 4 cases: 2 cleared, 1 open, 0 duplicates, 1 passed on"* ]]
    grep -q '<h1>Clear-up times: Testham</h1>' out/history.html
}

@test "--only and --until" {
    describe --history "$made/traps.csv" --only alley --until 2026-10-28 -o out
    [ "$status" -eq 0 ]
    [[ $output == *"3 cases: 2 cleared, 1 open"* ]]
    grep -q 'cut there; what came later is not looked at' out/history.html
    [ "$(value out/history.json 'j["record"]["kept_with_care"]["cut_open"]')" = 1 ]
}

@test "all faults of all files are told at once" {
    printf '2026-13-01\n' >holidays.txt
    printf '{"columns": {"ref": "idd"}, "dates": "year_first", "statuses": {"gone": "away"}, "zone": "x"}' >mapping.json
    printf 'ref,opened\na,2026-01-01\n' >record.csv
    describe --history record.csv --mapping mapping.json --holidays holidays.txt -o out
    [ "$status" -eq 2 ]
    [[ $stderr == *'holidays.txt: line 1: "2026-13-01" is no date'* ]]
    [[ $stderr == *'mapping.json: columns.ref: unknown field "idd"; did you mean "id"?'* ]]
    [[ $stderr == *year_first* && $stderr == *away* && $stderr == *'unknown key "zone"'* ]]
    [ ! -e out ]
}

@test "wrong usage is told" {
    describe -o out
    [ "$status" -eq 2 ] && [[ $stderr == *"--history is missing"* ]]
    describe --history "$made/own.csv"
    [ "$status" -eq 2 ] && [[ $stderr == *"-o is missing"* ]]
    describe --history "$made/own.csv" -o out --until 2026-02-30
    [ "$status" -eq 2 ] && [[ $stderr == *'"2026-02-30" is no date'* ]]
    describe --history "$made/own.csv" -o out --target-days 3 --target-working-days 3
    [ "$status" -eq 2 ] && [[ $stderr == *"give one"* ]]
    describe --history "$made/own.csv" -o out --zone Mars/Olympus
    [ "$status" -eq 2 ] && [[ $stderr == *"is not known here"* ]]
    describe --history nowhere.csv -o out
    [ "$status" -eq 2 ] && [[ $stderr == *"nowhere.csv: cannot be opened"* ]]
    run --separate-stderr "$TIPRUN" replay --history "$made/own.csv" -o out
    [ "$status" -eq 2 ] && [[ $stderr == *"--history-only is missing"* ]]
}

@test "what is written and what is read hold to their schemas" {
    python3 -c 'import jsonschema' || skip "no python3-jsonschema"
    describe --history "$made/traps.csv" -o out
    describe --history "$made/own.csv" --draws 0 --target-working-days 4 -o own
    python3 - "$TR_SOURCE_DIR/instances/schema" "$made/mapping.json" "$TR_SOURCE_DIR/instances/mapping-london-fixmystreet.json" <<'END'
import json, sys, jsonschema
load = lambda path: json.load(open(path))
for file in ("out", "own"):
    jsonschema.validate(load(file + "/history.json"), load(sys.argv[1] + "/history.schema.json"))
for file in sys.argv[2:]:
    jsonschema.validate(load(file), load(sys.argv[1] + "/history-mapping.schema.json"))
END
}

@test "the page loads nothing, says nothing on the console, and draws" {
    command -v "${CHROMIUM:=chromium}" >/dev/null || skip "no chromium: the page is not looked at"
    describe --history "$made/traps.csv" -o out
    "$CHROMIUM" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --no-proxy-server \
        --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$PWD/profile" --enable-logging=stderr \
        --virtual-time-budget=4000 --dump-dom "file://$PWD/out/history.html" >dom 2>said
    run ! grep CONSOLE said
    run ! grep -E '<(script|link|img|iframe)|https?:' dom
    [ "$(grep -c '<svg' dom)" -ge 4 ]
    [[ $(<dom) == *'class="curve"'* && $(<dom) == *'class="bar"'* ]]
}

# FILE N MEAN MEDIAN P90 of every closing of a group, as the folder's README tells them
told_by_readme() {
    python3 - "$@" <<'END'
import json, sys
page, grouping, name, n, *figures = sys.argv[1:]
page = json.load(open(page + "/history.json"))
group = page["all"] if not name else next(g for g in page["groupings"][grouping]["groups"] if g["name"] == name)
days = group["closed_days"]
assert days["n"] == int(n), days
for key, figure in zip(("mean", "median", "p90"), figures):
    assert abs(days[key] - float(figure)) <= (0.051 if key == "p90" and figure == "10.8" else 0.0101), (key, days)
END
}

@test "real records: San José, without a hand's turn" {
    [ -e "$real/sanjose_clean.csv" ] || skip "no $real: real records are not read"
    describe --history "$real/sanjose_clean.csv" --draws 0 -o out
    [ "$status" -eq 0 ] && [ -z "$stderr" ]
    told_by_readme out - "" 1887 4.63 1.99 10.8
    told_by_readme out hazardous hazardous 65 2.94 1.55
    told_by_readme out hazardous "not hazardous" 997 3.78 1.90
    python3 "$TR_SOURCE_DIR/tests/check_history.py" "$real/sanjose_clean.csv" out
}

@test "real records: Baltimore, without a hand's turn" {
    file=$real/baltimore_311_dumping_dirty_bulk.csv
    [ -e "$file" ] || skip "no $real: real records are not read"
    describe --history "$file" --draws 0 --target-days 3 -o out
    [ "$status" -eq 0 ] && [ -z "$stderr" ]
    told_by_readme out waste_type "HCD-Illegal Dumping" 71 3.00 2.75 4.93
    [ "$(value out/history.json '[(g["closed_inside"]["inside"], g["closed_inside"]["n"]) for g in j["groupings"]["waste_type"]["groups"] if g["name"] == "HCD-Illegal Dumping"]')" = "[(41, 71)]" ] # 58 %
    [ "$(value out/history.json '[j["record"]["left_out"][k] for k in ("crew_raised", "booked", "bad_row")]')" = "[292, 852, 0]" ]
    [ "$(value out/history.json 'j["record"]["kept_with_care"]["not_located"]')" = 117 ]
    python3 "$TR_SOURCE_DIR/tests/check_history.py" "$file" out
}

@test "real records cut where 20 % are open, and elsewhere, against figures computed apart" {
    [ -e "$real/sanjose_clean.csv" ] || skip "no $real: real records are not read"
    for name in sanjose_clean baltimore_311_dumping_dirty_bulk; do
        read -r since until < <(python3 "$TR_SOURCE_DIR/tests/check_history.py" --cut "$real/$name.csv" 0.2)
        describe --history "$real/$name.csv" --draws 0 --from "$since" --until "$until" -o "$name"
        run python3 "$TR_SOURCE_DIR/tests/check_history.py" "$real/$name.csv" "$name" "$until" "$since"
        echo "$name from $since until $until: $output"
        [ "$status" -eq 0 ]
        [[ $output =~ (19|20|21)\.[0-9]\ % ]]
        for until in 2016-06-30 2018-03-11 2018-11-04; do
            describe --history "$real/$name.csv" --draws 0 --until $until -o "$name"
            python3 "$TR_SOURCE_DIR/tests/check_history.py" "$real/$name.csv" "$name" $until
        done
    done
}
