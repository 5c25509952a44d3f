"""What must hold of clients: asked by `kartu check`."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice

from django.db.models import Exists, OuterRef, Q

from kartu.clients import derived
from kartu.clients.duplicates.moving import left_behind, pointed_at_still
from kartu.clients.models import Client, ClientRow, ClientRowValue, ClientValue
from kartu.records.custom.definitions import fields_of
from kartu.records.custom.formulas import Formulas
from kartu.records.custom.projecting import formulas_for, projected, worked_out_by
from kartu.records.custom.references import prepare
from kartu.records.custom.working import pending
from kartu.records.models import Customised, ProjectedValue
from kartu.security.rows import trash_is_over

WHY = "to see that what a client repeats of its parts is so"
CHUNK = 500
PROJECTED = ("record_id", "field_id", "text", "number", "day", "moment")


def parts_are_repeated() -> Iterator[str]:
    """Phone, e-mail, city, last and next touch on a client are those of its parts."""
    columns = derived.columns()
    told = {f"told_{name}": value for name, value in columns.items()}
    # One whose time in the trash is over is being removed from its parts up, and nobody sees it any more.
    going = Q(trashed_at__lte=trash_is_over())
    rows = Client.objects.as_system(WHY).exclude(going).annotate(**told).order_by("pk")
    names = [*columns, *told]
    for pk, *values in rows.values_list("pk", *names).iterator(CHUNK):
        half = len(columns)
        wrong = [name for name, has, is_ in zip(columns, values[:half], values[half:], strict=True) if has != is_]
        if wrong:
            yield f"clients.client {pk}: {', '.join(wrong)} is not what its parts say; change one of them, or save it"


def own_fields_are_repeated() -> Iterator[str]:
    """What lists look at of the firm's own fields is what the clients hold."""
    for model, projections in ((Client, ClientValue), (ClientRow, ClientRowValue)):
        yield from values_are_repeated(model, projections)


def values_are_repeated(model: type[Customised], projections: type[ProjectedValue]) -> Iterator[str]:
    values = projections.objects.as_system(WHY)
    has_some = Exists(values.filter(record_id=OuterRef("pk"))) | ~Q(custom={}) | ~Q(worked_out={})
    told = model.objects.as_system(WHY).filter(has_some)
    pairs = told.order_by("pk").values_list("pk", "custom", "worked_out").iterator(CHUNK)
    while rows := list(islice(pairs, CHUNK)):
        there: dict[int, Counter] = defaultdict(Counter)
        for pk, *columns in values.filter(record_id__in=[row[0] for row in rows]).values_list(*PROJECTED):
            there[pk][tuple(columns)] += 1
        prepare(list(fields_of(Client._meta.label_lower).values()), [row[1] for row in rows])
        for pk, custom, worked_out in rows:
            should = Counter(
                tuple(columns[name] for name in PROJECTED[1:])
                for columns in projected(model.shaped_entity(), pk, {**custom, **worked_out})
            )
            if should != there[pk]:
                name = model._meta.label_lower
                yield f"{name} {pk} is found by other values of the firm's own fields than it holds; save it"


def formulas_are_worked_out() -> Iterator[str]:
    """What the formulas gave is what they give, but for those that are being worked out in the background."""
    waiting = {str(pk) for pk in pending(Client._meta.label_lower)}
    known: dict[tuple, Formulas] = {}
    for model in (Client, ClientRow):
        for row in model.objects.as_system(WHY).order_by("pk").iterator(CHUNK):
            if row.shaped_by not in known:
                known[row.shaped_by] = formulas_for(*row.shaped_by)
            told, now = (
                {key: kept for key, kept in each.items() if key not in waiting}
                for each in (row.worked_out, worked_out_by(known[row.shaped_by], row))
            )
            if told != now:
                yield f"{model._meta.label_lower} {row.pk} holds what its formulas gave before; save it"


def merged_cards_are_empty() -> Iterator[str]:
    """What hung on a card that was merged into another hangs on that one."""
    for field, loser_id, winner_id in left_behind():
        yield f"{field.model._meta.label_lower} rows point at client {loser_id}, which is merged into {winner_id}"
    for loser_id, winner_id in sorted(pointed_at_still()):
        yield f"a field of the firm's own points at client {loser_id}, which is merged into {winner_id}"
