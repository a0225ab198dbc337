"""The verifier: judges a plan from the tables, with code of its own.

It shares with the rest only how files are read (schema, tables). Wildcards, distances, prices, trips and limits are
worked out here again, on purpose: an error in the model cannot hide in its own judge.

    judge(data, plan, document)   a plan in memory
    verify_folder(folder)         a plan folder
    read_plan(folder)             its case, tables and document

A law holds when |difference| ≤ 1e-6 × max(1, the largest absolute term of that law), and a count is whole when it
lies within 1e-6 of a whole number (`TOLERANCE`).
"""

from .folder import Opened, open_folder, read_plan, verify_folder
from .judge import judge
from .verdict import TOLERANCE, Broken, Proof, Replay, Verdict

__all__ = ["TOLERANCE", "Broken", "Opened", "Proof", "Replay", "Verdict", "judge", "open_folder", "read_plan", "verify_folder"]
