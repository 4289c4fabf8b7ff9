"""The clocks of a life as a pure function of its events and the agreements (ADR 11).

`replay` is the way in: events to segments that tile the life, segments to clocks. Nothing here
reads a clock or a database; what is stored, and who may write it, stands outside.
"""

from sla.replay.agreements import LONGEST_TARGET, AgreedVersion
from sla.replay.clocks import THRESHOLDS, Clock, Piece, Threshold
from sla.replay.events import Event, known
from sla.replay.explaining import Explanation, Line, explain
from sla.replay.foreseeing import Retargeted, foresee
from sla.replay.replaying import Replay, Restated, replay, restated
from sla.replay.segments import Course, Segment, Tile, course_of
from sla.replay.working_time import ROUND_THE_CLOCK, RoundTheClock, WorkingTime

__all__ = [
    "LONGEST_TARGET",
    "ROUND_THE_CLOCK",
    "THRESHOLDS",
    "AgreedVersion",
    "Clock",
    "Course",
    "Event",
    "Explanation",
    "Line",
    "Piece",
    "Replay",
    "Restated",
    "Retargeted",
    "RoundTheClock",
    "Segment",
    "Threshold",
    "Tile",
    "WorkingTime",
    "course_of",
    "explain",
    "foresee",
    "known",
    "replay",
    "restated",
]
