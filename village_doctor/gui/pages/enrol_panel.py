"""Joining the township: find its invitation, hear its six words on the telephone, and only then enrol.

Used by the first run and by the delivery page; it needs an opened home, nothing of the workroom.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QVBoxLayout, QWidget

from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.session import Session
from village_doctor.gui.sticks import Stick, find_sticks
from village_doctor.gui.widgets.controls import Button, label
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.services import enrolling, joining
from village_doctor.services.enrolling import TownshipShown
from village_doctor.services.joining import InvitationSeen
from village_doctor.services.problem_words import problem_text

TOUCHED: Final = frozenset({"clinic", "township"})
_ABOUT_IT: Final = ("invitation-", "words-", "practice-", "enrolled-", "not-permitted")


class Teller(Protocol):
    """Whoever can tell a Problem: the window, or its messages while there is no workroom yet."""

    def tell(self, problem: Problem) -> None: ...


class EnrolPanel(QWidget):
    """Two sights: which invitation, then its six words. `enrolled`: this clinic and the township know each other."""

    enrolled = Signal()

    def __init__(
        self,
        session: Session,
        teller: Teller,
        find: Callable[[], Sequence[Stick]] = find_sticks,
    ) -> None:
        super().__init__()
        self._session = session
        self._teller = teller
        self._find = find
        self._seen: InvitationSeen | None = None
        self._is_busy = False
        self._has_focus = False
        self.is_enrolled = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)
        self._sight: QWidget = QWidget()
        self._layout.addWidget(self._sight)
        self._first: QWidget = self
        self.status = label("", tone="danger")
        self.status.hide()
        self._layout.addWidget(self.status)
        self._show_choosing(())

    def focus_first(self) -> None:
        self._first.setFocus()

    def go_back(self) -> bool:
        """Esc: from the words back to the files. False if there is nothing to go back from."""
        if self._seen is None:
            return False
        self._seen = None
        self.look()
        return True

    # --- which invitation -------------------------------------------------------------------------------

    def look(self) -> None:
        """Looks at what lies on the sticks."""
        self._say("")
        find = self._find
        self._session.tasks.start(
            self,
            self._show_choosing,
            lambda: joining.look_around([stick.folder for stick in find()]),
            self._refuse,
        )

    def take_file(self, path: Path) -> None:
        """Reads this file and shows whose it is."""
        self._say("")
        self._session.tasks.start(self, self._show_words, lambda: joining.look_at_file(path), self._refuse)

    def _show_choosing(self, found: Sequence[InvitationSeen]) -> None:
        layout = self._new_sight()
        layout.addWidget(
            label(
                _(
                    "卫生院会给您一个邀请文件（.vdinvite，一般在优盘里）。接上以后，写的记录才能送到卫生院。"
                    "没有它也能照常记录，什么时候接都行。"
                )
            )
        )
        row = WrappingRow()
        self.found_buttons = [self._found_button(one) for one in found]
        for button in self.found_buttons:
            row.add(button)
        self.again_button = Button(_("再找一找优盘") if found else _("插好了优盘，找一找"))
        self.again_button.clicked.connect(self.look)
        self.file_button = Button(_("选一个文件…"))
        self.file_button.clicked.connect(self._choose_file)
        row.add(self.again_button)
        row.add(self.file_button)
        if not found:
            layout.addWidget(label(_("现在没有看到优盘里有邀请文件。"), tone="quiet"))
        layout.addWidget(row)
        self._settle(self.found_buttons[0] if found else self.again_button)

    def _found_button(self, seen: InvitationSeen) -> Button:
        place = seen.path.parent.name or str(seen.path.parent)
        values = {"name": seen.shown.name, "place": place}
        button = Button(fill(_("{name}的邀请（在 {place}）"), values), kind="primary")
        button.clicked.connect(lambda _checked=False, chosen=seen: self._show_words(chosen))
        return button

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, _("邀请文件"))
        dialog.setNameFilter(_("邀请文件 (*.vdinvite)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    # --- the words --------------------------------------------------------------------------------------

    def _show_words(self, seen: InvitationSeen) -> None:
        self._seen = seen
        self._say("")
        layout = self._new_sight()
        values = {"name": seen.shown.name, "code": seen.shown.clinic_code}
        layout.addWidget(label(seen.shown.name, role="heading"))
        layout.addWidget(label(_practice_text(seen.shown), tone="quiet"))
        layout.addWidget(
            label(
                fill(
                    _("请打{name}的电话（用您自己知道的号码），请对方念六个词，一个一个对："),
                    values,
                )
            )
        )
        self.words = WrappingRow(gap=24)
        self.words.setAccessibleName(" ".join(seen.shown.words))
        for number, word in enumerate(seen.shown.words, 1):
            self.words.add(label(f"{number} {word}", role="heading", wraps=False))
        layout.addWidget(self.words)
        row = WrappingRow()
        self.same_button = Button(_("打电话对过了，一样"), kind="primary")
        self.same_button.clicked.connect(self._enrol)
        self.differs_button = Button(_("不一样"))
        self.differs_button.clicked.connect(self._drop)
        self.other_button = Button(_("换一个文件"), kind="link")
        self.other_button.clicked.connect(self.go_back)
        for button in (self.same_button, self.differs_button, self.other_button):
            row.add(button)
        layout.addWidget(row)
        self._settle(self.same_button)

    def _drop(self) -> None:
        self.go_back()
        self._say(
            _("那就不要用这个文件，什么也没有改动。请卫生院重新给一份，再打电话对一遍。"), tone="danger"
        )

    def _enrol(self) -> None:
        seen = self._seen
        if seen is None or self._is_busy:
            return
        self._is_busy = True
        self._say(_("正在接……"))
        self._session.work_or(
            self,
            self._tell_enrolled,
            self._refuse_enrolling,
            enrolling.enrol,
            seen.data,
            " ".join(seen.shown.words),
        )

    def _tell_enrolled(self, shown: TownshipShown) -> None:
        self._seen, self._is_busy, self.is_enrolled = None, False, True
        self._say("")
        layout = self._new_sight()
        values = {"name": shown.name, "code": shown.clinic_code}
        layout.addWidget(
            label(fill(_("✓ 和{name}接上了，卫生室编号 {code}。"), values), role="heading", tone="done")
        )
        layout.addWidget(
            label(
                _(
                    "第一次上报以后，卫生院会打电话来，请您念这台电脑的六个词（在“上报”里）。"
                    "密码忘了、开锁码也没了的时候，卫生院保险柜里的那张纸也能打开这里的数据。"
                )
            )
        )
        self._settle(self)
        self._session.changed.emit(TOUCHED)
        self.enrolled.emit()

    # --- what is shown ----------------------------------------------------------------------------------

    def _refuse(self, problem: Problem) -> None:
        self._say(problem_text(problem), tone="danger")

    def _refuse_enrolling(self, problem: Problem) -> None:
        """What is wrong with the invitation stands here; what is wrong with the computer is told at the one door."""
        self._is_busy = False
        if problem.code.startswith(_ABOUT_IT):
            self._refuse(problem)
        else:
            self._say("")
            self._teller.tell(problem)

    def _say(self, text: str, *, tone: str = "quiet") -> None:
        self.status.setText(f"▲ {text}" if tone == "danger" and text else text)
        self.status.setProperty("tone", tone)
        self.status.style().polish(self.status)
        self.status.setVisible(bool(text))

    def _new_sight(self) -> QVBoxLayout:
        focus = QApplication.focusWidget()
        self._has_focus = focus is not None and self.isAncestorOf(focus)
        old, self._sight = self._sight, QWidget()
        self._layout.replaceWidget(old, self._sight)
        old.hide()
        old.deleteLater()
        layout = QVBoxLayout(self._sight)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        return layout

    def _settle(self, first: QWidget) -> None:
        """Where the focus goes now, if it was in what has just been replaced."""
        self._first = first
        if self._has_focus:
            self.focus_first()


def _practice_text(shown: TownshipShown) -> str:
    if shown.practice:
        return _("这是练习用的邀请：只有练习村能用。")
    return _("这是正式的邀请：练习村不能用。")
