#!/bin/sh
# Makes or refreshes .venv in the checkout: every locked package, then balik itself, editable.
# Called by `make setup` from the top of the checkout. Takes uv where it can, pip where it cannot.
#   PYTHON=…       the interpreter to build on (default: the first of 3.11 or newer that is found)
#   BALIK_UV=no    never use uv
set -eu

lock=requirements.lock
stamp=.venv/.ready
say() { printf '%s\n' "setup: $*"; }
die() { printf '%s\n' "setup: $*" >&2; exit 1; }
new_enough() { "$@" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# The part of the lock about uv (want=1), or the rest of it (want=0).
part() { awk -v want="$1" '/^[^ #]/ { on = (/^uv==/ ? 1 : 0) } on == want' "$lock"; }

find_python() {
    for python in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if new_enough "$python"; then return; fi
        if [ -n "${PYTHON:-}" ]; then die "PYTHON=$PYTHON is not a working Python 3.11 or newer."; fi
    done
    die "balik needs Python 3.11 or newer and found none; install one, or name it: make setup PYTHON=/path/to/python3"
}

make_venv() {
    find_python
    say "making .venv with $("$python" --version)"
    if "$python" -m venv --clear .venv >/dev/null 2>&1; then return; fi
    # Some systems ship venv without the bundled pip: borrow the system's.
    "$python" -m venv --clear --without-pip .venv ||
        die "this Python cannot make a virtual environment; install its venv package (on Debian: python3-venv)."
    "$python" -m pip --python .venv/bin/python install -q pip ||
        die "neither ensurepip nor pip works here; install python3-venv or python3-pip."
}

with_uv() {
    if [ "${BALIK_UV:-yes}" = no ]; then return 1; fi
    part 1 >.venv/uv.txt
    $pip install -q --only-binary :all: --require-hashes -r .venv/uv.txt || return 1
    .venv/bin/python -m uv pip sync -q --python .venv/bin/python --require-hashes "$lock" || return 1
    .venv/bin/python -m uv pip install -q --python .venv/bin/python --offline --no-deps --no-build-isolation -e .
}

with_pip() {
    part 0 >.venv/rest.txt
    $pip install -q --require-hashes -r .venv/rest.txt
    $pip install -q --no-deps --no-build-isolation --no-index -e .
}

pip=".venv/bin/python -m pip --disable-pip-version-check"
# A checkout that was moved or copied has an environment that points at the old place: make it anew.
here=$(cat .venv/.here 2>/dev/null || true)
if [ "$here" != "$(pwd -P)" ] || ! new_enough .venv/bin/python || ! $pip --version >/dev/null 2>&1; then
    make_venv
fi
rm -f "$stamp"
say "installing what $lock pins, then balik"
if ! with_uv; then
    say "going on without uv; pip takes about a minute"
    with_pip
fi
pwd -P >.venv/.here
.venv/bin/balik --help >/dev/null 2>&1 || say "note: .venv/bin/balik does not answer --help yet"
touch "$stamp"
say "ready: .venv/bin/balik"
