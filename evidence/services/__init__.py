"""What people do about evidence."""

from evidence.services.packs import (
    build_pack,
    freeze_pack,
    hand_out_pack,
    request_pack,
    retry_pack,
    work_on_pack,
)
from evidence.services.sampling import choose_item, draw_sample, replace_item

__all__ = [
    "build_pack",
    "choose_item",
    "draw_sample",
    "freeze_pack",
    "hand_out_pack",
    "replace_item",
    "request_pack",
    "retry_pack",
    "work_on_pack",
]
