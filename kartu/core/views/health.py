"""What may be asked of the program without a password: whether it is alive, and whether it works."""

import shutil
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kartu.core.access import public
from kartu.core.jobs.care import CLOCK_STANDS_AFTER
from kartu.core.models import ClockSpan
from kartu.core.trouble import disk

LITTLE_ROOM = 100 * 1024**2


@require_safe
@public("whoever watches over the machine has no password; the answer is one word")
def health(request: HttpRequest) -> HttpResponse:
    """200 when the program answers and its database does."""
    return one_word("ok" if answers() else "no database")


@require_safe
@public("a program that watches over the computer has no password; the answer is one word")
def healthz(request: HttpRequest) -> HttpResponse:
    """200 and "ok" when all is at work; else 503 and the one word of what is not: database, disk or worker."""
    if not answers():
        return one_word("database")
    if disk.fails or shutil.disk_usage(settings.DATA_DIR).free < LITTLE_ROOM:
        return one_word("disk")
    now = timezone.now()
    beats = ClockSpan.objects.up_to(now).filter(until__gt=now - timedelta(seconds=CLOCK_STANDS_AFTER))
    return one_word("ok" if beats.exists() else "worker")


def answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def one_word(word: str) -> HttpResponse:
    return HttpResponse(word, status=200 if word == "ok" else 503, content_type="text/plain; charset=utf-8")
