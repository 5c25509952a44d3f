"""Kinds of rows that there were once: the log, old notices and old change sets still name them."""

from dataclasses import dataclass

from django.utils.functional import Promise

from kartu.core.registry import Registry


@dataclass(frozen=True)
class FormerKind:
    """`key` is the model that is gone ("clients.callback"), `label` what one of its rows was called, `became` what to
    tell whoever wants an act on it taken back: a sentence."""

    key: str
    label: str | Promise
    became: str | Promise


former_kinds: Registry[FormerKind] = Registry(
    "security.former_kinds", "Kinds of rows that there are none of any more, though the log names them: a FormerKind."
)
