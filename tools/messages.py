"""Compiles the translations and checks that they are complete; pure Python, no gettext programs.

    python tools/messages.py compile    every django.po into the django.mo beside it
    python tools/messages.py check      fails when a Vietnamese translation is missing, empty, fuzzy or unused
    python tools/messages.py missing    what is missing, as entries to paste into a django.po

English is the language of the code and needs no file.
"""

import io
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import normalize, read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "vi"
SOURCES = ("dti_tracker", "organisations", "indicators", "programmes", "reports", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Of an entry its context and its text, each of one line or of many.
STRING = r'(?:[ \t]*"(?:[^"\\]|\\.)*"\s*)+'
ENTRY = re.compile(rf"^(?:msgctxt(?P<context>{STRING}))?^msgid(?P<text>{STRING})", re.MULTILINE)
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
Key = tuple[str | None, str]  # context, text (of several forms the first)


@dataclass(frozen=True)
class Used:
    """A message as the code has it."""

    place: str
    context: str | None
    forms: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What it is looked up by."""
        return self.context, self.forms[0]


def used_messages(root: Path) -> Iterator[Used]:
    """Every message in Python and in templates below `root`; tests excepted."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield from messages_of(path, str(path.relative_to(root)))


def messages_of(path: Path, name: str) -> Iterator[Used]:
    """The messages of one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "{%" not in text and "{{" not in text:
            return
        # What is not a message is blanked out; its indentation would not be Python's.
        text = "\n".join(line.strip() for line in templatize(text, origin=name).split("\n"))
    source = io.BytesIO(text.encode())
    for line, found, _comments, context in extract("python", source, KEYWORDS):
        forms = (found,) if isinstance(found, str) else tuple(found)
        if forms[0]:
            yield Used(f"{name}:{line}", context, forms)


def po_files(root: Path) -> list[Path]:
    """Every translation file: beside the templates, and in apps that carry their own."""
    patterns = ("locale/*/LC_MESSAGES/django.po", "*/locale/*/LC_MESSAGES/django.po")
    return sorted(path for pattern in patterns for path in root.glob(pattern))


def read_catalog(path: Path) -> Catalog:
    """One translation file; unreadable entries are errors, not warnings."""
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def compile_all(root: Path) -> list[str]:
    """Write each django.mo; nothing to complain of."""
    for path in po_files(root):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read_catalog(path))
    return []


def check(root: Path) -> list[str]:
    """A sentence for everything that keeps the Vietnamese translation from being complete."""
    used = {message.key: message for message in used_messages(root)}
    problems, known = [], set()
    for path in po_files(root):
        catalog, name = read_catalog(path), path.relative_to(root)
        problems += [f"{name}: {p}" for p in repeated(path)]
        problems += [f"{name}: obsolete entry {text!r}; remove it" for text in catalog.obsolete]
        for message in catalog:
            key = key_of(message)
            if key[1]:
                known.add(key)
                problems += [f"{name}:{message.lineno}: {p}" for p in faults(message, key in used)]
    return problems + [
        f"{message.place}: no translation of {message.forms[0]!r}"
        for key, message in used.items()
        if key not in known
    ]


def repeated(path: Path) -> Iterator[str]:
    """What stands twice in a translation file; its reader keeps the last without a word."""
    text = path.read_text(encoding="utf-8")
    seen: set[tuple[str, str]] = set()
    for found in ENTRY.finditer(text):
        key = found["context"] or "", found["text"]
        if key in seen:
            yield f"{''.join(QUOTED.findall(key[1]))!r} stands twice; remove one"
        seen.add(key)


def missing(root: Path) -> list[str]:
    """Entries for what has no translation yet."""
    known = {key_of(message) for path in po_files(root) for message in read_catalog(path)}
    used = {message.key: message for message in used_messages(root)}
    return [entry(message) for key, message in used.items() if key not in known]


def entry(message: Used) -> str:
    """One untranslated entry of a django.po."""
    lines = [f"#: {message.place}"]
    if message.context:
        lines.append(f"msgctxt {normalize(message.context)}")
    lines.append(f"msgid {normalize(message.forms[0])}")
    if len(message.forms) > 1:
        lines.append(f"msgid_plural {normalize(message.forms[1])}")
    lines.append('msgstr[0] ""' if len(message.forms) > 1 else 'msgstr ""')
    return "\n".join(lines) + "\n"


def key_of(message: Message) -> Key:
    """What a translated message is looked up by."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def faults(message: Message, is_used: bool) -> Iterator[str]:
    """What is wrong with one entry of a translation file."""
    text = key_of(message)[1]
    if not is_used:
        yield f"{text!r} is not in the code any more; remove it"
    if message.fuzzy:
        yield f"the translation of {text!r} is marked fuzzy"
    forms = (message.string,) if isinstance(message.string, str) else message.string or ()
    allowed = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = [sorted(PLACEHOLDER.findall(form)) for form in allowed]
    for form in forms:
        if not form:
            yield f"the translation of {text!r} is empty"
        elif sorted(PLACEHOLDER.findall(form)) not in wanted:
            yield f"the translation of {text!r} has other placeholders"


COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "compile": compile_all,
    "check": check,
    "missing": missing,
}


def main(arguments: list[str]) -> int:
    """Run one command; 1 when it has something to say."""
    if not settings.configured:
        settings.configure()
    said = COMMANDS[arguments[0]](ROOT)
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
