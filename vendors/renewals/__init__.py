"""Decisions about the ends of terms: what has to be known before one is taken."""
