"""Networks of any shape with sites: rows that tighten are generated, columns are priced in, restricted problems search."""

from .engine import run_generated

__all__ = ["run_generated"]
