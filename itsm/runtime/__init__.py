"""Starts and keeps the portal on one machine: the embedded PostgreSQL and the portal's processes.

Nothing here needs Django to be set up, and nothing that the portal does for people belongs here.
"""
