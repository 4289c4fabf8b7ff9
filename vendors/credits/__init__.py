"""Service credits: what a contract promises back for breaches, claimed and reconciled."""
