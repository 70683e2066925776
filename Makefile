# `make` alone lists what there is. Python's packages go into .venv/, data into .data/: both made at the first start.
PYTHON ?= python3
VENV := .venv/bin/python
RUNTIME := @$(PYTHON) -m launch.bootstrap
DEVELOPMENT := @$(PYTHON) -m launch.bootstrap --dev
LOCK := $(VENV) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url
TESTS ?= tests

# What is given as `make run PORT=8001` reaches the programs as a variable of the environment.
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.PHONY: help run install test check bench soak lighthouse screenshots messages migrations lock clean

help: ## list these commands
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:[^#]*##/:/'

run: ## install what is missing, then serve everything at http://localhost:8000 (PORT, DATA_DIR)
	$(RUNTIME)
	@exec $(VENV) -m launch.supervisor

install: ## install everything the commands below need, and nothing else
	$(DEVELOPMENT)

test: ## prove everything, journeys in a real browser included (TESTS=tests/agenda for a part)
	$(DEVELOPMENT)
	@$(VENV) -m pytest -n 2 $(TESTS)

check: ## style, types, floors, migrations, templates, translations
	$(DEVELOPMENT)
	@$(VENV) -m tools.check

bench: ## measure what the project promises about speed (SIZE=full: with 9 million appointments, an hour)
	$(DEVELOPMENT)
	@$(VENV) -m benchmarks

soak: ## ten minutes of mixed load on the served platform; memory and connections must stay (MINUTES)
	$(DEVELOPMENT)
	@$(VENV) -m benchmarks.soak --minutes $(or $(MINUTES),10)

lighthouse: ## measure the public pages on a phone (needs Node; fetches Lighthouse into a folder of its own)
	$(DEVELOPMENT)
	@$(VENV) -m tools.lighthouse

screenshots: ## make the pictures of docs/users again
	$(DEVELOPMENT)
	@$(VENV) -m tools.screenshots

messages: ## bring locale/ up to what the source says
	$(DEVELOPMENT)
	@$(VENV) -m tools.messages

migrations: ## write the migrations that the tables need (then name them by hand)
	$(DEVELOPMENT)
	@$(VENV) -m launch.throwaway $(VENV) manage.py makemigrations

lock: ## choose again the versions of requirements*.txt
	$(DEVELOPMENT)
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	cd benchmarks/peers && ../../$(LOCK) requirements.in -o requirements.txt

clean: ## remove what was installed and measured, never the data
	rm -rf .venv .peers .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f locale/*/LC_MESSAGES/*.mo
