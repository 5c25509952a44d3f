"""Which section of a card is shown first."""

from collections.abc import Collection

from django.http import HttpRequest


def remembered(request: HttpRequest, group: str, keys: Collection[str]) -> str:
    """The section that the address names, else the one this person chose last in `group`, else the first of `keys`."""
    for key in (request.GET.get("tab"), request.COOKIES.get(f"kartu_tab_{group}")):
        if key in keys:
            return key
    return next(iter(keys))
