"""Whom a log names: teams, services, vendors and colleagues that are here, and those that are made.

Groups become teams, because the time of each must be told apart; vendors are made where something
waited for them. People get no accounts: nobody signs in because a log named them.
"""

from typing import Any

from django.db.models import Q
from django.utils.text import slugify

from assets.enums import Criticality, ServiceTier
from assets.models import Service
from people.enums import Country, TeamTier
from people.models import Subsidiary, Team, User
from records.importing import ImportOptions, Unreadable
from vendors.enums import VendorTier
from vendors.models import Vendor

_NOBODY = "imported"
_NO_VENDOR = "Vendor not named in ServiceNow"
_SERVICE = "Imported from ServiceNow"


class Parties:
    """Found once, remembered for the whole run; made where the log needs them."""

    def __init__(self, options: ImportOptions) -> None:
        self._options = options
        self._teams: dict[str, Team] = {}
        self._vendors: dict[str, Vendor] = {}
        self._services: dict[str, Service] = {}
        self._people: dict[str, User | None] = {}

    def check(self) -> None:
        """Unreadable where an option names what is not here."""
        if self._options.country not in Country.values:
            raise Unreadable(f"--country {self._options.country}: not one of ours")
        for option, model in (("team", Team), ("service", Service)):
            name = getattr(self._options, option)
            if name and _known(model, name) is None:
                raise Unreadable(f"--{option} {name}: there is none of that name")

    def team(self, group: str) -> Team:
        """The team of a group; of none: where records without one belong."""
        if group not in self._teams:
            if not group and self._options.team:
                self._teams[group] = _known(Team, self._options.team)
            else:
                self._teams[group] = self._team(group)
        return self._teams[group]

    def vendor(self, name: str) -> Vendor:
        if name not in self._vendors:
            called = (name or _NO_VENDOR)[:150]
            self._vendors[name] = _known(Vendor, called) or Vendor.objects.create(
                name=called, tier=VendorTier.COMMODITY, country=self._options.country
            )
        return self._vendors[name]

    def service(self, name: str) -> Service:
        """The service of that name; else the one for whatever names none of ours."""
        if name not in self._services:
            found = _known(Service, name) if name else None
            self._services[name] = found or self._any_service()
        return self._services[name]

    def colleague(self, name: str) -> User | None:
        """The account whose user name this is; none is made."""
        if name not in self._people:
            found = User.objects.filter(username=name, is_active=True).first() if name else None
            self._people[name] = found
        return self._people[name]

    def _team(self, group: str) -> Team:
        short = slugify(group)[:50]
        slug = f"{_NOBODY}-{short}" if short else _NOBODY
        here = Team.objects.filter(country=self._options.country)
        same = [short, slug] if short else [slug]
        found = here.filter(Q(slug__in=same) | Q(name__iexact=group)).order_by("pk").first()
        if found is not None:
            return found
        if Team.objects.filter(slug=slug).exists():  # of another country
            slug = f"{slug}-{self._options.country.lower()}"
        return Team.objects.create(
            slug=slug,
            name=(group or "Imported, without a group")[:120],
            tier=TeamTier.L2,
            subsidiary=self._subsidiary(),
            country=self._options.country,
        )

    def _subsidiary(self) -> Subsidiary:
        country = self._options.country
        found = Subsidiary.objects.filter(country=country).order_by("pk").first()
        return found or Subsidiary.objects.create(name=f"Imported ({country})", country=country)

    def _any_service(self) -> Service:
        if self._options.service:
            return _known(Service, self._options.service)
        found = Service.objects.filter(label=_NOBODY).first()
        return found or Service.objects.create(
            name=_SERVICE,
            label=_NOBODY,
            tier=ServiceTier.TIER_3,
            criticality=Criticality.LOW,
            owner_team=self.team(""),
            support_team=self.team(""),
            countries=[self._options.country],
        )


def _known(model: Any, name: str) -> Any:
    """By reference, short name or name, as the model has them."""
    names = {Team: ("slug", "name"), Service: ("reference", "label", "name")}
    called = Q()
    for field in names.get(model, ("reference", "name")):
        called |= Q(**{f"{field}__iexact": name})
    return model.objects.filter(called).order_by("pk").first()
