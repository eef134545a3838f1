"""Import every module that defines commands."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from cyclopts import App

MODULES = (
    "case_commands",
    "game_commands",
    "run_command",
    "forecast_commands",
    "audit_commands",
    "explore_commands",
    "choice_commands",
    "ledger_commands",
    "export_command",
)


def commands(app: App) -> None:
    """Register all commands on `app`, once; each module's ``register(app)`` adds its own."""
    if "check" in app:
        return
    for name in MODULES:
        if find_spec(f"ceasefire.cli.{name}"):
            import_module(f"ceasefire.cli.{name}").register(app)
