"""Icons that apps name in registries: a menu without its picture is a hole in the menu."""

from django.conf import settings

from kartu.core.frontend import asset_url
from kartu.core.registry import Registry


def test_every_icon_that_a_registry_names_is_in_the_sprite():
    sprite = (settings.STATIC_ROOT / asset_url("icons.svg").removeprefix(settings.STATIC_URL)).read_text()

    named = {
        (registry.name, item.icon)
        for registry in Registry.all.values()
        for item in registry
        if isinstance(getattr(item, "icon", None), str) and item.icon
    }

    assert named
    assert {pair for pair in named if f'id="{pair[1]}"' not in sprite} == set()
