"""What the behaviours in the browser say, in the person's language: one block of JSON on every page."""

from functools import lru_cache

from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

WORDS = {
    "close": _("Close"),
    "cancel": _("Cancel"),
    "undo": _("Undo"),
    "which": _("Which ones"),
    "i_know": _("I know"),
    "later_5": _("In 5 min"),
    "again": _("Try again"),
    "seconds": _("%(count)s s"),
    "changed_meanwhile": _(
        "A colleague has changed this meanwhile. If you change it, too, saving asks which of the two stays."
    ),
    "saving": _("Saving"),
    "saved": _("Saved"),
    "copied": _("Copied"),
    "loading": _("Loading"),
    "find": _("Find anything"),
    "find_hint": _("A name, the end of a phone number, an e-mail, a number of a document"),
    "found_nothing": _("Nothing found for “%(query)s”. Try fewer letters, or a part of the phone."),
    "do": _("Do"),
    "offline": _("No answer from Kartu. Is the computer it runs on switched on? Nothing is lost: try again."),
    "failed": _("That did not work, and nothing was changed. Try again; if it stays so, tell the owner."),
    "leave": _("What you typed here is not saved yet."),
    "leave_yes": _("Leave it"),
    "leave_no": _("Go on typing"),
    "draft": _("Draft of %(time)s brought back"),
    "draft_drop": _("Start afresh"),
    "draft_kept": _("draft kept, %(time)s"),
    "yes": _("Do it"),
    "pick_none": _("Nothing fits"),
    "pick_new": _("New: “%(text)s”"),
    "pick_new_empty": _("New"),
    "pick_remove": _("Take out %(label)s"),
    "pick_found": _("%(count)s found"),
    "creating": _("being created in the drawer on the right"),
    "selected": _("%(count)s selected"),
    "select_all": _("Select all %(count)s"),
    "all_selected": _("All %(count)s selected"),
    "pasted": _("%(count)s cells pasted"),
    "paste_preview": _("What would change"),
    "paste_failed": _("Nothing was pasted: %(reason)s"),
    "copied_rows": _("%(count)s rows copied"),
    "too_big": _("%(name)s is too big"),
    "sending": _("Sending %(name)s"),
    "sent": _("%(name)s is here"),
    "keys": _("Keys"),
    "key_find": _("Find anything"),
    "key_search": _("Search in this list"),
    "key_new": _("New"),
    "key_next": _("Next, previous"),
    "key_select": _("Select a row"),
    "key_open": _("Open"),
    "key_look": _("A look without leaving"),
    "key_done": _("Done"),
    "key_move": _("Another time"),
    "key_call": _("Call"),
    "key_write": _("Write"),
    "key_hand": _("Hand over"),
    "key_snooze": _("Snooze"),
    "key_kinds": _("What happened, on a card: note, call, meeting"),
    "key_views": _("In the scheduler: team, day, 3 days, week, month, list"),
    "key_save": _("Save"),
    "key_save_close": _("Save and close"),
    "key_save_new": _("Save and new"),
    "key_close": _("Close the top drawer"),
    "key_undo": _("Undo the last act"),
    "key_print": _("Print what the page has a paper of"),
    "key_sheet": _("This sheet"),
}


def words_block() -> SafeString:
    """`<script type="application/json" id="k-words">`: data, which the content policy never runs."""
    return _block(get_language())


@lru_cache(maxsize=8)
def _block(language: str) -> SafeString:
    return json_script({key: str(text) for key, text in WORDS.items()}, "k-words")
