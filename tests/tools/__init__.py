"""What several guards of the repository need."""
