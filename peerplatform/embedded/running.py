"""The embedded services as the settings want them."""

from django.conf import settings

from peerplatform.embedded.services import EmbeddedServices


def configured_services(*, throwaway: bool = False) -> EmbeddedServices:
    """Those servers for which no address of one's own is set; `throwaway` for data that may be lost."""
    return EmbeddedServices(
        settings.VAR_DIR,
        database=settings.EMBEDDED_DATABASE,
        redis=settings.EMBEDDED_REDIS,
        throwaway=throwaway,
    )
