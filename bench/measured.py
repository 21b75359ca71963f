"""One number of the table: what was measured, what it may be, how far it strayed."""

from dataclasses import dataclass

from bench.pairs import Compared


@dataclass(frozen=True, slots=True)
class Measured:
    """A number beside its bar; unit: "x", "%", "MB", "s", "ms", or "" for a plain count.

    bar: the most it may be, the least when `at_least`, None when it is told for its own sake.
    note: what else belongs to it, in words.
    """

    name: str
    value: float
    lowest: float
    highest: float
    unit: str
    bar: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def within(self) -> bool | None:
        """Tell whether it keeps to its bar, None without one."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def ratio(name: str, compared: Compared, bar: float | None, beside: str = "yardstick") -> Measured:
    """Return a ratio by the wall clock, with both times and the ratio of own work in its note."""
    note = (
        f"{compared.ours:.1f} ms, {beside} {compared.other:.1f} ms; "
        f"own work {compared.own_ratio:.2f} x"
    )
    return Measured(name, compared.ratio, compared.lowest, compared.highest, "x", bar, note=note)
