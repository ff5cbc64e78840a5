# Everything a checkout can do. Each target makes what it needs first; `make demo` and `make test` are the only commands.
#
#   make demo [PORT=8000]   the product with example data, on http://127.0.0.1:PORT
#   make test               everything that can run on this machine; what cannot is named last
#   make check              lints, types, floors and tests; silent when fine
#   make bench              the benchmarks
#   make .venv              the bootstrap alone
#   make translations      the sentences of code and templates into the catalogues, and those compiled
#   make pins               requirements/*.txt from pyproject.toml (needs uv; UPGRADE=--upgrade for newer versions)

SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: demo test check lint bench pins translations clean .venv

PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input install

# Runs a command and keeps what it says for itself, unless it fails.
quietly = out=$$($(1) 2>&1) || { printf '%s\n' "$$out"; exit 1; }

demo: .venv
	@$(BIN)/rmatrack demo --port $(PORT)

test: .venv
	@$(BIN)/python -m pytest -n auto -rNfE

check: lint
	@$(call quietly,$(BIN)/python -m pytest -n auto -rNfE); printf '%s\n' "$$out" | grep '^Left out: ' || true

lint: .venv
	@$(call quietly,$(BIN)/ruff check .)
	@$(call quietly,$(BIN)/ruff format --check .)
	@$(call quietly,$(BIN)/mypy)
	@$(call quietly,$(BIN)/lint-imports)

bench: .venv
	@$(BIN)/python -m benchmarks

.venv: .venv/ready
	@:

# The two files say how far the bootstrap came; one that was broken off starts again.
.venv/ready: .venv/packages pyproject.toml
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

.venv/packages: requirements/dev.txt
	@test -e $@ || { \
		python=$$(sh requirements/find-python $(PYTHON)) && \
		echo "Making .venv with $$($$python --version) …" && \
		rm -rf .venv && $$python -m venv .venv; }
	@rm -f $@
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

TRANSLATIONS := rmatrack/translations
PYBABEL := $(BIN)/pybabel -q

translations: .venv
	@mkdir -p build
	@$(PYBABEL) extract -F $(TRANSLATIONS)/babel.cfg -k _l -k ngettext:1,2 --sort-by-file --add-location=file --omit-header -o build/messages.pot .
	@$(PYBABEL) update -i build/messages.pot -d $(TRANSLATIONS) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=110
	@$(PYBABEL) compile -d $(TRANSLATIONS)

UV ?= uv
COMPILE = $(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 --custom-compile-command 'make pins' $(UPGRADE) pyproject.toml

pins:
	@$(COMPILE) -o requirements/runtime.txt
	@$(COMPILE) -c requirements/runtime.txt --group dev -o requirements/dev.txt
