"""Take pictures of reports with a browser: 380, 768 and 1280 pixels, light, dark, printed.

::

    python docs/pictures/make.py report.html another.html --target pictures/

Needs playwright and a chromium (``CHROMIUM``, else ``/usr/bin/chromium``). Pages are opened from disk; a request that
would leave the machine ends the work.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WIDTHS = (380, 768, 1280)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browser() -> Iterator[Any]:
    """Open a browser that loads nothing by itself."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(FLAGS))
        yield opened
        opened.close()


def picture(opened: Any, page_file: Path, width: int, scheme: str, target: Path) -> None:
    """Write a picture of the whole page at one width in one colour scheme."""
    page = opened.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.on("request", _refuse)
    page.goto(page_file.resolve().as_uri())
    page.screenshot(path=target, full_page=True)
    page.close()


def printed(opened: Any, page_file: Path, target: Path) -> None:
    """Write the page as it is printed."""
    page = opened.new_page(viewport={"width": 1280, "height": 900})
    page.goto(page_file.resolve().as_uri())
    page.pdf(path=target, format="A4", prefer_css_page_size=True, print_background=True)
    page.close()


def _refuse(request: Any) -> None:
    if not request.url.startswith(("file:", "data:")):
        raise SystemExit(f"the page asks for {request.url}")


def pictures(files: Sequence[Path], target: Path) -> list[Path]:
    """Take every picture of every page and return where they are."""
    target.mkdir(parents=True, exist_ok=True)
    made = []
    with browser() as opened:
        for file in files:
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    made.append(target / f"{file.stem}-{width}-{scheme}.png")
                    picture(opened, file, width, scheme, made[-1])
            made.append(target / f"{file.stem}.pdf")
            printed(opened, file, made[-1])
    return made


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--target", type=Path, default=Path("pictures"))
    given = parser.parse_args()
    for file in pictures(given.pages, given.target):
        print(file)


if __name__ == "__main__":
    main()
