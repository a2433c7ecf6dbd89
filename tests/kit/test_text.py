"""Text by language: the value, the field on a real table, the form in the portal and in unfold's admin."""

import copy
import pickle

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.db.models.functions import Lower
from django.test.utils import isolate_apps
from django.utils import translation

from apps.kit.text import TranslatedText, TranslatedTextField, fallback_chain, text_in
from apps.kit.textform import TranslatedFormField, TranslatedTextarea

COFFEE = TranslatedText({"en": "Coffee", "es": "Café", "ar": "قهوة"})


# ---- the value
@pytest.mark.parametrize(
    ("asked", "text", "language"),
    [
        ("en", "Coffee", "en"),
        ("es", "Café", "es"),
        ("es-mx", "Café", "es"),
        ("vi", "Coffee", "en"),
        ("fr", "Coffee", "en"),
        ("AR", "قهوة", "ar"),
    ],
)
def test_reader_gets_their_language_its_base_or_english(asked, text, language):
    assert COFFEE.best(asked) == (text, language)
    with translation.override(asked):
        assert str(COFFEE) == text
        assert f"{COFFEE}" == text
        assert COFFEE.language() == language


def test_reader_gets_the_organizations_language_before_english_and_any_before_nothing():
    assert COFFEE.best("vi", default="es") == ("Café", "es")
    assert TranslatedText({"vi": "Cà phê"}).best("ar") == ("Cà phê", "vi")
    assert TranslatedText({"zh-hans": "咖啡"}).best("zh-tw") == ("咖啡", "zh-hans")
    assert TranslatedText({"tlh": "qa'vIn"}).best("en") == ("qa'vIn", "tlh")
    assert TranslatedText().best("en") == ("", "")


def test_chain_names_each_language_once_and_nearest_first():
    chain = fallback_chain("zh-hant")
    assert chain[:4] == ["zh-hant", "zh", "zh-hans", "en"]
    assert len(chain) == len(set(chain))


def test_value_never_changes_and_equals_any_mapping_with_the_same_texts():
    other = COFFEE.replacing("vi", "Cà phê").replacing("ar", "  ")
    assert "vi" not in COFFEE
    assert other == {"en": "Coffee", "es": "Café", "vi": "Cà phê"}
    assert hash(COFFEE) == hash(TranslatedText(dict(COFFEE)))
    assert copy.deepcopy(COFFEE) == pickle.loads(pickle.dumps(COFFEE)) == COFFEE  # noqa: S301  our own bytes
    assert COFFEE.missing() == ["zh-hans", "vi"]
    assert COFFEE.missing(["en", "vi"]) == ["vi"]
    assert not TranslatedText({"en": "   "})
    with pytest.raises(TypeError):
        COFFEE["en"] = "Tea"


# ---- the field
@pytest.fixture
def note(db):
    """A model on a temporary table, made the way a migration would."""
    with isolate_apps("apps.kit"):

        class Note(models.Model):
            name = TranslatedTextField("name", max_length=20, required_languages=["en"])
            more = TranslatedTextField("more", blank=True, multiline=True)

            class Meta:
                app_label = "kit"
                db_table = "kit_test_note"

        columns = []
        with connection.schema_editor(collect_sql=True) as editor:
            for field in Note._meta.local_fields:
                definition, params = editor.column_sql(Note, field)
                check = field.db_parameters(connection)["check"]
                assert not params
                suffix = field.db_type_suffix(connection) or ""
                columns.append(f'"{field.column}" {definition} {suffix}' + (f" CHECK ({check})" if check else ""))
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE kit_test_note ({', '.join(columns)}) ON COMMIT DROP")
        yield Note


def test_text_comes_back_as_it_was_saved_whatever_was_assigned(note):
    for given in (COFFEE, dict(COFFEE)):
        row = note(name=given)
        assert isinstance(row.name, TranslatedText)
        row.save()
        row.refresh_from_db()
        assert row.name == COFFEE
        assert isinstance(row.name, TranslatedText)
        assert row.more == {}
    assert note.objects.create(name="Coffee").name == {"en": "Coffee"}
    assert note.objects.create(name=None).name == {}
    assert note.objects.filter(name={"en": "Coffee"}).count() == 1
    assert note.objects.filter(name__es="Café").values_list("name__es", flat=True)[0] == "Café"
    note.objects.update(name={"en": "Tea"})
    note.objects.bulk_create([note(name={"en": "Tea"})])
    assert {row.name.text() for row in note.objects.all()} == {"Tea"}
    assert note.objects.values_list("name", flat=True)[0] == {"en": "Tea"}
    assert isinstance(note.objects.only("pk").first().name, TranslatedText)


def test_default_is_empty_and_not_shared_between_rows(note):
    assert note().name == TranslatedText()


@pytest.mark.parametrize("planted", ['"text"', "[]", "null", '{"en": 1}', '{"en": ["a"]}', '{"en": {"a": "b"}}'])
def test_database_refuses_what_is_no_object_of_strings(note, planted):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO kit_test_note (name, more) VALUES (%s::jsonb, '{}')", [planted])


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({}, "blank"),
        ({"es": "Café"}, "required_language"),
        ({"en": "Coffee", "xx": "?"}, "unknown_language"),
        ({"en": "much too long a name for this"}, "max_length"),
        ({"en": 3}, "invalid"),
    ],
)
def test_full_clean_says_what_is_wrong_with_a_text(note, texts, code):
    with pytest.raises(ValidationError) as refused:
        note(name=texts).full_clean(exclude=["id"])
    assert refused.value.error_dict["name"][0].code == code
    note(name={"en": "Coffee"}).full_clean(exclude=["id"])


def test_lists_are_ordered_and_filtered_by_the_readers_language(note):
    for texts in ({"en": "Walk", "es": "Caminata"}, {"en": "art"}, {"es": "Baile"}, {}):
        note.objects.create(name=texts)
    ordered = note.objects.annotate(shown=text_in("name", "es")).order_by(Lower("shown"))
    assert list(ordered.values_list("shown", flat=True)) == ["", "art", "Baile", "Caminata"]
    with translation.override("en"):
        assert note.objects.annotate(shown=text_in("name")).filter(shown="Walk").count() == 1


def test_row_survives_a_dump_and_a_load(note):
    row = note.objects.create(name=COFFEE)
    dumped = serializers.serialize("python", [row])
    assert dumped[0]["fields"]["name"] == dict(COFFEE)


def test_migration_has_the_field_without_rules_for_people():
    field = TranslatedTextField("name", blank=True, max_length=20, required_languages=["en"], multiline=True)
    written, imports = MigrationWriter.serialize(field)
    assert written == "apps.kit.text.TranslatedTextField(blank=True, verbose_name='name')"
    assert imports == {"import apps.kit.text"}
    assert field.clone().deconstruct()[1:] == field.deconstruct()[1:]


# ---- the form
def a_form(**kwargs):
    class NoteForm(forms.Form):
        name = TranslatedFormField(required_languages=("en",), max_length=20, **kwargs)

    return NoteForm


def test_form_shows_english_first_and_the_others_in_an_opener():
    html = str(a_form()(initial={"name": COFFEE})["name"])
    before, inside = html.split("<details>")
    assert 'name="name_en"' in before
    assert 'value="Coffee"' in before
    assert "required" in before
    for code in ("es", "zh-hans", "vi", "ar"):
        assert f'name="name_{code}"' in inside
        assert f'lang="{code}"' in inside
    assert 'dir="rtl"' in inside
    assert "required" not in inside
    assert "(2 written)" in inside
    assert 'value="قهوة"' in inside


def test_opener_stands_open_when_another_language_is_required():
    class NoteForm(forms.Form):
        name = TranslatedFormField(required_languages=("en", "es"))

    assert "<details open>" in str(NoteForm()["name"])


def test_each_input_has_a_label_of_its_own():
    html = str(a_form()()["name"])
    for position in range(5):
        assert f'for="id_name_{position}"' in html
        assert f'id="id_name_{position}"' in html


def test_form_gives_the_text_and_keeps_what_was_typed_after_an_error():
    form = a_form()({"name_en": " Coffee ", "name_es": "Café", "name_vi": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == {"en": "Coffee", "es": "Café"}
    refused = a_form()({"name_en": "", "name_es": "<Café>"})
    assert not refused.is_valid()
    assert "&lt;Café&gt;" in str(refused["name"])
    too_long = a_form()({"name_en": "Coffee", "name_es": "x" * 21})
    assert "Español" in str(too_long.errors["name"])


def test_form_knows_whether_a_text_changed():
    assert not a_form()({"name_en": "Coffee"}, initial={"name": TranslatedText.of("Coffee")}).has_changed()
    assert a_form()({"name_en": "Tea"}, initial={"name": TranslatedText.of("Coffee")}).has_changed()
    assert not a_form(required=False)({}, initial={}).has_changed()


def test_model_form_writes_the_field(note):
    class NoteForm(forms.ModelForm):
        class Meta:
            model = note
            fields = ["name", "more"]

    form = NoteForm({"name_en": "Coffee", "more_ar": "أهلًا"})
    assert isinstance(form.fields["more"].widget, TranslatedTextarea)
    assert form.is_valid(), form.errors
    row = form.save()
    row.refresh_from_db()
    assert (row.name, row.more) == ({"en": "Coffee"}, {"ar": "أهلًا"})
    changed = NoteForm({"name_en": "Tea", "more_ar": ""}, instance=row)
    changed.save()
    assert note.objects.get().more == {}
    assert not NoteForm({"name_es": "Té"}).is_valid()


def test_admin_gets_unfolds_inputs_by_its_own_overrides():
    from unfold.overrides import FORMFIELD_OVERRIDES

    widget = FORMFIELD_OVERRIDES[models.JSONField]["widget"]
    for field in (TranslatedTextField("name"), TranslatedTextField("name", multiline=True)):
        field.set_attributes_from_name("name")
        made = field.formfield(widget=widget)
        html = made.widget.render("name", COFFEE, {"id": "id_name"})
        assert html.count("<textarea") == (5 if field.multiline else 0)
        assert "border-base-200" in html
        assert "Café" in html
