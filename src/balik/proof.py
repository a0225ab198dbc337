"""Whether the bound of a plan folder is shown: its certificate, gone through for the case in the folder.

The program is stated anew from the tables. Duals of its rows are made into a bound again; a certificate of siting is
gone through for the program put as a siting problem, and its checker needs nothing of the search.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .algebra import Arrays
from .api import prepare_tables
from .duality import bound_of
from .duality.certificate import DualsError, holds_duals, read_duals
from .location.certificate import CertificateError
from .location.shown import shown_of
from .model.statement import Model
from .plan.priced import unlike
from .plan.store import CERTIFICATE_FILE
from .plan.verify import Broken, Opened, Proof, Verdict, open_folder
from .words import Sentence, say

#: By how much, relative to max(1, |objective|), a certificate shows less than its plan claims: its margin for rounding.
_MARGIN = 3e-9


def with_proof(verdict: Verdict, folder: Path, opened: Opened | None = None) -> Verdict:
    """The verdict on a plan with a certificate: one more law, that it shows its bound.

    `opened`: what the folder holds, where that is read already.
    """
    start = time.perf_counter()
    opened = open_folder(folder) if opened is None else opened
    document = opened.document
    if not _is_number(document.get("objective")):
        return verdict  # of which the verdict says enough
    verdict = replace(verdict, laws=verdict.laws + 1)
    model, data = prepare_tables(opened.data.tables).model, (folder / CERTIFICATE_FILE).read_bytes()
    program = model.program.arrays()
    if holds_duals(data):
        verdict = _by_duals(verdict, program, data, document, start)
        return _with_prices(verdict, model, program, read_duals(data), opened.tables) if verdict.proof.how == "lp" else verdict
    try:
        how, checked = shown_of(data, program)
    except CertificateError as error:
        return _with_fault(verdict, error.args[0])
    claim, objective = _claim(document), float(document["objective"])
    whole = claim <= checked.bound + _MARGIN * max(1.0, abs(objective))
    if not whole and how == "tree":
        found = say("plan.json: the bound {claim:,.10g} lies above {shown:,.10g}, which the certificate shows.",
                    claim=claim, shown=checked.bound)  # fmt: skip
        return _with_fault(verdict, found)
    seconds = round(time.perf_counter() - start, 4)
    gap = max(0.0, objective - checked.bound) / max(1.0, abs(objective))
    return replace(verdict, proof=Proof(how, checked.bound, whole, checked.nodes, checked.prices, seconds, gap))


def _by_duals(verdict: Verdict, a: Arrays, data: bytes, document: dict[str, Any], start: float) -> Verdict:
    """The verdict on a plan with duals: the bound that they show, which must be what the document says of it."""
    try:
        duals = read_duals(data)
    except DualsError as error:
        return _with_fault(verdict, error.args[0])
    objective = float(document["objective"])
    bound = min(bound_of(a, duals, objective).bound, objective)
    scale, how = max(1.0, abs(objective)), "root" if a.integer.any() else "lp"
    told = document.get("proof")
    claim = told.get("bound") if isinstance(told, dict) else None
    if isinstance(claim, (int, float)) and not claim <= bound + _MARGIN * scale:
        found = say("plan.json: the proved bound {claim:,.10g} lies above {shown:,.10g}, which the certificate shows.",
                    claim=claim, shown=bound)  # fmt: skip
        return _with_fault(verdict, found)
    if math.isinf(bound):
        return verdict
    whole = _claim(document) <= bound + _MARGIN * scale
    seconds = round(time.perf_counter() - start, 4)
    return replace(verdict, proof=Proof(how, bound, whole, 1, len(duals), seconds, (objective - bound) / scale))


def _with_prices(verdict: Verdict, model: Model, a: Arrays, duals: Any, tables: Mapping[str, Any]) -> Verdict:
    """The verdict with the prices that are not those of the duals which show the bound."""
    if not tables.get("prices"):
        return verdict
    faults = [Broken("prices", where, None, None, None, found) for where, found in unlike(model, a, duals, tables)]
    return replace(verdict, broken=[*verdict.broken, *faults])


def _claim(document: dict[str, Any]) -> float:
    """The bound that a plan claims; none, and the verdict says of one that is no number that it is none."""
    return float(document["bound"]) if _is_number(document.get("bound")) else -math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _with_fault(verdict: Verdict, found: Sentence) -> Verdict:
    fault = Broken("proof", CERTIFICATE_FILE, None, None, None, found)
    return replace(verdict, broken=[*verdict.broken, fault])
