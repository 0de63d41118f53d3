"""Labels, buttons, fields and choices as every page uses them: big enough, reachable by keyboard, named for readers.

Fields for numbers, PINs and codes switch a Chinese input method off; nothing else does.
"""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

_PIN_WIDTH: Final = 400  # six big dots
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def label(text: str = "", *, role: str = "body", tone: str = "", wraps: bool = True) -> QLabel:
    """Plain text, never markup. Roles: note, body, strong, heading, big."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    made.setWordWrap(wraps)
    if wraps:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def is_typed(event: QKeyEvent) -> bool:
    """Is it a character, rather than a command? On list pages it belongs to the search."""
    command = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    text = event.text()
    return not command and bool(text.strip()) and text.isprintable()


def hide_quietly(widget: QWidget) -> None:
    """Hides it. Where it had the focus nobody has it then: Qt would hand it to whatever comes next, and on a page of
    people that would be another person's card."""
    focus = QApplication.focusWidget()
    if focus is not None and (focus is widget or widget.isAncestorOf(focus)):
        focus.clearFocus()
    widget.hide()


class Button(QPushButton):
    """Enter presses it as Space does. `key`: a shortcut, shown after the word."""

    def __init__(self, text: str, *, kind: str = "plain", key: str = "") -> None:
        super().__init__(f"{text}  {key}" if key else text)
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if key:  # at once: a button's own shortcut waits for its picture of being pressed
            QShortcut(QKeySequence(key), self).activated.connect(self.click)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


class Field(QLineEdit):
    """One line of text. `entered`: Enter was pressed in it."""

    entered = Signal()

    def __init__(self, name: str, *, hint: str = "", width: int = 0) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        if width:
            self.setFixedWidth(width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            if not event.isAutoRepeat():  # a key held down answers once
                self.entered.emit()
        else:
            super().keyPressEvent(event)


class PlainField(Field):
    """A field where an input method has no business: what is typed arrives as it is typed."""

    def __init__(
        self, name: str, *, allowed: str = "", longest: int = 0, hint: str = "", width: int = 0
    ) -> None:
        """`allowed`: the characters that are taken, all if empty; others are ignored without a sound."""
        super().__init__(name, hint=hint, width=width)
        self._allowed = allowed
        if longest:
            self.setMaxLength(longest)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhPreferLatin
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )

    def inputMethodQuery(self, query: Qt.InputMethodQuery, argument: object = None) -> object:
        if query == Qt.InputMethodQuery.ImEnabled:
            return False
        return super().inputMethodQuery(query)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """An input method that does not listen: what it commits is taken as plain characters, its letters are not shown."""
        plain = _half_width(event.commitString())
        self.insert("".join(one for one in plain if not self._allowed or one in self._allowed))
        if plain:
            self.textEdited.emit(self.text())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        plain = _half_width(typed)
        if plain and plain.isprintable() and self._allowed and plain not in self._allowed:
            event.accept()
            return
        if plain != typed:
            self.insert(plain)
            self.textEdited.emit(self.text())
            return
        super().keyPressEvent(event)


class NumberField(PlainField):
    """Digits, with `places` also a point. `full`: it holds as many digits as it can; the next field's turn.

    `longest` digits before the point; `moves_on(text)` may say earlier that a number is complete (152 is, 96 is not 9).
    """

    full = Signal()

    def __init__(
        self,
        name: str,
        *,
        longest: int = 3,
        places: int = 0,
        moves_on: Callable[[str], bool] | None = None,
        width: int = 110,
    ) -> None:
        whole = longest + (places + 1 if places else 0)
        super().__init__(name, allowed="0123456789" + ("." if places else ""), longest=whole, width=width)
        self.setInputMethodHints(self.inputMethodHints() | Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self._moves_on = moves_on or (lambda text: len(text) >= whole)
        self.textEdited.connect(self._tell_if_full)

    def _tell_if_full(self, text: str) -> None:
        if self._moves_on(text) and self.cursorPosition() == len(text):
            self.full.emit()


class PinField(PlainField):
    """Four to six digits, shown as dots."""

    def __init__(self, name: str) -> None:
        super().__init__(name, allowed="0123456789", longest=6)
        self.setMaximumWidth(_PIN_WIDTH)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setProperty("role", "big")


class PasswordField(PlainField):
    """A password, shown as dots; an input method stays off, so that dots are what was typed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)


def _half_width(text: str) -> str:
    """Full-width digits, letters and marks as the keyboard means them."""
    return "".join(
        chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else "." if one == "。" else one for one in text
    )


class Choices(QFrame):
    """A few options to choose one of, or several: by its number, by arrows and Space, or by mouse.

    `options`: code and label. `exclusive`: codes that stand alone (无症状). `chosen` tells after every change.
    """

    chosen = Signal()
    entered = Signal()

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[str, str]],
        *,
        several: bool = False,
        exclusive: Sequence[str] = (),
        numbered: bool = True,
    ) -> None:
        super().__init__()
        self.setProperty("kind", "choices")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._codes = [code for code, _text in options]
        self._several = several
        self._exclusive = frozenset(exclusive)
        self._at = 0
        layout = FlowLayout(self, margin=3)
        self.buttons: list[QPushButton] = []
        for number, (_code, text) in enumerate(options, 1):
            shown = f"{number % 10} {text}" if numbered and number <= 10 else text
            button = QPushButton(shown)
            button.setProperty("kind", "choice")
            button.setAccessibleName(text)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda checked, at=number - 1: self._choose(at, wanted=checked))
            layout.addWidget(button)
            self.buttons.append(button)

    # --- values -------------------------------------------------------------------------------------

    def values(self) -> list[str]:
        """The chosen codes, in the order of the options."""
        return [code for code, button in zip(self._codes, self.buttons, strict=True) if button.isChecked()]

    def value(self) -> str | None:
        return next(iter(self.values()), None)

    def set_values(self, codes: Sequence[str]) -> None:
        """Shows these as chosen; tells nobody."""
        for code, button in zip(self._codes, self.buttons, strict=True):
            button.setChecked(code in codes)

    # --- keys and mouse -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, typed = event.key(), _half_width(event.text())
        if typed.isdigit() and len(typed) == 1:
            at = (int(typed) - 1) % 10
            if at < len(self.buttons):
                self._choose(at)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self._at = (self._at + (1 if key == Qt.Key.Key_Right else -1)) % len(self.buttons)
            self._show_place()
        elif key == Qt.Key.Key_Space:
            self._choose(self._at)
        elif key in _ENTER:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        chosen = [at for at, button in enumerate(self.buttons) if button.isChecked()]
        self._at = chosen[0] if chosen else 0
        self._show_place()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        for button in self.buttons:
            _underline(button, False)

    def _show_place(self) -> None:
        for at, button in enumerate(self.buttons):
            _underline(button, at == self._at)

    def _choose(self, at: int, *, wanted: bool | None = None) -> None:
        """By key (`wanted` None) a chosen option of several is taken back; the mouse says what it wants."""
        self._at = at
        if wanted is None:
            wanted = not self.buttons[at].isChecked()
        if self._several:
            self.buttons[at].setChecked(wanted)
            if wanted:
                self._clear_others(at)
        else:
            self.set_values([self._codes[at]])
        if self.hasFocus():
            self._show_place()
        self.chosen.emit()

    def _clear_others(self, at: int) -> None:
        for other, (code, button) in enumerate(zip(self._codes, self.buttons, strict=True)):
            alone = self._codes[at] in self._exclusive or code in self._exclusive
            if other != at and alone:
                button.setChecked(False)


def _underline(button: QPushButton, on: bool) -> None:
    font = button.font()
    font.setUnderline(on)
    button.setFont(font)


class FlowLayout(QLayout):
    """Lays its items out in lines and begins a new line where one is full."""

    def __init__(
        self, parent: QWidget | None = None, *, margin: int = 0, gap: int = 8, line_gap: int | None = None
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._line_gap = gap if line_gap is None else line_gap
        self.setContentsMargins(margin, margin, margin, margin)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay_out(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay_out(rect, moves=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _lay_out(self, rect: QRect, *, moves: bool) -> int:
        margins = self.contentsMargins()
        area = rect.adjusted(margins.left(), margins.top(), -margins.right(), -margins.bottom())
        x, y, high = area.x(), area.y(), 0
        line: list[tuple[QLayoutItem, QRect]] = []
        for item in self._items:
            if item.isEmpty():  # hidden
                continue
            size = item.sizeHint()
            if line and x + size.width() > area.right() + 1:
                self._settle(line, high, moves=moves)
                x, y, high, line = area.x(), y + high + self._line_gap, 0, []
            width = min(size.width(), area.width())
            line.append((item, QRect(QPoint(x, y), QSize(width, size.height()))))
            x += width + self._gap
            high = max(high, size.height())
        self._settle(line, high, moves=moves)
        return y + high - rect.y() + margins.bottom()

    @staticmethod
    def _settle(line: Sequence[tuple[QLayoutItem, QRect]], high: int, *, moves: bool) -> None:
        """Each in the middle of its line's height."""
        for item, place in line if moves else ():
            item.setGeometry(place.translated(0, (high - place.height()) // 2))


class Card(QFrame):
    """A card that takes the focus. `opened`: Enter or a click. `letters`: commands while it has the focus.

    Letters work whatever the input method does: a card takes no text, so keys arrive as they are.
    """

    opened = Signal()
    focused = Signal()

    def __init__(self, name: str, *, letters: "dict[str, Callable[[], None]] | None" = None) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.letters = letters or {}
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 12, 16, 12)
        self.body.setSpacing(4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        command = self.letters.get(_half_width(event.text()).upper()) if plain else None
        if event.key() in _ENTER and plain:
            self.opened.emit()
        elif command is not None:
            command()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: object) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseDoubleClickEvent(self, event: object) -> None:
        self.opened.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()


class Scroller(QScrollArea):
    """Scrolls downwards only, and leaves the keys to the page: there arrows walk between cards."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()


class Labelled(QWidget):
    """A field with its name above (or beside) it and room for what is wrong with it under it."""

    def __init__(self, text: str, field: QWidget, *, unit: str = "", beside: bool = False) -> None:
        super().__init__()
        self.field = field
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.caption = label(text, role="note", tone="quiet", wraps=False)
        self.caption.setBuddy(field)
        row = QHBoxLayout()
        row.setSpacing(8)
        if beside:
            row.addWidget(self.caption)
        else:
            layout.addWidget(self.caption)
        row.addWidget(field)
        if unit:
            row.addWidget(label(unit, role="note", tone="quiet", wraps=False))
        if beside or unit:
            row.addStretch()
        layout.addLayout(row)
        self.wrong = label("", role="note", tone="danger")
        self.wrong.hide()
        layout.addWidget(self.wrong)

    def refuse(self, text: str) -> None:
        """Shows what is wrong under the field; an empty text takes it away."""
        self.wrong.setText(f"▲ {text}" if text else "")
        self.wrong.setVisible(bool(text))


class WrappingRow(QWidget):
    """Widgets side by side that wrap into lines; its height follows its width."""

    def __init__(self, *, gap: int = 8, line_gap: int | None = None) -> None:
        """`gap` between two of them; `line_gap` between two lines, where that is another."""
        super().__init__()
        self._flow = FlowLayout(self, gap=gap, line_gap=line_gap)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        self._flow.addWidget(widget)

    def arrange(self) -> None:
        """Something in it has changed its size or has come and gone."""
        self._flow.invalidate()
        self.setMinimumHeight(self._flow.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self._flow.heightForWidth(self.width()))
