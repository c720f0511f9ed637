import subprocess

import pytest

from skemovae.explorer._bundle import bundle

MODULES = {
    "main.js": 'import { area, PI as pi } from "./shapes/circle.js";\nimport * as circle from "./shapes/circle.js";\n'
    "console.log(area(2), pi, Object.keys(circle).join());\n",
    "shapes/circle.js": 'import { square } from "../numbers.js";\nconst hidden = 1;\nexport const PI = 3;\n'
    "export function area(r) {\n  return PI * square(r) * hidden;\n}\nexport class Circle {}\n",
    "numbers.js": "const hidden = 7;\nexport const square = (x) => x * x + hidden - hidden;\n",
}


def test_modules_run_after_those_that_they_import_and_keep_their_names_apart():
    script = bundle("main.js", MODULES.__getitem__)
    assert script.index("// numbers.js") < script.index("// shapes/circle.js") < script.index("// main.js")
    ran = subprocess.run(["node", "--eval", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "12 3 PI,area,Circle\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("export default 1;\n", "export default 1;"),
        ("export let count = 0;\n", "export let count"),
        ('import "./numbers.js";\n', "import"),
        ('export { square } from "./numbers.js";\n', "export"),
        ('import { main } from "./main.js";\n', "cycle: main.js"),
    ],
)
def test_other_imports_and_exports_are_refused(source, message):
    with pytest.raises(ValueError, match=message):
        bundle("main.js", (MODULES | {"main.js": source}).__getitem__)
