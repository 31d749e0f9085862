"""How one cell is read: as people type it, as programs save it."""

import datetime as dt
import unicodedata
from decimal import Decimal

import pytest
from openpyxl.utils.datetime import MAC_EPOCH

from programmes.spreadsheets import layout
from programmes.spreadsheets.cells import (
    Cell,
    CellFault,
    choice_of,
    day_of,
    mark_of,
    number_of,
    percent_of,
    text_of,
)


def test_a_percentage_is_read_however_it_is_written():
    readings = {"50": "50", "50,00%": "50.00", " 50 % ": "50", "62,5": "62.5", "0,5": "0.5"}
    for text, expected in readings.items():
        assert percent_of(Cell(text)) == Decimal(expected), text
    assert percent_of(Cell(0.5, shape="0%")) == 50
    assert percent_of(Cell(0.5, shape="0.00")) == Decimal("0.5")
    assert percent_of(Cell(0.145, shape="0.00%")) == Decimal("14.5")


def test_an_empty_cell_is_unknown_and_never_zero():
    for empty in (Cell(), Cell(""), Cell("  \u00a0 ")):
        assert percent_of(empty) is None
        assert number_of(empty) is None
        assert day_of(empty) is None
        assert text_of(empty) == ""
    assert percent_of(Cell(0)) == 0


def test_dots_part_thousands_and_a_comma_the_decimals():
    readings = {"1.028": "1028", "1.028,5": "1028.5", "62,5": "62.5", "-3,5": "-3.5"}
    for text, expected in readings.items():
        assert number_of(Cell(text)) == Decimal(expected), text
    for text in ("một", "1,2,3", "1e5", "NaN", "∞"):
        with pytest.raises(CellFault):
            number_of(Cell(text))


def test_true_is_no_number():
    """To Python it is one; Excel writes it where somebody types TRUE."""
    for value in (True, False):
        for read in (number_of, percent_of):
            with pytest.raises(CellFault, match="số"):
                read(Cell(value))


def test_a_number_is_what_the_spreadsheet_shows_not_its_binary_noise():
    assert number_of(Cell(0.1 + 0.2)) == Decimal("0.3")
    assert number_of(Cell(1234567.89)) == Decimal("1234567.89")


def test_a_day_is_read_from_text_serials_and_either_epoch():
    day = dt.date(2026, 12, 14)
    for value in ("14/12/2026", "14-12-2026", "14.12.2026", "2026-12-14", " 14/12/2026 "):
        assert day_of(Cell(value)) == day, value
    assert day_of(Cell(dt.datetime(2026, 12, 14))) == day  # noqa: DTZ001 - as files hold it
    assert day_of(Cell(46370)) == day
    assert day_of(Cell(46370 - 1462, epoch=MAC_EPOCH)) == day


def test_what_is_no_day_is_refused():
    for value in ("12/14/2026", "31/02/2026", "hôm nay", "14/12/26", 5, 2026, True, "14/12/1926"):
        with pytest.raises(CellFault):
            day_of(Cell(value))


def test_a_formula_counts_with_its_saved_result_where_a_figure_is_expected():
    assert number_of(Cell(42, is_formula=True)) == 42
    with pytest.raises(CellFault, match="kết quả"):
        number_of(Cell(None, is_formula=True))
    with pytest.raises(CellFault, match="công thức"):
        text_of(Cell("kết quả", is_formula=True))


def test_an_error_of_the_program_is_told():
    for read in (number_of, text_of, day_of, mark_of):
        with pytest.raises(CellFault):
            read(Cell("#REF!", is_error=True))


def test_text_is_composed_and_without_blanks_at_its_ends():
    decomposed = unicodedata.normalize("NFD", "  Đã tập huấn ")
    assert text_of(Cell(decomposed + "\u00a0")) == "Đã tập huấn"
    assert text_of(Cell("a\r\nb")) == text_of(Cell("a_x000D_\nb")) == "a\nb"
    assert text_of(Cell("=1+1")) == "=1+1"
    assert text_of(Cell(12.5)) == "12,5"


def test_control_characters_and_endless_text_are_refused():
    for text in ("a\x00b", "a\x07", "x" * 10_001):
        with pytest.raises(CellFault):
            text_of(Cell(text))


def test_a_mark_is_an_x_a_tick_or_a_word():
    for value in ("x", "X", "có", "✓", 1, True, "1"):
        assert mark_of(Cell(value)) is True
    for value in (None, "", "không", 0, False):
        assert mark_of(Cell(value)) is False
    with pytest.raises(CellFault):
        mark_of(Cell("có lẽ"))


def test_a_word_of_a_list_is_known_by_its_beginning_and_without_marks():
    for value in ("Xanh (đúng tiến độ)", "xanh", "XANH", "green"):
        assert choice_of(Cell(value), layout.COLOURS) == "green"
    assert choice_of(Cell("do"), layout.COLOURS) == "red"
    assert choice_of(Cell(None), layout.COLOURS) == ""
    with pytest.raises(CellFault, match="Vàng"):
        choice_of(Cell("tím"), layout.COLOURS)


def test_what_is_shown_of_a_wrong_cell_is_short():
    assert len(Cell("x" * 500).shown) == 60
