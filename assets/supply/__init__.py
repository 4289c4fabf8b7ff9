"""Which services depend on which vendors, how much, and what that adds up to."""
