"""The house keeps to its floors (DESIGN.md section 3), and each rule catches what it is for."""

import pytest

from tests.architecture import rules
from tests.architecture.rules import Module, modules


def problems(check, *folders):
    """What a rule finds in the named folders, a line each, so that a failure shows all of it."""
    return "\n".join(problem for module in modules(*folders) for problem in check(module))


def test_apps_import_only_what_lower_floors_publish():
    assert problems(rules.wrong_imports, "apps") == ""


def test_no_string_names_a_model_or_module_of_a_higher_floor():
    assert problems(rules.upward_strings, "apps") == ""


def test_files_are_short_and_named_for_what_they_do():
    assert problems(rules.wrong_size_or_name, "apps", "peerplatform", "bench") == ""


def test_views_admin_and_tasks_write_no_rows():
    assert problems(rules.writes_in_thin_modules, "apps") == ""


def test_wall_time_is_resolved_in_kit_only():
    assert problems(rules.bare_time_zone_sql, "apps", "peerplatform") == ""


def test_every_exemption_names_its_rule_and_reason():
    assert problems(rules.exemptions_without_reason, "apps", "peerplatform", "bench", "tests") == ""


def test_every_app_stands_on_a_floor():
    folders = {path.name for path in (rules.ROOT / "apps").iterdir() if (path / "__init__.py").exists()}
    assert folders <= set(rules.FLOORS)


@pytest.mark.parametrize(
    ("path", "source", "wrong"),
    [
        ("apps/groups/views.py", "from apps.care.models import Appointment", True),
        ("apps/groups/views.py", "def f():\n    from apps.portal import models", True),
        ("apps/materials/models.py", "from apps.certifications.models import Record", True),
        ("apps/care/views.py", "from apps.groups.models import SupportGroup", False),
        ("apps/care/views.py", "from apps.groups import selectors", False),
        ("apps/care/views.py", "from apps.groups.views import schedule", True),
        ("apps/care/views.py", "from apps.groups import views", True),
        ("apps/care/views.py", "import apps.groups.forms", True),
        ("apps/care/views.py", "from .models import Appointment", False),
        ("apps/care/views.py", "from apps.kit.dates import day", False),
        ("apps/care/views.py", "from apps.kit.dates import _private", True),
        ("apps/care/views.py", "from apps.kit import secret", True),
        ("apps/care/views.py", "from peerplatform.sink import Sink", True),
        ("apps/care/migrations/0001_initial.py", "import apps.kit.fields", False),
        ("apps/care/migrations/0001_initial.py", "import apps.portal.models", True),
        ("peerplatform/urls.py", "from apps.portal.views import home", False),
    ],
)
def test_an_import_is_judged_by_floor_and_by_what_is_published(path, source, wrong):
    published = {"apps.kit.dates": {"day"}, "apps.kit.secret": None}
    assert bool(rules.wrong_imports(Module(path, source), published)) is wrong


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ('x = ForeignKey("care.Appointment")', True),
        ('x = ForeignKey("organizations.Organization")', False),
        ('x = ForeignKey("clients.Client")', False),
        ('x = import_string("apps.portal.views.home")', True),
        ('"""care.Appointment"""', False),
    ],
)
def test_a_string_that_names_a_higher_model_is_found(source, wrong):
    assert bool(rules.upward_strings(Module("apps/groups/models.py", source))) is wrong


@pytest.mark.parametrize(
    ("path", "source", "wrong"),
    [
        ("apps/care/views.py", "form.save()", True),
        ("apps/care/admin/notes.py", "queryset.delete()", True),
        ("apps/care/tasks.py", "Row.objects.filter(x=1).update(x=2)", True),
        ("apps/care/views.py", "context.update(x=2)", False),
        ("apps/care/services.py", "row.save()", False),
    ],
)
def test_a_write_outside_services_is_found(path, source, wrong):
    assert bool(rules.writes_in_thin_modules(Module(path, source))) is wrong


@pytest.mark.parametrize(
    ("comment", "wrong"),
    [
        ("# noqa", True),
        ("# noqa: F401", True),
        ("# noqa: F401  imported for its effect", False),
        ("# type: ignore", True),
        ("# type: ignore[attr-defined]", True),
        ("# type: ignore[attr-defined]  # the library has no types", False),
    ],
)
def test_an_exemption_without_a_reason_is_found(comment, wrong):
    assert bool(rules.exemptions_without_reason(Module("apps/care/x.py", f"x = 1  {comment}\n"))) is wrong


def test_bare_time_zone_sql_is_found_outside_kit():
    source = 'RAW = "SELECT starts AT  time zone zone FROM t"'
    assert rules.bare_time_zone_sql(Module("apps/care/selectors.py", source))
    assert not rules.bare_time_zone_sql(Module("apps/kit/walltime.py", source))


def test_a_long_file_and_a_drawer_are_found():
    assert rules.wrong_size_or_name(Module("apps/care/views.py", "\n" * 451))
    assert rules.wrong_size_or_name(Module("apps/care/utils.py", ""))
