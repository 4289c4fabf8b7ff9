"""The parts of a record's page by themselves: positions, words, differences, mentions, tokens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.markdown import render_markdown
from core.record.conflicts import same
from core.record.differences import difference
from core.record.entries import Entry, Kind, Position, Source, Timeline, joined
from core.record.mentions import MOST, mentioned_in
from core.record.moments import lately
from core.record.words import Phrase, Told, name_of_action

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAIN = Kind("plain", "Plain", "edit")
moments = st.datetimes(timezones=st.just(UTC))
numbers = st.integers(0, 2**40)


# --- Positions and pages ---------------------------------------------------------------------


@given(moments, st.integers(0, 30), numbers)
def test_a_position_is_read_as_it_was_written(at, rank, row):
    assert Position.read(str(Position(at, rank, row))) == Position(at, rank, row)


@pytest.mark.parametrize(
    "text",
    ["", "x", "1.2", "1.2.3.4", "-1.2.3", "1.2.x", "²٣.1.1", "9" * 30 + ".1.1", "1" * 18 + "9.1.1"],
)
def test_what_is_no_position_is_none(text):
    assert Position.read(text) is None


def a_source(letter, rows):
    """A source of rows in memory: `(moment, id)`."""

    def read(window):
        found = [row for row in rows if window.holds(*row)]
        for at, row in sorted(found, reverse=True)[: window.size + 1]:
            yield window.entry(PLAIN, at, row, letter)

    return Source(letter, (PLAIN,), read)


rows = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40)), max_size=25, unique=True)


@given(st.lists(rows, min_size=1, max_size=4), st.integers(1, 7))
def test_pages_tell_everything_once_and_in_order_whatever_their_size(sources, size):
    """Also where many things happen at the same moment in several sources."""
    timeline = Timeline("things")
    for n, found in enumerate(sources):
        moved = [(NOON + timedelta(seconds=s), row) for s, row in found]
        timeline.sources.register(str(n), a_source("abcd"[n], moved))
    told, before = [], None
    while True:
        page = timeline.read(None, None, size=size, before=before)
        told += page.entries
        if not page.older:
            break
        before = Position.read(page.older)
    assert len(told) == sum(map(len, sources))
    assert [e.position for e in told] == sorted((e.position for e in told), reverse=True)
    assert len({e.id for e in told}) == len(set(map(str, (e.id for e in told))))


def test_a_page_may_begin_with_a_given_entry():
    timeline = Timeline("things")
    timeline.sources.register("a", a_source("a", [(NOON, n) for n in range(1, 9)]))
    fifth = timeline.read(None, None).entries[3]
    assert timeline.read(None, None, before=fifth.position.after()).entries[0] == fifth


def test_what_one_action_wrote_is_told_as_one():
    batch = {"batch": ("alma", "incident.edit", "r1")}
    title, asset = Told("title", "title", "title"), Told("assets", "asset", "assets")
    newer = Entry("h-2", Position(NOON, 1, 2), PLAIN, "Edited", changes=(title,), content=batch)
    older = Entry("p-7", Position(NOON, 2, 7), PLAIN, "Edited", changes=(asset,), content=batch)
    (one,) = joined([newer, older])
    assert (one.id, one.also, one.changes) == ("h-2", ("p-7",), (asset, title))
    long_ago = replace(older, position=Position(NOON - timedelta(minutes=1), 2, 7))
    assert len(joined([newer, long_ago])) == 2


# --- Words -----------------------------------------------------------------------------------


def test_values_are_marked_and_never_executed():
    phrase = "from %(old)s to %(new)s"
    told = Told("title", phrase, "title", "<script>1</script>", "50 % {x} %(old)s")
    assert told.html == (
        "From <del>&lt;script&gt;1&lt;/script&gt;</del> to <ins>50 % {x} %(old)s</ins>"
    )
    assert told.text == "from <script>1</script> to 50 % {x} %(old)s"


def test_a_phrase_that_begins_with_a_name_leaves_it_as_it_is():
    assert Told("x", "%(new)s watches", "x", new="alma").html == "<ins>alma</ins> watches"


@pytest.mark.parametrize(
    ("action", "kind", "name"),
    [
        ("incident.resolve", "~", "Put right"),
        ("service.edit", "~", "Edited"),
        ("people.import_all", "+", "Created"),
        ("", "~", "Changed"),
        ("nobody.knows_this", "-", "Deleted"),
    ],
)
def test_actions_have_names_and_codes_are_never_shown(action, kind, name):
    assert name_of_action(action, kind, {"resolve": "Put right"}) == name


def test_phrases_of_incidents_hold_the_same_values_in_both_languages():
    from incidents.phrases import INCIDENT_PHRASES

    values = {"old": "A", "new": "B", "field": "F"}
    for phrase in filter(None, INCIDENT_PHRASES.values()):
        assert isinstance(phrase, Phrase)
        for language in ("en", "es-mx"):
            with translation.override(language):
                said = [str(p) % values for p in (phrase.changed, phrase.given, phrase.taken)]
            assert ["A" in said[0], "B" in said[0], "B" in said[1], "A" in said[2]] == [True] * 4


# --- Differences -----------------------------------------------------------------------------


def test_a_difference_shows_what_went_and_what_came():
    assert difference("We look at it.", "We looked at it.") == (
        "We <del>look</del><ins>looked</ins> at it."
    )


def test_what_stayed_is_cut_to_its_ends():
    same_text = "word " * 200
    shown = difference(f"{same_text}end", f"{same_text}END")
    assert len(shown) < 200
    assert shown.endswith("<del>end</del><ins>END</ins>")


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_difference_is_escaped_whatever_the_texts(old, new):
    shown = difference(old, new)
    for tag in ("<del>", "</del>", "<ins>", "</ins>"):
        shown = shown.replace(tag, "")
    assert "<" not in shown
    assert ">" not in shown


def test_very_long_texts_are_not_compared_word_by_word():
    assert difference("a " * 5_000, "b " * 5_000).count("<del>") == 1


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("a\r\nb", "a\nb", True),
        (" a ", "a", True),
        ("a", "A", False),
        (None, "", False),
        (1, True, True),
        ([1], [1], True),
    ],
)
def test_what_browsers_do_to_texts_is_no_change(one, other, equal):
    assert same(one, other) is equal


# --- Mentions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@agent_l1 look", ["agent_l1"]),
        ("Ask @ana.ruiz, @team_lead.", ["ana.ruiz", "team_lead"]),
        ("**@ana** and (@bea) and @ana again", ["ana", "bea"]),
        ("@Ana", ["ana"]),
        ("write to ana@example.com or a/@b", []),
        ("`@ana` and\n\n    @bea\n\n```\n@caro\n```", []),
        ("# @ana\n> @bea\n- @caro", ["ana", "bea", "caro"]),
        ("@@ana @-x @", []),
        ("@\u200bana @\x00ana", []),
        ("", []),
    ],
)
def test_mentions_are_found_in_prose_only(text, names):
    assert mentioned_in(text) == names


def test_a_crowd_is_not_called():
    assert len(mentioned_in(" ".join(f"@p{n}" for n in range(200)))) == MOST


def test_mentions_stand_out_where_somebody_hears_them():
    assert "<strong>@ana</strong>" in render_markdown("hi @ana", has_mentions=True)
    assert "<strong>" not in render_markdown("hi @ana")
    assert "<strong>" not in render_markdown("`@ana`", has_mentions=True)


# --- Moments ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "past", "said"),
    [
        ("en", timedelta(minutes=5), "5 min ago"),
        ("es-mx", timedelta(minutes=5), "hace 5 min"),
        ("es-mx", timedelta(hours=3), "hace 3 h"),
        ("en", timedelta(days=2), ""),
        ("en", timedelta(hours=-1), ""),
    ],
)
def test_what_was_lately_says_how_long_ago(language, past, said):
    with translation.override(language):
        shown = lately(NOON - past, NOON)
    assert ("data-ago" in shown) is bool(said)
    assert said in shown
    assert "UTC</time>" in shown
