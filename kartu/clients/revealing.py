"""A masked phone or e-mail on the screen, with the button that shows it once."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kartu.core.components.basics import glyph


def masked_html(mask: str, url: str) -> SafeString:
    """`mask`, and a button that puts what `url` answers in its place."""
    return format_html(
        '<span class="mask-k"><span class="tn t2 nw">{}</span><button type="button" class="btn btn-ghost btn-ic" '
        'aria-label="{}" title="{}" hx-post="{}" hx-target="closest .mask-k" hx-swap="outerHTML">{}</button></span>',
        mask,
        _("Show %(mask)s") % {"mask": mask},
        _("Show it. That you did stands in the log."),
        url,
        glyph("eye"),
    )


def masked_cell(client_id: int, name: str, mask: str) -> SafeString:
    """`name`: "phone" or "email", the first one of the client, as lists show it."""
    return masked_html(mask, f"/clients/{client_id}/reveal/{name}/")


def masked_way(client_id: int, channel_id: int, mask: str) -> SafeString:
    return masked_html(mask, f"/clients/{client_id}/channels/{channel_id}/reveal/")
