# The words of the house: `make demo` and `make test` need Python 3.11+, git and make, nothing else.
PYTHON ?= python3
# Where the labelled data are (a folder with data/ and eval/score.py), for `make bench-accuracy`.
LABELLED ?= ../shared
UV := .venv/bin/uv
RUN := .venv/bin/python
# Where the environment forbids to keep compiled modules (containers often do), each process that starts would
# compile all libraries anew: 4 of the 6 s that it then takes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo run test test-all check fix docs bench bench-accuracy clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.venv/ready: pyproject.toml uv.lock
	@test -x $(RUN) || $(PYTHON) -m venv .venv
	@test -x $(UV) || .venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --locked --inexact --quiet
	@touch $@

demo: .venv/ready  ## replay the newswire through everything, with no account and no network
	@$(RUN) bot.py demo

run: .venv/ready  ## run the bot (on this terminal where no token is set)
	@$(RUN) bot.py run

test: .venv/ready  ## the tests, in under five minutes
	@$(RUN) -m pytest -n 3 --dist worksteal

test-all: .venv/ready  ## the slow tests too
	@$(RUN) -m pytest -n 3 --dist worksteal -m ''

check: .venv/ready  ## style, types, layers and docs
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(RUN) -m pytest -q tests/test_docs.py

fix: .venv/ready  ## let ruff mend what it can
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

docs: .venv/ready  ## write docs/commands.md from the commands
	@$(RUN) -m tests.commands_page

.venv/bench: .venv/ready
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --locked --inexact --quiet --group bench
	@touch $@

bench: .venv/bench  ## speed and memory, beside the peers
	@$(RUN) -m benchmarks.polling
	@$(RUN) -m benchmarks.matching

bench-accuracy: .venv/bench  ## accuracy on the labelled data, as one table
	@$(RUN) -m benchmarks.accuracy --labelled $(LABELLED)

clean:  ## forget what was built
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
