"""`python -m web.commands` is `warmline`."""

from web.commands import main

if __name__ == "__main__":
    main()
