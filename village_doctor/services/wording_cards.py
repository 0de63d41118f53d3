"""What a scanned card says, in words: for the window in one line, for the command line in a few."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from village_doctor.domain.contract_rules import STATE_NAMES
from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import wording
from village_doctor.services.verifying_cards import BAD, GOOD, LEFT, UNKNOWN_DEVICE, VOIDED, CardFound

_STATES: Final[Mapping[str, str]] = {**STATE_NAMES, VOIDED: N_("作废"), LEFT: N_("本人已不在协议里")}
_SIGNATURES: Final[Mapping[str, str]] = {
    GOOD: N_("签名对，是本卫生室印的。照片和复印的卡也对得上，请看人。"),
    BAD: N_("签名不对，不是本卫生室印的，可能是仿的。"),
    UNKNOWN_DEVICE: N_("签名在这里核对不了：这台电脑还不认识印卡的那一台。请看人。"),
}


def contract_of_card(card: CardFound, today: date) -> str:
    """协议 2026-10001 有效，到 2028年11月22日。 And what binds her today, where that is something else."""
    values = {
        "number": card.contract.number,
        "state": _(_STATES.get(card.contract_state, card.contract_state)),
        "last": wording.day(card.ends_on, today),
    }
    told = fill(_("协议 {number} {state}，卡上印的到期日是{last}。"), values)
    if card.bound_until is None:
        return told + _("本人今天没有在期内的签约。")
    if card.bound_until != card.ends_on:
        return told + fill(_("现在的签约到{last}为止。"), {"last": wording.day(card.bound_until, today)})
    return told


def signature_of_card(card: CardFound) -> str:
    """Whether this clinic made it, and that a copy looks the same."""
    return _(_SIGNATURES[card.signature])


def card_found(card: CardFound, today: date) -> str:
    """The person, the contract, the signature in one line; that she is gone comes first."""
    told = (gone_of_card(card, today), wording.person(card.resident, today), contract_of_card(card, today))
    return "　".join(one for one in told if one) + signature_of_card(card)


def gone_of_card(card: CardFound, today: date) -> str:
    """已故，11月20日去世。 Empty for who lives here."""
    person = card.resident
    if not person.is_gone_on(today):
        return ""
    if person.died_on is not None:
        return fill(_("已故，{day}去世。"), {"day": wording.day(person.died_on, today)})
    moved_on = person.moved_out_on or today
    return fill(_("已迁出，{day}走的。"), {"day": wording.day(moved_on, today)})
