"""Links as QR codes, drawn without a style of their own: the page's content policy allows none."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

MARGIN = 4  # modules; readers need that much


def qr_svg(text: str, label: str) -> SafeString:
    """An SVG of the QR code of `text`, scaled by the page. `label` says what it leads to."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    size = len(rows) + 2 * MARGIN
    path = "".join(
        f"M{x + MARGIN} {y + MARGIN}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<path class="qr-paper" d="M0 0h{0}v{0}H0z"/><path class="qr-ink" d="{2}"/></svg>',
        size,
        label,
        path,
    )
