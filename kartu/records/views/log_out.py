"""The log leaves as a file: for a purpose, with a mark, and with a line of its own."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kartu.core.access import access
from kartu.firm.views.again import first_prove
from kartu.records import log_out
from kartu.records.lists import approval, exports
from kartu.records.views.lists.common import refusal
from kartu.records.views.lists.out import as_download
from kartu.security.alerts.freezing import Frozen
from kartu.security.logbook.asked import Reach
from kartu.security.logbook.forms import LogForm
from kartu.security.rights import EXPORT_LOG


@require_POST
@access(EXPORT_LOG)
def log_file(request: HttpRequest) -> HttpResponse:
    """What `query` (as the page of the log has it) finds, as CSV, for a `purpose`. Large ones are the owner's, who
    proves himself again."""
    form = LogForm(QueryDict(request.POST.get("query", "")), reach=Reach.of(request.user))
    if not form.is_valid():
        return refusal(_("The log does not understand this question"))
    asked, path = form.asked(), exports.temporary("csv")
    try:
        purpose = approval.purpose_of(request.POST.get("purpose", ""))
        written = log_out.write_log(asked, path, request.user)
        if approval.is_large(written.rows):
            if not request.user.is_owner:
                raise ValidationError(_("So many rows leave only when a second person agrees: choose fewer days"))
            if page := first_prove(request):
                path.unlink()
                return page
        log_out.tell_log_export(asked, written, purpose, request.user)
    except BaseException as failed:
        path.unlink(missing_ok=True)
        if isinstance(failed, Frozen):
            return refusal(str(failed), status=403)
        if isinstance(failed, ValidationError):
            return refusal(" ".join(failed.messages))
        raise
    return as_download(path, log_out.file_name(), is_ours=True)
