"""What people are asked about evidence; a file per question."""
