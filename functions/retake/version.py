"""The version of everything here: of the API, its document, both clients and the distribution."""

__version__ = "0.1.0"
