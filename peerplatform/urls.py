"""Every address. Each app's `urls.py` states its own addresses in full, so all are included at the root."""

from importlib.util import find_spec

from django.apps import apps
from django.contrib import admin
from django.urls import include, path

admin.autodiscover()

_rooms = [
    path("", include(f"{config.name}.urls"))
    for config in apps.get_app_configs()
    if config.name.startswith("apps.") and find_spec(f"{config.name}.urls")
]

urlpatterns = [
    *_rooms,
    path("", include("peerplatform.outbox_page")),
    path("admin/", admin.site.urls),
]

handler429 = "apps.accounts.views.too_many"
handler500 = "apps.portal.errors.server_error"
