"""What agents see: the door, the console page, its data and its socket."""
