"""Time to import an estimator, compared with scikit-learn's neural networks.

Run ``python tests/benchmarks/import_time.py``.
"""

from _tasks import import_module
from _timing import Rival, compare, report, rounds_from_command_line


def main():
    rows = compare(
        "import in a fresh process",
        Rival("skdigits", import_module, ("skdigits._estimators._mlp",)),
        [Rival("sklearn.neural_network", import_module, ("sklearn.neural_network",))],
        rounds=3 * rounds_from_command_line(__doc__),
    )
    report("import_time", rows)


if __name__ == "__main__":
    main()
