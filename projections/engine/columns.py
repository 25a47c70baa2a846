"""Columns of a read table: their SQL types, derived from the annotations of the row's class."""

from dataclasses import dataclass
from typing import Final

from msgspec import Struct, inspect

SQL: Final[dict[type[inspect.Type], str]] = {
    inspect.BoolType: "boolean",
    inspect.DateTimeType: "timestamptz",
    inspect.DateType: "date",
    inspect.EnumType: "text",
    inspect.IntType: "bigint",
    inspect.StrType: "text",
    inspect.UUIDType: "uuid",
}
JSON: Final = "jsonb"  # everything else


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column."""

    name: str
    type: str
    nullable: bool

    @property
    def ddl(self) -> str:
        """Return what `create table` says of it."""
        return f"{self.name} {self.type}{'' if self.nullable else ' not null'}"


def columns_of(row: type[Struct]) -> tuple[Column, ...]:
    """Return the columns in which the rows of a class are stored, in the order of its fields."""
    info = inspect.type_info(row)
    assert isinstance(info, inspect.StructType)  # noqa: S101  a row is a struct
    return tuple(_column(field.name, field.type) for field in info.fields)


def _column(name: str, kind: inspect.Type) -> Column:
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    values = [kind for kind in kinds if not isinstance(kind, inspect.NoneType)]
    sql = SQL.get(type(values[0]), JSON) if len(values) == 1 else JSON
    return Column(name=name, type=sql, nullable=len(values) < len(kinds))
