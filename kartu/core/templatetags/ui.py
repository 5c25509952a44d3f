"""The components of the face as template tags. `/ui/` shows them all, with what each takes.

`{% icon "phone" %}` stands alone; `{% note title="…" %}…{% endnote %}` has a content. An unknown attribute is a
TemplateSyntaxError when the template is compiled.
"""

from django import template

from kartu.core.components import basics, blocks, forms, frame
from kartu.core.frontend import asset_url
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

register.simple_tag(asset_url, name="asset")
register.simple_tag(words_block, name="words")
