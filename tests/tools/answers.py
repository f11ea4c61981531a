"""What a careful steward answers to the shipped policy's checklist."""

from __future__ import annotations

__all__ = ["CHECKLIST"]

CHECKLIST = {
    "direct_identifiers": "no",
    "indirect_identifiers": "no",
    "geography": "ZIP code",
    "linkability": "unlikely",
    "quality": "yes",
    "benefit": "high",
    "benefit_likelihood": "medium",
    "risk": "low",
    "risk_likelihood": "low",
}
