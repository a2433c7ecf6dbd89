"""Pages of the platform as a whole."""

from tests.walls.matrix import Line, everyone

LINES = [Line("demo_outbox", everyone(200))]
