"""The application object, and what every command shares: exit codes and how errors are shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from cyclopts import App

from ceasefire import __version__
from ceasefire.errors import CeasefireError, InputError

app = App(
    name="ceasefire",
    version=__version__,
    help="Put an argument about how a war ends to the test.",
    suppress_keyboard_interrupt=False,  # run_safely says what a stop means
    help_epilogue="Exit codes: 0 done, 1 a fault of the input, 2 wrong usage, 3 a numerical failure.",
)


def show_error(error: CeasefireError, *, as_json: bool) -> None:
    """Print an error as a person or (``--json``) a program reads it."""
    if as_json:
        faults = [fault.as_dict() for fault in error.faults] if isinstance(error, InputError) else []
        print(json.dumps({"error": str(error) if not faults else "", "faults": faults}, ensure_ascii=False, indent=1))
        return
    print(str(error), file=sys.stderr)
    if isinstance(error, InputError):
        n = sum(fault.severity == "fault" for fault in error.faults)
        print(f"\n{n} fault{'s' if n != 1 else ''}. Nothing was written.", file=sys.stderr)


def run_safely(command: Callable[[], Any], *, as_json: bool = False) -> int:
    """Run a command; return its exit code. No error of the user's making gives a traceback."""
    try:
        result = command()
    except CeasefireError as error:
        show_error(error, as_json=as_json)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nstopped; what was finished is kept, run the same command again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"the system refused{where}: {error.strerror or error}", file=sys.stderr)
        return 1
    return int(result) if isinstance(result, int) else 0
