"""Confidential records: sealed in every table, read with an event, opened by the right key only."""

from base64 import b64encode

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit.models import OutboxEntry
from core.errors import NotAllowed
from people.confidential import vault
from people.confidential.sealing import SealingError
from people.models import RecordKey, SealedEntry
from people.services import one_on_one_entries as entries
from people.services.confidential import read_entries
from records.models import CardNumberFinding
from tests.people.one_on_ones import a_series

pytestmark = pytest.mark.django_db

OLD, NEW = (b64encode(bytes([n]) * 32).decode() for n in (1, 2))
CANARY = "Quetzal-7Q93 quiere cambiar de equipo"


def texts(series, user):
    return [text for _entry, text in read_entries(series.record, actor=user)]


def test_what_is_written_is_ciphertext_in_row_history_and_outbox(cast):
    series = a_series(cast)
    entry = entries.add_topic(series, actor=cast.agent_l1, text=CANARY)
    assert texts(series, cast.team_lead) == [CANARY]
    with connection.cursor() as cursor:
        for table in ("people_sealedentry", "people_historicalsealedentry", "audit_outboxentry"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            said = cursor.fetchone()[0]
            assert "Quetzal" not in said
            assert b"Quetzal".hex() not in said
    kept = OutboxEntry.objects.filter(relation="people_sealedentry", key=str(entry.pk))
    assert [row.restricted for row in kept] == [True]


def test_every_reading_is_an_event_that_says_whose_record_and_nothing_of_it(cast):
    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text=CANARY)
    read_entries(series.record, actor=cast.team_lead)
    (event,) = OutboxEntry.objects.filter(relation="event:confidential.read")
    assert (event.key, event.after) == (series.record.reference, {"relation": "participant"})


def test_who_takes_no_part_reads_nothing_and_no_event_is_left(cast, refuses):
    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text=CANARY)
    for name in ("admin", "security_admin", "hr_partner", "service_manager", "agent_l2"):
        with refuses(NotAllowed):
            read_entries(series.record, actor=cast[name])


def test_being_a_superuser_counts_for_nothing(cast, refuses, monkeypatch):
    series = a_series(cast)
    monkeypatch.setattr(type(cast.admin), "is_superuser", True)
    assert not SealedEntry.objects.visible_to(cast.admin).exists()
    with refuses(NotAllowed):
        read_entries(series.record, actor=cast.admin)


def test_private_notes_have_a_key_of_their_own_and_only_their_author_reads_them(cast):
    series = a_series(cast)
    entries.write_note(series, actor=cast.team_lead, text="mine", is_private=True)
    entries.write_note(series, actor=cast.agent_l1, text="hers", is_private=True)
    assert texts(series, cast.team_lead) == ["mine"]
    assert texts(series, cast.agent_l1) == ["hers"]
    authors = RecordKey.objects.filter(record=series.record).values_list("author", flat=True)
    assert set(authors) == {None, cast.team_lead.pk, cast.agent_l1.pk}


def test_a_text_put_in_the_place_of_another_is_not_opened(cast):
    series = a_series(cast)
    one = entries.add_topic(series, actor=cast.agent_l1, text="one")
    other = entries.add_topic(series, actor=cast.agent_l1, text="other")
    SealedEntry.objects.filter(pk=other.pk).update(sealed=one.sealed)
    with pytest.raises(SealingError):
        read_entries(series.record, actor=cast.agent_l1)


def test_where_the_key_is_erased_the_text_is_gone(cast):
    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text=CANARY)
    RecordKey.objects.filter(record=series.record).delete()
    assert texts(series, cast.agent_l1) == [""]


def test_card_numbers_are_masked_before_they_are_sealed(cast):
    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text="Card 4111 1111 1111 1111 failed")
    (text,) = texts(series, cast.agent_l1)
    assert "4111 1111 1111 1111" not in text
    (finding,) = CardNumberFinding.objects.all()
    assert finding.where == "people_sealedentry.text"


def test_an_empty_text_is_refused(cast, refuses):
    series = a_series(cast)
    with refuses(ValidationError, "Write something"):
        entries.add_topic(series, actor=cast.agent_l1, text=" \n")


def test_the_database_lets_only_participants_write(cast):
    series = a_series(cast)
    entry = SealedEntry(
        record=series.record, kind="topic", author=cast.admin, sealed=b"x",
        written_at=series.started_at,
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="only participants"), transaction.atomic():
        entry.save()


# --- Keys ----------------------------------------------------------------------------------------


def test_keys_are_wrapped_anew_and_the_former_one_may_then_go(cast, settings, capsys):
    settings.PEOPLE_KEYS = [OLD]
    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text=CANARY)
    entries.write_note(series, actor=cast.agent_l1, text="hers", is_private=True)
    settings.PEOPLE_KEYS = [NEW, OLD]
    call_command("rotate_people_key", batch=1)
    assert capsys.readouterr().out.splitlines()[:2] == [
        "1 keys wrapped anew",
        "2 keys wrapped anew",
    ]
    settings.PEOPLE_KEYS = [NEW]
    assert texts(series, cast.agent_l1) == [CANARY, "hers"]
    call_command("rotate_people_key")  # again, and nothing is left to do
    assert capsys.readouterr().out.splitlines()[0] == "0 keys wrapped anew"


def test_a_rotation_that_was_stopped_goes_on_where_it_stood(cast, settings):
    settings.PEOPLE_KEYS = [OLD]
    first, second = a_series(cast), a_series(cast, employee=cast.agent_l2)
    settings.PEOPLE_KEYS = [NEW, OLD]
    from people.services.confidential import rewrap_keys

    assert next(rewrap_keys(batch=1)) == 1  # and then the machine stops
    assert list(rewrap_keys(batch=10)) == [1]
    settings.PEOPLE_KEYS = [NEW]
    assert texts(first, cast.agent_l1) == texts(second, cast.agent_l2) == []
    entries.add_topic(second, actor=cast.agent_l2, text="still")
    assert texts(second, cast.agent_l2) == ["still"]


def test_without_the_former_key_nothing_is_wrapped_anew(cast, settings):
    settings.PEOPLE_KEYS = [OLD]
    series = a_series(cast)
    settings.PEOPLE_KEYS = [NEW]
    with pytest.raises(CommandError, match="not in the keyring"):
        call_command("rotate_people_key")
    settings.PEOPLE_KEYS = [OLD]
    assert texts(series, cast.agent_l1) == []


def errors(databases=()):
    found = run_checks(databases=databases, include_deployment_checks=False)
    return [one.id for one in found if one.id.startswith("people.")]


def test_a_missing_key_is_told_outside_the_demo_where_sealed_records_are(cast, settings):
    assert errors(["default"]) == []
    settings.DEMO, settings.PEOPLE_KEYS = False, []
    assert errors(["default"]) == []  # nothing is sealed yet
    settings.DEMO = True
    a_series(cast)
    assert errors(["default"]) == []  # the demo has its own
    settings.DEMO = False
    assert errors(["default"]) == ["people.E002"]
    with pytest.raises(ImproperlyConfigured, match="ITSM_PEOPLE_KEY is not set"):
        vault.keyring()


def test_what_is_no_key_is_told(settings):
    settings.PEOPLE_KEYS = ["c2hvcnQ="]
    assert errors() == ["people.E001"]
