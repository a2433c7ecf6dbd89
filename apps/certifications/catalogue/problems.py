"""What is wrong with a file, by line and reason."""

from __future__ import annotations

MOST_TOLD = 50


class CatalogueError(ValueError):
    """The file can't be loaded. `problems` are sentences, each with its line; nothing of it was written."""

    def __init__(self, problems: list[str]) -> None:
        told = problems[:MOST_TOLD]
        if len(problems) > MOST_TOLD:
            told.append(f"and {len(problems) - MOST_TOLD} more")
        super().__init__("\n".join(told))
        self.problems = told
