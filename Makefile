# balik: every verb of a developer. `make` alone lists them.
# Paths are relative, so the checkout may stand anywhere.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PY    := .venv/bin/python
CASE  ?= nmc-jawa-barat
ARGS  ?=
OUT   ?= plans/$(CASE)
READY := .venv/.ready

# An environment that was made for another folder (a copied checkout) is stale.
ifneq ($(shell cat .venv/.here 2>/dev/null),$(shell pwd -P))
STALE := stale
endif

.PHONY: help setup run test golden bench cases lint lock clean stale

help: ## this list
	@echo "make VERB, one of:"
	@sed -n 's/^\([a-z]*\):.*## /  \1	/p' Makefile | expand -t 12

setup: $(READY) ## make .venv with balik and everything that tests need
	@echo "setup: .venv is up to date; the command is .venv/bin/balik"

$(READY): requirements.lock pyproject.toml tools/setup.sh $(STALE)
	@sh tools/setup.sh

stale:

run: $(READY) ## solve a bundled case, print the plan and write it (CASE=nmc-jawa-barat, ARGS=..., OUT=plans/...)
	@echo "run: balik solve $(CASE) --out $(OUT) $(ARGS)"
	@.venv/bin/balik solve $(CASE) --out "$(OUT)" $(ARGS)

test: $(READY) ## ruff, then the whole test suite (ARGS="-k trips", "-m slow")
	@echo "test: ruff, then the whole suite in two processes"
	@$(PY) -m ruff check -q --output-format concise .
	@$(PY) -m pytest -n 2 --dist worksteal $(ARGS) # halves, so that what tests of a file share is made once

golden: $(READY) ## write the golden files of the model anew; review the diff
	@echo "golden: rewriting the golden files; look at git diff before you commit"
	@BALIK_GOLDEN=write $(PY) -m pytest tests/model $(ARGS)

bench: .venv/.bench ## time balik against hand-written arrays and linopy
	@echo "bench: python -m benchmarks $(ARGS)"
	@$(PY) -m benchmarks $(ARGS)

.venv/.bench: $(READY) requirements-bench.lock
	@echo "bench: adding what requirements-bench.lock pins"
	@$(PY) -m uv pip install -q --python $(PY) --require-hashes -r requirements-bench.lock 2>/dev/null \
		|| $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

cases: $(READY) ## set every published figure of the bundled cases beside ours
	@echo "cases: balik reproduce all"
	@.venv/bin/balik reproduce all $(ARGS)

lint: $(READY) ## ruff, mypy, codespell and the file checks
	@echo "lint: ruff, mypy, codespell, file checks"
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m codespell_lib
	@$(PY) tools/check_files.py

lock: $(READY) ## resolve anew and rewrite both lock files (UP=--upgrade takes the newest)
	@echo "lock: rewriting requirements.lock and requirements-bench.lock"
	@sh tools/lock.sh $(UP)

clean: ## remove .venv, build output and caches; plans stay
	@echo "clean: removing .venv, build output and caches"
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name .git -prune -o -type d \( -name __pycache__ -o -name '*.egg-info' \) -exec rm -rf {} +
