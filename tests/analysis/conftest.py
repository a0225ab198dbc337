"""What holds for the tests of studies."""

from __future__ import annotations

import pytest

from balik.analysis import explain


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan is explained to its end on a busy machine, too: the seconds for its questions are by the clock."""
    monkeypatch.setattr(explain, "SHORT", 600.0)
    monkeypatch.setattr(explain, "LONG", 600.0)
