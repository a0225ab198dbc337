"""Sensitivity: one number moves, and the case is solved again.

`swept` moves cells over a range, alone or two at a time; `of_sites`, `of_edge`, `of_curve` and `of_prices` ask where
something changes, and answer with the place itself. `bench` solves and counts, `family` is a program as a function of
one number, `pieces` walks a piecewise linear function bend by bend.
"""
