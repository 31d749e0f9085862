"""People from a CSV file: read, shown, written whole or not at all."""

import codecs
import datetime as dt
import unicodedata

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale
from organisations import letters
from organisations.models import Letter, Membership, User
from organisations.services import people_import
from organisations.services.people_import import (
    COLUMNS,
    Deed,
    import_people,
    plan_import,
    read_text,
)
from tests.builders import make_member, make_organisation, make_user
from tests.organisations.setting_up import TODAY, address, make_administrator, signed_in

pytestmark = pytest.mark.django_db
HEAD = ",".join(COLUMNS)
VAN = (
    "van.nguyen,Nguyễn Thị Vân,van@gialai.gov.vn,+84 269 3824 123,sct,staff,Chuyên viên,2026-01-01"
)
BINH = "binh.pham,Phạm Văn Bình,,,sct,Giám đốc,Giám đốc Sở,01/02/2026"


@pytest.fixture
def admin():
    return make_administrator()


@pytest.fixture
def sct():
    return make_organisation("sct", short_name="Sở Công Thương")


def text(*lines, head=HEAD):
    return "\n".join([head, *lines]) + "\n"


def imported(admin, content):
    plan = plan_import(content)
    return import_people(by=admin, on=TODAY, text=content, shown=plan.fingerprint)


def wrong_cells(content):
    return [(error.line, error.column) for error in plan_import(content).errors]


def test_nobody_gives_themselves_a_position_by_a_file(admin, sct):
    own = f"{admin.username},{admin.full_name},,,sct,head,,2026-01-01"
    with pytest.raises(NotAllowed):
        imported(admin, text(VAN, own))
    assert not admin.memberships.exists()
    assert not User.objects.filter(username="van.nguyen").exists()


def test_a_file_makes_people_with_positions(admin, sct):
    imported(admin, text(VAN, BINH.replace("Giám đốc,", "head,", 1)))

    van = User.objects.get(username="van.nguyen")
    assert (van.full_name, van.email, van.phone) == (
        "Nguyễn Thị Vân",
        "van@gialai.gov.vn",
        "+84 269 3824 123",
    )
    assert van.memberships.get().valid_from == dt.date(2026, 1, 1)
    assert User.objects.get(username="binh.pham").memberships.get().position == "head"
    assert not van.has_usable_password()


def test_the_same_file_again_changes_nothing(admin, sct):
    imported(admin, text(VAN))
    plan = imported(admin, text(VAN))

    assert [line.deed for line in plan.lines] == [Deed.UNCHANGED]
    assert not plan.does_something
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [
        text(VAN).encode(),
        codecs.BOM_UTF8 + text(VAN).encode(),
        text(VAN).replace(",", ";").encode(),
        text(VAN).replace("\n", "\r\n").encode(),
        unicodedata.normalize("NFD", text(VAN)).encode(),
        (text(VAN) + ",,,,,,,\n\n").encode(),
    ],
    ids=["utf-8", "bom", "semicolons", "crlf", "nfd", "empty lines"],
)
def test_every_usual_shape_of_a_file_is_read_alike(admin, sct, content):
    imported(admin, read_text(content))

    assert User.objects.get(username="van.nguyen").full_name == "Nguyễn Thị Vân"


@pytest.mark.parametrize(
    "content", [text(VAN).encode("utf-16"), "Nguy\u1ec5n".encode("utf-8")[:-2]]
)
def test_another_code_is_refused_with_what_to_do(content):
    with pytest.raises(DomainError, match="UTF-8"):
        read_text(content)


def test_windows_1258_is_refused_with_what_to_do():
    with pytest.raises(DomainError, match="UTF-8"):
        read_text(unicodedata.normalize("NFD", "Phạm Bình").encode("cp1258", "ignore"))


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(DomainError, match="1 MB"):
        read_text(b"x" * (1024 * 1024 + 1))
    with pytest.raises(DomainError, match="000"):
        plan_import(text(*(VAN.replace("van.nguyen", f"v{n}") for n in range(2001))))


@pytest.mark.parametrize("content", ["", HEAD, text(), text(VAN, head="username,name"), text('"a')])
def test_a_file_without_head_or_lines_is_refused(content):
    with pytest.raises(DomainError):
        plan_import(content)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("van.nguyen", "Vân", "username"),
        ("van.nguyen", "", "username"),
        ("Nguyễn Thị Vân", "", "full_name"),
        ("Nguyễn Thị Vân", "=HYPERLINK(1)", "full_name"),
        ("Nguyễn Thị Vân", "@SUM(1)", "full_name"),
        ("Nguyễn Thị Vân", "-1", "full_name"),
        ("Nguyễn Thị Vân", "＝HYPERLINK(1)", "full_name"),
        ("Nguyễn Thị Vân", "＠SUM(1)", "full_name"),
        ("Chuyên viên", "－1", "title"),
        ("+84 269 3824 123", "＋84 269 3824 123", "phone"),
        ("Nguyễn Thị Vân", "Vân\x07", "full_name"),
        ("Nguyễn Thị Vân", "Vân\u202e", "full_name"),
        ("Nguyễn Thị Vân", "x" * 121, "full_name"),
        ("van@gialai.gov.vn", "van", "email"),
        ("van@gialai.gov.vn", "ADMIN@gialai.gov.vn", "email"),
        ("+84 269 3824 123", "+cmd", "phone"),
        (",sct,", ",không có,", "organisation"),
        (",staff,", ",vua,", "position"),
        (",staff,", ",,", "position"),
        ("2026-01-01", "2026-02-30", "valid_from"),
        ("2026-01-01", "", "valid_from"),
        ("2026-01-01", "1826-01-01", "valid_from"),
        ("2026-01-01", "2026-01-01,x", "valid_from"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(sct, old, new, column):
    make_user("quan.tri", email="admin@gialai.gov.vn")

    assert (3, column) in wrong_cells(
        text(BINH.replace("Giám đốc,", "head,", 1), VAN.replace(old, new))
    )


def test_a_body_that_does_not_exist_on_the_day_is_named():
    make_organisation("sct", valid_to=dt.date(2025, 12, 31))

    assert wrong_cells(text(VAN)) == [(2, "valid_from")]


def test_people_on_two_lines_are_the_same_and_sit_in_two_bodies(admin, sct):
    make_organisation("stc")
    twice = VAN.replace(",sct,", ",stc,")

    imported(admin, text(VAN, twice))

    assert User.objects.get(username="van.nguyen").memberships.count() == 2
    assert wrong_cells(text(VAN, VAN)) == [(3, "organisation")]
    assert (3, "full_name") in wrong_cells(text(VAN, twice.replace("Vân", "Vấn")))


def test_two_people_do_not_share_an_address(sct):
    assert wrong_cells(text(VAN, VAN.replace("van.nguyen", "van.2"))) == [(3, "email")]


def test_changes_are_shown_in_words_and_written(admin, sct):
    imported(admin, text(VAN))
    changed = VAN.replace("staff,Chuyên viên,2026-01-01", "deputy,Phó Giám đốc,2026-06-01")

    plan = imported(admin, text(changed.replace("van@gialai.gov.vn", "van2@gialai.gov.vn")))

    assert plan.lines[0].deed == Deed.CHANGED
    assert "van2@gialai.gov.vn" in plan.lines[0].changes[0]
    assert "Phó Giám đốc" in plan.lines[0].changes[1]
    held = Membership.objects.order_by("valid_from")
    assert [(m.position, m.valid_to) for m in held] == [
        ("staff", dt.date(2026, 5, 31)),
        ("deputy", None),
    ]


def test_an_empty_cell_takes_no_contact_away(admin, sct):
    imported(admin, text(VAN))

    plan = imported(admin, text(VAN.replace("van@gialai.gov.vn,+84 269 3824 123", ",")))

    assert [line.deed for line in plan.lines] == [Deed.UNCHANGED]
    imported(admin, text(VAN.replace("van@gialai.gov.vn,+84 269 3824 123", ",0269 3824 999")))
    van = User.objects.get(username="van.nguyen")
    assert (van.email, van.phone) == ("van@gialai.gov.vn", "0269 3824 999")


def test_the_page_says_that_an_empty_cell_takes_nothing_away(admin):
    page = signed_in(admin).get(address("setup_people_import")).content.decode()

    assert "Ô e-mail hoặc điện thoại để trống giữ nguyên" in page


def test_an_address_that_is_replaced_is_told_by_letter(admin, sct):
    imported(admin, text(VAN))
    changed = text(VAN.replace("van@", "van2@"))

    assert plan_import(changed).lines[0].warnings == []
    assert not Letter.objects.exists()
    imported(admin, changed)

    assert Letter.objects.get(name=letters.CHANGED).to == "van@gialai.gov.vn"


@pytest.mark.parametrize("right", ["is_administrator", "is_staff", "is_superuser"])
def test_a_new_address_for_an_administrator_is_warned_of(admin, sct, right):
    imported(admin, text(VAN))
    User.objects.filter(username="van.nguyen").update(**{right: True})
    changed = text(VAN.replace("van@", "van2@"))

    assert plan_import(text(VAN.replace("Vân", "Vấn"))).lines[0].warnings == []
    assert "Nguyễn Thị Vân" in plan_import(changed).lines[0].warnings[0]
    file = SimpleUploadedFile("people.csv", changed.encode(), "text/csv")
    page = signed_in(admin).post(address("setup_people_import"), {"file": file})
    assert "chiếm được tài khoản" in page.content.decode()
    imported(admin, changed)
    assert Letter.objects.get(name=letters.CHANGED).to == "van@gialai.gov.vn"


def test_a_cell_of_a_book_is_named_by_its_line():
    with pytest.raises(DomainError, match=r"dòng 3 dài hơn 131\.072"):
        plan_import(text(VAN, "b.b," + "x" * 131_073))
    with pytest.raises(DomainError, match="Không đọc được dòng 2"):
        plan_import(text('"a'))


def test_an_earlier_position_is_not_overwritten(admin, sct):
    imported(admin, text(VAN))
    earlier = VAN.replace("staff,Chuyên viên,2026-01-01", "head,Giám đốc,2025-01-01")

    assert wrong_cells(text(earlier)) == [(2, "valid_from")]


def test_who_is_not_in_the_file_stays(admin, sct):
    other = make_member(sct)

    imported(admin, text(VAN))

    assert other.memberships.get().valid_to is None


def test_one_wrong_line_writes_nothing(admin, sct):
    with pytest.raises(DomainError):
        imported(admin, text(VAN, BINH.replace(",sct,", ",x,")))
    assert not User.objects.filter(username="van.nguyen").exists()


def _failing_on_the_second(monkeypatch):
    write, seen = people_import._write, []

    def failing(line, **given):
        seen.append(line)
        if len(seen) == 2:
            raise RuntimeError("the server stops in the middle")
        with transaction.atomic():
            write(line, **given)

    monkeypatch.setattr(people_import, "_write", failing)
    return text(VAN, VAN.replace("van.nguyen,", "b.b,").replace("van@", "b@"))


@pytest.mark.django_db(transaction=True)
def test_what_stops_in_the_middle_writes_nothing(admin, sct, monkeypatch):
    content = _failing_on_the_second(monkeypatch)
    with pytest.raises(RuntimeError):
        imported(admin, content)
    assert not User.objects.filter(username="van.nguyen").exists()


@pytest.mark.django_db(transaction=True)
def test_without_its_transaction_half_a_file_would_stay(admin, sct, monkeypatch):
    content = _failing_on_the_second(monkeypatch)
    whole = import_people.__wrapped__
    with pytest.raises(RuntimeError):
        whole(by=admin, on=TODAY, text=content, shown=plan_import(content).fingerprint)
    assert User.objects.filter(username="van.nguyen").exists()


def test_what_was_shown_and_what_would_happen_now_are_compared(admin, sct):
    shown = plan_import(text(VAN)).fingerprint
    make_user("van.nguyen")
    with pytest.raises(Stale):
        import_people(by=admin, on=TODAY, text=text(VAN), shown=shown)


def test_only_administrators_import(sct):
    with pytest.raises(NotAllowed):
        imported(make_member(sct, "head"), text(VAN))


def test_reading_a_long_file_asks_as_little_as_a_short_one(sct, django_assert_num_queries):
    for count in (1, 100):
        lines = [VAN.replace("van", f"van{n}") for n in range(count)]
        with django_assert_num_queries(3):
            assert not plan_import(text(*lines)).errors


def test_blanks_within_a_cell_are_read_as_they_are_saved(admin, sct):
    content = text(VAN.replace("Nguyễn Thị", "Nguyễn \u00a0 Thị").replace("Chuyên", "Chuyên "))
    imported(admin, content)

    assert User.objects.get(username="van.nguyen").full_name == "Nguyễn Thị Vân"
    assert [line.deed for line in plan_import(content).lines] == [Deed.UNCHANGED]


@pytest.mark.django_db(transaction=True)
def test_who_cannot_be_invited_is_not_imported_either(admin, sct, monkeypatch):
    def failing(**_given):
        raise RuntimeError("the outbox is full")

    monkeypatch.setattr(people_import, "invite", failing)
    content = text(VAN)
    shown = plan_import(content).fingerprint

    with pytest.raises(RuntimeError):
        import_people(by=admin, on=TODAY, text=content, shown=shown, inviting=True)

    assert not User.objects.filter(username="van.nguyen").exists()


@pytest.mark.parametrize("day", ["1999-12-31", "2100-01-01"])
def test_a_day_that_lies_far_away_is_a_slip(sct, day):
    assert wrong_cells(text(VAN.replace("2026-01-01", day))) == [(2, "valid_from")]
