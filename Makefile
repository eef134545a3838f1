# Everything runs in .venv; nothing is installed outside the project.
export UV_PYTHON_DOWNLOADS := never
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
DRAWS ?= 128

.PHONY: run full setup setup-dev test quick lint types pictures benchmarks docs constraints clean

run: setup  ## set everything up, then the flagship case from its files to its report
	$(BIN)/ceasefire run alaska-2025 --draws $(DRAWS) --leave-out ranges $(ARGS)

full: setup  ## the same with 256 draws and the range of every number over the assumptions; takes hours, can be stopped and goes on where it was
	$(BIN)/ceasefire run alaska-2025 $(ARGS)

setup: $(VENV)/installed

setup-dev: $(VENV)/installed-dev

$(VENV)/bin/python:
	@command -v uv >/dev/null 2>&1 || $(PYTHON) -m pip install --quiet --root-user-action=ignore --disable-pip-version-check uv
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --python $(PYTHON) $(VENV); else $(PYTHON) -m uv venv --quiet --python $(PYTHON) $(VENV); fi

# `python -m uv` and `uv` are the same program; the first also works where pip's scripts are not on the path.
UV = $$(command -v uv >/dev/null 2>&1 && echo uv || echo "$(PYTHON) -m uv")

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev,pdf]'
	@touch $@ $(VENV)/installed

test: setup-dev lint types  ## ruff, mypy --strict and every test, the slow ones too
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile -q

quick: setup-dev  ## the tests that take seconds
	$(BIN)/python -m pytest -q -m "not slow"

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-dev
	$(BIN)/mypy

pictures: setup-dev  ## pictures of the reports at three widths, light, dark and printed, in both languages
	$(BIN)/python docs/pictures/make.py

benchmarks: setup-dev  ## every benchmark prints one table
	@for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

docs: setup-dev  ## the pages that are generated from the program
	$(BIN)/python -m ceasefire.case.reference

constraints:
	$(UV) pip compile --quiet --universal --no-annotate --no-header --no-emit-index-url --extra dev --extra pdf --extra arrays pyproject.toml --output-file constraints.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis ceasefire-out
