"""Benchmarks: one file each, every one measured against what it is compared with in the same run."""
