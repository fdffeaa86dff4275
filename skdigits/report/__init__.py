"""The whole lab as one job: ``skdigits report``.

Each experiment is a small module of `skdigits.report.experiments` that trains with the
public estimators and returns prose, tables and figures; the rest of this package runs
them and lays out the folder. To add one, write such a module and name it in
``skdigits/report/experiments/__init__.py``.
"""
