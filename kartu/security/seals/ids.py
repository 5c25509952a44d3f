"""Lists of ids as ranges: [(1, 500), (502, 502)], written "1-500,502"."""

from collections.abc import Iterable, Iterator, Sequence

Range = tuple[int, int]


def ranges_of(ids: Iterable[int]) -> list[Range]:
    """The ranges of growing `ids`."""
    found: list[Range] = []
    for each in ids:
        if found and found[-1][1] == each - 1:
            found[-1] = (found[-1][0], each)
        else:
            found.append((each, each))
    return found


def written(ranges: Iterable[Range]) -> str:
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def packed(ids: Iterable[int]) -> str:
    """`ids`, in any order, written as ranges."""
    return written(ranges_of(sorted(ids)))


def read(text: str) -> list[Range]:
    """The ranges written as `text`; raises ValueError for anything else. No id of the log is negative."""
    found = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        found.append((int(first), int(last) if dash else int(first)))
    return found


def each_of(ranges: Iterable[Range]) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)


def gaps(first: int, last: int, ranges: Sequence[Range]) -> list[Range]:
    """What of `first` to `last` is in none of the growing `ranges`, all of which lie within."""
    found = []
    for begin, end in ranges:
        if first < begin:
            found.append((first, begin - 1))
        first = end + 1
    return [*found, (first, last)] if first <= last else found


def joined(ranges: Iterable[Range]) -> list[Range]:
    """`ranges` in order, those that touch or overlap made one."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
