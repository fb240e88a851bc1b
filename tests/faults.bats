#!/usr/bin/env bats
# faults.bats -- a morning planned over servers that misbehave in every way that misbehave.py knows.
#
# With --travel osrm the plan is that of a sane server, or the exit code is 3 and one line names server and fault.
# With auto there is always a plan that the referee passes, and its first lines say what is estimated.  Both in
# bounded time and memory.  All runs are made beforehand, some at once, and the tests look at what came out.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

export deadline=6 # s, of all fetching; each run ends within 5 s more, and what planning takes

heavy='huge|bomb' # of much work for the server, which is to be done before the deadline
harmless="noversion chunked brace gzip gzipanyway close closequiet toobig 429 429past 429words busy timeout504 getonly getonly400
    413 414 431 diagonal oddversion login"
harmful="silent e500 html html404 half halfopen nomessage nocode okwithoutcode message shortrow fewrows alwaystoobig
    nodurations drip dripheader reset hangup redirect redirectaway shortlength longlength huge hugechunked
    hugeheader cutgzip bomb utf8 nul nan infinite negative large text 429long 429absurd 429date alwaysbusy
    empty 204 array number deep deepcells twice http09 garbage ssh other more flip echo refuse"
others="none halfnull nullcell nodistances far elsewhere third-html third-busy third-reset route-html route-nan route-silent
    route-alwaystoobig route-other route-huge table-html"

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    export TIPRUN_OSRM_USER=ourselves TIPRUN_OSRM_PASSWORD=pass-Xq7 TIPRUN_OSRM_TOKEN=
    export ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=8
    unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY TIPRUN_OSRM
    python3 "$TR_SOURCE_DIR/tests/misbehave.py" serve requests.log port 3>&- &
    echo $! >pid
    for ((i = 0; i < 100; i++)); do
        [ -e port ] && break
        sleep 0.1
    done
    # shellcheck disable=SC2086 # lists of words
    runs $harmless $harmful $others >all_runs
    grep -vE "$heavy" all_runs | xargs -P 8 -L 1 bash -c "$(declare -f url_of go); go \"\$@\"" go
    grep -E "$heavy" all_runs | xargs -P 2 -L 1 bash -c "$(declare -f url_of go); go \"\$@\"" go
}

runs() { # FAULT...; each both ways of asking
    local fault mode
    for fault; do
        for mode in osrm auto; do echo "$fault $mode"; done
    done
}

teardown_file() {
    kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}

# A server on this machine is spoken to without packing; by 0.0.0.0 it counts as another one.
url_of() { # FAULT MODE
    case $1 in
    refuse) echo "http://127.0.0.1:1/$1~$2" ;;
    gzip | cutgzip | bomb) echo "http://0.0.0.0:$(cat port)/$1~$2" ;;
    *) echo "http://127.0.0.1:$(cat port)/$1~$2" ;;
    esac
}

# A folder FAULT.MODE with out, err, code, cost (seconds, kB of memory), the day's files, and what is equal for
# equal answers: the plan without the server's address and the hash of the file that names it.
go() { # FAULT MODE
    local tiny=$TR_SOURCE_DIR/instances/tiny to=$1.$2 url code=0
    url=$(url_of "$1" "$2")
    mkdir "$to"
    timeout -k 5 60 python3 "$TR_SOURCE_DIR/tests/misbehave.py" measure "$to/cost" "$TIPRUN" plan \
        "$tiny/reports.csv" --fleet "$tiny/fleet.json" --sites "$tiny/sites.json" --date 2026-03-02 --iterations 20 \
        --threads 1 --travel "$2" --osrm "$url" --osrm-deadline "$deadline" --cache "$to/cache.sqlite" -o "$to/day" \
        >"$to/out" 2>"$to/err" || code=$?
    echo "$code" >"$to/code"
    [ -e "$to/day/plan.json" ] || return 0
    sed -e "s#$url#SERVER#g" -e '/"sha256"/d' "$to/day/plan.json" >"$to/plan"
    sed -e "s#$url#SERVER#g" "$to/day/travel.json" >"$to/travel"
    "$TIPRUN" check "$to/day/plan.json" >"$to/check" 2>&1 || echo "$?" >"$to/check"
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

# The deadline, and what planning takes by itself here, which the sane server tells.
in_bounds() { # FOLDER
    local seconds kb own
    read -r own _ <none.osrm/cost
    read -r seconds kb <"$1/cost"
    echo "$1: $seconds s, $kb kB; $own s with a sane server"
    [ "$own" -le 20 ]
    [ "$seconds" -le $((deadline + 5 + own)) ]
    [ "$kb" -lt 400000 ]
}

planned() { # FOLDER
    cat "$1/err"
    in_bounds "$1"
    [ "$(cat "$1/code")" -eq 0 ]
    [[ $(cat "$1/check") == "every rule holds: "* ]]
    ! grep -q '[^[:print:][:space:]]' "$1/err" || return 1
}

# The plan but for which map the server says it has.
without_maps() { # FOLDER
    python3 -c 'import json, sys
plan = json.load(open(sys.argv[1], encoding="utf-8"))
del plan["travel"]["maps"]
print(json.dumps(plan, indent=1))' "$1/plan"
}

# As a sane server would have it, both ways of asking.
same() { # FAULT
    local mode
    for mode in osrm auto; do
        planned "$1.$mode"
        diff none.osrm/travel "$1.$mode/travel"
        diff <(without_maps none.osrm) <(without_maps "$1.$mode")
    done
}

# One line on standard error, short, printable, that names the server and has the words (WORDS|WORDS: either).
named() { # FOLDER WORDS
    cat "$1/err"
    [ "$(wc -l <"$1/err")" -eq 1 ]
    [ "$(wc -c <"$1/err")" -lt 500 ]
    ! grep -q '[^[:print:]]' "$1/err" || return 1
    grep -qF "OSRM at $(url_of "${1%.*}" "${1##*.}")" "$1/err"
    grep -qF -e "${2%%|*}" -e "${2##*|}" "$1/err"
}

refused() { # FOLDER WORDS
    named "$@"
    in_bounds "$1"
    [ "$(cat "$1/code")" -eq 3 ]
    [[ $(cat "$1/err") == "tiprun: "* ]]
    [ ! -e "$1/day/plan.json" ]
}

# What a plan says of its cells: "osrm 72", of those that are not 0.
cells() { # FOLDER
    python3 - "$1/day/plan.json" <<'PYTHON'
import json, sys
for mode in json.load(open(sys.argv[1], encoding="utf-8"))["travel"]["times"]:
    print(*("%s %d" % (key, n) for key, n in mode.items() if key != "mode" and n))
PYTHON
}

# Refused, and estimated by auto, which says so first and says why.
faulty() { # FAULT WORDS
    refused "$1.osrm" "$2"
    planned "$1.auto"
    named "$1.auto" "$2"
    [ "$(cells "$1.auto")" == "estimated 72" ]
    head -n 1 "$1.auto/day/summary.txt" | grep -q '^!! TRAVEL IS ESTIMATED'
    head -n 5 "$1.auto/day/summary.txt" | tr -s ' \n' ' ' | grep -qF -- "OSRM at $(url_of "$1" auto): "
}

@test "a sane server: nothing is estimated, nothing is warned of" {
    for mode in osrm auto; do
        planned none.$mode
        [ ! -s none.$mode/err ]
        [ "$(cells none.$mode)" == "osrm 72" ]
        ! grep "!!" none.$mode/day/summary.txt || return 1
    done
    cmp none.osrm/plan none.auto/plan
    cmp none.osrm/travel none.auto/travel
}

@test "no data_version" {
    same noversion
}

@test "a chunked answer" {
    same chunked
}

@test "a header that looks like JSON" {
    same brace
}

@test "a packed answer" {
    same gzip
    same gzipanyway
}

@test "a connection for each answer" {
    same close
}

@test "a connection for each answer, closed without a word" {
    same closequiet
}

@test "a server of small limits" {
    same toobig
}

@test "429 with a second to wait, a date gone by, nonsense" {
    same 429
    same 429past
    same 429words
}

@test "502 and 503 first, 504 in between" {
    same busy
    same timeout504
}

@test "GET only, by 405 and by 400" {
    same getonly
    same getonly400
}

@test "413, 414 and 431 on what is long" {
    same 413
    same 414
    same 431
}

@test "a diagonal that is not 0" {
    same diagonal
}

@test "it wants a name and a password" {
    same login
}

@test "takes connections and never answers" {
    faulty silent "$deadline s"
}

@test "500 with a perfect body" {
    faulty e500 'HTTP 500'
}

@test "a page instead of JSON" {
    faulty html 'not JSON'
    faulty html404 'HTTP 404'
}

@test "an answer that ends half-way" {
    faulty half 'cut off'
    faulty halfopen 'not JSON'
}

@test "an error without message, without code" {
    faulty nomessage 'InvalidQuery'
    faulty nocode 'HTTP 400'
    faulty okwithoutcode 'no code'
}

@test "a message that is long and full of control characters" {
    faulty message 'InvalidOptions'
}

@test "a row short, a cell short" {
    faulty shortrow durations
    faulty fewrows durations
}

@test "everything is too big" {
    faulty alwaystoobig 'too big'
}

@test "no durations" {
    faulty nodurations 'no durations'
}

@test "a byte a second" {
    faulty drip "slower than|$deadline s for all" # whichever a busy machine comes to first
    faulty dripheader "$deadline s"
}

@test "reset, hung up, refused" {
    faulty reset 'no answer'
    faulty hangup 'no answer'
    faulty refuse 'no answer'
}

@test "redirects are not followed" {
    faulty redirect 'HTTP 302'
    faulty redirectaway 'HTTP 307'
}

@test "a wrong Content-Length" {
    faulty shortlength 'not JSON'
    faulty longlength 'cut off'
}

@test "200 MB" {
    faulty huge 'longer than'
    faulty hugechunked 'longer than'
    faulty hugeheader 'header'
}

@test "packed badly, or into a gigabyte" {
    faulty cutgzip ''
    faulty bomb 'longer than'
}

@test "bytes that are no text" {
    faulty utf8 'not JSON'
    faulty nul 'not JSON'
}

@test "no numbers, or such as no road has" {
    for fault in nan infinite negative large text; do
        faulty $fault 'durations['
    done
}

@test "429 for longer than there is time" {
    for fault in 429long 429date; do
        faulty $fault 'wait'
    done
    faulty 429absurd 'HTTP 429'
}

@test "503 for ever" {
    faulty alwaysbusy 'HTTP 503'
}

@test "nothing in it" {
    faulty empty 'no body'
    faulty 204 'HTTP 204'
}

@test "JSON of another kind" {
    faulty array 'not a JSON object'
    faulty number 'not'
    faulty deep 'not JSON'
    faulty deepcells durations
    faulty twice durations
}

@test "no HTTP" {
    for fault in http09 garbage ssh; do
        faulty $fault 'HTTP/0.9'
    done
}

@test "the answer to another question" {
    faulty other 'durations'
    faulty more 'durations'
}

@test "another map in each answer" {
    faulty flip 'map was changed'
}

@test "a server that sends back what it was told" {
    faulty echo 'InvalidQuery'
}

@test "time without distance where there is no road" {
    faulty halfnull 'only one of durations[8][0] and distances[8][0] is null'
}

@test "one way without a road is not driven" {
    for mode in osrm auto; do
        planned nullcell.$mode
        [ "$(cells nullcell.$mode)" == "osrm 71 unreachable 1" ]
    done
    cmp nullcell.osrm/plan nullcell.auto/plan
}

@test "no distances: the times stand, the metres are estimated, and it is said" {
    for mode in osrm auto; do
        planned nodistances.$mode
        named nodistances.$mode "no distances; metres are estimated"
        [ "$(cells nodistances.$mode)" == "osrm 72" ]
    done
    for key in duty_s drive_s; do
        diff <(grep "\"$key\"" none.osrm/plan) <(grep "\"$key\"" nodistances.auto/plan)
    done
}

@test "a stop that the kerb side cuts off is reached from either side, by name, also when the rest is cached" {
    local tiny=$TR_SOURCE_DIR/instances/tiny to turn
    sed 's/"crew": "crew of 2",/"crew": "crew of 2", "kerb": true,/; s/"id": "Box-2",/"id": "Box-2", "kerb": true,/' \
        "$tiny/fleet.json" >kerb.json
    for turn in cold warm; do
        to=kerb.$turn
        "$TIPRUN" plan "$tiny/reports.csv" --fleet kerb.json --sites "$tiny/sites.json" --date 2026-03-02 --iterations 20 \
            --threads 1 --osrm "http://127.0.0.1:$(cat port)/kerb~run" --osrm-deadline 20 --cache kerb.sqlite \
            -o "$to/day" >out 2>err
        cat err
        grep -q 'R-3: cannot be reached on the kerb side by car+kerb: it is reached from either side' err
        [ "$(wc -l <err)" -eq 1 ]
        [ "$(cells "$to")" == "osrm 72" ]
        grep -q 'kerb side' "$to/day/summary.txt"
        ! grep -q no_road "$to/day/plan.json" || return 1
        ! grep -q '"estimated": *true' "$to/day/routes.geojson" || return 1
    done
}

@test "a fault in each third answer" {
    same third-busy
    same third-reset
    for mode in osrm auto; do # by luck between the answers that matter, or not: a plan or a name for it
        case $(cat third-html.$mode/code) in
        0) planned third-html.$mode ;;
        *) refused third-html.$mode "not JSON" ;;
        esac
    done
    [ "$(cat third-html.auto/code)" -eq 0 ]
}

@test "tables good, routes bad: the times stand, and with auto so does the plan" {
    for fault in html nan silent alwaystoobig other huge; do
        planned "route-$fault.auto"
        [ "$(cells "route-$fault.auto")" == "osrm 72" ]
        grep -q '"estimated": *true' "route-$fault.auto/day/routes.geojson"
        diff <(grep duty_s none.osrm/plan) <(grep duty_s "route-$fault.auto/plan")
    done
}

@test "routes good, tables bad" {
    faulty table-html 'not JSON'
}

@test "no place of the server's map is near: refused by name" {
    in_bounds elsewhere.osrm
    [ "$(cat elsewhere.osrm/code)" -eq 3 ]
    grep -qF "Depot at lat 51.498500, lon -0.133000 is out of reach by profile car: 30000 m" elsewhere.osrm/err
    grep -qF "OSRM at $(url_of elsewhere osrm)" elsewhere.osrm/err
}

@test "redirects are not followed, a question is not asked for ever" {
    python3 - requests.log <<'PYTHON'
import collections, json, sys
runs = collections.Counter(json.loads(line)["run"] for line in open(sys.argv[1], encoding="utf-8"))
assert runs["redirect~osrm"] <= 4 and runs["redirectaway~osrm"] <= 4, runs
worst = max(runs.items(), key=lambda item: item[1])
assert worst[1] <= 60, worst
assert runs["none~osrm"] <= 6, runs["none~osrm"]
PYTHON
}
