"""Siting at sizes where general solvers give up: arrays in, arrays out."""
