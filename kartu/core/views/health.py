from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kartu.core.access import public


@require_safe
@public("whoever watches over the machine has no password; the answer is one word")
def health(request: HttpRequest) -> HttpResponse:
    """200 when the program answers and its database does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
