"""Capture of every change by the database: history rows and the outbox of the ledger."""
