"""The one list of the portal: a queryset, its filters and columns, drawn by a template of ours.

An app describes its list as a subclass of `RecordList` in its `lists.py`; its admin names it.
"""

from core.lists.columns import Column
from core.lists.page import RecordList, Tab
from core.lists.tools import LIST_TOOLS, ListTool

__all__ = ["LIST_TOOLS", "Column", "ListTool", "RecordList", "Tab"]
