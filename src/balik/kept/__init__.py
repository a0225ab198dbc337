"""What a study keeps from one solve to the next, and how it knows that it still holds."""

from .kinds import Book, Changing
from .recall import Kept, kept, kept_for_all, studying
from .same import same

__all__ = ["Book", "Changing", "Kept", "kept", "kept_for_all", "same", "studying"]
