"""A scan of the stand-in camera as JSON, with the past of a history: what `camcheck scan` does.

Usage: python -m tests.window.look STAND-IN-FOLDER HISTORY
"""

import sys
from pathlib import Path

from camcheck.collect.linux import Roots, collect
from camcheck.render.json import render
from camcheck.scan import judge, with_past

folder = Path(sys.argv[1])
roots = Roots(sys=str(folder / "sys"), dev=str(folder / "dev"), run=str(folder / "run"))
sys.stdout.write(render(with_past(judge(collect(roots)), history=sys.argv[2])))
