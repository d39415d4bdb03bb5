# A bare machine with Python 3.11, pip and make is enough: every target sets up what it needs.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8501
HOME_DIR ?= .evermodel
BIN := .venv/bin
# Tests that start servers and browsers mostly wait; apart from the others, which would keep the cores busy.
ALONE := browser or faults
HAS_CHROMIUM := ls /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome 2>/dev/null | grep -q .

.PHONY: help setup run test trials check bench browser database
help:
	@echo "make run     serve the demonstration on PORT=$(PORT), kept in HOME_DIR=$(HOME_DIR)"
	@echo "make test    check, then run every test        make check   format, lint, types, directions"
	@echo "make trials  the long tests                    make bench   tables of ratios"
	@echo "make setup   only build .venv"

setup: .venv/ready

.venv/ready: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV= UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --quiet --frozen --inexact --all-extras --all-groups --python $(BIN)/python
	@touch $@

run: setup
	@exec $(BIN)/evermodel demo --home "$(HOME_DIR)" --port $(PORT)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser:
	@if ! $(HAS_CHROMIUM) && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; fi || true

database:
	@if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && ! command -v postgres >/dev/null \
	  && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null; fi || true

test: check browser database
	$(BIN)/pytest -n 2 --dist worksteal -m "not ($(ALONE) or trial)"
	@if $(HAS_CHROMIUM); then \
	  $(BIN)/pytest -n 2 --dist loadfile -m "($(ALONE)) and not trial"; \
	else \
	  echo "The browser's tests are left out: install Chromium (apt-get install chromium) to run them:"; \
	  $(BIN)/pytest --collect-only -m "browser and not trial" | grep :: ; \
	  $(BIN)/pytest -n 2 --dist loadfile -m "faults and not (browser or trial)"; \
	fi

trials: setup browser database
	$(BIN)/pytest -m trial

bench: setup
	$(BIN)/python -m benchmarks
