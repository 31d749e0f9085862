"""The guide says every right of the table in words, to everybody who is signed in."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from organisations.guide import RELATIONS, STATES, THEMES, cell_words, relation_words, themes_of
from organisations.rights import Cell, Relation, table
from tests.builders import make_user

GUIDE = reverse("organisations:guide_rights")
WORDS = {action: words for _title, actions in THEMES.values() for action, words in actions.items()}


def reader(language: str = "vi") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(make_user())
    return client


def test_every_action_and_relation_and_state_has_words():
    cells = [cell for row in table().values() for cell in row.values()]

    assert WORDS.keys() == table().keys()
    assert RELATIONS.keys() == set(Relation)
    assert STATES.keys() >= set().union(*(cell.states for cell in cells))


def test_no_two_actions_and_no_two_relations_have_the_same_words():
    assert len({str(words) for words in WORDS.values()}) == len(WORDS)
    assert len({relation_words(relation) for relation in Relation}) == len(Relation)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Y", "luôn được"),
        ("own", "của cơ quan mình"),
        ("Y:submitted", "khi: đã gửi"),
        ("own:open|returned", "của cơ quan mình, khi: đang soạn, bị trả lại"),
        ("no", "không bao giờ, dù có vai trò khác"),
        ("-", ""),
    ],
)
def test_a_cell_reads_as_a_sentence(cell, words):
    assert cell_words(Cell.read(cell)) == words


@pytest.mark.parametrize("relation", list(Relation))
def test_what_a_relation_may_do_is_what_the_table_says(relation):
    themes = themes_of(relation)

    shown = {line.action for theme in themes for line in theme.lines}
    refused = [words for theme in themes for words in theme.refused]
    says = {
        action for action, row in table().items() if row[relation].grants or row[relation].forbids
    }
    assert shown == says
    assert len(refused) == len(table()) - len(says)


def test_the_whole_guide_names_everybody_who_may(db):
    page = reader().get(GUIDE).text

    assert "Đồng ý với đánh giá đã gửi" in page
    assert "đơn vị đầu mối (trừ văn thư)" in page


def test_a_family_is_named_whole_by_what_it_lacks_or_by_its_members():
    with translation.override("en"):
        lines = {line.action: line.groups[0].who for t in themes_of() for line in t.lines}

    assert {"lead", "coordinator", "committee"} <= set(lines["view_task"])
    assert lines["write_update"] == ("lead (not: clerk)",)
    assert lines["conclude_dossier"] == ("committee (its Office)",)


def test_one_asks_what_a_deputy_may_do(db):
    page = reader().get(GUIDE, {"relation": "lead_deputy"}).text

    assert "Duyệt đánh giá và gửi đơn vị đầu mối" in page
    assert "Không được:" in page


def test_it_is_read_in_english(db):
    assert "Accept a submitted evaluation" in reader("en").get(GUIDE).text


def test_an_unknown_relation_is_named_and_nothing_is_shown(db):
    answer = reader().get(GUIDE, {"relation": "king"})

    assert answer.status_code == 400
    assert answer.context["themes"] == []


def test_it_asks_for_a_log_in_and_changes_nothing(db):
    assert Client().get(GUIDE)["Location"].startswith("/login/")
    assert reader().post(GUIDE).status_code == 405
