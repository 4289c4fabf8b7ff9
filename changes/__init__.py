"""Something will be altered: changes and their approval. Its records arrive with change enablement."""
