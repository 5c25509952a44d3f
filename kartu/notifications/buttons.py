"""What can be done about a notice at once, where it stands: "Done", "Open the card"."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme


@dataclass(frozen=True)
class Button:
    """`url` is an address of the program; `posts` sends to it, and the notice counts as opened; else it leads there."""

    label: str | Promise
    url: str
    posts: bool = False

    def kept(self) -> dict:
        if not url_has_allowed_host_and_scheme(self.url, allowed_hosts=None):
            raise ValueError(f"A button of a notice leads to a page of the program, not to {self.url}")
        return {"label": str(self.label), "url": self.url, "posts": self.posts}
