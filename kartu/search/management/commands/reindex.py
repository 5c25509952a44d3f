"""`kartu reindex`: make the search index anew. Safe at any time; people find the old until the new is there."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from kartu.search import storage
from kartu.search.checking import problems
from kartu.search.index import rebuild


class Command(BaseCommand):
    help = "Make the search index anew"

    def handle(self, *args: Any, **options: Any) -> None:
        storage.install()
        count = rebuild(lambda kind, done: self.stderr.write(f"{kind}: {done}"))
        self.stdout.write(_("%(count)s records can be found") % {"count": count})
        for problem in problems():
            self.stdout.write(problem)
