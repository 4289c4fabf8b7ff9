"""Evidence: what an auditor asks for, and packs that prove their own completeness offline."""
