# The project's commands. Everything they need is set up by the first of them that runs.
.DEFAULT_GOAL := help
.PHONY: help run test check bench drill requirements messages migrations screenshots
PYTHON := .venv/bin/python
SETUP := @sh itsm/runtime/setup.sh
TEST_DATABASE := $(PYTHON) -m itsm.runtime with-postgres --throw-away
ARGS ?=

help: ## Every target with one line
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## The portal with all that it needs; PORT=8000, Ctrl-C stops it
	$(SETUP) run
	@$(PYTHON) -m itsm.runtime run

test: ## The whole test suite on a PostgreSQL of its own; ARGS="-k name" for a part
	$(SETUP) dev
	@$(TEST_DATABASE) $(PYTHON) -m pytest -n auto --dist worksteal $(ARGS)

check: ## Lint, format, types, import contracts, templates, migrations, generated docs, translations
	$(SETUP) dev
	@$(TEST_DATABASE) sh itsm/runtime/check.sh

bench: ## Loads data, measures, prints a table and writes var/bench/latest.json
	$(SETUP) dev
	@$(PYTHON) -m itsm.runtime with-postgres $(PYTHON) manage.py bench $(ARGS)

drill: ## What attackers and faults do to the ledger, and what catches them, one case after another
	$(SETUP) dev
	@ITSM_KILL_ROUNDS=25 $(TEST_DATABASE) $(PYTHON) -m pytest -q -s --tell-drills -m drill tests/audit \
		tests/runtime/test_kill_rounds.py $(ARGS)

screenshots: ## A picture of every page into var/screenshots, and those of docs, from the demo on PORT
	$(SETUP) dev
	@$(PYTHON) -m tests.journeys.screenshots

requirements: ## Pins requirements*.in with hashes; UPGRADE=1 takes the newest versions
	$(SETUP) dev
	@sh itsm/runtime/requirements.sh $(if $(UPGRADE),--upgrade)

messages: ## Collects the texts to translate and compiles the catalogues; needs GNU gettext
	$(SETUP) dev
	@$(TEST_DATABASE) $(PYTHON) manage.py check_translations --write

migrations: ## Writes the migrations that the models ask for
	$(SETUP) dev
	@$(TEST_DATABASE) $(PYTHON) manage.py makemigrations $(ARGS)
