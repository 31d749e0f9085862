"""Documents as departments really write them, to look at and to test with."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

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


def make_row(label: str = "Tỷ lệ doanh nghiệp", **values: str | None) -> BulletRow:
    """A chart row; values are decimals as text, in percent."""
    texts = {"baseline": "12", "target": "50", "actual": "41", "expected": "38", **values}
    numbers = {name: None if text is None else Decimal(text) for name, text in texts.items()}
    words = {
        name: "–" if text is None else f"{text}%".replace(".", ",") for name, text in texts.items()
    }
    return BulletRow(
        label=label,
        **numbers,
        baseline_label=words["baseline"],
        target_label=words["target"],
        actual_label=words["actual"],
    )


def make_chart() -> BulletChart:
    """Every state a bar can show."""
    return BulletChart(
        caption="Biểu đồ 1. Mức đạt các chỉ tiêu",
        rows=(
            make_row("Tỷ lệ doanh nghiệp thương mại điện tử có hồ sơ trên nền tảng của tỉnh"),
            make_row("Tỷ lệ hộ kinh doanh dùng hóa đơn điện tử", actual="58.5"),
            make_row("Số gian hàng mới", actual="4"),
            make_row(
                "Thời gian xử lý một hồ sơ", baseline="20", target="8", actual="9.5", expected="12"
            ),
            make_row("Tỷ lệ hồ sơ trực tuyến toàn trình", actual=None),
            make_row("Tỷ lệ giao dịch không dùng tiền mặt", actual="240"),
        ),
    )


def make_table(rows: int = 6) -> Table:
    """A table of indicators with ``rows`` rows."""
    names = ("Sàn thương mại điện tử", "Hóa đơn điện tử", "Chữ ký số cá nhân cho người dân")
    return Table(
        caption="Bảng 1. Kết quả thực hiện các chỉ tiêu",
        columns=(
            Column(title="TT", width_share=6, align="center"),
            Column(title="Chỉ tiêu", width_share=44),
            Column(title="Ban đầu", width_share=14, align="right"),
            Column(title="Chỉ tiêu giao", width_share=14, align="right"),
            Column(title="Kết quả", width_share=14, align="right"),
            Column(title="Đánh giá", width_share=20, align="center"),
        ),
        rows=tuple(
            (f"{n}", f"{names[n % 3]} tại {n} xã", "12,0%", "≥ 50,0%", f"{n + 30},5%", "Đạt")
            for n in range(1, rows + 1)
        ),
        notes=("≈: giả định chia đều; –: chưa có số liệu; số liệu minh họa.",),
    )


def make_blocks() -> tuple[Block, ...]:
    """The usual four sections of an evaluation report."""
    return (
        Paragraph(
            text="Thực hiện Công văn số 2239/UBND-KGVX ngày 21 tháng 8 năm 2023 của Ủy ban nhân dân tỉnh về việc triển khai thử nghiệm các nền tảng số, Sở Công Thương báo cáo kết quả như sau:"
        ),
        Heading1(text="Tình hình triển khai"),
        Heading2(text="Phạm vi, thời gian và đơn vị thực hiện"),
        Paragraph(
            text="Nhiệm vụ được triển khai tại 17 xã, phường từ ngày 15/01/2026 đến ngày 14/11/2026 với sự tham gia của Viễn thông Gia Lai (VNPT Gia Lai); kinh phí doanh nghiệp tự bảo đảm, ước 1.250.000.000 ₫."
        ),
        Heading2(text="Các công việc đã thực hiện"),
        Points(
            items=(
                "Tập huấn cho 1.028 lượt cán bộ, công chức và hộ kinh doanh;",
                "Đưa 312 sản phẩm OCOP lên sàn thương mại điện tử;",
                "Kết nối nền tảng với Trung tâm điều hành thông minh của tỉnh;",
                "Ban hành quy trình tiếp nhận, xử lý phản ánh (5 bước → 3 bước);",
                "Kiểm tra an toàn thông tin cấp độ 3.",
            )
        ),
        Heading1(text="Kết quả, đánh giá"),
        Paragraph(text="Kết quả các chỉ tiêu so với cam kết được nêu tại Bảng 1 và Biểu đồ 1."),
        make_table(),
        make_chart(),
        Heading1(text="Tồn tại, hạn chế, nguyên nhân"),
        Paragraph(
            text="Tỷ lệ gian hàng có giao dịch còn thấp do người dân chưa quen với thanh toán không dùng tiền mặt; hạ tầng mạng tại 4 xã biên giới chưa ổn định."
        ),
        Heading1(text="Đề xuất, kiến nghị"),
        Heading2(text="Đối với Ủy ban nhân dân tỉnh"),
        Paragraph(
            text="Cho phép tiếp tục thử nghiệm giai đoạn 2 từ ngày 01/01/2027 đến ngày 30/6/2027 tại toàn bộ các xã, phường."
        ),
        Paragraph(
            text="Trên đây là báo cáo kết quả triển khai thử nghiệm của Sở Công Thương, kính đề nghị Sở Khoa học và Công nghệ tổng hợp, báo cáo Ủy ban nhân dân tỉnh xem xét, chỉ đạo."
        ),
    )


def make_document(**changes: object) -> Document:
    """The Department of Industry and Trade's draft evaluation report, or a change of it."""
    document = Document(
        superior=("UBND TỈNH GIA LAI",),
        issuer=("SỞ CÔNG THƯƠNG",),
        code="BC-SCT",
        place="Gia Lai",
        month=11,
        year=2026,
        type_name="BÁO CÁO",
        subject="Kết quả triển khai thử nghiệm nền tảng thương mại điện tử cho hộ kinh doanh và hợp tác xã trên địa bàn tỉnh",
        addressees=("Ủy ban nhân dân tỉnh Gia Lai (qua Sở Khoa học và Công nghệ)",),
        bases=(
            "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư",
            "Căn cứ Kế hoạch số 715/KH-UBND ngày 28 tháng 3 năm 2023 của Ủy ban nhân dân tỉnh",
        ),
        blocks=make_blocks(),
        signature=Signature(lines=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        recipients=("Như trên", "Sở Khoa học và Công nghệ", "VNPT Gia Lai", "Lưu: VT, QLTM"),
        notice="Dự thảo · có dữ liệu minh họa",
        data_as_of=datetime.date(2026, 11, 14),
    )
    return replace(document, **changes)  # type: ignore[arg-type]


def make_coordinator_document() -> Document:
    """The coordinator's consolidated report, issued: numbered, dated and signed."""
    return make_document(
        issuer=("SỞ KHOA HỌC", "VÀ CÔNG NGHỆ"),
        number="7",
        day=5,
        month=1,
        year=2027,
        code="BC-SKHCN",
        subject="Tổng hợp kết quả triển khai thử nghiệm năm 2026",
        addressees=("Ủy ban nhân dân tỉnh Gia Lai", "Văn phòng Ủy ban nhân dân tỉnh Gia Lai"),
        blocks=(*make_blocks()[:-2], make_table(40), *make_blocks()[-2:]),
        signature=Signature(lines=("GIÁM ĐỐC",), name="Nguyễn Thị Hồng Nhung"),
        notice=None,
        bases=(),
    )


def make_committee_document() -> Document:
    """A district committee's official letter: no type name, subject under the number."""
    return make_document(
        superior=(),
        issuer=("ỦY BAN NHÂN DÂN", "TỈNH GIA LAI"),
        code="UBND-KGVX",
        type_name="",
        subject="đôn đốc báo cáo kết quả triển khai thử nghiệm các nền tảng số năm 2026",
        addressees=(
            "Sở Công Thương",
            "Sở Nông nghiệp và Môi trường",
            "Ban Quản lý Khu kinh tế tỉnh",
        ),
        bases=(),
        blocks=(make_blocks()[0], make_blocks()[-1]),
        signature=Signature(
            lines=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), name="Trần Đình Khánh"
        ),
        notice=None,
    )
