"""Making public what was approved, at its time, until it is retired."""
