"""The office's pages about certifications, and the catalogue to read."""

from apps.certifications.admin import catalogue, records, training

__all__ = ["catalogue", "records", "training"]
