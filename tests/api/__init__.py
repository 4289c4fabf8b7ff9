"""The REST conventions, a file per behaviour."""
