"""A proxy between clients and a daemon that cuts connections, in the middle of whatever is said."""
import os
import socket
import threading

BLOCK = 64 * 1024


class Cutter:
    """Listens at a path, and passes bytes on to the daemon's socket and back.

    budget: called for each connection; how many bytes it may carry, both ways together, before it is
    cut; None for as many as it likes. spoken collects what each client said.
    """

    def __init__(self, path, target, budget=lambda: None):
        self.target = target
        self.budget = budget
        self.cuts = 0
        self.carried = 0
        self.spoken = []
        self.lock = threading.Lock()
        self.open = set()
        self.listener = socket.socket(socket.AF_UNIX)
        if os.path.exists(path):
            os.unlink(path)
        self.listener.bind(path)
        self.listener.listen(128)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[client], daemon=True).start()

    def serve(self, client):
        daemon = socket.socket(socket.AF_UNIX)
        try:
            daemon.connect(self.target)
        except OSError:
            client.close()
            daemon.close()
            return
        link = Link(self, client, daemon, self.budget())
        with self.lock:
            self.open.add(link)
        link.carry()
        with self.lock:
            self.open.discard(link)

    def cut(self):
        """Cuts every connection that there is."""
        with self.lock:
            links = list(self.open)
        for link in links:
            link.cut()

    def close(self):
        # A thread in accept() keeps a socket that is only closed.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()


class Link:
    """One connection, and the bytes that it may still carry."""

    def __init__(self, cutter, client, daemon, budget):
        self.cutter = cutter
        self.ends = (client, daemon)
        self.left = budget
        self.is_cut = False
        self.spoken = bytearray()
        cutter.spoken.append(self.spoken)

    def carry(self):
        """Passes bytes on, both ways, until one side ends or the link is cut."""
        back = threading.Thread(target=self.pass_on, args=self.ends[::-1], daemon=True)
        back.start()
        self.pass_on(*self.ends)
        back.join()
        for end in self.ends:
            end.close()

    def pass_on(self, source, sink):
        try:
            while block := source.recv(BLOCK):
                with self.cutter.lock:
                    if self.left is not None:
                        block = block[:self.left]
                        self.left -= len(block)
                    self.cutter.carried += len(block)
                    if source is self.ends[0]:
                        self.spoken += block
                sink.sendall(block)
                if self.left == 0:
                    self.cut()
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            self.shut()

    def cut(self):
        with self.cutter.lock:
            if not self.is_cut:
                self.is_cut = True
                self.cutter.cuts += 1
        self.shut()

    def shut(self):
        for end in self.ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
