#!/usr/bin/env bats
# secrets.bats -- the road to an OSRM server: certificates, proxies, user names and tokens.
#
# Certificates are verified and made here; a secret is sent to its server and stands in no message and no file,
# not even if the server sends it back.  The server is misbehave.py.
# SPDX-License-Identifier: GPL-3.0-or-later

bats_require_minimum_version 1.5.0

user=ourselves
password='pass-Xq7/+'
token=tok-of-the-car

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY TIPRUN_OSRM CURL_CA_BUNDLE \
        SSL_CERT_FILE SSL_CERT_DIR
    mkdir logs
    certificate good IP:127.0.0.1
    certificate other DNS:roads.example
    : >pids
    launch plain
    launch good good.pem
    launch other other.pem
}

teardown_file() {
    while read -r pid; do kill "$pid"; done <"$BATS_FILE_TMPDIR/pids"
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

certificate() { # NAME FOR; signed by itself
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=tiprun test" \
        -addext "subjectAltName=$2" -keyout "$1.key" -out "$1.crt" 2>/dev/null
    cat "$1.crt" "$1.key" >"$1.pem"
}

launch() { # NAME [PEM]
    python3 "$TR_SOURCE_DIR/tests/misbehave.py" serve "logs/$1" "$1.port" "${@:2}" 3>&- &
    echo $! >>pids
    for ((i = 0; i < 100; i++)); do
        [ -e "$1.port" ] && return
        sleep 0.1
    done
    return 1
}

# Plans into folder $1 over server $2.
plan() { # FOLDER URL OPTION...
    local tiny=$TR_SOURCE_DIR/instances/tiny
    run "$TIPRUN" plan "$tiny/reports.csv" --fleet "$tiny/fleet.json" --sites "$tiny/sites.json" --date 2026-03-02 \
        --iterations 20 --threads 1 --osrm "$2" --osrm-deadline 5 --cache "$1.sqlite" -o "$1" "${@:3}"
    echo "$output"
    echo "$output" >"$1.said"
}

planned() { # FOLDER; over roads
    [ "$status" -eq 0 ]
    grep -q '"osrm": 72' "$1/plan.json"
    ! grep '^!!' "$1/summary.txt" || return 1
}

# None of the secrets in what was written or said; the server's own log is not ours.
kept() { # FOLDER
    local secret
    for secret in "$user" "$password" "$token" "$(printf %s "$user:$password" | base64 -w0)"; do
        ! grep -rFl -e "$secret" "$1" "$1.said" "$1.sqlite"* || return 1
    done
}

@test "a certificate that nobody vouches for is refused" {
    plan untrusted "https://127.0.0.1:$(cat good.port)/none~tls" --travel osrm
    [ "$status" -eq 3 ]
    [[ $output == *"OSRM at https://127.0.0.1:"*certificate* ]]
    plan untrusted "https://127.0.0.1:$(cat good.port)/none~tls"
    [ "$status" -eq 0 ]
    head -n 1 untrusted/summary.txt | grep -q '^!! TRAVEL IS ESTIMATED'
    [ ! -s logs/good ]
}

@test "one that SSL_CERT_FILE, CURL_CA_BUNDLE or SSL_CERT_DIR vouches for is taken" {
    SSL_CERT_FILE=$PWD/good.crt plan by_file "https://127.0.0.1:$(cat good.port)/none~file"
    planned by_file
    SSL_CERT_FILE=/nowhere CURL_CA_BUNDLE=$PWD/good.crt plan by_bundle "https://127.0.0.1:$(cat good.port)/none~bundle"
    planned by_bundle
    mkdir folder
    cp good.crt "folder/$(openssl x509 -noout -hash -in good.crt).0"
    SSL_CERT_DIR=$PWD/folder plan by_folder "https://127.0.0.1:$(cat good.port)/none~folder"
    planned by_folder
}

@test "a certificate of another host is refused, whoever vouches for it" {
    SSL_CERT_FILE=$PWD/other.crt plan other "https://127.0.0.1:$(cat other.port)/none~other" --travel osrm
    [ "$status" -eq 3 ]
    [ ! -s logs/other ]
}

@test "a file of authorities that is not there is no reason to trust" {
    SSL_CERT_FILE=/nowhere plan nowhere "https://127.0.0.1:$(cat good.port)/none~nowhere" --travel osrm
    [ "$status" -eq 3 ]
}

@test "a proxy is asked for other hosts, not for this machine" {
    http_proxy=http://127.0.0.1:$(cat plain.port) plan proxied http://roads.invalid/none~proxied --travel osrm
    planned proxied
    grep -q '"run": "none~proxied".*"host": "roads.invalid"' logs/plain
    http_proxy=http://127.0.0.1:1 plan direct "http://127.0.0.1:$(cat plain.port)/none~direct" --travel osrm
    planned direct
    http_proxy=http://127.0.0.1:1 plan none http://roads.invalid/none~none --travel osrm
    [ "$status" -eq 3 ]
}

@test "a token is sent, that of the profile before the one of all" {
    TIPRUN_OSRM_TOKEN=wrong TIPRUN_OSRM_TOKEN_CAR=$token plan token "http://127.0.0.1:$(cat plain.port)/whoami~1"
    planned token
    kept token
    TIPRUN_OSRM_TOKEN=$token TIPRUN_OSRM_TOKEN_LORRY=wrong plan token2 "http://127.0.0.1:$(cat plain.port)/whoami~2"
    planned token2
    kept token2
}

@test "a secret that the server sends back is starred out" {
    TIPRUN_OSRM_TOKEN=$token plan echo1 "http://127.0.0.1:$(cat plain.port)/echo~1"
    [ "$status" -eq 0 ]
    grep -q 'Bearer \*\*\*' echo1.said
    kept echo1
    TIPRUN_OSRM_USER=$user TIPRUN_OSRM_PASSWORD=$password plan echo2 "http://127.0.0.1:$(cat plain.port)/echo~2"
    [ "$status" -eq 0 ]
    grep -q 'Basic \*\*\*' echo2.said
    kept echo2
    plan echo3 "http://$user:pass-Xq7%2F%2B@127.0.0.1:$(cat plain.port)/echo~3"
    [ "$status" -eq 0 ]
    grep -q 'Basic \*\*\*' echo3.said
    kept echo3
}

@test "a secret does not follow a redirect to another host" {
    http_proxy=http://127.0.0.1:1 TIPRUN_OSRM_TOKEN=$token \
        plan away "http://127.0.0.1:$(cat plain.port)/redirectaway~1" --travel osrm
    [ "$status" -eq 3 ]
    [[ $output == *"HTTP 307"*"not followed"* ]]
}
