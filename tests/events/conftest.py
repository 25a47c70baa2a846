"""How hypothesis works here: quick enough for every check, and a busy machine fails no test."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "tocsin",
    deadline=None,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tocsin")
