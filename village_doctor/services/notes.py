"""What a verb has to say that stopped nothing, in plain words."""

from typing import Final

from village_doctor.domain.messages import N_

NOTE_TEXTS: Final[dict[str, str]] = {
    "id-card-sex-differs": N_("{name} 的身份证号上的性别和填写的不一样，已按填写的保存。请看一眼证件。"),
    "id-card-birth-date-differs": N_(
        "{name} 的身份证号上的出生日期是 {on_card}，填写的是 {on_form}，已按填写的保存。请看一眼证件。"
    ),
    "head-gone": N_("{name} 是户主，这一户现在没有户主了。请定一位新户主。"),
    "without-evidence": N_("{names} 没有亲手签字，也没写哪天告诉过本人：人在协议里，但不算已签约。"),
}
