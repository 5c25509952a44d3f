"""The nightly search for clients that stand on two cards.

Its work grows with the number of clients and not with that of their pairs: only those who share a key are compared; a
key that very many share (the number of a call centre, a name like "Test") tells nothing and is left out; and names are
looked at beside their neighbours in alphabetical order, from the front and from the back.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations, groupby
from operator import itemgetter

from django.db.models import Q
from rapidfuzz.fuzz import ratio

from kartu.clients.duplicates.judging import LEAST, Traits, Why, judge
from kartu.clients.models import Channel, Client, ClientEntity, DuplicatePair
from kartu.core.jobs import chunk
from kartu.core.text import digits

WHY = "looking for clients that stand on two cards"
BLOCK = 12  # clients that may share a key; a key of more tells nothing
NAMESAKES = 3  # of those of one name each is compared with so many next ones: a name alone is little
NEIGHBOURS = 4
ALIKE = 88  # per cent of two spellings that are the same
SHORTEST = 6  # letters of a name in which a slip can be told from another name
MOST = 300_000  # pairs that are kept in hand; the surest keys are looked at first
CHUNK = 400
READ = 5000

Pairs = dict[int, int]  # both ids in one number (see `packed`) -> reasons


def search() -> int:
    """Find the likely pairs of the whole firm and keep them; how many. In chunks, run again from the beginning."""
    pairs = find_pairs()
    run = (DuplicatePair.objects.order_by("-run").values_list("run", flat=True).first() or 0) + 1
    kept = keep(pairs, run)
    forget_before(run)
    return kept


def find_pairs() -> Pairs:
    pairs: Pairs = {}
    put_blocks(pairs, tax_ids(), Why.TAX)
    put_blocks(pairs, ways(Channel.Kind.PHONE, Channel.Kind.WHATSAPP), Why.PHONE)
    put_blocks(pairs, ways(Channel.Kind.EMAIL), Why.EMAIL)
    put_names(pairs)
    return pairs


def tax_ids() -> Iterator[tuple[str, int]]:
    rows = ClientEntity.objects.as_system(WHY).live().exclude(tax_id="").order_by("tax_id")
    return rows.values_list("tax_id", "client_id").iterator(READ)


def ways(*kinds: str) -> Iterator[tuple[str, int]]:
    rows = Channel.objects.as_system(WHY).live().filter(kind__in=kinds).order_by("value")
    return rows.values_list("value", "client_id").iterator(READ)


def put_blocks(pairs: Pairs, rows: Iterable[tuple[str, int]], why: Why) -> None:
    """All pairs of clients that share a key; `rows` are (key, client) in the order of keys."""
    for _key, block in groupby(rows, key=itemgetter(0)):
        ids = sorted({client_id for _, client_id in block})
        if 1 < len(ids) <= BLOCK:
            for one, other in combinations(ids, 2):
                put(pairs, one, other, why)


def put(pairs: Pairs, one: int, other: int, why: Why) -> None:
    key = packed(one, other)
    if key in pairs or len(pairs) < MOST:
        pairs[key] = pairs.get(key, 0) | int(why)


def packed(one: int, other: int) -> int:
    return (min(one, other) << 32) | max(one, other)


def unpacked(key: int) -> tuple[int, int]:
    return key >> 32, key & 0xFFFFFFFF


def put_names(pairs: Pairs) -> None:
    """Names of one sound, then those a slip of the pen apart: neighbours by their beginning or by their end."""
    rows = Client.objects.as_system(WHY).live().exclude(match_key="").order_by("match_key")
    names: list[tuple[str, int]] = []
    blocks = groupby(rows.values_list("match_key", "pk").iterator(READ), key=itemgetter(0))
    for key, block in blocks:
        ids = sorted(client_id for _, client_id in block)
        if len(ids) <= BLOCK:
            for at, client_id in enumerate(ids):
                for other_id in ids[at + 1 : at + 1 + NAMESAKES]:
                    put(pairs, client_id, other_id, Why.SOUND)
            names.append((key, ids[0]))
    put_neighbours(pairs, names)
    names.sort(key=lambda name: name[0][::-1])
    put_neighbours(pairs, names)


def put_neighbours(pairs: Pairs, names: list[tuple[str, int]]) -> None:
    for at, (key, client_id) in enumerate(names):
        if len(key) < SHORTEST:
            continue
        for other, other_id in names[at + 1 : at + 1 + NEIGHBOURS]:
            if is_slip(key, other):
                put(pairs, client_id, other_id, Why.SPELLING)


def is_slip(one: str, other: str) -> bool:
    """Whether two names of different keys may be one, misspelt; "Shop 1" and "Shop 2" are two."""
    return ratio(one, other, score_cutoff=ALIKE) > 0 and digits(one) == digits(other)


def keep(pairs: Pairs, run: int) -> int:
    """Judge the pairs and keep the likely ones as those of this `run`."""
    keys, kept = sorted(pairs), 0
    for start in range(0, len(keys), CHUNK):
        some = [(*unpacked(key), pairs[key]) for key in keys[start : start + CHUNK]]
        with chunk(start, len(keys)):
            rows = list(likely(some, run))
            DuplicatePair.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["client_id", "other_id"],
                update_fields=["score", "why", "run"],
            )
        kept += len(rows)
    return kept


def likely(some: list[tuple[int, int, int]], run: int) -> Iterator[DuplicatePair]:
    traits = traits_of({pk for one, other, _ in some for pk in (one, other)})
    for one, other, found in some:
        if one in traits and other in traits:
            score, why = judge(traits[one], traits[other], Why(found))
            if score >= LEAST:
                yield DuplicatePair(client_id=one, other_id=other, score=score, why=int(why), run=run)


def traits_of(ids: set[int]) -> dict[int, Traits]:
    """Traits of those of `ids` that are still there."""
    rows = Client.objects.as_system(WHY).live().filter(pk__in=ids)
    taxes: dict[int, set[str]] = {}
    entities = ClientEntity.objects.as_system(WHY).live(deep=False).filter(~Q(tax_id=""), client_id__in=ids)
    for client_id, tax_id in entities.values_list("client_id", "tax_id"):
        taxes.setdefault(client_id, set()).add(tax_id)
    columns = ("pk", "name", "kind", "city_key")
    return {
        pk: Traits(name, kind, city, frozenset(taxes.get(pk, ())))
        for pk, name, kind, city in rows.values_list(*columns)
    }


def forget_before(run: int) -> None:
    """Pairs that this search has not found again are pairs no more."""
    old = DuplicatePair.objects.filter(run__lt=run)
    while ids := list(old.values_list("pk", flat=True)[:CHUNK]):
        with chunk():
            DuplicatePair.objects.filter(pk__in=ids).delete()
