"""Who may read, write and hand out materials."""

from django.db.models import Exists, OuterRef, Q

from apps.access.actor import Actor
from apps.access.policy import Grant, Policy, Public, Relation, Role, register
from apps.clients.access import on_care_team
from apps.materials.choices import TextState
from apps.materials.models import Material, MaterialGrant, MaterialShare, MaterialText


def shared_with(actor: Actor, material: str = "pk") -> Q:
    """True for rows whose material (at the path `material`) this user was handed as a client."""
    return Q(
        Exists(
            MaterialShare.objects.filter(
                material_id=OuterRef(material), client__person__user_id=actor.user_id, ended_at__isnull=True
            )
        )
    )


def published(material: str = "pk") -> Q:
    """True for rows whose material (at the path `material`) has a published text."""
    texts = MaterialText.objects.filter(material_id=OuterRef(material), state=TextState.PUBLISHED)
    return Q(Exists(texts), archived_at__isnull=True) if material == "pk" else Q(Exists(texts))


shared = Grant(MaterialGrant)


def _of_shared(actor: Actor) -> Q:
    """Texts of a material that was shared with this user."""
    return Q(material__in=shared.held(actor, Material, "view"))


register(
    Policy(
        Material,
        {
            "view": [
                Role("view_materials"),
                Relation("it was handed to them", lambda actor: shared_with(actor) & published(), off_duty=True),
                Public(Q(for_everybody=True) & published()),
                shared,
            ],
            "change": [Role("manage_materials")],
            "share": [Role("manage_shares")],
            "hand_out": [Role("share_materials")],
        },
        add="manage_materials",
        page="materials:detail",
    )
)
is_published = Q(state=TextState.PUBLISHED, material__archived_at__isnull=True)
register(
    Policy(
        MaterialText,
        {
            "view": [
                Role("view_materials"),
                Relation(
                    "it was handed to them",
                    lambda actor: shared_with(actor, "material_id") & is_published,
                    off_duty=True,
                ),
                Relation("the material was shared with them", lambda actor: _of_shared(actor) & is_published),
                Public(is_published & Q(material__for_everybody=True)),
            ],
            "change": [Role("manage_materials"), Role("translate_materials")],
        },
        add="translate_materials",
    )
)
register(
    Policy(
        MaterialShare,
        {
            "view": [
                Role("view_clients"),
                Relation("it was handed to them", lambda a: Q(client__person__user_id=a.user_id), off_duty=True),
                Relation("on the client's care team", lambda a: on_care_team(a, "client_id"), capability="give_care"),
            ],
            "change": [Role("share_materials")],
        },
        add="share_materials",
        identifies=["client__person"],
    )
)
