"""Commands of the command line, except `skdigits report`."""
