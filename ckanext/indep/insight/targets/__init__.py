"""Targets, annual goals and baselines: departments propose, the office reviews, one approves."""
