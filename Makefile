# Uketsuke. `make` alone says what there is.

CARGO ?= cargo
# cross looks for Cross.toml; ours is cross.toml.
export CROSS_CONFIG := cross.toml

.DEFAULT_GOAL := help
.PHONY: help setup run demo test bench simulate mutants screens pi clean-demo

help: ## What there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs missing Debian packages, and checks Rust's version
	@scripts/setup.sh

# Demo, benches and journeys start these two as programs of their own.
.PHONY: programs
programs: setup
	@$(CARGO) build -p uketsuke-center -p uketsuke-kiosk

run: programs ## One sample day in windows: centre, entrance, certificate desk, and a scanner to click
	@MAKE="$(MAKE)" scripts/run.sh

demo: programs ## The same day without a display: network loss, power cut, merge; ends with one line of figures
	@$(CARGO) run -p uketsuke-tests --bin uketsuke-demo

# The totals: every test binary prints a line of its own; awk adds them up. The status is cargo's, not awk's.
test: SHELL := /bin/bash
test: setup ## Formatting, clippy with warnings denied, and all tests
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) build --workspace
	@set -o pipefail; $(CARGO) test --workspace 2>&1 | tee target/test.log; status=$$?; \
	awk '/^test result:/ { passed += $$4; failed += $$6; ignored += $$8 } \
	     END { printf "test: passed=%d failed=%d ignored=%d\n", passed, failed, ignored }' target/test.log; \
	exit $$status

bench: programs ## Every benchmark; for one of them: cargo run -p uketsuke-tests --bin uketsuke-bench -- --help
	@$(CARGO) run -p uketsuke-tests --bin uketsuke-bench -- all

# SEEDS so many, FROM this one on; SEED one of them alone, with all that it says; BREAK something on purpose.
SEEDS ?= 1000
FROM ?= 1
simulate: setup ## Days with a bad network, bad disks, wrong clocks: SEEDS=1000 FROM=1, or one SEED=…
	@$(CARGO) run -q -p uketsuke-simulation --bin uketsuke-simulate -- \
	    $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --from $(FROM)) $(if $(BREAK),--break $(BREAK))

mutants: setup ## Mutation tests of the rules; over an hour, SHARD=0/16 runs a sixteenth
	@scripts/mutants.sh --jobs 2

screens: setup ## Draws every sample screen into target/screens/
	@$(CARGO) run -p uketsuke-ui --example gallery
	@echo "target/screens/"

pi: ## How to build for a Raspberry Pi (aarch64)
	@echo "PREPARED, NOT YET PROVEN: no build of this workspace for aarch64 has been run so far."
	@echo
	@echo "With cross (https://github.com/cross-rs/cross) and Docker or Podman, at the top of the repository:"
	@echo "    CROSS_CONFIG=cross.toml cross build --target aarch64-unknown-linux-gnu -p uketsuke-kiosk"
	@echo
	@echo "On the Pi itself, with Debian 12 and Rust:"
	@echo "    scripts/setup.sh && cargo build -p uketsuke-kiosk"
	@echo
	@echo "Then, without a desktop:"
	@echo "    SLINT_BACKEND=linuxkms-software target/debug/uketsuke-kiosk run --dir DIR --fullscreen"
	@echo
	@echo "docs/raspberry-pi.md says what was tried, and with what."

clean-demo: ## Deletes what run and demo left behind
	rm -rf target/run target/demo
