"""A program that calls the interface with a token, in tests."""

import json
from typing import Any

from django.test import Client as Browser

from kartu.core.rights import rights
from kartu.firm.models import User
from kartu.security.models import AccessToken
from kartu.security.tokens import make_token


class Calls:
    """`Calls(person)` may all that the person may, `Calls(person, "clients.view")` only that."""

    def __init__(self, person: User, *codes: str) -> None:
        codes = codes or tuple(right.code for right in rights if person.may(right.code))
        self.token: AccessToken
        self.token, text = make_token(person=person, name="a test", rights=codes)
        self.headers = {"Authorization": f"Bearer {text}"}
        # Nothing that a real request meets is left out.
        self.browser = Browser(enforce_csrf_checks=True, raise_request_exception=False, headers=self.headers)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser.generic(method, f"/api/v1/{path}", headers={**self.headers, **named}, **sent)

    def get(self, path: str) -> Any:
        """What a GET answers, which must be 200."""
        response = self("GET", path)
        assert response.status_code == 200, response.content
        return response.json()
