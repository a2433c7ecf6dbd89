"""Words that are made elsewhere than where they are translated: they stand here to be found with the others.

Unfold brings no catalogue of its own. The relations of every app's policies are told by the pages that explain access.
"""

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

RELATIONS = (
    _("a colleague"), _("a family member the client named"), _("a role that reads what was submitted"),
    _("it is about themselves"), _("it is an ordinary message"), _("it is their own appointment"),
    _("it is their own record"), _("it is their own sealed record"), _("it is their own supervision"),
    _("it was handed to them"), _("on the client's care team"), _("somebody who does not work here"),
    _("the appointment is with them"), _("the group was shared with them"), _("the material was shared with them"),
    _("the record is sealed to them"), _("the task is theirs"), _("they answer it"), _("they are in the group"),
    _("they are in the plan"), _("they are the clinical supervisor in the plan"),
    _("they are the supervisor in the plan"), _("they asked for it"), _("they declared it"), _("they lead the group"),
    _("they lead it"), _("it is planned with them"), _("they cover for the supervisor, who is away today"),
    _("they agreed as guardian"), _("they lead it as the second supervisor"), _("they look after private rules"),
    _("they support this person"), _("they work here"), _("they wrote it down"),
)  # fmt: skip
