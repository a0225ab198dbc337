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
from .duality import bound_of
from .duality.certificate import DualsError, holds_duals, holds_tree, read_duals
from .duality.tree import MARGIN, check_tree, how_far, read_tree
from .files.arrays import ArraysError, read
from .location.certificate import CertificateError
from .location.shown import shown_of
from .model.statement import Model
from .plan.priced import unlike
from .plan.ranged import not_held
from .plan.store import CERTIFICATE_FILE
from .plan.verify import Broken, Opened, Proof, Verdict, open_folder
from .prepared import prepare_tables
from .words import Sentence, say


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
    try:
        data = read(folder / CERTIFICATE_FILE)
    except ArraysError as error:
        return _with_fault(verdict, error.args[0])
    model = prepare_tables(opened.data.tables).model
    program = model.program.arrays()
    if holds_duals(data):
        verdict = _by_duals(verdict, program, data, document, start)
        return (
            _with_prices(verdict, model, program, read_duals(data), opened.tables)
            if verdict.proof.how == "lp"
            else verdict
        )
    if holds_tree(data):
        return _by_tree(verdict, program, data, document, start)
    try:
        how, checked = shown_of(data, program)
    except CertificateError as error:
        return _with_fault(verdict, error.args[0])
    return _shown(verdict, document, how, checked.bound, (checked.nodes, checked.prices), start)


def _by_duals(verdict: Verdict, a: Arrays, data: bytes, document: dict[str, Any], start: float) -> Verdict:
    """The verdict on a plan with duals: the bound that they show, which must be what the document says of it."""
    try:
        duals = read_duals(data)
    except DualsError as error:
        return _with_fault(verdict, error.args[0])
    if duals.shape != a.row_lower.shape:
        return _with_fault(verdict, say("The certificate's arrays do not fit the case."))
    objective = float(document["objective"])
    bound = min(bound_of(a, duals, objective).bound, objective)
    how = "root" if a.integer.any() else "lp"
    return _shown(verdict, document, how, bound, (1, len(duals)), start)


def _by_tree(verdict: Verdict, a: Arrays, data: bytes, document: dict[str, Any], start: float) -> Verdict:
    """The same of a plan with a tree of multipliers, which the checker goes through."""
    objective = float(document["objective"])
    try:
        seen = check_tree(read_tree(data), a, objective)
    except DualsError as error:
        return _with_fault(verdict, error.args[0])
    how = how_far(seen.bound, _claim(document), max(1.0, abs(objective)), seen.nodes)
    return _shown(verdict, document, how, seen.bound, (seen.nodes, seen.prices), start)


def _shown(
    verdict: Verdict, document: dict[str, Any], how: str, bound: float, size: tuple[int, int], start: float
) -> Verdict:
    """The verdict with what was shown, by so many nodes and prices; a fault where the document says more of it."""
    objective = float(document["objective"])
    scale, seconds = max(1.0, abs(objective)), round(time.perf_counter() - start, 4)
    whole = _claim(document) <= bound + MARGIN * scale
    if how != "lp":
        how = "tree" if whole else "part" if how == "tree" else how
    if (fault := _claims_more(document, bound, whole, scale)) is not None:
        return _with_fault(verdict, fault)
    if math.isinf(bound):
        return verdict
    return replace(verdict, proof=Proof(how, bound, whole, *size, seconds, max(0.0, objective - bound) / scale))


def _claims_more(document: dict[str, Any], shown: float, whole: bool, scale: float) -> Sentence | None:
    """That the document says more of its proof than is shown; None where it does not."""
    told = document.get("proof")
    if not isinstance(told, dict):
        return None
    claim = told["bound"] if _is_number(told.get("bound")) else -math.inf
    if _is_number(told.get("gap")):  # a gap says where the bound lies, too
        claim = max(claim, float(document["objective"]) - told["gap"] * scale)
    proved = told.get("how") in ("lp", "tree") and not whole
    if math.isinf(shown) and (proved or math.isfinite(claim)):
        return say("plan.json: proof says that a bound is shown, and the certificate shows none.")
    if claim > shown + MARGIN * scale:
        return say("plan.json: the proved bound {claim:,.10g} lies above {shown:,.10g}, which the certificate shows.",
                   claim=claim, shown=shown)  # fmt: skip
    if proved:
        return say("plan.json: the bound {claim:,.10g} lies above {shown:,.10g}, which the certificate shows.",
                   claim=_claim(document), shown=shown)  # fmt: skip
    return None


def _with_prices(verdict: Verdict, model: Model, a: Arrays, duals: Any, tables: Mapping[str, Any]) -> Verdict:
    """The verdict with the prices that are not those of the duals which show the bound."""
    if not tables.get("prices"):
        return verdict
    found = unlike(model, a, duals, tables) or not_held(model, a, duals, tables)
    faults = [Broken("prices", where, None, None, None, why) for where, why in found]
    return replace(verdict, broken=[*verdict.broken, *faults])


def _claim(document: dict[str, Any]) -> float:
    """The bound that a plan claims; none, and the verdict says of one that is no number that it is none."""
    return float(document["bound"]) if _is_number(document.get("bound")) else -math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _with_fault(verdict: Verdict, found: Sentence) -> Verdict:
    fault = Broken("proof", CERTIFICATE_FILE, None, None, None, found)
    return replace(verdict, broken=[*verdict.broken, fault])
