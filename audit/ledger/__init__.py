"""The mathematics of the sealed ledger: leaves, trees, proofs, signed notes. No Django in here."""
