"""Who may do what with files. Which ones: those on records that he sees (to attach: that he may change)."""

from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Scope
from kartu.core.rights import declare

FILES_VIEW = declare("files.view", _("See which files a record has"), head=Scope.ALL, seller=Scope.ALL)
FILES_ATTACH = declare("files.attach", _("Attach files and change them"), head=Scope.ALL, seller=Scope.ALL)
FILES_DOWNLOAD = declare("files.download", _("Open and download files"), head=Scope.ALL, seller=Scope.ALL)
