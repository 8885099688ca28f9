"""What the customer sees: the loader, the iframe page, the session and the socket."""
