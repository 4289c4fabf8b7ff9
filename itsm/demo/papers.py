"""The small files that people attach: an extract of a log, a trace, a list of differences."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

# A published test number that no bank has given out; the portal masks it before it stores a file.
TEST_CARD = "4111111111111111"

_LOG = (
    "ERROR upstream timed out after {ms}ms op={code} node={node}",
    "WARN  retry 2/3 op={code} elapsed={ms}ms",
    "ERROR connection reset by peer op={code} node={node}",
    "INFO  circuit half-open, probing",
    "ERROR pool exhausted waiting={small2} active={small2}0",
    "WARN  queue depth {n} above threshold",
    "INFO  health ok node={node}",
)
_TRACE = (
    "0100 -> F2={card} F3=000000 F4={cents:012d} F11={stan:06d} F39=--",
    "0110 <- F11={stan:06d} F39={answer} {ms}ms",
)


def draw_paper(
    rng: Random, kind: str, asset: str, words: Mapping[str, str], at: datetime
) -> tuple[str, str]:
    """(name, text) of a `log`, a `trace` of ISO 8583 messages or a `csv` of differences."""
    stamp = f"{at:%Y%m%d-%H%M}"
    if kind == "trace":
        return f"traza-8583-{stamp}.txt", "\n".join(_trace(rng, words, at)) + "\n"
    if kind == "csv":
        return f"detalle-{stamp}.csv", "\n".join(_differences(rng)) + "\n"
    return f"{asset}-{stamp}.log", "\n".join(_log(rng, asset, words, at)) + "\n"


def _log(rng: Random, asset: str, words: Mapping[str, str], at: datetime) -> list[str]:
    lines, moment = [], at - timedelta(minutes=6)
    for _ in range(rng.randint(14, 40)):
        moment += timedelta(milliseconds=rng.randint(40, 14_000))
        line = rng.choice(_LOG).format(**words)
        lines.append(f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z {asset} {line}")
    return lines


def _trace(rng: Random, words: Mapping[str, str], at: datetime) -> list[str]:
    """A third of the traces still carry the whole number, as people do by mistake."""
    is_careless = rng.random() < 0.34
    lines, moment = [], at - timedelta(minutes=3)
    for _ in range(rng.randint(6, 14)):
        moment += timedelta(milliseconds=rng.randint(90, 9_000))
        facts = {
            "card": TEST_CARD if is_careless else "411111******1111",
            "cents": rng.randrange(2_500, 480_000),
            "stan": rng.randrange(1, 999_999),
            "answer": rng.choice(("91", "91", "96", "00", "05")),
            "ms": rng.randrange(120, 7_100),
        }
        lines += [f"{moment:%H:%M:%S.%f} {line.format(**facts)}" for line in _TRACE]
    return lines


def _differences(rng: Random) -> list[str]:
    lines = ["folio,fecha,importe_nuestro,importe_contraparte,diferencia"]
    for n in range(rng.randint(4, 18)):
        ours = rng.randrange(12_000, 9_400_000)
        off = rng.choice((0, 0, 100, -4_550, 120_000))
        lines.append(
            f"OP-{rng.randrange(100_000, 999_999)},D-{n % 3},{ours / 100:.2f},"
            f"{(ours - off) / 100:.2f},{off / 100:.2f}"
        )
    return lines
