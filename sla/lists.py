"""The list of clients."""

from core.lists import Column, RecordList
from sla.filters import ClientFilters


class ClientList(RecordList):
    filterset = ClientFilters
    orderings = {"name": ("name", "pk")}
    ordering = "name"
    columns = (
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("slug", phone="meta"),
        Column("country", phone="meta"),
        Column("language"),
    )
