"""The person at the screen: language, time zone and the country's way with numbers hold for the whole request."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from kartu.core import formats
from kartu.firm import presence

LANGUAGES = {code for code, _name in settings.LANGUAGES}


def person(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            language, zone, country = user.language, user.time_zone, user.firm_country or ""
            presence.note(request)
        else:
            # A choice at the sign-in page is kept in a cookie, which Django's function looks into first.
            language, zone, country = translation.get_language_from_request(request), settings.TIME_ZONE, ""
        region = formats.region.set(country)
        try:
            with translation.override(language if language in LANGUAGES else "en"), timezone.override(zone_of(zone)):
                request.LANGUAGE_CODE = translation.get_language()
                response = get_response(request)
        finally:
            formats.region.reset(region)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The zone called `name`; UTC where the name is unknown, so that a bad setting never locks a person out."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
