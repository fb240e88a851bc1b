#!/bin/sh
# run_cases.sh TIPRUN [CASE...] -- runs `tiprun plan` on each folder of tests/cases and compares.
#
# A case holds `args` (one line; @ is its folder, @BIG a garbage file of 100 MB made here), `exit` (the
# code), `error` (each line must stand somewhere in standard error) and, if wanted, `expected` (each line
# must stand somewhere in summary.txt).  Exit 1 if any case differs.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
[ $# -ge 1 ] || { echo "usage: run_cases.sh TIPRUN [CASE...]" >&2; exit 2; }
tiprun=$1
shift
folder=$(cd "$(dirname "$0")" && pwd)/cases
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT INT TERM
# shellcheck disable=SC2046 # a name of a case is one word
[ $# -gt 0 ] || set -- $(cd "$folder" && for d in */args; do echo "${d%/args}"; done)

# Prints each line of file $1 that is no substring of file $2.
missing() {
    while IFS= read -r line; do
        grep -qF -- "$line" "$2" || printf '    missing: %s\n' "$line"
    done < "$1"
}

failed=0
for name in "$@"; do
    case_folder=$folder/$name
    args=$(cat "$case_folder/args")
    case $args in
    *@BIG*)
        [ -f "$work/big" ] || head -c 104857600 /dev/zero | tr '\0' 'x' > "$work/big"
        args=$(printf '%s' "$args" | sed "s|@BIG|$work/big|g") ;;
    esac
    args=$(printf '%s' "$args" | sed "s|@|$case_folder|g")
    rm -rf "$work/out"
    # shellcheck disable=SC2086 # the arguments are words
    timeout 60 "$tiprun" plan $args --travel estimated --iterations 200 -o "$work/out" > "$work/stdout" 2> "$work/stderr"
    code=$?
    trouble=
    [ "$code" = "$(cat "$case_folder/exit")" ] || trouble="    exit $code, expected $(cat "$case_folder/exit")"
    [ -f "$case_folder/error" ] && trouble=$trouble$(missing "$case_folder/error" "$work/stderr")
    [ -f "$case_folder/expected" ] && trouble=$trouble$(missing "$case_folder/expected" "$work/out/summary.txt")
    [ "$code" = 2 ] && [ -e "$work/out/plan.json" ] && trouble="$trouble    a plan was written in spite of the error"
    [ -z "$trouble" ] && continue
    failed=$((failed + 1))
    printf 'FAILED %s\n%s\n' "$name" "$trouble"
    sed 's/^/    stderr: /' "$work/stderr" | head -5
done
printf '%d cases, %d failed\n' $# "$failed"
[ "$failed" = 0 ]
