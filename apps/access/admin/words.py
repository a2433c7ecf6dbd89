"""Unfold's own words. It brings no catalogue of its own, so they stand here to be found and translated with ours."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Add row"), _("After you've created a user, you’ll be able to edit more user options."),
    _("All applications"), _("Apply Filters"), _("Cancel"), _("Clear all filters"), _("Clear selection"),
    _("Click here to select the objects across all pages"), _("Click to cancel"), _("Click to download"),
    _("Choose file to upload"), _("Dark"), _("Expand row"), _("False"), _("Filter navigation items"), _("Filters"),
    _("General"), _("Go back"), _("Hide counts"), _("Image preview"), _("Light"), _("Loading more results..."),
    _("More actions"), _("Next"), _("No data"), _("No recent searches"), _("No results found"),
    _("No results matching your query"), _("Objects"), _("Previous"), _("Recent searches"), _("Record picture"),
    _("Remove"), _("Reset filters"), _("Return to site"), _("Run"), _("Run the selected action"),
    _("Search apps and models..."), _("Select all rows"), _("Show counts"), _("Submit"), _("Summary"), _("System"),
    _("This item will be deleted."),
    _("This page yielded into no results. Create a new item or reset your filters."), _("Toggle password visibility"),
    _("Toggle sorting"), _("Remove from sorting"), _("True"), _("Type to search"), _("Unknown"),
    _("Unknown content"), _("View"), _("View site"), _("You don’t have permission to view or edit anything."),
)  # fmt: skip
