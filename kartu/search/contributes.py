"""What this app adds to the lists of the apps below it. Read this file first."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from kartu.core.actors import Actor
from kartu.core.api import resources
from kartu.search import jobs  # noqa: F401 - they add themselves
from kartu.search.api import SEARCH
from kartu.search.checking import finds_what_is_there, says_what_is_there, storage_stands
from kartu.search.index import follow
from kartu.security import audit
from kartu.security.invariants import Invariant, invariants
from kartu.security.logbook.places import LogPlace, log_places
from kartu.security.models import ViewRow

resources.add(SEARCH)


def search_again(kind: str, object_type: str, told: dict[str, Any], by: Actor) -> tuple[str, str] | None:
    """What was searched for, on the page that searches for it."""
    text = told.get("text")
    if kind != ViewRow.SEARCH or not isinstance(text, str):
        return None
    return f"“{text}”", f"{reverse('search:search')}?{urlencode({'q': text})}"


log_places.add(LogPlace("search", search_again, order=10))


def renew_index(sender: object, roots: set[tuple[str, int]], **kwargs: object) -> None:
    """Whatever an action has written is found under its new words as soon as it is committed."""
    follow(roots)


audit.written.connect(renew_index, dispatch_uid="search.renew_index")

invariants.add(Invariant("search.storage", "Words lead to the records they stand in", storage_stands, 130))
invariants.add(
    Invariant("search.records", "Every record can be found, and none that is gone", finds_what_is_there, 131)
)
invariants.add(Invariant("search.words", "Records are found by the words they have now", says_what_is_there, 132))
