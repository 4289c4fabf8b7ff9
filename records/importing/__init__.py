"""Records from other systems: what a format must offer, and the registry of kinds and formats.

A format reads a file twice: once to say whether it is one, before anything is written, and once
record by record. What is wrong with a record is told by line; it keeps no other record out.
"""

from records.importing.contract import (
    FORMATS,
    Batch,
    Finding,
    Format,
    ImportOptions,
    Outcome,
    SourceRecord,
    Unreadable,
)

__all__ = [
    "FORMATS",
    "Batch",
    "Finding",
    "Format",
    "ImportOptions",
    "Outcome",
    "SourceRecord",
    "Unreadable",
]
