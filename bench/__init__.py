"""Benchmarks: each thing we promise to be fast, against its physical limit, in alternating samples of one run."""
