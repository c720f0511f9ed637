"""The explorer's modules, run by Node.js, so that Python can check what they return."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import skemovae.explorer

WEB = Path(skemovae.explorer.__file__).parent / "web"
TIMEOUT = 300  # seconds; a script that never ends fails instead of blocking the tests


def run_module(source, data=None):
    """Return what a module passes to ``answer(value)``, as JSON.

    Parameters
    ----------
    source : str
        The module's text, with imports such as ``import { notesOf } from "@/music/tokens.js";``; it can use `data`.
    data : object, default=None
        Anything that JSON can hold.
    """
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Node.js is installed: the explorer's modules have to be tested in CI")
        pytest.skip("no Node.js is installed (apt install nodejs)")
    text = f"""
import {{ readFileSync, writeSync }} from "node:fs";
const data = JSON.parse(readFileSync(0, "utf-8"));
const answer = (value) => {{
  const bytes = Buffer.from(JSON.stringify(value));
  for (let sent = 0; sent < bytes.length;) sent += writeSync(1, bytes, sent);
}};
{source}
"""
    text = text.replace('from "@/', f'from "{WEB.as_uri()}/')
    # Node decides by package.json what kind of modules these are, and that file is not in the wheel
    result = subprocess.run(
        [node, "--experimental-default-type=module", "--input-type=module", "--eval", text],
        input=json.dumps(data),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
