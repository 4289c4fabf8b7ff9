"""Finds payment card numbers in text and JSON-like data and masks them before anything is stored.

Detection only: it stores nothing and reports nothing but counts.

The trade. A delimited 16-digit number of a strong range (Visa, Mastercard, ...) that passes Luhn is
masked even without a word about cards beside it, because a missed card puts the portal in scope of
PCI DSS. So a bare random 16-digit reference is masked wrongly about once in sixty, one that starts
with 4 or 51 to 55 once in ten. What is labelled as something else ("folio", "rrn", "order id")
while no card word is near, what is glued into a longer identifier, and every weak range (Maestro,
UnionPay, 13, 17 to 19 digits, odd grouping, 2-series numbers that start with a date) needs a word.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

__all__ = ["mask_card_numbers", "mask_in"]

# First prefix, last prefix, lengths that stand alone, lengths that need a word. As published by the
# schemes (ISO/IEC 7812 numbers); for Carnet, Elo and Hipercard as their acquirers publish them.
ISSUERS: list[tuple[str, str, tuple[int, ...], tuple[int, ...]]] = [
    ("4", "4", (16,), (13, 19)),  # Visa
    ("51", "55", (16,), ()),  # Mastercard
    ("2221", "2720", (16,), ()),
    ("34", "34", (15,), ()),  # American Express
    ("37", "37", (15,), ()),
    *[(*pair, (16,), (17, 18, 19)) for pair in (("6011", "6011"), ("644", "659"))],  # Discover
    *[(*p, (14,), (16, 17, 18, 19)) for p in (("300", "305"), ("3095", "3095"), ("36", "36"))],
    ("38", "39", (14,), (16, 17, 18, 19)),  # Diners, as the line above
    ("3528", "3589", (16,), (17, 18, 19)),  # JCB
    ("2200", "2204", (16,), (17, 18, 19)),  # Mir
    ("62", "62", (), (16, 17, 18, 19)),  # UnionPay
    *[(p, p, (), tuple(range(13, 20))) for p in ("50", "56", "57", "58", "63", "67")],  # Maestro
    *[(p, p, (16,), ()) for p in ("2869", "502275", "636379", "639388", "639484", "639559")],
    ("506199", "506499", (16,), ()),  # Carnet, as the line above
    ("604622", "604628", (16,), ()),
    *[(p, p, (16,), ()) for p in ("504175", "509", "627780", "636297", "636368", "606282")],
    ("506699", "506778", (16,), ()),  # Elo, with the line above; 606282 and the next are Hipercard
    *[(p, p, (16,), ()) for p in ("637095", "637568", "637599", "637609", "637612", "3841")],
]
_DATED = re.compile(
    r"2[3-7](?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|30(?:0[1-9]|1[0-2])20\d\d\d{6}\Z"
)

_HIDDEN, _MASK = (
    "\u200b",
    "\ue000",
)  # how the canonical text writes zero-width and masked characters
_DIGIT = f"[0-9{_MASK}]"
_UNIT = re.compile(  # what stands for one character, or for none
    r"\\u(?P<hex>[0-9a-fA-F]{4})|&\#[xX](?P<xref>[0-9a-fA-F]{2,6});|&\#(?P<dec>[0-9]{1,7});"
    r"|%(?P<pct>3[0-9]|58|20|0[9AaDd]|2[BbDdEe])|(?P<space>%C2%A0|\\[rt]|(?<=[0-9X])\+(?=[0-9X]))"
    r"|(?P<line>\\n|<br\s{0,3}/?>)|&(?P<name>[a-zA-Z]{2,8});|=[ ]?\n|<wbr\s{0,3}/?>|\u200b+"
)
_MASKED = re.compile(r"(?<![A-Za-z])X++(?![A-Za-z])")
_GROUP = re.compile(f"{_DIGIT}+")
_RUN = re.compile(rf"{_DIGIT}++(?:(?:[ -]{{0,3}}\n[> ]{{0,8}}|[ .-]{{1,3}}){_DIGIT}++)*+")
_GLUED_LEFT = re.compile(r"(?!%B)(?:[^\W_]-?|.?(?<!\w)\+|#)\Z", re.DOTALL)
_GLUED_RIGHT = re.compile(r"(?!D\d\d(?:0\d|1[0-2])\d{3})-?[^\W_]")  # D separates in track 2 data
_HEX = re.compile(r"(?=[0-9-]*[a-fA-F])[0-9a-fA-F-]+")
_GAP = re.compile(rf"[^0-9{_MASK}\n,;|&]{{0,24}}")  # what may stand between a label and its number
_CARD = (
    "cards?|tarjetas?|tarjetahabientes?|cardholder|pan|visa|master ?card|amex|american express"
    "|maestro|carnet|discover|diners|jcb|union ?pay|hipercard|pl[aá]sticos?|tdc|tdd|ccn?|cvv2?|cvc2?"
    "|cart[aã]o|carte|kreditkarte|track ?[12]"
)
_OTHER = (
    "refs?|reference|referencia|folios?|rastreo|tracking|gu[ií]a|orden|order|pedido|ids?|uuid|guid"
    "|trace|traza|inc|req|chg|prb|tickets?|autorizaci[oó]n|auth|authori[sz]ation|aprobaci[oó]n|approval"
    "|clabe|spei|tel|tel[eé]fono|phone|m[oó]vil|mobile|celular|cel|whatsapp|rrn|stan|arn|imei|iccid"
    "|serial|serie|factura|invoice|transaction|transacci[oó]n|txn|trx|operaci[oó]n|operation|clave"
    "|contrato|contract|session|sesi[oó]n|request|batch|lote|hash|sha|timestamp|ts|epoch|ean|gtin|sku"
    "|awb|shipment|env[ií]o|case|caso|captura|convenio"
)
_LABEL = re.compile(  # whole words, also in snake_case and camelCase
    rf"(?:(?<![^\W\d_])|(?<=[a-z])(?=[A-Z]))(?:(?P<card>(?i:{_CARD}))|(?i:{_OTHER}))"
    r"(?![a-zà-ÿ])(?!(?<=[A-Z])[A-Z])"
)


class _Labels(NamedTuple):
    ends: list[int]
    card_ends: list[int]

    @classmethod
    def of(cls, canon: str) -> "_Labels":
        found = [(label.end(), bool(label["card"])) for label in _LABEL.finditer(canon)]
        return cls([end for end, _ in found], [end for end, is_card in found if is_card])

    def near(self, start: int, end: int) -> bool:
        return bisect_right(self.card_ends, end + 40) > bisect_right(self.card_ends, start - 80)

    def verdict(self, canon: str, start: int) -> bool | None:
        """True: the number is labelled as a card; False: as something else; None: not at all."""
        at = bisect_right(self.ends, start)
        if not at or not _GAP.fullmatch(canon, self.ends[at - 1], start):
            return None
        label_end = self.ends[at - 1]
        position = bisect_right(self.card_ends, label_end)
        return position > 0 and self.card_ends[position - 1] == label_end


@lru_cache(maxsize=4096)
def _lengths(prefix: str) -> tuple[tuple[int, bool], ...]:
    """(length, is it strong) of every card that may start with these six digits."""
    found: dict[int, bool] = {}
    for low, high, alone, with_word in ISSUERS:
        if low <= prefix[: len(low)] <= high:
            found |= {length: found.get(length, False) for length in with_word}
            found |= dict.fromkeys(alone, True)
    return tuple(found.items())


_DOUBLED = str.maketrans("0123456789", "0246813579")


def _passes_luhn(digits: str) -> bool:
    if not digits.isdigit():
        return False
    return sum(map(int, digits[::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def _is_clabe(digits: str) -> bool:
    if len(digits) != 18 or not digits.isdigit():
        return False
    weighted = sum(int(d) * (3, 7, 1)[n % 3] % 10 for n, d in enumerate(digits[:17]))
    return -weighted % 10 == int(digits[17])


def _is_regular(sizes: list[int]) -> bool:
    """One piece, fours, ones, twos, or the groups of Amex and Diners."""
    last = sizes[-1]
    return (
        len(sizes) == 1
        or (all(size == 4 for size in sizes[:-1]) and last <= 4)
        or sizes in ([4, 6, 5], [4, 6, 4])
        or all(size == 2 for size in sizes)
    ) or all(size == 1 for size in sizes)


def _is_card(  # one rule after the other, in the order in which they exclude
    canon: str, groups: list[tuple[int, int]], i: int, j: int, strong: bool, labels: _Labels
) -> bool:
    start, end = groups[i][0], groups[j][1]
    gaps = [canon[groups[n][1] : groups[n + 1][0]] for n in range(i, j)]
    before = canon[groups[i - 1][1] : start] if i else ""
    after = canon[end : groups[j + 1][0]] if j + 1 < len(groups) else ""
    sizes = [b - a for a, b in groups[i : j + 1]]
    if (before == "." and i == j) or (gaps == ["."] and sizes[0] <= 3):
        return False  # a decimal fraction
    if i == j and _is_clabe(canon[start:end]):
        return False

    regular = _is_regular(sizes)
    if any("\n" in gap for gap in gaps):  # a wrapped line may break the number anywhere
        joined, broken = [sizes[0]], 0
        for gap, size in zip(gaps, sizes[1:], strict=True):
            if "\n" in gap:
                joined[-1] += size
                broken += 1
            else:
                joined.append(size)
        regular = (regular or _is_regular(joined)) and broken == 1 and not before and not after
    # Fours inside a longer row of fours are a table or an account, not a card by themselves.
    regular = regular and not (
        (before and before in gaps and groups[i - 1][1] - groups[i - 1][0] == sizes[0])
        or (after and after in gaps and groups[j + 1][1] - groups[j + 1][0] == sizes[0])
    )

    glued = before in ("-", ".") or after == "-"
    if after == ".":  # spreadsheets write 4111111111111111.0
        glued = canon[slice(*groups[j + 1])] not in ("0", "00")
    left, right = canon[max(0, start - 40) : start], canon[end : end + 40]
    if _GLUED_LEFT.search(left, max(0, len(left) - 2)) or _GLUED_RIGHT.match(right):
        glued = True
        token = re.search(r"[\w-]*\Z", left)[0] + re.match(r"[\w-]*", right)[0]  # type: ignore[index] -- both always match
        if _HEX.fullmatch(token):
            return False  # a hash or a UUID

    verdict, near = labels.verdict(canon, start), labels.near(start, end)
    if strong and regular and not glued:
        return near or verdict is not False
    return verdict is True or (near and verdict is not False and (strong or not glued))


def _positions(canon: str) -> Iterator[list[int]]:
    """The positions of every card's digits. What is found never depends on what else is masked,
    so overlapping numbers are all found and a second pass finds nothing."""
    labels = _Labels.of(canon)
    for run in _RUN.finditer(canon):
        if run.end() - run.start() < 13:
            continue
        groups = [group.span() for group in _GROUP.finditer(canon, *run.span())]
        places = [place for a, b in groups for place in range(a, b)]
        digits = "".join(canon[a:b] for a, b in groups)
        ends: dict[int, int] = {}
        offset = 0
        for n, (a, b) in enumerate(groups):
            offset += b - a
            ends[offset] = n
        offset = 0
        for i, (a, b) in enumerate(groups):
            for length, strong in _lengths(digits[offset : offset + 6]):
                card, j = digits[offset : offset + length], ends.get(offset + length)
                if j is not None and _passes_luhn(card):
                    strong = strong and not _DATED.match(card)
                    if _is_card(canon, groups, i, j, strong, labels):
                        yield places[offset : offset + length]
            if b - a > 14 and labels.verdict(canon, a) is True and not _is_clabe(canon[a:b]):
                yield from ([*range(x, y)] for x, y in _inside(canon, a, b))
            offset += b - a


def _inside(canon: str, a: int, b: int) -> Iterator[tuple[int, int]]:
    """Strong numbers at either end of one labelled group: zero-padded, after a two-digit length, or
    followed by expiry date and service code."""
    first = b - len(canon[a:b].lstrip("0")) if canon[a] == "0" else a
    for x in {a, first, a + 2}:
        for length, strong in _lengths(canon[x : x + 6]):
            if strong and (x, x + length) != (a, b) and x + length <= b:
                if _passes_luhn(canon[x : x + length]):
                    yield x, x + length
    for length in (14, 15, 16):
        if b - length > a and (length, True) in _lengths(canon[b - length : b - length + 6]):
            if _passes_luhn(canon[b - length : b]):
                yield b - length, b


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    """One canonical character for every way of writing a digit, a separator or nothing."""
    digit, category = unicodedata.digit(char, None), unicodedata.category(char)
    if digit is not None:
        return str(digit)
    if char in "\n\v\f\x85" or category in ("Zl", "Zp"):
        return "\n"
    if char in "\t\r" or category == "Zs":
        return " "
    if category in ("Cf", "Cc", "Mn", "Me"):
        return _HIDDEN
    if char in "_\u2212" or category == "Pd":
        return "-"
    return "." if char in "·•․‧∙⋅。．" else char


def _canonical(text: str) -> tuple[str, list[int], list[int], dict[int, tuple[int, str]]]:
    """(canonical text, its segments' starts there, the same in `text`, masks of escaped digits)."""
    folded = text.translate({ord(char): _folded(char) for char in set(text)})
    pieces: list[str] = []
    here, there, masks, size, last = [0], [0], {}, 0, 0
    for unit in _UNIT.finditer(folded) if re.search(r"[\\&%=<+\u200b]", folded) else ():
        pieces.append(folded[last : unit.start()])
        size, last = size + len(pieces[-1]), unit.end()
        char = ""
        if code := unit["hex"] or unit["xref"] or unit["pct"]:
            char = _folded(chr(min(int(code, 16), 0x10FFFF)))
        elif unit["dec"]:
            char = _folded(chr(min(int(unit["dec"]), 0x10FFFF)))
        elif unit["name"]:
            char = html.unescape(unit[0])
            char = _folded(char) if len(char) == 1 else unit[0]
        elif unit["space"] or unit["line"]:
            char = " " if unit["space"] else "\n"
        if char.isdigit():
            number, code = unit["dec"], unit["dec"] or code
            masks[size] = (
                unit.start(),
                unit[0].replace(str(code), ("88" if number else "58").zfill(len(str(code)))),
            )
        char = char.replace(_HIDDEN, "")
        pieces.append(char)
        here += [size, size + len(char)]
        there += [unit.start(), unit.end()]
        size += len(char)
    canon = "".join([*pieces, folded[last:]])
    return _MASKED.sub(lambda m: _MASK * len(m[0]), canon), here, there, masks


def mask_card_numbers(text: str) -> tuple[str, int]:
    """`text` with the digits between the first six and the last four of every card number as "X",
    and how many were found. Length and every other character stay; masking again finds nothing."""
    canon, here, there, masks = _canonical(text)
    out, count, last = list(text), 0, -1
    for card in _positions(canon):
        count += card[0] > last
        last = max(last, card[-1])
        for place in card[6:-4]:
            if place in masks:
                start, mask = masks[place]
                out[start : start + len(mask)] = mask
            else:
                segment = bisect_right(here, place) - 1
                out[there[segment] + place - here[segment]] = "X"
    return ("".join(out), count) if count else (text, 0)


def _masked_leaf(value: Any, hint: str) -> tuple[Any, int]:
    """The names of the fields around a value are read as if they stood before it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e19:
        number = int(value)
    else:
        number = value if isinstance(value, int) and abs(value) < 10**19 else 0
    if not isinstance(value, str) and abs(number) < 10**12:
        return value, 0
    text = value if isinstance(value, str) else str(number)
    label = f"{hint[-60:]}: " if hint else ""
    masked, count = mask_card_numbers(label + text)
    return (masked[len(label) :] if count else value), count


def mask_in(value: Any) -> tuple[Any, int]:
    """A masked copy of a JSON-like structure of any depth, and how many numbers were found. Keys
    are masked too; a whole number that is a card becomes a string."""
    root: list[Any] = [None]
    todo: list[tuple[Any, Any, Any, str]] = [(root, 0, value, "")]
    total = 0
    while todo:
        holder, slot, item, hint = todo.pop()
        if isinstance(item, dict):
            copy: dict[Any, Any] = {}
            for key, inner in item.items():
                masked, count = _masked_leaf(key, "")
                total += count
                while masked in copy:  # two cards may look alike once masked
                    masked = f"{masked}'"
                copy[masked] = None
                todo.append((copy, masked, inner, f"{hint} {masked}".strip()))
            holder[slot] = copy
        elif isinstance(item, list | tuple):
            holder[slot] = [None] * len(item)
            todo.extend((holder[slot], n, inner, hint) for n, inner in enumerate(item))
        else:
            holder[slot], count = _masked_leaf(item, hint)
            total += count
    return root[0], total
