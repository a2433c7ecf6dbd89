"""The office's pages about the organization itself, the people who work there, and its places."""

from importlib import import_module

# Importing one registers its pages; the navigation keeps this order.
for _name in ("sheets", "settings", "people", "invitations", "places", "policies"):
    import_module(f"{__name__}.{_name}")
