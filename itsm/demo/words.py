"""Fills the slots of the stories with concrete values. All names are invented."""

from random import Random

BANKS = {
    "MX": (
        "Banco Sierra Alta",
        "Banco Mirasol",
        "Bancapital Norte",
        "Caja Popular Tezontle",
        "Finanzas Ribera",
        "Banco Jarocho",
        "Banca Huizache",
        "Banco del Altiplano",
    ),
    "CO": ("Banco Frailejón", "Banco Palma Real", "Banco Chicamocha", "Financiera El Roble"),
}
CITIES = (
    "Monterrey",
    "Guadalajara",
    "Puebla",
    "Mérida",
    "Tijuana",
    "León",
    "Querétaro",
    "Toluca",
    "Culiacán",
    "Oaxaca",
    "Ecatepec",
    "Veracruz",
    "Chihuahua",
    "Iztapalapa",
    "Torreón",
    "Morelia",
    "Cancún",
)
CITIES_CO = (
    "Bogotá",
    "Medellín",
    "Cali",
    "Barranquilla",
    "Bucaramanga",
    "Pereira",
    "Ibagué",
    "Soacha",
    "Villavicencio",
    "Pasto",
)
DEVICES = ("Android 12", "Android 13", "Android 14", "iOS 17", "iOS 18", "teléfonos de gama baja")
CARRIERS = {
    "MX": ("Móvil Coyote", "Telnopal", "Celular Bajío"),
    "CO": ("Móvil Cafetal", "Andina Celular", "Tuya Móvil"),
}
DATABASES = ("ledger-db-1", "wallet-db-1", "merchant-db-1", "settlement-db-1", "credit-db-1")
CERTIFICATES = ("cert-api-mx", "cert-andamio-mtls", "cert-threeds-directory", "cert-spei-signing")
MODULES = ("hsm-qro-1", "hsm-qro-2", "hsm-mty-1")
SITES = ("Querétaro", "Monterrey")
BRANCHES = ("Centro", "Norte", "Plaza del Sol", "Aeropuerto", "Reforma", "La Merced", "Las Torres")
PEOPLE = {
    "MX": ("Guadalupe H.", "José Luis R.", "Maricela T.", "Efraín B.", "Rosario C.", "Ángel M."),
    "CO": ("Yuliana P.", "Wilson G.", "Luz Dary M.", "Edwin S.", "Nubia R."),
}
HOURS = ("07:40", "08:15", "09:05", "10:30", "11:20", "12:45", "14:10", "16:35", "18:50", "20:25")


def draw_words(rng: Random, client: str, country: str = "MX") -> dict[str, str]:
    """A value for every slot, the same in all texts of one incident."""
    n = rng.choice((rng.randint(17, 96), rng.randint(110, 940), rng.randint(1_050, 9_800)))
    pct = rng.randint(3, 34)
    return {
        "client": client,
        "n": f"{n:,}",
        "n2": f"{n + rng.randint(40, 900):,}",
        "small": str(rng.randint(2, 9)),
        "small1": str(rng.randint(1, 2)),
        "small2": str(rng.randint(10, 28)),
        "pct": str(pct),
        "pct2": str(rng.randint(86, 97)),
        "min": str(rng.randint(6, 48)),
        "secs": str(rng.randint(24, 75)),
        "ms": f"{rng.randrange(640, 6_900, 10):,}",
        "amount": f"${rng.randrange(95_000, 248_000_000, 350) / 100:,.2f} MXN",
        "amount_p": f"${rng.randrange(18_000, 980_000, 50) / 100:,.2f} MXN",
        "amount_co": f"${rng.randrange(18_000, 2_900_000, 500):,} COP".replace(",", "."),
        "bank": rng.choice(BANKS[country]),
        "city": rng.choice(CITIES),
        "city_co": rng.choice(CITIES_CO),
        "site": rng.choice(SITES),
        "branch": rng.choice(BRANCHES),
        "person": rng.choice(PEOPLE[country]),
        "carrier": rng.choice(CARRIERS[country]),
        "hour": rng.choice(HOURS),
        "device": rng.choice(DEVICES),
        "db": rng.choice(DATABASES),
        "cert": rng.choice(CERTIFICATES),
        "hsm": rng.choice(MODULES),
        "node": f"qro-w{rng.randint(1, 24):02}",
        "batch": f"NOM-{rng.randint(1_200, 9_899)}",
        "folio": f"{rng.randint(100, 989)}-{rng.randint(10_000, 98_999)}",
        "terminal": f"T{rng.randint(210_000, 989_999)}",
        "ticket": f"{rng.choice(('INC', 'TK', 'CS'))}-{rng.randint(10_400, 98_700)}",
        "version": f"{rng.randint(2, 7)}.{rng.randint(0, 31)}.{rng.randint(0, 9)}",
        "code": f"{rng.choice('ERPV')}{rng.randint(102, 987)}",
    }
