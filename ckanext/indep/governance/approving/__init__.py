"""What counts as an approval: ballots, conditions, standing approvals."""
