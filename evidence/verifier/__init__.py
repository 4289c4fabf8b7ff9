"""What a pack brings to be verified with, on any machine with Python: copied into it as it is."""
