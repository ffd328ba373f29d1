"""Answers of the API, made of records."""
