# packages.sh -- sourced by setup and test: what Debian packages are needed, and how they get there.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash

# to build and to run
# shellcheck disable=SC2034
BUILD_PACKAGES=(
    gcc libc6-dev cmake ninja-build pkg-config ca-certificates tzdata
    libjansson-dev libcurl4-openssl-dev libgsl-dev libxml2-dev libproj-dev libssl-dev libglpk-dev libcsv-dev
    libsqlite3-dev libjs-leaflet
)
# for the tests, the lints, and the OSRM server and the MIP solvers that some tests start
# shellcheck disable=SC2034
TEST_PACKAGES=(
    libcmocka-dev libmicrohttpd-dev bats clang libclang-rt-14-dev libxml2-utils python3 python3-jsonschema
    python3-pip chromium unzip curl openssl shellcheck codespell scdoc coinor-cbc
)

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        fail "packages are missing; run this as root, or install sudo. Missing: ${missing[*]}"
    fi
}

# Installs those of the given packages that are not there; asks the network only if there are any.
install_packages() {
    local package missing=()
    for package; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    command -v apt-get >/dev/null || fail "needs Debian 12 (apt-get). Missing: ${missing[*]}"
    echo "installing: ${missing[*]}"
    as_root apt-get update -q ||
        fail "apt-get update failed: is there a network, and a package source in /etc/apt?"
    as_root apt-get install -q -y --no-install-recommends "${missing[@]}" ||
        fail "apt-get could not install: ${missing[*]} (is there a network, and is this Debian 12?)"
}
