"""Settings of every process: read from TOCSIN_* variables."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

type Networks = tuple[IPv4Network | IPv6Network, ...]


def _networks(given: str | Networks) -> Networks:
    if not isinstance(given, str):
        return given
    try:
        return tuple(ip_network(one.strip()) for one in given.split(",") if one.strip())
    except ValueError as wrong:
        raise ValueError(f"{wrong}; write addresses or networks: 10.0.0.7, 10.1.0.0/16") from wrong


class SettingsWrong(Exception):
    """A setting cannot be used: the message names it, and says what to write instead."""


class Settings(BaseSettings):
    """Everything that may be set of a process. One class, so that one page documents it."""

    model_config = SettingsConfigDict(env_prefix="TOCSIN_", env_ignore_empty=True, extra="ignore")

    data: Path = Path(".tocsin")  # the embedded stack's data directory
    postgres_port: int = Field(default=15432, ge=1, le=65535)  # of the embedded one
    temporal_port: int = Field(default=7233, ge=1, le=65535)  # of the embedded one
    temporal_ui_port: int = Field(default=8233, ge=1, le=65535)  # of the embedded one
    alive_file: Path | None = None  # touched every 2 s by a process that answers no requests

    postgres_dsn: SecretStr | None = None  # owner: migrations only
    app_dsn: SecretStr | None = None  # api and worker: append function and reads
    projector_dsn: SecretStr | None = None  # projector: writes read models
    notary_dsn: SecretStr | None = None  # notary: reads hashes, writes signed heads
    # "two_phase" pays off with several appending processes or a slow fsync
    durable_commit: Literal["sync", "two_phase"] = "sync"

    temporal_address: str | None = None  # host:port of a running server
    temporal_namespace: str = "default"
    temporal_cli: Path | None = None  # a temporal binary to start

    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8080, ge=0, le=65535)
    trusted_proxies: Annotated[Networks, NoDecode, BeforeValidator(_networks)] = ()
    public_url: str = "http://localhost:8080"  # what links in pages point to

    mail_domain: str = "localhost"  # of integrations' mail addresses
    mail_host: str = "127.0.0.1"
    mail_port: int = Field(default=8025, ge=0, le=65535)  # SMTP and LMTP
    mail_relays: str = "127.0.0.0/8, ::1/128"  # mail servers that say who their clients are
    mail_certificate: Path | None = None  # PEM, with its chain: offers STARTTLS
    mail_certificate_key: Path | None = None  # otherwise in the same file

    pages_port: int = Field(default=8181, ge=1, le=65535)  # where `make up` takes pages for you
    webhook_allow_private: bool = False  # let webhooks and push reach private addresses

    status_directory: Path | None = None  # where public status pages are written, as files

    identity_file: Path | None = None  # YAML: identity providers, and what groups are worth

    # docs/keys.md; each is id:base64,id:base64 with the newest first
    subject_kek: SecretStr | None = None  # wraps the keys of people
    payload_keys: SecretStr | None = None  # seal what Temporal keeps
    payload_plaintext: bool = False  # read what was kept before there were keys
    notary_key: Path | None = None  # its private keys; otherwise notary-keys in the data directory
    notary_origin: str | None = None  # the log's name in checkpoints; otherwise the key's name
    notary_directory: Path | None = None  # where checkpoints are published, outside the database
    notary_webhook: str | None = None  # where each checkpoint is posted, too

    # how long a page may be neglected before the projector sends it without Temporal
    fallback_seconds: int = Field(default=60, ge=5, le=600)
    link_key: SecretStr | None = None  # signs acknowledgement links; 32 characters or more

    # the dead-man switch: how often a synthetic page goes the whole way; 0: never
    probe_seconds: int = Field(default=60, ge=0, le=600)
    heartbeat_url: str | None = None  # posted to by each probe that arrived, from the worker

    session_idle_hours: int = Field(default=12, ge=1, le=720)  # signed in without a request
    session_days: int = Field(default=7, ge=1, le=90)  # signed in at the longest

    arrivals_days: int = Field(default=30, ge=1, le=3650)  # how long monitors' messages are kept

    log_level: str = "INFO"

    def required(self, name: str) -> str:
        """Return a setting that the process has made sure of, in clear."""
        value = getattr(self, name)
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@lru_cache
def settings() -> Settings:
    """Return this process's settings, read once."""
    return Settings()
