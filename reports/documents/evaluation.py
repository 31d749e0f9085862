"""The evaluation report of a trial (báo cáo kết quả triển khai thử nghiệm), from frozen facts.

Outline after the letter of August 2023, point 3, in the layout of Decree 30/2020/NĐ-CP. Reports
of record are Vietnamese whatever language the screen has.
"""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from organisations.templatetags.ui import day as printed_day
from organisations.templatetags.ui import number as printed_number
from reports.documents.layout import (
    Block,
    BulletChart,
    BulletRow,
    Column,
    Document,
    Heading1,
    Heading2,
    Paragraph,
    Points,
    Signature,
    Table,
)
from reports.facts import (
    BodyFacts,
    CommitmentFacts,
    DocumentFacts,
    EvaluationFacts,
    IndicatorFacts,
    MilestoneFacts,
    ValueFacts,
)

UNKNOWN = "–"
TO_BE_WRITTEN = "(Đơn vị chủ trì bổ sung.)"
NO_DATA = "Chưa có số liệu."

NO_INDICATOR = "Chưa xác định chỉ số thành phần nào chịu tác động trực tiếp của nhiệm vụ."
EQUAL_SHARES = (
    "Điểm DTI: giả định chia đều điểm tối đa của chỉ số chính cho các chỉ số thành phần, "
    "vì điểm tối đa chính thức chưa biết"
)

FULFILMENT = {
    "unknown": "Chưa xác định",
    "kept": "Đã thực hiện",
    "partly": "Thực hiện một phần",
    "not_kept": "Không thực hiện",
}
VERDICTS = {"met": "Đạt", "partly": "Đạt một phần", "not_met": "Không đạt"}
PROPOSALS = {
    "continue": "tiếp tục triển khai",
    "expand": "mở rộng triển khai",
    "hire": "chuyển sang thuê dịch vụ công nghệ thông tin",
    "extend": "gia hạn thời gian thử nghiệm",
    "adjust": "điều chỉnh nội dung triển khai",
    "stop": "dừng triển khai",
}
PACES = {
    "on_course": "đúng tiến độ",
    "needs_acceleration": "cần đẩy nhanh",
    "limited": "tiến triển hạn chế",
    "worsening": "xấu đi",
    "achieved": "đạt chỉ tiêu",
    "undefined": "chưa tính được tiến độ",
    "no_data": "chưa có số liệu",
}
MARKS = {"inferred": "≈", "unverified": "?", "example": "*"}
LEGEND = {
    "inferred": "≈: giá trị suy luận, chưa đọc được trong văn bản",
    "unverified": "?: chưa kiểm chứng",
    "example": "*: dữ liệu minh họa, không phải số liệu thật",
    "unknown": "–: chưa biết (không phải bằng 0)",
}


def compose(facts: EvaluationFacts, *, data_as_of: dt.date) -> Document:
    """The report as a draft: number and day stay blank until it has been signed."""
    lead = facts["lead"]
    return Document(
        superior=tuple(lead["superior_header"]),
        issuer=tuple(lead["header"]),
        code=f"BC-{lead['issuer_code']}" if lead["issuer_code"] else "BC",
        place=lead["place"] or "Gia Lai",
        month=data_as_of.month,
        year=data_as_of.year,
        type_name="BÁO CÁO",
        subject=f"Kết quả triển khai thử nghiệm nhiệm vụ “{facts['task_name']}”",
        addressees=(_addressee(facts),),
        blocks=_with_legend(
            (
                Paragraph(text=_opening(facts)),
                *_situation(facts),
                *_results(facts),
                *_shortcomings(facts),
                *_proposal(facts),
            ),
            facts["certainties"],
        ),
        signature=Signature(lines=_signature(lead)),
        recipients=_recipients(facts),
        notice=_notice(facts),
        data_as_of=data_as_of,
        keywords=(facts["task_code"], facts["programme"], "DTI"),
    )


def _with_legend(blocks: tuple[Block, ...], certainties: list[str]) -> tuple[Block, ...]:
    """What the marks mean, said once: under the first table, or before the closing sentence."""
    legend = tuple(LEGEND[code] for code in LEGEND if code in certainties or code == "unknown")
    for place, block in enumerate(blocks):
        if isinstance(block, Table):
            explained = replace(block, notes=(*block.notes, *legend))
            return (*blocks[:place], explained, *blocks[place + 1 :])
    return (*blocks[:-1], Paragraph(text=f"Ghi chú. {'; '.join(legend)}."), blocks[-1])


def _addressee(facts: EvaluationFacts) -> str:
    """To the committee, through the coordinator; nothing goes "through" its own writer."""
    authority = facts["authority"]
    name = authority["name"] if authority else "Ủy ban nhân dân tỉnh"
    coordinator = facts["coordinator"]
    if coordinator is None or coordinator["code"] == facts["lead"]["code"]:
        return name
    return f"{name} (qua {coordinator['name']})"


def _signature(lead: BodyFacts) -> tuple[str, ...]:
    return tuple(line for line in (lead["signs_for"], lead["head_title"]) if line) or (
        "THỦ TRƯỞNG ĐƠN VỊ",
    )


def _recipients(facts: EvaluationFacts) -> tuple[str, ...]:
    """No firm by default: two rivals share six of the ten tasks."""
    coordinator = facts["coordinator"]
    own = coordinator is None or coordinator["code"] == facts["lead"]["code"]
    middle = [] if own or coordinator is None else [f"{coordinator['name']} (để tổng hợp)"]
    return ("Như trên", *middle, "Lưu: VT")


def _notice(facts: EvaluationFacts) -> str:
    example = " · có dữ liệu minh họa" if "example" in facts["certainties"] else ""
    return f"Dự thảo · {facts['task_code']}{example}"


def _opening(facts: EvaluationFacts) -> str:
    lead = facts["lead"]["name"]
    cited = _cited(facts["assigned_by"])
    start = f"Thực hiện {cited}, " if cited else ""
    return (
        f"{start}{lead} báo cáo kết quả triển khai thử nghiệm nhiệm vụ “{facts['task_name']}” "
        f"(nhiệm vụ số {facts['task_number']} thuộc chương trình “{facts['programme_name']}”) "
        "như sau:"
    )


def _cited(document: DocumentFacts | None) -> str:
    if document is None:
        return ""
    day = f" ngày {document['day']}" if document["day"] else ""
    issuer = f" của {document['issuer']}" if document["issuer"] else ""
    subject = document["subject"][:1].lower() + document["subject"][1:]
    return f"Công văn số {document['number']}{day}{issuer} về việc {subject}"


# I. TÌNH HÌNH TRIỂN KHAI ---------------------------------------------------------------------------


def _situation(facts: EvaluationFacts) -> tuple[Block, ...]:
    return (
        Heading1(text="TÌNH HÌNH TRIỂN KHAI"),
        Heading2(text="Phạm vi và tổ chức thực hiện"),
        Points(items=_scope(facts)),
        Heading2(text="Tiến độ thực hiện"),
        Paragraph(text=_progress(facts)),
        *Paragraph.split(facts["narrative"]),
        *_milestone_table(facts["milestones"]),
        *_commitments(facts["commitments"]),
    )


def _scope(facts: EvaluationFacts) -> tuple[str, ...]:
    lead = f"Cơ quan chủ trì: {facts['lead']['name']}{_suffix(facts['lead_certainty'])}"
    points = [
        f"Thời gian thử nghiệm: từ ngày {_day(facts['trial_starts_on'])} đến ngày "
        f"{_day(facts['trial_ends_on'])}{_suffix(facts['trial_certainty'])}",
        lead,
    ]
    if facts["cooperating"]:
        points.append(f"Cơ quan phối hợp: {', '.join(facts['cooperating'])}")
    if facts["partners"]:
        points.append(f"Doanh nghiệp hỗ trợ triển khai: {', '.join(facts['partners'])}")
    return tuple(points)


def _progress(facts: EvaluationFacts) -> str:
    if facts["percent"] is None:
        return "Tỷ lệ hoàn thành theo báo cáo được chấp nhận gần nhất: chưa có số liệu."
    return f"Tỷ lệ hoàn thành theo báo cáo được chấp nhận gần nhất: {_number(facts['percent'])}%."


def _milestone_table(milestones: list[MilestoneFacts]) -> tuple[Block, ...]:
    if not milestones:
        return ()
    rows = tuple(
        (
            str(place),
            f"{m['title']}{_suffix(m['certainty'])}",
            _day(m["due_on"]),
            _day(m["reached_on"]),
            _milestone_result(m),
        )
        for place, m in enumerate(milestones, start=1)
    )
    columns = (
        Column(title="TT", width_share=1, align="center"),
        Column(title="Mốc", width_share=6),
        Column(title="Thời hạn", width_share=3, align="center"),
        Column(title="Hoàn thành", width_share=3, align="center"),
        Column(title="Kết quả", width_share=3, align="center"),
    )
    return (Table(caption="Kết quả thực hiện các mốc", columns=columns, rows=rows),)


def _milestone_result(milestone: MilestoneFacts) -> str:
    if milestone["state"] == "dropped":
        return "Không thực hiện"
    if milestone["reached_on"] is None:
        return "Chưa đạt"
    if milestone["days_late"]:
        return f"Chậm {milestone['days_late']} ngày"
    return "Đúng hạn"


def _commitments(commitments: list[CommitmentFacts]) -> tuple[Block, ...]:
    heading = Heading2(text="Thực hiện cam kết của doanh nghiệp")
    if not commitments:
        return (heading, Paragraph(text="Chưa có cam kết nào được ghi nhận."))
    rows = tuple(
        (
            str(place),
            c["body"],
            f"{c['content']}{_suffix(c['certainty'])}",
            FULFILMENT[c["fulfilment"]],
            c["finding"] or UNKNOWN,
        )
        for place, c in enumerate(commitments, start=1)
    )
    columns = (
        Column(title="TT", width_share=1, align="center"),
        Column(title="Doanh nghiệp", width_share=3),
        Column(title="Cam kết", width_share=6),
        Column(title="Kết quả", width_share=3, align="center"),
        Column(title="Nhận xét", width_share=4),
    )
    return (heading, Table(caption="Cam kết và kết quả thực hiện", columns=columns, rows=rows))


# II. KẾT QUẢ, ĐÁNH GIÁ ------------------------------------------------------------------------------


def _results(facts: EvaluationFacts) -> tuple[Block, ...]:
    return (
        Heading1(text="KẾT QUẢ, ĐÁNH GIÁ"),
        Heading2(text="Kết quả đạt được"),
        *_written(facts["results"]),
        Heading2(text="Tác động đến các chỉ số thành phần DTI"),
        *_indicators(facts),
        Heading2(text="Đánh giá theo các điều kiện của Ủy ban nhân dân tỉnh"),
        *_findings(facts),
        Heading2(text="Kinh phí"),
        Paragraph(text=_cost("Kinh phí đã thực hiện", facts["cost_vnd"])),
    )


def _indicators(facts: EvaluationFacts) -> tuple[Block, ...]:
    if not facts["indicators"]:
        return Paragraph.split(facts["indicator_note"] or NO_INDICATOR)
    return (_indicator_table(facts["indicators"]), _chart(facts["indicators"]))


def _indicator_table(indicators: list[IndicatorFacts]) -> Table:
    columns = (
        Column(title="Chỉ số thành phần", width_share=5),
        Column(title="Ban đầu", width_share=2, align="right"),
        Column(title="Chỉ tiêu", width_share=2, align="right"),
        Column(title="Kết quả", width_share=2, align="right"),
        Column(title="Mức đạt", width_share=3, align="right"),
        Column(title="Điểm DTI", width_share=3, align="right"),
    )
    rows = tuple(
        (
            f"{i['name']}{_suffix(i['certainty'])}",
            _value(i["baseline"]),
            _value(i["target"]),
            _value(i["actual"]),
            _attainment(i),
            _points(i),
        )
        for i in indicators
    )
    is_assumed = any(i["points_assumption"] for i in indicators)
    return Table(
        caption="Chỉ số thành phần: giá trị ban đầu, chỉ tiêu, kết quả",
        columns=columns,
        rows=rows,
        notes=(EQUAL_SHARES,) if is_assumed else (),
    )


def _attainment(indicator: IndicatorFacts) -> str:
    pace = PACES.get(indicator["pace_class"], UNKNOWN)
    if indicator["attainment"] is None:
        return pace
    return f"{_number(str(Decimal(indicator['attainment']) * 100), 1)}%\u2008({pace})"


def _points(indicator: IndicatorFacts) -> str:
    before, after = indicator["points_baseline"], indicator["points_actual"]
    if after is None:
        return "Chưa tính được"
    if before is None:
        return _number(after, 2)
    gain = Decimal(after) - Decimal(before)
    sign = "+" if gain >= 0 else ""
    return f"{_number(before, 2)} → {_number(after, 2)} ({sign}{_number(str(gain), 2)})"


def _chart(indicators: list[IndicatorFacts]) -> BulletChart:
    return BulletChart(
        caption="Mức đạt so với giá trị ban đầu và chỉ tiêu",
        rows=tuple(
            BulletRow(
                label=i["name"],
                baseline=_decimal(i["baseline"]),
                target=_decimal(i["target"]),
                actual=_decimal(i["actual"]),
                expected=None if i["expected"] is None else Decimal(i["expected"]),
                baseline_label=_value(i["baseline"]),
                target_label=_value(i["target"]),
                actual_label=_value(i["actual"]),
            )
            for i in indicators
        ),
    )


def _findings(facts: EvaluationFacts) -> tuple[Block, ...]:
    if not facts["findings"]:
        return (Paragraph(text=TO_BE_WRITTEN),)
    columns = (
        Column(title="Điều kiện", width_share=4),
        Column(title="Đánh giá", width_share=2, align="center"),
        Column(title="Căn cứ, minh chứng", width_share=6),
    )
    rows = tuple(
        (f["criterion"], VERDICTS[f["verdict"]], f["evidence"] or UNKNOWN)
        for f in facts["findings"]
    )
    return (Table(caption="Đánh giá theo từng điều kiện", columns=columns, rows=rows),)


# III. TỒN TẠI, HẠN CHẾ, NGUYÊN NHÂN ------------------------------------------------------------------


def _shortcomings(facts: EvaluationFacts) -> tuple[Block, ...]:
    reported = Paragraph.split(facts["difficulties"])
    lead_in = (Paragraph(text="Khó khăn đã nêu trong báo cáo tiến độ:"),) if reported else ()
    return (
        Heading1(text="TỒN TẠI, HẠN CHẾ, NGUYÊN NHÂN"),
        Heading2(text="Tồn tại, hạn chế"),
        *_written(facts["shortcomings"]),
        *lead_in,
        *reported,
        Heading2(text="Nguyên nhân"),
        *_written(facts["causes"]),
    )


# IV. ĐỀ XUẤT, KIẾN NGHỊ -------------------------------------------------------------------------------


def _proposal(facts: EvaluationFacts) -> tuple[Block, ...]:
    proposal = facts["proposal"]
    lead, authority = facts["lead"]["name"], facts["authority"]
    kind = PROPOSALS.get(proposal["kind"])
    committee = authority["name"] if authority else "Ủy ban nhân dân tỉnh"
    sentence = (
        f"{lead} đề xuất {kind} nhiệm vụ trong thời gian tiếp theo{_next_period(facts)}."
        if kind
        else TO_BE_WRITTEN
    )
    return (
        Heading1(text="ĐỀ XUẤT, KIẾN NGHỊ"),
        Paragraph(text=sentence),
        *Paragraph.split(proposal["text"]),
        Paragraph(text=_cost("Kinh phí dự kiến", proposal["cost_vnd"])),
        Paragraph(text=f"{lead} kính báo cáo {committee} xem xét, chỉ đạo"),
    )


def _next_period(facts: EvaluationFacts) -> str:
    starts_on, ends_on = facts["proposal"]["starts_on"], facts["proposal"]["ends_on"]
    start = f" từ ngày {_day(starts_on)}" if starts_on else ""
    end = f" đến ngày {_day(ends_on)}" if ends_on else ""
    return f"{',' if start or end else ''}{start}{end}"


# Words and figures -----------------------------------------------------------------------------------


def _written(text: str) -> tuple[Paragraph, ...]:
    return Paragraph.split(text) or (Paragraph(text=TO_BE_WRITTEN),)


def _cost(label: str, amount: int | None) -> str:
    return f"{label}: {f'{_number(str(amount))} đồng.' if amount is not None else NO_DATA.lower()}"


def _value(value: ValueFacts | None) -> str:
    if value is None:
        return UNKNOWN
    unit = "%" if value["unit"] == "%" else f" {value['unit']}" if value["unit"] else ""
    return f"{_number(value['value'])}{unit}{_suffix(value['certainty'])}"


def _decimal(value: ValueFacts | None) -> Decimal | None:
    return None if value is None else Decimal(value["value"])


def _suffix(certainty: str) -> str:
    mark = MARKS.get(certainty)
    return f"\u00a0{mark}" if mark else ""


def _number(text: str, places: int | None = None) -> str:
    return printed_number(Decimal(text), places, language="vi")


def _day(text: str | None) -> str:
    return printed_day(None if text is None else dt.date.fromisoformat(text))
