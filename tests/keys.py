"""Keys of the tests: everybody knows them."""

import base64

from events.log.privacy.keyring import Keyring

KEY = f"test:{base64.b64encode(bytes(range(32))).decode()}"
OTHER_KEY = f"other:{base64.b64encode(bytes(range(32, 64))).decode()}"


def keyring(*keys: str) -> Keyring:
    """Return a keyring; the first key seals."""
    return Keyring.parsed(",".join(keys or (KEY,)))
