"""Devices in people's hands: the table, who may do what, what is kept, who hears of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from assets import services
from assets.enums import Custody, Lifecycle
from assets.models import HandOut
from assets.workflow import CUSTODY_WORKFLOW
from core.errors import NotAllowed, Refused, ValidationError
from notifications.delivery import deliver_due
from notifications.models import Message
from people.services import create_account
from records.models import CardNumberFinding
from tests.assets.devices import a_device, a_hand_out
from tests.factories import an_asset

pytestmark = pytest.mark.django_db

LIFE_OF_A_DEVICE = {
    ("in_stock", "check_out"): "offered",
    ("offered", "accept"): "held",
    ("offered", "decline"): "declined",
    ("offered", "check_in"): "returned",
    ("held", "check_in"): "returned",
}


def test_the_table_is_what_the_specification_says():
    actions = {move.action for move in CUSTODY_WORKFLOW}
    found = {
        (status, action): target
        for status in Custody.values
        for action in actions
        if (target := CUSTODY_WORKFLOW.target(status, action))
    }
    assert found == LIFE_OF_A_DEVICE


def test_a_device_is_handed_out_accepted_and_taken_back(cast):
    device = a_device(cast)
    hand_out = services.check_out_asset(
        device,
        actor=cast.service_owner,
        holder=cast.agent_l1,
        due_on=timezone.localdate() + timedelta(days=30),
        note="charger",
    )
    assert (hand_out.status, hand_out.handed_out_by) == ("offered", cast.service_owner)
    hand_out = services.accept_asset(hand_out, actor=cast.agent_l1)
    assert hand_out.status == "held"
    assert device.name in hand_out.accepted_terms
    assert "charger" in hand_out.accepted_terms
    hand_out = services.check_in_asset(
        hand_out, actor=cast.service_owner, condition="damaged", note="screen"
    )
    assert (hand_out.status, hand_out.condition, hand_out.end_note) == (
        "returned", "damaged", "screen",
    )  # fmt: skip
    device.refresh_from_db()
    assert device.status == "in_stock"
    assert services.check_out_asset(device, actor=cast.service_owner, holder=cast.peer)


def test_the_text_is_kept_in_the_language_in_which_it_was_read(cast):
    hand_out = a_hand_out(cast)
    with translation.override("es-mx"):
        hand_out = services.accept_asset(hand_out, actor=cast.agent_l1)
    assert hand_out.asset.reference in hand_out.accepted_terms


def test_a_declined_device_is_in_stock_again(cast):
    hand_out = a_hand_out(cast)
    hand_out = services.decline_asset(hand_out, actor=cast.agent_l1, note="I have one")
    assert (hand_out.status, hand_out.end_note) == ("declined", "I have one")
    assert hand_out.history.first().history_change_reason == "I have one"


@pytest.mark.parametrize("who", ["service_owner", "admin", "peer", "agent_l2"])
def test_nobody_accepts_for_somebody_else(cast, refuses, who):
    hand_out = a_hand_out(cast)
    with refuses(NotAllowed, "only the person"):
        services.accept_asset(hand_out, actor=cast[who])
    with refuses(NotAllowed, "only the person"):
        services.decline_asset(hand_out, actor=cast[who], note="no")


def test_another_account_of_the_same_person_may_answer(cast):
    hand_out = a_hand_out(cast)
    other = create_account(
        actor=None, username="second", email="second@example.com", person=cast.agent_l1.person
    )
    assert services.accept_asset(hand_out, actor=other).status == "held"


def test_a_person_without_any_role_answers_for_what_they_were_given(cast):
    hand_out = a_hand_out(cast, holder=cast.norole, actor=cast.admin)
    assert services.accept_asset(hand_out, actor=cast.norole).status == "held"


@pytest.mark.parametrize("who", ["agent_l1", "team_lead", "auditor", "vendor_manager"])
def test_who_does_not_own_it_neither_hands_it_out_nor_takes_it_back(cast, refuses, who):
    device = a_device(cast, vendor=None)
    if who != "vendor_manager":
        with refuses(NotAllowed):
            services.check_out_asset(device, actor=cast[who], holder=cast.agent_l1)
    hand_out = a_hand_out(cast, holder=cast[who], actor=cast.admin)
    with refuses(NotAllowed):
        services.check_in_asset(hand_out, actor=cast[who], condition="good")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"asset_class": "database"}, "only devices"),
        ({"lifecycle": Lifecycle.RETIRED}, "being retired"),
        ({"lifecycle": Lifecycle.RETIRING}, "being retired"),
    ],
)
def test_what_cannot_be_handed_out(cast, refuses, facts, why):
    device = a_device(cast, **facts)
    with refuses(Refused, why):
        services.check_out_asset(device, actor=cast.service_owner, holder=cast.agent_l1)


def test_a_device_is_with_one_person_at_a_time(cast, refuses):
    hand_out = a_hand_out(cast)
    with refuses(Refused, "does not allow"):
        services.check_out_asset(hand_out.asset, actor=cast.service_owner, holder=cast.peer)
    with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
        HandOut.objects.create(asset=hand_out.asset, holder=cast.peer)


def test_a_program_and_somebody_who_left_get_no_device(cast, refuses):
    device = a_device(cast)
    program = create_account(actor=None, username="robot", email="robot@example.com")
    with refuses(ValidationError, "active account"):
        services.check_out_asset(device, actor=cast.service_owner, holder=program)
    cast.peer.is_active = False
    with refuses(ValidationError, "active account"):
        services.check_out_asset(device, actor=cast.service_owner, holder=cast.peer)


def test_a_day_of_return_is_not_past(cast, refuses):
    device = a_device(cast)
    with refuses(ValidationError, "past"):
        services.check_out_asset(
            device,
            actor=cast.service_owner,
            holder=cast.agent_l1,
            due_on=timezone.localdate() - timedelta(days=1),
        )


def test_a_device_in_hand_is_not_retired_nor_made_into_something_else(cast, refuses):
    device = a_hand_out(cast).asset
    for change in ({"lifecycle": "retired"}, {"asset_class": "database"}):
        with refuses(ValidationError, "take it back first"):
            services.edit_asset(device, actor=cast.service_owner, **change)
    services.edit_asset(device, actor=cast.service_owner, location="Piso 3")


def test_one_sees_what_was_handed_out_to_oneself_and_for_the_assets_one_sees(cast):
    mexican = a_hand_out(cast, holder=cast.norole, actor=cast.admin)
    colombian = a_hand_out(cast, holder=cast.agent_l2, owner_team=cast.wallet_co, actor=None)
    seen = {
        who: set(HandOut.objects.visible_to(cast[who]))
        for who in ("norole", "agent_l1", "agent_l2", "outsider", "auditor", "hr_partner")
    }
    assert seen == {
        "norole": {mexican},
        "agent_l1": {mexican},
        "agent_l2": {mexican, colombian},
        "outsider": {colombian},
        "auditor": {mexican, colombian},
        "hr_partner": set(),
    }


def test_the_person_is_asked_and_the_giver_hears_the_answer(cast):
    hand_out = a_hand_out(cast, holder=cast.norole, actor=cast.admin)
    services.accept_asset(hand_out, actor=cast.norole)
    services.check_in_asset(hand_out, actor=cast.service_owner, condition="good")
    told = [(m.recipient.username, m.kind) for m in Message.objects.order_by("pk")]
    assert told == [
        ("norole", "device_offered"),
        ("admin", "device_answered"),
        ("norole", "device_returned"),
    ]
    deliver_due(lambda: False)
    assert len(mail.outbox) == 3, "also to somebody who sees no assets otherwise"
    assert hand_out.asset.reference in mail.outbox[0].subject


def test_card_numbers_are_masked(cast):
    hand_out = a_hand_out(cast, note="PIN of 4111 1111 1111 1111")
    assert "4111 1111 1111 1111" not in hand_out.note
    services.decline_asset(hand_out, actor=cast.agent_l1, note="card 4111111111111111")
    assert CardNumberFinding.objects.count() == 2


def test_what_one_has_is_found(cast):
    from assets.models import Asset

    hand_out = a_hand_out(cast)
    free, database = a_device(cast), an_asset(cast)
    rows = Asset.objects.visible_to(cast.agent_l1)
    assert list(rows.held_by(cast.agent_l1.pk)) == [hand_out.asset]
    assert list(rows.in_custody("offered", "held")) == [hand_out.asset]
    assert list(rows.in_custody("in_stock")) == [free]
    shown = rows.with_custody().get(pk=hand_out.asset_id)
    assert (shown.custody, shown.holder_username) == ("offered", "agent_l1")
    assert rows.with_custody().get(pk=database.pk).custody is None
