"""Checklists of the demo world, and how far one of them has come."""

from typing import Any

from incidents.enums import GuideFor, StepResult

SLOW_ANSWERS: dict[str, Any] = {
    "key": "slow-answers",
    "title_en": "A service answers slowly",
    "title_es": "Un servicio responde con lentitud",
    "for_kind": GuideFor.INCIDENT,
    "steps_en": [
        "Since when: compare p95 with the same hour last week.",
        "Was a change implemented in the two hours before? Name it as the cause if so.",
        "Is one node slow, or all? Take the slow one out of the pool.",
        "Do the services below it answer in time?",
        "Does the vendor know of a disturbance? Note its reference.",
    ],
    "steps_es": [
        "Desde cuándo: compare el p95 con la misma hora de la semana pasada.",
        "¿Se implementó un cambio en las dos horas anteriores? De ser así, indíquelo como causa.",
        "¿Es lento un nodo o lo son todos? Saque del grupo el que esté lento.",
        "¿Responden a tiempo los servicios de los que depende?",
        "¿Conoce el proveedor alguna falla? Anote su referencia.",
    ],
}
SLOW_SO_FAR = (
    (StepResult.BAD, "2,350 ms since the latency alert, 12 ms a week ago"),
    (StepResult.GOOD, ""),
    (StepResult.BAD, "Only hsm-qro-2; its queue does not drain"),
)
TERMINAL_ENQUIRY: dict[str, Any] = {
    "key": "terminal-enquiry",
    "title_en": "A client asks about a terminal",
    "title_es": "Un cliente pregunta por una terminal",
    "for_kind": GuideFor.ENQUIRY,
    "steps_en": [
        "Ask for the serial number on the back.",
        "When did it last send a transaction?",
        "Is the branch's network disturbed?",
    ],
    "steps_es": [
        "Pida el número de serie que está al reverso.",
        "¿Cuándo envió su última transacción?",
        "¿Hay fallas en la red de la sucursal?",
    ],
}
