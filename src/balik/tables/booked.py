"""Accounts of charges: the one that a row names, else one of the charge's own name."""

from __future__ import annotations

from .frame import Frame


def account_of(charges: Frame, row: int) -> str:
    """The account of the ledger in which a row of `charges` is booked."""
    return charges.text["account"][row] or charges.text["charge"][row]


def accounts(charges: Frame) -> set[str]:
    """Every account in which charges are booked."""
    return {account_of(charges, row) for row in range(len(charges))} - {""}
