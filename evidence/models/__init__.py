"""What an auditor asks for and gets, and where a control did not hold."""

from evidence.models.packs import EvidencePack, SamplePick

__all__ = ["EvidencePack", "SamplePick"]
