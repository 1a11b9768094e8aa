#!/usr/bin/env bash
# Installs what Uketsuke needs to build, run and be tested on Debian 12, as far as it is missing.
# Does nothing, quickly, when all of it is there.
set -euo pipefail

RUST_NEEDED=1.92   # Slint 1.18

BUILD=(
    gcc libc6-dev pkgconf
    libzbar-dev                    # camera path
    libssl-dev                     # SQLCipher's ciphers
    libfontconfig-dev libxkbcommon-dev libinput-dev libudev-dev libgbm-dev   # Slint: windows, and linuxkms
)
RUN=(
    libx11-6 libx11-xcb1 libxcb1 libxcursor1 libxi6 libxkbcommon-x11-0       # opened at run time by windows under X11
    fonts-morisawa-bizud-gothic    # Slint ends at the start when the system has no font at all
)
TEST=(
    zint                           # draws the voucher images that the tests read
    iproute2                       # builds the networks in which kiosks find each other
)

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}

missing_packages() {
    local package
    for package in "${BUILD[@]}" "${RUN[@]}" "${TEST[@]}"; do
        is_installed "$package" || printf '%s\n' "$package"
    done
}

install_packages() {
    local by_hand="apt-get install --no-install-recommends $*"
    command -v apt-get >/dev/null || fail "these packages are missing, and there is no apt-get: $*"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing, and there is no sudo. As root: $by_hand"
        as_root=(sudo)
    fi
    say "installing: $*"
    "${as_root[@]}" apt-get update || fail "apt-get update did not work. As root: apt-get update && $by_hand"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@" ||
        fail "apt-get install did not work. As root: $by_hand"
}

check_rust() {
    local where="see https://rustup.rs"
    if ! command -v cargo >/dev/null && [ -x "${HOME:-}/.cargo/bin/cargo" ]; then
        fail "cargo is in ~/.cargo/bin, which is not in the PATH: . ~/.cargo/env"
    fi
    command -v cargo >/dev/null || fail "cargo is not in the PATH. Rust $RUST_NEEDED or newer is needed: $where"
    local version
    version=$(cargo --version | awk '{print $2}')
    [ "$(printf '%s\n%s\n' "$RUST_NEEDED" "$version" | sort -V | head -n 1)" = "$RUST_NEEDED" ] ||
        fail "cargo is $version; Rust $RUST_NEEDED or newer is needed: $where"
}

check_rust
if command -v dpkg-query >/dev/null; then
    mapfile -t missing < <(missing_packages)
    if [ "${#missing[@]}" -gt 0 ]; then
        install_packages "${missing[@]}"
    fi
else
    say "this is no Debian: please see to the packages that $0 names yourself"
fi
