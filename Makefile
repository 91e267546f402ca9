# `make demo` and `make test` are each the only command needed: what is missing is installed.
# Standard output belongs to the programs; everything else goes to standard error.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
# Also where Python is told to write no bytecode: a test run starts hundreds of processes.
COMPILED := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/.venv/compiled
# numpy, which comes with pyarrow, starts threads in each of them that nobody needs.
LEAN := $(COMPILED) OPENBLAS_NUM_THREADS=1
RUN := .venv/stamp-run
DEV := .venv/stamp-dev
CLIENT := openapi/client

MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test torture lint types bench openapi client lock clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo     start everything on this machine and run a night (ARGS="--once --json")'
	@echo 'make test     all tests (ARGS="tests/schemas -x")'
	@echo 'make torture  what takes longer: servers killed, links cut, again and again'
	@echo 'make lint     style and likely bugs'
	@echo 'make types    static types'
	@echo 'make bench    speed and memory, beside their peers (ARGS="api")'
	@echo 'make openapi  write openapi/openapi.json from the code'
	@echo 'make client   write openapi/client from openapi/openapi.json'
	@echo 'make lock     resolve the dependencies of pyproject.toml (ARGS=--upgrade)'
	@echo 'make clean    remove what these made, .venv too'

demo: $(RUN)
	@tools/system-packages demo
	@$(BIN)/facade demo $(ARGS)

test: $(DEV)
	@tools/system-packages demo tests
	@tools/node-packages
	@$(LEAN) $(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

torture: $(DEV)
	@tools/system-packages demo tests
	@TORTURE=1 $(LEAN) $(BIN)/python -m pytest -s -m "long or torture" $(ARGS)

lint: $(DEV)
	@$(BIN)/ruff check $(ARGS)
	@$(BIN)/ruff format --check $(ARGS)

types: $(DEV)
	@$(BIN)/mypy $(ARGS)

bench: $(DEV)
	@tools/system-packages demo tests bench
	@$(COMPILED) $(BIN)/python -m tests.bench $(ARGS)

openapi: $(RUN)
	@tools/system-packages demo
	@$(BIN)/facade openapi $(ARGS) > openapi/openapi.json.new
	@mv openapi/openapi.json.new openapi/openapi.json

client: $(DEV)
	@rm -rf $(CLIENT).new
	@$(BIN)/openapi-python-client generate --fail-on-warning --meta setup --path openapi/openapi.json \
		--config tools/client.yml --custom-template-path openapi/templates \
		--output-path $(CLIENT).new >&2
	@$(BIN)/ruff check --quiet --isolated --fix-only --select F401,F811,I $(CLIENT).new
	@$(BIN)/ruff format --quiet --isolated --line-length 100 $(CLIENT).new
	@rm -rf $(CLIENT)
	@mv $(CLIENT).new $(CLIENT)

# Keeps the versions already locked; `make lock ARGS=--upgrade` takes newer ones.
LOCK := $(BIN)/uv --no-config --quiet pip compile pyproject.toml --group build --universal \
	--python-version 3.11 --only-binary :all: --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

lock: $(DEV)
	@$(LOCK) -o requirements.lock $(ARGS)
	@$(LOCK) -o requirements-dev.lock --group dev -c requirements.lock $(ARGS)

clean:
	@rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment that came here by copying is made anew (see tools/environment).
ifeq ($(shell grep -sF '$(CURDIR)/.venv' .venv/bin/activate),)
.PHONY: $(RUN) $(DEV)
endif

$(RUN): requirements.lock pyproject.toml tools/environment
	@tools/environment $(PYTHON) requirements.lock demo
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml tools/environment
	@tools/environment $(PYTHON) requirements-dev.lock demo tests
	@touch $@
