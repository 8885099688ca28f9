"""The doors: settings, HTTP, WebSockets, widget, console, help centre, command line.

The only room that wires the others together; may import all of them.
"""
