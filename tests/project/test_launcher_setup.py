"""Steps are done once, done again when cut off or outdated, and refused with a sentence."""

import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from launcher import __main__ as entry
from launcher import setup
from launcher.place import Place, read_env_file
from launcher.processes import Signals
from launcher.run import refuse_taken_port
from launcher.setup import Build, build, digest, install_python_packages
from launcher.words import Refusal

ROOT = Path(__file__).resolve().parent.parent.parent
STYLES = Build("Style sheets", ("src/*.css",), "build/assets", ("make-styles",))


class Calm(Signals):
    """Nobody asks for an end; the test's own signal handlers stay."""

    def __init__(self) -> None:
        self.asked = self.last = 0


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.css").write_text("a {}", encoding="utf-8")
    for name in {*setup.REQUIREMENTS["local"], *setup.REQUIREMENTS["dev"]}:
        (tmp_path / name).write_text("Django\n", encoding="utf-8")
    return Place(tmp_path, tmp_path / "var")


@pytest.fixture
def commands(place: Place, monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """What the launcher would have run; making an environment or assets leaves its files."""
    done: list[Sequence[str]] = []

    def pretend(place: Place, argv: Sequence[str], signals: Signals) -> int:
        done.append(list(argv))
        made = place.python if "venv" in argv else place.build / "assets" / "app.css"
        made.parent.mkdir(parents=True, exist_ok=True)
        made.touch()
        return 0

    monkeypatch.setattr(setup, "perform_quietly", pretend)
    return done


def fail_with(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """Every command fails and says this."""

    def pretend(place: Place, argv: Sequence[str], signals: Signals) -> int:
        with place.log("setup").open("a", encoding="utf-8") as log:
            log.write(said)
        return 1

    monkeypatch.setattr(setup, "perform_quietly", pretend)


def test_a_step_is_done_once(place: Place, commands: list[Sequence[str]]) -> None:
    build(place, STYLES, Calm())
    build(place, STYLES, Calm())
    assert commands == [["make-styles"]]


def test_a_step_is_done_again_when_an_input_changed(
    place: Place, commands: list[Sequence[str]]
) -> None:
    build(place, STYLES, Calm())
    (place.root / "src" / "a.css").write_text("a { color: red }", encoding="utf-8")
    build(place, STYLES, Calm())
    assert len(commands) == 2


def test_a_step_is_done_again_when_its_result_is_gone(
    place: Place, commands: list[Sequence[str]]
) -> None:
    build(place, STYLES, Calm())
    (place.build / "assets" / "app.css").unlink()
    (place.build / "assets").rmdir()
    build(place, STYLES, Calm())
    assert len(commands) == 2


def test_a_step_that_was_cut_off_is_done_again(
    place: Place, commands: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(place, STYLES, Calm())
    (place.root / "src" / "a.css").write_text("a { color: red }", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(setup, "perform_quietly", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            build(place, STYLES, Calm())
    (place.root / "src" / "a.css").write_text("a {}", encoding="utf-8")
    build(place, STYLES, Calm())
    assert len(commands) == 2


def test_packages_are_installed_once(place: Place, commands: list[Sequence[str]]) -> None:
    install_python_packages(place, "local", Calm())
    install_python_packages(place, "local", Calm())
    assert [argv[2] for argv in commands] == ["venv", "pip"]


def test_the_packages_of_the_tests_contain_those_of_the_application(
    place: Place, commands: list[Sequence[str]]
) -> None:
    install_python_packages(place, "dev", Calm())
    install_python_packages(place, "local", Calm())
    assert [argv[2] for argv in commands] == ["venv", "pip"]
    install_python_packages(place, "dev", Calm())
    assert len(commands) == 2


def test_a_changed_requirement_is_installed_into_the_same_environment(
    place: Place, commands: list[Sequence[str]]
) -> None:
    install_python_packages(place, "local", Calm())
    (place.root / "constraints.txt").write_text("Django==5.2.20\n", encoding="utf-8")
    install_python_packages(place, "local", Calm())
    assert [argv[2] for argv in commands] == ["venv", "pip", "pip"]


def test_a_half_made_environment_is_made_anew(place: Place, commands: list[Sequence[str]]) -> None:
    install_python_packages(place, "local", Calm())
    (place.venv / ".half-made").touch()
    (place.venv / "half-a-package").touch()
    install_python_packages(place, "local", Calm())
    assert [argv[2] for argv in commands] == ["venv", "pip", "venv", "pip"]
    assert not (place.venv / "half-a-package").exists()
    assert not (place.venv / ".half-made").exists()


def test_an_environment_that_was_moved_is_brought_up_to_date(
    place: Place, commands: list[Sequence[str]], tmp_path: Path
) -> None:
    install_python_packages(place, "local", Calm())
    for stamp in place.venv.glob(".installed-*"):
        stamp.write_text(stamp.read_text("utf-8").replace(str(place.venv), "/elsewhere"), "utf-8")
    install_python_packages(place, "local", Calm())
    assert len(commands) == 3


def test_a_failed_update_leaves_the_old_environment_in_use(
    place: Place, commands: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    install_python_packages(place, "local", Calm())
    (place.root / "constraints.txt").write_text("Django==5.2.20\n", encoding="utf-8")
    fail_with(monkeypatch, "ERROR: No matching distribution found for Django==5.2.20")
    with pytest.raises(Refusal, match="No matching distribution"):
        install_python_packages(place, "local", Calm())
    assert place.python.exists()
    assert not (place.venv / ".half-made").exists()


@pytest.mark.parametrize(
    "said",
    [
        "NewConnectionError('<pip._vendor.urllib3…>: Failed to establish a new connection')",
        "npm error code ENOTFOUND",
    ],
)
def test_no_network_is_one_sentence(
    place: Place, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    fail_with(monkeypatch, said)
    with pytest.raises(Refusal, match="no network") as refusal:
        build(place, STYLES, Calm())
    assert "Không có mạng" in str(refusal.value)


def test_python_without_venv_is_told_what_to_install(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, "ensurepip is not available")
    with pytest.raises(Refusal, match="python3-venv"):
        install_python_packages(place, "local", Calm())


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} is in use"):
            refuse_taken_port(port)
    refuse_taken_port(port)


@pytest.mark.parametrize("written", ["abc", "0", "65536", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(Refusal, match="PORT must be a number"):
        _ = Place(tmp_path, tmp_path, {"PORT": written}).port


def test_the_env_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\nPORT=8010\nexport MODE = demo\nSECRET_KEY='a b=c'\n\n# DEBUG=true\nnonsense\n",
        encoding="utf-8",
    )
    assert read_env_file(file) == {"PORT": "8010", "MODE": "demo", "SECRET_KEY": "a b=c"}
    assert read_env_file(tmp_path / "none") == {}


def test_the_fingerprint_sees_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1", encoding="utf-8")
    first = digest(tmp_path, ["*"])
    (tmp_path / "a").rename(tmp_path / "b")
    renamed = digest(tmp_path, ["*"])
    (tmp_path / "b").write_text("2", encoding="utf-8")
    assert len({first, renamed, digest(tmp_path, ["*"])}) == 3


def test_too_old_a_python_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entry, "OLDEST", (99, 0))
    monkeypatch.setattr(entry, "NEWER", ("python99.0",))
    assert entry.main() == 1
    assert "is too old: install Python 3.11" in capsys.readouterr().err


def test_an_unknown_target_is_one_sentence() -> None:
    made = subprocess.run(
        ["make", "fly"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode != 0
    assert "There is no target 'fly'; there are: run, test, check" in made.stderr


def test_an_unknown_command_is_one_sentence() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "launcher", "fly"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 2
    assert "Unknown command 'fly'" in made.stdout
