"""Reminders to clients: on a task, and how the firm wants them."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.clients.messages.kinds import message_kinds
from kartu.clients.messages.sending import words_of
from kartu.clients.messages.words import EMAIL, SMS, template_of
from kartu.clients.models import MessageTemplate
from kartu.clients.views.common import form_page, is_sent, posted
from kartu.core.access import access
from kartu.core.toasts import flash
from kartu.firm.rights import SETTINGS
from kartu.notifications.sms.texts import segments
from kartu.planner import actions
from kartu.planner.forms.client_reminders import ClientReminderForm, ClientRemindersForm, WordsForm
from kartu.planner.forms.tasks import NewTaskForm
from kartu.planner.models import ClientReminder, Task
from kartu.planner.reminding_clients import KEY, draft_of
from kartu.planner.rights import CHANGE, CREATE
from kartu.planner.views.common import acted, form_answer, task_or_404, task_url
from kartu.planner.views.parts import part_or_404
from kartu.records.undoing import undoable

LANGUAGES = dict(settings.LANGUAGES)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Where to and how long before, with the words as the client will read them."""
    task = task_or_404(request, pk, CHANGE)
    form = ClientReminderForm(posted(request), task=task, by=request.user)
    words = {"title": _("Remind the client"), "verb": _("Remind"), "done": _("The client will be reminded")}
    context = {"previews": previews(task, form), "note": task.title}
    return form_answer(request, form, task=task, template="planner/client_reminder.html", **words, **context)


@require_POST
@access(CREATE)
def of_typed(request: HttpRequest) -> HttpResponse:
    """What of a reminder is asked in the form of a new task, being what is typed there."""
    typed = NewTaskForm(request.POST, by=request.user)
    typed.is_valid()
    given = {name: value for name, value in typed.cleaned_data.items() if value not in (None, "")}
    form = NewTaskForm(by=request.user, initial=given)
    return render(request, "planner/_reminder_of_typed.html", {"form": form})


def previews(task: Task, form: ClientReminderForm) -> list[dict[str, Any]]:
    """The words by each way that there is an address for."""
    if task.client_id is None or task.exact_at is None:
        return []
    shown = []
    ways = {EMAIL: _("The letter"), SMS: _("The SMS")}
    for way, label in ways.items():
        row = next((row for row in form.rows.values() if (row.kind == "email") == (way == EMAIL)), None)
        if row is not None:
            draft = draft_of(ClientReminder(task=task, way=way, before=0), row.value)
            subject, text = words_of(draft)
            parts = 0 if way == EMAIL else segments(text)
            shown.append({"label": label, "subject": subject, "text": text, "parts": parts})
    return shown


@require_POST
@access(CHANGE)
def remove(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    row = part_or_404(request, ClientReminder, pk, part)
    with undoable(request, _("The client is not reminded")) as changes:
        actions.forget_client_reminder(reminder=row, by=request.user)
    return acted(request, task_url(pk), _("The client is not reminded"), changes, pk)


# --- how the firm wants them


@require_http_methods(["GET", "POST"])
@access(SETTINGS)
def client_reminders(request: HttpRequest) -> HttpResponse:
    form = ClientRemindersForm(posted(request), by=request.user)
    if request.method == "POST" and form.is_valid() and form.save():
        flash(request, _("Saved"))
        return redirect("planner:client_reminders")
    kind = message_kinds[KEY]
    words = [
        {
            **{"way": way, "label": label, "language": language, "name": name},
            **{"is_own": bool(template.pk), "text": template.text},
        }
        for way, label in MessageTemplate.Way.choices
        for language, name in LANGUAGES.items()
        for template in [template_of(kind, way, language)]
    ]
    context = {"form": form, "words": words}
    return render(request, "planner/client_reminders.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@access(SETTINGS)
def client_reminder_words(request: HttpRequest, way: str, language: str) -> HttpResponse:
    """The words of one way in one language; `reset` brings the ready ones back."""
    if way not in MessageTemplate.Way.values or language not in LANGUAGES:
        raise Http404
    form = WordsForm(posted(request), way=way, language=language, by=request.user)
    url = reverse("planner:client_reminders")
    if "reset" in request.POST:
        form.reset()
        flash(request, _("The ready words again"))
        return redirect(url)
    if is_sent(request, form) and form.save():
        flash(request, _("Saved"))
        return redirect(url)
    label = MessageTemplate.Way(way).label
    context = {
        "title": f"{_('Reminder to the client')}: {label}, {LANGUAGES[language]}",
        "placeholders": [(f"{{{name}}}", what) for name, what in form.kind.placeholders.items()],
        "is_own": bool(form.template.pk),
    }
    return form_page(request, form, template="planner/client_reminder_words.html", back=url, **context)
