# Everything starts here. Only `make` and `python3` (3.11 or newer) are assumed.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup run demo worker migrate test explore test-concurrency chaos check fix e2e pictures fonts lighthouse weigh contract bench lock openapi docs clean-demo

PYTHON ?= python3
BIN := .venv/bin
CORES := $(shell nproc 2>/dev/null || echo 2)
GROUPS := base embedded dev contract e2e fonts load
export DJANGO_SETTINGS_MODULE = config.settings
export PYTHONUNBUFFERED = 1
# Where a machine forbids it, each start would compile Django and all rooms anew: half of what a start costs.
unexport PYTHONDONTWRITEBYTECODE
# uv does not read pip's configuration: hand it the index and the authority that pip was told, if any.
told = $(shell $(BIN)/pip config list 2>/dev/null | sed -n "s/^global.$(1)='\(.*\)'$$/\1/p")
UV = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$(call told,index-url)}" \
	SSL_CERT_FILE="$${SSL_CERT_FILE:-$(call told,cert)}" $(BIN)/uv
INSTALL = $(UV) pip install --quiet --require-hashes

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.dev .venv/.translated  ## the virtual environment with everything for writing and testing

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.13 …"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "python3 -m venv does not work here: install it (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@# Our own packages are found from anywhere, by every tool in it.
	@$(BIN)/python -c 'import sysconfig, pathlib; pathlib.Path(sysconfig.get_path("purelib"), "wafa.pth").write_text(str(pathlib.Path.cwd()))'
	@touch $@

.venv/.embedded: $(BIN)/uv requirements/embedded.txt
	@$(INSTALL) --python $(BIN)/python -r requirements/embedded.txt
	@touch $@

.venv/.dev: $(BIN)/uv requirements/dev.txt
	@$(INSTALL) --python $(BIN)/python -r requirements/dev.txt
	@touch $@ .venv/.embedded

# Browser and contract tools have environments of their own: their plugins slow every start of pytest.
.cache/%/.installed: $(BIN)/uv requirements/%.txt
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .cache/$*
	@$(INSTALL) --python .cache/$*/bin/python -r requirements/$*.txt
	@.cache/$*/bin/python -c 'import sysconfig, pathlib; pathlib.Path(sysconfig.get_path("purelib"), "wafa.pth").write_text(str(pathlib.Path.cwd()))'
	@touch $@

# What Django reads of the translations; only their sources are kept.
.venv/.translated: .venv/.embedded $(wildcard loyalty/locale/*/LC_MESSAGES/*.po)
	@$(BIN)/python manage.py catalogues --compile --verbosity 0
	@touch $@

run: .venv/.translated  ## everything, with an empty database; PORT=8000 DATA_DIR=.data
	@exec $(BIN)/python -m config.running

demo: .venv/.translated  ## everything, with a café and real purchases; LARGE=1 for all of them
	@exec $(BIN)/python -m config.running --demo $(if $(LARGE),--large)

clean-demo: .venv/.embedded  ## remove what `make run` and `make demo` kept
	@$(BIN)/python -m config.running --clean

worker: .venv/.embedded  ## one more worker beside a running server
	@exec $(BIN)/celery -A config.celery worker --pool threads --concurrency 4 --hostname "more-$$$$@%h" --loglevel INFO

migrate: .venv/.embedded  ## bring the running server's database up to date
	@$(BIN)/python manage.py migrate

test: .venv/.dev .venv/.translated  ## the whole suite but browser, chaos and contract
	@$(BIN)/pytest -q -n $(CORES) --hypothesis-profile=steady --randomly-seed=1 $(ARGS)

explore: .venv/.dev .venv/.translated  ## the suite in another order, with examples drawn anew: finds what nobody thought of
	@$(BIN)/pytest -q -n $(CORES) $(ARGS)

test-concurrency: .venv/.dev .venv/.translated  ## the races alone
	@$(BIN)/pytest -q -n0 tests/concurrency $(ARGS)

chaos: .venv/.dev .venv/.translated  ## kill -9 of web, worker, Valkey and a replay; the totals stay the same
	@$(BIN)/python -m tests.chaos $(ARGS)

check: .venv/.dev .venv/.translated  ## what is proved without running: style, types, walls, migrations, documents
	@$(BIN)/python -m config.developing.checking

fix: .venv/.dev  ## put style right where a machine can
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .

e2e: .cache/e2e/.installed .venv/.translated  ## tests in a browser
	@.cache/e2e/bin/pytest -q -n $(CORES) -c tests/e2e/pytest.ini tests/e2e $(ARGS)

pictures: .cache/e2e/.installed .venv/.translated  ## the pictures of the README, made anew into docs/pictures
	@.cache/e2e/bin/pytest -q -c tests/e2e/pytest.ini tests/e2e/pictures.py $(ARGS)

fonts: .cache/fonts/.installed  ## the fonts of pages, cut anew from their sources, and their sheet
	@.cache/fonts/bin/python -W ignore -m tests.e2e.fonts

HOME_PAGE ?= http://127.0.0.1:$(or $(PORT),8000)/p/cafe/
lighthouse: .cache/e2e/.installed  ## pages of a running server, judged as on a phone; LINK='…' (as `make demo` prints) for a member's too
	@.cache/e2e/bin/python -m tests.e2e.lighthouse '$(HOME_PAGE)' '$(LINK)'

weigh: .cache/e2e/.installed  ## what pages of a running server weigh, and how soon they are there on a slow line; LINK as above
	@.cache/e2e/bin/python -m tests.e2e.weighing '$(HOME_PAGE)' '$(LINK)'

contract: .cache/contract/.installed .venv/.translated  ## requests drawn from the API description, 3 minutes at most
	@.cache/contract/bin/python -m tests.contracts.drawn_requests $(ARGS)

# A peer that cannot be installed is told as not run; the others are measured all the same.
PEERS := $(patsubst benchmarks/peers/%.txt,.cache/bench-peers/%/.tried,$(wildcard benchmarks/peers/*.txt))
.cache/bench-peers/%/.tried: benchmarks/peers/%.txt | $(BIN)/uv
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python .cache/bench-peers/$*
	@$(INSTALL) --python .cache/bench-peers/$*/bin/python -r $< || { echo "$*: not installed"; rm -rf .cache/bench-peers/$*/bin; }
	@mkdir -p $(@D) && touch $@

bench: .venv/.dev $(PEERS)  ## figures, written to docs/reference/figures.md
	@$(BIN)/python -m config.embedded --durable $(BIN)/python -m benchmarks $(ARGS)

openapi: .venv/.dev  ## write docs/reference/openapi.yaml
	@$(BIN)/python -m config.developing.describing

docs: .venv/.dev  ## write the generated reference pages
	@$(BIN)/python manage.py write_reference
	@$(BIN)/python -m config.developing.settings_page

lock: $(BIN)/uv  ## the newest versions that fit requirements/*.in, with hashes, without hosts
	@$(BIN)/python -m config.developing.locking $(GROUPS)
