"""What a study keeps from one solve to the next, and how it knows that it still holds."""

from .halves import in_halves
from .kinds import Book, Changing
from .recall import Kept, kept, kept_for_all, studying
from .same import same

__all__ = ["Book", "Changing", "Kept", "in_halves", "kept", "kept_for_all", "same", "studying"]
