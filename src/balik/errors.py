"""Problems in the input, and the exceptions of balik.

    BalikError            1  our fault
    ├── InputError        2  the data are malformed; carries every Problem that was found
    └── CallError         2  the call is malformed (unknown case, option or scenario)

The number is the exit code of the command. That no plan exists (3), or that the search was stopped before any was
found (4), is an answer and no error: see `Plan.status` and `Plan.exit_code`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches


class BalikError(Exception):
    """Root of all errors of balik; on its own: a fault of balik, not of the user's data."""

    exit_code = 1


class CallError(BalikError):
    """The call is malformed: a case, scenario, verb or option that does not exist."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: where it is, what was found there, and what to do about it."""

    code: str
    found: str
    advice: str = ""
    file: str | None = None
    line: int | None = None
    column: str | None = None
    sheet: str | None = None
    cell: str | None = None

    @property
    def severity(self) -> str:
        """`error` (nothing is solved) or `warning`."""
        return "warning" if self.code.startswith("W") else "error"

    def as_dict(self) -> dict[str, object]:
        """The fields of the contract's JSON document."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "sheet": self.sheet,
            "line": self.line,
            "cell": self.cell,
            "column": self.column,
            "found": self.found,
            "advice": self.advice,
        }

    def __str__(self) -> str:
        where = self.file or "case"
        if self.line is not None:
            where += f":{self.line}"
        if self.column:
            where += f" {self.column}"
        kind = "warning " if self.severity == "warning" else ""
        return f"{where}  {kind}{self.code}  {self.found}{' ' + self.advice if self.advice else ''}"


class Problems:
    """Collects problems; asks nobody to stop."""

    def __init__(self, found: Iterable[Problem] = ()):
        self._all: dict[Problem, None] = dict.fromkeys(found)

    def add(self, code: str, found: str, advice: str = "", **where: object) -> None:
        """Note a problem, once."""
        self._all[Problem(code, found, advice, **where)] = None  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep a plan from being made."""
        return [p for p in self._all if p.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """What is allowed but probably not meant."""
        return [p for p in self._all if p.severity == "warning"]

    def stop_on_errors(self) -> None:
        """Raise InputError when there is any error."""
        if self.errors:
            raise InputError(list(self._all))


class InputError(BalikError):
    """The input is malformed; `problems` lists all that was found, errors and warnings."""

    exit_code = 2

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        errors = [p for p in problems if p.severity == "error"]
        super().__init__("\n".join(map(str, errors[:50])) + f"\n{len(errors)} problem(s). Nothing was solved.")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that proposes the nearest known word, or nothing."""
    known = [k for k in known if k]
    near = get_close_matches(word, known, 1, 0.6)
    if not near:
        folded = {k.casefold(): k for k in known}
        near = [folded[n] for n in get_close_matches(word.casefold(), list(folded), 1, 0.6)]
    return f"Did you mean '{near[0]}'?" if near else ""
