"""The built front end: plain names to hashed files, as the build's manifest.json tells them."""

import json
import logging
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

HOW_TO_BUILD = "The front end is not built. Run: npm ci && npm run build"
log = logging.getLogger(__name__)


def asset_url(name: str) -> str:
    """Address of the built file called `name` ("app.css", "app.js", "icons.svg" ...).

    Without a build a page cannot work and ImproperlyConfigured says what to run. Tests of what the server
    answers need no build: they get an address that leads nowhere, and one line in the log.
    """
    path = settings.FRONTEND_MANIFEST
    # A rebuild while the developer's server runs shows at once; elsewhere the file never changes.
    changed = path.stat().st_mtime_ns if settings.DEBUG and path.exists() else 0
    files = manifest(path, changed)
    if files is None:
        return f"{settings.STATIC_URL}not-built/{name}"
    return f"{settings.STATIC_URL}{files[name]}"


@lru_cache(maxsize=2)
def manifest(path: Path, changed: int) -> dict[str, str] | None:
    """Name -> file under STATIC_URL; None without a build, which only tests may do without."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not settings.TESTING:
            raise ImproperlyConfigured(HOW_TO_BUILD) from None
        log.warning(HOW_TO_BUILD)
        return None
