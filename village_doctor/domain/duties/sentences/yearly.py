"""Why something is owed once a year."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_ELDERLY: Final = N_("规范（第三版）老年人健康管理 §服务内容")
_CONSTITUTION: Final = N_("规范（第三版）老年人中医药健康管理 §服务内容")
_DISEASE: Final = N_("规范（第三版）{norm} §健康体检")
_MENTAL_DISORDER: Final = N_("规范（第三版）严重精神障碍 §健康体检")
_SHEET: Final = N_("健康体检表")

REASONS: Final[Mapping[str, ReasonText]] = {
    "yearly-check-up-elderly": ReasonText(N_("满 65 岁的老人，每年体检一次，最晚 {latest}。"), _ELDERLY),
    "yearly-check-up-elderly-from-now": ReasonText(
        N_("{first} 满 65 岁，从那天起每年体检一次，最晚 {latest}。"), _ELDERLY
    ),
    "yearly-check-up-disease": ReasonText(N_("有{disease}，每年体检一次，最晚 {latest}。"), _DISEASE),
    "yearly-check-up-too": ReasonText(N_("有{disease}，也该每年体检，做一次就行。"), _DISEASE),
    "yearly-check-up-consent": ReasonText(
        N_("严重精神障碍，监护人或本人同意了，每年体检一次，最晚 {latest}。"), _MENTAL_DISORDER
    ),
    "yearly-agreed-day": ReasonText(N_("{last} 那次体检约好 {due} 再来。"), _SHEET),
    "yearly-self-care": ReasonText(N_("满 65 岁的老人，每年评一次生活自理能力，最晚 {latest}。"), _ELDERLY),
    "yearly-self-care-from-now": ReasonText(
        N_("{first} 满 65 岁，从那天起每年评一次生活自理能力，最晚 {latest}。"), _ELDERLY
    ),
    "yearly-constitution": ReasonText(
        N_("满 65 岁的老人，每年做一次中医体质辨识，最晚 {latest}。"), _CONSTITUTION
    ),
    "yearly-constitution-from-now": ReasonText(
        N_("{first} 满 65 岁，从那天起每年做一次中医体质辨识，最晚 {latest}。"), _CONSTITUTION
    ),
}
