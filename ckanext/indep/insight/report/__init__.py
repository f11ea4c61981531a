"""The council report of a quarter, as a page and as PDF, and the draft of its press release."""
