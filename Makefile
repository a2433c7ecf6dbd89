# The project's commands. Each sets up what it needs; none asks for anything but Python 3.11 or 3.12.
SHELL := /bin/bash
PY := .venv/bin/python
# where it is set, each of the many processes compiles all of the code anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-slow check bench lock venv venv-dev

run: venv ## the whole platform on http://localhost:8000 (PORT= changes the port)
	@PEER_FOLLOW_PARENT=1 exec $(PY) -m peerplatform.supervisor

test: venv-dev ## the tests
	@.ci/tests fast

test-slow: venv-dev ## faults, the full walls, axe on every page, screenshots, the walls on Debian's PostgreSQL
	@.ci/tests slow

check: venv-dev ## style, types, floors, migrations, deployment, catalogues
	@.ci/check

bench: venv-dev ## measures against physical limits (SCALE= shrinks the data)
	@$(PY) -m bench

lock: venv-dev ## the requirements*.txt from the requirements*.in
	@.ci/lock

venv:
	@.ci/venv requirements.txt

venv-dev:
	@.ci/venv requirements-dev.txt
