"""The experiments of the lab in one command: ``skdigits report``.

Each experiment is a small module of `skdigits.report.experiments`. It trains public
estimators and returns prose, tables and plots. The rest of this package runs the
experiments and writes the output folder. To add an experiment, write such a module and
list it in ``skdigits/report/experiments/__init__.py``.
"""
