#!/usr/bin/env bash
# mutate_referee.sh -- are the tests of the referee sharp?  Takes its checks away one by one.
#
#   tests/mutate_referee.sh [SOURCE_DIR]     (CC, JOBS, PKG_CONFIG from the environment)
#
# Each check of solver/referee.c stands in one BROKEN("tag", ...).  For each tag the referee is
# compiled without that check, and test_referee must then fail by a failed test; a crash, or a
# compile error, does not count.  Ends with "N checks removed one by one, M noticed", and exit 0
# only if all were.  Works in a directory of its own that it removes.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

source_dir=$(cd "${1:-$(dirname "$0")/..}" && pwd)
cc=${CC:-cc}
read -ra cmocka <<< "$("${PKG_CONFIG:-pkg-config}" --cflags --libs cmocka)"
flags=(-std=c17 -D_GNU_SOURCE -O0 "-I$source_dir/solver" "-I$source_dir/tests/support")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Build the tests against a referee without the check $1 ("": with all of them) and run them.
# Prints "noticed", "unnoticed" or what else went wrong, in front of the tag.
judge() {
    local tag=$1 name="$work/${1:-all}" without=() status=0
    [ -n "$tag" ] && without=("-DTR_REFEREE_WITHOUT=\"$tag\"")
    if ! "$cc" "${flags[@]}" "${without[@]}" -c "$source_dir/solver/referee.c" -o "$name.o" ||
        ! "$cc" "$name.o" "$work"/common/*.o "${cmocka[@]}" -o "$name"; then
        echo "uncompiled $tag"
        return
    fi
    "$name" > "$name.out" 2>&1 || status=$?
    if [ "$status" -eq 0 ]; then echo "unnoticed $tag"
    elif grep -q 'FAILED TEST' "$name.out"; then echo "noticed $tag"
    else echo "crashed $tag"
    fi
    rm -f "$name" "$name.o"
}

mkdir "$work/common"
for file in solver/arena solver/problem tests/test_referee; do
    "$cc" "${flags[@]}" -c "$source_dir/$file.c" -o "$work/common/${file##*/}.o"
done

if [ "$(judge "")" != "unnoticed " ]; then
    cat "$work/all.out" >&2
    echo "test_referee fails although no check was removed" >&2
    exit 1
fi

mapfile -t tags < <(grep -o 'BROKEN("[^"]*"' "$source_dir/solver/referee.c" | cut -d'"' -f2)
twice=$(printf '%s\n' "${tags[@]}" | sort | uniq -d)
untagged=$(grep -n 'BROKEN(' "$source_dir/solver/referee.c" | grep -v '#define\|BROKEN("\|BROKEN(tag, ' || true)
if [ ${#tags[@]} -eq 0 ] || [ -n "$twice$untagged" ]; then
    echo "each check needs a tag of its own on the same line: ${twice:-${untagged:-no check found}}" >&2
    exit 1
fi

jobs=${JOBS:-2}
for ((worker = 0; worker < jobs; worker++)); do
    for ((i = worker; i < ${#tags[@]}; i += jobs)); do judge "${tags[i]}"; done > "$work/result.$worker" &
done
wait

cat "$work"/result.* | grep -v '^noticed ' | sort || true
noticed=$(cat "$work"/result.* | grep -c '^noticed ' || true)
echo "${#tags[@]} checks removed one by one, $noticed noticed"
[ "$noticed" -eq ${#tags[@]} ]
