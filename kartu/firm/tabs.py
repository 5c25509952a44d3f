"""The sections of Settings. Apps above add theirs."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from kartu.core.registry import Registry


@dataclass(frozen=True)
class SettingsTab:
    """A section of Settings: a page of its own under the common line of words."""

    key: str
    label: str
    url_name: str
    order: int
    right: str = ""


settings_tabs: Registry[SettingsTab] = Registry(
    "firm.settings_tabs", "Sections of Settings: a SettingsTab, shown to those who hold its right."
)


def tabs_for(request: HttpRequest) -> list[dict]:
    """What firm/_settings.html shows."""
    shown = [tab for tab in settings_tabs if not tab.right or request.user.may(tab.right)]
    urls = [(tab.label, reverse(tab.url_name)) for tab in shown]
    here = max((url for _label, url in urls if request.path.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "is_here": url == here} for label, url in urls]
