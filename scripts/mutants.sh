#!/bin/sh
# Mutation tests of the rules: every mutant of src/domain that its tests do not notice is printed, and counted at the end.
# All of them take over an hour; SHARD=3/16 runs one sixteenth, every sixteenth mutant, so that each shard is a fair sample.
set -eu
cd "$(dirname "$0")/.."

VERSION=27.1.0
TOOLS=target/tools

if ! cargo mutants --version >/dev/null 2>&1; then
    if [ ! -x "$TOOLS/bin/cargo-mutants" ]; then
        echo "cargo-mutants $VERSION is installed into $TOOLS (a few minutes, once)"
        cargo install cargo-mutants --locked --version "$VERSION" --root "$TOOLS"
    fi
    PATH="$PWD/$TOOLS/bin:$PATH"
fi

# Optimised fully, each mutant would compile for longer than its tests run; nobody debugs one.
export CARGO_PROFILE_DEV_OPT_LEVEL=0
export CARGO_PROFILE_DEV_DEBUG=0
# A tenth of the properties' cases: what only one case in a thousand would notice counts as missed.
export PROPTEST_CASES="${PROPTEST_CASES:-48}"
set -- --cargo-test-arg=--lib --cargo-test-arg=--tests "$@"
set -- --cargo-arg=--config=profile.dev.package.uketsuke-domain.opt-level=0 "$@"
set -- --package uketsuke-domain --output target/mutants --minimum-test-timeout 20 --colors never "$@"
if [ -n "${SHARD:-}" ]; then
    set -- --shard "$SHARD" --sharding round-robin "$@"
fi
exec cargo mutants "$@"
