"""Evidence packs: one signed ZIP for one control and one period, which proves itself offline."""
