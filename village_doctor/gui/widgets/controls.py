"""Labels, buttons, fields and cards as every page uses them: big enough, reachable by keyboard, named for readers.

Fields for numbers, PINs and codes switch a Chinese input method off; nothing else does.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QRegularExpressionValidator,
    QShortcut,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

_PIN_WIDTH: Final = 400  # six big dots
ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


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
        if event.key() in ENTER and not event.isAutoRepeat():
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
        if event.key() in ENTER:
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
        plain = half_width(event.commitString())
        self.insert("".join(one for one in plain if not self._allowed or one in self._allowed))
        if plain:
            self.textEdited.emit(self.text())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        plain = half_width(typed)
        if plain and plain.isprintable() and self._allowed and plain not in self._allowed:
            event.accept()
            return
        if plain != typed:
            self.insert(plain)
            self.textEdited.emit(self.text())
            return
        super().keyPressEvent(event)


class NumberField(PlainField):
    """Digits, with `places` also one point. `full`: it holds as many digits as it can; the next field's turn.

    `longest` digits are meant to stand before the point, at most `places` stand behind it. `moves_on(text)` may say earlier
    that a number is complete (152 is, 96 is not 9).
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
        # Digits before the point are only too many together: 12.5 must not become a 1.5 that can be true.
        pattern = "[0-9]*" + (f"(\\.[0-9]{{0,{places}}})?" if places else "")
        self.setValidator(QRegularExpressionValidator(QRegularExpression(pattern), self))
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


def half_width(text: str) -> str:
    """Full-width digits, letters and marks as the keyboard means them."""
    return "".join(
        chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else "." if one == "。" else one for one in text
    )


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
        command = self.letters.get(half_width(event.text()).upper()) if plain else None
        if event.key() in ENTER and plain:
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
