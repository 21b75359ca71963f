# Python 3.11+, npm and make are enough; everything else is fetched, pinned by version and hash.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
TOOLS := .venv/.tools
VENDOR := static/vendor/.made
# Else every program that a test starts compiles all of us again, and so does every run.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest
# What asks the database for more than its rows; every test runs on SQLite.
ON_POSTGRESQL := tests/attack $(addprefix tests/feature/,accounts care checkins entries operating reminders sharing sync workspace)
# Bits that were read, names on a page and the time of a stretched password are alike on both.
ALIKE_ON_BOTH := $(addprefix --ignore=tests/attack/test_,flipped_bytes.py flipped_pages.py script_injection.py enumeration_by_time.py)

# What tries more when HARDEN is set.
HARDENED := tests/hardening tests/attack/test_killed_rotation.py tests/attack/test_odd_forms.py

.PHONY: help install run demo screens test smoke harden bench check format lock

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

install: $(RUNTIME) $(VENDOR) ## Make .venv and static/vendor/ from the pinned versions; start nothing

run: install ## Serve the journal on http://127.0.0.1:$PORT (8000) until stopped
	@exec $(BIN)/python -m journal.serving

demo: install ## Serve a made-up clinic from instance/demo, with a line for each sign-in
	@exec $(BIN)/python -m journal.demo

screens: $(TOOLS) $(VENDOR) ## Take the pictures of docs/screens/ from a fresh demo
	@$(BIN)/python -m tools.screens

test: $(TOOLS) $(VENDOR) ## Run every test: SQLite, PostgreSQL and a real browser
	@$(BIN)/python tools/prepare_tests.py
	$(PYTEST) -n 3 --dist worksteal
	$(PYTEST) -n 3 --dist worksteal --database postgresql $(ON_POSTGRESQL) $(ALIKE_ON_BOTH)

smoke: $(TOOLS) $(VENDOR) ## Try it in Firefox and WebKitGTK, and look at every page by axe and keys
	@$(BIN)/python tools/prepare_tests.py smoke
	SMOKE=1 $(BIN)/python -m pytest -n 0 -s tests/smoke

harden: $(TOOLS) $(VENDOR) ## Treat it roughly for half an hour: kills, a full disk, a lock, crowds
	@$(BIN)/python tools/prepare_tests.py
	HARDEN=1 $(BIN)/python -m pytest -n 0 -s $(HARDENED)
	HARDEN=1 $(BIN)/python -m pytest -n 0 -s --database postgresql $(HARDENED)

bench: install ## Measure what everything costs beside a plain application; write bench/results.json
	@$(BIN)/python -m bench

check: $(TOOLS) $(VENDOR) ## Check formatting, lint, types, import rules and the browser libraries' hashes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 0 tests/unit/test_imports.py
	$(BIN)/python tools/vendor.py --check

format: $(TOOLS) ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Pin the newest versions again (needs uv)
	uv pip compile -q -U $(LOCK) -o requirements.txt pyproject.toml
	uv pip compile -q -U $(LOCK) -o requirements-dev.txt -c requirements.txt --group dev
	npm update --package-lock-only

LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

$(RUNTIME): requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(TOOLS): requirements-dev.txt $(RUNTIME)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(VENDOR): package-lock.json tools/vendor.json tools/vendor.py tools/hpke_entry.js | $(RUNTIME)
	npm ci --silent --include=dev
	$(BIN)/python tools/vendor.py
	@touch $@
