"""The sections of Settings, in groups. Apps above add theirs."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from kartu.core.addresses import address
from kartu.core.registry import Registry


@dataclass(frozen=True)
class SettingsGroup:
    """A heading in the list of settings. An app may make one of its own beside those below."""

    key: str
    label: str
    order: int


IN_FIRM = SettingsGroup("firm", _("Firm"), 10)
IN_PEOPLE = SettingsGroup("people", _("People and rights"), 20)
IN_CLIENTS = SettingsGroup("clients", _("Clients and fields"), 30)
IN_SAFETY = SettingsGroup("safety", _("Safety"), 40)
IN_SERVER = SettingsGroup("server", _("Own server"), 50)


@dataclass(frozen=True)
class SettingsTab:
    """A section of Settings: a page of its own beside the list of all. order: within its group."""

    key: str
    label: str
    url_name: str
    group: SettingsGroup
    order: int
    right: str = ""


settings_tabs: Registry[SettingsTab] = Registry(
    "firm.settings_tabs", "Sections of Settings: a SettingsTab, shown under its group to those who hold its right."
)


@dataclass(frozen=True)
class SettingsList:
    """What firm/_settings.html shows to one person on one page. here: the words of the page looked at, "" elsewhere."""

    groups: list[dict]
    here: str
    template = "firm/_settings.html"

    @property
    def first_url(self) -> str:
        return self.groups[0]["tabs"][0]["url"]

    @cached_property
    def html(self) -> SafeString:
        """The groups with their links. They stand on a page twice, and are many: put together once, and in Python."""
        return mark_safe("".join(group_html(group) for group in self.groups))  # noqa: S308 - escaped


def group_html(group: dict) -> str:
    label = escape(group["label"])
    tabs = "".join(map(tab_html, group["tabs"]))
    return f'<div class="cap" aria-hidden="true">{label}</div><ul aria-label="{label}">{tabs}</ul>'


def tab_html(tab: dict) -> str:
    marked = ' class="on" aria-current="page"' if tab["is_here"] else ""
    label = escape(tab["label"])
    # The words are cut where the list is too narrow for them.
    return f'<li><a href="{tab["url"]}" title="{label}"{marked}>{label}</a></li>'


def tabs_for(request: HttpRequest) -> SettingsList:
    """The list of settings with the page marked on which `request` is. Some pages of it are for everybody."""
    shown = [tab for tab in settings_tabs if not tab.right or request.user.may(tab.right)]
    urls = {tab.key: address(tab.url_name) for tab in shown}
    here = max((url for url in urls.values() if request.path.startswith(url)), key=len, default="")
    shown.sort(key=lambda tab: (tab.group.order, tab.order))
    groups = [
        {
            "label": group.label,
            "tabs": [{"label": tab.label, "url": urls[tab.key], "is_here": urls[tab.key] == here} for tab in tabs],
        }
        for group, tabs in groupby(shown, key=lambda tab: tab.group)
    ]
    words = next((tab["label"] for group in groups for tab in group["tabs"] if tab["is_here"]), "")
    return SettingsList(groups, words)


def all_urls() -> list[str]:
    """Where the sections of Settings are: with some the address says of what they are."""
    return [address(tab.url_name) for tab in settings_tabs]
