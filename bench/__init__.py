"""Benchmarks: one file each, measured in one run with what it is compared with."""
