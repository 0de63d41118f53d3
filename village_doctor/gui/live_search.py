"""The search as she types: what the box says is looked for at once, and what is found lies over the page she typed on."""

from PySide6.QtCore import QObject

from village_doctor.gui.page_stack import PageStack
from village_doctor.gui.pages.found_page import FoundPage
from village_doctor.gui.search_box import SearchBox
from village_doctor.gui.shell import Shell
from village_doctor.gui.trail import Trail


class LiveSearch(QObject):
    """Joins the search box with the page of what is found. It ends when somebody is opened, or at Esc."""

    def __init__(self, shell: Shell, box: SearchBox, pages: PageStack, trail: Trail) -> None:
        super().__init__(box)
        self._shell = shell
        self._box = box
        self._pages = pages
        self._trail = trail
        box.searched.connect(self._search)
        box.moved.connect(self._move)
        box.entered.connect(self._open_marked)
        box.left.connect(self.leave)
        pages.person_chosen.connect(self._open)

    @property
    def is_open(self) -> bool:
        return isinstance(self._trail.page, FoundPage)

    def leave(self) -> None:
        """Back to the page she typed on."""
        self._end()
        self._trail.page.focus_first()

    def _search(self, text: str) -> None:
        if not text:
            self._uncover()
            return
        if not self.is_open:
            self._trail.cover(self._pages.found)
            self._shell.show_hints()
        self._pages.found.search(text)

    def _move(self, step: int) -> None:
        if self.is_open:
            self._pages.found.move_by(step)
        elif step > 0:
            self._trail.page.focus_first()

    def _open_marked(self) -> None:
        if self.is_open:
            self._pages.found.open_current()

    def _open(self, household_id: str, resident_id: str) -> None:
        self._end()
        if household_id:
            self._shell.open_family(household_id, resident_id)
        else:
            self._shell.open_person(resident_id)

    def _end(self) -> None:
        self._box.empty()
        self._uncover()

    def _uncover(self) -> None:
        if self.is_open:
            self._trail.uncover()
            self._shell.show_hints()
