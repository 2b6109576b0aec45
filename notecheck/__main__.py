"""python -m notecheck."""

from notecheck.cli.app import main

if __name__ == "__main__":
    main()
