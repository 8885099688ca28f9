"""Several modules as one, meaning the same."""

import pytest
from playwright.sync_api import Page

from web.assets import Assets
from web.packing import NotPackable, fold_sheets, imports_from_pack, pack, without_unused

MODULES = {
    "page.js": 'import { twice } from "./sum.js";\nimport "./mark.js";\nconst own = 4;\nwindow.made = twice(own);\n',
    "sum.js": 'import { add } from "./add.js";\n\nconst own = 2;\nexport const twice = (n) => add(n, n) * own;\n',
    "add.js": "const own = 1;\nexport function add(a, b) {\n  return a + b + own;\n}\n",
    "mark.js": "const own = true;\nwindow.marked = own;\n",
    "later.js": 'import { add } from "./add.js";\nimport { other } from "./other.js";\nexport { twice } from "./sum.js";\n',
}


@pytest.mark.browser
def test_a_pack_does_what_its_modules_do_and_keeps_their_own_names_apart(modules: Page) -> None:
    made = pack(MODULES, "page.js")
    assert made.modules == ("add.js", "sum.js", "mark.js", "page.js")
    modules.add_script_tag(type="module", content=made.source)
    modules.wait_for_function("window.made !== undefined")
    assert modules.evaluate("[window.made, window.marked]") == [18, True]


def test_what_is_loaded_later_takes_the_packs_modules_from_the_pack() -> None:
    made = pack(MODULES, "page.js")
    assert imports_from_pack(MODULES["later.js"], made) == (
        'import { add } from "./page.js";\n'
        'import { other } from "./other.js";\nexport { twice } from "./page.js";\n'
    )


@pytest.mark.parametrize(
    "source",
    ['import all from "./add.js";\n', "export default 1;\n", "export let a = 1;\n"],
    ids=["default import", "default export", "changing export"],
)
def test_what_packing_does_not_understand_stops_it(source: str) -> None:
    with pytest.raises(NotPackable, match=r"page\.js"):
        pack({**MODULES, "page.js": source}, "page.js")


def test_a_name_exported_twice_and_a_circle_stop_it() -> None:
    with pytest.raises(NotPackable, match="both export add"):
        pack({**MODULES, "mark.js": "export const add = 1;\n"}, "page.js")
    with pytest.raises(NotPackable, match="imports itself"):
        pack({**MODULES, "add.js": 'import { twice } from "./sum.js";\n'}, "page.js")


def test_a_sheet_takes_in_what_it_imports() -> None:
    folded = fold_sheets('@import "../a.css";\nb { c: d }\n', lambda name: f"/* {name} */")
    assert folded == "/* ../a.css */\nb { c: d }\n"


def test_no_module_stands_in_the_pack_and_beside_it() -> None:
    assets = Assets()
    with pytest.raises(KeyError):
        assets.file("chat", "dom.js")
    assert b"wl-panel" in assets.file("chat", "frame.js").body
    assert b"wl-panel" in assets.file("widget", "panel.js").body


def test_a_sheet_keeps_the_properties_that_somebody_reads() -> None:
    sheet = ":root {\n  --a: 1px;\n  --b: var(--c); /* why */\n  --c: 2px;\n  --d: 3px;\n}\ni { top: var(--a) }\n"
    users = ["u { left: var(--b) }", 'look.getPropertyValue("--e")']
    kept = without_unused(sheet, users)
    assert "--d" not in kept
    assert all(name in kept for name in ("--a: 1px;", "--b: var(--c);", "--c: 2px;", "top:"))
    assert without_unused(sheet, [*users, 'style.setProperty("--d", 1)']) == sheet
