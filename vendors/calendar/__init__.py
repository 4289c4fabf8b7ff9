"""A year of renewals: what contracts ask us to decide, and what they and attestations bring."""
