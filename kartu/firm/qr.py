"""Links as QR codes, drawn without a style of their own: the page's content policy allows none."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

MARGIN = 4  # modules; readers need that much


def qr_svg(text: str, label: str) -> SafeString:
    """An SVG of the QR code of `text`, dark on white in any theme, for readers want it so. `label` says what it is."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    size = len(rows) + 2 * MARGIN
    path = "".join(
        f"M{x + MARGIN} {y + MARGIN}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return format_html(
        '<svg class="qr-k" width="220" height="220" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" '
        'shape-rendering="crispEdges"><path fill="white" d="M0 0h{0}v{0}H0z"/><path fill="black" d="{2}"/></svg>',
        size,
        label,
        path,
    )
