"""What a scanned card does: it opens its person on any page, and says what the card is worth."""

from PySide6.QtCore import QObject

from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.messages import Messages
from village_doctor.gui.shell import Shell
from village_doctor.services import verifying_cards, wording_cards
from village_doctor.services.verifying_cards import CardFound


class ScannedCards(QObject):
    """Hears from the scanner: `began`, then `scanned` or `broke_off`."""

    def __init__(self, shell: Shell, messages: Messages, parent: QObject) -> None:
        super().__init__(parent)
        self._shell = shell
        self._session = shell.session
        self._messages = messages
        self._opened: str | None = None

    def began(self, digits: str) -> None:
        """Opens whose it is, before the scanner has typed its end."""
        self._opened = None

        def found(resident_id: str | None) -> None:
            self._opened = resident_id
            if resident_id is not None:
                self._shell.open_person(resident_id)

        self._session.ask(self, found, verifying_cards.look_up, digits)

    def scanned(self, digits: str) -> None:
        """The whole code is there: is it one of ours, and does it still hold?"""
        self._session.work(self, self._show, verifying_cards.check_card, digits)

    def broke_off(self) -> None:
        self._messages.say(_("没扫全，请再扫一次。"), theme.DUE)

    def _show(self, card: CardFound) -> None:
        if self._opened != card.resident.id:  # else she is open, and being worked on
            self._shell.open_person(card.resident.id)
        is_good = card.signature == verifying_cards.GOOD and card.bound_until is not None
        told = wording_cards.card_found(card, self._session.today)
        self._messages.say(told, theme.DONE if is_good else theme.DUE)
