"""The entity diagram: who is in the network, what happens there, what moves between them."""

from .picture import diagram

__all__ = ["diagram"]
