"""Entry point: `companion` and `python -m companion`. Turns errors into one plain sentence."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 not all well, 2 bad input, 130 interrupted."""
    try:
        from companion.cli.app import run
        from companion.cli.standard_streams import fill_missing_streams, keep_native_noise_out
        from companion.cli.unexpected import quote_nothing
        from companion.seclusion import keep_developers_tools_out, keep_files_private, seclude

        seclude()
        keep_files_private()
        keep_developers_tools_out()
        fill_missing_streams()
        if "--debug" not in sys.argv:
            keep_native_noise_out()
            quote_nothing()
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
