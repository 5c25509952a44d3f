"""Who may do what with files and with changes; which ones follows from the records they are about."""

from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Scope
from kartu.core.rights import declare

# The ready roles that work with records; the auditor only reads.
EVERYBODY = dict.fromkeys(("head", "seller", "storekeeper", "accountant", "expert", "marketing"), Scope.ALL)
LEADERS = dict.fromkeys(("head", "expert", "marketing"), Scope.ALL)

FILES_VIEW = declare("files.view", _("See which files a record has"), **EVERYBODY, auditor=Scope.ALL)
FILES_ATTACH = declare("files.attach", _("Attach files and change them"), **EVERYBODY)
FILES_DOWNLOAD = declare("files.download", _("Open and download files"), **EVERYBODY, auditor=Scope.ALL)

UNDO = declare("changes.undo", _("Take back what one has done oneself"), **EVERYBODY)
UNDO_OTHERS = declare("changes.undo_others", _("See and take back what others have done"), head=Scope.ALL)

EMPTY = declare("trash.empty", _("Remove what lies in the trash for good"), scoped=False)

SAVE_VIEWS = declare("lists.views", _("Keep filters of lists under a name"), scoped=False, **EVERYBODY)
SHARE_VIEWS = declare("lists.share_views", _("Give kept filters to colleagues"), scoped=False, **LEADERS)
LISTS = declare("lists.work", _("Let long work on lists go on in the background"), scoped=False, **EVERYBODY)

APPROVE_EXPORTS = declare("lists.approve_exports", _("Agree to large exports of others"), scoped=False)

SHAPE = declare(
    "sections.change", _("Add sections and fields to cards, and say who sees them"), scoped=False, expert=Scope.ALL
)
