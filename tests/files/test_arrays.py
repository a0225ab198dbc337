"""Arrays in a file: what was packed is unpacked, and a file that would take all memory is told of and left packed."""

import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import balik
from balik.duality.certificate import DualsError, duals_as_bytes, read_duals
from balik.duality.tree import read_tree
from balik.files import arrays
from balik.files.arrays import ArraysError, names, packed, unpacked
from balik.location.certificate import CertificateError, read_certificate
from balik.location.echelons.certificate import read_echelon_certificate
from balik.plan.store import CERTIFICATE_FILE, PLAN_FILE

LITTLE = 2**17


@pytest.fixture
def little() -> Iterator[None]:
    """So little is the most that is unpacked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "MOST_BYTES", LITTLE)
        yield


def zipped(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(f"{name}.npy", data)
    return out.getvalue()


def saved(array: object) -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(array))
    return file.getvalue()


def bombs() -> dict[str, bytes]:
    """Files that unpack to forty times what may be, each in a way of its own."""
    large, head = np.zeros(40 * LITTLE, np.int8), saved(1)
    lying = zipped({"format": head, "duals": saved(large)})
    at = lying.rindex(b"PK\x01\x02")
    size = int.from_bytes(lying[at + 24 : at + 28], "little")
    return {
        "large": packed({"format": 1, "duals": large}),
        "large_once_it_is_floats": packed({"format": 1, "duals": large[: LITTLE // 2]}),
        "many": packed({"format": 1} | {f"duals{k}": large[: LITTLE // 4] for k in range(100)}),
        "packed_otherwise": zipped({"format": head, "duals": saved(large)}, zipfile.ZIP_LZMA),
        "says_that_it_is_little": lying[: at + 24] + (size // 1000).to_bytes(4, "little") + lying[at + 28 :],
        "format": packed({"format": large}),
        "head": zipped({"format": b"\x93NUMPY\x02\x00" + (10 * LITTLE).to_bytes(4, "little") + bytes(10 * LITTLE)}),
    }


@pytest.mark.parametrize(
    "name", ["large", "large_once_it_is_floats", "many", "packed_otherwise", "says_that_it_is_little", "format", "head"]
)
def test_a_file_that_would_take_all_memory_is_left_packed(name: str, little: None) -> None:
    data = bombs()[name]
    assert len(data) < LITTLE
    tracemalloc.start()
    try:
        for read, error in ((read_duals, DualsError), (read_tree, DualsError), (read_certificate, CertificateError)):
            with pytest.raises(error, match=r"unpacked|cannot be read|format"):
                read(data)
        assert read_echelon_certificate(data) is None
        assert tracemalloc.get_traced_memory()[1] < 3 * LITTLE
    finally:
        tracemalloc.stop()


def test_what_is_packed_is_unpacked() -> None:
    g = np.random.default_rng(1)
    made = {
        "format": 7,
        "a": g.random(50),
        "b": g.integers(0, 9, (3, 4), np.int32),
        "c": np.zeros(0, bool),
        "text": "x",
    }
    data = packed(made)
    assert packed(made) == data
    assert names(data) == list(made)
    found = unpacked(data, 7, {"a": np.float64, "b": np.int64, "c": bool})
    assert all(np.array_equal(found[name], made[name]) for name in made)
    assert found["b"].dtype == np.int64
    for wrong, kinds in ((8, {}), (7, {"d": float}), (7, {"a": np.int32}), (7, {"text": float})):
        with pytest.raises(ArraysError):
            unpacked(data, wrong, kinds)
    for cut in (b"", b"PK", data[:60], data[:-5]):
        assert not names(cut)
        with pytest.raises(ArraysError, match="cannot be read"):
            unpacked(cut, 7)
    for text in (b"  a\n b\nc", b"{" * 300, b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"):
        head = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text
        with pytest.raises(ArraysError, match="cannot be read"):
            unpacked(zipped({"format": saved(7), "a": head}), 7)


def test_a_plan_with_such_a_file_is_judged_and_told(tmp_path: Path, little: None) -> None:
    balik.solve("jerigen-padang", out=tmp_path / "plan")
    file, document = tmp_path / "plan" / CERTIFICATE_FILE, tmp_path / "plan" / PLAN_FILE
    good = read_duals(file.read_bytes())
    # what is written, and what is merely large
    for data, told in (
        (duals_as_bytes(good), None),
        (bombs()["large"], "would take 0.0 GB of memory"),
        (bytes(2 * LITTLE), "would take 0.0 GB of memory"),
    ):
        file.write_bytes(data)
        said = json.loads(document.read_text())
        said["sha256"][CERTIFICATE_FILE] = hashlib.sha256(data).hexdigest()
        document.write_text(json.dumps(said))
        seal = hashlib.sha256(document.read_bytes()).hexdigest()
        (tmp_path / "plan" / f"{PLAN_FILE}.sha256").write_text(f"{seal}  {PLAN_FILE}\n")
        verdict = balik.verify(tmp_path / "plan")
        assert [b.law for b in verdict.broken] == ([] if told is None else ["proof"])
        assert told is None or told in str(verdict.broken[0])
        assert told is None or "tidak dibuka" in verdict.broken[0].told.into("id")
