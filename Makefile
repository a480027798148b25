# Two commands: `make run` opens the application, `make test` runs every test. Each makes what it needs first.
.DELETE_ON_ERROR:
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
WORKSPACE ?= data/derived/demonstration
PORT ?=
PROCESSES ?= 2

.PHONY: sweeps simulate mutants load corrupt faults install-test sbom audit oldest newest help run serve test check format bench house dictionary commands docs lock clean chromium

help:
	@echo "make run    make the demonstration if need be, and open the application on http://127.0.0.1:8050"
	@echo "make serve  the same for several people at once, from two processes (docs/serving.md: who may enter)"
	@echo "make test   every test (real files are used if SP_GEO_REAL or ../shared/real has them)"
	@echo "make sweeps  what those tests do once, at length: ten rebuilds under one page, builds killed at many places"
	@echo "make check  style, types and the tests of the architecture"
	@echo "make install-test  the wheel, installed into an empty environment, does what a user does first (SCALE=region)"
	@echo "make corrupt  thousands of spoilt files, each accepted rightly or refused clearly (CASES=, SEED=, ONLY=)"
	@echo "make faults  builds killed two hundred times, two at once, plans saved by people who are killed"
	@echo "make load    the shared application under 50 and 200 planners (SECONDS=, DURING='rebuild kill')"
	@echo "make mutants  small faults put into panel, analysis and planning: how many do the tests notice (SAMPLE=, SEED=)"
	@echo "make simulate  how often the default errors find what is not there, in the real designs of all ICBs (WORKSPACE=),"
	@echo "               and what intervals cover where PCNs are silent and need is a sample (SEEDS=)"
	@echo "make bench  the measurements against peers, and what got over 20 % worse (ONLY=, QUICK=1, ACCEPT=1)"
	@echo "make docs   this documentation as a site in docs/_build, which needs no network"
	@echo "make sbom, make audit, make oldest, make newest  what it is built on: docs/dependencies.md"

# The lock file pins every package; pip is told nothing about where packages come from.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making the Python environment in $(VENV) (one to three minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(STAMP)
	@$(BIN)/python app.py --workspace $(WORKSPACE) $(if $(PORT),--port $(PORT))

serve: $(STAMP)
	@$(BIN)/python app.py --workspace $(WORKSPACE) $(if $(PORT),--port $(PORT)) --shared

# Each of two processes begins with half of the tests, in their order; one that is done takes half of what the other has
# left. What takes long to make, such as a region or the workspace of real files, is made once for both.
test: $(STAMP) chromium
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal -m "not sweep"

# What the tests do once, at length: ten rebuilds under one page, builds killed at many places.
sweeps: $(STAMP) chromium
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal -m sweep

check: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/architecture

# Three minutes, most of them pip's. On the miniature, notebooks about services end where it has none; SCALE=region has them.
install-test: $(STAMP)
	@$(BIN)/python -m tests.installed $(if $(SCALE),--scale $(SCALE))

# CASES=6000 SEED=1, or one case again: ONLY=pcn_workforce/rename_column/17
corrupt: $(STAMP)
	@$(BIN)/python -m tests.corruption --cases $(or $(CASES),6000) --seed $(or $(SEED),1) $(if $(ONLY),--only '$(ONLY)')

# Lines by room, lengths of modules and bodies, helpers with one caller: docs/quality.md
house: $(STAMP)
	@$(BIN)/python scripts/measure_house.py

format: $(STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Needs a machine that does nothing else (load under 2: `uptime`). ONLY=access for one, QUICK=1 to try, ACCEPT=1 to commit.
BENCHES := start access join bootstrap sites build pages small_area_map
MEASURED := build/benchmarks/figures
bench: $(STAMP)
	@rm -rf $(MEASURED)
	@for name in $(or $(ONLY),$(BENCHES)); do echo "== $$name"; \
		$(BIN)/python benchmarks/bench_$$name.py --to $(MEASURED) $(if $(QUICK),--quick) || exit 1; done
	@$(BIN)/python benchmarks/guard.py $(MEASURED) $(if $(ACCEPT),--accept)

dictionary: $(STAMP)
	@$(BIN)/python scripts/write_dictionary.py

commands: $(STAMP)
	@$(BIN)/python scripts/write_commands.py

# Pages that are made from the code are written anew first; every warning, such as a link into nothing, is an error.
docs: dictionary commands
	@$(BIN)/python -m sphinx -q -n -W --keep-going -b html -d docs/_build/trees docs docs/_build/html
	@echo "Open docs/_build/html/index.html in a browser"

# Tests that open pages need a browser. Where we are root on Debian we install one; elsewhere the tests say they skip.
chromium:
	@if ! command -v chromium >/dev/null 2>&1; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			echo "Installing chromium for the tests of the pages"; \
			{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
				>/dev/null 2>&1 || echo "chromium could not be installed: the tests of the pages will be skipped"; \
		else \
			echo "chromium is not here and cannot be installed without root: the tests of the pages will be skipped"; \
		fi; \
	fi

# Pins what is installed in a fresh environment; packages only, no address.
lock:
	@rm -rf $(VENV).lock && $(PYTHON) -m venv $(VENV).lock
	@$(VENV).lock/bin/python -m pip install --quiet --disable-pip-version-check "setuptools>=77" ".[test,oracles,check,boundaries,docs]"
	@$(VENV).lock/bin/python -m pip freeze --all --exclude sp-geo --exclude pip > requirements.lock
	@rm -rf $(VENV).lock build

# Kills builds two hundred times and more; half an hour.
faults: $(STAMP)
	@$(BIN)/python -m tests.faults

# Errors: on a workspace that has the quarter, such as one of the real files; ten minutes, DRAWS=1000 to try. Silence: 300
# invented panels of each kind, with a planted slope; ten minutes.
simulate: $(STAMP)
	@$(BIN)/python -m tests.simulation.errors --workspace $(WORKSPACE) --quarter $(or $(QUARTER),2026Q2) \
		--draws $(or $(DRAWS),20000) $(if $(WRITE),--write)
	@$(BIN)/python -m tests.simulation.silence --seeds $(or $(SEEDS),300)

# Needs a machine that does nothing else; ten minutes.
load: $(STAMP)
	@test -d $(WORKSPACE)/derived || $(BIN)/sp-geo --workspace $(WORKSPACE) demo
	@$(BIN)/python benchmarks/bench_load.py --workspace $(WORKSPACE) --seconds $(or $(SECONDS),300) \
		$(if $(DURING),--during $(DURING))

# The tool that makes mutants lives in an environment of its own, with the packages of the tests; half an hour for 450.
mutants: $(STAMP)
	@test -x $(VENV).mutants/bin/mutmut || { $(PYTHON) -m venv $(VENV).mutants && \
		$(VENV).mutants/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.lock 'mutmut>=3.8,<4'; }
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(VENV).mutants/bin/python scripts/mutants.py \
		--sample $(or $(SAMPLE),450) --seed $(or $(SEED),1)

# Tools that look at the packages live in an environment of their own.
TOOLS := $(VENV).tools
$(TOOLS)/.ready:
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom pip-audit uv
	@touch $@

sbom: $(STAMP) $(TOOLS)/.ready
	@$(TOOLS)/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --output-reproducible --of JSON -o sbom.cdx.json
	@$(BIN)/python scripts/write_dependencies.py

# Fails too where the list of known vulnerabilities cannot be reached: no answer is not a good one.
audit: $(TOOLS)/.ready
	@$(TOOLS)/bin/pip-audit --strict --requirement requirements.lock --no-deps --disable-pip

oldest: RESOLUTION := lowest-direct
newest: RESOLUTION := highest
oldest newest: $(TOOLS)/.ready chromium
	@rm -rf $(VENV).$@ && $(PYTHON) -m venv $(VENV).$@
	@$(TOOLS)/bin/uv pip compile --quiet --resolution $(RESOLUTION) --all-extras --python $(VENV).$@/bin/python \
		pyproject.toml --output-file $(VENV).$@/requirements.txt >/dev/null
	@$(TOOLS)/bin/uv pip install --quiet --python $(VENV).$@/bin/python -r $(VENV).$@/requirements.txt "setuptools>=77"
	@$(VENV).$@/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(VENV).$@/bin/python -m pytest -n $(PROCESSES) --dist worksteal --deselect tests/architecture/test_dependencies.py

clean:
	@rm -rf $(VENV) $(VENV).* build mutants data/derived .mypy_cache .ruff_cache .hypothesis
