"""Running stack: how another program on this machine finds it by its data directory."""

from pathlib import Path

from pydantic import SecretStr
from temporalio.converter import DataConverter

from events.log.privacy.keyring import Keyring
from services.keys import data_converter, subject_keyring
from services.settings import Settings
from services.stack.data_directory import running_temporal_address
from services.stack.keys import PAYLOAD_KEYS, PLAINTEXT_ACCEPTED, SUBJECT_KEK
from services.stack.ports import HOST
from services.stack.postgres.server import APP, DATABASE, PROJECTOR, kept_passwords, running_pid


def found_projector_dsn(settings: Settings) -> str | None:
    """Return the projector's address: the one that is set, or that of the stack running here."""
    if settings.projector_dsn is not None:
        return settings.projector_dsn.get_secret_value()
    return embedded_dsn(settings.data, PROJECTOR)


def found_app_dsn(settings: Settings) -> str | None:
    """Return the application's address: the one that is set, or that of the stack running here."""
    if settings.app_dsn is not None:
        return settings.app_dsn.get_secret_value()
    return embedded_dsn(settings.data, APP)


def found_temporal_address(settings: Settings) -> str:
    """Return where Temporal is: as it is set, or where the stack on this machine has it."""
    return (
        settings.temporal_address
        or running_temporal_address(settings.data)
        or f"{HOST}:{settings.temporal_port}"
    )


def found_data_converter(settings: Settings) -> DataConverter:
    """Return how values travel to Temporal: with the keys that are set, or the directory's.

    Raises: KeysUnusable.
    """
    kept = settings.data / PAYLOAD_KEYS
    if settings.payload_keys is None and kept.exists():
        accepted = settings.payload_plaintext or (settings.data / PLAINTEXT_ACCEPTED).exists()
        keys = {"payload_keys": SecretStr(kept.read_text()), "payload_plaintext": accepted}
        return data_converter(settings.model_copy(update=keys))
    return data_converter(settings)


def found_subject_keyring(settings: Settings) -> Keyring:
    """Return the keys of people's keys: those that are set, or those the data directory keeps.

    Raises: KeysUnusable.
    """
    kept = settings.data / SUBJECT_KEK
    if settings.subject_kek is None and kept.exists():
        own_settings = settings.model_copy(update={"subject_kek": SecretStr(kept.read_text())})
        return subject_keyring(own_settings)
    return subject_keyring(settings)


def embedded_dsn(data: Path, role: str) -> str | None:
    """Return a role's address at the server in the data directory, None when none runs."""
    data = data.resolve()
    cluster = data / "postgres" / "cluster"
    passwords = data / "postgres-passwords.json"
    if not passwords.exists() or running_pid(cluster) is None:
        return None
    port = int((cluster / "postmaster.pid").read_text().splitlines()[3])
    return f"postgresql://{role}:{kept_passwords(passwords)[role]}@{HOST}:{port}/{DATABASE}"
