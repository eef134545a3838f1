"""Read a forecast that ``ceasefire run`` wrote to a file, for whoever goes on with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ceasefire.errors import Fault, InputError, Place

if TYPE_CHECKING:
    from ceasefire.case.model import Case

NEEDED = ("case", "case_hash", "status", "as_of", "outcomes", "headlines")
NOT_OURS = "this is not a forecast that ceasefire run wrote"
FOLDER = Path("ceasefire-out")


def place_of(case: Case) -> Path:
    """Return where ``ceasefire run`` writes the forecast of a case unless told otherwise."""
    return FOLDER / case.name / "forecast.json"


def read_written(path: Path, case: Case) -> dict[str, Any]:
    """Return the forecast of a case that ``ceasefire run`` wrote, as plain values.

    Raises
    ------
    InputError
        Where it cannot be read, or was made from another version of the case.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        hint = f"ceasefire run {case.name} writes one; --forecast FILE names another"
        raise refuse("L301", "there is no forecast here", path, hint=hint) from None
    except (OSError, ValueError) as error:
        raise refuse("L301", NOT_OURS, path, found=str(error)) from None
    if not isinstance(found, dict) or any(key not in found for key in NEEDED):
        raise refuse("L301", NOT_OURS, path)
    if found["case_hash"] != case.case_hash or found["case"] != case.name:
        made, now = (
            f"{n} {str(h)[:12]}" for n, h in ((found["case"], found["case_hash"]), (case.name, case.case_hash))
        )
        raise refuse(
            "L302",
            "the forecast was made with another version of the case, so it may mean something else",
            path,
            found=f"forecast of {made}; the case is {now}",
            hint=f"ceasefire run {case.name}, then this command again",
        )
    return found


def refuse(code: str, message: str, path: Path, *, found: str = "", hint: str = "") -> InputError:
    """Return the error for a forecast that cannot be used, to be raised."""
    return InputError([Fault(code, message, Place(str(path)), found=found, hint=hint)])
