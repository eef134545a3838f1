"""``ceasefire game``: explicit games in the format ``ceasefire-game/1``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from ceasefire.cli.options import Json, show

if TYPE_CHECKING:
    from ceasefire.solve import Solution
    from ceasefire.solve.equilibria import Equilibria

game_app = App(name="game", help="Solve explicit games in the format ceasefire-game/1.")


def register(app: App) -> None:
    """Add the commands of this module."""
    app.command(game_app)


@game_app.command(name="solve")
def solve_game(
    file: Path,
    *,
    history: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    intervals: int = 40,
    reach: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    starts: int = 0,
    as_json: Json = False,
) -> int:
    """Solve an explicit game; print values, how well they hold, and what is asked along histories.

    Parameters
    ----------
    file
        A ceasefire-game/1 document.
    history
        Public history: tokens separated by commas, periods by semicolons. May be repeated.
    intervals
        Intervals of the belief grid along each edge of the simplex.
    reach
        A state: the probability of being there after each period. May be repeated.
    starts
        Also solve from so many other starts, and show every distinct equilibrium that is found.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.errors import UsageError
    from ceasefire.game.beliefs import intervals_of
    from ceasefire.game.explicit import game_from_json
    from ceasefire.solve import solve
    from ceasefire.solve.equilibria import equilibria
    from ceasefire.solve.memory import check_game

    if intervals < 1:
        raise UsageError(f"--intervals must be at least 1, not {intervals}")
    if starts < 0:
        raise UsageError(f"--starts must be at least 0, not {starts}")
    game = game_from_json(file)
    for state in reach:
        if state not in game.state_names:
            raise UsageError(f"--reach: the game has no state {state!r}")
    need = check_game(game, intervals_of(game, intervals))
    with ProgressDisplay() as progress:
        progress.say(need.text)
        if starts:
            found = equilibria(
                game, starts, intervals=intervals, progress=lambda done, of: progress("starts", done, of)
            )
            result = {**answer(found.found[0].solution, history, reach), **others(found, history, reach)}
        else:
            solution = solve(game, intervals=intervals, progress=lambda done, of: progress("solve", done, of))
            result = answer(solution, history, reach)
    return show(result, as_text(result), as_json=as_json)


def answer(solution: Solution, histories: tuple[str, ...], states: tuple[str, ...]) -> dict[str, Any]:
    """Return what ``game solve`` prints."""
    names = solution.game.actor_names
    result: dict[str, Any] = {
        "values": {name: solution.values[i].tolist() for i, name in enumerate(names)},
        "expected_values": {name: float(solution.expected_values[i]) for i, name in enumerate(names)},
        "certificate": solution.certificate.as_dict(),
        "histories": [{"history": text, "decisions": solution.along(text)} for text in histories],
    }
    if states:
        from ceasefire.simulate.reach import reach

        result["reach"] = {state: reach(solution, state).as_dict() for state in states}
    return result


def others(found: Equilibria, histories: tuple[str, ...], states: tuple[str, ...]) -> dict[str, Any]:
    """Return what ``game solve --starts`` adds: every distinct equilibrium, and the starts that led to none."""
    rows = [
        {
            "number": one.number,
            "starts": list(one.starts),
            "moves_apart": one.moves_apart,
            "values_apart": one.values_apart,
            **answer(one.solution, histories, states),
        }
        for one in found.found
    ]
    return {"starts": {"number": found.n_starts, "not_converged": list(found.failed)}, "equilibria": rows}


def as_text(result: dict[str, Any]) -> str:
    """Return the result as a person reads it: one equilibrium, or each that was found from other starts."""
    if "equilibria" not in result:
        return one_as_text(result)
    number, failed = result["starts"]["number"], result["starts"]["not_converged"]
    lines = [f"distinct equilibria from {number} other starts: {len(result['equilibria'])}"]
    if failed:
        lines.append(f"not converged, not counted: starts {', '.join(map(str, failed))}")
    for one in result["equilibria"]:
        led = [str(start) for start in one["starts"] if start]
        came = ["the continuation from precision 0"] * (0 in one["starts"]) + [f"starts {', '.join(led)}"] * bool(led)
        lines.append(f"\nequilibrium {one['number']}: {' and '.join(came)}")
        if one["number"] > 1:
            lines.append(
                f"  from equilibrium 1: {one['moves_apart']:.4f} moves expected to differ, values up to "
                f"{one['values_apart']:.4f} apart"
            )
        lines += [f"  {line}" for line in one_as_text(one).splitlines()]
    return "\n".join(lines)


def one_as_text(result: dict[str, Any]) -> str:
    """Return one equilibrium as a person reads it."""
    certificate = result["certificate"]
    lines = ["expected values"]
    lines += [f"  {name}: {value:.6f}" for name, value in result["expected_values"].items()]
    state = "converged" if certificate["converged"] else f"NOT converged at {len(certificate['failed'])} points"
    lines.append(
        f"{state}; regret {certificate['regret']:.1e}, best-response loss {certificate['best_response_loss']:.4f}, "
        f"residual {certificate['residual']:.1e}, branch {certificate['branch']}"
    )
    for entry in result["histories"]:
        lines.append(f"along {entry['history']!r}")
        for decision in entry["decisions"]:
            lines.append(
                f"  period {decision['period']}, {decision['step']}, {decision['actor']} in {decision['state']}"
            )
            lines += [
                f"    belief about {name}: " + ", ".join(f"{p:.4f}" for p in belief)
                for name, belief in decision["beliefs"].items()
            ]
            for row in decision["probabilities"]:
                lines.append("    " + ", ".join(f"{m} {p:.4f}" for m, p in zip(decision["moves"], row, strict=True)))
    for name, found in result.get("reach", {}).items():
        shown = ", ".join(f"{p:.4f}" for p in found["average"])
        lines.append(f"in {name!r} after each period (error {found['error']:.1e}): {shown}")
    return "\n".join(lines)
