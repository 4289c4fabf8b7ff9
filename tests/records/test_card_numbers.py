"""Card numbers are found in every way people write them, and other numbers are left alone."""

import json
import random
import re
import time
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.card_numbers import ISSUERS, mask_card_numbers, mask_in

# Public test numbers of the schemes and their acquirers.
STRONG = [
    "4111111111111111",
    "4012888888881881",
    "4242424242424242",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "2720992593319364",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
    "6510000000000034",
    "30569309025904",
    "38520000023237",
    "36227206271667",
    "3530111333300000",
    "3566002020360505",
    "2200000000000053",
    "2201382000000013",
    "6062826786276634",
    "6362970000457013",
    "5066991111111118",
    "5062541600005232",
]
WEAK = [
    "4222222222222",
    "6759649826438453",
    "6771798021000008",
    "6200000000000005",
    "6205500000000000004",
    "5018000000000009",
]


def with_check_digit(digits: str) -> str:
    total = 0
    for n, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if n % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def expected(number: str) -> str:
    return number[:6] + "X" * (len(number) - 10) + number[-4:]


@pytest.mark.parametrize("number", STRONG)
def test_test_numbers_are_found_without_any_word_about_cards(number):
    assert mask_card_numbers(f"see {number}, please") == (f"see {expected(number)}, please", 1)


@pytest.mark.parametrize("number", WEAK)
def test_weak_numbers_are_found_beside_a_card_word_only(number):
    assert mask_card_numbers(f"tarjeta {number}") == (f"tarjeta {expected(number)}", 1)
    assert mask_card_numbers(f"Card no.: {number}")[1] == 1
    assert mask_card_numbers(f"{number} (PAN)")[1] == 1
    assert mask_card_numbers(f"see {number}, please") == (f"see {number}, please", 0)


def fours(number: str, between: str) -> str:
    sizes = [4, 6, 5] if len(number) == 15 else [4, 6, 4] if len(number) == 14 else [4] * 4
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return between.join(parts)


def full_width(number: str) -> str:
    return "".join(chr(0xFF10 + int(digit)) for digit in number)


FORMATS = {
    "plain": lambda n: n,
    "spaces": lambda n: fours(n, " "),
    "hyphens": lambda n: fours(n, "-"),
    "dots": lambda n: fours(n, "."),
    "underscores": lambda n: fours(n, "_"),
    "en dashes": lambda n: fours(n, "–"),
    "double spaces": lambda n: fours(n, "  "),
    "spaced hyphens": lambda n: fours(n, " - "),
    "no-break spaces": lambda n: fours(n, "\u00a0"),
    "thin spaces": lambda n: fours(n, "\u2009"),
    "tabs": lambda n: fours(n, "\t"),
    "single digits": " ".join,
    "zero width between all": "\u200b".join,
    "soft hyphens": lambda n: n[:8] + "\u00ad" + n[8:],
    "keycap emoji": lambda n: "".join(f"{digit}\ufe0f\u20e3" for digit in n),
    "Arabic digits": lambda n: "".join(chr(0x660 + int(digit)) for digit in n),
    "full width": full_width,
    "bold mathematical": lambda n: "".join(chr(0x1D7CE + int(digit)) for digit in n),
    "line break": lambda n: n[:7] + "\n" + n[7:],
    "line break in groups": lambda n: fours(n, " ").replace(" ", "\r\n", 1),
    "quoted line break": lambda n: n[:8] + "\n> " + n[8:],
    "soft line break": lambda n: n[:9] + "=\r\n" + n[9:],
    "JSON escapes": lambda n: "".join(f"\\u{ord(digit):04x}" for digit in n),
    "JSON escaped spaces": lambda n: fours(n, "\\u00a0"),
    "JSON line break": lambda n: n[:7] + "\\n" + n[7:],
    "HTML spaces": lambda n: fours(n, "&nbsp;"),
    "HTML numeric spaces": lambda n: fours(n, "&#8201;"),
    "HTML digits": lambda n: "".join(f"&#{ord(digit)};" for digit in n),
    "HTML hexadecimal digits": lambda n: "".join(f"&#x{ord(digit):x};" for digit in n),
    "HTML breaks": lambda n: n[:8] + "<br/>" + n[8:],
    "URL spaces": lambda n: fours(n, "%20"),
    "URL plus": lambda n: fours(n, "+"),
    "URL digits": lambda n: "".join(f"%3{digit}" for digit in n),
    "spreadsheet float": lambda n: f"{n}.0",
}
PLACES = [
    "{}",
    "el cliente dice que es {}.",
    "card {}",
    '"a";"{}";"b"',
    "1,{},2026-11-22",
    '{{"pan": "{}"}}',
    "https://host/pay?n={}&ok=1",
    "<td>{}</td>",
    "**{}**",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("written", FORMATS.values(), ids=FORMATS.keys())
def test_every_format_is_found_in_every_place(written, place):
    for number in ("4111111111111111", "5555555555554444", "378282246310005", "30569309025904"):
        text = place.format(written(number))
        masked, count = mask_card_numbers(text)
        assert (count, len(masked)) == (1, len(text)), text
        assert mask_card_numbers(masked) == (masked, 0)


def test_the_first_six_and_last_four_digits_are_kept_as_they_were_written():
    assert mask_card_numbers("a 4111 1111-1111.1111 b") == ("a 4111 11XX-XXXX.1111 b", 1)
    assert mask_card_numbers(full_width("4111111111111111"))[0] == (
        full_width("411111") + "XXXXXX" + full_width("1111")
    )


def test_escapes_stay_escapes():
    written = '{"pan": "' + "".join(f"\\u{ord(digit):04x}" for digit in STRONG[0]) + '"}'
    assert json.loads(mask_card_numbers(written)[0]) == {"pan": "411111XXXXXX1111"}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("%B4111111111111111^DOE/JOHN^25121010000012300000", 1),
        (";4111111111111111=25121010000012300000?", 1),
        ("5A 08 and 4111111111111111D25121010000012300000F", 1),
        ("PAN4111111111111111", 1),
        ("card_number4111111111111111x", 1),
        ("tarjeta 0004111111111111111", 1),
        ("DE2 pan 164111111111111111", 1),
        ("card 4111111111111111251210112345", 1),
        ("4111111111111111 5555555555554444\n378282246310005", 3),
        ("4111 1111 1111 1111\n5555 5555 5555 4444", 2),
        ("4111-1111-1111-1111 12/27 123", 1),
        ("4111 1111 1111 1111 123", 1),
        ("4111111111111111|12|2027|123", 1),
        ('{"pan":4111111111111111}', 1),
        ("folio de la tarjeta 4111111111111111", 1),
        ("tarjeta declinada, folio 4111111111111111", 1),
        ("folio 4111111111111111", 0),
        ("INC-4111111111111111", 0),
        ("order_id=4111111111111111", 0),
        ("orderId: 4111111111111111", 0),
        ("autorización: 4111111111111111", 0),
        ("#4111111111111111", 0),
        ("+4111111111111111", 0),
        ("0.4111111111111111", 0),
        ("card score 0.4111111111111111", 0),
        ("card score 4.111111111111111", 0),
        ("1234 4111 1111 1111 1111 5678 9012", 0),
        ("tarjeta 1234 4111 1111 1111 1111 5678 9012", 1),
        ("card 4111111111111111abcdef0123456789", 0),
        ("X4111111111111111X", 0),
    ],
)
def test_what_stands_around_a_number_decides(text, count):
    masked, found = mask_card_numbers(text)
    assert found == count
    assert len(masked) == len(text)
    assert mask_card_numbers(masked) == (masked, 0)


def a_clabe(rng: random.Random) -> str:
    digits = rng.choice(["002", "012", "014", "021", "072", "127", "646", "638", "722"])
    digits += "".join(rng.choices("0123456789", k=14))
    weighted = sum(int(d) * (3, 7, 1)[n % 3] % 10 for n, d in enumerate(digits))
    return digits + str(-weighted % 10)


def reference_families(rng: random.Random) -> dict:
    """What the records of a payment company hold: family -> a maker of one line."""

    def digits(n: int) -> str:
        return "".join(rng.choices("0123456789", k=n))

    def hexes(n: int) -> str:
        return "".join(rng.choices("0123456789abcdef", k=n))

    def upper(n: int) -> str:
        return "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=n))

    def stamp() -> str:
        return (
            f"202{rng.randint(3, 6)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T"
            f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"
        )

    def compact() -> str:
        return re.sub(r"\D", "", stamp())

    def milliseconds() -> str:
        return str(rng.randint(1_600_000_000_000, 1_800_000_000_000))

    def a_uuid() -> str:
        return str(uuid.UUID(int=rng.getrandbits(128), version=4))

    return {
        "clabe bare": lambda: a_clabe(rng),
        "clabe labelled": lambda: f"CLABE {a_clabe(rng)}",
        "clabe beside a card word": lambda: f"pago de tarjeta desde {a_clabe(rng)}",
        "spei key": lambda: f"clave de rastreo {rng.choice(['MBAN', 'BNET', 'STP'])}{digits(22)}",
        "spei key bare": lambda: f"{upper(4)}0100{compact()}{digits(8)}",
        "spei reference": lambda: f"referencia numérica {digits(7)}",
        "folio": lambda: f"folio {digits(16)}",
        "folio visa-like": lambda: f"Folio: 4{digits(15)}",
        "rrn": lambda: f"rrn={digits(12)} stan={digits(6)} auth={digits(6)}",
        "switch log": lambda: f"{digits(6)} {digits(12)} 5411 {digits(6)} card ****{digits(4)}",
        "arn": lambda: f"ARN {digits(23)}",
        "uuid": a_uuid,
        "card uuid": lambda: f'{{"card_id": "{a_uuid()}"}}',
        "sha": lambda: hexes(40),
        "sha beside card": lambda: f"card token {hexes(64)}",
        "trace": lambda: f"traceparent 00-{hexes(32)}-{hexes(16)}-01",
        "milliseconds": milliseconds,
        "microseconds": lambda: f"{milliseconds()}{digits(3)}",
        "nanoseconds": lambda: f"{milliseconds()}{digits(6)}",
        "iso": lambda: f"{stamp()}.{digits(6)}Z",
        "compact": compact,
        "compact and sequence": lambda: f"{compact()}{digits(4)}",
        "short date and sequence": lambda: f"{compact()[2:8]}{digits(10)}",
        "phone": lambda: f"+52 55 {digits(4)} {digits(4)}",
        "phones": lambda: f"55 {digits(4)} {digits(4)} 55 {digits(4)} {digits(4)}",
        "phone co": lambda: f"tel. +57 3{digits(2)} {digits(3)} {digits(4)}",
        "imei": lambda: f"IMEI {with_check_digit('35' + digits(12))}",
        "imei bare": lambda: with_check_digit("35" + digits(12)),
        "iccid": lambda: f"SIM {with_check_digit('8952020' + digits(11))}",
        "fraction": lambda: f"0.{digits(16)}",
        "latencies": lambda: f"card latency {rng.random() * 9} s",
        "place": lambda: f"19.{digits(14)},-99.{digits(14)}",
        "json id": lambda: f'{{"id": {rng.randint(10**15, 10**16)}, "amount": {digits(3)}.50}}',
        "event id": lambda: f'{{"transaction_id": "{rng.randint(10**15, 10**16)}"}}',
        "snowflake": lambda: str(rng.randint(10**17, 2 * 10**18)),
        "incident": lambda: f"INC-{digits(6)} after CHG-{digits(6)}",
        "order": lambda: f"Order {digits(3)}-{digits(7)}-{digits(7)}",
        "order in a card text": lambda: f"card payment, order {digits(10)}",
        "fedex": lambda: f"guía FedEx {digits(15)}",
        "ups": lambda: f"1Z{upper(6)}{digits(10)}",
        "usps": lambda: f"94001 {digits(4)} {digits(4)} {digits(4)} {digits(4)}",
        "utility line": lambda: f"línea de captura {digits(20)}",
        "invoice": lambda: f"factura {digits(14)}",
        "iban": lambda: f"ES91 {digits(4)} {digits(4)} {digits(4)} {digits(4)} {digits(4)}",
        "account": lambda: f"cuenta {digits(10)} / {digits(11)}",
        "addresses": lambda: f"45.{digits(2)}.1{digits(2)}.20 -> 10.0.{digits(2)}.7:44{digits(3)}",
        "amount": lambda: f"$ {digits(3)},{digits(3)}.{digits(2)} MXN",
        "ean": lambda: f"75{digits(11)}",
        "bytes": lambda: " ".join(hexes(2) for _ in range(24)),
        "table": lambda: " ".join(digits(4) for _ in range(9)),
        "bare 16 digits": lambda: f"operó con {digits(16)}" if rng.random() < 0.3 else digits(10),
        "glued": lambda: f"TRX4{digits(15)}MX",
    }


def test_ten_thousand_reference_numbers_give_fewer_than_ten_false_alarms():
    rng = random.Random(20261122)
    families = reference_families(rng)
    alarms = []
    for n in range(10_000):
        family = list(families)[n % len(families)]
        line = families[family]()
        if mask_card_numbers(line)[1]:
            alarms.append((family, line))
    assert len(alarms) < 10, alarms


def test_a_column_of_reference_numbers_does_not_make_cards_across_lines():
    rng = random.Random(7)
    column = "\n".join(str(rng.randint(10**7, 10**8)) for _ in range(5_000))
    assert mask_card_numbers(column) == (column, 0)


@pytest.mark.parametrize("strong_only", [True, False])
def test_the_rate_for_bare_random_numbers_is_the_one_the_docstring_admits(strong_only):
    rng = random.Random(3)
    numbers = [str(rng.randint(10**15, 10**16 - 1)) for _ in range(10_000)]
    if strong_only:
        numbers = ["4" + number[1:] for number in numbers]
    rate = sum(mask_card_numbers(number)[1] for number in numbers) / len(numbers)
    assert rate == pytest.approx(0.1 if strong_only else 1 / 40, rel=0.2)


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111" * 65_000,
        "4" * 1_000_000,
        "card " + "4" * 1_000_000,
        "4111111111111111 " * 60_000,
        "４" * 1_000_000,
        "card 4111 " * 100_000,
        "-" * 1_000_000,
        "\\u0034" * 160_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_megabyte_takes_no_more_than_linear_time(text):
    before = time.process_time()
    mask_card_numbers(text)
    assert time.process_time() - before < 5  # about one on a slow machine; quadratic takes minutes


def test_json_like_structures_are_walked_whole():
    alert = {
        "labels": {"card": "6759649826438453", "4111111111111111": True},
        "amounts": [4111111111111111, 12, 3.5, None, 5555555555554444.0],
        "id": 4111111111111111,
    }
    assert mask_in(alert) == (
        {
            "labels": {"card": "675964XXXXXX8453", "411111XXXXXX1111": True},
            "amounts": ["411111XXXXXX1111", 12, 3.5, None, "555555XXXXXX4444"],
            "id": 4111111111111111,
        },
        4,
    )
    assert alert["id"] == 4111111111111111
    assert list(mask_in(alert)[0]) == ["labels", "amounts", "id"]


def test_keys_that_look_alike_once_masked_lose_nothing():
    keys = {"4111111111111111": 1, "4111110000001111": 2}
    assert [mask_card_numbers(key)[1] for key in keys] == [1, 0]
    twins = {"4111111111111111": 1, "411111XXXXXX1111": 2}
    assert mask_in(twins) == ({"411111XXXXXX1111": 1, "411111XXXXXX1111'1": 2}, 1)


def test_depth_and_huge_numbers_do_no_harm():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert mask_in(deep)[1] == 0
    assert mask_in([10**5_000, float("inf"), float("nan"), True])[1] == 0


SOUP = st.text(st.sampled_from("4111155500 -.\nX\u200b４card folio+%20#&;\\u0034=,a"), max_size=120)
LABELS = st.sampled_from(["card ", "folio ", "", " ", "pan", "-", "\n", ".", "0.", "&nbsp;", "ab"])
PIECES = st.lists(
    st.one_of(LABELS, st.sampled_from(STRONG + WEAK), st.text("0123456789 -.", max_size=9)),
    max_size=14,
).map("".join)


@settings(max_examples=1000, deadline=None)
@given(st.one_of(SOUP, PIECES, st.text(max_size=80)))
def test_law_masking_again_finds_nothing_and_nothing_but_digits_changes(text):
    masked, count = mask_card_numbers(text)
    assert len(masked) == len(text)
    assert mask_card_numbers(masked) == (masked, 0)
    if count == 0:
        assert masked == text
    if not re.search(r"[\\&%]", text):  # escapes change as a whole
        changed = [old for old, new in zip(text, masked, strict=True) if old != new]
        assert "".join(changed).isdigit() or not changed


STRONG_RANGES = [(low, high, n) for low, high, alone, _ in ISSUERS for n in alone]


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(STRONG_RANGES),
    st.randoms(use_true_random=False),
    st.sampled_from(list(FORMATS)),
    st.sampled_from(["{}", "card: {}", "número {} ayer", "Tarjeta {}.", "<p>{}</p>", "({})"]),
)
def test_law_every_strong_card_in_every_format_is_found(issuer, rng, written, place):
    low, high, length = issuer
    prefix = str(rng.randint(int(low), int(high))).zfill(len(low))
    body = prefix + "".join(rng.choices("0123456789", k=length - 1 - len(prefix)))
    number = with_check_digit(body)
    if re.match(r"2[3-7](0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])|30(0[1-9]|1[0-2])20", number):
        place = "card: {}"  # looks like a date: needs the word
    masked, count = mask_card_numbers(place.format(FORMATS[written](number)))
    assert count == 1
    assert number not in masked
