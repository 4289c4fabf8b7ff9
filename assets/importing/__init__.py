"""Reads assets from files: which columns there are, what a file says, what a row means."""
