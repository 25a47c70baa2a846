"""How hypothesis works here: few examples for every check, more for `make test`."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = {"quick": 10, "thorough": 50}

for name, examples in EXAMPLES.items():
    settings.register_profile(
        name,
        deadline=None,  # a busy machine fails no test
        max_examples=examples,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(os.environ.get("TOCSIN_HYPOTHESIS", "thorough"))
