# The commands of the portal. `make` alone lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install install-dev run test check format bench relevance elasticsearch elasticsearch-stop services assets \
	messages requirements clean

PORT ?= 8000
ELASTICSEARCH_PORT ?= 9200
VENV := .venv
BIN := $(VENV)/bin
# The newest Python that will do; PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$name; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
# Arguments for the services: make services SERVICES="--elasticsearch-port 9201"
SERVICES ?=
# Arguments for pytest: make test TESTS="tests/core -k words"
TESTS ?= -n auto --dist loadgroup

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Missing: Python 3.11 or newer (as python3 on the PATH, or PYTHON=/path/to/python)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Missing: Python's venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo "Installing what the portal needs into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what the tests need into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

# Wanted, not needed: without it everything else goes on, and the next run tries again. CI has promised it.
$(VENV)/.installed-semantic: requirements-semantic.txt $(VENV)/.installed
	@echo "Installing what search across languages needs into $(VENV) …"
	@if $(PIP) --retries 1 --timeout 20 install --require-hashes -r requirements-semantic.txt >$(VENV)/semantic.log 2>&1; then touch $@; \
	elif [ "$$PORTAL_CI" = 1 ]; then cat $(VENV)/semantic.log >&2; exit 1; \
	else echo "It could not be installed (see $(VENV)/semantic.log): search covers words only."; fi

install: $(VENV)/.installed $(VENV)/.installed-semantic ## Install what the portal needs into .venv

install-dev: $(VENV)/.installed-dev $(VENV)/.installed-semantic ## Install what checks and tests need as well

run: $(VENV)/.installed $(VENV)/.installed-semantic ## Serve the portal with demo content on http://localhost:8000 (PORT= for another)
	@DEBUG=on LOG_LEVEL=$${LOG_LEVEL:-WARNING} BASE_URL=$${BASE_URL:-http://localhost:$(PORT)} exec $(BIN)/python manage.py run_portal --port $(PORT)

test: $(VENV)/.installed-dev $(VENV)/.installed-semantic ## Run the whole test suite (TESTS="tests/core -k words" for a part)
	@$(BIN)/python scripts/with_elasticsearch.py --if-possible $(BIN)/python -m pytest $(TESTS)

check: $(VENV)/.installed-dev ## Check style, types, layers, templates, migrations, translations, deployment files
	@$(BIN)/python scripts/check.py

format: $(VENV)/.installed-dev ## Format the Python code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev ## Measure pages and search engines and write docs/benchmarks*.md (half an hour)
	@$(BIN)/python -m benchmarks.bench
	@$(BIN)/python -m benchmarks.engines

relevance: $(VENV)/.installed-dev $(VENV)/.installed-semantic ## Measure how good the search is on judged topics and write docs/relevance.md
	@$(BIN)/python scripts/with_elasticsearch.py --if-possible $(BIN)/python -m benchmarks.relevance.run

elasticsearch: | $(BIN)/python ## Run a real Elasticsearch node on loopback until Ctrl-C (needs Java 17 and Maven)
	@exec $(BIN)/python scripts/elasticsearch.py start --port $(ELASTICSEARCH_PORT)

elasticsearch-stop: | $(BIN)/python ## End the node that `make elasticsearch` runs
	@exec $(BIN)/python scripts/elasticsearch.py stop --port $(ELASTICSEARCH_PORT)

services: | $(BIN)/python ## Run PostgreSQL, Redis and Elasticsearch on loopback, as in production, until Ctrl-C
	@exec $(BIN)/python scripts/services.py $(SERVICES)

assets: $(VENV)/.installed-dev ## Build styles, scripts, icons and fonts from pinned packages (needs Node and npm)
	@command -v npm >/dev/null 2>&1 || { echo "Missing: Node.js with npm, to build the front end (the built files are committed)." >&2; exit 1; }
	@cd front && { test -d node_modules || npm ci --no-audit --no-fund --loglevel error; }
	@cd front && node vendor.mjs
	@cd front && ../$(BIN)/python fonts.py vendor/ecl-preset-ec/package/dist/fonts/InterVariable.woff2 ../portal/static/portal/fonts
	@cd front && node map.mjs
	@cd front && node build.mjs

messages: $(VENV)/.installed ## Gather the texts to translate into locale/ (needs gettext)
	@command -v xgettext >/dev/null 2>&1 || { echo "Missing: gettext (xgettext), to gather texts." >&2; exit 1; }
	@DEBUG=on $(BIN)/python manage.py gather_messages

requirements: $(VENV)/.installed-dev ## Pin the exact versions after a change of a requirements*.in
	@$(COMPILE) --output-file requirements.txt requirements.in
	@$(COMPILE) --output-file requirements-semantic.txt requirements-semantic.in
	@$(COMPILE) --output-file requirements-dev.txt requirements-dev.in

clean: ## Remove .venv, var and every cache: the next `make run` starts from nothing
	@rm -rf $(VENV) var front/node_modules front/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@if [ -d locale ]; then find locale -name '*.mo' -delete; fi
