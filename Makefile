# The commands of this project. Every target sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 4

.PHONY: demo test check bench chaos setup compiled databases lock picture clean

demo: setup
	$(BIN)/lsync demo

test: setup databases compiled
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --durations 15

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/check_module_length.py

# The queues that ours is measured against; PostgreSQL is used where it is installed.
bench: setup databases compiled $(VENV)/.peers-installed
	$(BIN)/python -m benchmarks

$(VENV)/.peers-installed: requirements-bench.lock
	$(BIN)/pip install --quiet --require-hashes -r requirements-bench.lock
	touch $@

chaos: setup databases compiled
	$(BIN)/pytest -m long --timeout 0 --hypothesis-profile others

picture: setup
	$(BIN)/python -m lsync.tui.picture docs/dashboard.svg

setup: $(VENV)/.installed

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "lsync needs Python 3.11 or newer; call make with PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

# As pip does it for what it installs: the tests start hundreds of processes.
compiled: setup
	@$(BIN)/python -m compileall -q -j 0 lsync tests benchmarks

# MariaDB, Redis and nginx come from Debian's packages when this runs as root and they are missing.
databases:
	@sh tests/install_databases.sh

lock:
	$(BIN)/pip-compile $(LOCK_OPTIONS) -o requirements.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK_OPTIONS) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK_OPTIONS) --extra bench -c requirements-dev.lock -o requirements-bench.lock pyproject.toml

LOCK_OPTIONS := --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-trusted-host \
	--no-emit-find-links --strip-extras --allow-unsafe

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .demo
