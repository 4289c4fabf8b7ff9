"""Assets and services as evidence: the inventory of PCI DSS 12.5.1 and ISO 27001 A.5.9."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from assets.enums import Environment, Lifecycle, PciScope
from assets.models import Asset, Dependency, HandOut, Service
from core.dashboard import record_url
from evidence.exception_reports import EXCEPTION_REPORTS, Found, report_on
from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Attribute, Population, Text
from evidence.telling import as_json, called

_MEMBERSHIP: Text = _(
    "It was there before the period ended. What is told is how it stands now; the entries of the "
    "ledger tell how it stood when."
)


def _known_by(model: Any, period: Period) -> Exists:
    """History has it from before the period's end."""
    made = model.history.model.objects.filter(
        id=OuterRef("pk"), history_type="+", history_date__lt=period.end
    )
    return Exists(made)


def _open_needs() -> Any:
    still = Dependency.objects.filter(ends_on__isnull=True).select_related("needs")
    return Prefetch("dependencies", still.order_by("pk"))


def _needs(row: Any) -> list[str]:
    return sorted(f"{need.kind} {need.needs.reference}" for need in row.dependencies.all())


def _assets(period: Period) -> QuerySet[Asset]:
    rows = Asset.objects.filter(_known_by(Asset, period)).select_related("owner_team", "vendor")
    out = HandOut.objects.filter(ended_at__isnull=True).select_related("holder")
    return rows.prefetch_related(_open_needs(), Prefetch("hand_outs", out)).order_by("pk")


def _services(period: Period) -> QuerySet[Service]:
    rows = Service.objects.filter(_known_by(Service, period))
    return (
        rows.select_related("owner_team", "support_team")
        .prefetch_related(_open_needs())
        .order_by("pk")
    )


def _of(table: str, name: str, meaning: Text) -> Attribute:
    return Attribute(name, meaning, lambda row: as_json(getattr(row, name)), f"{table}.{name}")


def _asset(name: str, meaning: Text) -> Attribute:
    return _of("assets_asset", name, meaning)


def _service(name: str, meaning: Text) -> Attribute:
    return _of("assets_service", name, meaning)


ASSETS = Population(
    name="assets",
    title=_("Assets"),
    definition=_("Everything that we run or depend on, and the devices that people have."),
    membership=_MEMBERSHIP,
    model=Asset,
    everything=lambda: Asset.objects.all(),
    members=_assets,
    identity=lambda row: row.reference,
    moment_of=lambda row: None,
    attributes=(
        _asset("name", _("What it is called.")),
        _asset("asset_class", _("What kind of thing it is.")),
        _asset("purpose", _("What it is for.")),
        _asset("lifecycle", _("Where it stands between plan and disposal.")),
        _asset("environment", _("Where it runs.")),
        _asset("pci_scope", _("Whether it is in scope of PCI DSS.")),
        _asset("data_residency", _("Where its data rest.")),
        _asset("owner_team", _("Who answers for it.")),
        _asset("vendor", _("Whose it is, or who looks after it.")),
        _asset("manufacturer", _("Who made it.")),
        _asset("product", _("Which model or program.")),
        _asset("release", _("Which release.")),
        _asset("serial_number", _("Its serial number.")),
        _asset("location", _("Where it stands.")),
        Attribute("hostname", _("Its name in the network."), lambda row: row.hostname,
                  "assets_asset.hostname", withheld=True),
        Attribute("ip_address", _("Its address in the network."), lambda row: row.ip_address,
                  "assets_asset.ip_address", withheld=True),
        _asset("warranty_until", _("Until when it is under warranty.")),
        _asset("end_of_life_on", _("From when on nobody mends it any more.")),
        Attribute("needs", _("What it depends on."), _needs, "assets_dependency"),
        Attribute("holder", _("Who has it, by account."),
                  lambda row: called(next((out.holder for out in row.hand_outs.all()), None)),
                  "assets_handout.holder_id"),
    ),
    rows_of=rows_of_parts(Asset, Part(Dependency, "asset"), Part(HandOut, "asset")),
    numbered="AST",
    absent=lambda row: _("made after the period"),
    strata=lambda row: row.asset_class,
    is_inventory=True,
)  # fmt: skip

SERVICES = Population(
    name="services",
    title=_("Services"),
    definition=_("Everything that customers or colleagues rely on."),
    membership=_MEMBERSHIP,
    model=Service,
    everything=lambda: Service.objects.all(),
    members=_services,
    identity=lambda row: row.reference,
    moment_of=lambda row: None,
    attributes=(
        _service("name", _("What it is called.")),
        _service("description", _("What it does.")),
        _service("tier", _("How soon it must be back.")),
        _service("criticality", _("What an outage means.")),
        _service("owner_team", _("Who answers for it.")),
        _service("support_team", _("Who mends it.")),
        _service("countries", _("Where it is used.")),
        _service("rto", _("Recovery time objective.")),
        _service("rpo", _("Recovery point objective.")),
        _service("is_retired", _("Whether it is no longer used.")),
        Attribute("needs", _("What it depends on."), _needs, "assets_dependency"),
    ),
    rows_of=rows_of_parts(Service, Part(Dependency, "service")),
    numbered="SVC",
    absent=lambda row: _("made after the period"),
    strata=lambda row: row.tier,
    is_inventory=True,
)


def _outdated(period: Period, user: Any) -> QuerySet[Any]:
    """In production and in or next to PCI scope, used on after its end of life."""
    exposed = Q(pci_scope__in=[PciScope.IN_SCOPE, PciScope.CONNECTED])
    return Asset.objects.visible_to(user).filter(
        exposed,
        environment=Environment.PRODUCTION,
        lifecycle__in=[Lifecycle.LIVE, Lifecycle.RETIRING],
        end_of_life_on__lt=period.ends_on,
    )


def _tell_outdated(rows: list[Any]) -> list[Found]:
    said = _("%(name)s: end of life on %(day)s")
    return [
        Found(
            row.reference,
            None,
            said % {"name": row.name, "day": row.end_of_life_on.isoformat()},
            record_url(row),
        )
        for row in rows
    ]


def register_evidence() -> None:
    """Called once, when the app is ready."""
    for population in (ASSETS, SERVICES):
        POPULATIONS.register(population.name, population)
    report = report_on(
        "outdated_assets",
        _("Assets past their end of life"),
        _("Production assets in PCI DSS scope or connected to it that nobody mends any more."),
        rows=_outdated,
        tell=_tell_outdated,
    )
    EXCEPTION_REPORTS.register(report.name, report)
