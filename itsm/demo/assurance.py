"""Vendors of the demo world in telling states: assessed, waiting, refused, overdue, on the way out.

Most were engaged before their due diligence was kept here; a few walk the whole road.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from audit.context import Channel, acting
from people.models import User
from vendors import services
from vendors.assurance.enums import Question
from vendors.models import Vendor

_MANAGER, _DECIDING = "vendor_manager", "approver2"
_MET = dict.fromkeys(Question, ("met", ""))

# What it does, what it sees, how many days ago it was reviewed (0: never), and what lacked.
_REVIEWED: Mapping[str, tuple[str, str, int, str]] = {
    "Red Andamio": ("Conmutación de tarjetas", "cardholder", 120, ""),
    "Procesadora Mirador": (
        "Procesamiento emisor",
        "cardholder",
        200,
        "Sin restauración probada",
    ),
    "Nube Cóndor": ("Nube pública", "cardholder", 0, ""),
    "Altamira Centros de Datos": ("Centro de datos", "cardholder", 340, ""),
    "Puente Andino Pagos": ("PSE y Bre-B", "personal", 0, ""),
    "Cajeros Ramal": ("Cajeros automáticos", "cardholder", 390, ""),  # late since some weeks
    "Criptalia": ("Módulos criptográficos", "cardholder", 0, ""),
    "Voz Clara": ("Centro de contacto", "personal", 90, ""),
    "Atalaya Riesgo": ("Calificación de fraude", "personal", 30, "Falta el informe del auditor"),
    "Plásticos Obsidiana": ("Personalización de tarjetas", "cardholder", 0, ""),
}
_PLACES: Mapping[str, tuple[tuple[str, str, str, bool], ...]] = {
    "Nube Cóndor": (
        ("main_centre", "Ashburn", "US", True),
        ("alternate_centre", "Querétaro", "MX", True),
    ),
    "Red Andamio": (("main_centre", "Querétaro", "MX", True), ("staff", "Monterrey", "MX", False)),
    "Puente Andino Pagos": (("main_centre", "Bogotá", "CO", True),),
    "Procesadora Mirador": (("main_centre", "Monterrey", "MX", True),),
}
_CONTACTS: Mapping[str, tuple[tuple[str, str, int, str], ...]] = {
    "Red Andamio": (
        ("Mesa de servicio", "Primer contacto", 1, "24/7"),
        ("Iris Quintanar", "Gerencia de cuenta", 2, "Lun-Vie 9-18"),
        ("Tobías Larrea", "Dirección de operaciones", 3, "24/7"),
    ),
    "Nube Cóndor": (("Soporte empresarial", "Primer contacto", 1, "24/7"),),
}
_BELOW = (
    ("Red Andamio", "Altamira Centros de Datos", "Centro de datos", "MX"),
    ("Procesadora Mirador", "Nube Cóndor", "Nube", "US"),
)
# How far it is: name, tier, whether it could affect security, what it does, the last status.
_NEW = (
    ("Pasarela Quetzal", "tactical", True, "Pagos en Guatemala", "due_diligence"),
    ("Nómina Alondra", "commodity", False, "Nómina", "assessed"),
    ("Cobranza Tecolote", "tactical", False, "Cobranza", "refused"),
    ("Archivo Cenote", "commodity", False, "Archivo de documentos", "approved"),
    ("Traductores Ceiba", "commodity", False, "Traducciones", "prospect"),
    ("Llaves Colibrí", "tactical", True, "Gestión de llaves", "engaged"),
    ("Mensajes Tucán", "commodity", False, "Mensajes de texto", "exiting"),
)


def assure_vendors(now: datetime) -> None:
    """Tell them where the people who assess and decide are there."""
    users = {one.username: one for one in User.objects.filter(username__in=[_MANAGER, _DECIDING])}
    if len(users) < 2:
        return
    manager, deciding = users[_MANAGER], users[_DECIDING]
    vendors = {one.name: one for one in Vendor.objects.all()}
    for name, (does, sees, days, gaps) in _REVIEWED.items():
        services.edit_vendor(vendors[name], actor=None, services=does, data_access=sees)
        if days:
            _review(vendors[name], manager, now - timedelta(days=days), gaps)
    for name, places in _PLACES.items():
        for use, place, country, holds in places:
            services.add_location(
                vendors[name], actor=None, use=use, place=place, country=country, holds_data=holds
            )
    for name, contacts in _CONTACTS.items():
        for number, (who, role, level, hours) in enumerate(contacts, 1):
            services.add_contact(
                vendors[name], actor=None, name=who, role=role, level=level, hours=hours,
                phone=f"55 0000 010{number}",
            )  # fmt: skip
    for name, other, does, country in _BELOW:
        services.add_subcontractor(
            vendors[name], actor=None, subcontractor=vendors[other], service=does,
            country=country, holds_data=True,
        )  # fmt: skip
    services.add_subcontractor(
        vendors["Nube Cóndor"], actor=None, name="Fibra Península", service="Enlaces", country="US"
    )
    for name, tier, risky, does, status in _NEW:
        facts = {"name": name, "tier": tier, "could_affect_security": risky, "services": does}
        _walk(facts, status, manager, deciding, now)


def _review(vendor: Vendor, manager: Any, at: datetime, gaps: str) -> None:
    with acting(channel=Channel.DEMO, at=at):
        services.review_vendor(
            vendor, actor=manager, outcome="with_gaps" if gaps else "satisfactory", gaps=gaps
        )


def _walk(facts: dict[str, Any], status: str, manager: Any, deciding: Any, now: datetime) -> None:
    """From prospect as far as it is, a week and more between the steps."""

    def told(days: int) -> Any:
        return acting(channel=Channel.DEMO, at=now - timedelta(days=days))

    with told(90):
        vendor = services.add_vendor(actor=manager, country="MX", manager=manager, **facts)
    if status == "prospect":
        return
    with told(80):
        vendor = services.begin_diligence(vendor, actor=manager)
    if status == "due_diligence":
        with told(70):
            answers = dict(list(_MET.items())[:7])
            services.answer_questions(vendor, actor=manager, answers=answers)
        return
    with told(60):
        lacks = {Question.CONTINUITY: ("partly", "La última prueba es de hace dos años")}
        services.answer_questions(vendor, actor=manager, answers=_MET | lacks)
        services.attach_evidence(
            vendor, actor=manager, title="Cuestionario firmado", name="cuestionario.txt",
            data=f"Respuestas de {vendor.name}".encode(),
        )  # fmt: skip
        vendor = services.submit_diligence(vendor, actor=manager)
    if status == "assessed":
        return
    with told(50):
        if status == "refused":
            note = "Sin prueba de continuidad en dos años"
            services.refuse_vendor(vendor, actor=deciding, note=note)
            return
        vendor = services.approve_vendor(vendor, actor=deciding, note="Riesgo aceptable")
    if status == "approved":
        return
    with told(40):
        vendor = services.engage_vendor(vendor, actor=manager)
    if status == "exiting":
        with told(10):
            services.begin_exit(vendor, actor=manager, note="Se unifica con otro proveedor")
