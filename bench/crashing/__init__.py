"""Releases that are cut short by real kills: the parts that `bench.kills` puts together."""
