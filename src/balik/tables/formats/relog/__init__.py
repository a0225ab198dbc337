"""Instances of RELOG (ANL-CEEESA, releases 0.5 to 0.7; JSON) read as a case."""

from .read import read_relog

__all__ = ["read_relog"]
