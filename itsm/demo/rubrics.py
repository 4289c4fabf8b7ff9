"""The demo world's rubric for the handling of incidents: one in force, the next being drafted."""

from datetime import datetime, timedelta
from typing import Any

from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from people.models import Rubric
from people.quality.enums import Scale
from people.services import rubrics

KEY = "incident-handling"
_TEXTS = {
    "title_en": "Handling of an incident",
    "title_es": "Atención de un incidente",
    "good_en": "The client knows at every moment what happens and when they hear again. What was "
    "tried can be read, the cause is named, and what was repaired stays repaired.",
    "good_es": "El cliente sabe en todo momento qué sucede y cuándo tendrá noticias. Lo que se "
    "intentó se puede leer, la causa tiene nombre y lo que se reparó sigue reparado.",
}
# Title, scale, weight, critical, and what the ratings mean; each in English and Spanish.
_CRITERIA: tuple[tuple[Any, ...], ...] = (
    (
        ("Diagnosis", "Diagnóstico"), Scale.FIVE, 3, False,
        ("Guessed", "One trace followed", "The likely cause named",
         "The cause shown by evidence",
         "The cause shown, and what else it touches"),
        ("Adivinado", "Se siguió una sola pista", "Se nombra la causa probable",
         "La causa se muestra con evidencia", "La causa se muestra, y qué más toca"),
    ),
    (
        ("Communication with the client", "Comunicación con el cliente"), Scale.FIVE, 2, False,
        ("Silence", "Late and in jargon", "On time, hard to follow", "On time and clear",
         "Clear, on time, and says when the next word comes"),
        ("Silencio", "Tarde y en jerga", "A tiempo, difícil de seguir", "A tiempo y claro",
         "Claro, a tiempo y dice cuándo llega la próxima noticia"),
    ),
    (
        ("Record of what was done", "Registro de lo que se hizo"), Scale.THREE, 2, False,
        ("Nobody else could go on from it", "The main steps are there", "Anybody could go on"),
        ("Nadie más podría seguir", "Están los pasos principales", "Cualquiera podría seguir"),
    ),
    (
        ("Card data left out", "Sin datos de tarjetas"), Scale.YES_NO, 1, True,
        ("A card number was written down", "None was"),
        ("Se escribió un número de tarjeta", "No se escribió ninguno"),
    ),
)  # fmt: skip
_VENDOR = {
    "title_en": "Work with the vendor",
    "title_es": "Trabajo con el proveedor",
    "scale": Scale.THREE,
    "anchors_en": ["Forwarded and forgotten", "Followed up", "Held to what is agreed"],
    "anchors_es": ["Reenviado y olvidado", "Con seguimiento", "Se exigió lo acordado"],
    "weight": 1,
    "applies_en": "A vendor had a part in it",
    "applies_es": "Intervino un proveedor",
}


def tell_rubrics(world: World, base: datetime) -> int:
    """Returns how many versions there are."""
    lead, manager = world.users.get("team_lead"), world.users.get("service_manager")
    if lead is None or manager is None or Rubric.objects.exists():
        return 0
    with in_one_piece():
        with acting(actor=lead, channel=Channel.DEMO, at=base - timedelta(days=120)):
            first = rubrics.draft_rubric(actor=lead, key=KEY, **_TEXTS)
            for told in _criteria():
                rubrics.set_criterion(first, actor=lead, **told)
        with acting(actor=manager, channel=Channel.DEMO, at=base - timedelta(days=118)):
            rubrics.activate_rubric(first, actor=manager)
        with acting(actor=lead, channel=Channel.DEMO, at=base - timedelta(days=5)):
            rubrics.draft_rubric(actor=lead, key=KEY, **_TEXTS)
    return Rubric.objects.count()


def _criteria() -> list[dict[str, Any]]:
    told = [
        {
            "title_en": title[0],
            "title_es": title[1],
            "scale": scale,
            "anchors_en": list(english),
            "anchors_es": list(spanish),
            "weight": weight,
            "is_critical": is_critical,
        }
        for title, scale, weight, is_critical, english, spanish in _CRITERIA
    ]
    return [*told, _VENDOR]
