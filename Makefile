# earthprice: one command each. Needs make and Python 3.11 or newer; everything else goes into .venv.
#
#   make assess   set up and assess the 2021 draft; the report lands in result/
#   make explore  set up and open the page on which its levers are moved
#   make test     set up, look at lint, formatting and types, and run every test
#   make quick    lint and the tests of the core, in a few minutes
#   make check    lint, formatting and types
#   make format   format the code
#   make data     make every table again that a rule makes (docs/data.md)
#   make docs     write the generated pages of docs/ again
#   make hindcast run the past, score it, and put the scores beside the facts
#   make calibrate fit behaviour to the past, and put the draws beside the facts
#   make forecast    state again what the model of 2024 says of 2025: docs/forecast-2025.csv and its page
#   make horizon     say on docs/study.md how much of a gain hangs on where a run ends and on its periods
#   make releases    write again the page that holds 0.1.0 and this version side by side; DRAWS=20: quickly
#   make floors   run the comparisons of docs/tutorial-floor.md again, and their tables
#   make site     make the pages of docs/ a site, notebooks run: build/site/index.html
#   make mechanisms   run every demonstration and write docs/mechanisms.md again
#   make printed  run every command of README and docs exactly as printed, which takes long
#   make fuzz     try many strange rulebooks, cases and options; COUNT=1000 SEED=1 TARGETS=books
#   make mutants   change a formula at a time and see whether a test fails: docs/mutants.md; MODULES=law/days ARGS="--count 0": all
#   make bench    measure: benchmarks/README.md, latest.json, docs/speed.md, and the last release beside them
#   make interrupts   end 50 assessments at random moments and see that nothing is lost
#   make lock     write requirements*.lock again, with hashes; ARGS=--upgrade: newest versions
#   make clean    remove .venv and what was built

RULEBOOK ?= china-2021-draft
ARGS ?=
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

.DEFAULT_GOAL := assess
.PHONY: assess explore test quick printed fuzz check format data docs hindcast calibrate forecast releases floors site mechanisms mutants bench interrupts lock clean

assess: .venv/installed
	.venv/bin/earthprice assess $(RULEBOOK) $(ARGS)

explore: .venv/installed
	.venv/bin/earthprice explore $(RULEBOOK) $(ARGS)

test: check
	.venv/bin/python -m pytest -q -n 2 $(ARGS)

# The core: law, market, dynamics, world and facts, the measures, and what is said and written of them.
quick: .venv/installed-test
	.venv/bin/ruff check .
	.venv/bin/python -m pytest -q -n 2 tests/test_*.py tests/facts tests/world tests/law tests/market tests/dynamics \
		tests/measures tests/keep tests/report $(ARGS)

printed: .venv/installed-test
	EARTHPRICE_AS_PRINTED=1 .venv/bin/python -m pytest -q --durations=30 tests/cli/test_printed.py $(ARGS)

fuzz: .venv/installed-test
	.venv/bin/python -m tests.fuzz $(TARGETS) --count $(or $(COUNT),1000) --seed $(or $(SEED),1) --keep fuzz

check: .venv/installed-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/basedpyright --level error

format: .venv/installed-test
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .

data: .venv/installed
	.venv/bin/python -m tools.rules

docs: .venv/installed
	.venv/bin/python -m tools.pages.cli
	.venv/bin/python -m tools.pages.data
	.venv/bin/python -m tools.pages.hindcast

hindcast: .venv/installed
	.venv/bin/earthprice hindcast $(ARGS)
	cp hindcast/scores.csv src/earthprice/data/world/hindcast.csv
	cp hindcast/replayed.csv hindcast/rolling.csv src/earthprice/data/world/
	cp hindcast/*.svg docs/img/
	.venv/bin/python -m tools.pages.hindcast

calibrate: .venv/installed
	.venv/bin/earthprice calibrate $(ARGS)
	cp calibration/fitted.csv calibration/fitted.json src/earthprice/data/world/
	cp calibration/learned.svg docs/img/
	.venv/bin/python -m tools.pages.hindcast

forecast: .venv/installed
	.venv/bin/python -m tools.pages.forecast

horizon: .venv/installed
	.venv/bin/python -m tools.pages.horizon

releases: .venv/installed
	.venv/bin/python -m tools.pages.releases

floors: .venv/installed
	.venv/bin/python -m tools.pages.floors

site: .venv/installed-test
	.venv/bin/python -m tools.pages.site

mechanisms: .venv/installed
	.venv/bin/python -m tools.pages.mechanisms $(NAMES)

mutants: .venv/installed-mutants
	.venv/bin/python -m tools.mutants $(MODULES) $(ARGS)

bench: .venv/installed-bench
	.venv/bin/python -m benchmarks $(NAMES)

interrupts: .venv/installed
	.venv/bin/python tools/interrupts.py $(ARGS)

# What each target installs, one lock a set: every file of it has its hash there. hatchling and editables build the package.
WRITE = .venv/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links $(ARGS) pyproject.toml -

lock: .venv/bin/python
	.venv/bin/python -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	printf 'hatchling>=1.27,<2\neditables\n' | $(WRITE) --extra dev -o requirements-dev.lock
	printf 'hatchling>=1.27,<2\neditables\n' | $(WRITE) -c requirements-dev.lock --extra test -o requirements-test.lock
	printf 'hatchling>=1.27,<2\neditables\n' | $(WRITE) -c requirements-dev.lock --extra bench -o requirements-bench.lock
	printf 'hatchling>=1.27,<2\neditables\n' | $(WRITE) -c requirements-dev.lock --extra mutants -o requirements-mutants.lock
	printf 'hatchling>=1.27,<2\neditables\n' | $(WRITE) -c requirements-dev.lock --extra explore -o requirements.lock
	rm -rf .venv/lock

clean:
	rm -rf .venv fuzz .pytest_cache .ruff_cache .hypothesis build dist

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "earthprice needs Python 3.11 or newer; none was found (python3 is $$(python3 -V 2>&1)). Install one, or say which: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "earthprice needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1)." >&2; exit 2; }
	$(PYTHON) -m venv .venv || { rm -rf .venv fuzz; echo "Could not make .venv; on Debian and Ubuntu install python3-venv." >&2; exit 2; }

PIP = .venv/bin/python -m pip install --quiet --disable-pip-version-check
OURS = $(PIP) --no-deps --no-build-isolation -e .

.venv/installed: .venv/bin/python pyproject.toml requirements.lock
	$(PIP) --require-hashes -r requirements.lock
	$(OURS)
	@touch $@

.venv/installed-test: .venv/bin/python pyproject.toml requirements-test.lock
	$(PIP) --require-hashes -r requirements-test.lock
	$(OURS)
	@touch $@ .venv/installed

.venv/installed-bench: .venv/bin/python pyproject.toml requirements-bench.lock
	$(PIP) --require-hashes -r requirements-bench.lock
	$(OURS)
	@touch $@ .venv/installed

.venv/installed-mutants: .venv/bin/python pyproject.toml requirements-mutants.lock
	$(PIP) --require-hashes -r requirements-mutants.lock
	$(OURS)
	@touch $@ .venv/installed-test .venv/installed

.venv/installed-dev: .venv/bin/python pyproject.toml requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	$(OURS)
	@touch $@ .venv/installed-bench .venv/installed-mutants .venv/installed-test .venv/installed
