"""Pages travel compressed: an old computer on a slow line sees them sooner."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSED = ("text/html", "application/json", "text/csv")
FROM = 1024  # bytes; below that the packaging costs more than it saves


class CompressPages(GZipMiddleware):
    """Django's gzip, but only for text: an Excel file or a PDF is compressed already.

    A page holds both what a stranger may have sent and the secret of its forms, which is what the BREACH attack needs:
    Django masks the secret anew in each page and adds a random number of bytes to each compressed answer.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(COMPRESSED):
            return response
        if not response.streaming and len(response.content) < FROM:
            return response
        return super().process_response(request, response)
