"""What a certificate of either kind says, and whether it shows that of a program."""

from __future__ import annotations

from ..algebra import Arrays
from ..words import Sentence, say
from .certificate import CertificateError, read_certificate
from .checker import Checked, check_certificate
from .echelons.certificate import read_echelon_certificate
from .echelons.checker import check_echelon_certificate
from .echelons.problem import TwoEchelon
from .recognise import recognise


def said_by(data: bytes) -> tuple[str, float]:
    """How a certificate shows its bound ("root", "part" or "tree"), and the bound; raises CertificateError where it is none."""
    echelons = read_echelon_certificate(data)
    if echelons is not None:
        return "part" if len(echelons.branch) > 1 else "root", echelons.bound
    found = read_certificate(data)
    return "tree" if len(found.branch) > 1 else "root", found.bound


def shown_of(data: bytes, program: Arrays) -> tuple[str, Checked]:
    """How, and what a certificate shows of a program; raises CertificateError where that is not what it says."""
    how, _ = said_by(data)
    echelons = read_echelon_certificate(data)
    siting = recognise(program)
    if isinstance(siting, Sentence):
        raise CertificateError(say("The certificate is for a siting problem, and this case is none: {reason}.", reason=siting))
    if isinstance(siting.siting, TwoEchelon) != (echelons is not None):
        raise CertificateError(say("The certificate's arrays do not fit the case."))
    if isinstance(siting.siting, TwoEchelon):
        assert echelons is not None
        return how, check_echelon_certificate(echelons, siting.siting)
    return how, check_certificate(read_certificate(data), siting.siting)
