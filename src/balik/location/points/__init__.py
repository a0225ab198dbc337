"""Siting with costs computed from coordinates, where a matrix of candidates × customers is not wanted."""
