"""Any rota: every zone, every kind of rotation, around the moments when clocks do odd things."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import strategies as st

from events.ids import ResponderId
from events.on_call.layer import Frequency, Holidays, Layer, Rotation, Turns, Window
from events.on_call.rota import Edition, HolidayCalendar, Override, Rota
from events.on_call.zones import zone_names
from tests.events.on_call.oracle import RULES

ODD_MOMENTS = [  # a zone, and a day within a day or two of which its clocks did something odd
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour forward
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # and back
    ("America/Sao_Paulo", date(2018, 11, 4)),  # no midnight
    ("America/Sao_Paulo", date(2018, 2, 18)),  # two of them
    ("Africa/Cairo", date(2026, 4, 24)),  # no midnight
    ("Africa/Cairo", date(2026, 10, 30)),
    ("Asia/Beirut", date(2026, 3, 29)),  # no midnight
    ("America/Havana", date(2026, 3, 8)),
    ("Pacific/Apia", date(2011, 12, 30)),  # no such day
    ("Pacific/Fakaofo", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Enderbury", date(1994, 12, 31)),
    ("Africa/Casablanca", date(2026, 3, 22)),  # summer time is its standard time
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Europe/Dublin", date(2026, 10, 25)),  # winter time is its summer time, backwards
    ("Antarctica/Troll", date(2026, 3, 29)),  # two hours
    ("Antarctica/Troll", date(2026, 10, 25)),
    ("Antarctica/Casey", date(2020, 10, 4)),  # three hours
    ("Asia/Pyongyang", date(2018, 5, 5)),  # changed its rules by half an hour
    ("Asia/Pyongyang", date(2015, 8, 15)),
    ("America/Caracas", date(2016, 5, 1)),
    ("Asia/Kathmandu", date(1986, 1, 1)),  # a quarter of an hour
    ("Europe/Istanbul", date(2016, 10, 30)),  # did not go back
    ("Asia/Almaty", date(2024, 3, 1)),
    ("America/Nuuk", date(2023, 3, 26)),
    ("America/Nuuk", date(2023, 10, 29)),  # did not go back; zoneinfo thinks so, asked one way
    ("Europe/Volgograd", date(2020, 12, 27)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
]
NAMES = [ResponderId(name) for name in "ABCDE"]
ZONES = sorted(zone_names())

quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
slots = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple)
windows = st.builds(
    Window,
    weekdays=st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
    starts=st.just(time(0)) | quarters,
    ends=st.just(time(0)) | quarters,
)


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, date]:
    """Return a zone and a day: an odd moment, or any day of any zone."""
    if draw(st.booleans()):
        return draw(st.sampled_from(ODD_MOMENTS))
    return draw(st.sampled_from(ZONES)), draw(st.dates(date(1975, 1, 1), date(2037, 1, 1)))


@st.composite
def rotations(draw: st.DrawFn, day: date) -> Rotation:
    """Return a rotation that began at most some weeks before a day, and hands over around it."""
    frequency = draw(st.sampled_from(Frequency))
    most = {Frequency.HOURLY: 50, Frequency.DAILY: 4, Frequency.WEEKLY: 2, Frequency.MONTHLY: 2}
    return Rotation(
        slots=tuple(draw(st.lists(slots, min_size=1, max_size=4))),
        first_hand_off=day - timedelta(days=draw(st.integers(-1, 25))),
        hand_off_at=draw(st.just(time(0)) | quarters),
        frequency=frequency,
        every=draw(st.integers(1, most.get(frequency, 1))),
        rrule=draw(st.sampled_from(sorted(RULES))) if frequency is Frequency.RRULE else None,
        turns=draw(st.sampled_from(Turns)),
    )


@st.composite
def layers(draw: st.DrawFn, name: str, day: date) -> Layer:
    begins = draw(st.none() | instants(day))
    return Layer(
        layer_id=name,
        name=name,
        rotation=draw(rotations(day)),
        priority=draw(st.integers(0, 2)),
        windows=tuple(draw(st.lists(windows, max_size=3))),
        holidays=draw(st.sampled_from(Holidays)),
        zone=draw(st.none() | moments().map(lambda moment: moment[0])),
        shadow=draw(st.integers(0, 3)) == 0,
        begins_at=begins,
        ends_at=draw(st.none() | st.just((begins or noon(day)) + timedelta(days=2, hours=3))),
    )


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def instants(day: date) -> st.SearchStrategy[datetime]:
    """Return instants within a few days of a day."""
    return st.integers(-4 * 96, 4 * 96).map(lambda n: noon(day) + timedelta(minutes=15 * n))


@st.composite
def overrides(draw: st.DrawFn, number: int, day: date) -> Override:
    starts = draw(instants(day))
    off = draw(st.none() | st.sampled_from(NAMES))
    someone = st.sampled_from([name for name in NAMES if name != off])
    return Override(
        override_id=UUID(int=number),
        starts_at=starts,
        ends_at=starts + timedelta(minutes=15 * draw(st.integers(1, 200))),
        off=off,
        on=draw(someone if off is None else st.none() | someone),
        made_at=draw(st.just(noon(day) - timedelta(days=50)) | instants(day)),
        withdrawn_at=draw(st.none() | instants(day)),
    )


@st.composite
def rotas(draw: st.DrawFn) -> tuple[Rota, date]:
    """Return a rota, and the day around which it is interesting."""
    name, day = draw(moments())
    holidays = tuple(
        day + timedelta(days=days) for days in draw(st.sets(st.integers(-30, 4), max_size=5))
    )
    froms = sorted(draw(st.lists(instants(day), min_size=1, max_size=2, unique=True)))
    editions = tuple(
        Edition(
            holds_from=holds_from,
            zone=name,
            layers=tuple(
                draw(layers(f"layer-{number}", day)) for number in range(draw(st.integers(1, 3)))
            ),
            holidays=HolidayCalendar(dates=holidays),
        )
        for holds_from in froms
    )
    changes = [draw(overrides(number, day)) for number in range(draw(st.integers(0, 4)))]
    gone = draw(st.lists(st.tuples(st.sampled_from(NAMES), instants(day)), max_size=1))
    return Rota(editions=editions, overrides=tuple(changes), gone=tuple(gone)), day
