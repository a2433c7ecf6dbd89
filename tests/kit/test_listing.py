"""Lists in a sentence, with the comma of the reader's language."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

from apps.kit.listing import apart, listed


@pytest.mark.parametrize(
    ("language", "commas", "semicolons"),
    [("en", "a, b, c", "a; b; c"), ("ar", "a، b، c", "a؛ b؛ c"), ("zh-hans", "a、b、c", "a；b；c")],
)
def test_things_are_listed_with_the_comma_of_the_reader(language, commas, semicolons):
    with override(language):
        assert (listed("abc"), apart("abc")) == (commas, semicolons)
        page = Template("{% load components %}{{ things|listed }} {{ things|apart }}")
        assert page.render(Context({"things": list("abc")})) == f"{commas} {semicolons}"


def test_nothing_and_one_thing_have_no_comma():
    assert (listed([]), listed(["a"])) == ("", "a")


def test_what_is_listed_on_a_page_is_escaped():
    page = Template("{% load components %}{{ things|listed }}")
    assert page.render(Context({"things": ["<b>", "&"]})) == "&lt;b&gt;, &amp;"
