"""How the search over everything finds clients: by their names."""

from core.palette import RecordSource, in_names
from sla.models import Client

CLIENTS = RecordSource(
    model=Client,
    icon="storefront",
    search=lambda rows, words: in_names(rows, words, ("name", "slug")),
    detail=lambda client: client.get_country_display(),
)
