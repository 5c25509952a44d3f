"""People for tests of apps that lie below the people."""

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model

_numbers = count(1)


def person(role: str = "seller", **fields: Any) -> Any:
    """A saved person of the ready role `role`, with an address of his own."""
    people = get_user_model()
    roles = people._meta.get_field("role").related_model
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.com")
    fields.setdefault("name", f"Person {number}")
    role_row, _new = roles.objects.get_or_create(code=role, defaults={"name": role})
    return people.objects.create_user(role=role_row, **fields)
