"""Messages to people: the outbox, the channels, the delivery log."""
