"""Forms: fields with their hints and errors, editing in place, choices, dropped files."""

from uuid import UUID, uuid4

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Form, RadioSelect, Select, Textarea
from django.template import RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartu.core.components.basics import glyph
from kartu.core.components.html import attrs, classes, one_of

KEY_FIELD = "idempotency_key"
EDITS = ("text", "multiline", "number", "date", "piece")


def form_start(context: RequestContext, form: Form) -> SafeString:
    """The first line inside every `<form method="post">`: the guard against forged and doubled posts, the form's own
    errors, and from two wrong fields on a summary whose links jump to them."""
    return format_html("{}{}", _guard(context, _key(form)), _summary(form))


def post_guard(context: RequestContext) -> SafeString:
    """`form_start` for a form without fields: one button that posts."""
    return _guard(context, uuid4())


def _guard(context: RequestContext, key: UUID) -> SafeString:
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="{}" value="{}">',
        context.get("csrf_token", ""),
        KEY_FIELD,
        key,
    )


def _key(form: Form) -> UUID:
    """The key that the browser sent, while the form is being put right: it is still the same act."""
    try:
        return UUID(form.data.get(KEY_FIELD, ""))
    except ValueError:
        return uuid4()


def _summary(form: Form) -> SafeString | str:
    if not form.is_bound or form.is_valid():
        return ""
    wrong = [bound for bound in form if bound.errors]
    general = format_html_join("", "{}<br>", ((error,) for error in form.non_field_errors()))
    if not general and len(wrong) < 2:
        return ""
    count = len(wrong) + len(form.non_field_errors())
    title = ngettext("%(count)s thing to put right", "%(count)s things to put right", count) % {"count": count}
    lines = format_html_join(
        "", '<a href="#{}">{}</a>: {}<br>', ((bound.id_for_label, bound.label, bound.errors[0]) for bound in wrong)
    )
    return format_html(
        '<div class="note bad mb-3" role="alert" tabindex="-1" data-errors>{}'
        '<div><b class="b6">{}</b><br>{}{}</div></div>',
        glyph("alert-triangle", "bad"),
        title,
        general,
        lines,
    )


def field(
    bound: BoundField, *, hint: str = "", optional: str = "", wide: bool = False, css: str = "", placeholder: str = ""
) -> SafeString:
    """A field of a Django form: label, control, hint or error, tied together for those who do not see.

    hint: a line under it (default: the field's help text). optional: why it may stay empty ("if there is one");
    required fields carry no mark. wide: over both columns.
    """
    hint = hint or str(bound.help_text)
    described = f"{bound.auto_id}_note" if hint or bound.errors else ""
    below = _below(described, hint, bound.errors)
    box = classes("w2" if wide else "", css)
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        control = bound.as_widget(attrs=_control_attrs(bound, "form-check-input", described, ""))
        return format_html(
            '<div class="{}"><label class="check">{}<span>{}</span></label>{}</div>', box, control, bound.label, below
        )
    label = _label(bound.label, optional)
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        are_many = isinstance(widget, CheckboxSelectMultiple)  # for Django that is a kind of RadioSelect
        choices = check_choices(bound) if are_many else segmented_choices(bound)
        said = attrs(aria_describedby=described)
        return format_html(
            '<fieldset class="{}"{}><legend class="lbl">{}</legend>{}{}</fieldset>', box, said, label, choices, below
        )
    css = "form-select" if isinstance(widget, Select) else "form-control"
    control = bound.as_widget(attrs=_control_attrs(bound, css, described, placeholder))
    html = '<div class="{}"><label class="lbl" for="{}">{}</label>{}{}</div>'
    return format_html(html, box, bound.id_for_label, label, control, below)


def control(
    content: SafeString,
    *,
    label: str,
    for_: str,
    hint: str = "",
    error: str = "",
    optional: str = "",
    wide: bool = False,
) -> SafeString:
    """`field` for a control of your own (the content). for_: its id; it points to `<for_>_note` by aria-describedby."""
    below = _below(f"{for_}_note", hint, [error] if error else [])
    return format_html(
        '<div{}><label class="lbl" for="{}">{}</label>{}{}</div>',
        attrs(class_="w2" if wide else ""),
        for_,
        _label(label, optional),
        content,
        below,
    )


def _label(label: str, optional: str) -> SafeString:
    why = format_html(' <span class="t3 fw-normal">{}</span>', optional) if optional else ""
    return format_html("{}{}", label, why)


def _control_attrs(bound: BoundField, css: str, described: str, placeholder: str) -> dict[str, str]:
    own = bound.field.widget.attrs.get("class", "")
    given = {"class": classes(css, own, "err" if bound.errors else "")}
    if described:
        given["aria-describedby"] = described
    if placeholder:
        given["placeholder"] = placeholder
    if isinstance(bound.field.widget, Textarea):
        given.setdefault("rows", bound.field.widget.attrs.get("rows", "3"))
    return given


def _below(id_: str, hint: str, errors: list[str]) -> SafeString | str:
    if errors:
        said = format_html_join(" ", "{}", ((error,) for error in errors))
        return format_html('<div class="hint bad" id="{}">{}<span>{}</span></div>', id_, glyph("alert-circle"), said)
    return format_html('<div class="hint" id="{}">{}</div>', id_, hint) if hint else ""


def segmented_choices(bound: BoundField) -> SafeString:
    return segmented(
        name=bound.html_name,
        options=[(value, label) for value, label in bound.field.choices if value != ""],
        value=bound.value(),
        id_=bound.auto_id,
    )


def segmented(
    *, name: str, options: list[tuple[str, str]], value: object = "", id_: str = "", label: str = ""
) -> SafeString:
    """One of two to four: options as (value, label). value: the chosen one. label: said when nothing else names it."""
    lines = format_html_join(
        "",
        '<label><input type="radio" name="{}" value="{}" id="{}"{}><span>{}</span></label>',
        (
            (name, option, f"{id_ or name}_{number}", attrs(checked=str(option) == str(value)), text)
            for number, (option, text) in enumerate(options)
        ),
    )
    said = attrs(role="group", aria_label=label) if label else ""
    return format_html('<div class="seg"{}>{}</div>', said, lines)


SHORT = 14  # characters: choices that are all short stand beside one another


def check_choices(bound: BoundField) -> SafeString:
    chosen = {str(value) for value in (bound.value() or [])}
    are_short = all(len(str(text)) <= SHORT for _value, text in bound.field.choices)
    lines = format_html_join(
        "",
        '<label class="check"><input class="form-check-input" type="checkbox" name="{}" value="{}" id="{}"{}>'
        "<span>{}</span></label>",
        (
            (bound.html_name, value, f"{bound.auto_id}_{number}", attrs(checked=str(value) in chosen), text)
            for number, (value, text) in enumerate(bound.field.choices)
        ),
    )
    return format_html('<div class="checks-k">{}</div>', lines) if are_short else lines


def edit(
    content: SafeString,
    *,
    url: str,
    name: str,
    label: str,
    value: object = "",
    kind: str = "text",
    version: object = "",
) -> SafeString:
    """A value that is edited where it stands. The content is how it looks, `value` what goes into the field.

    url is posted `name`, `version`, and `keep=mine` after a conflict. It answers 200 with this component anew, 422 with
    the sentence that says what is wrong, 409 with `conflict`. kind: text, multiline, number, date, or piece: the
    control itself comes from a GET of `url`.
    """
    one_of("kind", kind, EDITS)
    data = attrs(
        data_edit=kind,
        data_url=url,
        data_name=name,
        data_label=label,
        data_version=str(version),
        data_value=str(value) if value is not None else "",
    )
    said = _("Change: %(label)s") % {"label": label}
    return format_html(
        '<span class="edit"{}><span class="edit-v">{}</span>'
        '<button type="button" class="edit-b" aria-label="{}">{}</button></span>',
        data,
        content,
        said,
        glyph("pencil"),
    )


def conflict(content: SafeString, *, who: str, label: str, theirs: str, mine: str, version: object) -> SafeString:
    """Someone else was faster: both values, and the person chooses. The body of a 409 to `edit`.

    The content is the `edit` as it stands now, for "Keep theirs"; version: the new one, which "Keep mine" overwrites.
    """
    title = _("%(who)s changed this while you typed") % {"who": who}
    told = _("%(label)s is now %(theirs)s. Yours: %(mine)s.") % {"label": label, "theirs": theirs, "mine": mine}
    return format_html(
        '<div class="note" role="alert" data-conflict data-version="{}">{}<div><b class="b6">{}</b><br>{} '
        '<button type="button" class="link" data-keep="theirs">{}</button> · '
        '<button type="button" class="link" data-keep="mine">{}</button></div>'
        "<template data-theirs>{}</template></div>",
        str(version),
        glyph("users", "warn"),
        title,
        told,
        _("Keep theirs"),
        _("Keep mine"),
        content,
    )


def dropzone(
    *, url: str, label: str, name: str = "file", accept: str = "", many: bool = True, hint: str = "", id_: str = "drop"
) -> SafeString:
    """A place to drop files on, or to choose them. Each file is posted to `url` on its own, as `name`, with progress.

    The answer's `kartu:*` events are dispatched as htmx would; an HX-Redirect is followed; a 4xx answers with the
    sentence that says what is wrong.
    """
    return format_html(
        '<div class="drop-k"{}><label for="{}">{}<b class="b5">{}</b><span class="xs t2">{}</span></label>'
        '<input class="visually-hidden" type="file" id="{}"{}><div class="drop-l" role="status"></div></div>',
        attrs(data_drop=url, data_name=name),
        id_,
        glyph("upload"),
        label,
        hint,
        id_,
        attrs(accept=accept, multiple=many),
    )


def bulk(context: RequestContext, content: SafeString, *, total: object) -> SafeString:
    """The bar of acts on the selected rows of a list, inside its `data-list`. The content is the buttons.

    Whatever is posted from it carries `ids` ("17,18"), or `all=1` with `query`, the list's own address query.
    total: how many were found, as "Select all" says it.
    """
    hidden = format_html_join("", '<input type="hidden" name="{}">', ((name,) for name in ("ids", "all", "query")))
    return format_html(
        '<form class="pop bulk" method="post" role="toolbar" aria-label="{}" data-bulk data-total="{}" hidden>{}{}'
        '<b class="b6 nw" data-bulk-count></b><button type="button" class="link t3 nw" data-bulk-all>{}</button>'
        '<span class="v"></span>{}<span class="v"></span>'
        '<button type="button" class="btn btn-ghost btn-ic" data-bulk-none aria-label="{}">{}</button></form>',
        _("With the selected"),
        total,
        _guard(context, uuid4()),
        hidden,
        _("Select all %(count)s") % {"count": total},
        content,
        _("Drop the selection, Esc"),
        glyph("x"),
    )
