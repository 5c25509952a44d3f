"""What this app adds to the lists of the apps below it. Read this file first."""

from kartu.search.index import follow
from kartu.security import audit


def renew_index(sender: object, roots: set[tuple[str, int]], **kwargs: object) -> None:
    """Whatever an action has written is found under its new words as soon as it is committed."""
    follow(roots)


audit.written.connect(renew_index, dispatch_uid="search.renew_index")
