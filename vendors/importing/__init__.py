"""Reads registers of contracts that other systems wrote. Nothing is written here."""

from vendors.importing.register import Entry, Oddity, WrongFile, read_register

__all__ = ["Entry", "Oddity", "WrongFile", "read_register"]
