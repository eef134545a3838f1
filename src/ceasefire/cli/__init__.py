"""Command line: parse, call the API, print. No logic; heavy modules are imported inside the commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ceasefire.cli.app import app, run_safely


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the ``ceasefire`` command."""
    from ceasefire.cli import register

    register.commands(app)
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run_safely(lambda: app(tokens, result_action="return_value"), as_json="--json" in tokens))
