"""The pages behind the one that is shown: Esc goes back along them."""

from village_doctor.gui.page_stack import PageStack
from village_doctor.gui.pages.found_page import FoundPage
from village_doctor.gui.shell import Page


class Trail:
    """`page`: the one that is shown. What the search found is never come back to."""

    def __init__(self, pages: PageStack) -> None:
        self._pages = pages
        self._behind: list[Page] = []
        self._has_begun = False

    @property
    def page(self) -> Page:
        shown = self._pages.shown
        assert shown is not None
        return shown

    @property
    def way(self) -> tuple[Page, ...]:
        """From the first page to the one that is shown."""
        return (*self._behind, self.page)

    def begin_at(self, page: Page) -> None:
        """Whatever lay behind is done with; the next page has only this one behind it."""
        self._behind = [page]

    def begin_anew(self) -> None:
        """Nothing lies behind."""
        self._behind = []

    def step_back(self) -> Page:
        """The page to go back to, which is no longer behind."""
        return self._behind.pop() if self._behind else self._pages.today

    def leave_for(self, page: Page, *, remembers: bool) -> None:
        """Leaves the page that is shown, which is come back to if `remembers`."""
        before = self._pages.shown
        if before is not None and before is not page and self._has_begun:
            before.leave()
            if page in self._behind:  # she comes back to it; what lay behind it is done with
                del self._behind[self._behind.index(page) :]
            elif remembers and not isinstance(before, FoundPage):
                self._behind.append(before)
        self._has_begun = True

    def cover(self, page: Page) -> None:
        """Shows `page` over the one that is shown, until it is uncovered."""
        self.page.leave()
        self._behind.append(self.page)
        self._pages.setCurrentWidget(page)

    def uncover(self) -> None:
        """The covered page again, as it was."""
        self._pages.setCurrentWidget(self._behind.pop())
