"""The tables on the page of a matrix, and what the vendor's page tells of them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel
from core.admin_pages import row_of_buttons
from core.querysets import visible_rows
from core.showing import badge, link
from vendors.attestations.page import TABLE, ButtonFor, table_of
from vendors.models import ResponsibilityLine, ResponsibilityMatrix, Vendor
from vendors.responsibilities.enums import MatrixStatus, Responsible
from vendors.responsibilities.lists import status_badge

_TONES = {Responsible.VENDOR: "blue", Responsible.US: "green", Responsible.SHARED: "orange"}


def lines_panel(record: ResponsibilityMatrix, button: ButtonFor) -> Panel:
    rows = [
        (
            line.requirement,
            line.title,
            _who(line),
            line.how,
            line.evidence,
            *_beside(line, button),
        )
        for line in record.lines.all()
    ]
    columns = [
        *(_("requirement"), _("title"), pgettext_lazy("responsible", "who")),
        *(_("how it is met"), _("evidence"), ""),
    ]
    add = button("set_line", _("Set a line"))
    content = {**table_of(columns, rows), "buttons": [add] if add else []}
    return Panel("lines", _("Requirements"), TABLE, content, len(rows))


def vendor_panel(vendor: Vendor, user: Any) -> Panel:
    """Every version with a vendor, the latest first."""
    seen = visible_rows(ResponsibilityMatrix, user).filter(vendor=vendor)
    found = list(seen.select_related("drafted_by__person").order_by("-number"))
    rows = [
        (
            link(one, one.reference),
            one.number,
            status_badge(one),
            one.agreed_on,
            one.representative,
            one.drafted_by.get_full_name(),
        )
        for one in found
    ]
    columns = [
        *(_("matrix"), _("number"), _("status"), _("agreed on")),
        *(_("the vendor's representative"), _("drafted by")),
    ]
    buttons = []
    is_drafted = any(one.status == MatrixStatus.DRAFT for one in found)
    if not is_drafted and user.has_perm("vendors.add_responsibilitymatrix"):
        url = f"{reverse('admin:vendors_responsibilitymatrix_add')}?vendor={vendor.pk}"
        buttons.append(Button("draft_matrix", _("Draft a matrix"), url, is_dialog=False))
    content = {
        "columns": columns,
        "rows": rows,
        "buttons": buttons,
        "nothing": _("Who answers for what is not agreed with it yet."),
    }
    return Panel("responsibilities", _("Responsibilities"), TABLE, content, len(rows))


def _who(line: ResponsibilityLine) -> Any:
    if not line.who:
        return badge(_("Not said yet"), "red")
    return badge(line.get_who_display(), _TONES.get(Responsible(line.who), ""))


def _beside(line: ResponsibilityLine, button: ButtonFor) -> tuple[Any, ...]:
    known = {"requirement": line.requirement, "title_of_it": line.title, "who": line.who}
    known |= {"how": line.how, "evidence": line.evidence}
    given = [
        button("set_line", pgettext_lazy("button", "Change"), **known),
        button("remove_line", _("Remove"), requirement=line.requirement),
    ]
    found = [one for one in given if one is not None]
    return (row_of_buttons(found) if found else "",)
