"""The audit of a published or inherited model: its printed figures, and what its tables do beside them."""

from .case import audit, audited
from .finding import Finding

__all__ = ["Finding", "audit", "audited"]
