"""A validation as a chapter: Markdown, or one HTML page that needs nothing else."""

from .write import chapter, check_name, write_chapter

__all__ = ["chapter", "check_name", "write_chapter"]
