"""The sheets of the files: their columns, the words of their lists, what they explain.

The words are the format of the file, so they are Vietnamese for everybody.
"""

from dataclasses import dataclass
from enum import StrEnum

from indicators.choices import ValueKind
from programmes.choices import Health


class Kind(StrEnum):
    """How a column is typed and read."""

    KEY = "key"
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"
    MARK = "mark"
    COLOUR = "colour"
    VALUE_KIND = "value_kind"


@dataclass(frozen=True)
class Column:
    """A column by its head; a locked one is shown, not typed, and a key is hidden as well."""

    name: str
    head: str
    kind: Kind
    width: int
    is_locked: bool = False
    prompt: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.kind == Kind.KEY


@dataclass(frozen=True)
class Sheet:
    """A sheet by its title; rows are told apart by the columns in `needed`."""

    title: str
    columns: tuple[Column, ...]
    needed: tuple[str, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


MARK = "x"
COLOURS = {
    Health.GREEN.value: "Xanh (đúng tiến độ)",
    Health.AMBER.value: "Vàng (cần chú ý)",
    Health.RED.value: "Đỏ (có nguy cơ)",
}
VALUE_KINDS = {
    ValueKind.MEASURED.value: "Đo được",
    ValueKind.ESTIMATED.value: "Ước tính",
    ValueKind.NOT_APPLICABLE.value: "Không áp dụng",
}
TASK = Column("task", "Mã nhiệm vụ", Kind.TEXT, 14, is_locked=True)
TASK_NAME = Column("task_name", "Tên nhiệm vụ", Kind.TEXT, 42, is_locked=True)
KEY = Column("key", "Khóa dòng (không sửa)", Kind.KEY, 10, is_locked=True)

PROGRESS = Sheet(
    "Tiến độ",
    (
        Column("version", "Phiên bản (không sửa)", Kind.KEY, 10, is_locked=True),
        TASK,
        TASK_NAME,
        Column("period", "Kỳ báo cáo", Kind.TEXT, 14, is_locked=True),
        Column("last_percent", "Lần trước (%)", Kind.PERCENT, 10, is_locked=True),
        Column(
            "percent",
            "Hoàn thành (%)",
            Kind.PERCENT,
            12,
            prompt="Từ 0 đến 100. Để trống nghĩa là chưa báo cáo, không phải 0.",
        ),
        Column("narrative", "Kết quả đã thực hiện", Kind.TEXT, 48, prompt="Hai, ba câu."),
        Column("difficulties", "Khó khăn, vướng mắc", Kind.TEXT, 36),
        Column("proposals", "Đề xuất, kiến nghị", Kind.TEXT, 36),
        Column(
            "declared_health",
            "Màu tự đánh giá",
            Kind.COLOUR,
            22,
            prompt="Để trống: theo cách tính của hệ thống.",
        ),
        Column(
            "declared_reason",
            "Lý do tự đánh giá",
            Kind.TEXT,
            30,
            prompt="Cần có khi màu tự đánh giá tốt hơn màu do hệ thống tính.",
        ),
        Column(
            "is_unchanged",
            "Không có thay đổi",
            Kind.MARK,
            12,
            prompt="Ghi x nếu nội dung như lần báo cáo trước.",
        ),
    ),
    needed=("task",),
)
MILESTONES = Sheet(
    "Mốc",
    (
        KEY,
        TASK,
        Column("number", "Mốc số", Kind.NUMBER, 9, is_locked=True),
        Column("title", "Nội dung mốc", Kind.TEXT, 60, is_locked=True),
        Column("due_on", "Thời hạn", Kind.DAY, 13, is_locked=True),
        Column(
            "reached_on",
            "Ngày đạt",
            Kind.DAY,
            13,
            prompt="Ngày/tháng/năm; để trống nếu chưa đạt.",
        ),
    ),
    needed=("key",),
)
VALUES = Sheet(
    "Chỉ số",
    (
        KEY,
        TASK,
        Column("indicator", "Chỉ số thành phần", Kind.TEXT, 48, is_locked=True),
        Column("kind", "Loại số liệu", Kind.VALUE_KIND, 16),
        Column("numerator", "Tử số", Kind.NUMBER, 14),
        Column("denominator", "Mẫu số", Kind.NUMBER, 14),
        Column(
            "value",
            "Giá trị",
            Kind.NUMBER,
            14,
            prompt="Khi đã có tử số và mẫu số, hệ thống tự tính giá trị.",
        ),
        Column("unit", "Đơn vị tính", Kind.TEXT, 14),
        Column("measured_on", "Số liệu đến ngày", Kind.DAY, 14, prompt="Ngày/tháng/năm."),
        Column("source", "Nguồn số liệu", Kind.TEXT, 36),
    ),
    needed=("key",),
)
TRIAL_DATES = Sheet(
    "Thời gian thử nghiệm",
    (
        TASK,
        TASK_NAME,
        Column("starts_on", "Ngày bắt đầu", Kind.DAY, 15, prompt="Ngày/tháng/năm."),
        Column("ends_on", "Ngày kết thúc", Kind.DAY, 15, prompt="Ngày/tháng/năm."),
    ),
    needed=("task",),
)

GUIDE = "Hướng dẫn"
PROGRESS_GUIDE = (
    "Mỗi dòng của trang tính “Tiến độ” là một nhiệm vụ do cơ quan chủ trì.",
    "Chỉ nhập vào các ô nền trắng; ô nền xám là thông tin để đối chiếu.",
    "Tệp được ghi thành dự thảo báo cáo, không tự gửi; người có trách nhiệm xem lại rồi gửi.",
    "Để trống tỷ lệ hoàn thành hoặc số liệu nghĩa là chưa báo cáo, không phải 0.",
    "Xóa nội dung của một ô là xóa nội dung đó trong dự thảo; bỏ cả cột hoặc cả dòng thì giữ nguyên.",
    "Tỷ lệ có thể ghi 50, 50,5 hoặc 50,00%. Số ghi 1.028 là một nghìn không trăm hai mươi tám.",
    "Ngày ghi dạng ngày/tháng/năm, ví dụ 14/12/2026.",
    "Không dùng công thức trong ô nội dung và không gộp ô.",
    "Không sửa các cột ẩn. Có thể sắp xếp lại, ẩn dòng hoặc thêm cột riêng của cơ quan.",
    "Khi tải lên, hệ thống cho xem các thay đổi và lỗi từng ô trước khi ghi; có lỗi thì không ghi gì.",
)
DATES_GUIDE = (
    "Mỗi dòng là một nhiệm vụ chưa xác định thời gian thử nghiệm.",
    "Ghi cả ngày bắt đầu và ngày kết thúc; để trống cả hai nếu vẫn chưa xác định.",
    "Ngày ghi dạng ngày/tháng/năm, ví dụ 14/12/2026.",
    "Khi tải lên cần văn bản làm căn cứ và lý do; có lỗi thì không ghi gì.",
)
