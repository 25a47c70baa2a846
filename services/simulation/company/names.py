"""Names in the simulated company. All of them are made up, and nobody can be reached."""

from typing import Final

FIRST_NAMES: Final = (
    "Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "Ken", "Radia", "Leslie",
    "Mary", "John", "Hedy", "Claude", "Joan", "Niklaus", "Karen", "Dennis", "Sophie", "Tony",
    "Annie", "Robin", "Katherine", "Maurice", "Evelyn", "Butler", "Shafi", "Vint", "Lynn", "Ivan",
)  # fmt: skip
LAST_NAMES: Final = (
    "Abel", "Baker", "Castell", "Duarte", "Eklund", "Fischer", "Gomes", "Hansen", "Ivanova",
    "Jansen", "Keller", "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi",
    "Sato", "Tanaka", "Ueda", "Vargas", "Weber", "Xu", "Young", "Zeman",
)  # fmt: skip
SERVICES: Final = (
    "Checkout", "Search", "Payments", "Catalogue", "Sign-in", "Notifications", "Shipping",
    "Reporting", "Recommendations", "Media", "Billing", "Gateway", "Inventory", "Reviews",
    "Webhooks", "Exports", "Sessions", "Pricing", "Fraud checks", "Loyalty", "Messaging",
    "Scheduling", "Analytics", "Backoffice",
)  # fmt: skip
TEAMS: Final = (
    "Storefront", "Payments", "Platform", "Data", "Identity", "Fulfilment", "Growth", "Support",
)  # fmt: skip
ZONES: Final = ("Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Paris")
UNREACHABLE: Final = "invalid"  # RFC 2606: no mail server will ever be of this name


def nth(names: tuple[str, ...], number: int) -> str:
    """Return the n-th name, counted from 0; behind the last they begin again, numbered."""
    again, place = divmod(number, len(names))
    return f"{names[place]} {again + 1}" if again else names[place]


def as_id(name: str) -> str:
    """Return a name as an id."""
    return name.lower().replace(" ", "-")
