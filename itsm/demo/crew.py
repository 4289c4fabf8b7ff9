"""Who works on the demo world's incidents: people of the cast, and colleagues whom one only meets
in the history. Nobody can sign in as a colleague."""

from dataclasses import dataclass

from people.demo_cast import DemoTeam
from people.enums import TeamTier
from people.roles import Role


@dataclass(frozen=True)
class Colleague:
    """Somebody of a team, with a role for it."""

    full_name: str
    team: str
    job: str
    role: Role = Role.AGENT


# Beside those of the cast.
TEAMS = {
    "digital-channels": DemoTeam("Digital channels", TeamTier.L2),
    "settlement-ops": DemoTeam("Settlement and treasury operations", TeamTier.L2),
    "fraud-risk": DemoTeam("Fraud and risk operations", TeamTier.L2),
    "workplace": DemoTeam("Workplace", TeamTier.L1),
    "vendor-desk": DemoTeam("Vendor desk", TeamTier.VENDOR_FACING),
    "platform-co": DemoTeam("Platform Colombia", TeamTier.PLATFORM, "CO"),
    "cab-co": DemoTeam("Change advisory board Colombia", TeamTier.CAB, "CO"),
}

COLLEAGUES = {
    "mfuentes": Colleague("Mariana Fuentes", "payments-l1", "Analista de soporte N1"),
    "jcrocha": Colleague("Juan Carlos Rocha", "payments-l1", "Analista de soporte N1, noche"),
    "dzepeda": Colleague("Daniela Zepeda", "payments-l1", "Analista de monitoreo"),
    "eolvera": Colleague("Emilio Olvera", "payments-l2", "Ingeniero de soporte N2, SPEI"),
    "xbarrera": Colleague("Ximena Barrera", "payments-l2", "Especialista en ISO 8583 y HSM"),
    "ltrejo": Colleague("Leonardo Trejo", "core-platform", "Ingeniero de confiabilidad (SRE)"),
    "pgalindo": Colleague("Paola Galindo", "core-platform", "Administradora de bases de datos"),
    "fquiroz": Colleague("Fernanda Quiroz", "digital-channels", "Ingeniera de soporte, app"),
    "lmireles": Colleague("Luis Ángel Mireles", "digital-channels", "Analista de canales"),
    "bcoronado": Colleague("Beatriz Coronado", "settlement-ops", "Especialista en conciliación"),
    "hesparza": Colleague("Hugo Esparza", "settlement-ops", "Analista de liquidación"),
    "icervantes": Colleague("Itzel Cervantes", "fraud-risk", "Analista de fraude"),
    "rnavarrete": Colleague("Ramiro Navarrete", "fraud-risk", "Ingeniero de reglas de riesgo"),
    "upacheco": Colleague("Ulises Pacheco", "workplace", "Soporte en sitio"),
    "nvillegas": Colleague("Norma Villegas", "vendor-desk", "Enlace con proveedores"),
    "sbeltran": Colleague("Santiago Beltrán", "wallet-co", "Analista de soporte, Bogotá"),
    "dgiraldo": Colleague("Daniela Giraldo", "wallet-co", "Analista de soporte, Medellín"),
    "ccaicedo": Colleague(
        "Camila Caicedo", "wallet-co", "Líder de operación, Colombia", Role.TEAM_LEAD
    ),
    "jmosquera": Colleague("Jhon Édison Mosquera", "platform-co", "Ingeniero de plataforma"),
    "lospina": Colleague(
        "Luz Marina Ospina", "cab-co", "Gerente de operaciones, Colombia", Role.CAB_CHAIR
    ),
}

AGENTS = {
    "payments-l1": ("agent_l1", "mfuentes", "jcrocha", "dzepeda"),
    "payments-l2": ("agent_l2", "eolvera", "xbarrera"),
    "core-platform": ("ltrejo", "pgalindo"),
    "digital-channels": ("fquiroz", "lmireles"),
    "settlement-ops": ("bcoronado", "hesparza"),
    "fraud-risk": ("icervantes", "rnavarrete"),
    "workplace": ("upacheco",),
    "wallet-co": ("outsider", "sbeltran", "dgiraldo"),
    "platform-co": ("jmosquera",),
}
FIRST_LINE = {"MX": "payments-l1", "CO": "wallet-co"}
# Who takes over what a team cannot mend by itself.
NEXT_LINE = {
    "payments-l1": "payments-l2",
    "payments-l2": "core-platform",
    "digital-channels": "core-platform",
    "workplace": "core-platform",
    "wallet-co": "platform-co",
}
LEADS = {"MX": "team_lead", "CO": "ccaicedo"}
VENDOR_DESK = {"MX": "nvillegas", "CO": "ccaicedo"}
COUNTRY_OF = {team: "CO" if team in ("wallet-co", "platform-co") else "MX" for team in AGENTS}
