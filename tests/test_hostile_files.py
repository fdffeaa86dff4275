"""Files that were not written by `dump`: refused, and nothing in them runs."""

import copy
import io
import json
import os
import pickle
import re
import struct
import sys
import tracemalloc
import warnings
import zipfile
from contextlib import contextmanager

import numpy as np
import pytest
import skops.io
from _models import (
    MLP,
    alpha_search,
    attributes,
    members,
    noisy_pipeline,
    packed,
    schema,
    with_schema,
)
from sklearn.base import clone

from skdigits.exceptions import ModelFileError
from skdigits.persistence import dump, load

# Bytes that reading a bad file may take; what is read for itself is far smaller.
MEMORY = 8 * 2**20
# What happens when somebody else's code runs.
RUNS = ("os.", "subprocess.", "pickle.", "socket.", "shutil.", "ctypes.", "pty.")
HARMLESS = ("os.scandir", "os.listdir", "os.putenv", "os.walk", "os.fwalk")

_events: list[str] | None = None


def _listen(event, _):
    if _events is not None and event.startswith(RUNS) and event not in HARMLESS:
        _events.append(event)


sys.addaudithook(_listen)


@contextmanager
def nothing_runs():
    """Fail if code runs that has no business in a load."""
    global _events
    _events, modules = [], set(sys.modules)
    try:
        yield
        assert _events == []
        assert not {"antigravity", "this"} & (set(sys.modules) - modules)
    finally:
        _events = None


@contextmanager
def little_memory(limit=MEMORY):
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def X(digits):
    return digits[0][:100]


@pytest.fixture(scope="module")
def originals(digits, tmp_path_factory):
    """Files as they should be; loaded once, so that all imports are done."""
    X, y = digits[0][:200], digits[1][:200]
    weight = dict.fromkeys(range(10), 1.0)
    generator = np.random.RandomState(0)
    models = {
        "mlp": clone(MLP).set_params(class_weight=weight, random_state=generator),
        "pipeline": noisy_pipeline(X),
        "search": alpha_search(),
    }
    path = tmp_path_factory.mktemp("originals") / "model.skops"
    files = {}
    for name, model in models.items():
        dump(model.fit(X, y), path)
        load(path).predict(X)
        files[name] = path.read_bytes()
    return files


@pytest.fixture
def refused(tmp_path):
    """Check that a file of these bytes is refused; return the error's words."""

    def check(data, limit=MEMORY):
        path = tmp_path / "hostile.skops"
        path.write_bytes(data)
        with (
            pytest.raises(ModelFileError) as error,
            nothing_runs(),
            little_memory(limit),
        ):
            load(path)
        words = str(error.value)
        assert words.startswith(f"{path}: ")
        assert "skdigits.persistence.dump" in words
        assert len(words) < 2000
        return words

    return check


def node(loader, module, name, **fields):
    return {
        "__loader__": loader,
        "__module__": module,
        "__class__": name,
        "__id__": 1,
        **fields,
    }


def plain(value, number=2):
    kind = node("JsonNode", "builtins", "str", content=json.dumps(value), is_json=True)
    return {**kind, "__id__": number}


def sequence(*values, number=3):
    return node("TupleNode", "builtins", "tuple", content=list(values)) | {
        "__id__": number
    }


SYSTEM = node("FunctionNode", "os", "system")
TOUCH = sequence(plain("touch sentinel"))
NAMED = {
    "function": SYSTEM,
    "builtin": node("FunctionNode", "builtins", "eval"),
    "type": node("TypeNode", "subprocess", "Popen"),
    "import": node("ObjectNode", "antigravity", "Nothing", content=sequence()),
    "partial": node(
        "PartialNode",
        "functools",
        "partial",
        content={"func": SYSTEM, "args": TOUCH, "kwds": TOUCH, "namespace": TOUCH},
    ),
    "constructor": node(
        "ConstructorFromReduceNode", "subprocess", "Popen", content=TOUCH
    ),
    "constructor of ours": node(
        "ConstructorFromReduceNode",
        "skdigits._mlp",
        "MLPDigitClassifier",
        content=TOUCH,
    ),
    "method": node(
        "MethodNode", "builtins", "str", content={"func": "format", "obj": plain("{}")}
    ),
    "operator": node("OperatorFuncNode", "operator", "methodcaller", attrs=TOUCH),
    "old node": node("OperatorFuncNode_v0", "operator", "methodcaller", attrs=TOUCH),
    "slice": node("SliceNode", "builtins", "slice", content={}),
    "set": node("SetNode", "builtins", "set", content=[]),
    "bytes": node("BytesNode", "builtins", "bytes", file="1.bin"),
    "sparse": node(
        "SparseMatrixNode", "scipy.sparse", "csr_matrix", file="1.npz", type="scipy"
    ),
    "generator": node("RandomGeneratorNode", "numpy.random", "Generator", content={}),
    "dtype": node("DTypeNode", "numpy", "dtype", content=plain(0)),
    "tree": node("TreeNode", "sklearn.tree._tree", "Tree", content={}),
    "loss": node("LossNode", "sklearn._loss._loss", "CyPinballLoss", content={}),
    "default factory": node("DefaultDictNode", "collections", "defaultdict"),
    "cached": node("CachedNode", "builtins", "str"),
    "list as constructor": node("ListNode", "skdigits._noise", "SaltPepperNoise"),
    "other estimator": node("ObjectNode", "sklearn.svm._classes", "SVC", content={}),
    "private of ours": node("ObjectNode", "skdigits._base", "KerasEstimator"),
    "unknown": node("ShellNode", "os", "system"),
    "unhashable loader": node(["JsonNode"], "builtins", "str"),
}


@pytest.mark.parametrize("place", ["root", "parameter", "key type", "label"])
@pytest.mark.parametrize("name", NAMED)
def test_names_that_are_not_trusted(name, place, originals, refused, monkeypatch):
    tree = schema(originals["mlp"])
    if place == "root":
        tree = {**NAMED[name], "protocol": 2, "_skops_version": "0.16"}
    elif place == "parameter":
        attributes(tree)["activation"] = NAMED[name]
    elif place == "key type":
        attributes(tree)["class_weight"]["key_types"]["content"][0] = NAMED[name]
    else:
        attributes(tree)["classes_"] = node(
            *("NdArrayNode", "numpy", "ndarray"),
            **{"type": "json", "content": [NAMED[name]], "shape": sequence(plain(1))},
        )
    words = refused(with_schema(originals["mlp"], tree))
    assert "not trusted" in words or "the declared type" in words
    assert not os.path.exists("sentinel")


def array_bytes(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def with_array(data, change):
    """Put other bytes in the place of the first kernel."""
    contents = members(data)
    name = attributes(schema(data))["weights_"]["content"][0]["file"]
    contents[name] = change(contents[name])
    return packed(contents)


class Code:
    def __reduce__(self):
        return os.system, ("touch sentinel",)


def header(text, body=b""):
    padded = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(padded)) + padded + body


def described(dtype, shape):
    return f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape}, }}"


ARRAYS = {
    "pickled objects": lambda _: array_bytes(np.array([Code()], object)),
    "bare pickle": lambda _: pickle.dumps(Code()),
    "other shape": lambda _: array_bytes(np.zeros((8, 64), np.float32)),
    "other number of axes": lambda _: array_bytes(np.zeros(512, np.float32)),
    "other type": lambda _: array_bytes(np.zeros((64, 8), np.float64)),
    "strings": lambda _: array_bytes(np.full((64, 8), "a")),
    "records": lambda _: array_bytes(np.zeros((64, 8), "f4,f4")),
    "dates": lambda _: array_bytes(np.zeros((64, 8), "M8[s]")),
    "empty": lambda _: b"",
    "cut": lambda old: old[:-1],
    "longer": lambda old: old + b"\0",
    "huge": lambda old: header(described("<f4", "(1000000, 1000000)"), old[128:]),
    "beyond numbers": lambda old: header(described("<f4", f"({'9' * 70},)")),
    "nothing of huge": lambda _: header(described("<f4", "(0, 999999999999)")),
    "huge strings": lambda _: header(described("<U999999", "(99999,)")),
    "strings of nothing": lambda _: header(described("<U0", "(999999999999,)")),
    "negative": lambda old: header(described("<f4", "(-64, -8)"), old[128:]),
    "expression": lambda _: header(described("<f4", "(__import__('this'),)")),
    "deep": lambda _: header("(" * 110),
    "other version": lambda old: old[:6] + b"\2" + old[7:],
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_that_are_none_or_do_not_fit(name, originals, refused):
    words = refused(with_array(originals["mlp"], ARRAYS[name]))
    assert re.search("array|shapes", words)
    assert not os.path.exists("sentinel")


def change_attribute(name, value):
    def change(tree):
        attributes(tree)[name] = value

    return change


def change_setting(name, value):
    def change(tree):
        settings = attributes(tree)["_network_settings"]["content"][1]
        settings["content"][name] = value

    return change


def rename_setting(name, other):
    def change(tree):
        settings = attributes(tree)["_network_settings"]["content"][1]
        settings["content"][other] = settings["content"].pop(name)

    return change


def change_generator(name, value):
    def change(tree):
        state = attributes(tree)["random_state"]["content"]["content"]["state"]
        state["content"][name] = value

    return change


def nested(levels):
    value = plain(0)
    for number in range(levels):
        value = sequence(value, number=1000 + number)
    return value


def remove_attribute(name):
    def change(tree):
        del attributes(tree)[name]
        tree["content"]["key_types"]["content"].pop()

    return change


def add_attribute(name, value):
    def change(tree):
        attributes(tree)[name] = value
        types = tree["content"]["key_types"]["content"]
        types.append(types[0])

    return change


def of_number(values, first=100):
    return sequence(*(plain(v, first + i) for i, v in enumerate(values)))


CONTENTS = {
    "layer too large": (change_setting("hidden_layer_sizes", of_number([10**9])), "10"),
    "other layer": (change_setting("hidden_layer_sizes", of_number([10**6])), "shapes"),
    "fractional layer": (change_setting("hidden_layer_sizes", of_number([8.5])), ""),
    "too many layers": (
        change_setting("hidden_layer_sizes", of_number([1] * 2000)),
        "more layers",
    ),
    "empty layers": (
        change_setting("hidden_layer_sizes", sequence(*[sequence(number=4)] * 2000)),
        "more layers",
    ),
    "other activation": (change_setting("activation", plain("eval")), "activation"),
    "unknown setting": (change_setting("dropout", plain("1e-5")), "dropout"),
    "not a number": (change_setting("dropout", plain(float("nan"))), "nan"),
    "array interface": (rename_setting("dropout", "__array_interface__"), "reserved"),
    "other function": (
        change_attribute(
            "_network_settings",
            sequence(plain("prepare_tensorflow"), sequence(number=4)),
        ),
        "prepare_tensorflow",
    ),
    "pictures of another shape": (
        change_attribute("image_shape_", of_number([1, 64])),
        "do not fit together",
    ),
    "huge pictures": (
        change_attribute("n_features_in_", plain(10**12)),
        "do not fit together",
    ),
    "one label": (
        change_attribute(
            "classes_",
            node(
                *("NdArrayNode", "numpy", "ndarray"),
                **{"type": "json", "content": [], "shape": of_number([0])},
            ),
        ),
        "do not fit together",
    ),
    "labels without an array": (change_attribute("classes_", of_number([0])), "labels"),
    "weights of numbers": (change_attribute("weights_", of_number([0])), "weights_"),
    "history": (change_attribute("history_", plain("long")), "history_"),
    "callbacks": (change_attribute("callbacks", of_number([0])), "callbacks"),
    "parameter of another type": (
        change_attribute("batch_size", plain("large")),
        "batch_size",
    ),
    "attribute in place of a method": (
        add_attribute("predict_proba", plain("no method")),
        "predict_proba",
    ),
    "attribute in place of the constraints": (
        add_attribute("_parameter_constraints", plain(None)),
        "_parameter_constraints",
    ),
    "attribute in place of the class": (
        add_attribute("__class__", plain(None)),
        "__class__",
    ),
    "no weights": (remove_attribute("_network_settings"), "_network_settings"),
    "position of a generator": (
        change_generator("pos", plain(2**31 - 1)),
        "random generator",
    ),
    "negative position": (change_generator("pos", plain(-5)), "random generator"),
    "key of a generator": (change_generator("key", of_number([1])), ""),
    "deep": (change_attribute("activation", nested(100)), "nested too deeply"),
    "a list for a value": (
        change_attribute("activation", plain([[]])),
        "more than one value",
    ),
    "missing types of keys": (
        lambda tree: tree["content"]["key_types"]["content"].clear(),
        "keys without types",
    ),
    "another's array": (
        lambda tree: attributes(tree)["weights_"]["content"][0].update(
            file=attributes(tree)["weights_"]["content"][1]["file"]
        ),
        "refers to",
    ),
    "path": (
        lambda tree: attributes(tree)["weights_"]["content"][0].update(
            file="../../etc/passwd"
        ),
        "refers to",
    ),
    "no protocol": (lambda tree: tree.pop("protocol"), "does not describe"),
    "future protocol": (lambda tree: tree.update(protocol=10**6), "protocol"),
    "past protocol": (lambda tree: tree.update(protocol=0), "protocol"),
    "protocol of another type": (lambda tree: tree.update(protocol=[]), "protocol"),
    "unknown field": (lambda tree: tree.update(__reduce__=[]), "is not a valid"),
    "node without a type": (lambda tree: tree.pop("__class__"), "is not an object"),
    "cycle": (
        lambda tree: attributes(tree).update(
            activation=sequence(plain(0)) | {"__id__": tree["__id__"]}
        ),
        "",
    ),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_contents_that_do_not_fit_together(name, originals, refused):
    change, word = CONTENTS[name]
    tree = schema(originals["mlp"])
    change(tree)
    assert word in refused(with_schema(originals["mlp"], tree))


STATES = {
    "moments of another network": lambda state: [*state[:1], *state[3:], *state[1:3]],
    "missing moments": lambda state: state[:-1],
    "no moments": lambda state: state[:1],
    "nothing": lambda state: [],
    "negative number of steps": lambda state: [np.int64(-1), *state[1:]],
    "fraction of a step": lambda state: [np.float64(0.5), *state[1:]],
    "other type": lambda state: [state[0], *(a.astype("f8") for a in state[1:])],
    "numbers": lambda state: [int(state[0]), *(0.5 for _ in state[1:])],
    "text": lambda state: "state",
}


@pytest.fixture(scope="module")
def resumable(X, digits):
    return clone(MLP).partial_fit(X, digits[1][:100], classes=range(10))


@pytest.mark.parametrize("name", STATES)
def test_optimizer_state_that_is_not_the_networks(name, resumable, refused):
    """A later `partial_fit` would go on from it."""
    broken = copy.copy(resumable)
    broken._optimizer_state = STATES[name](broken._optimizer_state)
    # `dump` would refuse it too.
    assert "_optimizer_state" in refused(skops.io.dumps(broken))


def test_memory_of_a_pipeline_is_refused(originals, refused):
    """A later fit would unpickle what lies there."""
    tree = schema(originals["pipeline"])
    attributes(tree)["memory"] = plain("//stranger/share")
    assert "memory" in refused(with_schema(originals["pipeline"], tree))


def renamed(data, new):
    contents = members(data)
    old = next(name for name in contents if name.endswith(".npy"))
    return packed({new if name == old else name: v for name, v in contents.items()})


def patched(data, signature, offset, fmt, value):
    """Overwrite a field of each record of the archive."""
    changed = bytearray(data)
    at = data.find(signature)
    while at >= 0:
        struct.pack_into(fmt, changed, at + offset, value)
        at = data.find(signature, at + 1)
    return bytes(changed)


DIRECTORY, END = b"PK\1\2", b"PK\5\6"
ARCHIVES = {
    "empty": (lambda data: b"", "not a model file"),
    "text": (lambda data: b"hello", "not a model file"),
    "pickle": (lambda data: pickle.dumps(Code()), "not a model file"),
    "first half": (lambda data: data[: len(data) // 2], "truncated"),
    "last byte": (lambda data: data[:-1], "truncated"),
    "appended": (lambda data: data + b"\0", "added to its end"),
    "prepended": (lambda data: b"#!/bin/sh\n" + data, "not a model file"),
    "compressed": (
        lambda data: packed(members(data), zipfile.ZIP_DEFLATED),
        "compress",
    ),
    "bomb": (
        lambda data: packed(
            {**members(data), "1.npy": b"\0" * 10**8}, zipfile.ZIP_DEFLATED
        ),
        "compressed",
    ),
    "pickle beside": (
        lambda data: packed({**members(data), "model.pkl": pickle.dumps(Code())}),
        "unexpected member 'model.pkl'",
    ),
    "array beside": (
        lambda data: packed({**members(data), "1.npy": array_bytes(np.zeros(9))}),
        "nothing refers to it",
    ),
    "path": (lambda data: renamed(data, "../1.npy"), "unexpected member '../1.npy'"),
    "root": (lambda data: renamed(data, "/etc/1.npy"), "unexpected member"),
    "other name": (lambda data: renamed(data, "7.npy"), "is missing, or"),
    "no schema": (
        lambda data: packed(
            {name: v for name, v in members(data).items() if name != "schema.json"}
        ),
        "schema.json",
    ),
    "no json": (lambda data: packed({"schema.json": b"{"}), "damaged"),
    "no object": (lambda data: packed({"schema.json": b"[]"}), "does not describe"),
    "deep json": (
        lambda data: packed({"schema.json": b"[" * 10**5}),
        "nested too deeply",
    ),
    "long number": (lambda data: packed({"schema.json": b"9" * 10**5}), "damaged"),
    "encrypted": (lambda data: patched(data, DIRECTORY, 8, "<H", 1), "encrypted"),
    "lying sizes": (
        lambda data: patched(
            patched(data, DIRECTORY, 24, "<L", 2**31), DIRECTORY, 20, "<L", 2**31
        ),
        "",
    ),
    "one lying size": (lambda data: patched(data, DIRECTORY, 24, "<L", 2**31), ""),
    "overlapping members": (lambda data: patched(data, DIRECTORY, 42, "<L", 0), ""),
    "lying directory": (lambda data: patched(data, END, 12, "<L", 10), "directory"),
    "huge directory": (lambda data: patched(data, END, 12, "<L", 2**31), "directory"),
    "checksum": (lambda data: patched(data, DIRECTORY, 16, "<L", 0), "CRC"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_that_dump_does_not_write(name, originals, refused):
    change, word = ARCHIVES[name]
    assert word in refused(change(originals["mlp"]))


def test_many_objects_share_no_array_under_other_numbers(originals, refused):
    """A short file must not ask for a thousand copies of an array."""
    tree = schema(originals["mlp"])
    weights = attributes(tree)["weights_"]["content"]
    for number in range(1000):
        weights.append({**weights[0], "__id__": number})
    assert "refers to" in refused(with_schema(originals["mlp"], tree))


def test_schema_beyond_its_limit_is_not_parsed(originals, refused):
    data = packed({"schema.json": b"[" + b"[]," * 2**23 + b"[]]"})
    assert "more than" in refused(data, limit=3 * len(data))


# Mutations


def mutants(files, n, seed):
    """Files with something wrong: (what was done, original, bytes)."""
    rng = np.random.default_rng(seed)
    kinds = [flipped, cut, spliced, rewritten_schema, rewritten_array]
    names = list(files)
    for _ in range(n):
        name = names[rng.integers(len(names))]
        kind = kinds[rng.integers(len(kinds))]
        yield kind.__name__, name, kind(files[name], rng)


def flipped(data, rng):
    changed = bytearray(data)
    for at in rng.integers(len(data), size=rng.integers(1, 9)):
        changed[at] = rng.integers(256)
    return bytes(changed)


def cut(data, rng):
    start, stop = sorted(rng.integers(len(data) + 1, size=2))
    return data[:start] if rng.integers(2) else data[:start] + data[stop:]


def spliced(data, rng):
    start, stop, at = rng.integers(len(data) + 1, size=3)
    return data[:at] + data[min(start, stop) : max(start, stop)] + data[at:]


def rewritten_array(data, rng):
    contents = members(data)
    names = sorted(name for name in contents if name.endswith(".npy"))
    name = names[rng.integers(len(names))]
    change = (flipped, cut, spliced)[rng.integers(3)]
    other = contents[names[rng.integers(len(names))]]
    contents[name] = change(contents[name], rng) if rng.integers(4) else other
    return packed(contents)


VALUES = [
    *(None, True, 0, -1, 1, 2**31, 10**30, 0.5, 1e308, float("nan"), "", "relu"),
    *("../../x", "os", "system", "builtins", "eval", "JsonNode", "ObjectNode"),
    *("PartialNode", "numpy.ndarray", "[[1]]", "null", '"tanh"', "9" * 99, [], {}),
]


def rewritten_schema(data, rng):
    """Change, remove, exchange or double a few nodes; the checksums are right."""
    tree = schema(data)
    for _ in range(rng.integers(1, 4)):
        places = [
            (holder, key)
            for holder in _containers(tree)
            for key in (holder if isinstance(holder, dict) else range(len(holder)))
        ]
        holder, key = places[rng.integers(len(places))]
        other, other_key = places[rng.integers(len(places))]
        match rng.integers(5):
            case 0:
                holder[key] = VALUES[rng.integers(len(VALUES))]
            case 1:
                del holder[key]
            case 2:
                holder[key] = copy.deepcopy(other[other_key])
            case 3 if isinstance(holder, list):
                holder.extend([copy.deepcopy(holder[key])] * int(rng.integers(1, 99)))
            case _ if isinstance(holder[key], dict) and "content" in holder[key]:
                holder[key]["content"] = json.dumps(VALUES[rng.integers(len(VALUES))])
    return with_schema(data, tree)


def _containers(tree):
    if isinstance(tree, dict | list):
        yield tree
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from _containers(part)


def check_mutants(originals, X, tmp_path, n, seed):
    """Each is refused, or loaded into a model that answers; count both."""
    path = tmp_path / "mutant.skops"
    expected = {}
    for name, data in originals.items():
        path.write_bytes(data)
        expected[name] = load(path).predict_proba(X)
    counts = {"refused": 0, "loaded": 0}
    for kind, name, data in mutants(originals, n, seed):
        path.write_bytes(data)
        try:
            with warnings.catch_warnings(), nothing_runs(), little_memory():
                # Mutated versions of scikit-learn are worth a warning, no more.
                warnings.simplefilter("ignore")
                model = load(path)
        except ModelFileError:
            counts["refused"] += 1
            continue
        counts["loaded"] += 1
        if kind.startswith("rewritten"):
            # What was written is what is read, also where it is another model.
            assert sound(model, X)
        else:
            np.testing.assert_array_equal(model.predict_proba(X), expected[name])
    assert sum(counts.values()) == n
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    return counts


def sound(model, X):
    """Whether a model of changed contents answers, or says what it lacks."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            probabilities = model.predict_proba(X)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError):
        return True
    return probabilities.shape[0] == len(X)


def test_mutants_are_refused_or_loaded_right(originals, X, tmp_path):
    counts = check_mutants(originals, X, tmp_path, 150, seed=0)
    assert counts["refused"] > 75


@pytest.mark.slow
def test_thousands_of_mutants_are_refused_or_loaded_right(originals, X, tmp_path):
    counts = check_mutants(originals, X, tmp_path, 2500, seed=1)
    sys.stdout.write(f"{counts}\n")
    assert counts["refused"] > 1250
