"""The components of the design system, one module a family; `{% load components %}` loads them all."""
