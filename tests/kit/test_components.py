"""The components refuse what they do not know, escape what they are given, and name what belongs together."""

import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from apps.kit.components.shared import icon_names

NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
EVIL = '<script>alert(1)</script>"'


def render(source, **context):
    return Template("{% load components %}" + source).render(Context(context))


class Sample(forms.Form):
    phone = forms.CharField(label="Your phone", help_text="With the area code.")
    way = forms.ChoiceField(choices=[("text", "By text"), ("mail", "By e-mail")], widget=forms.RadioSelect)
    shared = forms.BooleanField(required=False, label="Others use this phone too.")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


EVERY_TAG = [
    '{% icon "phone" BAD %}',
    '{% drawing "cups" BAD %}',
    '{% button "a" BAD %}',
    '{% link_button "a" "/" BAD %}',
    '{% step_link "a" "/" BAD %}',
    '{% phone_link "1" BAD %}',
    '{% stamp "a" BAD %}',
    '{% mark "a" BAD %}',
    '{% progress 1 2 "a" BAD %}',
    "{% once BAD %}",
    "{% field form.phone BAD %}",
    "{% form_errors form BAD %}",
    "{% form_fields form BAD %}",
    "{% notice BAD %}{% endnotice %}",
    "{% sheet BAD %}{% endsheet %}",
    "{% slip BAD %}{% endslip %}",
    "{% empty BAD %}{% endempty %}",
    '{% page_head "a" BAD %}{% endpage_head %}',
    "{% rows BAD %}{% endrows %}",
    '{% row "a" BAD %}{% endrow %}',
    '{% ask "a" question="b" yes="c" BAD %}{% endask %}',
    '{% opener "a" BAD %}{% endopener %}',
    "{% table BAD %}{% endtable %}",
    '{% th "a" BAD %}',
    "{% cell BAD %}{% endcell %}",
    "{% facts BAD %}{% endfacts %}",
    '{% fact "a" BAD %}{% endfact %}',
    "{% life BAD %}{% endlife %}",
    '{% event "a" icon="info" BAD %}{% endevent %}',
    '{% filter_bar label="a" BAD %}{% endfilter_bar %}',
    '{% choice "a" "/" BAD %}',
    '{% tabs label="a" BAD %}{% endtabs %}',
    '{% tab "a" "/" BAD %}',
    '{% turn_pages "a" label="b" BAD %}',
    "{% pages page BAD %}",
    "{% when now BAD %}",
    "{% clock now BAD %}",
    "{% hours now now BAD %}",
    "{% span now now BAD %}",
    "{% day now BAD %}",
    "{% in_language text BAD %}",
    "{% own_languages BAD %}",
    '{% language_name "ar" BAD %}',
    "{% comma BAD %}",
]


@pytest.mark.parametrize("source", EVERY_TAG)
@pytest.mark.parametrize("unknown", ['colour="red"', 'class="x"', 'width="x"', 'onclick="x"'])
def test_every_tag_given_an_unknown_attribute_is_refused_when_compiled(source, unknown):
    Template("{% load components %}" + source.replace(" BAD", ""))
    with pytest.raises(TemplateSyntaxError, match="unexpected keyword argument"):
        Template("{% load components %}" + source.replace("BAD", unknown))


def test_every_tag_of_the_library_is_in_the_list_above():
    from apps.kit.templatetags.components import register

    tried = {source.split()[1] for source in EVERY_TAG}
    assert set(register.tags) - {"slot"} == tried


def test_slot_given_as_an_attribute_is_refused():
    with pytest.raises(TemplateSyntaxError, match="unexpected keyword argument"):
        Template('{% load components %}{% row "a" end="b" %}{% endrow %}')


def test_slot_that_the_component_does_not_have_is_refused():
    with pytest.raises(TemplateSyntaxError, match="has no slot 'foot'"):
        Template('{% load components %}{% slip %}{% slot "foot" %}{% endslot %}{% endslip %}')


def test_slot_given_twice_is_refused():
    slot = '{% slot "acts" %}a{% endslot %}'
    with pytest.raises(TemplateSyntaxError, match="twice"):
        Template("{% load components %}{% slip %}" + slot + slot + "{% endslip %}")


def test_slot_inside_a_condition_is_refused():
    with pytest.raises(TemplateSyntaxError, match="directly inside"):
        render('{% slip %}{% if 1 %}{% slot "acts" %}a{% endslot %}{% endif %}{% endslip %}')


def test_slots_of_nested_components_stay_apart():
    html = render(
        '{% slip title="S" %}{% slot "acts" %}OUTER{% endslot %}'
        '{% rows %}{% row "R" %}{% slot "end" %}INNER{% endslot %}{% endrow %}{% endrows %}{% endslip %}'
    )
    assert '<p class="acts">INNER</p></li>' in html
    assert '<div class="acts wide">OUTER</div></section>' in html


@pytest.mark.parametrize(
    "source",
    [
        '{% button "a" kind="danger" %}',
        '{% stamp "a" tone="red" %}',
        '{% icon "heart" %}',
        '{% drawing "rocket" %}',
        '{% notice role="dialog" %}{% endnotice %}',
        '{% when now style="american" %}',
        '{% field "no field" %}',
        '{% row "a" icon="pin" %}{% slot "start" %}9{% endslot %}{% endrow %}',
    ],
)
def test_value_that_the_component_does_not_know_is_refused(source):
    with pytest.raises(TemplateSyntaxError):
        render(source, now=NOW)


@pytest.mark.parametrize(
    "source",
    [
        "{% button evil name=evil value=evil %}",
        "{% link_button evil evil %}",
        "{% step_link evil evil %}",
        "{% stamp evil %}",
        "{% mark evil %}",
        "{% progress 1 2 evil words=evil %}",
        "{% notice title=evil %}{{ evil }}{% endnotice %}",
        "{% sheet title=evil id=evil %}{{ evil }}{% endsheet %}",
        "{% slip title=evil %}{{ evil }}{% endslip %}",
        "{% empty title=evil %}{{ evil }}{% endempty %}",
        "{% page_head evil lede=evil %}{{ evil }}{% endpage_head %}",
        "{% rows label=evil %}{% endrows %}",
        "{% row evil url=evil second=evil lang=evil %}{{ evil }}{% endrow %}",
        "{% opener evil group=evil id=evil %}{{ evil }}{% endopener %}",
        "{% table label=evil %}{% cell evil %}{{ evil }}{% endcell %}{% endtable %}",
        "{% facts %}{% fact evil %}{{ evil }}{% endfact %}{% endfacts %}",
        '{% life label=evil %}{% event evil icon="info" %}{{ evil }}{% endevent %}{% endlife %}',
        "{% filter_bar label=evil %}{% choice evil evil lang=evil %}{% endfilter_bar %}",
        "{% tabs label=evil %}{% tab evil evil count=1 %}{% endtabs %}",
        "{% turn_pages evil label=evil second=evil back_url=evil back=evil next_url=evil next=evil %}",
        "{% in_language evil %}",
        "{% language_name evil %}",
        "{% phone_link evil %}",
    ],
)
def test_what_a_page_gives_is_escaped(source):
    html = render(source, evil=EVIL)
    assert "<script" not in html
    assert '=""><' not in html
    assert "&lt;script&gt;" in html


def test_field_with_hint_and_error_names_both_for_screen_readers():
    html = render('{% field form.phone autocomplete="tel" inputmode="tel" %}', form=Sample({}))
    assert '<label for="id_phone">Your phone</label>' in html
    assert '<p class="hint" id="id_phone_hint">With the area code.</p>' in html
    assert 'id="id_phone_error"' in html
    assert 'aria-describedby="id_phone_hint id_phone_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="tel"' in html
    assert 'inputmode="tel"' in html


def test_field_without_hint_or_error_describes_nothing():
    html = render("{% field form.shared %}", form=Sample())
    assert "aria-describedby" not in html
    assert "aria-invalid" not in html


def test_field_keeps_what_was_typed_and_escapes_it():
    html = render("{% field form.phone %}", form=Sample({"phone": EVIL}))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;" in html
    assert "<script" not in html


def test_field_of_choices_is_a_fieldset_with_a_legend():
    html = render("{% field form.way %}", form=Sample({}))
    assert "<legend>Way</legend>" in html
    assert html.count('type="radio"') == 2
    assert 'aria-describedby="id_way_error"' in html


def test_field_of_several_controls_is_one_fieldset():
    class Meeting(forms.Form):
        at = forms.SplitDateTimeField(label="Day and time")

    html = render("{% field form.at %}", form=Meeting())
    assert html.startswith('<fieldset class="field" id="id_at"><legend>Day and time</legend>')
    assert html.count("<input") == 2


def test_form_fields_renders_every_field_once_and_in_order():
    html = render("{% form_fields form %}", form=Sample())
    names = re.findall(r'name="(\w+)"', html)
    assert list(dict.fromkeys(names)) == ["phone", "way", "shared", "hidden"]


def test_hidden_field_has_no_label():
    assert render("{% field form.hidden %}", form=Sample()).startswith('<input type="hidden"')


def test_form_errors_links_to_each_field_and_can_take_the_focus():
    html = render("{% form_errors form %}", form=Sample({}))
    assert 'role="alert" tabindex="-1"' in html
    assert '<a href="#id_phone">' in html
    assert '<a href="#id_way">' in html


def test_required_field_left_empty_says_what_to_do():
    html = render("{% form_errors form %}{% field form.phone %}", form=Sample({}))
    assert "This field is required" not in html
    assert "Your phone: Please fill this in." in html
    assert "Way: Please choose one." in html


def test_languages_are_named_in_their_own_script_whatever_is_active():
    with translation.override("ar"):
        html = render("{% own_languages as all %}{% for c, name, d in all %}{{ name }} {{ d }};{% endfor %}")
    assert html == "English ltr;Español ltr;中文 ltr;Tiếng Việt ltr;العربية rtl;"


def test_form_errors_of_a_form_without_errors_is_nothing():
    assert render("{% form_errors form %}", form=Sample()) == ""


def test_coloured_stamp_always_has_an_icon():
    assert '<use href="#i-check"/>' in render('{% stamp "Met" tone="good" %}')
    assert "<svg" not in render('{% stamp "Free" %}')


def test_icons_are_hidden_from_screen_readers_and_only_arrows_turn():
    assert 'aria-hidden="true"' in render('{% icon "phone" %}')
    assert "turn" not in render('{% icon "phone" %}')
    assert "turn" in render('{% icon "next" %}')
    assert {"phone", "exit", "check", "clock", "info"} <= icon_names()


def test_row_link_covers_its_name_and_marks_a_foreign_language():
    html = render('{% row "Grupo" url="/g/" lang="ar" current=True %}{% endrow %}')
    assert '<h3 class="name"><a href="/g/" lang="ar" dir="rtl">Grupo</a></h3>' in html
    assert 'aria-current="true"' in html


def test_pages_keeps_the_filters_and_is_absent_for_one_page():
    request = RequestFactory().get("/groups/?place=mill&page=2")
    context = RequestContext(request, {"page": Paginator(range(60), 25).page(2), "request": request})
    html = Template("{% load components %}{% pages page %}").render(context)
    assert 'href="?place=mill&amp;page=1"' in html
    assert 'href="?place=mill&amp;page=3"' in html
    assert "Page 2 of 3" in html
    assert render("{% pages page %}", page=Paginator(range(5), 25).page(1)) == ""


def test_times_are_in_the_zone_and_language_asked_for():
    html = render('{% clock now "America/Chicago" %}', now=NOW)
    assert html == '<time datetime="2026-11-24T17:30-06:00">5:30 pm</time>'
    with translation.override("es"):
        html = render('{% when now "America/Chicago" %}', now=NOW)
    assert "Martes 24 de noviembre" in html
    assert "2026-11-24T17:30-06:00" in html


def test_hours_reads_from_and_to():
    html = render('{% hours now later "America/Chicago" %}', now=NOW, later=LATER)
    assert "<b>5:30 pm</b>" in html
    assert "to 7:00</span>" in html


def test_when_nothing_is_known_says_so():
    assert render("{% when nothing %}", nothing=None) == "not known yet"
    assert render("{% day nothing %}", nothing=None) == "not known yet"


def test_day_of_a_plain_date_needs_no_zone():
    assert "Tuesday 24 November" in render("{% day d %}", d=date(2026, 11, 24))


class TextIn:
    def __init__(self, text, code):
        self.text, self.code = text, code

    def best(self, code):
        return self.text, self.code


def test_text_in_another_language_is_marked_as_such():
    html = render("{% in_language text %}", text=TextIn("حلقة <b>", "ar"))
    assert html == '<span lang="ar" dir="rtl">حلقة &lt;b&gt;</span>'


def test_text_in_the_language_of_the_page_is_not_marked():
    assert render("{% in_language text %}", text=TextIn("Circle", "en")) == "Circle"
    assert render("{% in_language text %}", text="Plain & simple") == "Plain &amp; simple"
    assert render("{% in_language text %}", text=None) == ""
