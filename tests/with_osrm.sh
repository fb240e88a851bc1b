#!/usr/bin/env bash
# with_osrm.sh -- runs a command with a real OSRM server of the tests' street plan in TR_OSRM_URL.
#
#   tests/with_osrm.sh COMMAND [ARGUMENT...]      the command's exit code is ours
#
# The server runs on a free port and is ended whatever happens.  Map: $TR_OSRM_MAP, else streets.osm.
# Exit code 77 (skipped, for ctest) if the server's wheel is not in the cache and cannot be fetched,
# unless TR_OSRM_REQUIRED is set: then 1.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
osrm=$here/../scripts/osrm
map=${TR_OSRM_MAP:-$here/streets/streets.osm}

if (($# == 0)); then
    echo "usage: with_osrm.sh COMMAND [ARGUMENT...]" >&2
    exit 2
fi
if ! "$osrm" get >/dev/null; then
    echo "with_osrm.sh: no OSRM server here" >&2
    if [[ -n ${TR_OSRM_REQUIRED:-} ]]; then exit 1; fi
    exit 77
fi

work=$(mktemp -d)
# shellcheck disable=SC2317 # called by the trap
end() {
    if [[ -e $work/pid ]]; then "$osrm" stop "$work/pid"; fi
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A port found free may be taken before the server has it: then another one is tried.
for ((try = 0; ; try++)); do
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    if "$osrm" serve "$map" --port "$port" --background "$work/pid"; then break; fi
    if ((try == 2)); then exit 1; fi
done
code=0
TR_OSRM_URL=http://127.0.0.1:$port "$@" || code=$?
exit "$code"
