"""The page that describes the programming interface, drawn from the code itself."""
