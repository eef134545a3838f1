"""Simulation-based calibration: are the intervals right, and what is lost where the world is not as assumed?

Tells histories of a small case, weighs each and prints how the truth ranks. The four histories of a seed, one in each
world, share the games of their first draws and take about twelve seconds of one core.

    python benchmarks/calibration.py --histories 100 --workers 2 --keep ranks.jsonl
    python benchmarks/calibration.py --case cod-war-1975 --label settled --rival alliance_idle --histories 40

With ``--keep`` every history is written down as it is finished, and a second run goes on from there.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from ceasefire.case.model import Case
from ceasefire.case.read import read_case
from ceasefire.explore.calibration.calibration import Games, Replication, replicate, scores, table
from ceasefire.explore.calibration.told import Effort, World

HERE = Path(__file__).parent
_case: Case | None = None


def worlds(rival: str) -> dict[str, World]:
    """Return the worlds in which histories are told."""
    return {
        "as assumed": World("as assumed"),
        "miscoded": World("miscoded", errors="miscoded"),
        "precision twice as high": World("precision twice as high", precision_factor=2.0),
        f"rival mechanism ({rival})": World(f"rival mechanism ({rival})", settings={rival: 1.0}),
    }


def one(path: str, chosen: Sequence[World], effort: Effort, label: str, seed: int) -> list[Replication]:
    """Return the histories of one seed, told in each world and weighed with the same draws, in a worker."""
    global _case
    _case = _case or read_case(path)
    games = Games(_case, effort)
    return [replicate(_case, world, games, label, seed) for world in chosen]


def kept(file: Path | None) -> dict[tuple[str, int], Replication]:
    """Return the histories of an earlier run."""
    if file is None or not file.exists():
        return {}
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    return {(row["world"], row["seed"]): Replication(**row["found"]) for row in rows}


def run(args: argparse.Namespace) -> dict[str, list[Replication]]:
    """Return all histories by world."""
    found = kept(args.keep)
    effort = Effort(args.draws, args.paths, args.intervals)
    chosen = {name: world for name, world in worlds(args.rival).items() if args.only in name}
    with ProcessPoolExecutor(args.workers, mp_context=get_context("spawn")) as pool:
        asked = {}
        for seed in range(args.histories):
            missing = [name for name in chosen if (name, seed) not in found]
            if missing:
                told_in = [chosen[name] for name in missing]
                asked[pool.submit(one, args.case, told_in, effort, args.label, seed)] = missing, seed
        for future in as_completed(asked):
            names, seed = asked[future]
            for name, replication in zip(names, future.result(), strict=True):
                found[name, seed] = replication
                keep(args.keep, name, seed, replication)
    return {name: [found[name, seed] for seed in range(args.histories)] for name in chosen}


def keep(file: Path | None, world: str, seed: int, found: Replication) -> None:
    """Write a history down."""
    if file is not None:
        with file.open("a") as out:
            out.write(json.dumps({"world": world, "seed": seed, "found": asdict(found)}, default=float) + "\n")


def show(name: str, replications: list[Replication]) -> None:
    """Print the table of one world."""
    sizes = np.array([r.effective_size for r in replications])
    said = scores(replications)
    middle, low = np.quantile(sizes, [0.5, 0.1])
    print(f"\n{name}: {len(replications)} histories, effective size {middle:.0f} (one in ten below {low:.0f})")
    print(f"  {'quantity':<14} 80 % covers       mean rank  p(bins)  p(band)  histogram")
    for row in table(replications):
        bins = " ".join(f"{n:>2}" for n in row.histogram)
        print(
            f"  {row.quantity:<14} {row.covered:.2f} (+-{row.error:.2f})   {row.mean_rank:.2f}       "
            f"{row.p_histogram:.3f}    {row.p_band:.3f}    {bins}"
        )
    print(
        f"  forecast said {said.said:.2f}, came {said.came:.2f} ({said.excess:+.1f} standard deviations); "
        f"squared error {said.brier:.3f}, of one who knows {said.brier_known:.3f}"
    )
    inside = np.array([one.covers for one in replications])
    change = inside - np.array([one.prior_covers for one in replications])
    print(
        f"  parameters together: 80 % covers {inside.mean():.3f}; less what the prior covers of these truths "
        f"{change.mean():+.3f} (+-{change.std(ddof=1) / np.sqrt(change.size):.3f}); "
        f"forecast off by {100 * said.distance:.0f} points on average"
    )


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", default=str(HERE / "calibration_case"))
    parser.add_argument("--label", default="truce", help="end state that is forecast for the end of the calendar")
    parser.add_argument("--rival", default="rally", help="rival mechanism that is switched on in the last world")
    parser.add_argument("--only", default="", help="only worlds whose name contains this")
    parser.add_argument("--histories", type=int, default=100)
    parser.add_argument("--draws", type=int, default=128, help="of each history, in the rounds of a forecast")
    parser.add_argument("--paths", type=int, default=512)
    parser.add_argument("--intervals", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    begun = time.perf_counter()
    for name, replications in run(args).items():
        show(name, replications)
    print(f"\n{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
