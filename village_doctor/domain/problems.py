"""Everything a user can act on, by a stable code.

A `Problem` says what happened, what it means for the data and what to do. Codes never change their
meaning; a test refuses a code without a text and a text without a code. Bugs are not Problems; `unforeseen` is what the
window tells of one.
"""

from typing import Final

from village_doctor.domain.messages import N_


class Problem(Exception):
    """Something the user can act on. `values` fill the placeholders of the code's text."""

    def __init__(self, code: str, /, **values: object) -> None:
        if code not in PROBLEM_TEXTS:
            raise KeyError(f"unknown problem code {code!r}")
        super().__init__(code)
        self.code: Final = code
        self.values: Final = {name: str(value) for name, value in values.items()}


PROBLEM_TEXTS: Final[dict[str, str]] = {
    # records and changes
    # home, store, keys
    "home-exists": N_(
        "这个文件夹里已经有卫生室的数据了，没有改动。要用它请直接打开；要新建请换一个空文件夹。"
    ),
    "home-missing": N_(
        "在 {home} 没有找到卫生室的数据。什么也没有改动。请核对文件夹，第一次用请先新建（init）。"
    ),
    "home-in-use": N_(
        "村医助手已经在另一个窗口里打开着。数据没有问题，这里没有改动。请用那个窗口，或先关掉它。"
    ),
    "password-wrong": N_("密码不对。数据没有受影响。请再输一次；实在想不起来，用纸上的开锁码重设密码。"),
    "password-weak": N_("这个密码不能用：{reason}。还没有保存。请换一个，或让程序生成一个 12 位数字的密码。"),
    "password-missing": N_(
        "没有得到密码，什么也没有做。请在提示处输入，或用 VILLAGE_DOCTOR_PASSWORD_FILE 指定密码文件。"
    ),
    "unlock-code-mistyped": N_(
        "开锁码抄得不对：应是 7 组、每组 4 个字母或数字。数据没有受影响。请对照那张纸再输一次。"
    ),
    "unlock-code-wrong": N_("这个开锁码打不开这里的数据，可能是以前的旧纸。数据没有受影响。请找最新的一张。"),
    "password-file": N_(
        "密码文件 {file} 读不了，或者是空的。什么也没有做。请核对 VILLAGE_DOCTOR_PASSWORD_FILE 指的文件。"
    ),
    "unlock-code-needed": N_("这份备份是带出去的那种，密码打不开它。什么也没有改动。请用纸上的开锁码恢复。"),
    "pin-weak": N_(
        "PIN 要 4 到 6 位数字，不能都是同一个数字，也不能是挨着的一串（如 1234、8765）。还没有保存。请换一个。"
    ),
    "pin-wrong": N_("PIN 不对，还可以试 {tries_left} 次。数据没有受影响。请再输一次，或者用密码打开。"),
    "pin-spent": N_("PIN 这一回不能用了。数据没有受影响。请用密码打开，打开以后 PIN 照旧能用。"),
    "memory-short": N_("电脑内存不够，密码没法核对。数据没有受影响。请关掉别的程序再试。"),
    "slots-damaged": N_(
        "钥匙文件 keyslots.json 坏了。里面的记录还在，但这里打不开。请从最近的备份恢复，不要删除任何文件。"
    ),
    "slots-newer": N_("钥匙文件是更新版本的程序写的。数据没有受影响。请用新版本打开。"),
    "store-missing": N_("数据文件 store.db 不见了。什么也没有改动。请从最近的备份恢复。"),
    "store-newer": N_("数据是更新版本的程序写的，这一版不敢动它。数据没有受影响。请升级程序后再打开。"),
    "store-damaged": N_(
        "数据文件有损坏，为了不再弄坏已停下。请不要删除任何文件，用最近的备份恢复（restore），旧文件会留着。"
    ),
    "store-cannot-open": N_(
        "数据文件打不开（没有权限，或磁盘不在）。数据没有改动。请检查文件夹和磁盘后再试。"
    ),
    "store-read-only": N_("这个磁盘或文件夹不让写。这一步没有保存，以前的记录都在。请换到能写的地方。"),
    "store-busy": N_("数据正被别的程序占着。这一步没有保存，以前的记录都在。请稍等再试。"),
    "disk-full": N_("磁盘满了。这一步没有保存，以前的记录都在。请腾出空间后再试。"),
    "disk-error": N_(
        "读写磁盘出错。这一步没有保存，已保存的记录都在。请尽快备份到另一个盘，再检查这个磁盘。"
    ),
    "folder-unusable": N_(
        "这个位置放不了数据（没有这个盘，有同名的文件，或名字太长）。什么也没有改动。请换一个文件夹。"
    ),
    "journal-damaged": N_(
        "变更记录第 {seq} 条对不上，可能被改动或损坏。请不要删除任何文件，用最近的备份恢复。"
    ),
    "fork": N_(
        "同一台电脑的第 {seq} 条记录有两个不同的版本。两边都没有改动、都留着。请和卫生院联系，查清哪一份是抄出来的。"
    ),
    "body-newer": N_("有记录是更新版本的程序写的，这一版读不了。什么也没有改动。请升级程序后再试。"),
    "clock-doubtful": N_(
        "电脑现在的时间是 {now}，上次用的时候是 {last}。还没有打开。请先看日期和时间对不对：对，就确认后再打开；"
        "不对，先把电脑的时间改好。"
    ),
    "too-many-devices": N_(
        "这个卫生室已经换过 9 次电脑，编号用完了。数据没有受影响。请和卫生院联系要新的号段。"
    ),
    "backup-missing": N_("没有找到备份文件 {file}。什么也没有改动。请核对文件名，或插好优盘再试。"),
    "backup-not-ours": N_("这个文件不是村医助手的备份。什么也没有改动。请选 .vdbackup 结尾的备份文件。"),
    "backup-damaged": N_("这份备份不完整或被改动过，不能用。什么也没有改动。请换一份备份。"),
    "backup-folder": N_("{folder} 不能写备份（没有这个文件夹，或不让写）。数据没有受影响。请换一个地方。"),
    "backup-other-clinic": N_("这份备份是另一个卫生室的。什么也没有改动。请核对备份，或恢复到一个空文件夹。"),
    "tables-differ": N_(
        "记录表和变更记录对不上（{table}）。请不要删除任何文件，先备份，再从最近的备份恢复。"
    ),
    "derived-differ": N_("检索或应做清单和记录对不上（{table}），已经重新整理好。记录本身没有问题。"),
    "unforeseen": N_(
        "程序出了意外，刚才这一步没有做成。凡是打了 ✓ 的都在磁盘上，没有丢。"
        "再做一次还这样，请把“设置”里的记录文件交给维护的人（里面没有姓名和号码）。"
    ),
    "cancelled": N_("已经停下。停下之前做好的都在，没有半截的记录。"),
    "resource-file": N_("程序自带的文件 {file} 有问题：{reason}。记录没有受影响。请重新安装程序。"),
    "sample-needs-fresh-home": N_(
        "这里已经有登记过的内容，不能再放示范村。什么也没有改动。请新建一个空的卫生室（init），在那里面做。"
    ),
    "sample-size": N_(
        "示范村的人数要在 1 到 {most} 之间，年数在 1 到 {years} 之间。什么也没有做。请改小再试。"
    ),
    # people
    "village-code": N_("行政村代码应是 12 位数字，现在是“{code}”。什么也没有保存。请改正。"),
    "village-needed": N_("卫生室管着几个村，要说明是哪个村。什么也没有保存。请补上村。"),
    "hamlet-needs-name": N_("村民小组要有组号或名字。什么也没有保存。请补上一样。"),
    "setting-unknown": N_("没有“{key}”这项设置。什么也没有改动。请核对名称。"),
    "setting-value": N_("“{key}”现在只能是“{known}”，不能是“{value}”。什么也没有改动。"),
    "setting-fixed": N_("“{key}”定了就不能改回来。什么也没有改动。"),
    "name-missing": N_("名字没有填（{what}）。什么也没有保存。请补上。"),
    "birth-date-missing": N_("{name} 没有出生日期，也没有身份证号可以推算。什么也没有保存。请补上一样。"),
    "sex-missing": N_("{name} 没有填性别，也没有身份证号可以推算。什么也没有保存。请补上一样。"),
    "identity-missing": N_(
        "{name} 没有身份证号，也没写没有的原因。什么也没有保存。请补身份证号、其他证件，或写明原因（如新生儿、遗失）。"
    ),
    "identity-known": N_(
        "这个证件号已经是 {name} 的了，同一个人不能建两份档案。什么也没有保存。请打开他家核对。"
    ),
    "household-needs-head": N_("这一户还没有户主。什么也没有保存。请把一个人的关系定为户主。"),
    "head-not-one": N_("一户只能有一个户主。什么也没有保存。请改正与户主的关系。"),
    "household-in-use": N_(
        "这一户的人已经有测量、随访、转诊或签约，不能整户作废。什么也没有改动。请改各人的资料，或者一条一条作废。"
    ),
    "household-not-empty": N_("这一户还住着人，不能作废。什么也没有改动。请先把人迁走，或改正各人的户。"),
    "household-unknown": N_("没有找到“{text}”这一户。什么也没有改动。请核对户号。"),
    "resident-unknown": N_(
        "没有找到“{text}”。什么也没有改动。请换一种写法，如姓名首字母、身份证后四位、电话后四位。"
    ),
    "resident-ambiguous": N_(
        "“{text}”找到好几个人：{names}。什么也没有改动。请用身份证号或档案编号指明是谁。"
    ),
    "hamlet-unknown": N_("没有“{text}”这个村民小组。什么也没有改动。可以填：{known}。"),
    "not-a-member": N_("这个人不在这一户里。什么也没有改动。请先把她登记进来。"),
    "phone-form": N_("电话“{number}”不像电话号码。什么也没有保存。请核对。"),
    "phone-owner": N_("电话要么记在一个人名下，要么记在一户名下。什么也没有保存。请选一样。"),
    "condition-known": N_("这个病种已经登记过了。什么也没有保存。要改起始时间请用更正。"),
    "date-in-future": N_("{date} 还没有到。什么也没有保存。请核对日期。"),
    "date-order": N_("日期的先后不对。什么也没有保存。请核对。"),
    "date-form": N_("“{value}”不是日期。什么也没有保存。请写成 2026-05-03 这样。"),
    "already-away": N_("{name} 已经登记为外出了。什么也没有保存。回来了请登记回来。"),
    "not-away": N_("{name} 没有登记外出。什么也没有改动。"),
    "person-gone": N_("{name} 已经登记为去世或迁出。什么也没有保存。登记错了请先更正那一条。"),
    "gone-by-correction": N_(
        "{name} 没有登记过去世或迁走，不能当更正来填日期。什么也没有保存。请用“去世”（resident died）或“迁走”（resident moved-out）登记。"
    ),
    "not-correctable": N_("“{kind}”不能这样改。什么也没有改动。读数、随访、协议各有自己的更正办法。"),
    "code-unknown": N_("{title}里没有“{code}”。什么也没有保存。可以填：{known}。"),
    "form-unknown": N_("没有叫“{code}”的表。什么也没有保存。用 form list 看有哪些表。"),
    "package-unknown": N_("没有叫“{code}”的服务包。什么也没有保存。请核对。"),
    "evidence-of-nobody": N_("签字人里有不在这份协议里的人。什么也没有保存。请核对名单。"),
    "reading-empty": N_("没有填读数，什么也没有保存。请填上量到的数。"),
    "reading-of-visit": N_("这个读数是随访表里的，不能单独作废。什么也没有改动。请更正它，或作废整次随访。"),
    "visit-without-form": N_("这次记录没有随访表，不能改答案。什么也没有改动。"),
    "referral-needs-reason": N_("转诊要写原因。什么也没有保存。请补上。"),
    "referral-state": N_(
        "转诊结果不能填“{state}”。什么也没有保存。可以填：arrived 已到、in_hospital 住院、back 已回、not_arrived 没去、refused 不愿去。"
    ),
    "referral-closed": N_("这次转诊已经问清楚了，没有再改。"),
    "education-nobody": N_("健康教育要写给了谁，或者有多少人。什么也没有保存。请补上一样。"),
    "education-topic": N_("健康教育要写讲了什么。什么也没有保存。请补上内容。"),
    "form-of-a-person": N_("“{form}”是一个人的表，不能当活动来记。什么也没有保存。请换成活动的表。"),
    "form-of-no-person": N_("“{form}”是活动的表，不记在一个人名下。什么也没有保存。请作为活动登记。"),
    "refusal-over": N_("这次不愿意已经过了期，本来就可以再提。什么也没有改动。"),
    "consent-known": N_("{name} 已经同意过这一项了。什么也没有保存。"),
    "consent-over": N_("这次同意已经撤回了，没有再改。"),
    "notice-needs-words": N_("上报通知要写告诉了什么。什么也没有保存。请补上一句话。"),
    "medication-ended": N_("这个药已经停了，没有再改。"),
    "prescription-refused": N_("长期处方不能这样登记：{why}什么也没有保存。请核对。"),
    "drug-missing": N_("没有写药名。什么也没有保存。请补上。"),
    "nothing-to-change": N_("{name} 没有可以改的{what}。什么也没有改动。请核对是谁、是哪一条。"),
    "input-file": N_("{file} 读不了：{reason}。什么也没有保存。请改好文件再来。"),
    "output-file": N_(
        "{file} 写不进去（已经有这个文件，没有这个文件夹，或不让写）。什么也没有做。请换一个地方。"
    ),
    "folder-not-empty": N_(
        "{folder} 里已经有东西了，演示要一个空文件夹，免得弄混。什么也没有改动。请换一个。"
    ),
    "reference-missing": N_("这一步指到了不存在的记录，什么也没有保存。请核对所填的人、户或转诊。"),
    "record-not-found": N_("没有找到这条记录（{kind}）。什么也没有改动。请刷新后再试。"),
    "already-voided": N_("这条记录已经作废过了，没有再改。"),
    "void-needs-reason": N_("作废要写一句原因。什么也没有改动。请补上原因再作废。"),
    "field-unknown": N_("“{kind}”里没有“{field}”这一项。什么也没有改动。请核对项目名称。"),
    "field-value": N_("“{field}”不能填“{value}”。什么也没有保存。请改正后再保存。"),
    # identity and human numbers
    "id-card-length": N_("身份证号应该是 18 位，现在是 {length} 位。还没有保存。请对照证件补齐或改正。"),
    "id-card-15-digits": N_(
        "这是 15 位的老身份证号。还没有保存。请填现在的 18 位号；没有的话，把它记为“其他证件”。"
    ),
    "id-card-characters": N_("身份证号只能是数字，最后一位可以是 X。还没有保存。请对照证件改正。"),
    "id-card-birth-date": N_(
        "身份证号里的出生日期 {birth_date} 不存在。还没有保存。请对照证件核对第 7 到 14 位。"
    ),
    "id-card-future": N_(
        "身份证号里的出生日期 {birth_date} 还没有到。还没有保存。请对照证件核对第 7 到 14 位，再看电脑日期对不对。"
    ),
    "id-card-checksum": N_(
        "身份证号对不上校验码，多半有一位打错了。还没有保存。请对照证件逐位核对；证件上就是这样的，记为“其他证件”。"
    ),
    "serials-exhausted": N_(
        "这台电脑的编号（{device_digit} 字头）已经用完。什么也没有保存，原有记录不受影响。请联系乡镇卫生院发新的号段。"
    ),
    # data files
    "form-file": N_(
        "表格文件 {file} 里“{field}”写得不对：{reason}（{detail}）。这张表没有启用，已有的记录不受影响。请改正文件，或换回原来的文件。"
    ),
    "data-file": N_(
        "数据文件 {file} 里“{field}”写得不对：{reason}（{detail}）。这个文件没有启用，已有的记录不受影响。请改正文件，或换回原来的文件。"
    ),
    # forms
    "form-mode": N_("《{form}》不能用这种方式随访（{mode}）。什么也没有保存。请换一种随访方式。"),
    "form-field-unknown": N_("《{form}》里没有“{field}”这一项可填。什么也没有保存。请核对项目名称。"),
    "form-answer": N_("《{form}》的“{label}”不能填“{value}”：{reason}。什么也没有保存。请改正后再保存。"),
    "form-contradiction": N_(
        "《{form}》的“{label}”填了“{value}”，和“{other_label}”的回答对不上。什么也没有保存。请改其中一项。"
    ),
    "form-section": N_("《{form}》的“{section}”不能用“问过了，没变”。什么也没有保存。这一部分请逐项问。"),
    # readings
    "pressure-half": N_("只有{given} {value} {unit}，没有{lacking}。血压还没有保存。请把两个数都填上。"),
    "pressure-swapped": N_(
        "{systolic}/{diastolic}：收缩压应该比舒张压高，像是填反了。血压还没有保存。请改过来再保存。"
    ),
    "reading-refused": N_(
        "{label} {value} {unit} 不可能（只能在 {lowest} 到 {highest} 之间），多半是打错了。还没有保存。请核对后重新填。"
    ),
    "reading-unusual": N_("{readings}，对吗？还没有保存。打错了就改；没错就再确认一次，照样保存。"),
    # the doctor's own plan
    "next-date-too-late": N_(
        "下次随访 {own_next_on} 晚于最晚日期 {limit_on}。还没有保存。请改早，或者写一句原因。"
    ),
    "next-date-too-early": N_(
        "下次随访 {own_next_on} 不在这次随访（{served_on}）之后。还没有保存。请改日期。"
    ),
    "own-plan-needs-reason": N_("不照建议做，要写一句原因。还没有保存。请补上原因。"),
    # contracts
    "contract-years": N_("签约年限只能是 1、2 或 3 年，不能是 {years}。什么也没有保存。请重新选年限。"),
    "contract-payer": N_(
        "付钱的只能是医保、基本公卫、个人或其他补助，各写一次，钱数大于 0。什么也没有保存。请改一下。"
    ),
    "contract-payers": N_(
        "谁付多少加起来是 {total} 元，和费用 {fee} 元对不上。什么也没有保存。请改一改，或者都空着。"
    ),
    "contract-without-members": N_("还没有选签约的人。什么也没有保存。请至少选一位家里人。"),
    "member-twice": N_("{name}在签约的人里选了两次。什么也没有保存。请去掉一个。"),
    "member-gone": N_("{name}已经去世或迁走，不能签约。什么也没有保存。请从签约的人里去掉。"),
    "member-not-in-household": N_(
        "{name}在 {day} 不是这家的人，不能跟这家一起签。什么也没有保存。请先核对这家的成员。"
    ),
    "already-signed": N_(
        "{name}已经签了约，到 {until} 为止；同一时间只能有一份。什么也没有保存。请等到期再签，或者先解约。"
    ),
    "basic-package-one": N_(
        "{name}的基本服务包要正好一个，现在是 {count} 个。什么也没有保存。请改好后再保存。"
    ),
    "package-file": N_(
        "服务包文件 {file} 里“{field}”写得不对：{reason}（{detail}）。这个文件没有启用，已经签的约不受影响。请改正文件，或换回原来的文件。"
    ),
    "representative-missing": N_("先选谁代表全家签字：户主，或家里一位成年人。什么也没有保存。"),
    "representative-not-adult": N_(
        "{name}未满 18 岁，不能代表这家签字。什么也没有保存。请选一位成年人或监护人。"
    ),
    "representative-not-member": N_(
        "{name}不是这家的人，也不是监护人，不能代表这家签字。什么也没有保存。请另选一位。"
    ),
    "contract-unknown": N_("没有找到协议“{text}”。什么也没有改动。请核对协议编号，如 2026-10001。"),
    "contract-state": N_(
        "协议 {number} 现在是“{state}”，不能改成“{wanted}”。什么也没有改动。请先核对这份协议。"
    ),
    "contract-not-open": N_(
        "协议 {number} 在 {day} 不是有效的（{state}），不能改里面的人和服务包。什么也没有改动。请核对日期，或者重新签约。"
    ),
    "member-not-bound": N_("{name}在 {day} 不在协议 {number} 里。什么也没有改动。请核对是谁、哪一天。"),
    "termination-code": N_("没有“{reason}”这种解约原因。协议照旧有效，没有改动。请从列出的原因里选一个。"),
    "termination-day": N_("解约日期 {day} 不在协议期内（{first} 到 {last}）。协议没有改动。请核对解约日期。"),
    "not-permitted": N_("您的身份不能做这一步（{action}）。什么也没有改动。请由责任医生来做。"),
    # cards
    "card-not-ours": N_("这不是村医助手的签约卡。什么也没有改动。请用姓名首字母或证件后四位找人。"),
    "card-damaged": N_(
        "这张卡的码没有读全，或者读错了。什么也没有改动。请再扫一次；还不行，用姓名首字母找人。"
    ),
    "card-newer": N_(
        "这张卡是更新版本的程序印的，这一版读不了。什么也没有改动。请用姓名首字母找人，再升级程序。"
    ),
    "card-unknown": N_(
        "这张卡上的人，这里没有登记（可能是别的卫生室的卡，或那台电脑的记录还没有并过来）。什么也没有改动。"
        "请用姓名首字母或证件后四位找人。"
    ),
    "cards-need-active": N_(
        "协议 {number} 现在是“{state}”，有效的协议才印卡。什么也没有印，协议没有改动。请等签好字收回来再印。"
    ),
    "cards-nobody": N_(
        "协议 {number} 里现在没有要印卡的人（去世、迁走或已经离开）。什么也没有印，协议没有改动。"
    ),
    # letters, receipts, township
    "folder-missing": N_("没有找到 {folder}。电脑里的记录都在，没有改动。请插好优盘，核对文件夹，再来一次。"),
    "folder-full": N_(
        "{folder} 满了，写不下，没写完的已经清掉。电脑里的记录都在。请腾出空间，或换一个优盘，再来一次。"
    ),
    "folder-read-only": N_(
        "{folder} 不让写。电脑里的记录都在，没有改动。请看看优盘的写保护开关，或换一个优盘，再来一次。"
    ),
    "folder-error": N_(
        "读写 {folder} 出错，优盘可能松了，也可能坏了。电脑里的记录都在。请重新插好再来一次；还不行就换一个优盘。"
    ),
    "folder-differs": N_(
        "写到 {folder} 的文件读回来不一样，这个优盘靠不住，文件已经删掉。电脑里的记录都在。请换一个优盘，再来一次。"
    ),
    "township-exists": N_(
        "这个文件夹里已经有卫生院的数据了，没有改动。要用它请直接打开；要新建请换一个空文件夹。"
    ),
    "township-missing": N_(
        "在 {home} 没有找到卫生院的数据。什么也没有改动。请核对文件夹，第一次用请先新建（init）。"
    ),
    "township-in-use": N_(
        "卫生院的收件程序已经在另一个窗口里开着。数据没有问题，这里没有改动。请先关掉那一个。"
    ),
    "township-newer": N_(
        "卫生院的数据是更新版本的程序写的，这一版不敢动它。数据没有受影响。请升级程序后再打开。"
    ),
    "township-damaged": N_(
        "卫生院的数据文件有损坏，为了不再弄坏已停下。请不要删除任何文件；村里的记录都还在各村的电脑上。"
    ),
    "township-name": N_(
        "卫生院的名字没有填，或者超过了 100 个字，或者里面有写不出来的字符。什么也没有做。请改正。"
    ),
    "clinic-label": N_("卫生室的叫法超过了 100 个字，或者里面有写不出来的字符。什么也没有做。请改正。"),
    "clinic-code-form": N_(
        "卫生室编号应是 6 位数字，现在是“{code}”，000000 也不能用。什么也没有做。请改正。"
    ),
    "clinic-code-taken": N_(
        "编号 {code} 已经是另一家确认过的卫生室的了。什么也没有做。请核对，或换一个编号。"
    ),
    "clinic-unknown": N_("没有编号是 {code} 的卫生室。什么也没有改动。请核对编号。"),
    "device-unknown": N_("卫生室 {code} 没有第 {number} 台电脑，或它已经停用。什么也没有改动。请核对。"),
    "revoke-too-low": N_(
        "这台电脑的记录已经收到第 {held} 条，不能从第 {after} 条起停用。什么也没有改动。请填 {held} 或更大的数。"
    ),
    "words-unknown": N_(
        "等着确认的电脑里，没有一台的六个词是这样的。什么也没有改动。请再听一遍，或先收那台电脑的第一封信。"
    ),
    "confirm-code-gone": N_(
        "这台电脑用的邀请已经用过或换过了，不能确认。什么也没有改动。请给村医一份新的邀请。"
    ),
    "confirm-old-first": N_("原来那台电脑也还在等确认。请先确认它，再确认这一台。什么也没有改动。"),
    "confirm-continues": N_(
        "这台电脑说它接着用的那一份记录，和这里收到的对不上。没有确认，什么也没有改动。请先和村医查清是哪一份备份。"
    ),
    "letter-not-for-us": N_(
        "这封信不是封给本卫生院的，打不开。没有收进来，原件放进了隔离的文件夹。请村医核对是哪家卫生院的。"
    ),
    "letter-damaged": N_("这封信不完整或被改动过。没有收进来，原件放进了隔离的文件夹。请村医再 send 一次。"),
    "letter-too-large": N_(
        "这封信大得不正常。没有收进来，原件放进了隔离的文件夹。请和村医联系，查清文件从哪里来。"
    ),
    "letter-file-too-large": N_(
        "这个文件大得不正常，不像一封信。没有收，也没有留下拷贝；优盘上的还在。请问村医它从哪里来。"
    ),
    "letter-newer": N_(
        "这封信是更新版本的程序写的。没有收进来，原件放进了隔离的文件夹。请升级卫生院的程序再收。"
    ),
    "letter-signature": N_(
        "这封信的签名不对，可能被人改动过。没有收进来，原件放进了隔离的文件夹。请村医再 send 一次。"
    ),
    "letter-practice": N_(
        "练习用的信不能收进正式的卫生院，正式的也不能收进练习用的。没有收进来，原件放进了隔离的文件夹。"
    ),
    "letter-clinic": N_(
        "这封信写的卫生室和这里登记的对不上。没有收进来，原件放进了隔离的文件夹。请和村医联系。"
    ),
    "letter-keys": N_(
        "这封信的钥匙和这台电脑登记的不一样。没有收进来，原件放进了隔离的文件夹。请和村医联系。"
    ),
    "letter-revoked": N_("这封信来自已经停用的电脑，内容在停用之后。没有收进来，原件留着。请和村医联系。"),
    "letter-enrolment": N_("这封信用的邀请不是本卫生院发的，或对不上。没有收进来，原件放进了隔离的文件夹。"),
    "letter-enrolment-used": N_(
        "这封信用的邀请已经用过或换过了。没有收进来，原件留着。请给村医一份新的邀请，再接一次。"
    ),
    "letter-continues": N_(
        "这台电脑说它接着用的那一份记录，和这里收到的对不上。没有收进来，原件放进了隔离的文件夹。请和村医联系。"
    ),
    "letter-chain": N_(
        "这封信带着另一台电脑的记录，那台电脑自己会送。没有收进来，原件放进了隔离的文件夹。请和村医联系。"
    ),
    "letter-unknown-device": N_("这封信来自不认识的电脑，也没有邀请。没有收进来，原件放进了隔离的文件夹。"),
    "letter-fork": N_(
        "同一个编号已经收过一封不一样的信，多半是同一份数据有两个拷贝在用。两份都留着，这一份没有并进去。请和村医查清。"
    ),
    "recovery-home-missing": N_(
        "{folder} 里没有村卫生室的数据。什么也没有改动。请核对文件夹：数据在哪里，村医助手的 status 里写着。"
    ),
    "recovery-code-mistyped": N_(
        "恢复码抄得不对：应是两组码，每组 7 段、每段 4 个字母或数字。什么也没有改动。请对照那张纸再输一次。"
    ),
    "recovery-slot-missing": N_(
        "这个卫生室没有和卫生院接上过，恢复码打不开它。什么也没有改动。请用村医自己的开锁码。"
    ),
    "recovery-code-wrong": N_(
        "这两组恢复码打不开这个卫生室的数据。什么也没有改动。请核对是哪个卫生院的、是不是最新的。"
    ),
    "not-enrolled": N_("还没有和卫生院接上。什么也没有做，记录都在。请先用卫生院给的邀请文件接上（enrol）。"),
    "enrolled-elsewhere": N_(
        "这里已经和“{name}”接上了，不能再接另一家。什么也没有改动。确实要换，请和两家卫生院商量。"
    ),
    "practice-mismatch": N_(
        "练习用的和正式用的不能接在一起：一边是练习，一边不是。什么也没有改动。请核对是哪个文件夹、哪份文件。"
    ),
    "words-differ": N_(
        "这六个词和文件里算出来的对不上。什么也没有改动。请在电话里再对一遍；还是不对，就不要用这份文件，请卫生院重新给。"
    ),
    "invitation-missing": N_("读不到邀请文件 {file}。什么也没有改动。请核对文件在哪里，优盘插好没有。"),
    "export-not-confirmed": N_(
        "导出收信的私钥要当心：拿到它的人能看所有村里来的信。还没有导出。确实要，再加上 --i-understand。"
    ),
    "invitation-of-another": N_(
        "这份邀请是给编号 {code} 的，这里已经用编号 {known} 上报过。什么也没有改动。请核对是不是拿错了文件。"
    ),
    "invitation-damaged": N_(
        "这个邀请文件不完整、被改动过，或者不是邀请文件。什么也没有改动。请向卫生院再要一份。"
    ),
    "invitation-newer": N_(
        "这个邀请文件是更新版本的程序写的，这一版读不了。什么也没有改动。请升级程序再来。"
    ),
    "receipt-unwritable": N_(
        "给卫生室 {codes} 的回条写不出来，别家的都写好了。收到的记录都在，没有改动。请把程序的日志交给管程序的人查。"
    ),
    "receipt-damaged": N_(
        "这张回条不完整或被改动过。没有用它，记录和上报的情况都没有变。请向卫生院再要一张回条。"
    ),
    "peer-unreadable": N_(
        "卫生室另一台电脑写的记录，有一条这一版读不了，它和它后面的先没有并进来；回条里别的都收好了。请升级程序，再收一次。"
    ),
    "receipt-newer": N_(
        "这张回条是更新版本的程序写的，这一版读不了。没有用它，什么也没有变。请升级程序后再收一次。"
    ),
    "receipt-contradicts": N_(
        "卫生院那边的第 {seq} 条和这里的对不上，像是有两台电脑在用同一份数据。没有用这张回条，两边的记录都留着。"
        "请和卫生院联系，查清哪一份是抄出来的。"
    ),
    "device-keys-missing": N_(
        "这台电脑的钥匙读不到了，没法上报和收回条。记录都在，没有改动。请关掉程序再打开一次。"
    ),
    # paper
    "glyph-missing": N_(
        "程序的字库里没有这个字，印不出来：{characters}。没有打印，记录没有改动。请核对是不是输错了；没有输错，这一张先手写，并告诉管程序的人补字。"
    ),
}
