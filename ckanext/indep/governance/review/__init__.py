"""The decisions on a request, and those who take them."""
