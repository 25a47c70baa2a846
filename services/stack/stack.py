"""Stack: a whole Tocsin on one machine, `async with running_stack(data) as stack`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from services.access.bootstrap import KEY_FILE, ensure_development_key, kept_in
from services.schema.migrations import migrate
from services.settings import Settings
from services.stack.data_directory import announce, held
from services.stack.first_admin import new_link
from services.stack.keys import shared_keys
from services.stack.ports import HOST, Ports, free_ports
from services.stack.postgres.addresses import Databases, named_databases, password
from services.stack.postgres.server import running_pid
from services.stack.progress import Say, silent
from services.stack.supervisor.lifeline import Watch, watched
from services.stack.supervisor.parts import Supervisor
from services.stack.supervisor.server_parts import PostgresPart, TemporalPart
from services.stack.supervisor.service_process import ServiceProcess, answers, touches
from services.stack.temporal.bootstrap import prepare
from services.stack.temporal.server import TemporalOptions

STOP_SECONDS = {
    "front": 3.0,
    "mail": 3.0,
    "worker": 3.0,
    "projector": 1.0,
    "notary": 1.0,
}  # with the servers: under ten in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A running system and where to reach it."""

    data: Path
    api_url: str
    web_url: str  # for people: passkeys are made for a name, never for an address
    api_key: str = field(repr=False)  # admin, kept in the data directory
    api_key_is_new: bool
    databases: Databases
    temporal_address: str
    temporal_namespace: str
    temporal_ui_url: str | None
    mail_port: int  # where it takes alerts by SMTP and LMTP
    services: Mapping[str, ServiceProcess]
    postgres: PostgresPart | None  # None: a server of the operator's
    temporal: TemporalPart | None  # None: a server of the operator's
    first_admin_url: str | None = field(default=None, repr=False)  # None: there is an admin


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every step of a start needs to know."""

    data: Path
    ports: Ports
    settings: Settings
    say: Say
    watch: Watch
    supervisor: Supervisor


@asynccontextmanager
async def running_stack(
    data: Path,
    ports: Ports | None = None,
    *,
    settings: Settings | None = None,
    environment: Mapping[str, str] | None = None,
    say: Say = silent,
) -> AsyncIterator[Stack]:
    """Run everything for as long as the block runs, then end it in order; what died is restarted.

    Servers that the settings name are used and left running. `environment` goes to our processes.
    Raises: StackRunsAlready, PortTaken, TemporalNotFound, TemporalFailedToStart,
        PostgresFailedToStart, ServiceFailedToStart.
    """
    async with AsyncExitStack() as block:
        site = Site(
            data=block.enter_context(held(data)),
            ports=ports or free_ports(),
            settings=settings or Settings(),
            say=say,
            watch=await block.enter_async_context(watched()),
            supervisor=await block.enter_async_context(Supervisor(say)),
        )
        require_free_ports(site)
        keys = shared_keys(site.data, site.settings)
        postgres, databases = await with_databases(site)
        temporal, address = await with_temporal(site)
        new_key = await ensure_development_key(databases.app_dsn, site.data)
        ours = {**addresses(site, databases, address), **keys, **(environment or {})}
        notary = ("notary",) if databases.notary_dsn else ()
        names = ("projector", "worker", *notary, "mail", "front")
        services = {name: service(site, name, ours) for name in names}
        await site.supervisor.start(*services.values())
        api_url = f"http://{HOST}:{site.ports.api}"
        announce(site.data, api_url=api_url, temporal_address=address, web_url=public_url(site))
        yield Stack(
            data=site.data,
            api_url=api_url,
            web_url=public_url(site),
            api_key=kept_in(site.data / KEY_FILE),
            api_key_is_new=new_key is not None,
            databases=databases,
            temporal_address=address,
            temporal_namespace=site.settings.temporal_namespace,
            temporal_ui_url=f"http://{HOST}:{site.ports.temporal_ui}" if temporal else None,
            mail_port=site.ports.mail,
            services=services,
            postgres=postgres,
            temporal=temporal,
            first_admin_url=await first_link(site, databases, keys),
        )


def require_free_ports(site: Site) -> None:
    """Check the ports of what this stack will start itself.

    Raises: PortTaken.
    """
    parts = ["api", "mail"]
    if site.settings.app_dsn is None and running_pid(site.data / "postgres" / "cluster") is None:
        parts.append("postgres")  # one that a killed run left behind is taken over
    if site.settings.temporal_address is None:
        parts += ["temporal", "temporal_ui"]
    site.ports.require_free(*parts)


async def with_databases(site: Site) -> tuple[PostgresPart | None, Databases]:
    """Start PostgreSQL, or take the operator's, and bring its schema up to date."""
    named, part = named_databases(site.settings), None
    if named is None:
        part = PostgresPart(data=site.data, port=site.ports.postgres, watch=site.watch)
        await site.supervisor.start(part)
        running = part.running
        named = Databases(
            owner_dsn=running.owner_dsn,
            app_dsn=running.app_dsn,
            projector_dsn=running.projector_dsn,
            notary_dsn=running.notary_dsn,
        )
    if named.owner_dsn is not None:
        await migrate(
            named.owner_dsn,
            app_password=password(named.app_dsn),
            projector_password=password(named.projector_dsn),
            notary_password=password(named.notary_dsn) if named.notary_dsn else None,
        )
        site.say("PostgreSQL: schema is up to date")
    return part, named


async def with_temporal(site: Site) -> tuple[TemporalPart | None, str]:
    """Start a Temporal server, or take the operator's, and return its address."""
    settings = site.settings
    if settings.temporal_address is not None:
        site.say(f"Temporal: using the server at {settings.temporal_address}")
        await prepare(settings.temporal_address, settings.temporal_namespace)
        return None, settings.temporal_address
    options = TemporalOptions(
        cli=settings.temporal_cli,
        port=site.ports.temporal,
        ui_port=site.ports.temporal_ui,
        namespace=settings.temporal_namespace,
    )
    part = TemporalPart(data=site.data, options=options, watch=site.watch, say=site.say)
    await site.supervisor.start(part)
    return part, part.running.address


def addresses(site: Site, databases: Databases, temporal_address: str) -> dict[str, str]:
    """Return the settings that tell our processes where everything is."""
    published = site.settings.notary_directory or site.data / "checkpoints"
    status = site.settings.status_directory or site.data / "status"
    return {
        **({"TOCSIN_NOTARY_DSN": databases.notary_dsn} if databases.notary_dsn else {}),
        "TOCSIN_NOTARY_DIRECTORY": str(published),
        "TOCSIN_STATUS_DIRECTORY": str(status),
        "TOCSIN_DATA": str(site.data),
        "TOCSIN_APP_DSN": databases.app_dsn,
        "TOCSIN_PROJECTOR_DSN": databases.projector_dsn,
        "TOCSIN_TEMPORAL_ADDRESS": temporal_address,
        "TOCSIN_TEMPORAL_NAMESPACE": site.settings.temporal_namespace,
        "TOCSIN_API_HOST": HOST,
        "TOCSIN_API_PORT": str(site.ports.api),
        "TOCSIN_MAIL_HOST": HOST,
        "TOCSIN_MAIL_PORT": str(site.ports.mail),
        "TOCSIN_PUBLIC_URL": public_url(site),
        "TOCSIN_WEBHOOK_ALLOW_PRIVATE": str(reaches_this_machine(site)),
    }


def reaches_this_machine(site: Site) -> bool:
    """Return whether webhooks may go to private addresses: yes, unless the operator says no.

    A stack on one machine is somebody's own, and what it pages is often on that machine too.
    """
    chosen = "webhook_allow_private" in site.settings.model_fields_set
    return site.settings.webhook_allow_private if chosen else True


def public_url(site: Site) -> str:
    """Return what links in pages point to: where the operator says, else to this machine by name.

    Browsers make passkeys for names only.
    """
    if "public_url" in site.settings.model_fields_set:
        return site.settings.public_url
    return f"http://localhost:{site.ports.api}"


async def first_link(site: Site, databases: Databases, keys: Mapping[str, str]) -> str | None:
    """Return where the first admin comes in; None: there is an admin.

    Raises: LogUnavailable.
    """
    known = {
        "subject_kek": SecretStr(keys["TOCSIN_SUBJECT_KEK"]),
        "link_key": SecretStr(keys["TOCSIN_LINK_KEY"]),
        "public_url": public_url(site),
    }
    return await new_link(databases.app_dsn, site.settings.model_copy(update=known))


def service(site: Site, name: str, environment: Mapping[str, str]) -> ServiceProcess:
    """Return one of our processes with its health check."""
    alive_file = site.data / f"{name}.alive"
    api_url = f"http://{HOST}:{site.ports.api}/health/live"
    return ServiceProcess(
        name=name,
        data=site.data,
        environment=environment,
        healthy=answers(api_url) if name == "front" else touches(alive_file),
        alive_file=alive_file,
        watch=site.watch,
        stop_seconds=STOP_SECONDS[name],
    )
