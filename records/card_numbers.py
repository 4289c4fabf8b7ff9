"""Finds payment card numbers in text and JSON-like data and masks them before anything is stored.

The trade: a delimited number of a strong range that passes Luhn is masked even with no word about
cards beside it, because a missed card puts the portal in scope of PCI DSS. So about one bare random
16-digit reference in forty is masked wrongly, of those starting with 4 or 51 to 55 one in ten.
What is labelled as something else ("folio", "order id") while no card word is near, what is glued
into a longer identifier, and whatever is weak (Maestro, UnionPay, 13 and 17 to 19 digits, odd
grouping, 2-series numbers that start with a date) needs a card word. Columns far from their CSV
header have none. In JSON text a bare number becomes invalid JSON: parse first and use `mask_in`.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any

__all__ = ["mask_card_numbers", "mask_in"]

# Prefixes: lengths that stand alone / lengths that need a word. As the schemes publish them;
# Carnet, Elo and Hipercard as their acquirers do.
_ISSUERS = """
visa 4: 16 / 13 19; mastercard 51-55 2221-2720: 16 /; amex 34 37: 15 /
mir 2200-2204: 16 / 17 18 19; diners 300-305 3095 36 38-39: 14 / 16 17 18 19
discover 6011 644-659: 16 / 17 18 19; jcb 3528-3589: 16 / 17 18 19; unionpay 62: / 16 17 18 19
maestro 50 56-58 63 67: / 13 14 15 16 17 18 19
carnet 2869 502275 506199-506499 604622-604628 636379 639388 639484 639559: 16 /
elo 504175 506699-506778 509 627780 636297 636368: 16 /
hipercard 3841 606282 637095 637568 637599 637609 637612: 16 /
"""
_CARD_WORDS = """
card tarjeta tarjetahabiente cardholder pan visa mastercard amex maestro carnet discover diner jcb
unionpay hipercard plastico tdc tdd cc ccn cvv cvc cartao carte kreditkarte
"""
_OTHER_WORDS = """
ref reference referencia folio rastreo tracking guia orden order pedido id uuid guid trace traza inc
req chg prb ticket autorizacion auth authorization authorisation aprobacion approval clabe spei tel
telefono phone movil mobile celular cel whatsapp rrn stan arn imei iccid serial serie factura
invoice transaction transaccion txn trx operacion operation clave contrato contract session sesion
request batch lote hash sha timestamp ts epoch ean gtin sku awb shipment envio case caso captura
convenio
"""
_WORDS = dict.fromkeys(_OTHER_WORDS.split(), False)
_WORDS |= dict.fromkeys(_CARD_WORDS.split(), True)
# How the canonical text writes zero-width and masked characters; the latter is \w, but no digit.
_HIDDEN, _MASK = "\u200b", "\u3007"
_UNIT = re.compile(  # what stands for one character, or for none
    r"\\u[0-9a-fA-F]{4}|&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,8});|%C2%A0|\\[nrt]"
    r"|%(?:3[0-9]|58|20|0[9AaDd]|2[BbDdEe])|(?<=[0-9X])\+(?=[0-9X])|=[ ]?\n|<w?br\s{0,3}/?>|\u200b+"
)
_WORD = re.compile(r"[A-ZÀ-Þ]?[a-zà-ÿ]+|[A-ZÀ-Þ]+")  # camelCase is two words
_PLAIN = str.maketrans("áéíóúãç", "aeiouac")
_MASKED = re.compile(r"(?<![A-Za-z])X++(?![A-Za-z])")
_GROUP = re.compile(f"[0-9{_MASK}]+")
_RUN = re.compile(
    r"D++(?:(?:[ -]{0,3}\n[> ]{0,8}|[ .-]{1,3})D++)*+".replace("D", _GROUP.pattern[:-1])
)
_GAP = re.compile(rf"[^0-9{_MASK}\n,;|&]{{0,24}}")  # what may stand between a label and its number
_GLUED_LEFT = re.compile(r"(?:[^\W_](?<!%B)-?|(?<!\w)\+|#)\Z")
_GLUED_RIGHT = re.compile(r"(?!D\d\d(?:0\d|1[0-2])\d\d)-?[^\W_]")  # D separates in track 2 data
_HEX = re.compile(rf"(?=[0-9{_MASK}-]*[a-fA-F])[0-9a-fA-F{_MASK}-]+")
_DATED = re.compile(r"2[3-7](0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{10}|30(0[1-9]|1[0-2])20\d{8}")
_DOUBLED = str.maketrans("0123456789", "0246813579")


def _issuers() -> Iterator[tuple[str, str, tuple[int, ...], tuple[int, ...]]]:
    for line in re.split(r"[;\n]", _ISSUERS.strip()):
        prefixes, lengths = line.split(":")
        alone, with_word = (tuple(map(int, part.split())) for part in lengths.split("/"))
        for prefix in prefixes.split()[1:]:
            yield prefix.split("-")[0], prefix.split("-")[-1], alone, with_word


ISSUERS = tuple(_issuers())


@lru_cache(maxsize=4096)
def _lengths(prefix: str) -> tuple[tuple[int, bool], ...]:
    """(length, is it strong) of every card that may start with these six digits."""
    found: dict[int, bool] = {}
    for low, high, alone, with_word in ISSUERS:
        if low <= prefix[: len(low)] <= high:
            found = dict.fromkeys(with_word, False) | found | dict.fromkeys(alone, True)
    return tuple(found.items())


def _passes_luhn(digits: str) -> bool:
    doubled = digits[-2::-2].translate(_DOUBLED)
    return digits.isdigit() and sum(map(int, digits[::-2] + doubled)) % 10 == 0


def _is_clabe(digits: str) -> bool:
    if len(digits) != 18 or not digits.isdigit():
        return False
    return sum(int(d) * (3, 7, 1)[n % 3] % 10 for n, d in enumerate(digits[:17] + "0")) % 10 == (
        -int(digits[17]) % 10
    )


def _is_regular(sizes: list[int]) -> bool:
    """One piece, fours (three groups or more may join two of them), ones, twos, Amex, Diners."""
    fours = all(size == 4 or (size == 8 and len(sizes) > 2) for size in sizes[:-1])
    fours = fours and (sizes[-1] <= 4 or (sizes[-1] == 8 and len(sizes) > 2))
    alike = sizes[0] <= 2 and len(set(sizes)) == 1
    return len(sizes) == 1 or fours or alike or sizes in ([4, 6, 5], [4, 6, 4], [8, 8])


class _Text:
    """The canonical text with the words that tell card numbers from other numbers."""

    def __init__(self, canon: str) -> None:
        self.canon = canon
        self.ends: list[int] = []
        self.card_ends = [-99]
        for match in _WORD.finditer(canon):
            word = match[0].lower().translate(_PLAIN)
            is_card = _WORDS.get(word, _WORDS.get(word.removesuffix("s")))
            if is_card is not None:
                self.ends.append(match.end())
                self.card_ends += [match.end()] * is_card

    def is_near(self, start: int, end: int) -> bool:
        return self.card_ends[bisect_right(self.card_ends, end + 40) - 1] >= start - 80

    def label(self, start: int) -> bool | None:
        """True: labelled as a card; False: as something else; None: not labelled."""
        last = bisect_right(self.ends, start) - 1
        if last < 0 or not _GAP.fullmatch(self.canon, self.ends[last], start):
            return None
        return self.card_ends[bisect_right(self.card_ends, start) - 1] == self.ends[last]

    def is_card(self, groups: list[tuple[int, int]], i: int, j: int, strong: bool) -> bool:
        """Whether the Luhn-valid number in groups `i` to `j` of a run is to be masked."""
        canon, start, end = self.canon, groups[i][0], groups[j][1]
        gaps = [canon[groups[n][1] : groups[n + 1][0]] for n in range(i, j)]
        sizes = [b - a for a, b in groups[i : j + 1]]
        before = canon[groups[i - 1][1] : start] if i else ""
        after = canon[end : groups[j + 1][0]] if j + 1 < len(groups) else ""
        if (before == "." and i == j) or (gaps == ["."] and sizes[0] <= 3):
            return False  # a decimal fraction
        if i == j and _is_clabe(canon[start:end]):
            return False

        regular = _is_regular(sizes)
        breaks = ["\n" in gap for gap in gaps]
        if any(breaks):  # a wrapped line may break the number anywhere
            joined = [sizes[0]]
            for is_break, size in zip(breaks, sizes[1:], strict=True):
                joined[-1:] = [joined[-1] + size] if is_break else [joined[-1], size]
            regular = regular or _is_regular(joined)
            regular = regular and sum(breaks) == 1 and not before and not after
        # Fours inside a longer row are a table or an account, not a card by themselves.
        row = [groups[n] for gap, n in ((before, i - 1), (after, j + 1)) if gap in gaps]
        alone = all(b - a < 4 and b - a != sizes[0] for a, b in row)

        left, right = canon[max(0, start - 40) : start], canon[end : end + 40]
        glued = before in ("-", ".") or after == "-"
        if after == ".":  # spreadsheets write 4111111111111111.0
            glued = glued or canon[slice(*groups[j + 1])] not in ("0", "00")
        if _GLUED_LEFT.search(left[-2:]) or _GLUED_RIGHT.match(right):
            glued = True
            token = re.split(r"[^\w-]", left)[-1] + re.split(r"[^\w-]", right)[0]
            if _HEX.fullmatch(token):
                return False  # a hash or a UUID

        label, near = self.label(start), self.is_near(start, end)
        if strong and regular and alone and not glued:
            return near or label is not False
        likely = (regular or not (before or after)) and (strong or not glued)
        return label is True or (near and likely and label is not False)

    def cards(self) -> Iterator[list[int]]:
        """The positions of each card's digits. What is found never depends on what else is masked:
        overlapping numbers are all found, and a second pass finds nothing."""
        for run in _RUN.finditer(self.canon):
            if run.end() - run.start() < 13:
                continue
            groups = [group.span() for group in _GROUP.finditer(self.canon, *run.span())]
            places = [place for a, b in groups for place in range(a, b)]
            digits = "".join(self.canon[a:b] for a, b in groups)
            offsets = [0, *accumulate(b - a for a, b in groups)]
            ends = {offset: n for n, offset in enumerate(offsets[1:])}
            for i, (a, b) in enumerate(groups):
                first = offsets[i]
                for length, strong in _lengths(digits[first : first + 6]):
                    card, j = digits[first : first + length], ends.get(first + length)
                    strong = strong and not _DATED.fullmatch(card)
                    if j is None or not _passes_luhn(card):
                        continue
                    if self.is_card(groups, i, j, strong):
                        yield places[first : first + length]
                if b - a > 14 and self.label(a) is True and not _is_clabe(self.canon[a:b]):
                    yield from self._cards_inside(a, b)

    def _cards_inside(self, a: int, b: int) -> Iterator[list[int]]:
        """Strong numbers at either end of one labelled group: zero-padded, after a two-digit
        length, or followed by expiry date and service code."""
        padded = len(self.canon[a:b]) - len(self.canon[a:b].lstrip("0"))
        for x in {a, a + padded, a + 2, b - 14, b - 15, b - 16}:
            for length, strong in _lengths(self.canon[x : x + 6]):
                inside = strong and a <= x and x + length <= b and (x, x + length) != (a, b)
                if inside and _passes_luhn(self.canon[x : x + length]):
                    yield [*range(x, x + length)]


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
    return "-" if char in "_\u2212" or category == "Pd" else "." if char in "·•․‧∙⋅。．" else char


def _character(unit: str) -> str:
    if unit[0] == "&":
        return html.unescape(unit)
    if unit[:2] == "\\u" or re.fullmatch("%..", unit):
        return chr(int(unit[-4:].lstrip("%"), 16))
    return {"\\n": "\n", "<b": "\n", "=\n": "", "= ": "", "<w": ""}.get(unit[:2], " ")


def _masked_unit(unit: str) -> str:
    """The letter X, escaped as the digit was."""
    code = "88" if unit[:2] == "&#" and unit[2].isdigit() else "58"
    return (
        re.sub(r"[0-9a-fA-F]+(?=;?\Z)", lambda m: code.zfill(len(m[0])), unit) if unit[1:] else "X"
    )


def mask_card_numbers(text: str) -> tuple[str, int]:
    """`text` with the digits between the first six and the last four of every card number as "X",
    and how many were found. Length and every other character stay; masking again finds nothing."""
    folded = text.translate({ord(char): _folded(char) for char in set(text)})
    pieces: list[str] = []
    # Segment n of the canonical text starts at here[n] and comes from text[there[n]:].
    here, there, escapes, size, last = [0], [0], {}, 0, 0
    for unit in _UNIT.finditer(folded) if re.search(r"[\\&%=<+\u200b]", folded) else ():
        char = "" if unit[0][0] == _HIDDEN else _character(unit[0])
        char = _folded(char).replace(_HIDDEN, "") if len(char) == 1 else char and unit[0]
        pieces += [folded[last : unit.start()], char]
        size, last = size + len(pieces[-2]), unit.end()
        if char.isdigit():
            escapes[size] = unit.span()
        here += [size, size + len(char)]
        there += unit.span()
        size += len(char)
    canon = "".join([*pieces, folded[last:]])

    out, count, last = list(text), 0, -1
    for card in _Text(_MASKED.sub(lambda m: _MASK * len(m[0]), canon)).cards():
        count += card[0] > last
        last = max(last, card[-1])
        for place in card[6:-4]:
            segment = bisect_right(here, place) - 1
            start = there[segment] + place - here[segment]
            start, end = escapes.get(place, (start, start + 1))
            out[start:end] = _masked_unit(text[start:end])
    return ("".join(out), count) if count else (text, 0)


def _masked_leaf(value: Any, hint: str) -> tuple[Any, int]:
    """The names of the fields around a value are read as if they stood before it."""
    text = value
    if isinstance(value, int | float) and 10**12 <= abs(value) < 10**19 and value == int(value):
        text = str(int(value))
    if not isinstance(text, str):
        return value, 0
    label = f"{hint}: " if hint else ""
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
            holder[slot] = copy
            for key, inner in item.items():
                masked, count = _masked_leaf(key, "")
                total += count
                while masked in copy:  # two cards may look alike once masked
                    masked = f"{masked}'{len(copy)}"
                copy[masked] = None
                todo.append((copy, masked, inner, f"{hint} {masked}".strip()[-60:]))
        elif isinstance(item, list | tuple):
            holder[slot] = [None] * len(item)
            todo.extend((holder[slot], n, inner, hint) for n, inner in enumerate(item))
        else:
            holder[slot], count = _masked_leaf(item, hint)
            total += count
    return root[0], total
