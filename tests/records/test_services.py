"""Card numbers are masked where something is stored, and each finding is kept without them."""

from records.models import CardNumberFinding
from records.services import mask_fields, mask_json

CARD, MASKED = "4111 1111 1111 1111", "4111 11XX XXXX 1111"


def findings():
    columns = ("where", "reference", "count", "given_by__username")
    return list(CardNumberFinding.objects.order_by("pk").values_list(*columns))


def test_every_field_with_a_card_number_is_masked_and_noted(cast):
    texts = {"title": f"card {CARD}", "description": f"{CARD} and {CARD}", "note": "nothing"}
    masked = mask_fields("t", texts, actor=cast.agent_l1, reference="INC-000001")
    assert masked == {
        "title": f"card {MASKED}",
        "description": f"{MASKED} and {MASKED}",
        "note": "nothing",
    }
    assert findings() == [
        ("t.title", "INC-000001", 1, "agent_l1"),
        ("t.description", "INC-000001", 2, "agent_l1"),
    ]


def test_what_holds_no_card_number_costs_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert mask_fields("t", {"title": "plain"}, actor=None) == {"title": "plain"}
        assert mask_json("t.payload", {"a": [1, "b"]}, actor=None) == {"a": [1, "b"]}


def test_json_is_masked_at_any_depth_and_noted_once(db):
    value = {"alerts": [{"labels": {"card": CARD}}, {"pan": 4111111111111111}]}
    masked = mask_json("t.payload", value, actor=None)
    assert "1111 1111 1111" not in str(masked)
    assert "4111111111111111" not in str(masked)
    assert findings() == [("t.payload", "", 2, None)]
