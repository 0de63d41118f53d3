"""Asking in a sample village what became of a referral: in time, again, and now and then not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import Final

from village_doctor.domain.decisions import EMERGENCY
from village_doctor.domain.referrals import ARRIVED, BACK, CLOSED, IN_HOSPITAL, NOT_ARRIVED, REFUSED, Referral
from village_doctor.services import referring
from village_doctor.services.sampling_people import PlannedPerson
from village_doctor.services.sampling_story import Story

_SAID: Final = {
    BACK: "看过了，调了药，回来接着吃",
    ARRIVED: "在镇上看了，医生让继续观察",
    IN_HOSPITAL: "住院了，家里人陪着",
    NOT_ARRIVED: "说过几天再去",
    REFUSED: "不愿意去，已签字",
}


_SEEN: Final = (ARRIVED, IN_HOSPITAL, BACK)
_ORDINARY: Final = (BACK, BACK, BACK, BACK, ARRIVED, ARRIVED, IN_HOSPITAL, NOT_ARRIVED, NOT_ARRIVED, REFUSED)
_URGENT: Final = (IN_HOSPITAL, IN_HOSPITAL, IN_HOSPITAL, ARRIVED, ARRIVED, BACK, NOT_ARRIVED)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A referral to be asked about. `seen`: what follows when the hospital saw her."""

    person: PlannedPerson
    chance: Random
    referral_id: str
    is_emergency: bool
    seen: Callable[[], None]


def plan_asking(
    story: Story,
    person: PlannedPerson,
    chance: Random,
    referral: Referral | None,
    seen: Callable[[], None] = lambda: None,
) -> None:
    """Asked about the next day or within the week; now and then forgotten. Two sheets of one day make one referral."""
    if referral is None or referral.id in story.referred:
        return
    story.referred.add(referral.id)
    if chance.randrange(1000) < story.data.shares.programmes.referral_forgotten:
        return
    is_emergency = referral.urgency == EMERGENCY
    days = 1 if is_emergency else 7 + chance.randrange(4)
    asked = _Asked(
        person=person, chance=chance, referral_id=referral.id, is_emergency=is_emergency, seen=seen
    )
    story.at(max(referral.issued_on, story.today) + timedelta(days=days), partial(_ask, asked=asked))


def _ask(story: Story, asked: _Asked) -> None:
    if not story.is_reachable(asked.person):
        return
    chance, place = asked.chance, story.data.place
    answers: Sequence[str] = _URGENT if asked.is_emergency else _ORDINARY
    state = chance.choice(answers)
    is_far = asked.is_emergency or chance.randrange(2) == 1
    hospital = f"{place.county}人民医院" if is_far else place.township_health_centre
    story.do(
        referring.ask_referral,
        asked.referral_id,
        state,
        mode=chance.choice(("phone", "phone", "home")),
        said=_SAID[state],
        facility=hospital if state in _SEEN else None,
        refusal_signed=state == REFUSED,
    )
    if state in _SEEN:
        asked.seen()
    if state not in CLOSED:
        story.at(story.today + timedelta(days=2 if asked.is_emergency else 7), partial(_ask, asked=asked))
