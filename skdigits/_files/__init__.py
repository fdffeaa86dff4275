"""What comes from outside: files and text of strangers; and files that we write.

Nothing is imported here: the command line needs `_text` before NumPy is loaded.
"""
