"""The only writers of requests, their adjustments and telephone calls; a file per question."""
