"""The Telegram bot: its token in Settings, and the chat of each person on a page of his own."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, signed_in
from kartu.core.toasts import flash
from kartu.firm.qr import qr_svg
from kartu.notifications.carrying import words_of
from kartu.notifications.channels import TELEGRAM
from kartu.notifications.models import Carrier, TelegramBot, TelegramChat
from kartu.notifications.rights import CHANNELS
from kartu.notifications.telegram import linking

OWN = "everybody lets the bot write to himself"


class BotForm(forms.Form):
    token = forms.CharField(
        label=gettext_lazy("Token of the bot"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
@access(CHANNELS)
def bot_settings(request: HttpRequest) -> HttpResponse:
    form = BotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            bot = linking.set_bot(token=form.cleaned_data["token"], by=request.user)
        except Exception as error:
            form.add_error("token", words_of(error))
        else:
            flash(request, _("Kartu writes by @%(bot)s now. Everybody lets it in his profile.") % {"bot": bot.username})
            return redirect("notifications:telegram")
    context = {
        "form": form,
        "bot": TelegramBot.current(),
        "count": TelegramChat.objects.count(),
        "troubles": Carrier.objects.filter(key__startswith=TELEGRAM).exclude(failing_since=None),
    }
    return render(request, "notifications/telegram.html", context, status=422 if form.is_bound else 200)


@require_POST
@access(CHANNELS)
def end_bot(request: HttpRequest) -> HttpResponse:
    linking.end_bot(by=request.user)
    flash(request, _("Kartu writes by no bot any more"))
    return redirect("notifications:telegram")


@require_GET
@signed_in(OWN)
def mine(request: HttpRequest) -> HttpResponse:
    return show(request)


@require_POST
@signed_in(OWN)
def link(request: HttpRequest) -> HttpResponse:
    """The way to the bot, with a code that works once."""
    bot = TelegramBot.current()
    return show(request, bot and linking.make_code(by=request.user))


@require_POST
@signed_in(OWN)
def unlink(request: HttpRequest) -> HttpResponse:
    linking.unlink(person=request.user, by=request.user)
    flash(request, _("Telegram tells you nothing any more"))
    return redirect("notifications:my_telegram")


def show(request: HttpRequest, code: str | None = None) -> HttpResponse:
    bot = TelegramBot.current()
    way = f"https://t.me/{bot.username}?start={code}" if bot and code else ""
    context = {
        "bot": bot,
        "chat": TelegramChat.objects.filter(person=request.user).first(),
        "code": code,
        "way": way,
        "qr": qr_svg(way, _("The way to the bot as a code for the phone")) if way else "",
    }
    return render(request, "notifications/my_telegram.html", context)
