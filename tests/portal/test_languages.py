"""Every page in Mexican Spanish: no English is left over, whatever library the words come from.

The records of these tests are told in Spanish; names, codes and addresses are not words.
"""

import re
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from incidents import services
from people.services import edit_account
from tests.factories import a_service, a_vendor, an_asset, an_incident

# Words that only English has, and that any sentence of it holds.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|were|you|your|this|that|these|those|with|without|from|by|for|not"
    r"|nothing|nobody|every|which|who|what|has|have|been|will|can|cannot|must|may|when|where|there"
    r"|add|save|search|new|open|close|closed|yes|all|none|page|pages|from|until|delete|change"
    r"|changed|created|team|teams|service|services|asset|assets|vendor|vendors|people|account)\b",
    re.IGNORECASE,
)
# Names: products, fields and codes that people use as they are.
NAMES = re.compile(
    r"payments-l1|payments-l2|core-platform|wallet-co|Markdown|service_[a-z]+|vendor_[a-z]+"
    r"|team_lead|Core platform|Payments, (first|second) line|Colombian wallet|SPEI transfers \d+"
    r"|[a-z]+[._][a-z_.]+|Prometheus Alertmanager|English|Change advisory board Mexico"
    r"|\S+@\S+|https?:\S+",
)
TOLD = {"title", "alt", "placeholder", "aria-label", "data-none", "data-some", "data-failed"}
TOLD |= {"data-shortcut-label", "data-changed", "label", "value"}


class Words(HTMLParser):
    """The texts of a page that people read or hear, without scripts, styles and raw data."""

    def __init__(self):
        super().__init__()
        self.texts, self._silent = [], 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("script", "style", "pre", "code") or given.get("lang") == "en":
            self._silent += 1
        is_button = given.get("type") in ("submit", "button")
        for name, text in given.items():
            if name in TOLD and text and (name != "value" or is_button):
                self.texts.append(text)

    def handle_endtag(self, tag):
        if tag in ("script", "style", "pre", "code") and self._silent:
            self._silent -= 1

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.texts.append(" ".join(data.split()))


def english_of(html):
    words = Words()
    words.feed(html)
    return sorted({text for text in words.texts if ENGLISH.search(NAMES.sub("", text))})


@pytest.fixture
def world(cast):
    """One record of most kinds, told in Spanish."""
    vendor = a_vendor(name="Proveedor Uno")
    asset = an_asset(cast, name="base-01", vendor=vendor)
    service = a_service(cast, name="Transferencias")
    incident = an_incident(cast, title="Lentitud", service=service, vendor=vendor, assets=[asset])
    services.comment_on_incident(incident, actor=cast.agent_l1, text="Revisando los registros")
    services.assign_incident(incident, actor=cast.agent_l1, owner=cast.agent_l2, note="va")
    services.watch_incident(incident, actor=cast.agent_l2)
    return incident


def pages_of(user):
    """The fixed pages, and for every model its list, its form and the pages of one record."""
    yield from ("/", reverse("admin:account"), reverse("admin:people_roles"))
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        record = page.visible_rows(user).first()
        if record is None:
            continue
        for part in ("change", "history"):
            yield reverse(f"{name}_{part}", args=[record.pk])
        for action in page.action_forms:
            try:
                yield reverse(f"{name}_action", args=[record.pk, action])
            except NoReverseMatch:
                continue


@pytest.mark.parametrize(
    "who", ["admin", "security_admin", "auditor", "service_manager", "agent_l1", "vendor_manager"]
)
def test_no_page_in_spanish_holds_english(cast, world, client_of, who):
    user = getattr(cast, who)
    edit_account(user, actor=user, language="es-mx")
    browser = client_of(user)
    left = {}
    for page in pages_of(user):
        answer = browser.get(page)
        assert answer.status_code in (200, 302, 403, 404, 405), page
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        if found := english_of(answer.content.decode()):
            left[page] = found
    assert left == {}


def test_the_test_finds_english():
    assert english_of("<p>There is nothing here yet.</p>") == ["There is nothing here yet."]
    assert english_of('<button aria-label="Close the menu">×</button>') == ["Close the menu"]
    assert english_of("<p>Aún no hay nada. <code>the code</code></p>") == []
