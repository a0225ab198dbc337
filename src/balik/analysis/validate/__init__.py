"""Verification and validation of a case in five rounds, with the evidence as numbers."""

from .case import validate
from .record import Round, Trial, Validation

__all__ = ["Round", "Trial", "Validation", "validate"]
