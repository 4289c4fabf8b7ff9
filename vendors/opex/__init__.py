"""What is spent on vendors: budgets, the ledger under them, invoices, rates and savings."""
