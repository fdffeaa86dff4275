"""Validation of the schema of a model file: a tree of nodes of trusted types."""

import json
from collections.abc import Iterator
from typing import Any

from skdigits.exceptions import ModelFileError
from skdigits.persistence._trust import trusted_names

Children = Iterator[tuple[str, Any]]

_NODE = {"__class__", "__module__", "__loader__", "__id__"}
_ROOT_ONLY = {"protocol", "_skops_version"}
# The oldest protocol that `dump` has written; skops keeps old versions of its nodes.
_FIRST_PROTOCOL = 2
# A search over a pipeline of frozen estimators has a depth of about twenty.
_MAX_DEPTH = 60


def check_schema(schema: bytes, arrays: set[str]) -> None:
    """Raise ModelFileError unless all nodes are plain data or trusted objects.

    skops has node types that look up methods, call operators or constructors, or import
    functions. They are not needed here, and are refused.
    """
    try:
        root = json.loads(schema)
    except RecursionError:
        raise ModelFileError("the schema is nested too deeply.") from None
    if not isinstance(root, dict) or not root.keys() >= _ROOT_ONLY:
        raise ModelFileError("the schema does not describe an object.")
    _check_protocol(root["protocol"])
    checker = _SchemaChecker()
    checker.visit({key: root[key] for key in root.keys() - _ROOT_ONLY}, "", 0)
    if checker.used != arrays:
        name = sorted(checker.used ^ arrays)[0]
        raise ModelFileError(f"the array {name!r} is missing, or nothing refers to it.")


def _check_protocol(protocol: Any) -> None:
    from skops.io._protocol import PROTOCOL

    if type(protocol) is not int or not _FIRST_PROTOCOL <= protocol <= PROTOCOL:
        raise ModelFileError(
            f"the protocol must be from {_FIRST_PROTOCOL} to {PROTOCOL} with the "
            f"installed version of skops, got {protocol!r:.80}; a newer version may "
            "support it."
        )


class _SchemaChecker:
    def __init__(self) -> None:
        self.used: set[str] = set()

    def visit(self, node: Any, path: str, depth: int) -> None:
        """Check a node and its descendants; `path` is used in messages."""
        if depth > _MAX_DEPTH:
            raise ModelFileError(f"objects are nested too deeply at {path[:60]}...")
        if not isinstance(node, dict) or not node.keys() >= _NODE:
            raise ModelFileError(f"{path or 'the root'} is not an object.")
        loader, number = node["__loader__"], node["__id__"]
        name = f"{node['__module__']}.{node['__class__']}"
        if not isinstance(loader, str) or name not in trusted_names(loader):
            raise ModelFileError(
                f"{path or 'the file'} holds {name!r} ({loader!r}), which is not "
                "trusted. Only estimators of skdigits, some of scikit-learn, numbers, "
                "strings and arrays are."
            )
        if type(number) is not int:
            raise ModelFileError(f"{path} has the id {number!r}, expected an integer.")
        path = path or node["__class__"]
        for child_path, child in getattr(self, f"_{loader}")(node, path):
            self.visit(child, child_path, depth + 1)

    def _JsonNode(self, node: Any, path: str) -> Children:
        _expect(node, path, content=str, is_json=bool)
        if isinstance(json.loads(node["content"]), list | dict):
            raise ModelFileError(f"{path} holds more than one value.")
        yield from ()

    def _DictNode(self, node: Any, path: str) -> Children:
        _expect(node, path, content=dict, key_types=dict)
        types = node["key_types"]
        _expect_loader(types, "ListNode", path)
        _expect(types, path, content=list)
        if len(types["content"]) != len(node["content"]):
            raise ModelFileError(f"{path} has keys without types.")
        for key_type in types["content"]:
            _expect_loader(key_type, "TypeNode", path)
        yield f"{path} (types of keys)", types
        for key, value in node["content"].items():
            # NumPy and Python act on attributes such as __array_interface__.
            if key.startswith("__"):
                raise ModelFileError(f"{path} has the reserved name {key!r}.")
            yield f"{path}.{key}", value

    def _TypeNode(self, node: Any, path: str) -> Children:
        _expect(node, path)
        yield from ()

    _FunctionNode = _TypeNode

    def _ListNode(self, node: Any, path: str) -> Children:
        _expect(node, path, content=list)
        yield from _items(node, path)

    _TupleNode = _ListNode

    def _NdArrayNode(self, node: Any, path: str) -> Children:
        if node.get("type") != "numpy":
            _expect(node, path, content=list, shape=dict, type=str)
            yield f"{path}.shape", node["shape"]
            yield from _items(node, path)
            return
        _expect(node, path, file=str, type=str)
        # skops loads one object per id. With other file names, a short file could
        # request thousands of copies of an array.
        if node["file"] != f"{node['__id__']}.npy":
            raise ModelFileError(f"{path} refers to {node['file']!r}.")
        self.used.add(node["file"])

    def _MaskedArrayNode(self, node: Any, path: str) -> Children:
        _expect(node, path, content=dict)
        content = node["content"]
        if content.keys() != {"data", "mask"}:
            raise ModelFileError(f"{path} is not a masked array.")
        for name, value in content.items():
            _expect_loader(value, "NdArrayNode", path)
            yield f"{path}.{name}", value

    def _ObjectNode(self, node: Any, path: str) -> Children:
        _expect(node, path, content=dict)
        _expect_loader(node["content"], "DictNode", path)
        yield path, node["content"]

    _RandomStateNode = _ObjectNode


def _items(node: Any, path: str) -> Children:
    for index, value in enumerate(node["content"]):
        yield f"{path}[{index}]", value


def _expect(node: Any, path: str, **fields: type) -> None:
    """Raise ModelFileError unless the node has exactly these fields and types."""
    valid = node.keys() == _NODE | fields.keys() and all(
        type(node[name]) is kind for name, kind in fields.items()
    )
    if not valid:
        raise ModelFileError(f"{path} is not a valid {node['__class__']}.")


def _expect_loader(node: Any, loader: str, path: str) -> None:
    if not isinstance(node, dict) or node.get("__loader__") != loader:
        raise ModelFileError(f"{path} does not have the declared type.")
