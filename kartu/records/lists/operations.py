"""Ways to compare: what each is called in an address, in the builder of filters and in the sentence of a chip."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

NONE, ONE, TWO, MANY, DAYS = "none", "one", "two", "many", "days"


@dataclass(frozen=True)
class Operation:
    """`code` stands in addresses and saved views, so it never changes. `takes`: how many values it needs.

    `label` is offered in the builder; `sentence` is what a chip says, with the values filled in.
    """

    code: str
    takes: str
    label: str
    sentence: str


OPERATIONS = {
    operation.code: operation
    for operation in (
        Operation("any", MANY, _("is"), _("is %(value)s")),
        Operation("none", MANY, _("is not"), _("is not %(value)s")),
        Operation("is", ONE, _("is"), _("is %(value)s")),
        Operation("has", ONE, _("contains"), _("contains %(value)s")),
        Operation("starts", ONE, _("starts with"), _("starts with %(value)s")),
        Operation("more", ONE, _("is more than"), _("is more than %(value)s")),
        Operation("less", ONE, _("is less than"), _("is less than %(value)s")),
        Operation("between", TWO, _("is between"), _("is between %(value)s and %(other)s")),
        Operation("before", ONE, _("is before"), _("is before %(value)s")),
        Operation("after", ONE, _("is after"), _("is after %(value)s")),
        Operation(
            "last",
            DAYS,
            _("in the last … days"),
            ngettext_lazy("in the last %(value)s day", "in the last %(value)s days", "value"),
        ),
        Operation(
            "next",
            DAYS,
            _("in the next … days"),
            ngettext_lazy("in the next %(value)s day", "in the next %(value)s days", "value"),
        ),
        Operation(
            "older",
            DAYS,
            _("more than … days ago"),
            ngettext_lazy("more than %(value)s day ago", "more than %(value)s days ago", "value"),
        ),
        Operation("empty", NONE, _("is empty"), _("is empty")),
        Operation("filled", NONE, _("is not empty"), _("is not empty")),
        Operation("yes", NONE, _("yes"), _("yes")),
        Operation("no", NONE, _("no"), _("no")),
    )
}
