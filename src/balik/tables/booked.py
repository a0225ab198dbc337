"""Charges, as far as their rows say by themselves: in which account they are booked, and what their unit names."""

from __future__ import annotations

from fractions import Fraction

from .fits import CaseUnits, quantity_unit
from .frame import Frame


def account_of(charges: Frame, row: int) -> str:
    """The account of the ledger in which a row of `charges` is booked: the one named, else one of the charge's name."""
    return charges.text["account"][row] or charges.text["charge"][row]


def accounts(charges: Frame) -> set[str]:
    """Every account in which charges are booked."""
    return {account_of(charges, row) for row in range(len(charges))} - {""}


def rate_unit(text: str, case: CaseUnits) -> tuple[Fraction, str]:
    """What one of the money of a rate is in that of the case, and the unit of the amount: USD/t, or t alone."""
    over, line, under = text.partition("/")
    money = quantity_unit("money", over.strip(), case, ()) if line else None
    return (money[1], under.strip()) if money else (Fraction(1), text)
