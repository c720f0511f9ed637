"""Write the repository's address into the README and pyproject.toml, before GitHub builds what goes to PyPI.

``GITHUB_REPOSITORY=owner/name GITHUB_REF_NAME=v1.2.3 python .ci/name_repository.py [FOLDER]`` changes two files of the
folder, by default the repository's root:

- the README's links and pictures are relative; on PyPI they lead nowhere, so they become links to the tag on GitHub;
- the project gets its addresses (``[project.urls]``), which PyPI shows beside the text.

In the repository itself both stay as they are, so that links work in a clone, in a fork and on every branch.
"""

import os
import re
import sys
from pathlib import Path

LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:|#)([^)\s]+)\)")
ROOT = Path(__file__).resolve().parents[1]


def name_repository(folder, repository, ref):
    """Change the README and pyproject.toml of a folder."""
    page, raw = f"https://github.com/{repository}", f"https://raw.githubusercontent.com/{repository}/{ref}"
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8")
    text = LINK.sub(
        lambda link: f"{link[1]}[{link[2]}]({raw if link[1] else f'{page}/blob/{ref}'}/{link[3]})",
        text,
    )
    readme.write_text(text, encoding="utf-8")
    urls = {
        "Homepage": page,
        "Documentation": f"{page}/blob/{ref}/docs/quickstart.md",
        "Source": page,
        "Issues": f"{page}/issues",
        "Changelog": f"{page}/blob/{ref}/CHANGELOG.md",
    }
    settings = folder / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    if text.count("\n[project.scripts]\n") != 1 or "[project.urls]" in text:
        raise ValueError(f"{settings}: expected one [project.scripts] and no [project.urls]")
    table = "".join(f'{name} = "{url}"\n' for name, url in urls.items())
    text = text.replace("\n[project.scripts]\n", f"\n[project.urls]\n{table}\n[project.scripts]\n")
    settings.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        name_repository(
            Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT,
            os.environ["GITHUB_REPOSITORY"],
            os.environ["GITHUB_REF_NAME"],
        )
    except KeyError as missing:
        sys.exit(f"{missing.args[0]} is not set: GitHub's workflows set it; elsewhere write, for example, owner/name")
