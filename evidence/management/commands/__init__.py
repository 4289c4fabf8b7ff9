"""One module per command; each is thin and calls a service."""
