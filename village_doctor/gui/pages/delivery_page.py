"""Letters: how much the township has not got yet, the stick to carry it on, and what has to be checked.

A stick that comes back is read first and written afterwards. Nothing is sent by itself; what is not receipted stays
here and is carried again.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.pages.enrol_panel import EnrolPanel
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.sticks import Stick, find_sticks
from village_doctor.gui.theme import DUE, set_tone
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import ENTER, Button, Card, Labelled, label
from village_doctor.gui.widgets.layouts import PlainScroller, WrappingRow
from village_doctor.services import delivery_status, wording
from village_doctor.services.carrying import (
    DELIVERED,
    Carried,
    Concerned,
    LetterShown,
    carry,
    collect,
    concerned,
    letters,
)
from village_doctor.services.delivery_status import DeliveryStatus, DoubtShown, RefusedShown
from village_doctor.services.delivery_wording import REVOKED, sent_lines, standing_sentence, taken_lines
from village_doctor.services.problem_words import problem_text
from village_doctor.services.workplace import Workplace

_LOOK_EVERY_MS: Final = 2_000
Standing = tuple[DeliveryStatus, tuple[LetterShown, ...]]


class DeliveryPage(Page):
    """`find` looks for sticks, on a thread of its own, while the page is seen."""

    kinds: ClassVar = frozenset({"clinic", "township"})
    rail: ClassVar = "delivery"

    def __init__(self, shell: Shell, find: Callable[[], tuple[Stick, ...]] = find_sticks) -> None:
        super().__init__(shell)
        self._find = find
        self._is_looking = False
        self._is_busy = False
        self._standing: DeliveryStatus | None = None
        self.sticks: tuple[Stick, ...] = ()
        self.body.addWidget(label(_("上报"), role="heading"))
        content = QWidget()
        content.setObjectName("scrolled")
        self._rows = QVBoxLayout(content)
        self._rows.setContentsMargins(0, 0, 8, 0)
        self._rows.setSpacing(12)
        self._scroll = scroll = PlainScroller()
        scroll.setWidget(content)
        self.body.addWidget(scroll, 1)
        self.sentence = label("", role="strong")
        self._rows.addWidget(self.sentence)
        self._make_buttons()
        self.told = label("")
        self._rows.addWidget(self.told)
        self._make_words()
        self.enrol_panel = EnrolPanel(self.session, shell, find)
        self._rows.addWidget(self.enrol_panel)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self._rows.addLayout(self._cards)
        self.cards: list[Card] = []
        self.letters_head = label(_("以前的上报"), role="strong")
        self._rows.addWidget(self.letters_head)
        self.letters = label("")
        self._rows.addWidget(self.letters)
        self._rows.addStretch(1)
        self.enrol_panel.enrolled.connect(self._was_enrolled)
        for widget in (
            self.told,
            self.words,
            self.enrol_panel,
            self.letters_head,
            self.letters,
            self.controls,
        ):
            widget.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look_for_sticks)

    def _make_buttons(self) -> None:
        self.controls = QWidget()
        rows = QVBoxLayout(self.controls)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        self.which = Choices(_("哪个优盘"), [])
        self.which_row = Labelled(_("插着几个优盘，用哪个？"), self.which)
        self._which_place = QVBoxLayout()
        self._which_place.addWidget(self.which_row)
        rows.addLayout(self._which_place)
        self.send_button = Button(_("上报到优盘"), kind="primary", key="F2")
        self.receive_button = Button(_("只收回条"), key="F3")
        self.folder_button = Button(_("选一个文件夹…"))
        row = WrappingRow()
        for button in (self.send_button, self.receive_button, self.folder_button):
            row.add(button)
        rows.addWidget(row)
        self.hint = label("", role="note", tone="quiet")
        rows.addWidget(self.hint)
        self._rows.addWidget(self.controls)
        self.send_button.clicked.connect(self.send)
        self.receive_button.clicked.connect(self.receive)
        self.folder_button.clicked.connect(self._choose_folder)

    def _make_words(self) -> None:
        self.words = QWidget()
        rows = QVBoxLayout(self.words)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        self.words_told = label(
            _("卫生院还没有确认这台电脑。带去第一次以后，他们会打电话来，请把这六个词念给他们听：")
        )
        rows.addWidget(self.words_told)
        self._words_place = QVBoxLayout()
        self.six_words = WrappingRow(gap=24)
        self._words_place.addWidget(self.six_words)
        rows.addLayout(self._words_place)
        self._rows.addWidget(self.words)

    # --- how it stands ------------------------------------------------------------------------------

    def refresh(self) -> None:
        self.session.work(self, self._show, _ask)
        self.look_for_sticks()

    def _show(self, found: Standing) -> None:
        standing, sent = found
        self._standing = standing
        is_enrolled = standing.township is not None
        had_focus = self.focusWidget() is not None and self.isAncestorOf(self.focusWidget())
        if is_enrolled:
            self.sentence.setText(standing_sentence(standing, self.session.today))
        else:
            self.sentence.setText(_("还没有和卫生院接上。写下的都在这台电脑里，接上以后一起送。"))
            if self.enrol_panel.isHidden():
                self.enrol_panel.look()
        self.controls.setVisible(is_enrolled)
        self.enrol_panel.setVisible(not is_enrolled)
        self.words.setVisible(is_enrolled and not standing.is_confirmed and not standing.is_revoked)
        if self.words.isVisibleTo(self):
            self._show_words(standing.device_words)
        self._show_cards(standing)
        self._show_letters(sent, standing.refused)
        self._show_sticks()
        if had_focus:
            self.focus_first()

    def _show_words(self, words: Sequence[str]) -> None:
        old, self.six_words = self.six_words, WrappingRow(gap=24)
        self._words_place.replaceWidget(old, self.six_words)
        old.hide()
        old.deleteLater()
        self.six_words.setAccessibleName(" ".join(words))
        for number, word in enumerate(words, 1):
            self.six_words.add(label(f"{number} {word}", role="heading", wraps=False))

    def _show_cards(self, standing: DeliveryStatus) -> None:
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [self._card(doubt) for doubt in standing.doubts]
        if standing.is_revoked:
            self.cards.insert(0, _text_card(_("▲ 已停用"), _(REVOKED)))
        for card in self.cards:
            self._cards.addWidget(card)

    def _card(self, doubt: DoubtShown) -> Card:
        card = _text_card(_("● 要核对"), doubt.text)
        button = Button(_("去改"))
        row = WrappingRow()
        row.add(button)
        card.body.addWidget(row)
        button.clicked.connect(partial(self._open_doubt, doubt))
        card.opened.connect(partial(self._open_doubt, doubt))
        return card

    def _open_doubt(self, doubt: DoubtShown, _checked: bool = False) -> None:
        self.session.ask(self, self._open_concerned, concerned, doubt)

    def _open_concerned(self, whom: Concerned) -> None:
        if whom.household_id is not None:
            self.shell.open_family(whom.household_id, whom.resident_id)
        elif whom.resident_id is not None:
            self.shell.open_person(whom.resident_id)
        else:
            self.shell.notice(_("这条记录不在这台电脑上。请问卫生院说的是谁。"))

    def _show_letters(self, sent: tuple[LetterShown, ...], refused: tuple[RefusedShown, ...]) -> None:
        why = {one.batch_no: one.text for one in refused}
        self.letters.setText("\n".join(_letter_line(one, why.get(one.number)) for one in sent))
        for widget in (self.letters_head, self.letters):
            widget.setVisible(bool(sent))

    # --- sticks -------------------------------------------------------------------------------------

    def look_for_sticks(self) -> None:
        """Looks once more; the button names what was found."""
        if not self._is_looking:
            self._is_looking = True
            self.session.tasks.start(self, self._sticks_found, self._find, self._not_found)

    def _sticks_found(self, found: tuple[Stick, ...]) -> None:
        self._is_looking = False
        if found != self.sticks:
            self.sticks = found
            self._show_sticks()

    def _not_found(self, problem: Problem) -> None:
        self._is_looking = False
        self.shell.tell(problem)

    def _show_sticks(self) -> None:
        before = self.which.value()
        places = [str(one.folder) for one in self.sticks]
        options = [(place, one.name) for place, one in zip(places, self.sticks, strict=True)]
        old_row = self.which_row
        self.which = Choices(_("哪个优盘"), options)
        self.which_row = Labelled(_("插着几个优盘，用哪个？"), self.which)
        self._which_place.replaceWidget(old_row, self.which_row)
        old_row.hide()
        old_row.deleteLater()
        self.which.set_values([before if before in places else places[0]] if places else [])
        self.which.chosen.connect(self._name_stick)
        self.which.entered.connect(self.focusNextChild)
        self.which_row.setVisible(len(self.sticks) > 1)
        self._name_stick()

    def _name_stick(self) -> None:
        stick = self._chosen()
        is_ready = stick is not None and not self._is_busy
        self.send_button.setEnabled(is_ready)
        self.receive_button.setEnabled(is_ready)
        self.folder_button.setEnabled(not self._is_busy)
        if stick is None:
            self.send_button.setText(_("插上优盘就能上报"))
            self.hint.setText(_("没有看到优盘。插好等两秒就会认出来；也可以选一个文件夹。"))
        else:
            self.send_button.setText(fill(_("上报到优盘 {name}　F2"), {"name": stick.name}))
            self.hint.setText(_("先收优盘里的回条，再把没送到的放上去。信是加密的，只有卫生院打得开。"))
        self.send_button.setAccessibleName(self.send_button.text())

    def _chosen(self) -> Stick | None:
        value = self.which.value()
        return next((one for one in self.sticks if str(one.folder) == value), None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # --- carrying -----------------------------------------------------------------------------------

    def send(self) -> None:
        """Receipts in, letters out, on the chosen stick."""
        stick = self._chosen()
        if stick is not None:
            self.carry_to(stick.folder)

    def receive(self) -> None:
        """Only takes the receipts off the chosen stick."""
        stick = self._chosen()
        if stick is not None:
            self._run(_("正在收回条"), stick.folder, collect)

    def carry_to(self, folder: Path) -> None:
        """The same with any folder."""
        self._run(_("正在上报"), folder, carry)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, _("放到哪个文件夹"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.fileSelected.connect(lambda chosen: self.carry_to(Path(chosen)))
        dialog.open()

    def _run(
        self,
        title: str,
        folder: Path,
        work: Callable[[Workplace, Path, Callable[[str, int, int], None], Callable[[], bool]], Carried],
    ) -> None:
        if self._is_busy:
            return
        self._is_busy = True
        self._say("")
        self._name_stick()

        def run(
            workplace: Workplace, progress: Callable[[str, int, int], None], is_cancelled: Callable[[], bool]
        ) -> Carried:
            return work(workplace, folder, progress, is_cancelled)

        self.shell.run_long(title, run, partial(self._carried, folder), self._failed)

    def _carried(self, folder: Path, done: object) -> None:
        assert isinstance(done, Carried)
        self._is_busy = False
        taken, sent = done.taken, done.sent
        lines: list[str] = []
        if sent is None or taken.receipts or taken.problems or taken.merged:
            lines += taken_lines(taken, problem_text)
        if sent is not None:
            lines += sent_lines(sent, self._place(folder), done.standing)
            if sent.changes:
                lines.append(_("✓ 现在可以拔下优盘，带到卫生院；回来再插上，收回条。"))
        self._say("\n".join(lines), tone=DUE if taken.problems else "")
        self._scroll.ensureWidgetVisible(self.sentence)
        self.refresh()
        if taken.merged:
            self.session.changed.emit(frozenset({"resident", "household", "contract", "visit", "reading"}))

    def _place(self, folder: Path) -> str:
        return next((one.name for one in self.sticks if one.folder == folder), str(folder))

    def _failed(self, problem: Problem) -> None:
        self._is_busy = False
        self._say(f"▲ {problem_text(problem)}", tone="danger")
        self.refresh()

    def _say(self, text: str, *, tone: str = "") -> None:
        self.told.setText(text)
        set_tone(self.told, tone)
        self.told.setVisible(bool(text))

    def _was_enrolled(self) -> None:
        self.shell.notice(_("✓ 和卫生院接上了"))
        self.refresh()

    # --- the window ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = [card for card in self.cards if card.hasFocus()]
        if places and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            at = self.cards.index(places[0]) + step
            if 0 <= at < len(self.cards):
                self.cards[at].setFocus()
                self._scroll.ensureWidgetVisible(self.cards[at])
        elif event.key() in ENTER and self.send_button.isEnabled() and self.send_button.isVisible():
            self.send()
        else:
            super().keyPressEvent(event)

    def go_back(self) -> bool:
        return self.enrol_panel.isVisible() and self.enrol_panel.go_back()

    def hints(self) -> Sequence[Hint]:
        return (("F2", _("上报到优盘")), ("F3", _("只收回条")), ("Esc", _("回去")))

    def focus_first(self) -> None:
        if self.enrol_panel.isVisible():
            self.enrol_panel.focus_first()
        elif self.send_button.isEnabled():
            self.send_button.setFocus()
        elif self.cards:
            self.cards[0].setFocus()
        else:
            self.folder_button.setFocus()


def _ask(workplace: Workplace) -> Standing:
    return delivery_status.status(workplace), letters(workplace)


def _text_card(title: str, text: str) -> Card:
    card = Card(f"{title} {text}")
    card.body.addWidget(label(title, role="strong", tone="danger" if title.startswith("▲") else DUE))
    card.body.addWidget(label(text))
    return card


def _letter_line(letter: LetterShown, refused: str | None) -> str:
    if refused is not None:
        state = f"▲ {refused}"
    elif letter.state == DELIVERED:
        state = _("✓ 送到了，有回条")
    elif letter.written_at is None:
        state = _("● 还没放到优盘上")
    else:
        state = fill(_("● {when} 放好的，等回条"), {"when": wording.day_and_time(letter.written_at)})
    values = {"number": letter.number, "count": letter.changes, "state": state}
    return fill(_("第 {number} 次上报　{count} 条　{state}"), values)
