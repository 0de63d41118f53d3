"""What screening says: who is at risk, what a high pressure asks for (规范第三版 高血压 §筛查)."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import Sentence, said
from village_doctor.domain.messages import N_

SCREENING: Final = N_("规范（第三版）高血压 §筛查")
RECHECK: Final = N_("规范（第三版）高血压 §筛查；几天内量完是本软件的约定")

REASONS: Final[Mapping[str, Sentence]] = {
    "screening_high_first": said(
        N_("血压 {pressure} mmHg，到了 140/90，还没有诊断过高血压，这是第 1 天高。"), SCREENING
    ),
    "screening_high_again": said(N_("血压 {pressure} mmHg，又高，一共 {days} 天高了。"), RECHECK),
    "screening_high_three_days": said(
        N_("不在同一天，{days} 天血压都到了 140/90（这次 {pressure} mmHg），初步看是高血压。"), SCREENING
    ),
    "screening_normal_again": said(N_("这次血压 {pressure} mmHg，不到 140/90。"), RECHECK),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "screening_rule_out": said(
        N_("先排除一时升高的原因：刚走路、着急、喝酒、憋尿，坐下歇一歇再量。"), SCREENING
    ),
    "screening_measure_again": said(N_("换两天再量血压，日子别隔太久；三天都高就转上级医院确诊。"), RECHECK),
    "screening_one_more_day": said(N_("再换一天量一次，日子别隔太久。"), RECHECK),
    "screening_refer": said(N_("建议转上级医院确诊，定治疗办法。"), SCREENING),
    "screening_ask_in_two_weeks": said(N_("2 周内问清：确诊没有；确诊的就进高血压管理。"), SCREENING),
}
