"""A population of people who were hired, a control that is about them, and a signed ledger."""

import hashlib
import importlib.util
import io
import subprocess
import sys
import tempfile
import types
import zipfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from audit.context import acting
from audit.signing import signer
from evidence.controls import CONTROLS, Control
from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.populations import POPULATIONS, Attribute, Population, SegregationRule
from evidence.services import build_pack, freeze_pack, request_pack
from people.models import Membership, Person
from tests.ledger import seal_here

VERIFIER = Path(__file__).parents[2] / "evidence/verifier/verify.py"
STARTS, ENDS = date(2026, 1, 1), date(2026, 4, 1)
HIRED = datetime(2026, 2, 10, 15, tzinfo=UTC)
ADDRESS = "203.0.113.9"
LETTER = b"a letter of appointment\n"


def _hired(period):
    history = Person.history.filter(
        history_type="+", history_date__gte=period.start, history_date__lt=period.end
    )
    return Person.objects.filter(pk__in=history.values("id")).order_by("pk")


def _rows_of(people):
    found = {person.pk: [("people_person", str(person.pk))] for person in people}
    for pk, person in Membership.objects.filter(person__in=people).values_list("pk", "person"):
        found[person].append(("people_membership", str(pk)))
    return found


def _letter(person):
    name = storages["default"].save(f"letters/{person.pk}", ContentFile(LETTER))
    return types.SimpleNamespace(
        sha256=hashlib.sha256(LETTER).hexdigest(),
        name="letter.txt",
        content_type="text/plain",
        size=len(LETTER),
        uploaded_by=types.SimpleNamespace(get_username=lambda: "admin"),
        created_at=HIRED,
        file=types.SimpleNamespace(name=name),
    )


HIRES = Population(
    name="hires",
    title="People hired",
    definition="Everybody who was hired.",
    membership="The day of hiring lies in the period.",
    model=Person,
    everything=Person.objects.all,
    members=_hired,
    identity=lambda person: person.employee_number,
    moment_of=lambda person: HIRED,
    attributes=(
        Attribute("job_title", "What the person does.", lambda p: p.job_title),
        Attribute(
            "full_name", "Who.", lambda p: p.full_name, "people_person.full_name", withheld=True
        ),
    ),
    rows_of=_rows_of,
    story=lambda people: {person.pk: {"approvals": [{"by": "admin"}]} for person in people},
    attachments=lambda people: {person.pk: [_letter(person)] for person in people},
    segregation=(
        SegregationRule("alone", "Two eyes are not four.", lambda p: ["admin"] if p.pk % 2 else []),
    ),
    numbered="EMP",
    second_source=lambda period: {"name": "payroll", "count": 7, "differences": []},
    strata=lambda person: person.job_title.split()[0],
)


@pytest.fixture
def world(db, cast, settings, tmp_path, monkeypatch):
    """Ten people hired in the quarter: six guards and four clerks, told by an import."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setitem(POPULATIONS._entries, "hires", HIRES)
    late = ExceptionReport(
        "late", "Late", "Told late.", lambda period, user: [Found("EMP-1", HIRED, "late", "/x/")]
    )
    monkeypatch.setitem(EXCEPTION_REPORTS._entries, "late", late)
    control = Control("TEST-1", "House rules", "Hiring", "Who was hired?", ("hires",), ("late",))
    monkeypatch.setitem(CONTROLS._entries, "TEST-1", control)
    people = hire(cast, 10)
    with acting(actor=cast.admin, action="person.edit", address=ADDRESS):
        Person.objects.filter(pk=people[0].pk).update(job_title="guard at night")
    sign_here()
    return types.SimpleNamespace(cast=cast, people=people)


def hire(cast, count, first=1, at=HIRED):
    told = {"channel": "import", "at": at, "address": ADDRESS}
    with acting(actor=cast.admin, action="person.hire", **told):
        people = [
            Person.objects.create(
                full_name=f"Person {number}",
                employee_number=f"E{number:03d}",
                job_title="guard" if number % 5 < 3 else "clerk",
                subsidiary=cast.mx,
            )
            for number in range(first, first + count)
        ]
        for person in people:
            Membership.objects.create(
                person=person, team=cast.core_platform, starts_on=date(2026, 2, 10)
            )
    return people


def sign_here():
    """What a sealer and a signer would do next."""
    seal_here()
    signer().sign()


def ask(world, *, actor=None, starts_on=STARTS, ends_on=ENDS):
    """A pack whose population is frozen; no worker is asked."""
    pack = request_pack(
        actor=actor, control="TEST-1", starts_on=starts_on, ends_on=ends_on, by_job=False
    )
    return freeze_pack(pack)


def bytes_of(pack):
    with storages["default"].open(build_pack(pack).file) as file:
        return file.read()


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verify(path, *options):
    """verify.py as a process of its own: (exit code, what it says)."""
    asked = [sys.executable, "-I", str(VERIFIER), str(path), *map(str, options)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


@cache
def verifier():
    """The module itself."""
    spec = importlib.util.spec_from_file_location("pack_verifier", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def verify_here(data, *, arguments=()):
    """The same in this process, for thousands of packs: (exit code, what it says)."""
    out = io.StringIO()
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        code = verifier().main([file.name, *arguments], out)
    return code, out.getvalue()
