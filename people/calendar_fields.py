"""Columns that Django has no field for."""

from typing import Any

from django.db import models
from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange


class MomentsField(models.Field):
    """Several ranges of moments, in order and apart: PostgreSQL's tstzmultirange. In Python pairs
    of moments, each from the first until just before the second."""

    def db_type(self, connection: Any) -> str:
        return "tstzmultirange"

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, TimestamptzMultirange):
            return value
        return TimestamptzMultirange(TimestamptzRange(*pair) for pair in value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else [(one.lower, one.upper) for one in value]
