"""The questions that are asked about evidence."""
