"""Model files that `dump` does not write, by name: what the loader must refuse.

Each is small and made of a model file. They are also where the fuzzer starts.
"""

import copy
import io
import json
import pickle
import zipfile
import zlib

import numpy as np
from _models import contents, forged
from sklearn.utils._param_validation import make_constraint

from skdigits.persistence._classes import stored_class


class Code:
    """What would run if a file were unpickled."""

    def __reduce__(self):
        return exec, ("import antigravity",)


def fitted(description):
    """Attributes of a fitted model in a description."""
    return description["object"]["fitted"]


def parameters(description):
    return description["object"]["parameters"]


def settings(description):
    """Settings of the network."""
    return fitted(description)["_network_settings"]["tuple"][1]["dict"]


def described(change):
    """Return a function that changes the description of a file."""

    def hostile(data):
        description, arrays = contents(data)
        changed = change(description)
        description = description if changed is None else changed
        named = json.dumps(description)
        used = {k: v for k, v in arrays.items() if f'"{k}"' in named}
        return forged(description, used)

    return hostile


def set_in(part, name, value):
    """Return a function that changes one value in a part of the description."""
    return described(lambda description: part(description).update({name: value}))


def with_arrays(change):
    def hostile(data):
        description, arrays = contents(data)
        return forged(description, change(arrays))

    return hostile


def with_header(change):
    """Return a function that changes the header, a JSON object, as text."""

    def hostile(data):
        size = int.from_bytes(data[:8], "little")
        header = change(data[8 : 8 + size].decode()).encode()
        return len(header).to_bytes(8, "little") + header + data[8 + size :]

    return hostile


def named(name, **fields):
    return {"object": {"class": name, **fields}}


def network(function, **sizes):
    """A network of other sizes, with the weights that the file has."""
    return set_in(
        fitted, "_network_settings", {"tuple": [function, {"dict": dict(sizes)}]}
    )


def tuples(value):
    if isinstance(value, list | tuple):
        return {"tuple": [tuples(item) for item in value]}
    return value


def nested(levels, value=0):
    for _ in range(levels):
        value = [value]
    return value


def first_kernel(array):
    def change(arrays):
        name = next(name for name in sorted(arrays) if "weights_" in name)
        return {**arrays, name: array}

    return with_arrays(change)


def repeated(description):
    """One array, listed a thousand times."""
    weights = fitted(description)["weights_"]
    weights.extend(weights[:1] * 1000)


def first_dtype(dtype):
    return described(lambda d: fitted(d)["weights_"][0].update(dtype=dtype))


STATE = {"array": "random_state"}
BLIND_SPOT = {"filters": tuples([2]), "activation": "relu", "noise_amount": 0.1}
OF_UNET = {**BLIND_SPOT, "salt_vs_pepper": 0.5}
SEARCH = {"estimator": named("MLPDigitClassifier"), "cv": 2}

# Classes that a file must not name.
CLASSES = (
    *("os.system", "subprocess.Popen", "eval", "exec", "object", "type", "module"),
    *("SVC", "DecisionTreeClassifier", "KNeighborsClassifier", "KerasEstimator"),
    *("FunctionTransformer", "ColumnTransformer", "Bunch", "Memory", "groups"),
    *(
        "antigravity",
        "__class__",
        "",
        " MLPDigitClassifier",
        "skdigits.MLPDigitClassifier",
    ),
)
NOT_STRINGS = (None, 0, True, ["MLPDigitClassifier"], {"tuple": []})

# By name: a function of a stored MLP's bytes, and a word of the refusal.
FORGED = {
    **{
        f"class {n!r}": (described(lambda _, n=n: named(n)), "trusted") for n in CLASSES
    },
    **{f"class {n!r}": (described(lambda _, n=n: named(n)), "") for n in NOT_STRINGS},
    **{
        f"parameter of class {n!r}": (
            set_in(parameters, "activation", named(n)),
            "trusted",
        )
        for n in CLASSES
    },
    "array interface": (
        set_in(
            parameters,
            "class_weight",
            {"__array_interface__": {"data": [140000000000000, False]}},
        ),
        "not a known value",
    ),
    "array interface as an attribute": (
        set_in(fitted, "__array_interface__", 0),
        "unknown to its class",
    ),
    "method": (set_in(fitted, "predict_proba", 0), "unknown to its class"),
    "constraints": (set_in(fitted, "_parameter_constraints", 0), "unknown"),
    "class as an attribute": (set_in(fitted, "__class__", 0), "unknown"),
    "dictionary as an attribute": (set_in(fitted, "__dict__", 0), "unknown"),
    "parameter of no class": (set_in(parameters, "n_workers", 40), "unknown"),
    "field of no object": (
        described(lambda d: d["object"].update(state={})),
        "does not describe",
    ),
    "output of no kind": (
        described(lambda d: d["object"].update(output="pandas")),
        "",
    ),
    "request of no method": (
        described(lambda d: d["object"].update(requests={"__init__": {}})),
        "__init__",
    ),
    "reference": (set_in(fitted, "history_", {"object": 1}), "does not describe"),
    "number of an object": (set_in(fitted, "history_", {"id": 1}), "known value"),
    "half precision that is single": (first_dtype("float32"), "stored as float32"),
    "array of no dtype": (first_dtype("object"), "dtype 'object'"),
    # Settings of a process
    "memory": (set_in(parameters, "memory", "//stranger/share"), "memory"),
    "empty memory": (set_in(parameters, "memory", ""), "memory"),
    "workers": (set_in(parameters, "n_jobs", 40), "n_jobs"),
    "callbacks": (set_in(parameters, "callbacks", []), "callbacks"),
    "estimator_params": (
        described(
            lambda _: named(
                "BaggingClassifier",
                parameters={"estimator_params": {"tuple": ["memory"]}},
            )
        ),
        "estimator_params",
    ),
    **{
        f"grid over {name}": (
            described(
                lambda _, name=name: named(
                    "GridSearchCV",
                    parameters={**SEARCH, "param_grid": {"dict": {name: ["//there"]}}},
                )
            ),
            name,
        )
        for name in ("memory", "n_jobs", "estimator__memory", "callbacks")
    },
    "grid in a grid over memory": (
        described(
            lambda _: named(
                "GridSearchCV",
                parameters={
                    **SEARCH,
                    "param_grid": {"dict": {"alpha": [{"dict": {"memory": ["x"]}}]}},
                },
            )
        ),
        "memory",
    ),
    "resource of workers": (
        described(
            lambda _: named(
                "HalvingGridSearchCV",
                parameters={
                    **SEARCH,
                    "param_grid": {"dict": {"alpha": [0]}},
                    "resource": "n_jobs",
                },
            )
        ),
        "n_jobs",
    ),
    # Sizes
    "grid over huge layers": (
        described(
            lambda _: named(
                "GridSearchCV",
                parameters={
                    **SEARCH,
                    "param_grid": {
                        "dict": {"hidden_layer_sizes": [tuples([8000, 8000])]}
                    },
                },
            )
        ),
        "limits",
    ),
    "grid of many values": (
        described(
            lambda _: named(
                "GridSearchCV",
                parameters={
                    **SEARCH,
                    "param_grid": {"dict": {"alpha": [0] * 2000}},
                },
            )
        ),
        "more than",
    ),
    "huge layer to train": (
        set_in(parameters, "hidden_layer_sizes", tuples([10**9])),
        "above",
    ),
    "huge layers to train": (
        set_in(parameters, "hidden_layer_sizes", tuples([8000, 8000])),
        "limits",
    ),
    "huge images to train": (
        described(lambda _: named("DigitNormalizer", parameters={"size": 16000})),
        "size",
    ),
    "huge ensemble to train": (
        described(
            lambda _: named("BaggingClassifier", parameters={"n_estimators": 10**9})
        ),
        "n_estimators",
    ),
    "huge images": (
        network("blind_spot_unet", image_shape=tuples([12000, 12000]), **OF_UNET),
        "network",
    ),
    "huge blind spot": (
        lambda data: forged(
            named(
                "DenoisingAutoencoder",
                fitted={
                    "n_features_in_": 144_000_000,
                    "image_shape_": tuples([12000, 12000]),
                    "weights_": [],
                    "history_": {"dict": {"loss": [0.0]}},
                    "_network_settings": tuples(["blind_spot_unet"])
                    | {
                        "tuple": [
                            "blind_spot_unet",
                            {"dict": {"image_shape": tuples([12000] * 2), **OF_UNET}},
                        ]
                    },
                    "_optimizer_state": None,
                    "noise_amount_": 0.1,
                    "_keeps_certain": True,
                },
            ),
            {"unused": np.zeros(1, "f4")},
        ),
        "is not what a fitted",
    ),
    "huge layer": (
        described(lambda d: settings(d).update(hidden_layer_sizes=tuples([10**9]))),
        "limits",
    ),
    "other layer": (
        described(lambda d: settings(d).update(hidden_layer_sizes=tuples([9]))),
        "shapes",
    ),
    "fractional layer": (
        described(lambda d: settings(d).update(hidden_layer_sizes=tuples([8.5]))),
        "",
    ),
    "negative layer": (
        described(lambda d: settings(d).update(hidden_layer_sizes=tuples([-8]))),
        "",
    ),
    "many layers": (
        described(lambda d: settings(d).update(hidden_layer_sizes=tuples([1] * 2000))),
        "limits",
    ),
    "empty layers": (
        described(lambda d: settings(d).update(hidden_layer_sizes=tuples([[]] * 2000))),
        "",
    ),
    "other activation": (
        described(lambda d: settings(d).update(activation="eval")),
        "activation",
    ),
    "unknown setting": (described(lambda d: settings(d).update(depth=3)), "network"),
    "rate that is not a number": (
        described(lambda d: settings(d).update(dropout={"float": "nan"})),
        "dropout",
    ),
    "other function": (network("prepare_tensorflow"), "prepare_tensorflow"),
    "another estimator's function": (
        network("unet", image_shape=tuples([8, 8]), **OF_UNET),
        "unet",
    ),
    "no settings": (set_in(fitted, "_network_settings", None), ""),
    "other images": (set_in(fitted, "image_shape_", tuples([1, 64])), "fit together"),
    "images of text": (set_in(fitted, "image_shape_", "8x8"), "fit together"),
    "huge number of features": (set_in(fitted, "n_features_in_", 10**12), "n_features"),
    "negative number of features": (set_in(fitted, "n_features_in_", -1), "n_features"),
    "huge number of classes": (
        described(
            lambda _: named(
                "AdaBoostClassifier",
                parameters={"estimator": named("MLPDigitClassifier")},
                fitted={
                    "classes_": {"strings": ["a", "b"], "dtype": "U1"},
                    "estimators_": [named("MLPDigitClassifier")],
                    "estimator_": named("MLPDigitClassifier"),
                    "estimator_errors_": {"array": "weights_/0"},
                    "estimator_weights_": {"array": "weights_/1"},
                    "n_classes_": 400_000_000,
                },
            )
        ),
        "",
    ),
    "one class": (
        set_in(fitted, "classes_", {"strings": ["a"], "dtype": "U1"}),
        "fit together",
    ),
    "no classes": (set_in(fitted, "classes_", {"strings": [], "dtype": "U1"}), ""),
    "classes of numbers": (set_in(fitted, "classes_", [0]), "classes_"),
    "wide strings": (
        set_in(
            fitted,
            "classes_",
            {"strings": ["a" * 9999] + ["a"] * 999, "dtype": "U9999"},
        ),
        "strings of length",
    ),
    "padded strings": (
        set_in(fitted, "classes_", {"strings": ["a", "b"], "dtype": "U99999999"}),
        "strings of length",
    ),
    "strings of another dtype": (
        set_in(fitted, "classes_", {"strings": ["a", "b"], "dtype": "V9"}),
        "",
    ),
    # Arrays
    "one array listed many times": (described(repeated), "another place"),
    "array of no name": (
        set_in(fitted, "classes_", {"array": "../../etc/passwd"}),
        "etc/passwd",
    ),
    "array of nobody": (
        with_arrays(lambda arrays: {**arrays, "more": np.zeros(9, "f4")}),
        "nothing refers to",
    ),
    "other shape": (first_kernel(np.zeros((8, 64), "f4")), "shapes"),
    "other number of axes": (first_kernel(np.zeros(512, "f4")), "shapes"),
    "other dtype": (first_kernel(np.zeros((64, 8))), "float32"),
    "nothing": (first_kernel(np.zeros((0, 10**9), "f4")), "empty"),
    "not finite": (first_kernel(np.full((64, 8), np.nan, "f4")), "finite"),
    "weights of numbers": (set_in(fitted, "weights_", [0.0]), ""),
    "no weights": (described(lambda d: fitted(d).pop("weights_") and None), "weights_"),
    "no optimizer": (
        described(lambda d: fitted(d).pop("_optimizer_state")),
        "_optimizer_state",
    ),
    "history of text": (set_in(fitted, "history_", "long"), "history"),
    "no history": (set_in(fitted, "history_", {"dict": {}}), "history"),
    **{
        f"optimizer state {state!r:.20}": (
            set_in(fitted, "_optimizer_state", state),
            "",
        )
        for state in ("state", [], [0], [-1, 0.5], [{"dict": {}}], 0.5)
    },
    # Plain values
    "invalid parameter": (set_in(parameters, "batch_size", "large"), "batch_size"),
    "negative parameter": (set_in(parameters, "epochs", -1), "epochs"),
    "position of a generator": (
        set_in(parameters, "random_state", {"random_state": [STATE, 2**31, 0, 0.0]}),
        "",
    ),
    "state of a generator": (
        set_in(parameters, "random_state", {"random_state": [0, 5, 0, 0.0]}),
        "random generator",
    ),
    "two kinds": (
        set_in(parameters, "alpha", {"tuple": [], "dict": {}}),
        "not valid",
    ),
    "no kind": (set_in(parameters, "alpha", {}), "not a known value"),
    "kind with two underscores": (
        set_in(parameters, "alpha", {"_init__": []}),
        "not a known value",
    ),
    "method of the reader": (
        set_in(parameters, "alpha", {"items": [0]}),
        "not a known value",
    ),
    "deep": (set_in(parameters, "activation", nested(100)), "inside each other"),
    "deeper": (
        lambda data: forged("[" * 10**5, contents(data)[1]),
        "damaged",
    ),
    "many values": (set_in(parameters, "activation", [[]] * 300_000), "more than"),
    "long name": (
        set_in(parameters, "activation", {"dict": {"a" * 10**6: [0] * 10**5}}),
        "activation",
    ),
    "same name twice": (
        lambda data: forged('{"object": 1, "object": 2}', contents(data)[1]),
        "same name twice",
    ),
    "same key twice": (
        set_in(parameters, "class_weight", {"dict": [[0, 1], [0, 2]]}),
        "same key twice",
    ),
    "key of a list": (
        set_in(parameters, "class_weight", {"dict": [[[], 1]]}),
        "not valid",
    ),
    "constant": (lambda data: forged("NaN", contents(data)[1]), "NaN"),
    "long number": (lambda data: forged("9" * 10**5, contents(data)[1]), ""),
    "huge scalar": (
        set_in(parameters, "epochs", {"scalar": 300, "dtype": "uint8"}),
        "not valid",
    ),
    "scalar of objects": (
        set_in(parameters, "alpha", {"scalar": 0, "dtype": "O"}),
        "dtype",
    ),
    "no model": (lambda data: forged("[]", {"a": np.zeros(1)}), ""),
    "number": (lambda data: forged("1", {}), "does not hold a model"),
    "splitter": (
        lambda data: forged(named("KFold"), {}),
        "does not hold a model",
    ),
    "invalid splitter": (
        lambda data: forged(named("KFold", parameters={"n_splits": -1}), {}),
        "",
    ),
    # The container
    "other hash": (
        lambda data: forged(*contents(data), sha256="0" * 64),
        "hash",
    ),
    "other format": (lambda data: forged(*contents(data), format="2"), "format '2'"),
    "no metadata": (
        with_header(lambda text: text.replace("__metadata__", "__metadata_")),
        "",
    ),
    "more metadata": (lambda data: forged(*contents(data), more="a"), "description"),
    "huge shape": (
        with_header(lambda text: text.replace("[64,8]", "[1000000,1000000]")),
        "damaged",
    ),
    "overflowing shape": (
        with_header(lambda text: text.replace("[64,8]", f"[{2**63},{2**63}]")),
        "damaged",
    ),
    "negative shape": (
        with_header(lambda text: text.replace("[64,8]", "[-64,-8]")),
        "damaged",
    ),
    "unknown dtype": (
        with_header(lambda text: text.replace('"F32"', '"BF16"')),
        "",
    ),
    "overlapping arrays": (
        with_header(lambda text: text.replace('"data_offsets":[', '"data_offsets":[0')),
        "damaged",
    ),
    "header of another size": (lambda data: b"\xff" + data[1:], ""),
    "huge header": (lambda data: (2**40).to_bytes(8, "little") + data[8:], "limits"),
    "negative header": (lambda data: b"\xff" * 8 + data[8:], "limits"),
    "header that is not JSON": (
        with_header(lambda text: text.replace('"', "'", 1)),
        "damaged",
    ),
    "flipped bit of a weight": (
        lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
        "hash",
    ),
    "empty": (lambda data: b"", "does not start"),
    "text": (lambda data: b"hello", "does not start"),
    "first half": (lambda data: data[: len(data) // 2], "damaged"),
    "last byte": (lambda data: data[:-1], "damaged"),
    "appended": (lambda data: data + b"\0", "damaged"),
    "prepended": (lambda data: b"#!/bin/sh\n" + data, "does not start"),
    # Other files that people try
    "pickle": (lambda data: pickle.dumps(Code()), "pickle"),
    "old format": (lambda data: _zipped(data), "early version of skdigits"),
    "keras": (lambda data: _zipped(data), ".keras"),
    "hdf5": (lambda data: b"\x89HDF\r\n\x1a\n" + data, "HDF5"),
    "compressed joblib": (zlib.compress, "zlib file"),
    "npz": (lambda data: _arrays(np.savez, X=data), "load_labelled_images"),
    "npy": (lambda data: _arrays(np.save, data), "numpy.load"),
    "onnx": (lambda data: b"\x08\x0a\x12\x07pytorch" + data, "onnxruntime.Inf"),
    "png": (lambda data: b"\x89PNG\r\n\x1a\n" + data, "read_pictures"),
    "gzip": (lambda data: b"\x1f\x8b\x08\0" + data, "gzip"),
}


def _arrays(save, *arrays, **named):
    buffer = io.BytesIO()
    save(buffer, *arrays, **named)
    return buffer.getvalue()


def _zipped(data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("schema.json", data)
    return buffer.getvalue()


# Random changes

VALUES = [
    *(None, True, 0, -1, 1, 2**31, 10**30, 0.5, 1e308, {"float": "nan"}, "", "relu"),
    *("../../x", "os", "eval", "//stranger/share", "MLPDigitClassifier", [], {}),
    *({"tuple": []}, {"dict": {}}, {"array": "classes_"}, {"transposed": "classes_"}),
    {"strings": ["a", "b"], "dtype": "U400000000"},
    *({"strings": ["a"], "dtype": "O"}, {"scalar": 3, "dtype": "int8"}),
    *(named("MLPDigitClassifier"), named("Pipeline", parameters={"steps": []})),
    *(named("FrozenEstimator", parameters={"estimator": 0}), tuples([[28, 28], 3])),
]


def mutants(files, n, seed):
    """Files with something wrong: (what was done, original, bytes)."""
    rng = np.random.default_rng(seed)
    kinds = [flipped, cut, spliced, described_otherwise, other_arrays]
    names = list(files)
    for _ in range(n):
        name = names[rng.integers(len(names))]
        kind = kinds[rng.choice(len(kinds), p=[0.1, 0.05, 0.05, 0.6, 0.2])]
        yield kind.__name__, name, kind(files[name], rng)


def forgery(files, rng):
    """One file whose hash is right: (what was done, original, bytes)."""
    name, other = (list(files)[i] for i in rng.integers(len(files), size=2))
    kinds = [described_otherwise, other_arrays, set_otherwise, transplanted]
    kind = kinds[rng.choice(len(kinds), p=[0.4, 0.1, 0.25, 0.25])]
    donor = (files[other],) if kind is transplanted else ()
    return kind.__name__, name, kind(files[name], rng, *donor)


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


def other_arrays(data, rng):
    """Exchange, reshape or change arrays; the hash is right."""
    description, arrays = contents(data)
    names = sorted(arrays)
    if not names:
        return data
    one, other = (names[i] for i in rng.integers(len(names), size=2))
    match rng.integers(5):
        case 0:
            arrays[one], arrays[other] = arrays[other], arrays[one]
        case 1:
            arrays[one] = arrays[one].reshape(-1)
        case 2:
            arrays[one] = arrays[one].astype(rng.choice(["f8", "i8", "u1", "?"]))
        case 3:
            arrays[one] = np.array(arrays[other])
        case _:
            changed = np.array(arrays[one])
            value = rng.choice([0, 1, -1, 127, np.inf, np.nan])
            with np.errstate(all="ignore"):
                changed.flat[rng.integers(changed.size)] = np.array(value).astype(
                    changed.dtype
                )
            arrays[one] = changed
    return forged(description, arrays)


def described_otherwise(data, rng):
    """Change, remove, exchange or repeat a few values; the hash is right."""
    description, arrays = contents(data)
    for _ in range(rng.integers(1, 4)):
        places = [
            (holder, key)
            for holder in _containers(description)
            for key in (holder if isinstance(holder, dict) else range(len(holder)))
        ]
        if not places:
            break
        holder, key = places[rng.integers(len(places))]
        other, other_key = places[rng.integers(len(places))]
        match rng.integers(4):
            case 0:
                holder[key] = copy.deepcopy(VALUES[rng.integers(len(VALUES))])
            case 1:
                del holder[key]
            case 2:
                holder[key] = copy.deepcopy(other[other_key])
            case _ if isinstance(holder, list):
                holder.extend([copy.deepcopy(holder[key])] * int(rng.integers(1, 99)))
            case _ if isinstance(holder[key], int | float):
                holder[key] = rng.choice([-1, 0.5, 2, 10**6, 10**12]).item()
    if rng.integers(2):
        # Arrays that nothing names any more would be refused for that alone.
        text = json.dumps(description)
        arrays = {name: v for name, v in arrays.items() if json.dumps(name) in text}
    return forged(description, arrays)


def set_otherwise(data, rng):
    """Set a few parameters to what their classes accept, or name other classes."""
    description, arrays = contents(data)
    objects = _objects(description)
    for _ in range(rng.integers(1, 3)):
        node = objects[rng.integers(len(objects))]["object"]
        if rng.integers(5) == 0:
            names = *CLASSES, *(one["object"]["class"] for one in objects)
            node["class"] = names[rng.integers(len(names))]
            break
        cls = stored_class(node["class"], "")
        accepted = getattr(cls, "_parameter_constraints", {})
        names = [n for n in sorted(accepted) if accepted[n] != "no_validation"]
        if not names:
            continue
        name = names[rng.integers(len(names))]
        constraint = make_constraint(accepted[name][rng.integers(len(accepted[name]))])
        options = sorted(map(str, getattr(constraint, "options", ())))
        values = [None, False, True, 0, 1, 2, 30, 0.5, 1e-9, *options]
        values = [v for v in values if constraint.is_satisfied_by(v)] or [None]
        node.setdefault("parameters", {})[name] = values[rng.integers(len(values))]
    return forged(description, arrays)


def transplanted(data, rng, other):
    """Put an object of another file in the place of one."""
    description, arrays = contents(data)
    donor, more = contents(other)
    nodes = _objects(description)
    gifts = _objects(donor)
    node, gift = nodes[rng.integers(len(nodes))], gifts[rng.integers(len(gifts))]
    text = json.dumps(gift)
    for name in more:
        text = text.replace(json.dumps(name), json.dumps(f"other/{name}"))
    node["object"] = json.loads(text)["object"]
    arrays |= {f"other/{name}": array for name, array in more.items()}
    named = json.dumps(description)
    return forged(
        description, {k: v for k, v in arrays.items() if json.dumps(k) in named}
    )


def _objects(description):
    return [tree for tree in _containers(description) if "object" in tree]


def _containers(tree):
    if isinstance(tree, dict | list):
        yield tree
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from _containers(part)
