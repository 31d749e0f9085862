"""Field instructions of Word: commands inside a text that are carried out when it is opened.

Word joins an instruction from as many pieces as it likes and undoes escapes first. It is therefore
read here as Word reads it, with an XML parser, and judged by its first word.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat

from programmes.evidence.faults import Code, Fault
from programmes.evidence.targets import is_elsewhere, is_harmless_link

# A part without these words, which no escape can hide, holds no instruction and is not parsed.
SIGNS = (b"instrtext", b"fldsimple")
MAX_INSTRUCTION = 64 * 1024
MAX_DEPTH = 50

STARTING = frozenset({"DDE", "DDEAUTO"})
FETCHING = frozenset(
    {"INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "RD", "DATABASE"}
)
_WORD = re.compile(r'"([^"]*)"?|([^\s"]+)')
_NUMBERS = re.compile(r'QUOTE[\s"]*(?:0x[0-9a-f]+|\d+)[\s"]+(?:0x[0-9a-f]+|\d+)', re.IGNORECASE)
_QUOTES = str.maketrans("“”„", '"""')


@dataclass
class _Field:
    """One that has begun: its instruction so far, and whether another one stands in it."""

    words: str = ""
    is_read: bool = False
    nests: bool = False


class _Reader:
    """Collects the instructions of a part; a field may stand in the instruction of another."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.open: list[_Field] = []
        self.loose = _Field()
        self.is_instruction = False

    def begin(self, name: str, given: dict[str, str]) -> None:
        plain = {_local(key): value for key, value in given.items()}
        match _local(name):
            case "instrText" | "delInstrText":
                self.is_instruction = True
            case "fldSimple":
                self._note_nested()
                judge_instruction(plain.get("instr", ""), self.where)
            case "fldChar":
                self._char(plain.get("fldCharType", ""))

    def end(self, name: str) -> None:
        if _local(name) in {"instrText", "delInstrText"}:
            self.is_instruction = False

    def text(self, words: str) -> None:
        if not self.is_instruction:
            return
        field = self.open[-1] if self.open else self.loose
        field.words += words
        if len(field.words) > MAX_INSTRUCTION:
            raise Fault(Code.TOO_MUCH, self.where)

    def close(self) -> None:
        """Fields that never end, and instructions outside every field, count as well."""
        for field in (*self.open, self.loose):
            self._judge(field)

    def _char(self, kind: str) -> None:
        if kind == "begin":
            self._note_nested()
            self.open.append(_Field())
            if len(self.open) > MAX_DEPTH:
                raise Fault(Code.TOO_MUCH, self.where)
        elif self.open and kind == "separate":
            self.open[-1].is_read = True
            self._judge(self.open[-1])
        elif self.open and kind == "end":
            self._judge(self.open.pop())

    def _note_nested(self) -> None:
        if self.open and not self.open[-1].is_read:
            outer = self.open[-1]
            if not outer.words.strip():  # the other one would say what this one does
                raise Fault(Code.ACTIVE, self.where)
            outer.nests = True

    def _judge(self, field: _Field) -> None:
        judge_instruction(field.words, self.where, nests=field.nests)


def judge_fields(read: Iterable[bytes], where: str) -> None:
    """Raises Fault where a field of an XML part starts a program or fetches from elsewhere."""
    reader = _Reader(where)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        for piece in read:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Fault(Code.BROKEN, where) from error
    reader.close()


def judge_instruction(words: str, where: str, *, nests: bool = False) -> None:
    """Raises Fault where an instruction does what no document needs.

    Args:
        nests: part of it is the result of another field, so that it is not known what it says.
    """
    found = [quoted or bare for quoted, bare in _WORD.findall(words.translate(_QUOTES))]
    command = found[0].upper() if found else ""
    if command in STARTING or _NUMBERS.search(words):
        raise Fault(Code.ACTIVE, where)
    if command in FETCHING and (nests or any(map(is_elsewhere, found[1:]))):
        raise Fault(Code.REMOTE, where)
    if command == "HYPERLINK" and not is_harmless_link(_address(found[1:])):
        raise Fault(Code.REMOTE, where)


def _address(words: list[str]) -> str:
    """What a hyperlink leads to: the first word that is no switch nor belongs to one."""
    is_of_switch = False
    for word in words:
        is_switch = re.fullmatch(r"\\[a-zA-Z*@#]", word)
        if not is_switch and not is_of_switch:
            return word
        is_of_switch = bool(is_switch) and word[1] in "lotLOT*@#"
    return ""


def _local(name: str) -> str:
    return name.rpartition(":")[2]
