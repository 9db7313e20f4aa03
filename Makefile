# make demo    a demo county from nothing to a page in the browser    (SERVE=0 stops after the build)
# make test    everything a change must pass
# make help    the rest
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

RESIDENTS ?=
SEED ?=
PORT ?= 8050
SERVE ?= 1
# For one test or folder: make test TESTS=tests/ingest
TESTS ?= tests
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help environment test-packages demo test lint format docs screenshots bench lock

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

environment: ## .venv from requirements.lock; quick when nothing changed
	@tools/environment.sh

test-packages: ## browser, fonts and PostgreSQL for the tests
	@tools/test_packages.sh

demo: environment ## make the demo county, build it, serve it (RESIDENTS= SEED= PORT= SERVE=0)
	@$(BIN)/citybrain demo $(if $(RESIDENTS),--residents $(RESIDENTS)) $(if $(SEED),--seed $(SEED))
	@$(BIN)/citybrain build
ifneq ($(SERVE),0)
	@$(BIN)/citybrain serve --port $(PORT)
endif

# Pytest comes last, so that its summary is the last thing said.
test: environment test-packages ## lint, types, layers, then all tests (TESTS= WORKERS=)
	@$(MAKE) lint
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -rs $(TESTS)

lint: environment ## format, rules, types, direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: environment ## let ruff format and fix what it can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: environment ## write docs/reference and data/sample again from the code
	@$(BIN)/python docs/write_reference.py
	@$(BIN)/python -m citybrain.demo.sample

screenshots: ## pictures of the README from the city that is served on PORT
	@$(BIN)/python docs/take_screenshots.py http://127.0.0.1:$(PORT)

bench: environment ## ratios against floors and peers (RESIDENTS=1000000, 100000 to try)
	@$(BIN)/python -m benchmarks $(if $(RESIDENTS),--residents $(RESIDENTS)) $(if $(SEED),--seed $(SEED))

# Only this target needs uv. UPGRADE=1 takes the newest releases that pyproject.toml allows.
lock: ## write requirements.lock again from pyproject.toml
	uv pip compile --universal --python-version 3.11 --group dev --generate-hashes --no-emit-index-url \
	    --no-annotate --no-header $(if $(UPGRADE),--upgrade) --quiet pyproject.toml --output-file requirements.lock
