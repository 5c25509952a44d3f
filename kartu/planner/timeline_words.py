"""What the timeline says, in the person's language. It is sent with its page only."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS = {
    "back": _("Back"),
    "forward": _("Forward"),
    "today": _("Today"),
    "period": _("Period"),
    "days_1": _("Day"),
    "days_3": _("3 days"),
    "days_7": _("Week"),
    "days_14": _("2 weeks"),
    "days_21": _("3 weeks"),
    "nearer": _("Nearer"),
    "farther": _("Farther"),
    "how": _("How it is shown"),
    "snap": _("Catches at"),
    "min_1": _("1 minute"),
    "min_5": _("5 minutes"),
    "min_15": _("15 minutes"),
    "colours": _("Colours"),
    "by_kind": _("By kind"),
    "by_state": _("By state"),
    "by_client": _("By client"),
    "all_hours": _("All 24 hours"),
    "undated": _("Without a time"),
    "undated_hint": _("Pull onto a person. It lands to the minute and can be undone."),
    "load": _("%(hours)s h"),
    "minutes": _("%(count)s min"),
    "of": _("%(done)s of %(open)s h"),
    "over": pgettext_lazy("more work than time", "over"),
    "clash": _("at the same time as another"),
    "late": _("late"),
    "done": _("done"),
    "empty": _("Empty: %(where)s"),
    "selected": _("%(count)s selected"),
    "moving": _("Carried. Arrows move it, digits are a time, Enter puts it down, Esc leaves it where it was."),
    "moving_days": _(
        "Carried. Arrows move it, digits are a time, A is all day, Enter puts it down, Esc leaves it where it was."
    ),
    "all_day": _("all day"),
    "widening": _("Its end is in your hand. Arrows move it, E takes the beginning, Enter puts it down."),
    "let_go": _("Left where it was"),
    "exact": _("The exact time"),
    "date": _("Day"),
    "from": _("From"),
    "until": _("Until"),
    "who": _("Who"),
    "put_here": _("Put here"),
    "give_back": _("Give it back"),
    "cancel": _("Cancel"),
    "wheel": _("wheel"),
    "keys": _("Keys of the scheduler"),
    "k_go": _("From one to the next"),
    "k_grid": _("By the grid, over empty places"),
    "k_open": _("Open it at the side"),
    "k_move": _("Take it in the hand; arrows then move it, Enter puts it down"),
    "k_hour": _("In the hand: an hour"),
    "k_day": _("In the hand: a day"),
    "k_minute": _("In the hand: a minute"),
    "k_digits": _("In the hand, with the mouse too: 14:23 to the minute"),
    "k_end": _("Move its end, again: its beginning"),
    "k_exact": _("Type the exact time"),
    "k_new": _("New, in the empty place"),
    "k_select": _("Select several, to move them together"),
    "k_page": _("The days before and after"),
    "k_now": _("Today"),
    "k_let_go": _("Leave it where it was"),
    "k_zoom": _("Nearer and farther"),
    "k_free": _("While pulling: to the minute, past the grid"),
    "k_lasso": _("While pulling over empty places: select"),
}

# Those of them that are needed to carry something through the days of one person.
IN_HAND = (
    *("moving_days", "widening", "let_go", "all_day", "exact", "date", "from", "until", "who", "put_here", "give_back"),
    "cancel",
)

# How kinds of tasks look.
KINDS = [
    {"key": "call", "label": _("Call"), "icon": "phone", "color": "c1"},
    {"key": "meeting", "label": _("Meeting"), "icon": "users", "color": "c2"},
    {"key": "visit", "label": _("Visit"), "icon": "tool", "color": "c3"},
    {"key": "task", "label": _("Task"), "icon": "checkbox", "color": "c4"},
    {"key": "letter", "label": _("Letter"), "icon": "mail", "color": "c5"},
]
