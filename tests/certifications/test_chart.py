"""Ratings over time, as lines to draw and as a table beside them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.access.scope import open_scope
from apps.certifications import chart
from apps.certifications.choices import Competency, Level
from apps.certifications.models import CompetencyRating
from apps.organizations.choices import Role
from tests.factories.organizations import make_member, make_organization
from tests.factories.supervision import make_plan

START = date(2025, 1, 1)
RATINGS = st.lists(
    st.builds(
        lambda days, level, own: CompetencyRating(
            competency="crisis", rated_on=START + timedelta(days=days), level=level, by_self=own
        ),
        st.integers(0, 900),
        st.sampled_from(Level.values),
        st.booleans(),
    ),
    max_size=20,
)


@given(RATINGS)
@settings(max_examples=100, deadline=None)
def test_marks_stay_inside_go_forward_and_stand_higher_the_higher_the_level(rows):
    rows.sort(key=lambda row: row.rated_on)
    (plot,) = chart.plots({"crisis": rows}, [("crisis", "Crisis")])
    assert plot.is_empty == (not rows)
    for line in (plot.own, plot.supervisor):
        points = [(float(x), float(y)) for x, y in line.marks]
        assert all(0 <= x <= chart.WIDTH and 0 <= y <= chart.HEIGHT for x, y in points)
        assert [x for x, _y in points] == sorted({x for x, _y in points})
        by_level = {row.level: y for row, (_x, y) in zip(line.ratings, points, strict=True)}
        assert [by_level[level] for level in sorted(by_level)] == sorted(by_level.values(), reverse=True)


def test_what_was_said_last_on_a_day_counts_for_it():
    rows = [CompetencyRating(competency="crisis", rated_on=START, level=level, by_self=True) for level in (1, 3, 2)]
    (plot,) = chart.plots({"crisis": rows}, [("crisis", "Crisis")])
    assert [row.level for row in plot.own.ratings] == [2]
    assert plot.own.path.startswith("M10 ")


@pytest.mark.django_db
def test_the_page_draws_both_views_beside_a_table_for_the_two_and_nobody_else(client):
    here = make_organization(domain="centre.localhost")
    plan = make_plan(here)
    with open_scope(here.pk):
        for days, level, own in ((0, 1, True), (200, 3, True), (100, 2, False)):
            CompetencyRating.objects.create(
                organization=here,
                person=plan.specialist,
                competency=Competency.CRISIS,
                level=level,
                by_self=own,
                rated_on=START + timedelta(days=days),
            )
    client.defaults["HTTP_HOST"] = "centre.localhost"
    page = reverse("certifications:competencies", args=[plan.specialist.public_id])
    for reader in (plan.specialist, plan.supervisor):
        client.force_login(reader.user)
        text = client.get(page).content.decode()
        assert text.count("<figure>") == 1
        assert text.count('<circle class="own" cx=') == 2 + 1  # and the one of the key
        assert text.count('href="#plot-square"') == 1
        assert text.count("1 January 2025") == 1
        assert "style=" not in text
    client.force_login(make_member(here, Role.PEER_SPECIALIST).user)
    assert client.get(page).status_code == 404
