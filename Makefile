# make           what there is to do
# make book      the rendered book        make test   everything is tested
# With an environment of your own:        make book VENV=path/to/it

PYTHON ?= python3
VENV = .venv
RUN = $(VENV)/bin

# One thread: sums of floating-point numbers come out the same everywhere.
export OMP_NUM_THREADS = 1
export PYTHONHASHSEED = 0

.PHONY: help book draft test quick portable lesson lessons lab clean
.DEFAULT_GOAL := help

help:
	@echo "make book      build the book, print the path of its first page"
	@echo "make draft     the same for what you changed: its pages, claims and lessons"
	@echo "make test      build the book and test package, lessons and pages"
	@echo "make quick     the package's quick tests, the claims of what changed"
	@echo "make portable  all claims and lessons under other processors, emulated"
	@echo "make lesson    run one lesson and store its outputs: make lesson L=bptt"
	@echo "make lessons   run all lessons and store their outputs"
	@echo "make lab       open your own copy of the lessons in JupyterLab"
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
	$(RUN)/python -m pip install --disable-pip-version-check --no-compile -c constraints.txt -e '.[dev]'
	@touch $@
endif

# What changed is measured, executed and read again: book/_ext/rnncourse_fresh.py.
book: $(ENVIRONMENT)
	$(RUN)/python book/_ext/rnncourse_build.py

draft: $(ENVIRONMENT)
	$(RUN)/python book/_ext/rnncourse_build.py draft

# The tests of pages and lessons read what `book` has built and executed.
test: book
	$(RUN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests

quick: $(ENVIRONMENT)
	$(RUN)/pytest -m "not browser and not slow" -n 2 --dist loadfile -q tests
	$(RUN)/python book/_ext/rnncourse_claims_measure.py _build

portable: $(ENVIRONMENT)
	$(RUN)/python tests/processors.py claims
	$(RUN)/python tests/processors.py lessons

lab: $(ENVIRONMENT)
	$(RUN)/python book/_ext/rnncourse_lab.py

lesson: $(ENVIRONMENT)
	$(RUN)/python book/_ext/rnncourse_run_lessons.py notebooks "$(L)"

lessons: $(ENVIRONMENT)
	$(RUN)/python book/_ext/rnncourse_run_lessons.py notebooks

clean:
	rm -rf _build .pytest_cache build dist
	find book src tests -name __pycache__ -prune -exec rm -rf {} +
