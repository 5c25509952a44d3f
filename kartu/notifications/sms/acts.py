"""What those who look after it do about the SMS gateway."""

import tomllib
from functools import cache
from pathlib import Path

from django.db import transaction
from django.forms import ModelForm

from kartu.firm.models import User
from kartu.notifications.channels import SMS
from kartu.notifications.models import Carrier, SmsGateway
from kartu.security import audit
from kartu.security.models.audit import Verb

PRESETS = Path(__file__).parents[1] / "data" / "sms_gateways.toml"


@cache
def presets() -> dict[str, dict]:
    """Key -> what is known of a gateway: its name, and fields of SmsGateway."""
    return tomllib.loads(PRESETS.read_text(encoding="utf-8"))


def preset(key: str) -> dict:
    """The fields that a preset fills in; empty for one that is not known."""
    return {name: value for name, value in presets().get(key, {}).items() if name != "name"}


def change_gateway(*, by: User, form: ModelForm) -> SmsGateway:
    """Save what a valid SmsGatewayForm holds, with its row in the log; the secret is in neither."""
    with transaction.atomic():
        before = SmsGateway.objects.filter(pk=form.instance.pk).values(*form.Meta.fields).first() or {}
        gateway = form.save()
        told = {name: form.cleaned_data[name] for name in form.Meta.fields}
        values = {"before": before, "after": {**told, "secret": bool(gateway.sealed_secret)}}
        audit.record(Verb.SETTING, gateway, by=by, values=values)
        Carrier.objects.filter(key=SMS).delete()  # as good as new
    return gateway
