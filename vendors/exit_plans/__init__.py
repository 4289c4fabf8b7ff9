"""How we would leave a vendor: planned, approved by somebody else, exercised every year."""
