"""The owner's limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kartu.security.alerts.rules import GAP, Rule, alert_rules
from kartu.security.models.alert import AlertSettings, Policy

WEEKDAYS = (
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
)
HIGHEST = 1_000_000


class LimitsForm(forms.ModelForm):
    """Per rule two fields, "limit_<key>" and "policy_<key>"; an empty limit is the declared one."""

    work_from = forms.TimeField(label=_("Work begins"), widget=forms.TimeInput(attrs={"type": "time"}))
    work_until = forms.TimeField(label=_("Work ends"), widget=forms.TimeInput(attrs={"type": "time"}))
    work_days = forms.TypedMultipleChoiceField(
        label=_("Working days"), choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = AlertSettings
        fields = ["work_from", "work_until", "work_days", "approve_above"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for rule in alert_rules:
            self._add(rule)

    def _add(self, rule: Rule) -> None:
        limit = forms.IntegerField(label=rule.label, required=False, min_value=1, max_value=HIGHEST)
        limit.widget.attrs["placeholder"] = str(rule.limit)
        limit.initial = self.instance.limits.get(rule.key)
        policy = forms.ChoiceField(label=_("Beyond that") if rule.key != GAP else rule.label, choices=Policy.choices)
        policy.initial = self.instance.policy_of(rule.key)
        if rule.key != GAP:
            self.fields[f"limit_{rule.key}"] = limit
        self.fields[f"policy_{rule.key}"] = policy

    def lines(self) -> list[tuple[Rule, Any, Any]]:
        """(rule, field of the limit or None, field of what happens) in the order of the page."""
        return [
            (rule, self[f"limit_{rule.key}"] if rule.key != GAP else None, self[f"policy_{rule.key}"])
            for rule in alert_rules
        ]

    def clean(self) -> dict[str, Any]:
        known = super().clean()
        begins, ends = known.get("work_from"), known.get("work_until")
        if begins and ends and begins >= ends:
            self.add_error("work_until", _("Work ends after it begins"))
        return known

    def settings(self) -> AlertSettings:
        """The settings as typed, unsaved."""
        kept, known = self.instance, self.cleaned_data
        limits = {rule.key: known.get(f"limit_{rule.key}") for rule in alert_rules}
        kept.limits = {key: limit for key, limit in limits.items() if limit is not None}
        policies = {rule.key: known[f"policy_{rule.key}"] for rule in alert_rules}
        kept.policies = {key: policy for key, policy in policies.items() if policy != Policy.TELL}
        return kept
