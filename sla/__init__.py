"""Clients and the life of a record: marks and the clocks over them."""
