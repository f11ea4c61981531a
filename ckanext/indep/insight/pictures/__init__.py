"""The charts of measures as PNG files, made by the worker and kept."""
