"""Something will be altered: changes and their approval, once they arrive."""
