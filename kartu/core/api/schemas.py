"""What data look like in the programs' interface: bases of the shapes, and the types that several of them use.

What comes in is strict: nothing but the named fields, and no text where a number belongs.
"""

import re
from datetime import UTC, date, datetime
from types import NoneType
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, WithJsonSchema, create_model

DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)")


class In(BaseModel):
    """Something sent to us."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def sent(self, *without: str) -> dict[str, Any]:
        """The fields that were sent, but `without`."""
        wanted = self.model_fields_set - set(without)
        return {name: getattr(self, name) for name in type(self).model_fields if name in wanted}

    def given(self, *without: str) -> dict[str, Any]:
        """All fields, those that were not sent as they are by default, but `without`."""
        return {name: getattr(self, name) for name in type(self).model_fields if name not in without}


class Out(BaseModel):
    """Something told by us."""

    model_config = ConfigDict(from_attributes=True)


def day(value: Any) -> date:
    if type(value) is date:  # told by us
        return value
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError("A day is written 2026-11-23")
    return date.fromisoformat(value)


def moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        raise ValueError("A moment is written 2026-11-23T15:00:00+07:00")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except OverflowError:
        raise ValueError("There is no such moment") from None


Day = Annotated[date, BeforeValidator(day), Strict(False), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[
    datetime, BeforeValidator(moment), Strict(False), WithJsonSchema({"type": "string", "format": "date-time"})
]
Id = Annotated[int, Field(ge=1, le=2**53)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="The version that you have read. Or send If-Match.")]


# A field that may be left out, and says nothing then.
UNSENT = Field(default_factory=NoneType)


def changes_of(shape: type[In], name: str) -> type[In]:
    """The shape of a change: any of the fields of `shape`, and the version that they were read in."""
    fields: dict[str, Any] = {key: (field.rebuild_annotation(), UNSENT) for key, field in shape.model_fields.items()}
    return create_model(
        name, __base__=In, __doc__="Send only what is to be changed.", **fields, version=(Version, UNSENT)
    )


def words(longest: int, *, shortest: int = 0) -> Any:
    return Annotated[str, Field(min_length=shortest, max_length=longest)]


class Named(Out):
    """A record that another one points at."""

    id: int
    name: str


def named(row: Any) -> dict[str, Any] | None:
    return {"id": row.pk, "name": str(row)} if row is not None else None
