"""A pack is whole, says what is not in it, is the same twice, and verifies elsewhere."""

import pytest

from evidence.services import draw_sample
from tests.evidence.pack_world import ask, bytes_of, verify, world

__all__ = ["world"]

SEED = "00112233445566778899aabbccddeeff"


@pytest.fixture
def pack(world):
    pack = ask(world)
    return draw_sample(pack, actor=None, size=5, seed=SEED, by_job=False)


def test_a_pack_verifies_in_a_process_of_its_own(pack, tmp_path):
    file = tmp_path / "pack.zip"
    file.write_bytes(bytes_of(pack))
    code, said = verify(file)
    assert said.splitlines()[-1] == "VERIFIED: nothing is wrong with this pack"
    assert code == 0


def test_the_same_pack_is_the_same_bytes(pack):
    assert bytes_of(pack) == bytes_of(pack)
