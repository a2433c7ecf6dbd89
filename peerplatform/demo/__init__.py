"""The demo: two organizations with the life of a few weeks in them. Made by `load_demo`, the same every time."""
