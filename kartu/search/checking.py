"""Whether the index says what the records say. For `kartu check`."""

from django.utils.translation import gettext as _

from kartu.search import storage
from kartu.search.models import Doc
from kartu.search.sources import Source, sources


def problems(using: str = "default") -> list[str]:
    """What is wrong with the index, a sentence each; `kartu reindex` mends all of it. Reads the whole index."""
    found = [_("The search lacks %(name)s") % {"name": name} for name in storage.missing(using)]
    found += [_("The search table %(name)s is damaged") % {"name": name} for name in storage.damaged(using)]
    for source in sources:
        found += _strays(source)
    return found


def _strays(source: Source) -> list[str]:
    docs = Doc.objects.filter(kind=source.key)
    lost = source.all().exclude(pk__in=docs.values("object_id")).count()
    stale = docs.exclude(object_id__in=source.all().values("pk")).count()
    said = {"kind": source.label, "lost": lost, "stale": stale}
    return [
        text % said
        for text, count in (
            (_("%(kind)s that the search cannot find: %(lost)s"), lost),
            (_("%(kind)s that the search shows though they are gone: %(stale)s"), stale),
        )
        if count
    ]
