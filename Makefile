# What one can do here. Every target sets up what it needs and asks nothing.
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help book site pdf epub archive check test audit stills clean lock vulnerable links weigh bench publish lite

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

$(VENV)/.book: requirements.txt requirements.lock constraints.txt pyproject.toml tools/setup.sh
	@sh tools/setup.sh book $(VENV)

$(VENV)/.test: requirements-test.txt requirements-test.lock $(VENV)/.book
	@sh tools/setup.sh test $(VENV)

book: $(VENV)/.book ## build site, PDFs and EPUB: _build/html/index.html, _build/pdf/book.pdf, _build/epub/book.epub
	@$(BIN)/casebook book

site: $(VENV)/.book ## build the site only
	@$(BIN)/casebook book --no-pdf

pdf: $(VENV)/.book ## write the PDFs anew, as after a change to their stylesheet; PAPER=letter for US Letter
	@$(BIN)/casebook pdf --paper "$(PAPER)"

epub: $(VENV)/.book ## write the EPUB anew
	@$(BIN)/casebook epub

archive: $(VENV)/.book ## pack the built book into _build/archive.zip, with checksums
	@$(BIN)/casebook archive

check: $(VENV)/.book ## list everything that is wrong with the data package
	@$(BIN)/casebook check

test: $(VENV)/.test ## run every test: unit, book, browser, PDF
	@$(BIN)/ruff check src tests tools
	@$(BIN)/python -m pytest

weigh: $(VENV)/.test ## weigh every page of the built site, beside the same chapters in a stock Jupyter Book
	@$(BIN)/python tools/weigh.py _build/html $(VENV)/weigh

audit: $(VENV)/.test ## measure the built site with Lighthouse, the HTML checker and epubcheck (needs Node.js and Java)
	@$(BIN)/python tools/audit.py _build/html $(VENV)/audit

links: $(VENV)/.book ## ask every address outside the book whether it still answers (needs the internet; no test does it)
	@rm -rf $(VENV)/links && $(BIN)/jupyter-book build . -q --all --builder linkcheck --path-output $(VENV)/links >$(VENV)/links.log 2>&1; \
	report=$(VENV)/links/_build/html/output.txt; test -f $$report || { cat $(VENV)/links.log; exit 1; }; \
	if test -s $$report; then cat $$report; exit 1; else echo "Every address answers."; fi

bench: $(VENV)/.book ## measure builds, pages and environment in one run: bench/result.json (minutes)
	@$(BIN)/python tools/bench.py

lite: site $(VENV)/.test ## make the annexes run inside a browser: _build/lite, 150 MB (needs npm and the registries)
	@$(BIN)/python tools/lite.py _build/lite $(VENV)/lite

publish: book archive ## copy the whole book to a folder of a web server: make publish TO=DIR
	@sh tools/publish.sh "$(TO)"

stills: $(VENV)/.test ## draw the still pictures that are out of date (needs Chrome or Chromium), then build again
	@$(BIN)/jupyter-book build "$$($(BIN)/casebook pages)" -q --all --path-output $(VENV)/stills
	@BROWSER_PATH="$$($(BIN)/python tools/chrome.py)" $(BIN)/casebook stills --site $(VENV)/stills/_build/html

clean: ## remove everything that was built, not the environment
	rm -rf _build $(VENV)/stills

lock: $(VENV)/.test ## write constraints.txt anew from what is installed
	@{ head -n 1 constraints.txt; $(BIN)/python -m pip freeze --exclude casebook --exclude uv; } > constraints.new && mv constraints.new constraints.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==0.13.9 && $(BIN)/python tools/lock.py && $(BIN)/python -m casebook.bill

vulnerable: $(VENV)/.test ## ask whether a vulnerability of a pinned package is known (needs the internet; no test does it)
	@test -x $(VENV)/pip-audit/bin/pip-audit || { python3 -m venv $(VENV)/pip-audit && $(VENV)/pip-audit/bin/python -m pip install -q --disable-pip-version-check pip-audit==2.10.1; }
	@$(VENV)/pip-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements-test.lock
