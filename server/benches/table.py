"""Tables of ratios, with the absolute figures of this machine and moment in brackets."""

import unicodedata


def width(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def table(title, head, rows):
    """Prints rows under a head; the first column is left-aligned, the others right."""
    rows = [[str(cell) for cell in row] for row in rows]
    columns = [max(width(row[index]) for row in [head, *rows]) for index in range(len(head))]
    print(f"\n{title}")
    for row in [head, ["-" * column for column in columns], *rows]:
        first = row[0] + " " * (columns[0] - width(row[0]))
        rest = (" " * (column - width(cell)) + cell for cell, column in zip(row[1:], columns[1:]))
        print("  ".join([first, *rest]).rstrip())


def times(ratio):
    """A ratio to read aloud: 12×, 1.3×, 0.42×, 0.007×."""
    if ratio != ratio:
        return "–"
    if ratio >= 10:
        return f"{ratio:,.0f}×"
    return f"{ratio:.2g}×" if ratio < 1 else f"{ratio:.1f}×"


def kilobytes(count):
    return f"{count / 1000:,.1f} kB"


class Goals:
    """What the run is held to; nothing but the run decides."""

    def __init__(self):
        self.lines = []

    def at_most(self, what, value, limit, shown):
        self.lines.append((value <= limit, f"{what}: {shown(value)}, at most {shown(limit)}"))

    def within(self, what, value, limits, shown):
        least, most = limits
        self.lines.append((least <= value <= most, f"{what}: {shown(value)}, from {shown(least)} to {shown(most)}"))

    def print(self):
        print("\nGoals")
        for is_held, line in self.lines:
            print(f"  {'held  ' if is_held else 'MISSED'}  {line}")
        return all(is_held for is_held, _ in self.lines)
