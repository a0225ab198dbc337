"""Every example in a docstring gives what it shows. Those of the siting engine run where its tests compile it."""

from __future__ import annotations

import doctest
import importlib
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src"
SHOWN = [
    ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(SRC.rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8") and "location" not in path.parts and path.name != "api.py"
]


@pytest.mark.parametrize("name", SHOWN)
def test_examples(name: str) -> None:
    importlib.import_module(name)
    module = sys.modules[name]  # a function of that name may stand before it in its package
    found = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert found.attempted and not found.failed
