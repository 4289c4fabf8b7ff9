"""Tests of the people app: accounts, roles in force, sign-in, sessions and tokens."""
