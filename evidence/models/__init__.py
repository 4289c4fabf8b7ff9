"""What an auditor asks for and gets, and where a control did not hold."""

from evidence.models.failures import EXPLANATIONS, ControlFailure
from evidence.models.packs import EvidencePack, SamplePick
from evidence.models.witnesses import CheckpointPublication, Witness, WitnessReceipt

__all__ = [
    "EXPLANATIONS",
    "CheckpointPublication",
    "ControlFailure",
    "EvidencePack",
    "SamplePick",
    "Witness",
    "WitnessReceipt",
]
