#!/bin/sh
# Pins every package with hashes for Python 3.11 and newer on Linux, macOS and Windows.
# The files hold names, versions, markers and hashes, and no address. Called by `make lock`.
set -eu

pin() {
    out=$1
    shift
    .venv/bin/python -m uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-annotate --no-header --no-emit-index-url --no-emit-find-links "$@" -o "$out"
    if grep -n '://' "$out"; then
        echo "lock: $out holds an address" >&2
        exit 1
    fi
    echo "lock: $out pins $(grep -c '^[a-z]' "$out") packages"
}

pin requirements.lock --group dev "$@"
pin requirements-bench.lock --extra bench --extra cluster -c requirements.lock "$@"
