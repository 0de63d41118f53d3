"""Why somebody without the disease is measured: 筛查, and what puts her at risk."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_SCREENING: Final = N_("规范（第三版）高血压 §筛查")
_RISK: Final = N_("规范（第三版）高血压 §筛查：高危人群")
_AGAIN: Final = N_("规范（第三版）高血压 §筛查；几天内量完是本卫生室设置")
_SUGAR: Final = N_("规范（第三版）2型糖尿病 §筛查；哪些人算高危是本卫生室设置，没有核对过")

REASONS: Final[Mapping[str, ReasonText]] = {
    "screening-yearly": ReasonText(N_("满 35 岁，每年免费量一次血压，最晚 {latest}。"), _SCREENING),
    "screening-half-year": ReasonText(N_("容易得高血压，每半年至少量一次血压，最晚 {latest}。"), _RISK),
    "screening-glucose": ReasonText(N_("容易得糖尿病，每年至少测一次空腹血糖，最晚 {latest}。"), _SUGAR),
    "screening-measure-again": ReasonText(
        N_("{day} 血压到了 140/90 mmHg，要换两天再量，最晚 {latest}；三天都高就转上级医院确诊。"), _AGAIN
    ),
    "risk-age": ReasonText(N_("{age} 岁，满 55 岁了。"), _RISK),
    "risk-high-normal": ReasonText(
        N_("上次血压 {pressure} mmHg，在正常高值（130～139 或 85～89 mmHg）。"), _RISK
    ),
    "risk-weight": ReasonText(N_("体质指数 {bmi} kg/m²，超重（24 kg/m² 起）。"), _RISK),
    "risk-waist": ReasonText(N_("腰围 {waist} cm，偏粗（男 90 cm、女 85 cm 起）。"), _RISK),
    "risk-family": ReasonText(N_("父母、兄弟姐妹或子女有高血压。"), _RISK),
    "risk-salt": ReasonText(N_("吃得咸。"), _RISK),
    "risk-drinking": ReasonText(N_("每天喝酒折合白酒 {liang} 两，到了 2 两。"), _RISK),
    "risk-sugar-age": ReasonText(N_("{age} 岁，到了容易得糖尿病的年龄。"), _SUGAR),
    "risk-sugar-weight": ReasonText(N_("体质指数 {bmi} kg/m²，超重。"), _SUGAR),
    "risk-sugar-waist": ReasonText(N_("腰围 {waist} cm，偏粗。"), _SUGAR),
    "risk-sugar-family": ReasonText(N_("父母、兄弟姐妹或子女有糖尿病。"), _SUGAR),
    "risk-sugar-hypertension": ReasonText(N_("有高血压。"), _SUGAR),
    "risk-sugar-vascular": ReasonText(N_("有冠心病或得过脑卒中。"), _SUGAR),
}
