"""Strategies by place in the game: in memory up to a quarter of it, beyond that on disk.

What lies on disk is one file without a name in the folder of kept results: the system frees it when the strategies are
dropped and when the program ends, however it ends. It is written and not mapped while it grows, so that a full disk is
an error and not a crash.
"""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from ceasefire.cache import folder
from ceasefire.solve.memory import strategy_room

Strategy = NDArray[np.float32]
K = TypeVar("K", bound=Hashable)


@dataclass(eq=False)
class _Share:
    """What one set of strategies takes of the memory, bytes."""

    n_bytes: int = 0


@dataclass(frozen=True)
class _OnDisk:
    offset: int
    shape: tuple[int, ...]


_shares: weakref.WeakSet[_Share] = weakref.WeakSet()


class Strategies(Mapping[K, Strategy]):
    """Strategies of one solution by key; all solutions of the process share the room in memory.

    A strategy that is set under several keys in a row is kept once.
    """

    def __init__(self) -> None:
        self._kept: dict[K, Strategy | _OnDisk] = {}
        self._share = _Share()
        self._file: BinaryIO | None = None
        self._last: tuple[weakref.ref[Strategy], Strategy | _OnDisk] | None = None
        _shares.add(self._share)

    def __getitem__(self, key: K) -> Strategy:
        found = self._kept[key]
        return self._read(found) if isinstance(found, _OnDisk) else found

    def __setitem__(self, key: K, sigma: Strategy) -> None:
        if self._last is None or self._last[0]() is not sigma:
            self._last = (weakref.ref(sigma), self._keep(sigma))
        self._kept[key] = self._last[1]

    def __iter__(self) -> Iterator[K]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def on_disk(self) -> int:
        """Number of keys whose strategies lie on disk."""
        return sum(isinstance(found, _OnDisk) for found in self._kept.values())

    def _keep(self, sigma: Strategy) -> Strategy | _OnDisk:
        if sum(share.n_bytes for share in _shares) + sigma.nbytes > strategy_room():
            return self._write(sigma)
        self._share.n_bytes += sigma.nbytes
        return sigma

    def _write(self, sigma: Strategy) -> _OnDisk:
        try:
            file = self._file or self._open()
            offset = file.seek(0, 2)
            left = np.ascontiguousarray(sigma, dtype=np.float32).data.cast("B")
            while left:
                left = left[file.write(left) :]
        except OSError as error:
            where = f"{folder()}, where strategies go that do not fit into memory"
            raise OSError(error.errno, error.strerror, where) from error
        return _OnDisk(offset, sigma.shape)

    def _open(self) -> BinaryIO:
        folder().mkdir(parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder(), buffering=0)  # noqa: SIM115
        weakref.finalize(self, file.close)
        self._file = file
        return file

    def _read(self, place: _OnDisk) -> Strategy:
        """Return a strategy as an array that may be written to, as kernels want it; writing changes no file."""
        assert self._file is not None
        mapped = np.memmap(self._file, np.float32, "c", place.offset, place.shape)
        return np.asarray(mapped)
