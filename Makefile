PYTHON ?= python3
ARGS ?=

.PHONY: help run test check bench
.DEFAULT_GOAL := help

help:
	@echo "make run      start the application on http://localhost:8000/ (PORT=... for another port)"
	@echo "make test     run every test (ARGS='tests/programmes -k state' for some)"
	@echo "make check    formatting, linting, types, templates, floors (ARGS=types for some)"
	@echo "make bench    how long importing 10,000 rows takes, as ratios (ARGS=1000 for fewer)"

run test check bench:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON): install Python 3.11, 3.12 or 3.13. / Hãy cài Python 3.11, 3.12 hoặc 3.13." >&2; exit 1; }
	@exec $(PYTHON) -m launcher $@ $(ARGS)

.DEFAULT:
	@echo "There is no target '$@'; there are: run, test, check, bench. / Không có lệnh '$@'." >&2; exit 2
