"""Django's own `migrate`, in a fraction of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.core.management.commands.migrate import Command as Migrate
from django.db.migrations import AddConstraint, AddIndex, RemoveConstraint, RemoveIndex
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


def _without_drawing(state: ProjectState, change: Callable[[], None]) -> None:
    with patch.object(state, "reload_model", lambda *_args, **_more: None):
        change()


@contextmanager
def pictures_without_new_models() -> Iterator[None]:
    """While this is open, what a migration adds is written into Django's picture of the models that are there.

    Django draws a model and each one with a key to it anew for every field, constraint, index or trigger. Nearly all
    of ours lead to people and organizations, so each time it draws them all, which is most of the time that migrating
    takes. The SQL is the same: the schemas that both ways made were compared line by line.
    """
    kinds: list[Any] = [AddConstraint, RemoveConstraint, AddIndex, RemoveIndex, AddTrigger, RemoveTrigger]
    with ExitStack() as patched:
        for kind in kinds:

            def forwards(self: Any, app_label: str, state: Any, told: Any = kind.state_forwards) -> None:
                _without_drawing(state, lambda: told(self, app_label, state))
                if "apps" in vars(state):
                    model = state.apps.get_model(app_label, self.model_name)
                    options = state.models[app_label, self.model_name_lower].options
                    setattr(model._meta, self.option_name, options[self.option_name])

            patched.enter_context(patch.object(kind, "state_forwards", forwards))

        def add_field(
            self: Any, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool,
            told: Any = ProjectState.add_field,
        ) -> None:  # fmt: skip
            _without_drawing(self, lambda: told(self, app_label, model_name, name, field, preserve_default))
            if "apps" in vars(self):
                model = self.apps.get_model(app_label, model_name)
                # drawn in the picture that this one is a copy of: a key may lead to a model that only this one has
                model._meta.apps = self.apps
                self.models[app_label, model_name].fields[name].clone().contribute_to_class(model, name)
                self.apps.clear_cache()

        def add_model(self: Any, model_state: ModelState, told: Any = ProjectState.add_model) -> None:
            _without_drawing(self, lambda: told(self, model_state))
            if "apps" in vars(self):
                model_state.render(self.apps)
                self.apps.clear_cache()

        patched.enter_context(patch.object(ProjectState, "add_field", add_field))
        patched.enter_context(patch.object(ProjectState, "add_model", add_model))
        yield


class Command(Migrate):
    """Updates the database's schema: see Django's own command."""

    def handle(self, *args: Any, **options: Any) -> None:
        with pictures_without_new_models():
            super().handle(*args, **options)
