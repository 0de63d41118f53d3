"""Settings: how it looks on this computer, the secrets, backups, and what this program and this clinic are.

Every change works at once and says ✓. Secrets are changed in a panel on the page itself; Esc closes it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QApplication,
    QCheckBox,
    QFileDialog,
    QFrame,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from village_doctor import __version__
from village_doctor.domain.changes.codec import instant_of
from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem
from village_doctor.foundation import logs
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.foundation.settings_file import TypeSize
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.pages.secrets_panels import NewPasswordPanel, NewPinPanel, UnlockCodePanel
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.theme import Theme
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Button, hide_quietly, label
from village_doctor.gui.widgets.layouts import PlainScroller, WrappingRow
from village_doctor.services import locking, opening, safekeeping, viewing
from village_doctor.services.printing_papers import unlock_sheet
from village_doctor.services.viewing import Status
from village_doctor.services.wording import day_and_time
from village_doctor.services.workplace import Workplace

_SIZES: Final[Mapping[TypeSize, str]] = {"small": N_("小"), "medium": N_("中"), "large": N_("大")}

Progress = Callable[[str, int, int], None]


class Appearance(Protocol):
    """How the program looks on this computer, and how to change that for good."""

    @property
    def theme(self) -> Theme: ...

    def choose(self, type_size: TypeSize, high_contrast: bool) -> None: ...


class SettingsPage(Page):
    """What can be set, top to bottom: look, secrets, backup; then what there is to know."""

    kinds: ClassVar[frozenset[str]] = frozenset({"clinic", "village", "staff", "setting"})
    rail: ClassVar[str] = "settings"
    typing_searches: ClassVar[bool] = False

    def __init__(self, shell: Shell, appearance: Appearance) -> None:
        super().__init__(shell)
        self._appearance = appearance
        self._clinic_name = ""
        self.panel: QWidget | None = None
        self._is_changing = False
        content = QWidget()
        content.setObjectName("scrolled")
        self._sections = QVBoxLayout(content)
        self._sections.setContentsMargins(0, 0, 8, 8)
        self._sections.setSpacing(12)
        self._build_look()
        self._build_secrets()
        self._build_backup()
        self._build_facts()
        self._sections.addStretch()
        self.area = PlainScroller()
        self.area.setWidget(content)
        self.body.addWidget(label(_("设置"), role="heading"))
        self.body.addWidget(self.area, 1)

    # --- what it is made of -------------------------------------------------------------------------

    def _build_look(self) -> None:
        layout = self._section(_("字的大小和颜色（只管这台电脑）"))
        theme = self._appearance.theme
        self.sizes = Choices(_("字的大小"), [(code, _(text)) for code, text in _SIZES.items()])
        self.sizes.set_values([theme.type_size])
        self.sizes.chosen.connect(self._choose_look)
        self.contrast = QCheckBox(_("黑白分明（高对比度）"))
        self.contrast.setChecked(theme.high_contrast)
        self.contrast.clicked.connect(self._choose_look)
        layout.addWidget(self.sizes)
        layout.addWidget(self.contrast)
        self.look_done = _done_line(layout)

    def _build_secrets(self) -> None:
        self._secrets = self._section(_("密码、PIN、开锁码"))
        row = WrappingRow()
        self.password_button = Button(_("换密码"))
        self.password_button.clicked.connect(self._open_password)
        self.pin_button = Button(_("换 PIN"))
        self.pin_button.clicked.connect(self._open_pin)
        self.code_button = Button(_("换一张开锁码"))
        self.code_button.clicked.connect(self._open_code)
        for button in (self.password_button, self.pin_button, self.code_button):
            row.add(button)
        self._opener = self.password_button
        self._secrets.addWidget(row)
        self.secrets_done = _done_line(self._secrets)

    def _build_backup(self) -> None:
        layout = self._section(_("备份"))
        self.last_backup = label("")
        layout.addWidget(self.last_backup)
        row = WrappingRow()
        self.backup_button = Button(_("现在备份一次"))
        self.backup_button.clicked.connect(lambda: self.back_up(None))
        self.away_button = Button(_("备份到优盘…"))
        self.away_button.clicked.connect(self._choose_folder)
        row.add(self.backup_button)
        row.add(self.away_button)
        layout.addWidget(row)
        self.backup_done = _done_line(layout)

    def _build_facts(self) -> None:
        self._facts = self._section(_("卫生室和程序"))
        self.facts = label("")
        self.practice = label("", tone="due")
        self.log = label("", role="note", tone="quiet")
        self.log.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        for one in (self.facts, self.practice, self.log):
            self._facts.addWidget(one)
        self.practice.hide()

    def _section(self, title: str) -> QVBoxLayout:
        frame = QFrame()
        frame.setProperty("kind", "panel")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(label(title, role="strong"))
        self._sections.addWidget(frame)
        return layout

    # --- page ---------------------------------------------------------------------------------------

    def refresh(self) -> None:
        self.session.work(self, self._fill, viewing.status)

    def hints(self) -> tuple[Hint, ...]:
        if self.panel is not None:
            return (("Enter", _("下一格")), ("Esc", _("返回")))
        return (("Tab", _("下一项")), ("Enter", _("按下")), ("PageDown", _("往下看")))

    def focus_first(self) -> None:
        if self.panel is None:
            self.sizes.setFocus()

    def go_back(self) -> bool:
        """Esc closes an open panel. A fresh unlock code stays on the page: nobody else shows it again."""
        if self.panel is None or isinstance(self.panel, UnlockCodePanel):
            return False
        if not self._is_changing:  # what is being changed already cannot be taken back
            self._close_panel()
            self._opener.setFocus()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A page up and down: what there is to know at the end has nothing that takes the focus first."""
        bar = self.area.verticalScrollBar()
        if event.key() == Qt.Key.Key_PageDown:
            bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
        elif event.key() == Qt.Key.Key_PageUp:
            bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepSub)
        else:
            super().keyPressEvent(event)

    def _fill(self, found: Status) -> None:
        self._clinic_name = found.clinic.name
        backup = instant_of(found.last_backup_at) if found.last_backup_at else None
        self.last_backup.setText(
            fill(
                _("这台电脑上最近的备份：{backup}。每天第一次用的时候，程序自己也会备份一次。"),
                {"backup": day_and_time(backup)},
            )
        )
        values = {
            "clinic": found.clinic.name,
            "township": found.clinic.township_name or _("还没填"),
            "villages": "、".join(f"{one.name}（{one.code}）" for one in found.villages),
            "doctor": found.doctor.name,
            "households": found.counts["household"],
            "residents": found.counts["resident"],
            "device": found.device_digit,
            "version": __version__,
            "home": self.session.workplace.home,
        }
        self.facts.setText(
            fill(
                _(
                    "{clinic}　医生 {doctor}　上级 {township}\n{villages}　{households} 户 {residents} 人\n"
                    "本卫生室的第 {device} 台电脑　程序版本 {version}\n数据在 {home}"
                ),
                values,
            )
        )
        self.practice.setVisible(found.is_practice)
        self.practice.setText(
            _(
                "● 这是练习村：里面的人都是假的，和正式的卫生室互不相干，只能和练习用的卫生院接上。"
                "要正式用：关掉程序再打开，在第一页填自己的村。"
            )
        )
        log = {"log": log_file(self.session.workplace)}
        self.log.setText(fill(_("出了意外时，把这个记录文件交给维护的人（里面没有姓名和号码）：{log}"), log))

    # --- look -----------------------------------------------------------------------------------------

    def _choose_look(self) -> None:
        chosen = self.sizes.value()
        size: TypeSize = next((one for one in _SIZES if one == chosen), "small")
        self._appearance.choose(size, self.contrast.isChecked())
        self._done(self.look_done, _("改好了，下次打开也是这样"))

    # --- secrets --------------------------------------------------------------------------------------

    def _open_password(self) -> None:
        panel = NewPasswordPanel(self.session.workplace.surroundings.random_bytes)

        def save() -> None:
            password = panel.taken()
            if password is not None:
                self._change(opening.change_password, password, _("密码换好了，旧密码打不开了"))

        def entered() -> None:
            """One Enter too many must not put a password in force that nobody has written down."""
            if panel.is_own:
                save()
            else:
                self.save_button.setFocus()

        panel.entered.connect(entered)
        self._opener = self.password_button
        self._open(panel, _("换成这个密码"), save, _("换了以后，旧密码打不开这里的数据和这里的备份。"))
        panel.focus_first()

    def _open_pin(self) -> None:
        panel = NewPinPanel()

        def save() -> None:
            pin = panel.taken()
            if pin is not None:
                self._change(locking.set_pin, pin, _("PIN 换好了"))

        panel.entered.connect(save)
        self._opener = self.pin_button
        self._open(
            panel, _("换成这个 PIN"), save, _("PIN 只在走开一会儿以后用；关掉程序再打开，还是用密码。")
        )
        panel.focus_first()

    def _open_code(self) -> None:
        text = _(
            "换了以后，旧的那张马上作废。新的只显示这一次：先备好打印机，或者纸和笔。"
            "以前拷到别处的备份，旧的那张还打得开，所以旧纸请撕掉。"
        )
        self._opener = self.code_button
        self._open(QWidget(), _("换一张新的"), self._replace_code, text)
        self.cancel_button.setFocus()  # a second Enter must not void the code that lies in its envelope

    def _open(self, panel: QWidget, save_text: str, save: Callable[[], None], about: str) -> None:
        """Opens a panel under the three buttons, with a button to save and one to leave it."""
        self._close_panel()
        self.secrets_done.hide()
        frame = QWidget()
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label(about))
        layout.addWidget(panel)
        row = WrappingRow()
        self.save_button = Button(save_text, kind="primary")
        self.save_button.clicked.connect(save)
        self.cancel_button = Button(_("算了（Esc）"))
        self.cancel_button.clicked.connect(self.go_back)
        row.add(self.save_button)
        row.add(self.cancel_button)
        layout.addWidget(row)
        self._show_panel(frame)

    def _show_panel(self, panel: QWidget) -> None:
        self.panel = panel
        self._secrets.addWidget(panel)
        self.shell.show_hints()
        self.area.verticalScrollBar().rangeChanged.connect(
            self._show_whole_panel, Qt.ConnectionType.SingleShotConnection
        )

    def _show_whole_panel(self) -> None:
        if self.panel is not None:
            self.area.ensureWidgetVisible(self.panel, 0, 0)

    def _change(self, change: Callable[[Workplace, str], None], secret: str, text: str) -> None:
        if self._is_changing:
            return
        self._begin_changing()

        def told(_nothing: None) -> None:
            self._is_changing = False
            self._close_panel()
            self._done(self.secrets_done, text)

        self.session.work_or(self, told, self._refuse, change, secret)

    def _replace_code(self) -> None:
        if not self._is_changing:
            self._begin_changing()
            self.session.work_or(self, self._show_code, self._refuse, opening.replace_unlock_code)

    def _begin_changing(self) -> None:
        """A button that is switched off hands its focus to the next one, which would be 算了: the page takes it."""
        self._is_changing = True
        if self.save_button.hasFocus():
            self.setFocus()
        for button in (self.save_button, self.cancel_button, *self._secret_buttons):
            button.setEnabled(False)

    def _refuse(self, problem: Problem) -> None:
        self._is_changing = False
        for button in (self.save_button, self.cancel_button, *self._secret_buttons):
            button.setEnabled(True)
        if self.hasFocus():
            self.save_button.setFocus()
        self.shell.tell(problem)

    def _show_code(self, code: UnlockCode) -> None:
        self._is_changing = False
        self._close_panel()
        panel = UnlockCodePanel(code, lambda: self._print(code))
        panel.proved.connect(self._code_proved)
        for button in self._secret_buttons:
            button.setEnabled(False)
        self._show_panel(panel)
        panel.focus_first()

    @property
    def _secret_buttons(self) -> tuple[Button, ...]:
        return self.password_button, self.pin_button, self.code_button

    def _print(self, code: UnlockCode) -> None:
        clinic, today = self._clinic_name, self.session.today
        self.shell.open_preview(lambda _workplace: unlock_sheet(code, clinic, today))

    def _code_proved(self) -> None:
        self._close_panel()
        self._done(self.secrets_done, _("开锁码换好了，旧的那张作废了，请撕掉"))

    def _close_panel(self) -> None:
        """The page itself has the focus then: one Enter more presses nothing."""
        for button in self._secret_buttons:
            button.setEnabled(True)
        if self.panel is not None:
            focus = QApplication.focusWidget()
            had_focus = focus is not None and self.panel.isAncestorOf(focus)
            hide_quietly(self.panel)
            self.panel.deleteLater()
            self.panel = None
            if had_focus:
                self.setFocus()
            self.shell.show_hints()

    # --- backup ---------------------------------------------------------------------------------------

    def back_up(self, folder: Path | None) -> None:
        """A verified copy into the home, or into a folder on a stick, which then opens with the unlock code only."""

        def work(workplace: Workplace, progress: Progress, is_cancelled: Callable[[], bool]) -> object:
            def watched(stage: str, done: int, total: int) -> None:
                if is_cancelled():
                    raise Problem("cancelled")
                progress(stage, done, total)

            return safekeeping.make_backup(workplace, folder, watched)

        def told(_path: object) -> None:
            opens = _("它用密码或开锁码打开") if folder is None else _("它只能用纸上的开锁码打开")
            self._done(self.backup_done, fill(_("备份做好了，读回来核对过。{opens}"), {"opens": opens}))
            self.refresh()

        self.shell.run_long(_("正在备份"), work, told)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, _("备份放到哪个文件夹"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.back_up(Path(name)))
        dialog.open()

    def _done(self, line: QLabel, text: str) -> None:
        for one in (self.look_done, self.secrets_done, self.backup_done):
            one.setVisible(one is line)
            if one is line:
                one.setText(f"✓ {text}")


def log_file(workplace: Workplace) -> Path:
    """Where the log lies: in the home, or beside this machine's own files if it was begun before there was a home."""
    inside = workplace.home / "logs" / logs.FILE_NAME
    outside = workplace.surroundings.state_folder / "logs" / logs.FILE_NAME
    return outside if outside.is_file() and not inside.is_file() else inside


def _done_line(layout: QVBoxLayout) -> QLabel:
    line = label("", tone="done")
    line.hide()
    layout.addWidget(line)
    return line
