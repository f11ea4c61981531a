"""From a draft to a frozen revision with the data owner."""
