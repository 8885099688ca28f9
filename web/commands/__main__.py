"""`python -m web.commands` is `warmline`."""

from web.commands import main

main()
