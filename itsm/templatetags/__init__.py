"""Template tags of the portal's shell."""
