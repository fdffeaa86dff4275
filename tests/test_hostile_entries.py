"""Entries of a folder of `memory` that were not written for a training."""

import json
import os
import pickle
import warnings
import zipfile

import numpy as np
import pytest
from _hostile import Code, cut, flipped, spliced
from _models import MLP, contents, forged
from safetensors.numpy import save
from sklearn.base import clone

from skdigits.exceptions import MemoryFolderWarning

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="files of POSIX")


@pytest.fixture
def memory(digits, tmp_path):
    """Network with a folder; the network that it trains; the entry, and another's."""
    X, y = digits[0][:100], digits[1][:100]
    mlp = clone(MLP).set_params(memory=tmp_path / "memory", warm_start=True)
    others = {"random_state": 1}, {"alpha": 0.1}, {"hidden_layer_sizes": (7,)}
    folder = tmp_path / "memory"
    other_entries = []
    for other in others:
        clone(mlp).set_params(**other).fit(X, y)
        other_entries.extend(set(folder.iterdir()) - set(other_entries))
    trained = clone(mlp).fit(X, y)
    (entry,) = set(folder.iterdir()) - set(other_entries)
    data = [path.read_bytes() for path in other_entries]
    return mlp, trained, entry, data


def rewritten(change):
    def hostile(path, others, rng):
        description, arrays = contents(path.read_bytes())
        arrays = change(description["dict"]["checkpoint"]["dict"], arrays) or arrays
        used = json.dumps(description)
        arrays = {name: v for name, v in arrays.items() if json.dumps(name) in used}
        path.write_bytes(forged(description, arrays))

    return hostile


def changed_array(change):
    def rewrite(checkpoint, arrays):
        name = sorted(arrays)[0]
        return {**arrays, name: change(arrays[name])}

    return rewritten(rewrite)


def changed_bytes(change):
    def hostile(path, others, rng):
        path.write_bytes(change(path.read_bytes(), rng))

    return hostile


def pipe(path, others, rng):
    path.unlink()
    os.mkfifo(path)


def folder(path, others, rng):
    path.unlink(missing_ok=True)
    path.mkdir()


def zip_bomb(path, others, rng):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("weights_0.npy", bytes(10**7))


def another(path, others, rng):
    path.write_bytes(others[rng.integers(len(others))])


def sparse(path, others, rng):
    os.truncate(path, 2**40)


ENTRIES = {
    "another training": another,
    "flipped bits": changed_bytes(flipped),
    "cut": changed_bytes(cut),
    "spliced": changed_bytes(spliced),
    "empty": changed_bytes(lambda data, rng: b""),
    "noise": changed_bytes(lambda data, rng: rng.bytes(len(data))),
    "pickle": changed_bytes(lambda data, rng: pickle.dumps(Code())),
    "model of no training": changed_bytes(lambda *_: save({"a": np.zeros(3)})),
    "zip bomb": zip_bomb,
    "a terabyte": sparse,
    "pipe": pipe,
    "folder": folder,
    "other shape": changed_array(lambda array: array.reshape(-1)),
    "more rows": changed_array(lambda array: np.concatenate([array, array])),
    "other dtype": changed_array(lambda array: array.astype("f8")),
    "not a number": changed_array(lambda array: np.full_like(array, np.nan)),
    "infinite": changed_array(lambda array: np.full_like(array, np.inf)),
    "no history": rewritten(lambda entry, _: entry.pop("history") and None),
    "empty history": rewritten(lambda entry, _: entry.update(history={"dict": {}})),
    "history of text": rewritten(lambda entry, _: entry.update(history="long")),
    "fewer weights": rewritten(lambda entry, _: entry["weights"].pop() and None),
    "no weights": rewritten(lambda entry, _: entry.update(weights=[])),
    "optimizer of nothing": rewritten(lambda entry, _: entry.update(optimizer=[])),
    "more than a training": rewritten(lambda entry, _: entry.update(more=1)),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_foreign_entry_is_trained_again_with_a_warning(name, memory, digits):
    X, y = digits[0][:100], digits[1][:100]
    mlp, trained, path, others = memory
    rng = np.random.default_rng(len(name))
    right = path.read_bytes()
    for _ in range(9):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        path.write_bytes(right)
        ENTRIES[name](path, others, rng)
        with warnings.catch_warnings(record=True) as shown:
            warnings.simplefilter("always")
            again = clone(mlp).fit(X, y)
        assert again.history_ == trained.history_
        for one, other in zip(again.weights_, trained.weights_, strict=True):
            np.testing.assert_array_equal(one, other)
        # Random changes may leave the file as it was.
        if path.is_file() and path.read_bytes() != right:
            assert any(w.category is MemoryFolderWarning for w in shown)


def test_entry_larger_than_its_training_can_be_is_not_read(memory, digits):
    X, y = digits[0][:100], digits[1][:100]
    mlp, trained, path, _ = memory
    # Each weight with two moments in 4 bytes, and 4 MB for the names.
    limit = 12 * sum(array.size for array in trained.weights_) + 2**22
    os.truncate(path, limit + 1)
    with pytest.warns(MemoryFolderWarning, match=f"more than the limit of {limit}"):
        clone(mlp).fit(X, y)


def test_linked_entry_leaves_what_it_links_to(memory, digits, tmp_path):
    X, y = digits[0][:100], digits[1][:100]
    mlp, trained, path, _ = memory
    target = tmp_path / "precious"
    target.write_bytes(b"precious")
    path.unlink()
    path.symlink_to(target)
    with pytest.warns(MemoryFolderWarning):
        clone(mlp).fit(X, y)
    assert target.read_bytes() == b"precious"
    assert not path.is_symlink()
