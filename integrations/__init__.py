"""What comes in and goes out: alert sources and their events."""
