"""Settings say what is wrong with them, and the document says what there is."""

from pathlib import Path

import pytest

from web.errors import SettingsInvalid
from web.settings import Settings, as_markdown, load_settings

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_document_shows_every_setting_as_it_is() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text.split("<!-- settings -->\n")[1].split("<!-- /settings -->")[0]
    assert table == as_markdown()


def test_every_setting_has_its_help() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"WARMLINE_PORT": "many"}, ("WARMLINE_PORT", "'many'")),
        ({"WARMLINE_PORT": "70000"}, ("WARMLINE_PORT", "'70000'")),
        ({"WARMLINE_ACCENT": "red"}, ("WARMLINE_ACCENT", "'red'")),
        ({"WARMLINE_LOG_LEVEL": "loud"}, ("WARMLINE_LOG_LEVEL", "'loud'")),
        ({"WARMLINE_PUBLIC_URL": "shop.example"}, ("WARMLINE_PUBLIC_URL", "'shop.example'")),
        ({"WARMLINE_PROT": "80"}, ("WARMLINE_PROT", "WARMLINE_PORT")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_unusable_value_is_refused_by_name_and_value(
    environ: dict[str, str], words: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(environ=environ)
    for word in words:
        assert word in str(refused.value)


def test_command_line_beats_environment_beats_file(tmp_path: Path) -> None:
    (tmp_path / "warmline.toml").write_text('port = 1\nhost = "a"\ncompany_name = "File"\n')
    settings = load_settings(
        environ={"WARMLINE_DATA": str(tmp_path), "WARMLINE_PORT": "2", "WARMLINE_HOST": "b"},
        port=3,
    )
    assert (settings.port, settings.host, settings.company_name) == (3, "b", "File")


def test_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "warmline.toml").write_text("colour = 1\n")
    with pytest.raises(SettingsInvalid, match=r"warmline\.toml: colour"):
        load_settings(environ={}, data=tmp_path)


def test_others_variables_are_left_alone() -> None:
    load_settings(environ={"WARMLINE_SERVICE_HOST": "10.0.0.1", "PATH": "/bin"})


def test_database_url_is_understood() -> None:
    address = "postgresql://desk@db/warmline"
    assert load_settings(environ={"DATABASE_URL": address}).database == address
