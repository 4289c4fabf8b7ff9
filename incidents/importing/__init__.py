"""Incidents from other systems; a format per file."""
