"""`make bench`: run every `bench/bench_*.py`, print a table, write `var/bench/latest.json`.

Each such module has `run(scale: float) -> list[Result]` and loads the data it needs, once: the database lives in
`var/bench` and stays. `SCALE=` shrinks the data, words after `python -m bench` choose modules by name.
"""

import json
import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

from bench.measure import Result

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "bench"


def main(wanted: list[str]) -> int:
    """Run the chosen benchmarks (all without a choice); returns 1 where one misses its bar."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerplatform.settings.dev")
    os.environ.setdefault("PEER_VAR_DIR", str(FOLDER))
    scale = float(os.environ.get("SCALE") or 1)
    names = [path.stem for path in sorted((ROOT / "bench").glob("bench_*.py"))]
    names = [name for name in names if not wanted or any(word in name for word in wanted)]
    if not names:
        sys.stdout.write("no benchmark of that name\n")
        return 1

    # only now: the settings read the variables above
    import django

    from peerplatform.embedded.running import configured_services

    with configured_services():
        migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0"]
        subprocess.run(migrate, check=True, env=os.environ | {"PEER_DB_LOGIN": "owner"})
        django.setup()
        results = []
        for name in names:
            begun = time.monotonic()
            for result in import_module(f"bench.{name}").run(scale):
                results.append(result)
                sys.stdout.write(_line(result) + "\n")
            sys.stdout.write(f"  {name}: {time.monotonic() - begun:.0f} s in all\n")
            sys.stdout.flush()
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "latest.json").write_text(json.dumps([result.row() for result in results], indent=1))
    missed = [result.name for result in results if not result.ok]
    sys.stdout.write(f"missed: {', '.join(missed)}\n" if missed else "every bar is met\n")
    return 1 if missed else 0


def _line(result: Result) -> str:
    verdict = "ok    " if result.ok else "MISSED"
    numbers = f"{result.value:>10.4g} {result.unit} against {result.limit:.4g}"
    bar = f"ratio {result.ratio:.2f} {result.op} {result.bar:g}"
    return f"{verdict} {result.name:<44} {numbers}, {bar}, {result.samples} samples {result.note}".rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
