"""Files that are written by the code under test and damaged by the input."""


def pieces(data: bytes, count: int) -> tuple[list[bytes], bytes]:
    """Return at most `count` pieces of `data`, each as long as its first byte says, and the rest.

    None is empty.
    """
    found = []
    while len(found) < count and len(data) > 1:
        end = 2 + data[0]
        found.append(data[1:end])
        data = data[end:]
    return found, data


def damaged(content: bytes, damage: bytes) -> bytes:
    """Return `content` with each 4 bytes of `damage` done to it: where, what, and with which."""
    changed = bytearray(content)
    for index in range(0, len(damage) - 3, 4):
        place = int.from_bytes(damage[index : index + 2], "big") % (len(changed) + 1)
        act, byte = damage[index + 2] % 4, damage[index + 3]
        if act == 0:
            del changed[place:]
        elif act == 1:
            del changed[place : place + byte]
        elif act == 2:
            changed[place:place] = bytes([byte])
        elif place < len(changed):
            changed[place] ^= byte
    return bytes(changed)
