"""Materials: read in one's own language by those who were handed them, and by nobody else."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.materials import services
from apps.materials.models import Material, MaterialText
from tests.factories.clients import make_client, put_on_team
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return make_organization(domain="here.localhost")


def make_material(organization, *, texts, name="Sleep", **fields):
    boss = make_member(organization, "administrator")
    with open_scope(organization.pk):
        material = services.store_material(
            actor=SYSTEM, material=Material(organization=organization, name=name, **fields)
        )
        for language, title in texts.items():
            services.write_text(
                actor=actor_for(boss),
                text=MaterialText(organization=organization, material=material, language=language),
                title=title,
                body=f"# {title}\n\nText.",
                state="published",
            )
    return material


def test_a_client_reads_in_spanish_what_was_handed_to_them_and_nobody_else_does(here, client):
    material = make_material(here, texts={"en": "Sleeping better", "es": "Dormir mejor"})
    ana = make_client(here, user=make_user(language="es"), language="es")
    other = make_client(here, user=make_user())
    with open_scope(here.pk):
        services.hand_out(material=material, client=ana, actor=SYSTEM, note="Para ti")
    address, host = f"/materials/{material.public_id}/", {"host": "here.localhost", "accept-language": "es"}
    client.force_login(ana.person.user)
    page = client.get(address, headers=host).content.decode()
    assert "Dormir mejor" in page
    assert "Para ti" in page
    assert 'lang="es"' in page
    assert "Dormir mejor" in client.get("/materials/", headers=host).content.decode()
    client.force_login(other.person.user)
    assert client.get(address, headers=host).status_code == 404
    assert "Dormir mejor" not in client.get("/materials/", headers=host).content.decode()


def test_a_draft_never_reaches_a_client(here):
    material = make_material(here, texts={"en": "Ready"})
    with open_scope(here.pk):
        services.write_text(
            actor=SYSTEM,
            text=MaterialText(organization=here, material=material, language="es"),
            title="Borrador",
            body="x",
        )
        ana = make_client(here, user=make_user())
        services.hand_out(material=material, client=ana, actor=SYSTEM)
        assert {text.title for text in visible_to(MaterialText, actor_for(ana.person))} == {"Ready"}


def test_what_is_taken_back_is_gone(here):
    material = make_material(here, texts={"en": "Sleep"})
    ana = make_client(here, user=make_user())
    with open_scope(here.pk):
        share = services.hand_out(material=material, client=ana, actor=SYSTEM)
        services.take_back(share=share, actor=SYSTEM)
        assert not visible_to(Material, actor_for(ana.person)).exists()


def test_handing_it_out_twice_makes_one_share(here):
    material = make_material(here, texts={"en": "Sleep"})
    ana = make_client(here)
    with open_scope(here.pk):
        first = services.hand_out(material=material, client=ana, actor=SYSTEM)
        assert services.hand_out(material=material, client=ana, actor=SYSTEM, note="again") == first


def test_a_specialist_hands_out_to_their_own_clients_alone(here):
    material = make_material(here, texts={"en": "Sleep"})
    peer = make_member(here, "peer_specialist")
    mine, other = make_client(here), make_client(here)
    put_on_team(mine, peer)
    with open_scope(here.pk):
        services.hand_out(material=material, client=mine, actor=actor_for(peer))
        with pytest.raises(PermissionDenied):
            services.hand_out(material=material, client=other, actor=actor_for(peer))


def test_a_translator_marks_a_text_as_checked_and_does_not_publish_it(here):
    material = make_material(here, texts={"en": "Sleep"})
    translator = actor_for(make_member(here, "translator"))
    with open_scope(here.pk):
        text = MaterialText(organization=here, material=material, language="vi")
        with pytest.raises(ValidationError) as refused:
            services.write_text(actor=translator, text=text, title="Ngủ", body="x", state="published")
        assert set(refused.value.message_dict) == {"state"}
        text = MaterialText(organization=here, material=material, language="vi")
        stored = services.write_text(actor=translator, text=text, title="Ngủ", body="x", state="reviewed")
        assert stored.reviewed_by_id == translator.user_id


def test_scripts_in_a_text_never_reach_the_page(here, client):
    material = make_material(here, texts={"en": "Sleep"}, for_everybody=True)
    with open_scope(here.pk):
        text = material.texts.get()
        services.write_text(actor=SYSTEM, text=text, body="<script>alert(1)</script> [x](javascript:alert(1))")
    page = client.get(f"/materials/{material.public_id}/", headers={"host": "here.localhost"}).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_another_organizations_client_is_refused_in_the_form(here, client):
    material = make_material(here, texts={"en": "Sleep"})
    foreign = make_client(make_organization())
    client.force_login(make_member(here, "coordinator").user)
    posted = client.post(
        f"/materials/{material.public_id}/hand-out/",
        {"client": str(foreign.public_id), "once": "6dd5f1d8-1f1e-4f4b-9d53-0d4d86b7a001"},
        headers={"host": "here.localhost"},
    )
    assert posted.status_code == 422
    with open_scope(here.pk):
        assert not material.shares.exists()


def test_a_form_that_was_refused_keeps_its_key_and_hands_out_once_it_is_right_and_only_once(here, client):
    material = make_material(here, texts={"en": "Sleep"})
    record = make_client(here)
    client.force_login(make_member(here, "coordinator").user)
    asked = {"client": "", "once": "6dd5f1d8-1f1e-4f4b-9d53-0d4d86b7a002", "note": "For you"}
    url = f"/materials/{material.public_id}/hand-out/"
    assert client.post(url, asked, headers={"host": "here.localhost"}).status_code == 422
    for note in ("For you", "Sent twice"):
        right = {**asked, "client": str(record.public_id), "note": note}
        assert client.post(url, right, headers={"host": "here.localhost"}).status_code == 302
    with open_scope(here.pk):
        assert [share.note for share in material.shares.all()] == ["For you"]
