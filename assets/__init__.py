"""What we run: services, assets and what depends on what."""
