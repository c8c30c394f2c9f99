# All verbs of the project; `make` lists them. People and CI use nothing else. Needs GNU make 3.81 and python3 >= 3.8.
# Settings come from the environment, from .env or from the command line: make run PORT=5006

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup run chat check-domain demo-wechat wechat-menu train web page test check feedback evaluate bench parse screenshots services clean distclean

PYTHON := .venv/bin/python
MODEL := models/assistant.tar.gz
PAGE := web/dist/index.html
# The model is older than its data when one of these is newer. The folders under data/ count too: removing a file
# changes only its folder.
MODEL_SOURCES := config.yml domain.yml requirements.lock $(shell find data -name '*.yml' -o -type d) \
	$(shell find bot/nlu bot/text -name '*.py' -o -name '*.yml')

PAGE_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print)

export TEXT DOMAIN
export PYTHONUTF8 := 1

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## make the environment .venv (Python 3.10 and the locked packages); nothing to do when it is up to date
	@command -v python3 >/dev/null 2>&1 || { \
		echo "set-up stopped: there is no python3; install Python 3.8 or newer and run the same command again." >&2; exit 1; }
	@python3 scripts/setup.py

# `setup` is order-only: it always runs, but only newer files make the model older than its data.
$(MODEL): $(MODEL_SOURCES) | setup
	@$(PYTHON) -m bot.train

$(PAGE): $(PAGE_SOURCES) | setup
	@$(PYTHON) scripts/build_web.py

web: setup $(PAGE) ## build the chat's pages (with this machine's Node 20.19 or newer, else with one from PyPI)
	@echo "web         web/dist is up to date"

# Without the pages the assistant still answers over REST and in the terminal, so a failed build is told and no reason to stop.
page: setup
	@$(MAKE) --silent $(PAGE) || echo "web         goes on without the chat page; make web tries again"

run: setup $(MODEL) page ## set up, train if needed, and serve at http://127.0.0.1:5005 (PORT=5006 make run: another port)
	@$(PYTHON) -m bot.serve

# needs no model of its own: the running server has one
chat: setup ## talk in the terminal to the assistant that `make run` serves
	@$(PYTHON) -m bot.chat

demo-wechat: setup $(MODEL) ## play a WeChat phone against the real channel, no account needed (ARGS=--kf: 微信客服)
	@$(PYTHON) -m bot.demo.wechat $(ARGS)

wechat-menu: setup ## the Official Account's menu: make wechat-menu ARGS=set (show, delete)
	@$(PYTHON) -m bot.channels.wechat.menu $(ARGS)

train: setup $(MODEL) ## train the model if it is older than its data
	@echo "model       $(MODEL) is up to date"

test: setup $(MODEL) page ## run the tests (make test ARGS="-k escalation": some of them)
	@$(PYTHON) -m pytest $(ARGS)

check: setup ## check style, types and content
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy bot actions
	@$(PYTHON) -m bot.check
	@$(PYTHON) scripts/build_web.py check

check-domain: setup ## look at a domain: make check-domain DOMAIN=example.com (ARGS="--json", ARGS="--language zh")
	@$(PYTHON) -m actions.diagnosis.cli $(ARGS) -- "$$DOMAIN"

feedback: setup ## show what visitors of the web chat thought of it: ratings, comments, answers with a thumb down
	@$(PYTHON) -m bot.web.feedback

evaluate: setup $(MODEL) ## measure how well questions are understood
	@$(PYTHON) -m bot.evaluate $(ARGS)

bench: setup $(MODEL) ## measure speed and memory against a stock Rasa project
	@$(PYTHON) -m bench $(ARGS)

parse: setup $(MODEL) ## show how one message is understood: make parse TEXT="my site does not resolve"
	@$(PYTHON) -m bot.parse "$$TEXT"

screenshots: setup $(MODEL) page ## take the README's pictures anew (needs Chromium, see make services)
	@$(PYTHON) scripts/screenshots.py

services: ## start what some tests need (PostgreSQL, Redis), where it is installed
	@bash scripts/services.sh

clean: ## remove the model and everything written at run time, conversations included (models/, var/)
	@rm -rf models var web/dist .rasa .pytest_cache .mypy_cache .ruff_cache
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## the same, and the environment .venv
	@rm -rf .venv web/node_modules
