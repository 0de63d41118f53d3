"""All pages of the window, each made when it is first wanted: the first one must not wait for the others."""

from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from village_doctor.gui import rail
from village_doctor.gui.pages.contract_page import ContractPage
from village_doctor.gui.pages.contracts_page import ContractsPage
from village_doctor.gui.pages.delivery_page import DeliveryPage
from village_doctor.gui.pages.family_page import FamilyPage
from village_doctor.gui.pages.found_page import FoundPage
from village_doctor.gui.pages.help_page import HelpPage
from village_doctor.gui.pages.preview_page import PreviewPage
from village_doctor.gui.pages.registering_page import RegisteringPage
from village_doctor.gui.pages.residents_page import ResidentsPage
from village_doctor.gui.pages.settings_page import Appearance, SettingsPage
from village_doctor.gui.pages.today_page import TodayPage
from village_doctor.gui.pages.visit_page import VisitPage
from village_doctor.gui.shell import Page, Shell

PageT = TypeVar("PageT", bound=Page)


class PageStack(QStackedWidget):
    """Shows one page at a time. `person_chosen`: household (or "") and resident, from what the search found."""

    person_chosen = Signal(str, str)

    def __init__(self, shell: Shell, appearance: Appearance) -> None:
        super().__init__()
        self._shell = shell
        self._appearance = appearance

    @property
    def shown(self) -> Page | None:
        """The page that is shown; None before the first one."""
        page = self.currentWidget()
        return page if isinstance(page, Page) else None

    def behind(self, entry: str) -> Page:
        """The page behind an entry of the rail."""
        match entry:
            case rail.RESIDENTS:
                return self.residents
            case rail.CONTRACTS:
                return self.contracts
            case rail.DELIVERY:
                return self.delivery
            case rail.SETTINGS:
                return self.settings
            case _:
                return self.today

    def _added(self, page: PageT) -> PageT:
        self.addWidget(page)
        return page

    @cached_property
    def today(self) -> TodayPage:
        return self._added(TodayPage(self._shell))

    @cached_property
    def residents(self) -> ResidentsPage:
        return self._added(ResidentsPage(self._shell))

    @cached_property
    def contracts(self) -> ContractsPage:
        return self._added(ContractsPage(self._shell))

    @cached_property
    def delivery(self) -> DeliveryPage:
        return self._added(DeliveryPage(self._shell))

    @cached_property
    def settings(self) -> SettingsPage:
        return self._added(SettingsPage(self._shell, self._appearance))

    @cached_property
    def found(self) -> FoundPage:
        page = self._added(FoundPage(self._shell))
        page.chosen.connect(self.person_chosen)
        return page

    @cached_property
    def family(self) -> FamilyPage:
        return self._added(FamilyPage(self._shell))

    @cached_property
    def registering(self) -> RegisteringPage:
        return self._added(RegisteringPage(self._shell))

    @cached_property
    def visit(self) -> VisitPage:
        return self._added(VisitPage(self._shell))

    @cached_property
    def contract(self) -> ContractPage:
        return self._added(ContractPage(self._shell))

    @cached_property
    def preview(self) -> PreviewPage:
        return self._added(PreviewPage(self._shell))

    @cached_property
    def help(self) -> HelpPage:
        return self._added(HelpPage(self._shell))
