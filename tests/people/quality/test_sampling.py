"""The draw: in proportion, the same for everybody who has the seed, never to be foreseen."""

import hashlib
import random
from collections import Counter, defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.quality.sampling import (
    Piece,
    draw,
    population_hash,
    population_text,
    read_population,
    share_out,
)

pieces = st.lists(
    st.builds(
        Piece,
        st.integers(1, 10_000).map("INC-{:06}".format),
        st.integers(1, 4),
        st.sampled_from(["p1 email", "p2 email", "p2 phone", "p3 portal"]),
    ),
    max_size=60,
    unique_by=lambda piece: piece.reference,
)


def drawn_again(text: str, size: int, seed: str) -> list[str]:
    """Written from the documentation alone: shares no line with what it checks."""
    rows = [line.split("\t") for line in text.split("\n") if line]
    out = []
    for person in sorted({int(row[1]) for row in rows}):
        own = [row for row in rows if int(row[1]) == person]
        strata = sorted({row[2] for row in own})
        if len(own) <= size:
            out += sorted(row[0] for row in own)
            continue
        exact = {s: Fraction(size * sum(r[2] == s for r in own), len(own)) for s in strata}
        take = {s: exact[s].numerator // exact[s].denominator for s in strata}
        while sum(take.values()) < size:
            best = max(strata, key=lambda s: (exact[s] - take[s], [-ord(c) for c in s]))
            take[best] += 1
        picked = []
        for s in strata:
            names = [row[0] for row in own if row[2] == s]
            names.sort(key=lambda n: hashlib.sha256((seed + "\n" + n).encode()).hexdigest())
            picked += names[: take[s]]
        out += sorted(picked)
    return out


@given(pieces, st.integers(1, 8), st.text("0123456789abcdef", min_size=8, max_size=32))
def test_a_second_implementation_draws_the_same(found, size, seed):
    text = population_text(found)
    assert [piece.reference for piece in draw(found, size, seed)] == drawn_again(text, size, seed)


@given(pieces, st.integers(1, 8), st.randoms())
def test_the_order_of_the_population_does_not_matter(found, size, rnd):
    shuffled = list(found)
    rnd.shuffle(shuffled)
    assert draw(found, size, "s") == draw(shuffled, size, "s")
    assert population_text(found) == population_text(shuffled)


@given(pieces)
def test_a_population_is_read_as_it_was_written(found):
    assert read_population(population_text(found)) == sorted(found)


@given(pieces, st.integers(1, 8))
def test_everybody_is_drawn_as_often(found, size):
    drawn = Counter(piece.person for piece in draw(found, size, "s"))
    has = Counter(piece.person for piece in found)
    assert drawn == Counter({person: min(size, count) for person, count in has.items()})


def test_strata_get_their_share():
    found = [Piece(f"INC-{n:06}", 1, "p1" if n < 10 else "p3") for n in range(40)]
    drawn = Counter(piece.stratum for piece in draw(found, 8, "seed"))
    assert drawn == {"p1": 2, "p3": 6}
    assert share_out(3, {"a": 10, "b": 10}) == {"a": 2, "b": 1}


def test_every_piece_has_the_same_chance():
    rnd = random.Random(8)
    found = [Piece(f"INC-{n:06}", 1, "p1") for n in range(20)]
    times: dict[str, int] = defaultdict(int)
    for _round in range(2000):
        for piece in draw(found, 5, f"{rnd.getrandbits(128):032x}"):
            times[piece.reference] += 1
    # Of a fair draw 99.99 % of the chi-squares with 19 degrees lie below 51.
    expected = 2000 * 5 / 20
    assert sum((times[p.reference] - expected) ** 2 / expected for p in found) < 51


def test_published_lines():
    found = [Piece("INC-000001", 7, "p1 email"), Piece("INC-000002", 7, "p1 email")]
    text = population_text(found)
    assert text == "INC-000001\t7\tp1 email\nINC-000002\t7\tp1 email\n"
    assert population_hash(text) == hashlib.sha256(text.encode()).hexdigest()
    assert [piece.reference for piece in draw(found, 1, "00")] == ["INC-000002"]


def test_nothing_is_no_draw():
    with pytest.raises(ValueError, match="one piece"):
        draw([], 0, "s")
