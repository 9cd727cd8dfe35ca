# make           what there is to do
# make book      the rendered book        make test   everything is tested
# With an environment of your own:        make book VENV=path/to/it

PYTHON ?= python3
VENV = .venv
SITE = _build/html/index.html
RUN = $(VENV)/bin

# One thread: sums of floating-point numbers come out the same everywhere.
export OMP_NUM_THREADS = 1
export PYTHONHASHSEED = 0

.PHONY: help book test portable lab lessons clean
.DEFAULT_GOAL := help

help:
	@echo "make book      build the book, print the path of its first page"
	@echo "make test      build the book and test package, lessons and pages"
	@echo "make portable  all claims and lessons under other processors, emulated"
	@echo "make lab       open the lessons in JupyterLab"
	@echo "make lessons   run all lessons and store their outputs (for authors)"
	@echo "make clean     remove what was built; the environment .venv stays"

# The environment is made once, and again when its requirements change. One that VENV= names is
# used as it is.
ifeq ($(origin VENV),file)
ENVIRONMENT = $(VENV)/installed
$(ENVIRONMENT): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || { \
	  echo "rnncourse needs Python 3.11 to 3.14, and $(PYTHON) is another:" \
	    "try make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
endif

# Neither Sphinx nor the cache of notebooks sees a change in the package or in what it has recorded,
# so another state of them begins with an empty folder.
book: $(ENVIRONMENT)
	@state=$$(cat pyproject.toml constraints.txt $$(find src -name '*.py' -o -name '*.json' | LC_ALL=C sort) | cksum); \
	  [ "$$(cat _build/sources 2>/dev/null)" = "$$state" ] || rm -rf _build; \
	  mkdir -p _build && echo "$$state" > _build/sources
	$(RUN)/jupyter-book build . -W -n --keep-going
	@echo; echo "The book is built. Open $(abspath $(SITE))"

# The tests of the pages read the site that `book` has built.
test: book
	$(RUN)/pytest --nbval --nbval-current-env -n 2 --dist loadfile --no-loadscope-reorder notebooks tests

portable: $(ENVIRONMENT)
	$(RUN)/python tests/processors.py claims
	$(RUN)/python tests/processors.py lessons

lab: $(ENVIRONMENT)
	$(RUN)/jupyter lab notebooks

lessons: $(ENVIRONMENT)
	$(RUN)/python book/_ext/rnncourse_run_lessons.py notebooks

clean:
	rm -rf _build .pytest_cache build dist
	find book src tests -name __pycache__ -prune -exec rm -rf {} +
