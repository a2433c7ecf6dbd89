"""One-use keys on real PostgreSQL, with two people (or one impatient one) at once."""

import threading
import uuid
from datetime import timedelta

import pytest
from django import forms
from django.db import connection, transaction
from django.utils import timezone

from apps.kit.models import UsedKey
from apps.kit.once import AlreadyUsed, OnceForm, OnceMixin, forget_used_keys, new_key, use_once


def in_thread(work):
    """Run in a thread with a connection of its own, and hand back what it returned or raised."""
    outcome = []

    def body():
        try:
            outcome.append(work())
        except Exception as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=body)
    thread.start()
    return thread, outcome


def test_key_is_used_once_and_the_second_use_is_told_the_result(db):
    key = new_key()
    use_once(key, user_id=7).leads_to("/groups/1/")
    with pytest.raises(AlreadyUsed) as already:
        use_once(key, user_id=7)
    assert already.value.result == "/groups/1/"
    assert UsedKey.objects.count() == 1  # the transaction goes on after a refusal


@pytest.mark.parametrize("other", [8, None])
def test_key_used_by_another_user_is_refused_without_their_result(db, other):
    key = new_key()
    use_once(key, user_id=7).leads_to("/clients/secret/")
    with pytest.raises(AlreadyUsed) as already:
        use_once(key, user_id=other)
    assert already.value.result == ""


@pytest.mark.django_db(transaction=True)
def test_use_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        use_once(new_key())
    assert not UsedKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_second_post_waits_for_the_first_and_gets_its_result():
    key, used, may_commit = new_key(), threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            use = use_once(key, user_id=1)
            used.set()
            may_commit.wait(10)
            use.leads_to("/groups/1/")

    def second():
        with transaction.atomic():
            use_once(key, user_id=1)

    one, first_outcome = in_thread(first)
    assert used.wait(10)
    two, second_outcome = in_thread(second)
    two.join(0.3)
    assert two.is_alive(), "the second POST did not wait for the first"
    may_commit.set()
    one.join(10)
    two.join(10)
    assert first_outcome == [None]
    assert isinstance(second_outcome[0], AlreadyUsed)
    assert second_outcome[0].result == "/groups/1/"


@pytest.mark.django_db(transaction=True)
def test_key_is_free_again_when_the_first_post_fails():
    key, used, may_fail = new_key(), threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            use_once(key)
            used.set()
            may_fail.wait(10)
            raise ValueError("the group could not be made")

    def second():
        with transaction.atomic():
            use_once(key).leads_to("/groups/2/")

    one, first_outcome = in_thread(first)
    assert used.wait(10)
    two, second_outcome = in_thread(second)
    may_fail.set()
    one.join(10)
    two.join(10)
    assert isinstance(first_outcome[0], ValueError)
    assert second_outcome == [None]
    assert UsedKey.objects.get().result == "/groups/2/"


@pytest.mark.django_db(transaction=True)
def test_of_eight_posts_at_once_one_creates():
    key, start, created = new_key(), threading.Barrier(8), []

    def post():
        start.wait(10)
        with transaction.atomic():
            use = use_once(key)
            created.append(1)
            use.leads_to("/groups/1/")

    threads = [in_thread(post) for _ in range(8)]
    for thread, _outcome in threads:
        thread.join(20)
    refused = [outcome[0] for _thread, outcome in threads if isinstance(outcome[0], AlreadyUsed)]
    assert len(created) == 1
    assert len(refused) == 7
    assert {each.result for each in refused} == {"/groups/1/"}


def test_old_keys_are_forgotten_and_fresh_ones_kept(db):
    old, fresh = new_key(), new_key()
    for key in (old, fresh):
        use_once(key)
    UsedKey.objects.filter(key=old).update(used_at=timezone.now() - timedelta(days=31))
    assert forget_used_keys(older_than=timedelta(days=30)) == 1
    assert list(UsedKey.objects.values_list("key", flat=True)) == [fresh]
    assert forget_used_keys(older_than=timedelta(days=30)) == 0


# ---- forms
class NameForm(OnceMixin, forms.Form):
    name = forms.CharField(max_length=5)


def test_each_rendered_form_carries_a_key_of_its_own():
    keys = {str(NameForm()["once"].value()) for _ in range(2)}
    assert len(keys) == 2
    key = NameForm()["once"]
    assert 'type="hidden"' in str(key)
    assert "value=" in str(key)


def test_form_sent_back_with_errors_keeps_its_key():
    key = str(new_key())
    form = NameForm({"name": "much too long", "once": key})
    assert not form.is_valid()
    assert key in str(form["once"])


def test_valid_form_hands_over_its_key():
    key = new_key()
    form = NameForm({"name": "Circle"[:5], "once": str(key)})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["once"] == key


@pytest.mark.parametrize("sent", [{}, {"once": ""}, {"once": "no key"}])
def test_form_without_a_readable_key_is_refused_and_works_when_sent_again(sent):
    form = NameForm({"name": "Ana", **sent})
    assert not form.is_valid()
    assert form.non_field_errors()
    assert form["name"].value() == "Ana"
    fresh = uuid.UUID(form["once"].value())
    again = NameForm({"name": "Ana", "once": str(fresh)})
    assert again.is_valid()
    assert again.cleaned_data["once"] == fresh


def test_button_form_needs_nothing_but_the_key():
    assert OnceForm({"once": str(new_key())}).is_valid()
    assert not OnceForm({}).is_valid()
