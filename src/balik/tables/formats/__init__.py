"""One reader and writer per kind of file."""
