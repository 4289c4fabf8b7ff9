"""Who works on the demo world's incidents: people of the cast, and colleagues whom one only meets
in the history. Nobody can sign in as a colleague."""

from dataclasses import dataclass

from people.roles import Role


@dataclass(frozen=True)
class Colleague:
    """Somebody of a team, with a role for it."""

    full_name: str
    team: str
    role: Role = Role.AGENT


COLLEAGUES = {
    "mfuentes": Colleague("Mariana Fuentes", "payments-l1"),
    "jcrocha": Colleague("Juan Carlos Rocha", "payments-l1"),
    "dzepeda": Colleague("Daniela Zepeda", "payments-l1"),
    "eolvera": Colleague("Emilio Olvera", "payments-l2"),
    "xbarrera": Colleague("Ximena Barrera", "payments-l2"),
    "ltrejo": Colleague("Leonardo Trejo", "core-platform"),
    "pgalindo": Colleague("Paola Galindo", "core-platform"),
    "sbeltran": Colleague("Santiago Beltrán", "wallet-co"),
    "dgiraldo": Colleague("Daniela Giraldo", "wallet-co"),
    "ccaicedo": Colleague("Camila Caicedo", "wallet-co", Role.TEAM_LEAD),
}

AGENTS = {
    "payments-l1": ("agent_l1", "mfuentes", "jcrocha", "dzepeda"),
    "payments-l2": ("agent_l2", "eolvera", "xbarrera"),
    "core-platform": ("ltrejo", "pgalindo"),
    "wallet-co": ("outsider", "sbeltran", "dgiraldo"),
}
FIRST_LINE = {"MX": "payments-l1", "CO": "wallet-co"}
LEADS = {"MX": "team_lead", "CO": "ccaicedo"}
COUNTRY_OF = {"payments-l1": "MX", "payments-l2": "MX", "core-platform": "MX", "wallet-co": "CO"}
