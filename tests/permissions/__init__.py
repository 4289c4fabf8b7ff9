"""Tests about who sees and who may do what, over all apps."""
