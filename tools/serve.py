"""Serve a folder with compression, as a static host does.

Usage: serve.py DIR [PORT]; prints its address.
"""

import functools
import gzip
import http.server
import io
import sys
from typing import Any

PACKED = (".html", ".css", ".js", ".json", ".svg", ".csv", ".txt", ".xml")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answers as GitHub Pages does: text compressed, an hour of caching."""

    protocol_version = "HTTP/1.1"
    compress = True

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def send_head(self) -> io.BytesIO | None:
        """Send the file's headers and return its body, compressed where that helps."""
        path = self.translate_path(self.path)
        if path.endswith("/"):
            path += "index.html"
        try:
            with open(path, "rb") as file:
                body = file.read()
        except OSError:
            self.send_error(404)
            return None
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if self.compress and path.endswith(PACKED):
            body = gzip.compress(body, 9)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        return io.BytesIO(body)


def start(folder: str, port: int = 0, compress: bool = True) -> http.server.ThreadingHTTPServer:
    """Return a server of ``folder`` on the loopback interface, not yet serving."""
    handler = type("Compressing", (Handler,), {"compress": compress})
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(handler, directory=folder))


if __name__ == "__main__":
    server = start(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
