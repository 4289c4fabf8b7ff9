"""The tables on the page of an attestation, and what the vendor's page tells of them."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel
from core.admin_pages import row_of_buttons
from core.querysets import visible_rows
from core.showing import badge, link
from vendors.attestations.currency import Standing, name_of, standings
from vendors.attestations.enums import Treatment
from vendors.attestations.lists import expiry_cell, status_badge
from vendors.models import Attestation, Vendor

TABLE = "portal/table.html"
_TREATED = {Treatment.MITIGATED: "green", Treatment.ACCEPTED: "orange"}

type ButtonFor = Callable[..., Button | None]


def exceptions_panel(record: Attestation, button: ButtonFor) -> Panel:
    rows = [
        (
            one.text,
            _treatment(one),
            one.assessment,
            *_beside(
                button("assess_exception", _("Assess"), exception=one.pk),
                button("remove_exception", _("Remove"), exception=one.pk),
            ),
        )
        for one in record.exceptions.all()
    ]
    columns = [_("exception"), _("treatment"), _("our assessment"), ""]
    content = {
        **table_of(columns, rows),
        "buttons": _offered(button("note_exception", _("Note an exception"))),
        "nothing": _("The report names no exceptions, or nobody wrote them down."),
    }
    return Panel("exceptions", _("Exceptions"), TABLE, content, len(rows))


def controls_panel(record: Attestation, button: ButtonFor) -> Panel:
    rows = [
        (
            one.text,
            one.control or badge(pgettext_lazy("control", "None"), "orange"),
            one.reason,
            *_beside(button("remove_control", _("Remove"), user_control=one.pk)),
        )
        for one in record.user_controls.all()
    ]
    columns = [_("what is expected of us"), _("our control"), _("why not"), ""]
    content = {
        **table_of(columns, rows),
        "buttons": _offered(button("map_control", _("Add what is expected of us"))),
        "nothing": _("The report expects nothing of us, or nobody wrote it down."),
    }
    return Panel("controls", _("Expected of us"), TABLE, content, len(rows))


def documents_panel(
    record: Any, button: ButtonFor, url_of_file: Callable[[Any], str], label: Any = ""
) -> Panel:
    """The files of an attestation or of a matrix."""
    rows = [
        (
            format_html('<a href="{}">{}</a>', url_of_file(one), one.title),
            one.name,
            format_html("<code>{}</code>", one.sha256[:16]),
            one.uploaded_by.get_full_name(),
            one.created_at,
        )
        for one in record.documents.select_related("uploaded_by__person")
    ]
    columns = [
        *(_("document"), _("file"), _("SHA-256 begins with"), _("added by")),
        _("added at"),
    ]
    offered = _offered(button("attach", label or _("Add the document")))
    content = {"columns": columns, "rows": rows, "buttons": offered}
    return Panel("documents", _("Documents"), TABLE, content, len(rows))


def vendor_panel(vendor: Vendor, user: Any, button: ButtonFor) -> Panel:
    """What the vendor must have and how that stands, then every attestation of it."""
    today = timezone.localdate()
    needs = standings([vendor], today)[vendor.pk]
    required = {(one.kind,): one for one in vendor.required_attestations.all()}
    rows: list[tuple[Any, ...]] = [
        (
            _required(one),
            _standing(one),
            link(one.held, one.held.reference) if one.held else None,
            one.held.expires_on if one.held else None,
            getattr(required.get(one.need), "reason", ""),
            *_remover(button, required.get(one.need)),
        )
        for one in needs
    ]
    found = visible_rows(Attestation, user).filter(vendor=vendor).order_by("-pk")[:50]
    rows += [
        (
            one.get_kind_display(),
            status_badge(one),
            link(one, one.reference),
            expiry_cell(one),
            one.assessor,
            "",
        )
        for one in found
    ]
    add = None
    if user.has_perm("vendors.add_attestation"):
        url = f"{reverse('admin:vendors_attestation_add')}?vendor={vendor.pk}"
        add = Button("receive", _("Receive an attestation"), url, is_dialog=False)
    columns = [
        *(pgettext_lazy("attestation", "kind"), _("status"), _("attestation"), _("expires on")),
        *(_("issued by, or reason"), ""),
    ]
    content = {
        **table_of(columns, rows),
        "buttons": _offered(
            add, button("add_required_attestation", _("Require a kind of attestation"))
        ),
        "nothing": _("No attestation is required of it, and none was received."),
    }
    return Panel("attestations", _("Attestations"), TABLE, content, len(found))


def table_of(columns: list[Any], rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    """A table whose last column, of buttons, stands only where somebody is offered one."""
    if any(row[-1] for row in rows):
        return {"columns": columns, "rows": rows}
    return {"columns": columns[:-1], "rows": [row[:-1] for row in rows]}


def _required(one: Standing) -> Any:
    text = _("Required: %(kind)s") % {"kind": name_of(one.need)}
    return format_html("<strong>{}</strong>", text)


def _standing(one: Standing) -> Any:
    if one.held is None:
        return badge(_("Lacks"), "red")
    return (
        badge(pgettext_lazy("attestation", "Current"), "green")
        if one.is_current
        else badge(_("Expired"), "red")
    )


def _remover(button: ButtonFor, required: Any) -> tuple[Any, ...]:
    if required is None:
        return ("",)
    spoken = _("Remove %(name)s") % {"name": required}
    return _beside(button("remove_required_attestation", _("Remove"), spoken, part=required.pk))


def _treatment(one: Any) -> Any:
    if not one.treatment:
        return badge(_("Not assessed yet"), "red")
    return badge(one.get_treatment_display(), _TREATED[Treatment(one.treatment)])


def _beside(*buttons: Button | None) -> tuple[Any, ...]:
    given = _offered(*buttons)
    return (row_of_buttons(given) if given else "",)


def _offered(*buttons: Button | None) -> list[Button]:
    return [one for one in buttons if one is not None]
