"""What differs between two contents: fields, texts, columns, rows."""
