"""What a disk may hold after a power loss, from the log of disk.c.

A write, a truncation or a change of a directory is sure to be there once its file or directory was
synced. Until then each is there or not by chance, on its own: writes also in parts (torn).
"""
import os
import struct

HEAD = struct.Struct("=IIIIQ")
WRITE, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, MKDIR = range(1, 8)
SECTOR_BYTES = 512
# The chance that all, nothing, or a part of what was not synced is there.
ALL, NOTHING = 0.25, 0.25


class File:
    """A file's synced bytes, and what was done to it since, in order."""

    def __init__(self):
        self.synced = bytearray()
        self.pending = []


class Folder:
    """A directory's synced names, and what was done to them since, in order."""

    def __init__(self):
        self.synced = {}
        self.names = {}
        self.pending = []

    def change(self, name, node):
        """Gives a name to a file or directory, or with None takes it away."""
        self.pending.append((name, node))
        apply_name(self.names, name, node)


def apply_name(names, name, node):
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


def apply_bytes(content, what, position, data):
    if what == TRUNCATE:
        del content[position:]
        content.extend(bytes(position - len(content)))
        return
    if len(content) < position + len(data):
        content.extend(bytes(position + len(data) - len(content)))
    content[position:position + len(data)] = data


class Disk:
    """The disk below a directory, which was empty and there when the log began."""

    def __init__(self, root):
        self.root_path = root
        self.root = Folder()

    def folder_of(self, path):
        """The directory that holds a path, and the path's name in it."""
        parts = os.path.relpath(path, self.root_path).split("/")
        folder = self.root
        for part in parts[:-1]:
            folder = folder.names[part]
        return folder, parts[-1]

    def apply(self, record):
        what, path, position, data = record
        if what == SYNC and path == self.root_path:
            return self.sync(self.root)
        folder, name = self.folder_of(path)
        if name.startswith("#") and name.endswith(" (deleted)"):
            # A file that never had a name: nothing of it is there after a power loss.
            return
        if what in (WRITE, TRUNCATE):
            folder.names[name].pending.append((what, position, data))
        elif what == SYNC:
            self.sync(folder.names[name])
        elif what == CREATE:
            folder.change(name, File())
        elif what == MKDIR:
            folder.change(name, Folder())
        elif what == UNLINK:
            folder.change(name, None)
        elif what == RENAME:
            moved = folder.names[name]
            folder.change(name, None)
            target, new_name = self.folder_of(data.decode())
            target.change(new_name, moved)

    def sync(self, node):
        if isinstance(node, Folder):
            node.synced = dict(node.names)
        else:
            for change in node.pending:
                apply_bytes(node.synced, *change)
        node.pending = []

    def write_state(self, random, target):
        """Writes one of the states that the disk may be in into a directory."""
        self.write_folder(self.root, random, target)

    def write_folder(self, folder, random, target):
        os.mkdir(target)
        names = dict(folder.synced)
        for name, node in survivors(folder.pending, random):
            apply_name(names, name, node)
        for name, node in names.items():
            path = os.path.join(target, name)
            if isinstance(node, Folder):
                self.write_folder(node, random, path)
                continue
            content = bytearray(node.synced)
            for what, position, data in survivors(node.pending, random):
                for part_position, part in torn(what, position, data, random):
                    apply_bytes(content, what, part_position, part)
            with open(path, "wb") as file:
                file.write(content)


def survivors(pending, random):
    """Those of the changes that were not synced which are there all the same, in their order."""
    chance = random.random()
    if chance < ALL:
        return list(pending)
    if chance < ALL + NOTHING:
        return []
    share = random.random()
    return [change for change in pending if random.random() < share]


def torn(what, position, data, random):
    """The parts of a write that reached the disk: one in two is whole."""
    if what != WRITE or len(data) <= SECTOR_BYTES or random.random() < 0.5:
        return [(position, data)]
    share = random.random()
    first = SECTOR_BYTES - position % SECTOR_BYTES
    edges = [0, *range(first, len(data), SECTOR_BYTES), len(data)]
    return [(position + start, data[start:end]) for start, end in zip(edges, edges[1:])
            if random.random() < share]


def read_log(path):
    """The records of a log, each with the length of the log up to its end."""
    with open(path, "rb") as file:
        log = file.read()
    place = 0
    while place + HEAD.size <= len(log):
        what, path_length, count, _, position = HEAD.unpack_from(log, place)
        start = place + HEAD.size
        name = log[start:start + path_length].decode()
        data = log[start + path_length:start + path_length + count]
        place = start + path_length + count
        yield place, (what, name, position, data)
