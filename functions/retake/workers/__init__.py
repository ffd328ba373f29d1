"""The Lambda functions behind the API, by what calls them; each module is one function."""
