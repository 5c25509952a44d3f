import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template, TemplateSyntaxError

from kartu.core.components import basics, blocks
from kartu.core.components import forms as form_components
from kartu.core.frontend import asset_url, manifest

pytestmark = pytest.mark.no_database


def render(text: str, **context) -> str:
    return Template(text).render(Context(context))


@pytest.mark.parametrize(
    "text",
    [
        '{% button "Save" colour="red" %}',
        '{% icon "phone" size=3 %}',
        '{% note heading="x" %}{% endnote %}',
        "{% field form.name columns=2 %}",
        '{% tab "A" href="/" key="a" counter=3 %}',
    ],
)
def test_an_unknown_attribute_of_a_component_fails_when_the_template_is_compiled(text):
    with pytest.raises(TemplateSyntaxError):
        Template(text)


@pytest.mark.parametrize(
    "text", ['{% button "Save" kind="loud" %}', '{% chip "Paid" tone="green" %}', '{% note kind="x" %}{% endnote %}']
)
def test_an_unknown_value_fails_and_names_the_known_ones(text):
    with pytest.raises(TemplateSyntaxError, match="one of"):
        render(text)


def test_a_button_with_an_icon_alone_must_say_what_it_does():
    with pytest.raises(TemplateSyntaxError, match="aria"):
        render('{% button icon="x" %}')

    assert 'aria-label="Close"' in render('{% button icon="x" aria="Close" %}')


@pytest.mark.parametrize(
    "text",
    [
        "{% chip typed %}",
        "{% button typed href=typed %}",
        "{% note title=typed %}{{ typed }}{% endnote %}",
        '{% edit url="/" name="a" label=typed value=typed %}{{ typed }}{% endedit %}',
        "{% conflict who=typed label=typed theirs=typed mine=typed version=1 %}{% endconflict %}",
        "{% empty_state title=typed text=typed %}{% endempty_state %}",
        "{% toast typed %}",
        "{% crumb typed %}",
        "{% avatar typed %}",
        "{% fact typed typed note=typed %}",
        '{% segmented name="a" options=options %}',
    ],
)
def test_what_a_person_has_typed_is_escaped(text):
    typed = "<img src=x onerror=alert(1)>\"'"

    shown = render(text, typed=typed, options=[(typed, typed)])

    assert "<img" not in shown and "&lt;" in shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ayu Lestari", "AL"),
        ("Suharto", "SU"),
        ("PT Sinar Abadi Logistik", "SA"),
        ("ООО «Волга Снаб»", "ВС"),
        ("Мария Соколова", "МС"),
        ("PT", "PT"),
        ("", "?"),
        ("«»", "?"),
    ],
)
def test_the_letters_of_a_name_of_any_shape(name, letters):
    assert basics.initials(name) == letters


def test_a_tab_without_records_shows_no_counter():
    assert "<span>" not in blocks.tab("Files", href="/", key="files", count=0)
    assert "<span>4</span>" in blocks.tab("Files", href="/", key="files", count=4)


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (62, 100, 62), (3, 2, 100)])
def test_the_bar_of_long_work_never_leaves_its_track(done, total, percent):
    assert f'aria-label="{percent} %"' in blocks.progress(done=done, total=total, label="Reading")


class Contact(forms.Form):
    phone = forms.CharField(label="Phone", min_length=7, help_text="With the code of the town")
    email = forms.EmailField(label="E-mail")


def test_a_field_ties_its_hint_to_its_control():
    shown = form_components.field(Contact()["phone"])

    assert 'aria-describedby="id_phone_note"' in shown
    assert '<div class="hint" id="id_phone_note">With the code of the town</div>' in shown
    assert '<label class="lbl" for="id_phone">Phone</label>' in shown


def test_a_wrong_field_says_what_is_wrong_instead_of_the_hint():
    form = Contact({"phone": "12", "email": "a@b.id"})

    shown = form_components.field(form["phone"])

    assert 'aria-invalid="true"' in shown and "form-control err" in shown
    assert "With the code" not in shown and "at least 7 characters" in shown


def test_two_wrong_fields_make_a_summary_that_leads_to_them_and_one_does_not():
    both = render("{% form_start form %}", form=Contact({"phone": "1", "email": "x"}))
    one = render("{% form_start form %}", form=Contact({"phone": "1", "email": "a@b.id"}))

    assert 'href="#id_phone"' in both and 'href="#id_email"' in both and "2 things to put right" in both
    assert "to put right" not in one


def test_a_form_keeps_its_key_while_it_is_put_right_and_a_new_one_gets_another():
    key = "2b0a3a52-9a7f-4b83-8a0c-8f7d6a1f0c11"
    again = render("{% form_start form %}", form=Contact({"idempotency_key": key}))
    forged = render("{% form_start form %}", form=Contact({"idempotency_key": "<b>"}))
    fresh = {render("{% form_start form %}", form=Contact()) for _try in range(2)}

    assert f'value="{key}"' in again
    assert "<b>" not in forged
    assert len(fresh) == 2


def test_a_missing_build_says_what_to_run(settings, tmp_path):
    settings.FRONTEND_MANIFEST = tmp_path / "manifest.json"
    settings.TESTING = False
    manifest.cache_clear()

    with pytest.raises(ImproperlyConfigured, match="npm ci && npm run build"):
        asset_url("app.css")


def test_tests_of_the_server_need_no_build(settings, tmp_path):
    settings.FRONTEND_MANIFEST = tmp_path / "manifest.json"
    manifest.cache_clear()

    assert asset_url("app.css") == "/static/not-built/app.css"


def test_a_built_file_is_found_by_its_plain_name(settings, tmp_path):
    settings.FRONTEND_MANIFEST = tmp_path / "manifest.json"
    settings.FRONTEND_MANIFEST.write_text('{"app.css": "assets/style-12345678.css"}')
    manifest.cache_clear()

    assert asset_url("app.css") == "/static/assets/style-12345678.css"


def test_several_of_many_are_boxes_to_tick_and_one_of_few_is_a_switch():
    class Choose(forms.Form):
        many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
        one = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)

    form = Choose(initial={"many": ["a", "b"], "one": "a"})

    many, one = render("{% field form.many %}", form=form), render("{% field form.one %}", form=form)

    assert (many.count('type="checkbox"'), many.count("checked"), many.count('type="radio"')) == (2, 2, 0)
    assert (one.count('type="checkbox"'), one.count("checked"), one.count('type="radio"')) == (0, 1, 2)
