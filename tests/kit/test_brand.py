"""An organization's colour can be read by everybody, or the nearest one that can is offered."""

import pytest

from apps.kit.brand import BRAND, BRAND_DARK, brand_css, brand_version, check_brand, contrast, nearest


def test_contrast_of_black_and_white_is_twenty_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#ffffff", "#000000") == pytest.approx(21.0)
    assert contrast("#5f2a55", "#5F2A55") == pytest.approx(1.0)


def test_contrast_agrees_with_published_pairs():
    # WebAIM's contrast checker: #767676 on white is 4.54:1, #777777 is 4.48:1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("pair", [(BRAND, BRAND_DARK), ("#17566b", "#a5d5e4"), ("#1d4d2b", "#a9dcb6")])
def test_check_brand_of_readable_colours_finds_nothing(pair):
    assert check_brand(*pair) == []


def test_check_brand_of_a_light_colour_offers_the_nearest_that_passes():
    (problem,) = check_brand("#ff9900", BRAND_DARK)
    assert problem.field == "brand"
    assert problem.suggestion in problem.message
    assert contrast(problem.suggestion, "#ffffff") >= 5.5
    assert contrast(problem.suggestion, "#ffffff") < 5.7, "nearest, not merely dark"


def test_check_brand_of_a_dark_colour_for_dark_pages_offers_a_lighter_one():
    (problem,) = check_brand(BRAND, "#5f2a55")
    assert problem.field == "brand_dark"
    assert 6.5 <= contrast(problem.suggestion, "#221d22") < 6.8


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#12345g", "#5f2a55;}", "#5f2a55\n", None])
def test_check_brand_of_something_else_than_six_digits_says_how_to_write_it(colour):
    (problem,) = check_brand(colour, BRAND_DARK)
    assert problem.field == "brand"
    assert BRAND in problem.message


@pytest.mark.parametrize("grey", ["#808080", "#ffffff", "#fefefe"])
def test_nearest_of_a_colour_without_hue_still_passes(grey):
    assert contrast(nearest(grey, "#ffffff", 5.5), "#ffffff") >= 5.5


def test_nearest_keeps_a_colour_that_passes_already():
    assert nearest(BRAND, "#ffffff", 5.5) == BRAND


def test_brand_css_sets_two_properties_and_refuses_anything_else():
    assert brand_css("#17566B", "#a5d5e4") == ":root{--brand:#17566b;--brand-dark:#a5d5e4}\n"
    with pytest.raises(ValueError, match="not a colour"):
        brand_css("#17566b}body{display:none", "#a5d5e4")


def test_brand_version_changes_with_either_colour():
    assert brand_version(BRAND, BRAND_DARK) != brand_version("#17566b", BRAND_DARK)
    assert brand_version(BRAND, BRAND_DARK) == brand_version(BRAND.upper(), BRAND_DARK)
