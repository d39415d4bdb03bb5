"""Benchmarks: each module prints a table of ratios measured within one run; `python -m benchmarks` runs all."""
