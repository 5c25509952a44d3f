"""The components of the face as template tags. `/ui/` shows them all, with what each takes.

`{% icon "phone" %}` stands alone; `{% note title="…" %}…{% endnote %}` has a content. An unknown attribute is a
TemplateSyntaxError when the template is compiled.
"""

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from kartu.core.addresses import address
from kartu.core.components import basics, blocks, forms, frame
from kartu.core.frontend import asset_url
from kartu.core.pieces import piece
from kartu.core.words import words_block

register = template.Library()

SIMPLE = (
    basics.icon, basics.button, basics.chip, basics.status, basics.avatar,
    blocks.fact, blocks.tab, blocks.menu_item, blocks.toast, blocks.skeleton, blocks.progress,
    forms.field, forms.segmented, forms.dropzone,
    frame.crumb, frame.back, frame.when,
)  # fmt: skip
WITH_CONTENT = (
    blocks.note, blocks.empty_state, blocks.facts, blocks.kv, blocks.pair, blocks.tabs, blocks.menu, blocks.drawer,
    forms.control, forms.edit, forms.conflict,
)  # fmt: skip
WITH_CONTEXT = (forms.form_start, forms.post_guard)
WITH_BOTH = (forms.bulk,)

for component in SIMPLE:
    register.simple_tag(component)
for component in WITH_CONTENT:
    register.simple_block_tag(component)
for component in WITH_CONTEXT:
    register.simple_tag(component, takes_context=True)
for component in WITH_BOTH:
    register.simple_block_tag(component, takes_context=True)


class Url(URLNode):
    """Django's `{% url %}`; one with nothing but numbers in it is looked up once, not at every use."""

    def render(self, context: Context) -> str:
        ids = [arg.resolve(context) for arg in self.args]
        if self.kwargs or any(type(pk) is not int or pk < 0 for pk in ids):
            return super().render(context)
        try:
            found = address(self.view_name.resolve(context), *ids)
        except NoReverseMatch:
            return super().render(context)
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Parser, token: Token) -> Url:
    node = django_url(parser, token)
    return Url(node.view_name, node.args, node.kwargs, node.asvar)


register.simple_tag(asset_url, name="asset")
register.simple_tag(piece)
register.simple_tag(words_block, name="words")
