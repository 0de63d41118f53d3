"""Where the doctor is, in a few words that outlive the pages: after the lock she finds it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from village_doctor.gui.pages.contract_page import ContractPage
from village_doctor.gui.pages.family_page import FamilyPage
from village_doctor.gui.pages.found_page import FoundPage
from village_doctor.gui.pages.help_page import HelpPage
from village_doctor.gui.pages.preview_page import PreviewPage
from village_doctor.gui.pages.registering_page import RegisteringPage
from village_doctor.gui.pages.visit_page import VisitPage
from village_doctor.gui.rail import TODAY
from village_doctor.gui.shell import Page, Shell

# What lay below these is where she was.
_LYING_OVER: Final = (FoundPage, HelpPage, PreviewPage)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the doctor was when the window locked."""

    rail: str = TODAY
    household_id: str | None = None
    resident_id: str | None = None
    form: tuple[str, str] | None = None
    correcting: str | None = None
    registering: bool = False
    contract_of: str | None = None

    @property
    def is_deeper(self) -> bool:
        """Was it a page behind the rail's?"""
        return any((self.household_id, self.form, self.correcting, self.registering, self.contract_of))

    def open_in(self, shell: Shell) -> None:
        """Opens the pages behind the rail's, in the order in which she came to them."""
        if self.household_id is not None:
            shell.open_family(self.household_id, self.resident_id)
        if self.form is not None:
            shell.open_form(*self.form)
        if self.correcting is not None:
            shell.correct_visit(self.correcting)
        if self.registering:
            shell.open_registering()
        if self.contract_of is not None:
            shell.open_contract(self.contract_of)


@dataclass(slots=True)
class Opened:
    """What was opened last on the pages that do not tell it themselves. `form`: resident and code of the form."""

    household_id: str | None = None
    resident_id: str | None = None
    form: tuple[str, str] | None = None
    contract_of: str | None = None

    def place(self, way: Sequence[Page]) -> Place:
        """`way`: the pages from the rail's to the one that is shown."""
        page = next((one for one in reversed(way) if not isinstance(one, _LYING_OVER)), way[-1])
        has_family = any(isinstance(one, FamilyPage) for one in way)
        correcting = page.correcting if isinstance(page, VisitPage) else None
        return Place(
            rail=next((one.rail for one in reversed(way) if one.rail), TODAY),
            household_id=self.household_id if has_family else None,
            resident_id=self.resident_id if has_family else None,
            form=self.form if isinstance(page, VisitPage) and correcting is None else None,
            correcting=correcting,
            registering=isinstance(page, RegisteringPage),
            contract_of=self.contract_of if isinstance(page, ContractPage) else None,
        )
