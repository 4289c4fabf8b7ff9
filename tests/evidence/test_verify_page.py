"""The page that tells whether the ledger proves itself, and has it proved again."""

import pytest

from audit.models import LedgerEntry, SignedCheckpoint
from audit.roles import SIGNER_ROLE, connected_as
from audit.signing import Signer
from evidence.models import ControlFailure
from evidence.verify_page import JOB_KIND
from records.jobs import run_next_job
from records.models import Job
from tests.audit.tampering import seal_all, tamper
from tests.cast import assemble_cast

PAGE = "/evidence/verify/"


@pytest.fixture
def cast(transactional_db, database_roles):
    return assemble_cast()


@pytest.fixture
def signed(cast, tmp_path):
    """A ledger that was sealed and signed; its checkpoint."""
    seal_all()
    with connected_as(SIGNER_ROLE):
        Signer(tmp_path / "signer").sign()
    return SignedCheckpoint.objects.first()


@pytest.fixture
def auditor(cast, client_of):
    return client_of(cast.auditor)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["agent_l1", "norole", "service_manager"])
def test_who_may_not_read_the_whole_trail_is_turned_away(cast, client_of, who):
    assert client_of(cast[who]).get(PAGE).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_an_empty_ledger_is_told_as_one(auditor):
    html = auditor.get(PAGE).content.decode()
    assert "The signer has not signed yet." in html
    assert "Nobody outside holds a checkpoint" in html


@pytest.mark.django_db(transaction=True)
def test_the_newest_checkpoint_can_be_taken_away(auditor, signed):
    assert signed.note.splitlines()[2] in auditor.get(PAGE).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_proof_is_asked_for_once_and_its_result_told(auditor, signed):
    for _ in range(2):
        assert auditor.post(PAGE, {"checkpoint": signed.note}).status_code == 302
    job = Job.objects.get(kind=JOB_KIND)
    assert "Being verified" in auditor.get(PAGE).content.decode()
    run_next_job()
    job.refresh_from_db()
    assert job.result["flaws"] == []
    assert job.result["size"] >= signed.size
    seal_all()
    html = auditor.get(PAGE).content.decode()
    assert "Proved" in html
    assert job.result["root"][:16] in html


@pytest.mark.django_db(transaction=True)
def test_an_altered_entry_is_named_and_opens_a_failure(auditor, signed):
    index = LedgerEntry.objects.order_by("index").first().index
    tamper(
        f"UPDATE audit_ledgerentry SET database_role = 'x' WHERE index = {index}",
        "audit_ledgerentry",
    )
    auditor.post(PAGE, {})
    run_next_job()
    assert Job.objects.get(kind=JOB_KIND).result["flaws"] == [
        f"entry {index}: role is not what was sealed"
    ]
    assert ControlFailure.objects.get().kind == "verification"
    seal_all()
    html = auditor.get(PAGE).content.decode()
    assert "Does not prove itself" in html
    assert ControlFailure.objects.get().reference in html


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("note", ["nonsense", "\x00", "a\n1\nb\n\n— x y\n", "é" * 9_000])
def test_what_is_no_checkpoint_of_ours_is_refused_and_alarms_nobody(auditor, signed, note):
    answer = auditor.post(PAGE, {"checkpoint": note})
    assert answer.status_code == 400
    assert not Job.objects.filter(kind=JOB_KIND).exists()
    assert not ControlFailure.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_that_somebody_altered_is_refused(auditor, signed):
    answer = auditor.post(PAGE, {"checkpoint": signed.note.replace(f"\n{signed.size}\n", "\n1\n")})
    assert answer.status_code == 400
    assert "no checkpoint that our signer has signed" in answer.content.decode()
