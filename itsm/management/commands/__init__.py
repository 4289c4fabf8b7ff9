"""One module per command; each is thin and calls what does the work."""
