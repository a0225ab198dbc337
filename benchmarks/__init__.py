"""Speed of balik beside hand-written arrays and linopy, as ratios of one run: `python -m benchmarks`."""
