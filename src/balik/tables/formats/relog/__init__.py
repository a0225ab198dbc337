"""Instances of RELOG (ANL-CEEESA, releases 0.5 to 0.7; JSON) read as a case."""
