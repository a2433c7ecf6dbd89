from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "apps.organizations"
    label = "organizations"
    verbose_name = _("Organization")

    def ready(self) -> None:
        from apps.access import registry
        from apps.accounts import registry as sign_in
        from apps.organizations import access, roles, selectors, services  # noqa: F401  importing access registers the policies
        from apps.organizations.choices import Feature
        from apps.organizations.leaving import COVERS, NEWCOMERS, OWN_MENTOR
        from apps.organizations.models import Logo, SheetExport
        from apps.organizations.registry import register_feature, register_file_holder, register_holding, register_sheet
        from apps.organizations.staff_sheet import StaffSheet

        register_sheet(StaffSheet())
        register_file_holder(SheetExport, "file")
        registry.register_capabilities(selectors.capabilities)
        registry.register_bars(selectors.closed_now)
        sign_in.register_own_words(selectors.own_words_of)
        sign_in.register_quiet_seconds(selectors.quiet_seconds)
        sign_in.register_restoring(is_open=selectors.has_open_restoring, use=services.use_restoring)
        registry.register_people(users=selectors.users_here, names=selectors.names_of_users, houses=selectors.houses_of)
        registry.register_share_page(selectors.share_page)
        registry.register_people_search(selectors.persons_called)
        registry.register_absence(selectors.absent_here)
        for holding in (NEWCOMERS, OWN_MENTOR, COVERS):
            register_holding(holding)
        register_file_holder(Logo, "file")
        register_feature(Feature.TEXT_SIGN_IN, "account_change_phone")
        sign_in.register_text_sign_in(lambda request: selectors.has_feature(request, Feature.TEXT_SIGN_IN))
        for capability, words in roles.CAPABILITIES.items():
            registry.register_words(capability, words)
