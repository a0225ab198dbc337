"""The siting engine beside general solvers: `python -m benchmarks.siting`."""
