"""What goes wrong in the programs' interface, in the one shape that the reference promises: {code, message, fields}.

`code` is a word for programs and never changes, `message` a sentence in the person's language, `fields` maps the names
of what was sent to sentences: {"items.3.phone": ["…"]}. An app with exceptions of its own adds a `Refusal`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.errors import ValidationError as Misshapen
from pydantic import BaseModel

from kartu.core.registry import Registry
from kartu.core.trouble import Trouble

Fields = dict[str, list[str]]


class Error(BaseModel):
    """Why nothing was done."""

    code: str
    message: str
    fields: dict[str, list[str]]


@dataclass(frozen=True)
class Refusal:
    """How an exception is answered: `answer(request, exception)` gives the response."""

    exception: type[Exception]
    answer: Callable[[HttpRequest, Any], JsonResponse]

    @property
    def key(self) -> str:
        return f"{self.exception.__module__}.{self.exception.__qualname__}"


refusals: Registry[Refusal] = Registry(
    "core.api.refusals", "Exceptions that the programs' interface answers: a Refusal."
)


def error(status: int, code: str, message: str, fields: Fields | None = None) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, "fields": fields or {}}, status=status)


def no_token(message: str = "") -> JsonResponse:
    response = error(401, "token", message or _("Send an access token: Authorization: Bearer kartu_…"))
    response["WWW-Authenticate"] = 'Bearer realm="Kartu"'
    return response


def no_right() -> JsonResponse:
    return error(403, "right", _("The token does not open this, or its person may not do it"))


def not_found() -> JsonResponse:
    return error(404, "not_found", _("Nothing is here, or it belongs to somebody else"))


def not_understood(message: str = "", fields: Fields | None = None) -> JsonResponse:
    return error(400, "not_understood", message or _("This cannot be read"), fields)


def no_method(allowed: list[str]) -> JsonResponse:
    response = error(405, "method", _("This address is not asked so"))
    response["Allow"] = ", ".join(allowed)
    return response


def invalid(fields: Fields, message: str = "") -> JsonResponse:
    return error(422, "invalid", message or " ".join(dict.fromkeys(sum(fields.values(), []))), fields)


def too_many(seconds: int) -> JsonResponse:
    told = _("More calls than this token may make in a minute: go on after the seconds in Retry-After")
    response = error(429, "too_many", told)
    response["Retry-After"] = str(seconds)
    return response


def in_trouble(trouble: Trouble) -> JsonResponse:
    return error(trouble.status, trouble.code, f"{trouble.title}. {trouble.text}")


def failed() -> JsonResponse:
    return error(500, "failed", _("That did not work, and nothing was changed"))


# --- exceptions ------------------------------------------------------------------------------------------------------


def as_fields(refused: ValidationError, before: str = "") -> Fields:
    """The sentences of a ValidationError by the names they are about, with `before` ("items.3.") in front of these."""
    if not hasattr(refused, "error_dict"):
        return {before.rstrip("."): refused.messages} if before else {}
    fields = {}
    for name, errors in refused.error_dict.items():
        key = before.rstrip(".") if name == "__all__" else before + name
        fields[key] = [message for each in errors for message in each.messages]
    return fields


def answer_validation(request: HttpRequest, refused: ValidationError) -> JsonResponse:
    return invalid(as_fields(refused), " ".join(dict.fromkeys(refused.messages)))


def answer_misshapen(request: HttpRequest, refused: Misshapen) -> JsonResponse:
    """A body that is not as the schema says is 422; a part of the address that is not, 400."""
    if refused.errors[0]["loc"][0] == "path":
        return not_found()
    fields: Fields = {}
    for each in refused.errors:
        place, *names = each["loc"]
        # Of a JSON body, the first name is that of our own argument.
        names = names[1:] if place == "body" and len(names) > 1 else names
        fields.setdefault(".".join(map(str, names)), []).append(sentence(each))
    if refused.errors[0]["loc"][0] in ("body", "form", "file"):
        return invalid(fields)
    return not_understood(fields=fields)


def sentence(wrong: dict[str, Any]) -> str:
    told = {
        "missing": _("This is needed"),
        "extra_forbidden": _("There is no such field, or it is not to be set here"),
    }
    return told.get(wrong["type"], wrong["msg"])


for exception, answer in (
    (ValidationError, answer_validation),
    (Misshapen, answer_misshapen),
    (BadRequest, lambda request, refused: not_understood(str(refused))),
    (PermissionDenied, lambda request, refused: no_right()),
    (Http404, lambda request, refused: not_found()),
    # What the library says itself: a body that is no JSON.
    (HttpError, lambda request, refused: not_understood()),
):
    refusals.add(Refusal(exception, answer))
