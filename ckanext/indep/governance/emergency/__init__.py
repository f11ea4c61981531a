"""What one person does at once, and the committee ratifies."""
