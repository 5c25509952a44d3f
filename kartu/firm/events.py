"""What can happen in this app."""

from dataclasses import dataclass

from kartu.core.outbox import Event


@dataclass(frozen=True)
class PasskeyCopied(Event):
    """Somebody came with a passkey that has counted fewer signatures than it had before: there are two of it."""

    passkey_id: int
    by_id: int | None = None


@dataclass(frozen=True)
class DeviceNew(Event):
    """A person has signed in with a browser that was never used in his name. `at` is in ISO; `device` in words."""

    device_id: int
    device: str
    address: str
    at: str
    by_id: int


@dataclass(frozen=True)
class GivenForATime(Event):
    """`what` became of the temporary right: "given" (or put off), or "over"."""

    given_id: int
    what: str
    by_id: int | None


@dataclass(frozen=True)
class AbsenceSet(Event):
    """Somebody will be away, or at other times than was said before, or with other deputies."""

    absence_id: int
    by_id: int | None


@dataclass(frozen=True)
class AbsenceEnded(Event):
    """An absence is over by the clock, or was called off."""

    absence_id: int
    by_id: int | None
