"""Matrices of responsibility: drafted line by line, agreed by somebody else, frozen, replaced."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from tests.factories import a_vendor
from tests.vendors.attested import a_matrix
from vendors import services
from vendors.models import ResponsibilityLine, ResponsibilityMatrix
from vendors.responsibilities.workflow import MATRIX_WORKFLOW

pytestmark = pytest.mark.django_db
LIFE_OF_A_MATRIX = {("draft", "agree"): "agreed", ("agreed", "replace"): "replaced"}


@pytest.fixture
def vendor():
    return a_vendor(name="Nube", country="MX")


def agree(cast, row, **told):
    facts = {"actor": cast.approver2, "representative": "Ana Prado"} | told
    return services.agree_matrix(row, **facts)


def lines_of(row):
    return list(row.lines.values_list("requirement", "who", "how"))


def test_the_table_is_the_life_of_a_matrix():
    statuses = [status for status, _ in ResponsibilityMatrix._meta.get_field("status").choices]
    actions = {move.action for move in MATRIX_WORKFLOW}
    found = {(s, a): MATRIX_WORKFLOW.target(s, a) for s in statuses for a in actions}
    assert {move: to for move, to in found.items() if to} == LIFE_OF_A_MATRIX


def test_a_matrix_is_drafted_line_by_line(cast, vendor):
    row = a_matrix(cast, vendor)
    assert (row.reference[:4], row.number, row.status, row.scope) == (
        *("RSP-", 1, "draft"),
        "Switching",
    )
    manager = cast.vendor_manager
    services.set_line(row, actor=manager, requirement="PCI 9.4", who="us", how="Locked away")
    services.set_line(row, actor=manager, requirement="PCI 12.10")
    assert lines_of(row) == [
        ("PCI 3.5.1", "vendor", "HSM"),
        ("PCI 9.4", "us", "Locked away"),
        ("PCI 12.10", "", ""),
    ]
    services.remove_line(row, actor=manager, requirement="PCI 12.10")
    row = services.edit_matrix(row, actor=manager, scope="Switching and tokens")
    assert (row.lines.count(), row.scope) == (2, "Switching and tokens")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"requirement": "PCI 1.1", "who": "vendor"}, "Say how it is met"),
        ({"requirement": "PCI 1.1", "who": "shared", "how": "  "}, "Say how it is met"),
        ({"requirement": "PCI 1.1", "who": "nobody", "how": "x"}, "nobody"),
        ({"requirement": " ", "who": "us", "how": "x"}, "blank"),
        ({"requirement": "x" * 41}, "40 characters"),
    ],
)
def test_a_line_says_who_and_how_and_all_are_written_or_none(cast, vendor, refuses, line, words):
    row = a_matrix(cast, vendor)
    fine = {"requirement": "PCI 2.2", "who": "us", "how": "Baselines"}
    with refuses(ValidationError, words):
        services.set_lines(row, actor=cast.vendor_manager, lines=[fine, line])
    assert row.lines.count() == 2


def test_a_line_that_is_not_there_is_not_taken_out(cast, vendor, refuses):
    row = a_matrix(cast, vendor)
    with refuses(ValidationError, "no such line"):
        services.remove_line(row, actor=cast.vendor_manager, requirement="PCI 1")


def test_somebody_else_records_the_agreement(cast, vendor):
    row = agree(cast, a_matrix(cast, vendor))
    assert (row.status, row.agreed_by, row.representative, row.agreed_on) == (
        *("agreed", cast.approver2),
        *("Ana Prado", timezone.localdate()),
    )


def test_what_is_not_ready_is_not_agreed(cast, vendor, refuses):
    empty = services.draft_matrix(actor=cast.vendor_manager, vendor=vendor)
    with refuses(Refused, "no lines"):
        agree(cast, empty)
    services.set_line(empty, actor=cast.vendor_manager, requirement="PCI 1.1")
    with refuses(Refused, "1 line does not say who"):
        agree(cast, empty)
    services.set_line(
        empty, actor=cast.vendor_manager, requirement="PCI 1.1", who="us", how="Rules"
    )
    with refuses(Refused, "of your own"):
        agree(cast, empty, actor=cast.vendor_manager)
    with refuses(ValidationError, "Say who agreed"):
        agree(cast, empty, representative=" ")
    with refuses(ValidationError, "not come yet"):
        agree(cast, empty, agreed_on=timezone.localdate() + timedelta(days=2))
    with refuses(NotAllowed):
        agree(cast, empty, actor=cast.auditor)
    for who in (cast.agent_l1, cast.outsider):
        with refuses(ResponsibilityMatrix.DoesNotExist):
            agree(cast, empty, actor=who)
    assert agree(cast, empty, actor=cast.finance).status == "agreed"


def test_only_who_keeps_matrices_of_the_country_drafts_them(cast, vendor, refuses):
    row, other = a_matrix(cast, vendor), a_vendor()
    for who in (cast.finance, cast.auditor, cast.approver2):
        with refuses(NotAllowed):
            services.draft_matrix(actor=who, vendor=other)
        with refuses(NotAllowed):
            services.set_line(row, actor=who, requirement="PCI 1", who="us", how="x")


def test_the_next_version_begins_as_a_copy_and_replaces(cast, vendor, refuses):
    day = timezone.localdate() - timedelta(days=400)
    first = a_matrix(cast, vendor, agreed=True, agreed_on=day)
    second = services.draft_matrix(actor=cast.vendor_manager, vendor=vendor)
    assert (second.number, second.scope, lines_of(second)) == (2, "Switching", lines_of(first))
    with refuses(Refused, "drafted already"):
        services.draft_matrix(actor=cast.vendor_manager, vendor=vendor)
    services.set_line(
        second, actor=cast.vendor_manager, requirement="PCI 9.4", who="shared", how="Both"
    )
    second = agree(cast, second)
    first.refresh_from_db()
    assert (first.status, first.replaced_on) == ("replaced", timezone.localdate())
    assert ("PCI 9.4", "not_applicable", "") in lines_of(first)
    assert list(ResponsibilityMatrix.objects.agreed()) == [second]


def test_what_was_signed_is_kept_by_its_hash(cast, vendor, refuses):
    row = a_matrix(cast, vendor)
    add = {"actor": cast.vendor_manager, "title": "Signed"}
    file = services.attach_agreement(row, name="s.txt", data=b"Signed by both", **add)
    assert len(file.sha256) == 64
    with refuses(ValidationError, "already"):
        services.attach_agreement(row, name="t.txt", data=b"Signed by both", **add)
    with refuses(ValidationError):
        services.attach_agreement(row, name="s.pdf", data=b"MZ no PDF", **add)
    row = agree(cast, row)
    with refuses(Refused, "stays as it is"):
        services.attach_agreement(row, name="u.txt", data=b"Later", **add)


def test_what_was_agreed_stays(cast, vendor, refuses):
    row = a_matrix(cast, vendor, agreed=True)
    manager = cast.vendor_manager
    with refuses(Refused, "stays as it is"):
        services.set_line(row, actor=manager, requirement="PCI 9.4", who="us", how="x")
    with refuses(Refused, "stays as it is"):
        services.remove_line(row, actor=manager, requirement="PCI 9.4")
    with refuses(Refused, "stays as it is"):
        services.edit_matrix(row, actor=manager, scope="More")
    with refuses(Refused, "does not allow"):
        agree(cast, row)


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "More"},
        {"representative": "Other"},
        {"agreed_on": "2020-01-01"},
        {"number": 7},
        {
            "status": "draft",
            "agreed_on": None,
            "agreed_at": None,
            "agreed_by": None,
            "representative": "",
        },
    ],
)
def test_the_database_keeps_what_was_agreed(cast, vendor, refuses, changes):
    row = a_matrix(cast, vendor, agreed=True)
    with refuses(DatabaseError, "what was agreed stays"), transaction.atomic():
        ResponsibilityMatrix.objects.filter(pk=row.pk).update(**changes)
    with refuses(DatabaseError, "what was agreed stays"), transaction.atomic():
        row.lines.all().update(how="Other")
    with refuses(DatabaseError, "what was agreed stays"), transaction.atomic():
        row.lines.all().delete()
    with refuses(DatabaseError, "what was agreed stays"), transaction.atomic():
        ResponsibilityLine.objects.create(matrix=row, requirement="PCI 1")


def test_the_database_agrees_nothing_half(cast, vendor, refuses):
    row = services.draft_matrix(actor=cast.vendor_manager, vendor=vendor)
    agreed = {"status": "agreed", "agreed_on": timezone.localdate(), "agreed_at": timezone.now()}
    agreed |= {"agreed_by": cast.approver2, "representative": "Ana"}

    def change(words, **more):
        with refuses(DatabaseError, words), transaction.atomic():
            ResponsibilityMatrix.objects.filter(pk=row.pk).update(**agreed | more)

    change("every line says who")
    services.set_line(row, actor=cast.vendor_manager, requirement="PCI 1")
    change("every line says who")
    services.set_line(row, actor=cast.vendor_manager, requirement="PCI 1", who="us", how="x")
    change("by_another", agreed_by=cast.vendor_manager)
    change("agreed_pair", representative="")
    change("agreed_pair", agreed_on=None)
    change("what was agreed stays", status="replaced", replaced_on=timezone.localdate())
    with refuses(DatabaseError, "says_how"), transaction.atomic():
        row.lines.all().update(how="")
    with refuses(DatabaseError, "one_of_each"), transaction.atomic():
        ResponsibilityMatrix.objects.create(vendor=vendor, number=9, drafted_by=cast.vendor_manager)
    with refuses(DatabaseError, "drafted first"), transaction.atomic():
        ResponsibilityMatrix.objects.create(
            vendor=a_vendor(), number=1, drafted_by=cast.vendor_manager, **agreed
        )
    bare = services.draft_matrix(actor=cast.vendor_manager, vendor=a_vendor())
    with refuses(DatabaseError, "is not deleted"), transaction.atomic():
        ResponsibilityMatrix.objects.filter(pk=bare.pk).delete()
