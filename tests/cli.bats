#!/usr/bin/env bats
# cli.bats -- the command line as other programs see it: words, exit codes, streams, signals.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR"
    corpus=$TR_SOURCE_DIR/tests/fuzz/corpus/public
}

# A benchmark file of $1 stops that takes a while.
instance() {
    awk -v n="$1" 'BEGIN {
        print "GRID\n\nVEHICLE\nNUMBER CAPACITY\n", n, 100, "\n\nCUSTOMER\nCUST NO. X Y DEMAND READY DUE SERVICE\n"
        for (i = 0; i <= n; i++)
            print i, i * 37 % 101, i * 53 % 97, i ? 5 + i % 7 : 0, 0, 5000, i ? 10 : 0
    }'
}

@test "no command is a usage error that names the commands" {
    run "$TIPRUN"
    [ "$status" -eq 2 ]
    [[ $output == *"plan, check, solve"* ]]
}

@test "an unknown command is told with the nearest known one" {
    run "$TIPRUN" slove
    [ "$status" -eq 2 ]
    [[ $output == *'unknown command "slove" (did you mean "solve"?)'* ]]
}

@test "help of every command goes to standard output, with an example and the exit codes" {
    for command in "" plan check solve; do
        # shellcheck disable=SC2086
        "$TIPRUN" $command --help >out 2>err
        [ ! -s err ]
        grep -q '^Example: tiprun' out
        grep -q '^  4  a rule is broken' out
    done
}

@test "version" {
    run "$TIPRUN" --version
    [ "$status" -eq 0 ]
    [[ $output =~ ^tiprun\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "unknown options and bad values are usage errors that name them" {
    run "$TIPRUN" solve --sede 3 x
    [ "$status" -eq 2 ]
    [[ $output == *--sede* ]]
    for bad in "-t 0" "-t abc" "--iterations 0" "--iterations 1e3" "--seed -1" "--threads 3" "-t 1 --iterations 5"; do
        # shellcheck disable=SC2086
        run "$TIPRUN" solve $bad "$corpus/cvrp.vrp"
        [ "$status" -eq 2 ]
    done
    [[ $output == *"exclude each other"* ]]
}

@test "plan says what is missing" {
    run "$TIPRUN" plan
    [ "$status" -eq 2 ]
    [[ $output == *"REPORTS are missing"* ]]
    run "$TIPRUN" plan r.csv -o day
    [ "$status" -eq 2 ]
    [[ $output == *"--fleet is missing"* ]]
    run "$TIPRUN" plan r.csv --fleet f.json -o day --travel osrm
    [ "$status" -eq 2 ]
    [[ $output == *"--travel osrm needs --osrm URL"* ]]
    [ ! -e day ]
}

@test "solve prints a summary and writes VRPLIB text" {
    run "$TIPRUN" solve "$corpus/cvrp.vrp" --iterations 2000 -o four.sol
    [ "$status" -eq 0 ]
    [[ $output == *"cost 12"* && $output == *"routes 2"* && $output == *"left 0"* ]]
    grep -q '^Route #1: ' four.sol
    grep -q '^Cost 12$' four.sol
}

@test "solve reads standard input and writes standard output" {
    "$TIPRUN" solve - -o - --iterations 2000 <"$corpus/solomon.txt" >out 2>err
    [ ! -s err ]
    [ "$(tail -n 1 out)" = "Cost $(awk '/^Cost/ {print $2}' out)" ]
    [ "$(grep '^Route' out | cut -d: -f2 | tr ' ' '\n' | grep . | sort | tr '\n' ' ')" = "1 2 3 " ]
}

@test "a fault of the instance names file, line and value" {
    sed 's/TYPE : CVRP/TYPE : TSP/' "$corpus/cvrp.vrp" >bad.vrp
    run "$TIPRUN" solve bad.vrp
    [ "$status" -eq 2 ]
    [ "$output" = "tiprun: bad.vrp: line 3: TYPE TSP is not supported (known: CVRP, VRPTW)" ]
    run "$TIPRUN" solve no-such-file
    [ "$status" -eq 2 ]
    [ "$output" = "tiprun: no-such-file: No such file or directory" ]
}

@test "a stop that fits nowhere is no solution: exit 4, nothing written" {
    # the customer's window closes before anyone can be there
    sed 's/^    1 .*/    1 90 90 10 0 1 10/' "$corpus/solomon.txt" >late.txt
    run "$TIPRUN" solve late.txt --iterations 500 -o late.sol
    [ "$status" -eq 4 ]
    [[ $output == *"1 of 3 stops fit on no route"* ]]
    [ ! -e late.sol ]
}

@test "output that cannot be written is told, whatever it is" {
    run "$TIPRUN" solve "$corpus/cvrp.vrp" --iterations 100 -o no/such/folder/x.sol
    [ "$status" -ne 0 ]
    [[ $output == *no/such/folder/x.sol* ]]
    run bash -c '"$TIPRUN" solve "$1" --iterations 100 >/dev/full' _ "$corpus/cvrp.vrp"
    [ "$status" -eq 1 ]
    [ "$output" = "tiprun: standard output: No space left on device" ]
}

@test "no escape sequence where no terminal is" {
    "$TIPRUN" solve "$corpus/cvrp.vrp" --iterations 2000 >out 2>&1
    run ! grep -q $'[\r\033]' out
}

@test "same seed and iterations give the same bytes on 1 thread and on 2" {
    instance 60 >grid.txt
    "$TIPRUN" solve grid.txt --iterations 20000 --seed 7 --threads 1 -o one.sol
    "$TIPRUN" solve grid.txt --iterations 20000 --seed 7 --threads 2 -o two.sol
    "$TIPRUN" solve grid.txt --iterations 20000 --seed 7 --threads 2 -o again.sol
    cmp one.sol two.sol
    cmp two.sol again.sol
}

@test "SIGINT and SIGTERM end the search with the best plan so far" {
    instance 60 >grid.txt
    for signal in INT TERM; do
        started=$SECONDS
        "$TIPRUN" solve grid.txt -t 60 -o "$signal.sol" 2>err &
        sleep 1
        kill -s "$signal" $!
        wait $!
        [ $((SECONDS - started)) -lt 20 ]
        grep -q 'stopped by a signal' err
        grep -q '^Cost [0-9]' "$signal.sol"
    done
}

@test "the manual page and the help name the same options" {
    page=$TR_SOURCE_DIR/docs/tiprun.1.scd
    for command in plan check solve travel calibrate 'replay --fleet=' replay fit; do
        # shellcheck disable=SC2086
        "$TIPRUN" $command --help | grep -o -- '--[a-z][a-z-]*' | sort -u
    done | sort -u | grep -v -e --help -e --usage -e --version -e --time >in_help
    grep -o -- '\*--[a-z][a-z-]*' "$page" | tr -d '*' | sort -u >in_page
    diff in_help in_page
    [ "$(wc -l <in_help)" -gt 15 ]
}

@test "the README's two commands are there" {
    run awk '/^```/ {f = !f; next} f && /^\.\// {print}' "$TR_SOURCE_DIR/README.md"
    [ "${lines[0]}" = "./scripts/setup" ]
    [ "${lines[1]}" = "./scripts/test" ]
    [ -x "$TR_SOURCE_DIR/scripts/setup" ]
    [ -x "$TR_SOURCE_DIR/scripts/test" ]
}

@test "a file that is a link is written where it leads" {
    cd "$BATS_TEST_TMPDIR"
    printf 'id,lat,lon\na,51.5,-0.1\nb,51.51,-0.11\n' >places.csv
    echo old >real.csv
    ln -s real.csv link.csv
    "$TIPRUN" travel --places places.csv --travel estimated --csv link.csv >/dev/null
    [ -L link.csv ]
    grep -q '^car,a,b,' real.csv
    ln -s /proc/self/fd/1 out
    "$TIPRUN" travel --places places.csv --travel estimated --csv out >said
    [ -L out ]
    grep -q '^car,a,b,' said
}
