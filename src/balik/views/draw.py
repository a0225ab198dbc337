"""The verb draw: the entity diagram of a case, or of a plan with its amounts, as SVG or PNG."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..api import prepare
from ..errors import CallError
from ..files import making, refuse_others
from ..plan.plan import Plan
from ..words import say
from .drawing import diagram
from .figure import Figure
from .kept import kept_plan
from .language import Language
from .subject import About, Subject, is_plan_folder, of_case, of_plan
from .svg import svg

SUFFIXES = (".svg", ".png", ".html")


def draw(
    case: About,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    by: str | None = None,
    language: str = "en",
    out: str | os.PathLike[str] | None = None,
) -> str:
    """The entity diagram as SVG text: processes in boxes, flows forward solid, back dashed, to disposal dotted.

    `case`: a path, the name of a bundled case, data frames, or a plan (a Plan, or the folder that solve --out wrote),
    which is drawn with its amounts. `by`: "kind" or "place"; without it by place up to 40 places. `out`: a file
    to write: .svg, .png (needs balik[png] or Chromium), or .html, a page in which it can be zoomed.

    >>> import balik
    >>> text = balik.draw("jerigen-padang")
    >>> "pemulihan-2L" in text and "grosir-4" in text
    True
    """
    if by not in (None, "kind", "place"):
        raise CallError(say("'{by}' is not a way to draw; write kind or place.", by=by))
    target = None if out is None else writable(out, SUFFIXES)
    figure = diagram(subject_of(case, scenario, set, settings), Language(language), by)
    if target is not None:
        write_figure(figure, target, Language(language))
    return svg(figure)


def subject_of(case: About, scenario: str | None, sets: Sequence[str], settings: Mapping[str, Any] | None) -> Subject:
    """What a case may do, or what a plan does."""
    if not isinstance(case, Plan) and not is_plan_folder(case):
        prepared = prepare(case, scenario, sets, settings)
        return of_case(prepared.tables, prepared.data, prepared.network)
    if scenario or sets or settings:
        raise CallError(say("A plan is shown as it is: --scenario and --set go with a case."))
    return of_plan(case if isinstance(case, Plan) else kept_plan(case))  # type: ignore[arg-type]


def writable(out: str | os.PathLike[str], suffixes: Sequence[str]) -> Path:
    """The file that is to be written; its suffix says as what. Raises CallError also where it would replace a user's own."""
    path = Path(out)
    if path.suffix.lower() not in suffixes:
        raise CallError(say("{path} must end in {suffixes}.", path=path, suffixes=", ".join(suffixes)))
    if not path.absolute().parent.is_dir():
        raise CallError(say("There is no folder {folder} to write into.", folder=path.parent))
    refuse_others(path)
    return path


def write_figure(figure: Figure, path: Path, speak: Language) -> None:
    """Write a picture as its suffix says; as a page it can be zoomed."""
    if path.suffix.lower() == ".html":
        from .report.html import html
        from .report.parts import Section

        content = html(figure.title, figure.about, [Section(figure.name, figure.title, [figure])], speak).encode()
    elif path.suffix.lower() == ".png":
        from .png import png

        content = png(figure)
    else:
        content = f"{svg(figure)}\n".encode()
    with making(path) as made:
        made.write_bytes(content)
