# Two commands do everything on a machine with Python 3.11 or later and git:
#   make check   set up, and judge the reference portfolio
#   make test    set up, and run all tests, lint and types
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The portfolio is judged on a day that is written down, so that nothing in it rots by itself.
AS_OF ?= 2026-06-30

.PHONY: check test node fast lint types records docs picture lowest clean soak benchmark

check: $(VENV)/engine
	@$(BIN)/concertino check --as-of $(AS_OF)

test: $(VENV)/dev lint types
	$(BIN)/concertino policies test --quiet
	$(BIN)/concertino records check --quiet
	$(BIN)/python -m pytest -q -n auto

# The readers from the world of node that some tests hold our files against; without them these tests are skipped.
node:
	npm ci --prefix tests/node --ignore-scripts --no-audit --no-fund --silent

# What one runs while working: the tests that are done within two minutes, until the first failure.
fast: $(VENV)/dev
	$(BIN)/python -m pytest -q -x -n auto -m 'not slow'

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/dev
	$(BIN)/mypy

records: $(VENV)/engine
	$(BIN)/concertino records render

# The reference of the shipped policies; a test tells when it has drifted.
docs: $(VENV)/engine
	$(BIN)/concertino policies docs --output docs/policies.md

picture: $(VENV)/engine
	$(BIN)/python docs/picture.py

benchmark: $(VENV)/dev
	$(BIN)/python benchmarks/evaluation.py

# A million random expressions with values, ours against Google's runtime, for when the evaluator changes: some ten
# minutes. Other runs: make soak PAIRS=20000 SEED=2
PAIRS ?= 1000000
SEED ?= 1
soak: $(VENV)/dev
	$(BIN)/python -m benchmarks.differential --pairs $(PAIRS) --seed $(SEED)

# The tests with the oldest libraries that pyproject.toml allows.
lowest:
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	.venv-lowest/bin/python tests/lowest.py > .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet --editable . --group dev --constraint .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pytest -q -n auto

clean:
	rm -rf $(VENV) .venv-lowest build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/pip:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Concertino needs Python 3.11 or later; say which with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/engine: $(VENV)/pip pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/dev: $(VENV)/engine
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@
