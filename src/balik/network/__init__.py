"""Typed tables to one frozen network of arrays."""

from .encode import encode
from .network import Network

__all__ = ["Network", "encode"]
