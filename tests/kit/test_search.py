"""Folded search: what is typed finds what was written, in the scripts of our readers."""

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from apps.kit.search import FoldedSearchField, fold, matches, refold
from apps.kit.text import TranslatedTextField


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  José  Ángel ", "jose angel"),
        ("Nguyễn Thị Đào", "nguyen thi dao"),
        ("O'Brien", "obrien"),
        ("O’Brien-Smith", "obrien smith"),
        ("STRASSE Straße", "strasse strasse"),
        ("أحمد إبراهيم آل ٱلله", "احمد ابراهيم ال الله"),
        ("فاطمة", "فاطمه"),
        ("مُحَمَّد", "محمد"),
        ("عـــلى", "علي"),
        ("مؤمن هناء", "مومن هنا"),
        ("٠١٢٣ ۴۵", "0123 45"),
        ("(512) 555-0142", "512 555 0142"),
        ("ana.lopez@harbor.example", "ana lopez harbor example"),
        ("王小明", "王小明"),
        ("ﬁne Ａ", "fine a"),
        ("İstanbul ISPARTA ı", "istanbul isparta i"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_text_is_folded_for_comparison(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    once = fold(text)
    assert fold(once) == once
    assert fold(text.upper().lower()) == fold(text.upper().lower().casefold())


@pytest.fixture
def person(db):
    with isolate_apps("apps.kit"):

        class Someone(models.Model):
            name = models.TextField()
            titles = TranslatedTextField(blank=True)
            phone = models.TextField(null=True)
            search = FoldedSearchField(sources=["name", "titles", "phone", "nickname"])

            class Meta:
                app_label = "kit"
                db_table = "kit_test_someone"

            def nickname(self):
                return ["Nick", None]

        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE kit_test_someone (id bigserial, name text, titles jsonb, phone text,"
                " search text) ON COMMIT DROP"
            )
        yield Someone


def found(model, query):
    return set(model.objects.filter(matches(query)).values_list("name", flat=True))


def test_each_typed_word_must_begin_a_word(person):
    for name in ("Nguyễn Văn An", "Ana López", "Lopezia Bean", "王小明", "فاطمة الزهراء"):
        person.objects.create(name=name)
    assert found(person, "an") == {"Nguyễn Văn An", "Ana López"}
    assert found(person, "LOPEZ ana") == {"Ana López"}
    assert found(person, "lop") == {"Ana López", "Lopezia Bean"}
    assert found(person, "opez") == set()
    assert found(person, "nguyen") == {"Nguyễn Văn An"}
    assert found(person, "小明") == {"王小明"}
    assert found(person, "فاطمه") == {"فاطمة الزهراء"}
    assert len(found(person, "  ")) == 5
    assert found(person, "?!") == set()


def test_wildcards_and_quotes_are_typed_text_and_nothing_else(person):
    person.objects.create(name="100 percent")
    person.objects.create(name="a_b\\c")
    for query in ("%", "_", "\\", "'; DROP TABLE kit_test_someone; --"):
        assert found(person, query) == set()
    assert found(person, "a_b") == {"a_b\\c"}


def test_telephone_number_is_found_by_any_of_its_groups(person):
    person.objects.create(name="Sam", phone="+15125550142")
    assert found(person, "(512) 555-0142") == {"Sam"}
    assert found(person, "0142") == {"Sam"}
    assert found(person, "0143") == set()


def test_all_languages_lists_and_methods_are_sources(person):
    person.objects.create(name="Coffee", titles={"en": "Company", "es": "Café y compañía"})
    for query in ("coffee", "company", "compania", "nick"):
        assert found(person, query) == {"Coffee"}


def test_column_follows_save_and_bulk_create_and_refold_mends_an_update(person):
    row = person.objects.create(name="Ana")
    row.name = "Béa"
    row.save()
    assert row.search == " bea nick"
    person.objects.bulk_create([person(name="Carl")])
    assert found(person, "carl") == {"Carl"}
    person.objects.update(name="Dora")
    assert found(person, "dora") == set()
    assert refold(person.objects.all(), batch_size=1) == 2
    assert found(person, "dora") == {"Dora"}
    assert refold(person.objects.all()) == 0


def test_migration_names_the_sources():
    field = FoldedSearchField(sources=["name", "phone"])
    assert field.deconstruct()[3]["sources"] == ["name", "phone"]
    assert field.clone().sources == ("name", "phone")
    assert not field.editable
