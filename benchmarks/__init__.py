"""Benchmarks: each module prints a table of ratios measured in one run; `python -m benchmarks` runs all."""
